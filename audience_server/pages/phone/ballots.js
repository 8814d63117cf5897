// One card's ballots: what each window's slot says, and how an answer changes it. Pure, but for the box that is kept.
//
// A slot is {status, q, entry, nonce, choice, index, earlier, next, code}. `status`:
//   sending    signed and kept; the bytes are repeated until they are answered
//   recorded   in the record, proved to this phone        unproven   answered, but the proof does not hold
//   missed     came after the close                       refused    answered no; the same bytes may be tried again
//   elsewhere  the card voted from another browser; `next` is its counter
// `earlier` is the recorded ballot that a change would replace: it still counts when the change misses the close.
import { toBase64 } from "./bytes.js";
import { roundSeed } from "./codes.js";
import { publicKey } from "./ed25519.js";
import { HIGHEST_COUNTER, buildBallot, commitmentOf } from "./entries.js";

const CLOSED = new Set(["round_closed", "round_not_open", "sealed"]);
const REPEATED = new Set(["try_again", "rate_limited"]);
const FINAL = new Set(["locked", "void"]);

export const roundOf = (window) => window.split(".")[0];

export const isUnanswered = (slot) => slot.status === "sending" || slot.status === "unproven";

export const mustRepeat = (code) => REPEATED.has(code);

// The counter of the next ballot, or null when none may follow (one is on its way, or 15 is spent).
export function nextCounter(slot) {
  if (slot === null) return 0;
  const next = { recorded: slot.q + 1, elsewhere: slot.next }[slot.status];
  return next === undefined || next > HIGHEST_COUNTER ? null : next;
}

// Signs once for one counter, and keeps the bytes before anybody sends them.
export function signBallot({ box, origin, seed, random }, window, choice) {
  const prior = box.slot(window);
  const q = nextCounter(prior);
  if (q === null) return false;
  const ballotSeed = roundSeed(seed, origin, roundOf(window));
  const nonce = random(32);
  const commitment = commitmentOf(origin, window, publicKey(ballotSeed), q, nonce, choice);
  const entry = buildBallot(origin, window, ballotSeed, q, commitment);
  const earlier = prior?.status === "recorded" ? opening(prior) : null;
  box.keepSlot(window, { status: "sending", q, entry, nonce: toBase64(nonce), choice, earlier });
  box.dropDraft(window);
  return true;
}

const opening = ({ q, entry, nonce, choice, index }) => ({ q, entry, nonce, choice, index });

export const castMessage = ({ entry, nonce, choice }) => ({ type: "cast", entry, nonce, choice });

// `proved`: what checking the receipt found, or null when it does not hold.
export function afterRecorded(slot, proved) {
  if (proved === null) return { ...slot, status: "unproven" };
  return { ...opening(slot), status: "recorded", index: proved.index, witnessed: proved.witnesses.length > 0 };
}

export function afterRefusal(slot, { code, next }) {
  if (CLOSED.has(code)) return { status: "missed", earlier: slot.earlier };
  if (code === "bad_counter" && next > slot.q) return { status: "elsewhere", next, choice: slot.choice };
  return { ...slot, status: "refused", code };
}

export const elsewhere = (next, proved) => ({ status: "elsewhere", next, index: proved?.index ?? null });

// Asked for the opening of a ballot that the server holds without it.
export function openingAt(slot, index) {
  return [slot, slot?.earlier].find((each) => each?.index === index && each.nonce !== undefined) ?? null;
}

// Once a round is locked nobody needs the choice again, and nobody shall be able to prove it from this phone.
export function forget(box, windows) {
  for (const window of box.drafts()) {
    if ((windows[window] ?? "open") !== "open") box.dropDraft(window);
  }
  for (const window of box.slots()) {
    const slot = box.slot(window);
    if (!FINAL.has(windows[window]) || isUnanswered(slot) || slot.forgotten) continue;
    const { status, code, witnessed } = slot;
    box.keepSlot(window, { status, code, witnessed, hadEarlier: Boolean(slot.earlier), forgotten: true });
  }
}

export const keyFor = (seed, origin, round) => toBase64(publicKey(roundSeed(seed, origin, round)));

export function isBallotOf(entry, window, key) {
  const lines = entry.split("\n");
  return lines[2] === window && lines[3] === key;
}
