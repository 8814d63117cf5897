// Every window: what became of it, the check code of its lock, the sentence to read aloud, and the counts.
import { element, evidenceText, listedRows, part } from "./ui_dom.js";
import { countsOf } from "./ui_counts.js";
import { fingerprintGroups } from "./ui_verdict.js";
import { titleOfWindow } from "./words_names.js";
import { auditSaid, isDistrusted, panelLabel, readAloud } from "./words_said.js";

const MOST_ROUNDS = 300;
const KINDS_SAID = ["trial", "mood", "select"];

export function roundsPart(report, names, say) {
  const rounds = listedRows(report.rounds, MOST_ROUNDS, (row) => roundView(row, names, say), say);
  if (rounds.length === 0) rounds.push(element("p", { class: "note" }, say("no_rounds")));
  const distrust = isDistrusted(report) ? element("p", { class: "remark" }, say("distrust")) : null;
  return part("rounds", say("rounds"), distrust, ...rounds);
}

function roundView(row, names, say) {
  const kind = names.opened.get(row.window)?.kind ?? names.rounds.get(row.round)?.kind;
  return element(
    "article",
    { class: `round ${row.state}` },
    element("h3", {}, `【${row.window}】`, evidenceText(titleOfWindow(names, row))),
    KINDS_SAID.includes(kind) ? element("p", { class: "kind" }, say(`kind_${kind}`)) : null,
    element("p", { class: "state" }, say(`state_${row.state}`, row)),
    ...(row.state === "locked" ? lockedContent(row, names, say) : []),
  );
}

function lockedContent(row, names, say) {
  const panels = Object.entries(row.by ?? {});
  return [
    row.fingerprint ? element("p", { class: "label" }, say("lock_fingerprint")) : null,
    row.fingerprint ? fingerprintGroups(row.fingerprint, "lock-code") : null,
    ...panels.flatMap(([id, numbers]) => panelContent(id, numbers, names, say)),
    row.audit?.cards ? element("p", { class: "audit" }, auditSaid(row.audit, say)) : null,
    countsContent(panels, row, names, say),
    row.by === null ? element("p", { class: "remark" }, say("round_not_counted")) : null,
  ];
}

const panelContent = (id, numbers, names, say) => [
  element("h4", {}, evidenceText(panelLabel(names, id, say))),
  element("p", { class: "aloud" }, readAloud(numbers, say)),
];

function countsContent(panels, row, names, say) {
  const tables = panels.flatMap(([id, numbers]) => (numbers.counts ? countsOf(id, numbers, row, names, say) : []));
  return tables.length === 0 ? null : element("details", {}, element("summary", {}, say("all_counts")), ...tables);
}
