// While the check runs: which step, how far, and a way out.
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
    if (total > 0) {
      this.bar.max = total;
      this.bar.value = Math.min(done, total);
    }
    const text = this.say("running_step", { step, what: this.say(`step_${step}`) });
    if (this.step.textContent !== text) this.step.textContent = text;
  }
}
