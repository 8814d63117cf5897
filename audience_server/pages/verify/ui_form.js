// Before the check: the evidence, the anchor, the receipts. What was chosen outlives a change of language.
import { element, evidenceText, pressable, sizeText } from "./ui_dom.js";
import { problemLine, receiptFields } from "./ui_receipt_fields.js";
import { shownText } from "./words.js";

export function startForm(state, say, { choose, start }) {
  const form = element(
    "form",
    { novalidate: true },
    element("p", { class: "lead" }, say("about")),
    problemLine(state, say),
    bundleField(state, say, choose),
    anchorField(state, say),
    element(
      "fieldset",
      {},
      element("legend", {}, say("step_receipts")),
      element("p", { class: "hint" }, say("receipts_hint")),
      ...receiptFields(state, say),
    ),
    element("button", { type: "submit", class: "primary" }, say("start")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    start();
  });
  return form;
}

function bundleField(state, say, choose) {
  const input = element("input", { type: "file", id: "bundle", class: "unseen", "aria-describedby": "bundle-hint" });
  input.addEventListener("change", () => choose(input.files[0] ?? null));
  const { bundle } = state;
  const label = element("label", { for: "bundle" }, say(bundle ? "choose_other" : "choose"));
  return element(
    "fieldset",
    { id: "drop" },
    element("legend", {}, say("step_file")),
    element("p", { class: "hint", id: "bundle-hint" }, say("file_hint")),
    element("div", { class: "picker" }, input, label),
    element("p", { class: "hint" }, say("drop")),
    bundle ? chosenLine(bundle, say) : null,
  );
}

function chosenLine({ name, size }, say) {
  const text = say("chosen", { name: shownText(name), size: sizeText(size, say) });
  return element("p", { class: "chosen", id: "chosen" }, "✓ ", text);
}

function anchorField(state, say) {
  const input = element("input", {
    type: "text",
    id: "anchor",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    "aria-labelledby": "anchor-name",
    "aria-describedby": "anchor-hint",
    value: state.anchor,
  });
  input.addEventListener("input", () => {
    state.anchor = input.value;
  });
  return element(
    "fieldset",
    {},
    element("legend", { id: "anchor-name" }, say("step_anchor")),
    element("p", { class: "hint", id: "anchor-hint" }, say("anchor_hint")),
    input,
  );
}

// What the file is instead, as far as its first bytes tell, and what would be right.
export function notBundleReport(state, say, { again }) {
  const kind = kindOfFile(state.head);
  const sign = element("span", { class: "sign", "aria-hidden": "true" }, "✗");
  return element(
    "section",
    { class: "verdict fail" },
    element("h1", { id: "verdict", tabindex: "-1" }, sign, say("not_bundle")),
    kind === null ? null : element("p", {}, say(kind)),
    element("p", {}, say("not_bundle_right")),
    element("p", { class: "note" }, evidenceText(state.bundle.name)),
    pressable(say("again"), again, "primary"),
  );
}

const KINDS_OF_FILES = [
  ["PK\u0003\u0004", "is_zip"],
  ["\u001f\u008b", "is_gzip"],
  ["%PDF", "is_pdf"],
  ["{", "is_json"],
  ["c2sp.org/tlog-proof", "is_receipt"],
];

function kindOfFile(head) {
  if (head === "") return "is_empty";
  return KINDS_OF_FILES.find(([beginning]) => head.startsWith(beginning))?.[1] ?? null;
}
