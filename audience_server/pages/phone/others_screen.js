// What others ask: the approved questions, most supported first, each to be supported once.
import { field, unitSelect } from "./ask_screen.js";
import { button, el, setAttribute, setHidden, setText } from "./dom.js";
import { askRefusal, unitName } from "./question_words.js";
import { text } from "./texts.js";

const MOST_SHOWN = 100;

export class OthersScreen {
  constructor(asking, { back }) {
    this.asking = asking;
    this.shown = { list: null, supported: 0 };
    this.rows = new Map();
    this.list = el("div", { class: "cards" });
    this.none = el("p", { class: "hint", role: "status" });
    this.more = el("p", { class: "hint" });
    this.notice = el("p", { class: "notice", role: "alert" });
    const unit = unitSelect("others-unit", asking.voter.session, "others_all", (value) => this.turnTo(value));
    unit.value = asking.listUnit;
    this.node = el(
      "div",
      { class: "asking" },
      el("h1", { tabindex: "-1" }, text("others_questions")),
      button(text("back_to_vote"), back, { class: "option" }),
      el("p", { class: "hint" }, text("others_hint")),
      field("others-unit", "others_unit", unit),
      this.notice,
      this.none,
      this.list,
      this.more,
    );
    this.update();
  }

  turnTo(unit) {
    this.asking.forgetList(unit);
    this.update();
  }

  update() {
    const { asking } = this;
    asking.watch();
    const { list, supported } = asking;
    setText(this.none, text(list === null ? "asking_server" : "no_others_yet"));
    setHidden(this.none, list !== null && list.length > 0);
    // A list may be long and this is asked four times a second: a changed one is another one.
    if (list === this.shown.list && supported.length === this.shown.supported) return;
    this.shown = { list, supported: supported.length };
    this.paint(list ?? [], new Set(supported));
  }

  // A row changes in place: none is built anew under a finger because another one came or went.
  paint(list, supported) {
    const front = list.slice(0, MOST_SHOWN);
    const rows = new Map(front.map((each) => [each.number, this.rows.get(each.number) ?? this.row(each.number)]));
    for (const [number, { node }] of this.rows) if (!rows.has(number)) node.remove();
    front.forEach((each) => {
      const { node, paint } = rows.get(each.number);
      paint(each, supported.has(each.number));
      if (!node.isConnected) this.list.append(node);
    });
    this.rows = rows;
    setText(this.more, list.length > MOST_SHOWN ? text("others_more", { number: list.length - MOST_SHOWN }) : "");
  }

  row(number) {
    const { session } = this.asking.voter;
    const title = el("h2", {});
    const words = el("p", { class: "asked" });
    const supporters = el("p", { class: "supporters" });
    const press = button("", () => this.support(number), { class: "option support" });
    const pair = el("div", { class: "pair" }, supporters, press);
    const paint = (question, isSupported) => {
      setText(title, [number, unitName(session, question.unit)].filter(Boolean).join(" · "));
      setText(words, question.text);
      setText(supporters, text("supporters", { number: question.supporters }));
      setText(press, text(isSupported ? "supported" : "support"));
      setAttribute(press, "aria-label", `${press.textContent} ${number}`);
      setAttribute(press, "disabled", isSupported ? "" : null);
    };
    return { node: el("article", { class: "card question-card" }, title, words, pair), paint };
  }

  async support(number) {
    const fault = await this.asking.support(number);
    setText(this.notice, fault === null ? "" : askRefusal(fault));
    if (fault !== null) this.notice.scrollIntoView({ block: "center" });
  }
}
