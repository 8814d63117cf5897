// What only a lent phone shows: thanks, the way to the next voter, and a warning before a form is taken away.
import { nextCounter } from "../ballots.js";
import { emptyDraft } from "../choices.js";
import { CodeScreen } from "../code_screen.js";
import { button, el, setAttribute, setHidden, setText } from "../dom.js";
import { FormScreen } from "../form_screen.js";
import { backgroundScreen, brokenScreen, refusedScreen } from "../other_screens.js";
import { SentScreen } from "../sent_screen.js";
import { text } from "../texts.js";
import { WaitScreen } from "../wait_screen.js";

const secondsOf = (left) => Math.ceil(left / 1000);

export function buildScreen(desk, name) {
  const { voter } = desk;
  const words = { title: text("desk_title"), hint: text("desk_hint") };
  const screens = {
    background: () => backgroundScreen(() => desk.tab.claim()),
    broken: () => brokenScreen(),
    scan: () => new CodeScreen((arrival) => desk.take(arrival), desk.fault, null, words),
    form: () => new FormScreen(voter, { submit: (...ballot) => desk.submit(...ballot), leave: () => desk.leave() }),
    refused: () => refusedScreen(voter.checkIn.code, { another: () => desk.clear(), otherCard: null }),
    sent: () => new SentScreen(voter, (window, draft) => desk.changeBallot(draft), new NextWay(desk)),
    thanks: () => new ThanksScreen(desk),
    wait: () => new WaitScreen(voter, new NextWay(desk)),
  };
  return screens[name]();
}

class ThanksScreen {
  constructor(desk) {
    this.desk = desk;
    this.left = el("p", { class: "detail" });
    this.again = button(text("change"), () => desk.changeBallot(emptyDraft()), { class: "option" });
    this.node = el(
      "div",
      { class: "sent thanks" },
      el("h1", { tabindex: "-1" }, text("desk_thanks")),
      el("p", { class: "mark-big", "aria-hidden": "true" }, "✓"),
      el("p", { class: "status", role: "status" }, text("status_recorded")),
      el("p", { class: "detail" }, text("desk_private")),
      this.left,
      button(text("desk_next"), () => desk.next(), { class: "primary later" }),
      this.again,
    );
    this.update();
  }

  update() {
    const { desk } = this;
    setText(this.left, text("desk_clears", { seconds: secondsOf(desk.left) }));
    const { window, countdown } = desk.voter;
    const slot = window === null ? null : desk.voter.slot(window.window);
    setHidden(this.again, slot === null || countdown.milliseconds === 0 || nextCounter(slot) === null);
  }
}

// On screens that a phone has too: the way to the next voter stands where a phone's other ways stand.
class NextWay {
  constructor(desk) {
    this.desk = desk;
    this.next = button("", () => desk.next(), { class: "option" });
    this.node = el("div", { class: "ways" }, this.next);
  }

  update() {
    const { isUnanswered } = this.desk;
    setText(this.next, text(isUnanswered ? "desk_confirming" : "desk_next"));
    setAttribute(this.next, "disabled", isUnanswered ? "" : null);
  }
}

export class Warning {
  constructor(desk) {
    this.desk = desk;
    this.title = el("h2", { id: "warning-title" });
    this.words = el("p", { role: "status" });
    this.submit = button(text("submit"), () => this.send(), { class: "primary" });
    this.node = el(
      "div",
      { class: "warning", role: "alertdialog", "aria-labelledby": "warning-title", hidden: true },
      this.title,
      this.words,
      button(text("desk_go_on"), () => this.goOn(), { class: "option go" }),
      this.submit,
      button(text("desk_leave"), () => desk.clear(), { class: "option" }),
    );
  }

  get isShown() {
    return !this.node.hidden;
  }

  show(left, isFilled) {
    setText(this.title, text(isFilled ? "desk_unsent" : "desk_idle"));
    setText(this.words, text(isFilled ? "desk_unsent_clears" : "desk_idle_clears", { seconds: secondsOf(left) }));
    setHidden(this.submit, !isFilled);
    if (this.isShown) return;
    setHidden(this.node, false);
    this.node.querySelector("button").focus({ preventScroll: true });
    navigator.vibrate?.([300, 200, 300]);
  }

  hide() {
    setHidden(this.node, true);
  }

  goOn() {
    this.desk.touched();
    this.hide();
  }

  send() {
    this.goOn();
    this.desk.screen.trySubmit();
  }
}
