// While the check runs: which step, how far, and a way out.
import { VERIFY_STEPS } from "./engine.js";
import { element, pressable } from "./ui_dom.js";

export class RunningView {
  constructor(name, say, cancel) {
    this.say = say;
    this.step = element("p", { class: "step", role: "status" });
    this.bar = element("progress", { max: "1", "aria-label": say("progress") });
    this.node = element(
      "section",
      { class: "running" },
      element("h1", { id: "running", tabindex: "-1" }, say("running")),
      element("p", { class: "note" }, name),
      this.step,
      this.bar,
      pressable(say("cancel"), cancel),
    );
  }

  show(done, total, step) {
    const before = VERIFY_STEPS.indexOf(step);
    const share = total > 0 ? Math.min(done / total, 1) : 0;
    this.bar.value = (before + share) / VERIFY_STEPS.length;
    const what = this.say(`step_${step}`);
    const text = this.say("running_step", { number: before + 1, all: VERIFY_STEPS.length, what });
    if (this.step.textContent !== text) this.step.textContent = text;
  }
}
