// Two signed heads that contradict each other, to be read, scanned or copied at the notary's desk. Nothing of a voter.
import { button, el, setHidden, setText } from "./dom.js";
import { loadPart } from "./lazy.js";
import { text } from "./texts.js";

const LINES = 12;

// What every reader needs of a note: its text and the log's own signature.
const signedByLog = (note, origin) =>
  note
    .split("\n")
    .filter((line) => !line.startsWith("— ") || line.startsWith(`— ${origin} `))
    .join("\n");

export function forkEvidence([older, newer], origin) {
  const words = el("p", { class: "notice", role: "status" });
  const notes = el("textarea", { readonly: true, rows: LINES, "aria-label": text("fork_text") });
  notes.value = `${older.note}\n${newer.note}`;
  const canvas = el("canvas", { class: "code-shown", role: "img", "aria-label": text("fork_code"), hidden: true });
  const node = el(
    "div",
    { class: "evidence" },
    el("p", {}, text("fork_sizes", { first: older.size, second: newer.size })),
    canvas,
    notes,
    button(text("fork_copy"), () => setText(words, text(copied(notes) ? "fork_copied" : "fork_copy_failed")), {
      class: "option",
    }),
    words,
  );
  paint(canvas, [older, newer].map(({ note }) => signedByLog(note, origin)).join("\n"));
  return node;
}

// Without a code the text is still there to be copied or photographed.
async function paint(canvas, words) {
  try {
    const { paintCode } = await loadPart("demand");
    setHidden(canvas, !paintCode(canvas, words, canvas.parentElement.clientWidth));
  } catch {
    canvas.remove();
  }
}

// A page over plain http has no other clipboard.
function copied(notes) {
  notes.focus();
  notes.select();
  return document.execCommand("copy");
}
