// What else a voter may do between votes: ask, read what others ask, see what became of one's own, call for help.
import { button, el, setAttribute, setHidden, setText } from "./dom.js";
import { text } from "./texts.js";

export class Ways {
  // `gate`: the door to asking; `help()` opens the place where one calls for staff.
  constructor(gate, help) {
    this.gate = gate;
    const way = (press) => button("", press, { class: "option" });
    this.ask = way(() => gate.open("ask"));
    this.others = way(() => gate.open("others"));
    this.mine = way(() => gate.open("mine"));
    this.help = way(help);
    setText(this.help, text("help"));
    setText(this.others, text("others_questions"));
    this.trouble = el("p", { class: "notice", role: "alert" });
    this.node = el("div", { class: "ways" }, this.ask, this.others, this.mine, this.help, this.trouble);
  }

  update() {
    const { gate } = this;
    setHidden(this.help, !gate.mayCall);
    setHidden(this.ask, !gate.mayAsk);
    setHidden(this.others, !gate.mayAsk || !gate.facts.support);
    setHidden(this.mine, !gate.hasAsked);
    setText(this.ask, text(gate.hasDraft ? "ask_on" : "ask"));
    setText(this.mine, text(gate.hasNews ? "my_questions_news" : "my_questions"));
    setAttribute(this.mine, "data-news", gate.hasNews ? "" : null);
    setText(this.trouble, gate.failed ? text("part_failed") : "");
    setHidden(this.trouble, !gate.failed);
  }
}
