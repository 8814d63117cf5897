// What must not be overlooked, above every screen. Two records of one server can be shown to the notary from here.
import { button, el, setAttribute, setHidden, setText } from "./dom.js";
import { text } from "./texts.js";

export class AlarmBlock {
  constructor(frame, growth) {
    Object.assign(this, { frame, growth });
    this.words = el("p", { id: "alarm", role: "alert" });
    this.button = button("", () => this.press(), { class: "option" });
    this.failure = el("p", { role: "status" });
    this.shown = null;
    const named = { class: "alarm", "aria-labelledby": "alarm", hidden: true };
    this.node = el("section", named, this.words, this.button, this.failure);
  }

  update() {
    const { alarm } = this.frame.voter;
    setText(this.words, alarm === null ? "" : text(`alarm_${alarm}`));
    setText(this.button, text(this.shown === null ? "fork_show" : "fork_hide"));
    setAttribute(this.button, "aria-expanded", this.shown !== null);
    setHidden(this.button, alarm !== "fork" || this.frame.name === "form");
    setHidden(this.node, alarm === null);
  }

  async press() {
    const hasPart = this.shown !== null || (await this.growth.fetch());
    setText(this.failure, hasPart ? "" : text("part_failed"));
    if (this.shown !== null) this.hide();
    else if (hasPart) this.show(this.frame.voter.heads);
    this.update();
  }

  show({ fork, origin }) {
    this.shown = this.growth.part.forkEvidence(fork, origin);
    this.node.append(this.shown);
  }

  hide() {
    this.shown?.remove();
    this.shown = null;
  }
}
