// Step 9: openings, counts, the accounting identity. E421–E423 E451
import { breathe } from "./breath.js";
import { BLANK, flatCounts, formOf, itemOf, MARKS, readChoice, writtenCounts } from "./ballot_form.js";
import { firstDifference, isTable, jsonFile, sameValue } from "./canonical_json.js";
import { isKeyText } from "./entry_forms.js";
import { digestOf } from "./merkle.js";
import { checkAudit } from "./step_audit.js";
import { readOr } from "./step_beginning.js";
import { stands } from "./step_case.js";
import { base64Of, utf8Bytes, decimalOf, entryText, FormError, fromBase64, joined } from "./verify_bytes.js";
import { fingerprintOf } from "./verify_notes.js";

const SKIPPED_IN_PUBLIC = "E421–E423 and the counts";

export async function checkCounts(vcase) {
  const { report, files, windows } = vcase;
  const hasFigures = [...files.keys()].some((path) => path.startsWith("rounds/"));
  vcase.isPublic = !hasFigures && [...windows.values()].some(stands);
  if (vcase.isPublic) report.skip(SKIPPED_IN_PUBLIC);
  for (const window of windows.values()) {
    report.rounds.push(await roundRow(vcase, window));
    vcase.progress(report.rounds.length, windows.size, "counts");
  }
}

async function roundRow(vcase, window) {
  const row = { round: window.round, window: window.name };
  if (window.void !== null) return { ...row, state: "void", index: window.void };
  if (window.tally === null) {
    const isOpen = window.close === null;
    return { ...row, state: isOpen ? "open" : "closed", index: isOpen ? window.open : window.close };
  }
  const head = vcase.history.find((each) => each.head.size > window.tally)?.head;
  const fingerprint = head ? fingerprintOf(vcase.origin, head.size, head.root) : null;
  const size = head ? (typeof head.size === "bigint" ? String(head.size) : head.size) : null;
  const by = await countWindow(vcase, window);
  const locked = { ...row, state: "locked", index: window.tally, size, fingerprint, by };
  return window.audit === null ? locked : { ...locked, audit: window.auditRow ?? {} };
}

// Count one window anew and compare; null when damaged ballots or openings forbid it.
async function countWindow(vcase, window) {
  const { report, rules, isPublic } = vcase;
  const counted = new Map();
  for (const [key, best] of window.best) {
    if (vcase.isGoodAt(window.round, key, window.close)) counted.set(best.index, { key, ...best });
  }
  const choices = isPublic ? new Map() : await openBallots(vcase, window, counted);
  if (window.isDamaged || choices === null) {
    window.isDamaged = true;
    report.skip(`E451 ${window.name}`);
    return null;
  }
  const tests = checkAudit(vcase, window, counted, choices);
  const ballots = [...counted.values()].filter(({ key }) => !tests.has(key));
  const by = Object.create(null);
  for (const panel of window.shape.panels) {
    const mine = ballots.filter(({ key }) => vcase.panelOf(window.round, key) === panel);
    by[panel] = panelRow(vcase, window, rules.panels.get(panel), mine, choices);
    await breathe();
  }
  if (!isPublic) checkCountsFile(vcase, window);
  checkTally(vcase, window, by);
  if (!isPublic) {
    for (const [panel, row] of Object.entries(by)) row.counts = shownCounts(window, panel);
  }
  return by;
}

// index -> choice of every counted ballot, from the openings; null when one is missing or wrong.
async function openBallots(vcase, window, counted) {
  const { report, files } = vcase;
  const path = `rounds/${window.name}.openings`;
  if (!files.has(path)) return null;
  const openings = readOr(() => readOpenings(files.get(path)), (error) =>
    report.add("E421", null, "index, nonce and choice a line, rising", `${path}: ${error.message}`),
  );
  if (openings === null) return null;
  const missing = [...counted.keys()].filter((index) => !openings.has(index));
  const extra = [...openings.keys()].filter((index) => !counted.has(index) && !window.failed.has(index));
  const told = [...missing.map((index) => [index, "missing"]), ...extra.map((index) => [index, "extra"])];
  for (const [index, what] of told.sort(([a], [b]) => (a < b ? -1 : 1))) {
    report.add("E421", index, "one opening a counted ballot", what);
    window.isDamaged = true;
  }
  const form = formOf(window.shape, vcase.rules);
  const choices = new Map();
  for (const index of [...counted.keys()].filter((each) => openings.has(each)).sort((a, b) => a - b)) {
    const choice = openOne(vcase, window, form, counted.get(index), openings.get(index));
    if (choice === undefined) window.isDamaged = true;
    else choices.set(index, choice);
    await breathe();
  }
  return window.isDamaged ? null : choices;
}

// What one ballot says; undefined when its opening is wrong.
function openOne({ report, origin }, window, form, ballot, { nonce, choice }) {
  const head = utf8Bytes(`c1/choice\n${origin}\n${window.name}\n${ballot.key}\n${ballot.counter}\n`);
  if (base64Of(digestOf(joined(head, nonce, utf8Bytes(choice)))) !== ballot.commitment) {
    report.add("E422", ballot.index, ballot.commitment, `choice ${choice}`);
    return undefined;
  }
  let isRight = true;
  const answers = readOr(() => readChoice(form, choice), (error) => {
    report.add("E423", ballot.index, form.grammar, error);
    isRight = false;
  });
  return isRight ? answers : undefined;
}

function readOpenings(data) {
  const openings = new Map();
  const lines = entryText(data).split("\n");
  if (lines.pop() !== "") throw new FormError("the last line does not end");
  let last = -1;
  for (const line of lines) {
    const parts = line.split(" ");
    if (parts.length !== 3) throw new FormError("a line has three parts");
    const index = decimalOf(parts[0]);
    if (index <= last) throw new FormError(`${index} after ${last}`);
    last = index;
    openings.set(index, { nonce: fromBase64(parts[1], 32), choice: parts[2] });
  }
  return openings;
}

// The identity of one panel, counted anew; `window.counts` gets its counts.
function panelRow(vcase, window, panel, mine, choices) {
  const hand = window.hands.get(panel.id) ?? null;
  const limit = vcase.rules.isLate ? window.close : window.open;
  let cards = 0;
  for (const [key, index] of vcase.present) {
    cards += Number(vcase.isCheckedInBefore(key, index, panel.id, limit, window.close));
  }
  const testers = window.auditCards.filter((card) => card.panel === panel.id);
  cards -= testers.filter((card) => (vcase.present.get(card.check_in) ?? limit) < limit).length;
  const returned = mine.length + (hand?.returned ?? 0);
  const invalid = hand?.invalid ?? 0;
  let abstained;
  if (vcase.isPublic) {
    abstained = Math.min(window.tallyBody.by[panel.id]?.abstained ?? 0, returned - invalid);
  } else {
    const said = mine.map(({ index }) => choices.get(index));
    abstained = said.filter((choice) => choice === null).length + (hand?.abstained ?? 0);
    window.counts.set(panel.id, addUp(vcase, window, said, hand));
  }
  const issued = cards + (hand?.issued ?? 0);
  return {
    expected: panel.card ? panel.invited : (vcase.enrolled.get(`${panel.id}/${window.round}`) ?? 0),
    present: cards + (hand?.present ?? 0),
    issued,
    returned,
    valid: returned - invalid - abstained,
    invalid,
    abstained,
    not_cast: issued - returned,
  };
}

// Item -> (option -> number). Every option of a scale is there; marks and blanks only when given.
function addUp({ report, rules }, window, choices, hand) {
  const { shape } = window;
  const isSelect = shape.kind === "select";
  const allowed = isSelect
    ? new Map(shape.units.map((unit) => [itemOf(unit, ""), new Map([["", ""]])]))
    : new Map(formOf(shape, rules).items.map(([item, , answers]) => [item, answers]));
  const counts = new Map();
  for (const [item, answers] of allowed) {
    counts.set(item, new Map(answers === MARKS ? [] : [...answers.values()].map((option) => [option, 0])));
  }
  for (const choice of choices) {
    for (const [item, option] of choice ?? []) addTo(counts.get(item), option, 1);
  }
  if (hand && !addHand(counts, hand, shape, allowed)) {
    report.add("E451", window.tally, "a paper count of the round's items that adds up", hand.counts);
  }
  return counts;
}

const addTo = (options, option, number) => options.set(option, (options.get(option) ?? 0) + number);

const total = (options) => [...options.values()].reduce((sum, number) => sum + number, 0);

// Add a paper count; false when it names other items, or does not add up to its valid papers.
function addHand(counts, hand, shape, allowed) {
  const given = flatCounts(hand.counts, shape);
  if (given === null || given.size !== counts.size || ![...given.keys()].every((item) => counts.has(item))) return false;
  const totals = [...given.values()].map(total);
  let isRight = totals.every((sum) => sum === hand.valid);
  if (shape.kind === "select") {
    const all = totals.reduce((sum, each) => sum + each, 0);
    isRight = hand.valid <= all && all <= hand.valid * shape.choose && totals.every((sum) => sum <= hand.valid);
  }
  for (const [item, options] of given) {
    const known = new Set(allowed.get(item).values());
    if (counts.size > 1) known.add(BLANK);
    for (const [option, number] of options) {
      if (!known.has(option)) isRight = false;
      else if (number) addTo(counts.get(item), option, number);
    }
  }
  return isRight;
}

function shownCounts(window, panel) {
  const nested = writtenCounts(window.counts.get(panel), window.shape);
  const [first, ...others] = Object.values(nested);
  return window.shape.kind === "ballot" && others.length === 0 && isTable(first) ? first : nested;
}

function checkCountsFile({ report, files }, window) {
  const path = `rounds/${window.name}.counts`;
  if (!files.has(path)) return;
  const body = readOr(() => jsonFile(files.get(path)), (error) => report.add("E451", window.tally, path, error));
  if (body === null) return;
  const expected = Object.create(null);
  for (const [panel, counts] of window.counts) expected[panel] = writtenCounts(counts, window.shape);
  if (Object.keys(body).join(" ") !== "by salt window" || body.window !== window.name || !isKeyText(body.salt)) {
    report.add("E451", window.tally, `${path}: window, salt, by`, Object.keys(body).join(" "));
  } else if (!sameValue(body.by, expected)) {
    report.add("E451", window.tally, ...firstDifference(expected, body.by));
  }
}

function checkTally({ report, files, digests, rules }, window, by) {
  const { tally: index, tallyBody: body } = window;
  if (body.open !== window.open || body.close !== window.close) {
    report.add("E451", index, `open ${window.open}, close ${window.close}`, `${body.open}, ${body.close}`);
  }
  if (!sameValue(body.by, by)) report.add("E451", index, ...firstDifference(by, body.by));
  for (const name of ["openings", "counts"]) {
    const path = `rounds/${window.name}.${name}`;
    if (files.has(path) && digests.get(path) !== body[name]) {
      report.add("E451", index, `${path} ${body[name]}`, digests.get(path));
    }
  }
  for (const [panel, row] of Object.entries(by)) {
    const told = JSON.stringify(row);
    if (row.returned > row.issued || row.issued > row.present) {
      report.add("E451", index, `${panel}: returned <= issued <= present`, told);
    }
    const { card, audit } = rules.panels.get(panel);
    const testers = Math.max(0, audit - window.auditCards.filter((each) => each.panel === panel).length);
    if (card && row.present > row.expected + testers) {
      report.add("E451", index, `${panel}: present <= expected`, `${row.present} > ${row.expected}`);
    }
    if (row.valid + row.invalid + row.abstained !== row.returned || row.valid < 0) {
      report.add("E451", index, `${panel}: returned = valid + invalid + abstained`, told);
    }
  }
}
