// Step 8: the entries in their order. E306 E401–E403 E411–E416 W454 W462 W464 E481
import { breathe } from "./breath.js";
import { readEntry } from "./entry_forms.js";
import { ACT_READERS } from "./story_acts.js";
import { claimsOf, faultOf, isByFirstNotary, stands } from "./step_case.js";
import { readOr } from "./step_beginning.js";
import { entriesOf } from "./step_tree.js";
import { beginningOf, utf8Bytes, fromBase64, hexOf } from "./verify_bytes.js";
import { CHECK_IN } from "./verify_rules.js";
import { sameValue } from "./canonical_json.js";

const STORY_PART = 256;
const MOST_COUNTER = 15;

export async function checkStory(vcase) {
  const sizes = [...new Set(vcase.history.map(({ head }) => head.size))].sort((a, b) => (a < b ? -1 : 1));
  const batches = new Map();
  const seen = new Set();
  let index = 0;
  for await (const part of readParts(vcase)) {
    for (const read of part) {
      if (takeEntry(vcase, index, read, seen)) addToBatch(batches, sizes, index);
      index += 1;
    }
    vcase.progress(index, vcase.count, "story");
    await breathe();
  }
  if (sizes.length > 0) {
    for (const { first, count } of batches.values()) {
      if (count < vcase.rules.batchMin) vcase.report.add("W464", first, String(vcase.rules.batchMin), count);
    }
  }
  endOfStory(vcase);
}

// Entries in parts, each read and with its signatures judged: signatures are what takes the time.
async function* readParts(vcase) {
  let part = [];
  for (const bytes of entriesOf(vcase)) {
    part.push(readOne(vcase, bytes));
    await breathe();
    if (part.length < STORY_PART) continue;
    yield await judged(vcase, part);
    part = [];
  }
  yield await judged(vcase, part);
}

function readOne(vcase, bytes) {
  let fault = null;
  const read = readOr(() => readEntry(bytes, vcase.origin), (error) => {
    fault = error;
  });
  if (read === null) return { bytes, fault, jobs: [] };
  if (read.type !== "act") return { ...read, bytes, fault, jobs: read.hasRightId ? [read.job] : [] };
  const claims = read.note ? claimsOf(read.note, vcase) : { jobs: [], fault: null };
  return { ...read, bytes, fault, claims, jobs: claims.jobs };
}

async function judged(vcase, part) {
  const jobs = part.flatMap((read) => read.jobs);
  const answers = await vcase.curve.verify(jobs.map(({ key, message, signature }) => ({ key, message, signature })));
  let place = 0;
  for (const read of part) {
    read.answers = answers.slice(place, place + read.jobs.length);
    place += read.jobs.length;
    if (read.kind === "enrol") {
      read.keysAreSound = await vcase.curve.haveSoundKeys(read.body.keys.map((key) => fromBase64(key)));
    }
  }
  return part;
}

function addToBatch(batches, sizes, index) {
  let [low, high] = [0, sizes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sizes[middle] < index + 1) low = middle + 1;
    else high = middle;
  }
  const batch = batches.get(low) ?? { first: index, count: 0 };
  batch.count += 1;
  batches.set(low, batch);
}

// One entry in its turn; true for a ballot that is accepted.
function takeEntry(vcase, index, read, seen) {
  const { report } = vcase;
  if (vcase.seal !== null) {
    report.add("E481", index, "nothing after the seal", beginningOf(read.bytes.subarray(0, 40)));
    return false;
  }
  if (read.fault) {
    report.add("E306", index, "an entry of its form", read.fault);
    return false;
  }
  const isSession = read.type === "act" && read.kind === "session";
  if (isSession !== (index === 0)) {
    report.add("E401", index, "the session entry, first and once", read.kind ?? read.type);
    if (isSession) return false;
  }
  if (read.type === "ballot") return takeBallot(vcase, index, read, seen);
  if (read.type === "present") takePresent(vcase, index, read);
  else takeAct(vcase, index, read);
  return false;
}

const isSigned = (read) => read.hasRightId && read.answers[0] === true;

function takeBallot(vcase, index, ballot, seen) {
  const window = vcase.windows.get(ballot.window);
  const leaf = hexOf(vcase.leaves[index]);
  const fault = ballotFault(vcase, ballot, window, seen.has(leaf));
  seen.add(leaf);
  if (fault) {
    window?.failed.add(index);
    if (window) window.isDamaged = true;
    vcase.report.add(fault[0], index, fault[1], fault[2]);
    return false;
  }
  window.best.set(ballot.keyText, { counter: ballot.counter, index, commitment: ballot.commitment });
  return true;
}

// The first failing check of a ballot, in the order that the format sets.
function ballotFault(vcase, ballot, window, isRepeated) {
  const key = ballot.keyText;
  if (isRepeated) return ["E416", "new bytes", "the bytes of an earlier ballot"];
  if (!window || window.close !== null) {
    return ["E411", `an open window ${ballot.window}`, window ? "closed" : "never opened"];
  }
  if (!window.shape.panels.includes(vcase.panelOf(window.round, key))) {
    return ["E412", `a key on a roll of ${window.round}`, key];
  }
  if (vcase.isVoid(window.round, key)) return ["E413", "a card that is not void", key];
  if (!isSigned(ballot)) return ["E415", "a good signature", key];
  const expected = window.best.has(key) ? window.best.get(key).counter + 1 : 0;
  if (ballot.counter !== expected || expected > MOST_COUNTER) {
    return ["E414", String(Math.min(expected, MOST_COUNTER)), String(ballot.counter)];
  }
  return null;
}

function takePresent(vcase, index, read) {
  const { report, present } = vcase;
  const key = read.keyText;
  if (present.has(key)) {
    report.add("E416", index, "a card that was not yet checked in", `checked in at ${present.get(key)}`);
  } else if (vcase.panelOf(CHECK_IN, key) === undefined) {
    report.add("E412", index, "a key on a roll of r00", key);
  } else if (vcase.isVoid(CHECK_IN, key)) {
    report.add("E413", index, "a card that is not void", key);
  } else if (!isSigned(read)) {
    report.add("E415", index, "a good signature", key);
  } else {
    present.set(key, index);
  }
}

function takeAct(vcase, index, { kind, body, note, claims, answers, keysAreSound }) {
  const { report } = vcase;
  const fault = note ? faultOf(claims, answers) : null;
  if (fault) report.add("E401", index, "the log, then the notaries the session asks for", fault);
  else if (note && index === 0) vcase.isEntry0Vouched = isByFirstNotary(note, vcase);
  if (kind !== "enrol") report.acts.push({ index, kind, body });
  ACT_READERS[kind]?.(vcase, index, body, keysAreSound);
}

// What can only be said when all entries are read: the zero, the seal.
function endOfStory({ report, windows, zero, firstOpen, seal, sealBody }) {
  if (zero === null && (firstOpen !== null || seal !== null)) report.add("E402", null, "a zero confirmation", "none");
  if (seal === null) {
    report.add("E481", null, "a seal", "the record is not sealed");
    return;
  }
  const all = [...windows.values()];
  const tallies = all.filter(stands).map(({ tally }) => tally).sort((a, b) => a - b);
  if (!sameValue(sealBody.tallies, tallies)) report.add("E481", seal, `tallies ${tallies}`, String(sealBody.tallies));
  const left = all.filter(({ tally, void: gone }) => tally === null && gone === null).map(({ name }) => name);
  if (left.length > 0) report.add("E481", seal, "every window tallied or void", left.join(", "));
}
