// Whether the record only ever grew: looked at some time after something was recorded, in no ballot's way.
import { loadPart } from "./lazy.js";

// Thousands of phones are answered in the same second: they must not all ask in one.
const FETCH_WITHIN = 30_000;
const SOONEST = 10_000;
const SPREAD = 120_000;
const MOST_PATIENCE = 8;

export class Growth {
  // `voterOf`: a lent phone has one voter after another.
  constructor(voterOf) {
    this.voterOf = voterOf;
    this.part = null;
    this.isFetching = false;
    this.patience = 1;
    this.timer = 0;
  }

  saw() {
    if (this.voterOf().heads.kept.waiting.length > 0) this.due();
  }

  due() {
    this.fetchSoon();
    this.timer ||= setTimeout(() => this.look(), this.patience * (SOONEST + SPREAD * Math.random()));
  }

  // Before anything is wrong: a server that has something to hide need not give out what shows it.
  fetchSoon() {
    if (this.isFetching) return;
    this.isFetching = true;
    setTimeout(() => this.fetch(), FETCH_WITHIN * Math.random());
  }

  async fetch() {
    try {
      this.part ??= await loadPart("growth");
    } catch {
      this.isFetching = false;
    }
    return this.part !== null;
  }

  // A server that is not reached proves nothing; it is asked again, ever more rarely.
  async look() {
    const voter = this.voterOf();
    const canLook = voter.heads !== null && voter.link.connected && (await this.fetch());
    const isDone = canLook && (await this.part.linkHeads(voter));
    this.timer = 0;
    this.patience = isDone ? 1 : Math.min(2 * this.patience, MOST_PATIENCE);
    voter.changed();
    if (voter.alarm !== "fork" && (!isDone || voter.heads.kept.waiting.length > 0)) this.due();
  }
}
