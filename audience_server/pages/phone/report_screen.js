// A report of misconduct: says who reads it, is sealed on this phone for that office, and leaves it as ciphertext only.
// The words stay in memory until they are sent, and are kept nowhere.
import { field, lengthOf } from "./ask_screen.js";
import { toBase64, utf8 } from "./bytes.js";
import { button, el, setAttribute, setHidden, setText } from "./dom.js";
import { loadPart } from "./lazy.js";
import { askRefusal } from "./question_words.js";
import { text } from "./texts.js";

// 1400 characters of four bytes still fit into one message.
const MOST = 1400;

export class ReportScreen {
  // `kept`: {text}, in memory only; `kept.text` is what a vote in between must not take away.
  constructor(asking, kept, { back }) {
    Object.assign(this, { asking, kept });
    const { report_office: office } = asking.voter.session.asking;
    this.fault = "";
    this.sealing = loadPart("report");
    this.sealing.catch(() => this.complain(text("report_unsealed", { office })));
    this.words = el("textarea", {
      id: "report-text",
      rows: "7",
      "aria-describedby": "report-count",
      oninput: () => this.typed(),
    });
    this.words.value = kept.text;
    this.count = el("p", { id: "report-count", class: "hint" });
    this.refused = el("p", { class: "notice refusal", role: "alert" });
    this.notice = el("p", { class: "notice", role: "alert" });
    this.node = el(
      "div",
      { class: "asking" },
      el("h1", { tabindex: "-1" }, text("report_title")),
      this.refused,
      el("p", { class: "advice" }, text("report_reader", { office })),
      el("p", { class: "hint" }, text("report_hint")),
      field("report-text", "report_text", this.words),
      this.count,
      this.notice,
      button(text("report_send"), () => this.trySend(), { class: "primary" }),
      button(text("report_back"), () => this.leave(back), { class: "option" }),
    );
    this.paint();
  }

  typed() {
    this.kept.text = this.words.value;
    this.fault = "";
    this.asking.refusal = null;
    this.paint();
  }

  paint() {
    const length = lengthOf(this.kept.text);
    const values = { length, most: MOST, over: length - MOST };
    setText(this.count, text(length > MOST ? "ask_count_over" : "ask_count", values));
    setAttribute(this.words, "aria-invalid", length > MOST ? "true" : null);
    this.update();
  }

  update() {
    const { refusal, link } = this.asking;
    const isRefused = refusal?.kind === "report";
    setText(this.refused, isRefused ? askRefusal(refusal.code) : "");
    setHidden(this.refused, !isRefused);
    setText(this.notice, this.fault || (link.connected ? "" : text("ask_offline")));
  }

  complain(words) {
    this.fault = words;
    this.update();
  }

  leave(back) {
    this.kept.text = "";
    back();
  }

  // What cannot be sealed does not leave; what was refused stays to be mended.
  async trySend() {
    const length = lengthOf(this.kept.text);
    if (length === 0) return this.complain(text("report_empty"));
    if (length > MOST) return this.complain(text("ask_too_long", { over: length - MOST }));
    const { voter, random } = this.asking;
    const { report_key: key, report_office: office } = voter.session.asking;
    try {
      const { seal } = await this.sealing;
      this.asking.sendReport(toBase64(seal(utf8(this.kept.text), key, random)));
    } catch {
      this.complain(text("report_unsealed", { office }));
    }
  }
}
