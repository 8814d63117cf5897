// Receipts as files or pasted text: read, and refused with a sentence when they are something else.
import { element } from "./ui_dom.js";

const RECEIPT_HEAD = "c2sp.org/tlog-proof@v1";
const LARGEST_RECEIPT = 100_000;

// What has to be put right before anything can be checked; empty, and so not there, when nothing has.
export function problemLine({ problem }, say) {
  const sign = element("span", { class: "sign", "aria-hidden": "true" }, "!");
  const attributes = { id: "problem", class: "problem", role: "alert", tabindex: "-1" };
  return element("p", attributes, ...(problem === null ? [] : [sign, say(...problem)]));
}

export function receiptFields(state, say) {
  const files = element("input", { type: "file", id: "receipts", class: "unseen", multiple: true });
  const chosen = element("p", { class: "chosen", id: "receipts-chosen", role: "status" });
  const tell = () => {
    const n = state.receiptFiles.length;
    chosen.textContent = n === 0 ? "" : `✓ ${say("receipts_chosen", { n })}`;
  };
  files.addEventListener("change", () => {
    state.receiptFiles = [...files.files];
    tell();
  });
  tell();
  const text = element("textarea", { id: "receipt-text", rows: "4", spellcheck: "false" });
  text.value = state.receiptText;
  text.addEventListener("input", () => {
    state.receiptText = text.value;
  });
  return [
    element("div", { class: "picker" }, files, element("label", { for: "receipts" }, say("receipt_files"))),
    chosen,
    element("label", { for: "receipt-text", class: "above" }, say("receipt_text")),
    text,
  ];
}

// {receipts} as bytes, or {problem}: a key of the page's words with its values.
export async function readReceipts(state, say) {
  const receipts = [];
  for (const file of state.receiptFiles) {
    if (file.size > LARGEST_RECEIPT) return { problem: ["receipt_too_large", { name: file.name }] };
    try {
      receipts.push(new Uint8Array(await file.arrayBuffer()));
    } catch {
      return { problem: ["unreadable", { name: file.name }] };
    }
    if (!beginsAsReceipt(receipts.at(-1))) return { problem: ["wrong_receipt", { name: file.name }] };
  }
  const pasted = pastedReceipts(state.receiptText);
  if (!pasted.every(beginsAsReceipt)) return { problem: ["wrong_receipt", { name: say("pasted") }] };
  return { receipts: [...receipts, ...pasted] };
}

const beginsAsReceipt = (bytes) => new TextDecoder().decode(bytes.subarray(0, RECEIPT_HEAD.length)) === RECEIPT_HEAD;

// Several may be pasted one behind the other; what copying adds at the ends of lines is no part of them.
function pastedReceipts(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/[ \t]+$/gm, "").trim();
  if (lines === "") return [];
  const parts = lines.split(/^(?=c2sp\.org\/tlog-proof@v1$)/m);
  return parts.map((each) => new TextEncoder().encode(`${each.trim()}\n`));
}
