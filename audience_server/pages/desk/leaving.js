// When a voter is gone: how long nothing was touched, and what that means on each screen. Pure, but for the clock.

const IDLE = 60_000;
const WARNING = 20_000;
const THANKED = 20_000;

// `screen`: its name; `unanswered`: a ballot is on its way and must be repeated. Milliseconds until all is cleared.
export function clearsIn({ screen, unanswered, idle }) {
  if (unanswered || screen === "scan") return Infinity;
  return Math.max(0, (screen === "thanks" ? THANKED : IDLE) - idle);
}

// A form is not taken away without a word.
export const mustWarn = (left) => left <= WARNING;

// Rows that somebody began to fill in and left.
export const mustEmpty = (screen, idle) => screen === "scan" && idle >= IDLE;
