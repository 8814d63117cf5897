// Every failed check and warning: code, place, sentence, what was expected and found; and what was not checked.
import { element, evidenceText, part } from "./ui_dom.js";
import { isOfCheckpoint, phrased, sentenceOf } from "./words_said.js";

export function findingsParts(report, language, say) {
  return [
    findingsList("failures", report.failures, report, language, say),
    findingsList("warnings", report.warnings, report, language, say),
    skippedList(report, language, say),
  ];
}

function findingsList(id, rows, report, language, say) {
  const letter = id === "failures" ? "E" : "W";
  const more = Object.entries(report.more).filter(([code]) => code.startsWith(letter));
  if (rows.length === 0) return null;
  return part(
    id,
    say(id),
    element("ol", { class: "findings" }, ...rows.map((row) => findingItem(row, language, say))),
    ...more.map(([code, number]) => element("p", { class: "note" }, say("more_findings", { code, number }))),
  );
}

function findingItem(row, language, say) {
  const pair = (key, text) =>
    element("div", {}, element("dt", {}, say(key)), element("dd", {}, evidenceText(phrased(text, language))));
  return element(
    "li",
    {},
    element("p", { class: "where" }, element("b", {}, row.code), " ", placeOf(row, say)),
    element("p", {}, sentenceOf(row.code, language)),
    element("dl", {}, pair("expected", row.expected), pair("found", row.found)),
  );
}

function placeOf(row, say) {
  if (row.index === null) return "";
  return say(isOfCheckpoint(row) ? "checkpoint_of" : "entry", { index: row.index });
}

function skippedList(report, language, say) {
  if (report.skipped.length === 0) return null;
  const rows = report.skipped.map((what) => element("li", {}, evidenceText(phrased(what, language))));
  return part("skipped", say("skipped"), element("ul", {}, ...rows));
}
