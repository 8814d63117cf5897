// Audit cards: what testers will vote is fixed before a window opens, and told between its close and its count.
import { digestOf } from "./merkle.js";
import { utf8Bytes, hexOf } from "./verify_bytes.js";
import { CHECK_IN } from "./verify_rules.js";

export function actAudit(vcase, index, { window: name, digest }) {
  const round = name.split(".")[0];
  const isKnown = vcase.rollRounds.has(round) && round !== CHECK_IN && !vcase.notHeld.has(round);
  const isStanding = vcase.windowsOf(round).some((window) => window.void === null);
  if (name !== vcase.nextWindow(round) || !isKnown || vcase.audits.has(name) || isStanding) {
    vcase.report.add("E403", index, "a window that has not opened yet, once", name);
    return;
  }
  vcase.audits.set(name, digest);
}

export function actAuditOpen(vcase, index, { window: name, cards, salt }) {
  const { report, windows, audits } = vcase;
  const window = windows.get(name);
  const isRight = window && window.close !== null && window.tally === null && window.void === null;
  if (!isRight || window.audit !== null || !audits.has(name)) {
    report.add("E403", index, "a closed window with an audit, not yet tallied, once", name);
    return;
  }
  const sealed = hexOf(digestOf(utf8Bytes(`${JSON.stringify({ cards, salt, window: name })}\n`)));
  if (sealed !== audits.get(name)) report.add("E424", index, `the file of digest ${audits.get(name)}`, sealed);
  window.audit = index;
  for (const card of cards) takeAuditCard(vcase, index, window, card);
}

// One card: E412 or E413, or its ballot is known; a window with a failing one is not counted.
function takeAuditCard(vcase, index, window, card) {
  const { report, voided } = vcase;
  const panel = vcase.panelOf(CHECK_IN, card.check_in);
  const keys = [[CHECK_IN, card.check_in], [window.round, card.key]];
  const isOfOneCard = window.shape.panels.includes(panel) && vcase.panelOf(window.round, card.key) === panel;
  const isVoid = keys.some(([round, key]) => vcase.isVoid(round, key));
  if (!isOfOneCard) report.add("E412", index, `keys of one card on the rolls of ${window.round}`, card.key);
  else if (isVoid) report.add("E413", index, "a card that is not void, each once", card.key);
  if (!isOfOneCard || isVoid) window.isDamaged = true;
  for (const [round, key] of keys) {
    if (!voided.has(round)) voided.set(round, new Map());
    if (!voided.get(round).has(key)) voided.get(round).set(key, index);
  }
  window.auditCards.push({ ...card, panel });
}
