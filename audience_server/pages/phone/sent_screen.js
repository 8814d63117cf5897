// After the tap: what was sent and what is recorded. The choice stays hidden until it is asked for, and hides again.
// Choice and record number share one place on the page, so that they are never seen together.
import { draftOf, emptyDraft, formOf } from "./choices.js";
import { HIGHEST_COUNTER } from "./entries.js";
import { nextCounter } from "./ballots.js";
import { button, el, setHidden, setText } from "./dom.js";
import { answerName } from "./form_review.js";
import { hasText, text } from "./texts.js";
import { questionOf, statusKey } from "./view_model.js";

const SHOWN_FOR = 6000;
const MARKS = {
  status_recorded: "✓",
  status_witnessed: "✓",
  status_missed: "✗",
  status_unproven: "⚠",
  status_refused: "⚠",
};

export class SentScreen {
  // `demand`: the way to the notary's desk, where this page has one.
  constructor(voter, changeBallot, ways, demand = null) {
    this.voter = voter;
    this.ways = ways;
    this.demand = demand;
    this.window = voter.window;
    this.changeBallot = changeBallot;
    this.timer = 0;
    const { key, values } = questionOf(this.window, voter.session);
    this.mark = el("p", { class: "mark-big", "aria-hidden": "true" });
    this.status = el("p", { class: "status", role: "status" });
    this.detail = el("p", { class: "detail" });
    this.private = el("div", { class: "private", "aria-live": "polite" });
    this.look = button(text("show_choice"), () => this.show(this.choiceText()), { class: "option" });
    this.number = button(text("show_number"), () => this.show(text("record_number", { index: this.slot.index })), {
      class: "option",
    });
    this.again = button(text("change"), () => this.change(), { class: "option" });
    this.retry = button(text("retry"), () => voter.retry(this.window.window), { class: "option" });
    this.node = el(
      "div",
      { class: "sent" },
      el("h1", { class: "question small", tabindex: "-1" }, text(key, values)),
      this.mark,
      this.status,
      this.detail,
      this.retry,
      this.again,
      el("div", { class: "pair" }, this.look, this.number),
      this.private,
      this.demand?.node ?? null,
      this.ways.node,
    );
    this.update();
  }

  get slot() {
    return this.voter.slot(this.window.window);
  }

  update() {
    const { slot } = this;
    if (slot === null) return;
    const key = statusKey(slot, this.voter.link.connected);
    const over = this.voter.countdown.milliseconds === 0;
    setText(this.mark, MARKS[key] ?? "…");
    setText(this.status, text(key));
    setText(this.detail, detailOf(slot, over));
    setHidden(this.retry, slot.status !== "refused");
    setHidden(this.again, over || nextCounter(slot) === null);
    setHidden(this.look, slot.choice === undefined || slot.status === "elsewhere");
    setHidden(this.number, slot.status !== "recorded");
    this.demand?.update();
    this.ways.update();
  }

  show(words) {
    clearTimeout(this.timer);
    setText(this.private, words);
    this.timer = setTimeout(() => setText(this.private, ""), SHOWN_FOR);
  }

  choiceText() {
    const { slot } = this;
    const form = formOf(this.window, this.voter.session);
    const draft = draftOf(form, slot.choice);
    if (draft.abstains) return text("abstain");
    if (form.kind === "select") return draft.selected.map((number) => form.units[number - 1].name).join(" ");
    return form.items.map((item) => line(form, item, draft)).join("\n");
  }

  // A long sheet is changed, not filled in once more; a single question starts unmarked, as cameras may be watching.
  change() {
    const { slot } = this;
    const form = formOf(this.window, this.voter.session);
    const long = form.kind === "select" || form.items.length > 1;
    const draft = long && slot.choice !== undefined ? draftOf(form, slot.choice) : emptyDraft();
    this.changeBallot(this.window.window, draft);
  }
}

function line(form, item, draft) {
  const answer = answerName(item, draft);
  if (form.items.length === 1) return answer;
  return text("named", { name: [item.unit?.name, item.criterion?.name].filter(Boolean).join(" "), value: answer });
}

function detailOf(slot, over) {
  if (slot.status === "refused") return refusalText(slot.code);
  if (slot.status === "recorded")
    return text(over ? "proved" : slot.q < HIGHEST_COUNTER ? "proved_change" : "proved_last");
  if (slot.status === "sending") return text("keep_open");
  return "";
}

export const refusalText = (code) => text(hasText(`refused_${code}`) ? `refused_${code}` : "refused_other");
