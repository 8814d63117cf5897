// What a lent phone keeps for the voter in front of it: until the next one, across a reload, and nowhere else.

const OURS = "touchstone|";
// Of the session, not of a voter: the log's key as it was first seen.
const KEPT = "touchstone|log|";

export function wipe(storage) {
  const keys = Array.from({ length: storage.length }, (_, place) => storage.key(place));
  keys.filter((key) => key.startsWith(OURS) && !key.startsWith(KEPT)).forEach((key) => storage.removeItem(key));
}
