// Which screen a phone is on, decided from what is known and from nothing else.
// A screen is built anew only when its key changes; everything else changes words in place.
import { formOf } from "./choices.js";

export function screenOf(voter, atFront) {
  const { checkIn, cards, session, window } = voter;
  if (!atFront) return { name: "background", key: "background" };
  if (checkIn.phase === "refused") return { name: "refused", key: `refused ${checkIn.code}` };
  if (cards.mustChoose) return { name: "choose", key: `choose ${cards.wallet.cards().length}` };
  if (cards.card === null) return voter.hasArrival ? { name: "wait", key: "wait" } : { name: "code", key: "code" };
  if (!voter.asked || checkIn.phase !== "done" || !voter.settled.has(window.window))
    return { name: "wait", key: "wait" };
  if (formOf(window, session) === null) return { name: "broken", key: "broken" };
  const sent = voter.slot(window.window) !== null;
  if (!sent && !voter.mayFill) return { name: "wait", key: "wait" };
  const name = sent && !(voter.mayFill && voter.box.draft(window.window) !== null) ? "sent" : "form";
  return { name, key: `${name} ${window.window}` };
}

// What became of the ballot in the window that was open last: a key of the catalogue, or null.
export function outcomeOf(voter) {
  const last = voter.box?.lastWindow() ?? null;
  if (last === null || voter.state === null) return null;
  const standing = voter.state.windows[last.window];
  if (standing === undefined || standing === "open") return null;
  if (standing === "void") return { last, key: "outcome_void" };
  const slot = voter.slot(last.window);
  return { last, key: slot === null ? "outcome_nothing" : statusKey(slot, voter.link.connected) };
}

export function statusKey(slot, connected) {
  switch (slot.status) {
    case "sending":
      return connected ? "status_sent" : "status_unsent";
    case "recorded":
      return slot.witnessed ? "status_witnessed" : "status_recorded";
    case "missed":
      return slot.earlier || slot.hadEarlier ? "status_missed_change" : "status_missed";
    default:
      return `status_${slot.status}`;
  }
}

// The one sentence on top: what is being evaluated.
export function questionOf(window, session) {
  const unit = session.units.find((each) => each.id === window.units[0])?.name ?? "";
  const values = {
    unit,
    units: window.units.length,
    criteria: window.criteria.length,
    title: window.title,
    choose: window.choose,
  };
  if (window.options?.length > 0) return { key: window.kind === "mood" ? "question_mood" : "question_trial", values };
  if (window.kind === "trial") return { key: "question_trial", values };
  if (window.kind === "select") return { key: "question_select", values };
  if (window.units.length > 1) return { key: "question_sheet", values };
  const criterion = session.criteria.find((each) => each.id === window.criteria[0])?.name ?? "";
  const key = window.criteria.length > 1 ? "question_criteria" : "question_one";
  return { key: window.kind === "mood" ? "question_mood_one" : key, values: { ...values, criterion } };
}
