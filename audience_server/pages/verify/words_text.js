// The report as text, line by line what verify.py prints.
import { cleanText } from "./words.js";
import { nameIn, readerNames } from "./words_names.js";
import {
  auditSaid,
  bottomSentence,
  byRank,
  findingsOf,
  hasCode,
  isBundle,
  isOfCheckpoint,
  isPublicBundle,
  panelLabel,
  phrased,
  readAloud,
  sentenceOf,
} from "./words_said.js";

export function reportText(report, language, say) {
  if (!isBundle(report)) return `${say("not_bundle_line")}\n`;
  const names = readerNames(report);
  const lines = [
    ...findingLines(report, language, say),
    "",
    ...headLines(report, names, say),
    "",
    ...report.rounds.flatMap((row) => [...roundLines(row, names, say), ""]),
    ...resultLines(report, names, language, say),
    say("footer"),
  ];
  return `${lines.map(cleanText).join("\n")}\n`;
}

function findingLines(report, language, say) {
  const more = Object.entries(report.more).sort(([one], [other]) => (one < other ? -1 : 1));
  return [
    ...(report.kind === "rehearsal" ? [say("rehearsal")] : []),
    ...findingsOf(report).map((row) =>
      say("finding_line", {
        kind: say(`finding_${row.code[0]}`),
        code: row.code,
        place: placeText(row, say),
        sentence: sentenceOf(row.code, language),
        expected: phrased(row.expected, language),
        found: phrased(row.found, language),
      }),
    ),
    ...more.map(([code, number]) => say("more_findings", { code, number })),
    ...report.skipped.map((what) => say("not_checked", { what: phrased(what, language) })),
  ];
}

function placeText(row, say) {
  if (row.index === null) return "";
  return say(isOfCheckpoint(row) ? "at_checkpoint" : "at_entry", { index: row.index });
}

function headLines(report, names, say) {
  const { title, date, place } = names.session;
  return [
    ...(report.kind === "rehearsal" ? [say("rehearsal")] : []),
    ...(names.known ? [`${title}  ${date}  ${place}`] : []),
    say("origin_line", { origin: report.origin }),
    say(`verdict_${report.verdict}`),
    ...(hasCode(report, "W106") ? [say("self_asserted")] : []),
    ...(isPublicBundle(report) ? [say("public_line")] : []),
    ...(report.fingerprint ? [say("entries_line", report)] : []),
  ];
}

function roundLines(row, names, say) {
  if (row.state === "void") return [say("round_void", row)];
  if (row.state !== "locked") return [say("round_not_locked", row)];
  const panels = Object.entries(row.by ?? {}).map(([panel, numbers]) =>
    say("panel_line", { panel: panelLabel(names, panel, say), sentence: readAloud(numbers, say) }),
  );
  return [
    say("round_locked", { ...row, fingerprint: row.fingerprint ?? "None" }),
    ...panels,
    ...(row.audit?.cards ? [auditSaid(row.audit, say)] : []),
    ...(row.by === null ? [say("round_not_counted")] : []),
  ];
}

function resultLines(report, names, language, say) {
  if (!names.known || report.results === null) return [say("no_scores")];
  const lines = report.results.complete ? [] : [say("incomplete")];
  for (const category of names.categories) {
    const rows = report.results.units.filter((row) => row.category === category.id);
    const low = rows.filter((row) => row.bottom).map((row) => nameIn(names.units, row.unit));
    lines.push(say("category_line", { title: category.name }));
    lines.push(...byRank(rows).map((row) => unitLine(row, report, names, say)));
    if (category.bottom && low.length > 0) lines.push(bottomSentence(category, low, language, say));
    lines.push("");
  }
  return lines;
}

function unitLine(row, report, names, say) {
  const name = nameIn(names.units, row.unit);
  if (row.score === null) return say("no_score_line", { name });
  const other = report.score_verified?.[row.unit];
  return say("score_line", {
    ...row,
    name,
    tie: row.tied ? say("tie") : "",
    extra: other ? say("without_unverified_line", { score: other }) : "",
  });
}
