// The phone as a voter: greets, checks in, casts, repeats what was not answered. Knows no element of the page.
// Nothing is signed here without a call of `submit`, and that is only called from a tap.
import {
  afterRecorded,
  afterRefusal,
  castMessage,
  elsewhere,
  forget,
  isBallotOf,
  isUnanswered,
  keyFor,
  mustRepeat,
  openingAt,
  signBallot,
} from "./ballots.js";
import { buildPresent } from "./entries.js";
import { FormError } from "./bytes.js";
import { CHECK_IN, roundSeed } from "./codes.js";
import { Countdown } from "./countdown.js";
import { Heads } from "./heads.js";
import { LinkLost } from "./link.js";
import { BallotBox } from "./pocket.js";
import { anchorOf, openReceipt, provedBy } from "./receipts.js";

const REPEAT_AFTER = 2500;
const PROBE_WITHIN = 4000;

// Whoever else lives on this line: hears when it is greeted, when a card is checked in on it, when a signed head of the
// record was seen, and its own pushes.
const NOBODY = { greeted() {}, attended() {}, saw() {}, told() {} };

export class Voter {
  constructor({ link, pocket, cards, random, language, changed, beside }) {
    Object.assign(this, { link, pocket, cards, random, language, changed, beside: { ...NOBODY, ...beside } });
    this.session = null;
    this.state = null;
    this.logKey = null;
    this.heads = null;
    this.box = null;
    this.checkIn = { phase: "none" };
    this.settled = new Set();
    this.begun = null;
    this.countdown = new Countdown();
    this.pushes = {
      state: (push) => this.takeState(push),
      witnessed: (push) => this.takeWitnessed(push),
      need_opening: (push) => this.sendOpening(push),
      question: (push) => this.beside.told(push.question),
    };
  }

  get alarm() {
    if (this.session === null) return null;
    if (this.heads.fork !== null) return "fork";
    if (this.logKey !== this.session.log_vkey) return "log_key";
    return this.notaryFits ? null : "notary_key";
  }

  get window() {
    return this.state?.window ?? null;
  }

  // Whether the open window asks this card.
  get asked() {
    return this.window !== null && this.leftOut === null;
  }

  // Why the open window has no ballot for this card: others vote in it, or it came "late".
  get leftOut() {
    const { panels, round, present_before: before = null } = this.window;
    const { card } = this.cards;
    if (!panels.includes(card?.panel)) return "others";
    const isEnrolled = card.openPanel === null || (card.enrolled ?? []).includes(round);
    return isEnrolled && (before === null || !(this.checkIn.index >= before)) ? null : "late";
  }

  slot(window) {
    return this.box?.slot(window) ?? null;
  }

  // link

  opened() {
    this.whileLinked(async () => {
      const welcome = await this.link.ask({ type: "hello", lang: this.language() });
      if (welcome.type !== "welcome") return;
      this.enter(welcome.session);
      this.takeState(welcome.state, true);
      this.beside.greeted();
      await this.attend();
    });
  }

  // Is anybody there? An answer brings the newest state; none makes the link start anew.
  probe() {
    if (this.session === null || !this.link.connected) return;
    this.link.heardAt = performance.now();
    this.whileLinked(async () => {
      const welcome = await this.link.ask({ type: "hello", lang: this.language() }, PROBE_WITHIN);
      if (welcome.type === "welcome") this.takeState(welcome.state);
    });
  }

  lost() {
    this.changed();
  }

  pushed(message) {
    if (this.session === null) return;
    this.pushes[message.type]?.(message);
    this.changed();
  }

  // A lost link is no failure: it comes back by itself and everything unanswered is asked again.
  async whileLinked(work) {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof LinkLost)) throw error;
    }
    this.changed();
  }

  // session and card

  enter(session) {
    if (session.origin !== this.session?.origin) {
      this.checkIn = { phase: "none" };
      this.settled.clear();
    }
    this.session = session;
    this.logKey = this.pocket.read("log", session.origin) ?? session.log_vkey;
    this.pocket.write(this.logKey, "log", session.origin);
    this.heads = new Heads(this.pocket, session.origin);
    this.settleCard();
  }

  settleCard() {
    const before = this.cards.card?.id;
    this.cards.settle(this.session.origin);
    const { card } = this.cards;
    if (card?.id !== before) this.checkIn = { phase: "none" };
    this.box = card === null ? null : new BallotBox(this.pocket, this.session.origin, card.id);
  }

  // A card came from the link or was typed.
  arrive(arrival) {
    this.cards.arrive(arrival);
    this.checkIn = { phase: "none" };
    this.box = null;
    if (this.session !== null) this.settleCard();
    this.whileLinked(() => this.attend());
  }

  // A card that the link brought, before the session is known.
  get hasArrival() {
    return this.pocket.read("arrived") !== null;
  }

  // Make room for another card; the one put away stays in this phone.
  putAway() {
    this.cards.putAway();
    this.checkIn = { phase: "none" };
    this.box = null;
  }

  useKeptCard() {
    this.cards.takeOut();
    this.checkIn = { phase: "none" };
    this.settleCard();
    this.whileLinked(() => this.attend());
  }

  chooseCard(id) {
    this.cards.choose(id);
    this.checkIn = { phase: "none" };
    this.settleCard();
    this.whileLinked(() => this.attend());
  }

  // Check in, learn where the card stands, repeat what was not answered.
  async attend() {
    if (this.session === null || this.cards.card === null || !this.link.connected) return;
    forget(this.box, this.state.windows);
    this.changed();
    await this.present();
    const learning = this.learnStanding();
    for (const window of this.box?.slots() ?? []) {
      this.repeat(window);
      this.lookForWitness(window);
    }
    await learning;
    this.beside.attended();
  }

  async present() {
    if (this.checkIn.phase !== "done") this.checkIn = { phase: "asking" };
    const { card } = this.cards;
    if (card.openPanel !== null && !(await this.enrol())) return;
    const entry = buildPresent(this.session.origin, roundSeed(this.cards.seed, this.session.origin, CHECK_IN));
    const answer = await this.link.ask({ type: "present", entry });
    if (this.cards.card?.id !== card.id) return;
    if (answer.type === "refused") return this.notAdmitted(answer.code);
    const proved = this.prove(answer.receipt, entry);
    this.cards.update({ panel: answer.panel });
    this.checkIn = { phase: "done", proved: proved !== null, index: answer.index };
    this.noteWindow();
  }

  notAdmitted(code) {
    if (mustRepeat(code)) return this.later(() => this.attend());
    if (code === "sealed") return;
    this.checkIn = { phase: "refused", code };
    if (code === "not_on_roll") this.cards.discard();
  }

  // A phone of an open panel brings keys of its own: for r00 and every round that has not begun.
  async enrol() {
    const { id, openPanel, enrolled = [] } = this.cards.card;
    const { seed } = this.cards;
    const held = new Set(Object.keys(this.state.windows).map((window) => window.split(".")[0]));
    const rounds = this.session.rounds.filter((round) => round.panels.includes(openPanel)).map((round) => round.id);
    const wanted = [CHECK_IN, ...[...rounds, ...this.session.spare_rounds].filter((round) => !held.has(round))];
    if (wanted.every((round) => enrolled.includes(round))) return true;
    const keys = {};
    for (const round of wanted) {
      keys[round] = keyFor(seed, this.session.origin, round);
      await new Promise((resume) => setTimeout(resume));
    }
    const answer = await this.link.ask({ type: "enrol", panel: openPanel, keys });
    if (this.cards.card?.id !== id) return false;
    if (answer.type === "refused" && !enrolled.includes(CHECK_IN)) {
      this.notAdmitted(answer.code);
      return false;
    }
    this.cards.update({ enrolled: [...new Set([...enrolled, ...(answer.rounds ?? [])])] });
    return true;
  }

  // state

  takeState(state, fresh = false) {
    this.state = state;
    this.countdown.take(state.window);
    // A window that opens before our eyes cannot have been voted in from here; one that was open already may have.
    if (!fresh && state.window !== null && this.checkIn.phase === "done") this.settled.add(state.window.window);
    if (this.box !== null) forget(this.box, state.windows);
    this.noteWindow();
  }

  noteWindow() {
    if (!this.asked || this.checkIn.phase !== "done" || this.box === null) return;
    const { window, round, kind, title, units } = this.window;
    if (this.box.lastWindow()?.window !== window) this.box.keepLastWindow({ window, round, kind, title, units });
  }

  async learnStanding() {
    if (!this.asked || this.box === null) return;
    const { box } = this;
    const { window } = this.window;
    if (this.settled.has(window)) return;
    if (box.slot(window) === null) {
      const key = keyFor(this.cards.seed, this.session.origin, this.window.round);
      const answer = await this.link.ask({ type: "slot", window, key });
      const known = answer.type === "slot" && answer.next > 0 && isBallotOf(answer.entry, window, key);
      if (known && box.slot(window) === null) {
        box.keepSlot(window, elsewhere(answer.next, this.prove(answer.receipt, answer.entry)));
      }
    }
    if (this.box === box) this.settled.add(window);
    this.changed();
  }

  // ballots

  // A form stands before somebody's eyes: it stays there when the time is up.
  begin(window) {
    this.begun = window;
  }

  // Nobody begins a ballot that can no longer be sent.
  get mayFill() {
    return this.countdown.milliseconds > 0 || this.begun === this.window.window;
  }

  submit(window, choice) {
    const { box, random } = this;
    if (!signBallot({ box, random, origin: this.session.origin, seed: this.cards.seed }, window, choice)) return;
    this.changed();
    this.repeat(window);
  }

  retry(window) {
    const slot = this.slot(window);
    this.box.keepSlot(window, { ...slot, status: "sending" });
    this.changed();
    this.repeat(window);
  }

  // What was recorded while no witness answered is asked for again: the newest receipt may bear more signatures.
  lookForWitness(window) {
    const slot = this.slot(window);
    if (slot?.status !== "recorded" || slot.witnessed || !slot.entry || this.session.notaries.length === 0) return;
    this.whileLinked(async () => {
      const answer = await this.link.ask(castMessage(slot));
      if (answer.type === "recorded") this.takeWitnessed(answer);
    });
  }

  repeat(window, afterCheckIn = false) {
    const slot = this.slot(window);
    if (slot === null || !isUnanswered(slot) || !this.link.connected) return;
    const { box } = this;
    this.whileLinked(async () => {
      const answer = await this.link.ask(castMessage(slot));
      const current = box.slot(window);
      if (current?.entry !== slot.entry || !isUnanswered(current)) return;
      await this.takeAnswer(box, window, current, answer, afterCheckIn);
    });
  }

  async takeAnswer(box, window, slot, answer, afterCheckIn) {
    if (answer.type === "refused" && mustRepeat(answer.code)) {
      this.later(() => this.repeat(window));
    } else if (answer.type === "refused" && answer.code === "not_present" && !afterCheckIn) {
      await this.present();
      this.repeat(window, true);
    } else if (answer.type === "refused") {
      box.keepSlot(window, afterRefusal(slot, answer));
    } else {
      box.keepSlot(window, afterRecorded(slot, this.prove(answer.receipt, slot.entry)));
    }
    forget(box, this.state.windows);
  }

  later(work) {
    setTimeout(() => this.link.connected && this.whileLinked(async () => work()), REPEAT_AFTER * (0.5 + Math.random()));
  }

  // Whatever the log has signed is remembered, even when it proves nothing of this entry.
  prove(receipt, entry) {
    try {
      const opened = openReceipt(receipt, this.session.origin, this.logKey, this.witnessKeys());
      this.heads.saw(opened.head);
      this.beside.saw();
      return provedBy(opened, entry);
    } catch (error) {
      if (!(error instanceof FormError)) throw error;
      return null;
    }
  }

  // The card's anchor binds the first notary: keys that a server puts beside it, or in its place, prove nothing here.
  witnessKeys() {
    if (!this.notaryFits) return [];
    const bound = this.cards.card?.anchor ? 1 : undefined;
    return this.session.notaries.slice(0, bound).map(({ witness }) => witness);
  }

  get notaryFits() {
    const anchor = this.cards.card?.anchor ?? null;
    const [first] = this.session.notaries;
    if (anchor === null) return true;
    return first !== undefined && anchor === anchorOf(first.witness, first.statement);
  }

  takeWitnessed({ index, receipt }) {
    for (const window of this.box?.slots() ?? []) {
      const slot = this.slot(window);
      if (slot.status !== "recorded" || slot.index !== index) continue;
      const proved = this.prove(receipt, slot.entry);
      if (proved !== null && proved.witnesses.length > 0) this.box.keepSlot(window, { ...slot, witnessed: true });
    }
  }

  sendOpening({ window, index }) {
    const kept = openingAt(this.slot(window), index);
    if (kept !== null) this.whileLinked(() => this.link.ask(castMessage(kept)));
  }
}
