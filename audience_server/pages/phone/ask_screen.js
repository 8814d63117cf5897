// The form of a question or a suggestion. Every key press is kept at once; only the tap on the button sends.
import { button, el, setAttribute, setHidden, setText } from "./dom.js";
import { pictureField } from "./picture_field.js";
import { askRefusal } from "./question_words.js";
import { text } from "./texts.js";

const KINDS = ["question", "suggestion"];

// As the server counts: white space in a row is one character, and none stands at the ends.
export const lengthOf = (words) =>
  [
    ...words
      .normalize("NFC")
      .replace(/[\s\u3000]+/g, " ")
      .trim(),
  ].length;

export class AskScreen {
  constructor(asking, { back, report }) {
    this.asking = asking;
    const { session, state } = asking.voter;
    this.facts = session.asking;
    this.draft = asking.draft ?? { kind: KINDS[0], unit: state.unit ?? "", problem: "", text: "" };
    this.fault = "";
    this.kinds = KINDS.map((kind) =>
      button(text(`kind_${kind}`), () => this.change({ kind }), { class: "option", role: "radio" }),
    );
    const unit = unitSelect("ask-unit", session, "ask_no_unit", (value) => this.change({ unit: value }));
    unit.value = this.draft.unit;
    const problem = select("ask-problem", problems(this.facts), (value) => this.change({ problem: value }));
    problem.value = this.draft.problem;
    this.words = el("textarea", {
      id: "ask-text",
      rows: "4",
      "aria-describedby": "ask-count",
      oninput: () => this.typed(),
    });
    this.words.value = this.draft.text;
    this.count = el("p", { id: "ask-count", class: "hint" });
    this.intake = el("p", { class: "notice", role: "status" });
    this.refused = el("p", { class: "notice refusal", role: "alert" });
    this.notice = el("p", { class: "notice", role: "alert" });
    this.node = el(
      "div",
      { class: "asking" },
      el("h1", { tabindex: "-1" }, text("ask")),
      this.refused,
      this.intake,
      el("div", { class: "options two", role: "radiogroup", "aria-label": text("ask_kind") }, ...this.kinds),
      field("ask-unit", "ask_unit", unit),
      field("ask-text", "ask_text", this.words),
      this.count,
      this.facts.problems.length > 0 ? field("ask-problem", "ask_problem", problem) : null,
      this.facts.picture_bytes > 0 ? pictureField(asking, this.facts.picture_bytes) : null,
      el("p", { class: "hint" }, text("ask_what_happens")),
      this.notice,
      button(text("ask_send"), () => this.trySend(), { class: "primary" }),
      button(text("ask_back"), back, { class: "option" }),
      this.facts.report_key ? button(text("report_go"), report, { class: "option" }) : null,
    );
    this.paint();
  }

  change(changes) {
    this.draft = { ...this.draft, ...changes };
    this.fault = "";
    this.asking.refusal = null;
    this.asking.keepDraft(this.draft);
    this.paint();
  }

  typed() {
    this.change({ text: this.words.value });
  }

  paint() {
    this.kinds.forEach((each, place) => setAttribute(each, "aria-checked", this.draft.kind === KINDS[place]));
    const length = lengthOf(this.draft.text);
    const most = this.facts.longest;
    const values = { length, most, over: length - most };
    setText(this.count, text(length > most ? "ask_count_over" : "ask_count", values));
    setAttribute(this.words, "aria-invalid", length > most ? "true" : null);
    this.update();
  }

  update() {
    const { refusal, link, voter } = this.asking;
    const { intake } = voter.state;
    const mode = intake === "paused" || intake === "slow" ? text(`intake_${intake}`) : "";
    setText(this.intake, mode);
    setHidden(this.intake, mode === "");
    const isRefused = refusal !== null && refusal.kind !== "report";
    setText(this.refused, isRefused ? askRefusal(refusal.code) : "");
    setHidden(this.refused, !isRefused);
    setText(this.notice, this.fault || (link.connected ? "" : text("ask_offline")));
  }

  trySend() {
    const length = lengthOf(this.draft.text);
    if (length === 0) this.complain(text("ask_empty"));
    else if (length > this.facts.longest) this.complain(text("ask_too_long", { over: length - this.facts.longest }));
    else this.asking.send(this.draft);
  }

  complain(words) {
    this.fault = words;
    this.words.focus({ preventScroll: true });
    this.update();
  }
}

export const field = (id, label, control) =>
  el("div", { class: "field" }, el("label", { for: id }, text(label)), control);

function select(id, children, changed) {
  const node = el("select", { id, onchange: () => changed(node.value) }, ...children);
  return node;
}

const option = (value, name) => el("option", { value }, name);

// Every unit of the session, and first what stands for none of them.
export const unitSelect = (id, session, none, changed) =>
  select(id, [option("", text(none)), ...session.units.map((unit) => option(unit.id, unit.name))], changed);

function problems({ problems: all }) {
  const groups = [...new Set(all.map((each) => each.group))];
  const grouped = groups.map((group) => {
    const members = all.filter((each) => each.group === group);
    return el("optgroup", { label: group }, ...members.map(({ id, name }) => option(id, name)));
  });
  return [option("", text("ask_no_problem")), ...grouped];
}
