// The door to asking: knows whether anything may be asked, and fetches the part behind it when somebody does.
// Voting always comes first: a ballot in front closes what stands open here; what was written is kept.
import { loadPart } from "./lazy.js";

const VOTING = new Set(["form", "sent", "broken", "choose", "refused"]);
// Where there is nothing to fill in: only here may something stand in front.
const QUIET = new Set(["wait", "sent", "code", "refused", "background"]);
const TROUBLE = new Set(["missed", "refused", "unproven"]);

export class AskingGate {
  constructor(voter, random, changed) {
    Object.assign(this, { voter, random, changed });
    this.part = null;
    this.view = null;
    this.below = "";
    this.failed = false;
    this.hasNews = false;
    this.interrupted = false;
    this.isQuiet = true;
  }

  get facts() {
    return this.voter.session?.asking ?? null;
  }

  get mayCall() {
    return this.voter.checkIn.phase === "done" && this.voter.state?.phase !== "sealed";
  }

  get mayAsk() {
    return this.mayCall && Boolean(this.facts?.enabled);
  }

  get hasAsked() {
    return this.kept("asker") !== null;
  }

  get hasDraft() {
    return this.kept("question") !== null;
  }

  kept(name) {
    const { session, pocket } = this.voter;
    return session === null ? null : pocket.read(name, session.origin);
  }

  // The screen that stands in front: `base` is the one that voting wants.
  over(base) {
    const now = `${base.key} ${this.inTrouble(base)}`;
    const isNews = now !== this.below && VOTING.has(base.name);
    if (isNews || !this.fits(base.name)) {
      this.interrupted = base.name === "form" && (this.view === "report" || (this.view === "ask" && this.hasDraft));
      this.view = null;
    }
    this.below = now;
    this.isQuiet = QUIET.has(base.name);
    if (this.view === null || this.part === null || base.name === "background") return base;
    const name = this.part.screenName(this.view);
    return { name: "asking", key: `asking ${name}` };
  }

  // A ballot that did not arrive must not fail behind somebody's back.
  inTrouble({ name }) {
    const { voter } = this;
    return name === "sent" && TROUBLE.has(voter.slot(voter.window.window)?.status);
  }

  // Without a card one can only see what became of a question.
  fits(name) {
    return QUIET.has(name) && (name !== "code" || this.view === "mine");
  }

  build() {
    return this.part.build(this.part.screenName(this.view));
  }

  async open(view) {
    if (!(await this.fetchPart())) return;
    this.view = view;
    if (view === "mine") this.hasNews = false;
    this.part.opened(view);
    this.changed();
  }

  // Whether a ballot has just come in front of a question that was being written: said once.
  tookOver() {
    const { interrupted } = this;
    this.interrupted = false;
    return interrupted;
  }

  close() {
    this.view = null;
    this.changed();
  }

  async fetchPart() {
    if (this.part !== null) return true;
    try {
      const { AskingPart } = await loadPart("ask");
      this.part ??= new AskingPart(this);
      this.failed = false;
    } catch {
      this.failed = true;
      this.changed();
    }
    return this.part !== null;
  }

  // After every greeting: who has asked before hears what became of it.
  async greeted() {
    const waits = this.hasAsked || this.kept("outbox") !== null;
    if (!waits || !(await this.fetchPart())) return;
    this.part.greeted();
    this.attended();
  }

  attended() {
    if (this.voter.checkIn.phase === "done") this.part?.attended();
  }

  news() {
    this.hasNews = this.view !== "mine";
    this.changed();
  }

  told(question) {
    this.part?.told(question);
  }
}
