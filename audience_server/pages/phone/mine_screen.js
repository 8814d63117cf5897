// One's own questions with what became of each, and the way to find one by its 提问回执.
import { field } from "./ask_screen.js";
import { button, el, setHidden, setText } from "./dom.js";
import { askRefusal, ownQuestion } from "./question_words.js";
import { text } from "./texts.js";

const CODE = /^\d{6}$/;

export class MineScreen {
  constructor(asking, { back, ask, mayAsk }) {
    this.asking = asking;
    this.shown = "";
    this.list = el("div", { class: "cards", "aria-live": "polite" });
    this.none = el("p", { class: "hint" }, text("no_questions_yet"));
    this.number = el("input", {
      id: "lookup-number",
      class: "line",
      type: "text",
      autocomplete: "off",
      autocapitalize: "characters",
    });
    this.code = el("input", {
      id: "lookup-code",
      class: "line",
      type: "text",
      inputmode: "numeric",
      autocomplete: "off",
    });
    this.notice = el("p", { class: "notice", role: "alert" });
    this.found = el("div", { "aria-live": "polite" });
    this.node = el(
      "div",
      { class: "asking" },
      el("h1", { tabindex: "-1" }, text("my_questions")),
      button(text("back_to_vote"), back, { class: "option" }),
      this.none,
      this.list,
      mayAsk ? button(text("ask"), ask, { class: "option" }) : null,
      el(
        "section",
        { class: "lookup" },
        el("h2", {}, text("lookup_title")),
        el("p", { class: "hint" }, text("lookup_hint")),
        field("lookup-number", "receipt_number_name", this.number),
        field("lookup-code", "receipt_code_name", this.code),
        this.notice,
        button(text("lookup_go"), () => this.lookup(), { class: "option go" }),
        this.found,
      ),
    );
    this.update();
  }

  update() {
    const mine = this.asking.mine();
    setHidden(this.none, mine.length > 0);
    const shown = JSON.stringify(mine);
    if (shown === this.shown) return;
    this.shown = shown;
    const { session } = this.asking.voter;
    this.list.replaceChildren(...mine.map((each) => ownQuestion(each, session, this.asking.codeOf(each.number))));
  }

  async lookup() {
    const number = this.number.value.trim().toUpperCase();
    const code = this.code.value.replace(/\D/g, "");
    this.found.replaceChildren();
    if (number === "" || !CODE.test(code)) return setText(this.notice, text("lookup_incomplete"));
    setText(this.notice, text("asking_server"));
    const { question, fault } = await this.asking.lookup(number, code);
    setText(this.notice, question ? "" : askRefusal(fault));
    if (question) this.found.replaceChildren(ownQuestion(question, this.asking.voter.session, null));
  }
}
