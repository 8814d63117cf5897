// Typing the code of a card: four rows of five, as they are printed on it.
import { ALPHABET, CODE_LENGTH, GROUP_LENGTH, fault, strip } from "./codes.js";
import { button, el, setAttribute, setText } from "./dom.js";
import { text } from "./texts.js";

const ROWS = CODE_LENGTH / GROUP_LENGTH;

export class CodeScreen {
  constructor(arrived, linkFault, otherCard, words = { title: text("code_title"), hint: text("code_hint") }) {
    this.arrived = arrived;
    this.rows = Array.from({ length: ROWS }, (_, place) => this.row(place));
    this.problem = el("p", { class: "notice", role: "alert" });
    this.node = el(
      "div",
      { class: "code" },
      el("h1", { tabindex: "-1" }, words.title),
      el("p", {}, words.hint),
      el("div", { class: "rows" }, ...this.rows),
      el("p", { class: "hint" }, text("code_characters")),
      this.problem,
      button(text("code_go"), () => this.go(), { class: "primary" }),
      otherCard === null ? null : button(text("other_card"), otherCard, { class: "option" }),
    );
    if (linkFault) setText(this.problem, text("code_bad_link"));
  }

  row(place) {
    return el("input", {
      type: "text",
      autocomplete: "off",
      autocapitalize: "characters",
      autocorrect: "off",
      spellcheck: "false",
      "aria-label": text("code_row", { number: place + 1 }),
      oninput: (event) => !event.isComposing && this.typed(place),
      oncompositionend: () => this.typed(place),
      onkeydown: (event) => this.pressed(event, place),
    });
  }

  // What does not fit into one row runs on into the next: pasting the whole code works too.
  typed(place) {
    let rest = strip(this.rows[place].value);
    let at = place;
    for (;;) {
      const piece = rest.slice(0, GROUP_LENGTH);
      rest = rest.slice(GROUP_LENGTH);
      if (this.rows[at].value !== piece) this.rows[at].value = piece;
      setAttribute(this.rows[at], "aria-invalid", [...piece].some((each) => !ALPHABET.includes(each)) ? "true" : null);
      if (piece.length < GROUP_LENGTH || rest === "" || at + 1 === ROWS) break;
      at += 1;
    }
    const full = this.rows[at].value.length === GROUP_LENGTH;
    if (full && at + 1 < ROWS) this.rows[at + 1].focus();
    this.complain(this.rows.some((row) => row.getAttribute("aria-invalid")) ? "characters" : null);
  }

  pressed(event, place) {
    if (event.key === "Enter") this.go();
    if (event.key === "Backspace" && this.rows[place].value === "" && place > 0) this.rows[place - 1].focus();
  }

  complain(fault) {
    setText(this.problem, fault === null ? "" : text(`code_fault_${fault}`));
  }

  go() {
    const code = this.rows.map((row) => strip(row.value)).join("");
    const wrong = fault(code);
    this.complain(wrong);
    if (wrong === null) this.arrived({ code, anchor: null });
  }

  update() {}
}
