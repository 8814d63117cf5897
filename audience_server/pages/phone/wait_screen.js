// Between votes: checked in or not, what is on, what became of the last ballot, what was announced.
import { roundOf } from "./ballots.js";
import { el, setHidden, setText } from "./dom.js";
import { revealLines } from "./reveal.js";
import { text } from "./texts.js";
import { outcomeOf } from "./view_model.js";

const VOTES = new Set(["trial", "mood", "vote"]);
const OVER = new Set(["closed", "locked"]);

export class WaitScreen {
  constructor(voter, ways) {
    this.voter = voter;
    this.ways = ways;
    this.title = el("h1", { tabindex: "-1" });
    this.checkIn = el("p", { class: "status", role: "status" });
    this.panel = el("p", { class: "panel-name" });
    this.unverified = el("p", { class: "hint" }, text("unverified"));
    this.now = el("p", { class: "now" });
    this.hint = el("p", { class: "hint" }, text("wait_hint"));
    this.outcome = el("p", { class: "card outcome", role: "status" });
    this.revealed = el("section", { class: "card revealed", "aria-live": "polite" });
    this.lastRevealed = undefined;
    this.shown = "";
    this.node = el(
      "div",
      { class: "wait" },
      this.title,
      this.checkIn,
      this.panel,
      this.unverified,
      this.now,
      this.hint,
      this.outcome,
      this.ways.node,
      this.revealed,
    );
    this.update();
  }

  update() {
    const { session, state, checkIn, cards } = this.voter;
    const panel = session?.panels.find((each) => each.id === cards.card?.panel);
    setText(this.title, session?.title ?? text("connecting"));
    setText(this.checkIn, checkInText(checkIn, state));
    setHidden(this.checkIn, state?.phase === "sealed");
    setText(this.panel, panel ? text("your_panel", { panel: panel.name }) : "");
    setHidden(this.panel, panel === undefined);
    setHidden(this.unverified, !panel?.unverified);
    setText(this.now, state === null ? "" : nowText(this.voter));
    setHidden(this.hint, !state?.cue || state.window !== null || state.phase === "sealed");
    const outcome = outcomeOf(this.voter);
    setText(
      this.outcome,
      outcome === null ? "" : text("outcome", { what: lastName(outcome.last, session), outcome: text(outcome.key) }),
    );
    setHidden(this.outcome, outcome === null);
    this.paintRevealed(state?.revealed ?? null, session);
    this.ways.update();
  }

  paintRevealed(revealed, session) {
    if (revealed === this.lastRevealed) return;
    this.lastRevealed = revealed;
    const shown = JSON.stringify(revealed);
    if (shown === this.shown) return;
    this.shown = shown;
    setHidden(this.revealed, revealed === null);
    this.revealed.replaceChildren(...(revealed === null ? [] : revealLines(revealed, session)));
  }
}

function checkInText(checkIn, state) {
  if (state?.phase === "sealed") return "";
  if (checkIn.phase !== "done") return text("checking_in");
  return text(checkIn.proved ? "checked_in" : "checked_in_unproven");
}

function nowText(voter) {
  const { state, session, window, checkIn } = voter;
  if (state.phase === "sealed") return text("sealed");
  if (window !== null && checkIn.phase === "done") return voteText(voter);
  if (state.cue === null) return text("wait");
  if (isVoteOver(state)) return text("round_over");
  const unit = session.units.find((each) => each.id === state.cue.unit)?.name ?? "";
  return text("now", { cue: text(`cue_${state.cue.kind}`), unit });
}

// Whoever comes too late for the open window is told so at once, before anything is filled in.
function voteText({ window, session, leftOut, mayFill }) {
  const names = window.panels.map((id) => session.panels.find((panel) => panel.id === id)?.name ?? id);
  if (leftOut === "others") return text("others_vote", { panels: names.join("、") });
  if (leftOut === "late") return text("late_vote");
  return text(mayFill ? "preparing" : "round_over");
}

// The host still speaks of a vote whose ballots are in.
function isVoteOver({ cue, windows }) {
  const held = Object.keys(windows).filter((window) => roundOf(window) === cue.round);
  return VOTES.has(cue.kind) && OVER.has(windows[held[held.length - 1]]);
}

function lastName(last, session) {
  const names = last.units.map((id) => session.units.find((unit) => unit.id === id)?.name ?? id);
  return names.length === 1 ? names[0] : last.title;
}
