// Sentences of a report, as verify.py says them.
import { SENTENCES } from "./sentences.js";
import { PHRASES } from "./words_phrases.js";
import { LANGUAGES } from "./words.js";

const WITHOUT_COUNTS = "E421–E423 and the counts";
const NUMERALS = "〇一二三四五六七八九十";

export const isBundle = (report) => !report.skipped.includes("E101–E511");
export const isPublicBundle = (report) => report.skipped.includes(WITHOUT_COUNTS);
export const findingsOf = (report) => [...report.failures, ...report.warnings];
export const hasCode = (report, code) => findingsOf(report).some((row) => row.code === code);

// A record that ends without its seal, rather than one whose seal is wrong.
export const isPartial = (report) =>
  report.failures.some((row) => row.code === "E481" && row.index === null && row.expected === "a seal");

export const onlyReceiptsFail = (report) =>
  report.failures.length > 0 && report.failures.every((row) => row.code === "E511");

// Whether the numbers of the record may not be used: a receipt that is not in it says nothing against its own numbers.
export const isDistrusted = (report) => report.verdict === "fail" && !onlyReceiptsFail(report);

export const sentenceOf = (code, language) => SENTENCES[code][language];

// Fixed phrases of a finding in the reader's language; data stay as they are.
export function phrased(text, language) {
  const place = LANGUAGES.indexOf(language);
  const word = (part) => (Object.hasOwn(PHRASES, part) ? PHRASES[part][place] : part);
  return language === "en" ? text : text.split("; ").map(word).join("; ");
}

export const isOfCheckpoint = (row) => ["E206", "E304"].includes(row.code);

// The scrutineers' sentence, word for word.
export function readAloud(n, say) {
  const relation = n.returned === n.issued ? "equal" : n.returned < n.issued ? "fewer" : "more";
  const validity = say(n.returned <= n.issued ? "is_valid" : "is_invalid");
  return say("read_aloud", { ...n, relation: say(`relation_${relation}`), validity });
}

export function auditSaid(audit, say) {
  const key = audit.agreed === null ? "public" : audit.agreed === audit.cards ? "same" : "differs";
  return say(`audit_${key}`, audit);
}

export function panelLabel(names, id, say) {
  const panel = names.panels.get(id);
  return (panel?.name ?? id) + (panel?.unverified ? say("unverified") : "");
}

// “后三位因并列共4个单位:…” when units tie at the border.
export function bottomSentence(category, low, language, say) {
  const chinese = language !== "en";
  const number = chinese && category.bottom <= 10 ? NUMERALS[category.bottom] : category.bottom;
  const tied = low.length > category.bottom ? say("bottom_tied", { n: low.length }) : "";
  return say("bottom_line", { title: category.name, number, tied, names: low.join(chinese ? "、" : ", ") });
}

// Whoever has no rank comes last.
export const byRank = (rows) => [...rows.filter(isRanked).sort(firstRank), ...rows.filter((row) => !isRanked(row))];

const isRanked = (row) => row.rank !== null;
const firstRank = (one, other) => one.rank - other.rank;
