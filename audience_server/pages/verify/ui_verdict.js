// The top of a report: what it is, the verdict in words and a sign, the check code, what was checked.
import { element, evidenceText, part, sizeText } from "./ui_dom.js";
import { hasCode, isPartial, isPublicBundle, onlyReceiptsFail } from "./words_said.js";

const SIGNS = { pass: "✓", warn: "!", fail: "✗" };

export function verdictPart(report, names, say) {
  const { title, date, place } = names.session;
  return element(
    "section",
    { class: `verdict ${report.verdict}`, "aria-labelledby": "verdict" },
    element("p", { class: "paper-title" }, say("paper_title")),
    report.kind === "rehearsal" ? element("p", { class: "rehearsal" }, say("rehearsal")) : null,
    element("p", { class: "session" }, evidenceText([title, date, place].filter(Boolean).join(" "))),
    element(
      "h1",
      { id: "verdict", tabindex: "-1" },
      element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[report.verdict]),
      say(`verdict_${report.verdict}`),
    ),
    ...remarks(report, say).map((text) => element("p", { class: "remark" }, text)),
    element("p", {}, meaning(report, say)),
  );
}

function remarks(report, say) {
  return [
    ...(hasCode(report, "W106") ? [say("self_asserted")] : []),
    ...(isPublicBundle(report) ? [say("public_line")] : []),
    ...(isPartial(report) ? [say("is_partial")] : []),
  ];
}

function meaning(report, say) {
  if (onlyReceiptsFail(report)) return say("only_receipts");
  return say(report.verdict === "pass" && isPublicBundle(report) ? "meaning_public" : `meaning_${report.verdict}`);
}

export function fingerprintPart(report, say) {
  if (!report.fingerprint) return null;
  return part(
    "fingerprint",
    say("fingerprint"),
    fingerprintGroups(report.fingerprint, "code"),
    element("p", { class: "hint" }, say("fingerprint_help", { size: report.size })),
  );
}

export const fingerprintGroups = (digits, kind) =>
  element("p", { class: kind }, ...digits.split(" ").flatMap((group) => [element("span", {}, group), " "]));

export function factsPart(report, names, meta, say) {
  const { title, date, place } = names.session;
  const rows = [
    ["fact_session", title],
    ["fact_date", date],
    ["fact_place", place],
    ["fact_origin", report.origin],
    ["fact_witnesses", names.witnesses.join("、") || say("fact_no_witness")],
    ["fact_anchor", anchorWords(report, names, meta, say)],
    ["fact_size", report.size ?? ""],
    ["fact_root", report.root ?? ""],
    ["fact_file", meta.name],
    ["fact_length", sizeText(report.archive.length ?? meta.size, say)],
    ["fact_digest", report.archive.sha256 ?? ""],
    ["fact_checked_at", meta.at],
    ["fact_program", say("program_name")],
  ];
  const pairs = rows.map(([key, value]) => {
    const text = evidenceText(value === "" ? say("unknown") : value);
    return element("div", {}, element("dt", {}, say(key)), element("dd", {}, text));
  });
  return part("facts", say("facts"), element("dl", {}, ...pairs));
}

function anchorWords(report, names, meta, say) {
  if (meta.anchor === null) return say("anchor_none");
  if (hasCode(report, "E105")) return say("anchor_bad");
  return say(names.known && !hasCode(report, "W106") ? "anchor_good" : "anchor_unchecked");
}
