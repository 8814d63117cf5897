// Is a ballot in this record: the answer for every receipt handed in, and a place to hand in more. Never a choice.
import { element, evidenceText, part } from "./ui_dom.js";
import { problemLine, receiptFields } from "./ui_receipt_fields.js";

export function receiptsPart(report, state, say, lookUp) {
  const form = element(
    "form",
    { class: "look-up", novalidate: true },
    element("p", { class: "hint" }, say("receipts_about")),
    problemLine(state, say),
    ...receiptFields(state, say),
    element("button", { type: "submit" }, say("look_up")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    lookUp();
  });
  const rows = report.receipts.map((row, place) => receiptItem(row, place + 1, say));
  if (rows.length < state.meta.given) rows.push(element("li", { class: "bad" }, say("receipts_unchecked")));
  const found = element("ul", { class: "found", tabindex: "-1" }, ...rows);
  const section = part("receipts", say("receipts"), rows.length > 0 ? found : null, form);
  section.classList.toggle("bare", rows.length === 0);
  return section;
}

function receiptItem(row, n, say) {
  return element(
    "li",
    { class: row.found ? "good" : "bad" },
    element("span", { class: "sign", "aria-hidden": "true" }, row.found ? "✓" : "✗"),
    element("span", {}, say("receipt_number", { n }), " ", evidenceText(answer(row, say))),
  );
}

function answer(row, say) {
  if (!row.found) return say(row.index === null ? "receipt_missing" : "receipt_missing_at", row);
  if (row.kind === "present") return say("receipt_present", row);
  return say(row.window ? "receipt_ballot" : "receipt_other", row);
}
