// A question on its way, and its 提问回执: number and code, big enough to be copied down or photographed.
import { button, el, setText } from "./dom.js";
import { spacedCode } from "./question_words.js";
import { text } from "./texts.js";

export class SendingScreen {
  constructor(asking, { back }) {
    this.asking = asking;
    this.status = el("p", { class: "status", role: "status" });
    this.node = el(
      "div",
      { class: "sent" },
      el("h1", { tabindex: "-1" }, text("ask")),
      el("p", { class: "mark-big", "aria-hidden": "true" }, "…"),
      this.status,
      el("p", { class: "detail" }, text("ask_sending_hint")),
      button(text("ask_leave"), back, { class: "option" }),
    );
    this.update();
  }

  update() {
    setText(this.status, text(this.asking.link.connected ? "ask_sending" : "ask_unsent"));
  }
}

export class ReceiptScreen {
  constructor({ number, code, kind }, { back, again, mine }) {
    const isReport = kind === "report";
    this.node = el(
      "div",
      { class: "asking receipt" },
      el("h1", { tabindex: "-1" }, text(isReport ? "report_receipt" : "receipt_title")),
      el("p", { class: "status", role: "status" }, text(isReport ? "report_received" : "receipt_received")),
      el(
        "dl",
        { class: "card numbers" },
        el("dt", {}, text("receipt_number_name")),
        el("dd", {}, number),
        el("dt", {}, text("receipt_code_name")),
        el("dd", {}, spacedCode(code)),
      ),
      el("p", { class: "advice" }, text("receipt_advice")),
      el("p", { class: "hint" }, text(isReport ? "report_not_kept" : "receipt_use")),
      isReport ? null : button(text("my_questions"), mine, { class: "option" }),
      isReport ? null : button(text("ask_another"), again, { class: "option" }),
      button(text("back_to_vote"), back, { class: "primary" }),
    );
  }

  update() {}
}
