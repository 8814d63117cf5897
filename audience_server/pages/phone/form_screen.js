// The ballot somebody fills in. Built once per window; what the server pushes only changes clock and notice line.
import { choiceOf, emptyDraft, formOf, isEmpty, unanswered } from "./choices.js";
import { button, el, setAttribute, setHidden, setText } from "./dom.js";
import { itemBlock, selectionBlock, unitHeading } from "./form_items.js";
import { reviewBlock } from "./form_review.js";
import { text } from "./texts.js";
import { questionOf } from "./view_model.js";

const ASK_AT = 10;

export class FormScreen {
  // `submit(window, choice)` sends; `leave(window)` gives up a change and keeps the ballot sent before.
  constructor(voter, { submit, leave }) {
    this.voter = voter;
    this.submit = submit;
    this.leave = () => leave(this.window.window);
    this.window = voter.window;
    this.form = formOf(this.window, voter.session);
    this.draft = voter.box.draft(this.window.window) ?? emptyDraft();
    this.pages = pagesOf(this.form);
    this.page = 0;
    this.blocks = [];
    this.notice = "";
    this.confirmed = "";
    this.asked = false;
    this.build();
    this.turnTo(this.firstOpenPage());
    voter.begin(this.window.window);
  }

  get isSheet() {
    return this.pages.length > 1;
  }

  get onReview() {
    return this.isSheet && this.page === this.pages.length;
  }

  build() {
    const { key, values } = questionOf(this.window, this.voter.session);
    this.body = el("div", { class: "form-body" });
    this.noticeLine = el("p", { class: "notice", role: "alert" });
    this.progress = el("p", { class: "progress" });
    this.abstain = button(text("abstain"), () => this.toggleAbstain(), {
      class: "option abstain",
      "aria-pressed": "false",
    });
    this.send = button(text("submit"), () => this.trySubmit(), { class: "primary" });
    this.back = button(text("back"), () => this.turnTo(this.page - 1), { class: "step" });
    this.forth = button(text("forth"), () => this.turnTo(this.page + 1), { class: "step" });
    this.check = button(text("check"), () => this.turnTo(this.pages.length), { class: "primary step" });
    this.keep = button(text("keep_earlier"), () => this.leave(), { class: "option" });
    setHidden(this.keep, this.voter.slot(this.window.window) === null);
    // On the review, what lies under the finger that came from "check" or "next" must not be what sends.
    this.edit = button(text("edit"), () => this.turnTo(this.pages.length - 1), { class: "step" });
    const steps = el("div", { class: "steps" }, this.back, this.forth, this.check, this.send, this.edit);
    this.node = el(
      "div",
      { class: "form" },
      el("h1", { class: "question", tabindex: "-1" }, text(key, values)),
      this.progress,
      this.body,
      this.abstain,
      this.keep,
      el("div", { class: "bar" }, this.noticeLine, this.isSheet ? steps : this.send),
    );
  }

  firstOpenPage() {
    const open = new Set(unanswered(this.form, this.draft));
    const page = this.pages.findIndex((items) => items.some((item) => open.has(item)));
    return this.isSheet && page < 0 ? this.pages.length : Math.max(0, page);
  }

  turnTo(page) {
    this.page = page;
    this.confirmed = "";
    this.notice = "";
    this.blocks = this.onReview ? [reviewBlock(this)] : this.blocksOfPage();
    this.body.replaceChildren(...this.blocks.map((block) => block.node));
    setHidden(this.abstain, this.isSheet && !this.onReview);
    setHidden(this.send, this.isSheet && !this.onReview);
    for (const step of [this.back, this.forth, this.check]) setHidden(step, this.onReview);
    setHidden(this.edit, !this.onReview);
    setAttribute(this.back, "disabled", page === 0 ? "" : null);
    setAttribute(this.forth, "disabled", page === this.pages.length - 1 ? "" : null);
    window.scrollTo(0, 0);
    this.paint();
  }

  blocksOfPage() {
    if (this.form.kind === "select") return [selectionBlock(this)];
    const items = this.pages[this.page];
    const blocks = items.map((item) => itemBlock(this, item, this.isSheet || items.length > 1));
    return this.isSheet ? [unitHeading(items[0].unit), ...blocks] : blocks;
  }

  // One tap, one change: kept at once, so that a reload comes back to it.
  change(changes) {
    this.draft = { ...this.draft, abstains: false, ...changes };
    this.confirmed = "";
    this.notice = "";
    this.voter.box.keepDraft(this.window.window, this.draft);
    this.paint();
  }

  answer(item, answer) {
    this.change({ answers: { ...this.draft.answers, [item.label]: answer } });
  }

  say(words) {
    this.notice = words;
    this.update();
  }

  toggleAbstain() {
    this.change({ abstains: !this.draft.abstains });
  }

  paint() {
    this.blocks.forEach((block) => block.paint(this.draft));
    setAttribute(this.abstain, "aria-pressed", this.draft.abstains);
    setText(this.progress, this.progressText());
    setHidden(this.progress, this.progress.textContent === "");
    this.update();
  }

  progressText() {
    if (this.form.kind === "select")
      return text("chosen_of", { chosen: this.draft.selected.length, most: this.form.choose });
    const total = this.form.items.length;
    if (total === 1) return "";
    const done = total - unanswered(this.form, this.draft).length;
    const filled = text("filled_of", { done, total });
    if (!this.isSheet || this.onReview) return filled;
    return `${text("unit_of", { number: this.page + 1, total: this.pages.length })} · ${filled}`;
  }

  update() {
    const { countdown, link } = this.voter;
    const over = countdown.milliseconds === 0;
    const late = !over && countdown.seconds <= ASK_AT;
    if (late && !this.asked) navigator.vibrate?.(200);
    this.asked ||= late;
    const filled = this.draft.abstains || !isEmpty(this.form, this.draft);
    const asking = late ? text(filled ? "ask_submit" : "ask_choose") : "";
    setText(this.noticeLine, over ? text("time_over") : link.connected ? this.notice || asking : text("offline"));
    setAttribute(this.send, "disabled", over ? "" : null);
  }

  trySubmit() {
    const open = unanswered(this.form, this.draft);
    if (!this.draft.abstains && isEmpty(this.form, this.draft)) {
      this.say(text("choose_first"));
    } else if (!this.draft.abstains && open.length > 0 && this.confirmed !== "blank") {
      this.confirmed = "blank";
      this.say(text("blank_items", { items: open.length }));
    } else {
      this.submit(this.window.window, choiceOf(this.form, this.draft));
    }
  }
}

function pagesOf(form) {
  if (form.kind === "select") return [[]];
  const pages = new Map();
  for (const item of form.items) {
    const unit = item.unit?.id ?? "";
    pages.set(unit, [...(pages.get(unit) ?? []), item]);
  }
  return [...pages.values()];
}
