// What is known about one bundle while it is checked, and the questions that several steps ask of it.
import { utf8Bytes } from "./verify_bytes.js";
import { CHECK_IN, rollRounds } from "./verify_rules.js";

export class VerifyCase {
  isAnchored = false;
  isEntry0Vouched = false;
  isManifestVouched = false;
  checkpoint = null;
  cosigners = null;
  history = [];
  leaves = [];
  tiles = [];
  count = 0;
  rolls = new Map();
  rollOfKey = new Map();
  enrolled = new Map();
  present = new Map();
  voided = new Map();
  windows = new Map();
  held = new Map();
  notHeld = new Set();
  audits = new Map();
  channels = new Map();
  zero = null;
  firstOpen = null;
  seal = null;
  sealBody = null;
  isPublic = false;
  listed = null;

  constructor({ report, files, digests, rules, log, witnesses, statements, curve, progress }) {
    Object.assign(this, { report, files, digests, rules, log, witnesses, statements, curve, progress });
    this.origin = log.name;
    this.rollRounds = new Set(rollRounds(rules));
  }

  windowsOf(round) {
    return this.held.get(round) ?? [];
  }

  // What the next window of a round is called.
  nextWindow(round) {
    const number = this.windowsOf(round).length + 1;
    return number === 1 ? round : `${round}.${number}`;
  }

  addWindow(window) {
    this.windows.set(window.name, window);
    const held = this.held.get(window.round);
    if (held) held.push(window);
    else this.held.set(window.round, [window]);
  }

  // The panel on whose roll of a round a key stands.
  panelOf(round, key) {
    return this.rolls.get(round)?.get(key);
  }

  isVoid(round, key) {
    return this.voided.get(round)?.has(key) ?? false;
  }

  // Whether a key of a round was still good when entry `end` was appended.
  isGoodAt(round, key, end) {
    return (this.voided.get(round)?.get(key) ?? end) >= end;
  }

  isCheckedInBefore(key, index, panel, limit, end) {
    return index < limit && this.panelOf(CHECK_IN, key) === panel && this.isGoodAt(CHECK_IN, key, end);
  }

  hasQuorum(signers) {
    const { notaries, observers, quorum } = this.rules;
    const signed = (members) => members.filter((member) => signers.times.has(member.witness)).length;
    return signed(notaries) >= quorum[0] && signed(observers) >= quorum[1];
  }

  get quorumWords() {
    return `${this.rules.quorum[0]} notaries and ${this.rules.quorum[1]} observers`;
  }

  // Put a key on the roll of its round; E406 when it stands on any roll already.
  takeKey(round, panel, key, where, index) {
    const other = this.rollOfKey.get(key);
    if (other !== undefined) {
      this.report.add("E406", index, "a key on one roll only", `${where}: ${key} is on a roll of ${other} too`);
      return false;
    }
    this.rollOfKey.set(key, round);
    if (!this.rolls.has(round)) this.rolls.set(round, new Map());
    this.rolls.get(round).set(key, panel);
    return true;
  }
}

export const stands = (window) => window.tally !== null && window.void === null;

// The signatures of a statement that stand where they may: jobs for the curve, and what is wrong otherwise.
export function claimsOf(note, vcase) {
  const order = [vcase.log, ...vcase.statements];
  const message = utf8Bytes(note.text);
  const jobs = [];
  let last = -1;
  for (const signature of note.signatures) {
    const place = order.findIndex((key) => key.name === signature.name && key.keyId === signature.keyId);
    if (place < 0) return { jobs, fault: `a signer who is not asked for: ${signature.name}` };
    if (place <= last || (last < 0 && place > 0)) return { jobs, fault: `${signature.name} signs out of order` };
    jobs.push({ key: order[place].key, message, signature: signature.blob, name: signature.name });
    last = place;
  }
  const others = note.signatures.length - 1;
  const needed = vcase.rules.quorum[0];
  return { jobs, fault: others < needed ? `${others} of ${needed} notaries` : null };
}

// Whether the first notary is among the signers of a note in whose signers there is no fault.
export function isByFirstNotary(note, { statements: [first] }) {
  return first !== undefined && note.signatures.some(({ name, keyId }) => name === first.name && keyId === first.keyId);
}

// What is wrong with the signers of a statement, or null: a signature that fails is named before what comes after it.
export function faultOf(claims, answers) {
  const failed = answers.indexOf(false);
  return failed < 0 ? claims.fault : `the signature of ${claims.jobs[failed].name} fails`;
}
