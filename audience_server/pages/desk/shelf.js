// What a lent phone keeps for the voter in front of it: until the next one, across a reload, and nowhere else.

const OURS = "touchstone|";
// Of the session, not of a voter: the log's key as it was first seen, signed heads of the record, proof of a fork.
const KEPT = ["log", "heads", "fork"].map((name) => `${OURS}${name}|`);

export function wipe(storage) {
  const keys = Array.from({ length: storage.length }, (_, place) => storage.key(place));
  const isKept = (key) => KEPT.some((start) => key.startsWith(start));
  keys.filter((key) => key.startsWith(OURS) && !isKept(key)).forEach((key) => storage.removeItem(key));
}
