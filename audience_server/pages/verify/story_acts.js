// What each kind of act changes in the story, and where it may stand.
import { formOf } from "./ballot_form.js";
import { sameValue } from "./canonical_json.js";
import { digestOf } from "./merkle.js";
import { callRehearsal } from "./step_beginning.js";
import { actAudit, actAuditOpen } from "./story_audit.js";
import { utf8Bytes, compareBytes, fromBase64, hexOf } from "./verify_bytes.js";
import { cardPanels, channelScore, CHECK_IN, COUNTING_KINDS, MOST_ITEMS_ASKED, VOTE_CHANNEL } from "./verify_rules.js";

function actSession({ report, files, digests }, index, body) {
  for (const [name, path] of [["rules", "rules.toml"], ["policy", "policy.txt"], ["rolls", "rolls/index.json"]]) {
    if (files.has(path) && digests.get(path) !== body[name]) {
      report.add("E401", index, `${path} ${body[name]}`, digests.get(path));
    }
  }
  const pages = [...digests].filter(([path]) => path.startsWith("page/"));
  const lines = pages.map(([path, digest]) => `${digest} ${path}\n`);
  const page = hexOf(digestOf(utf8Bytes(lines.sort().join(""))));
  if (page !== body.page) report.add("E401", index, `page ${body.page}`, page);
  if (body.kind !== report.kind) report.add("E401", index, `kind ${report.kind}, as the origin says`, body.kind);
  if ((body.previous === null) !== (body.number === 1) || body.number < 1) {
    report.add("E401", index, "number 1, or a previous session", body.number);
  }
  if (body.kind === "rehearsal") callRehearsal(report);
  if (body.codes_exported) report.add("W109", index, "codes on printed cards only", "codes were exported");
}

function actZero(vcase, index, body) {
  const { report, rules, zero, firstOpen } = vcase;
  if (zero !== null) {
    report.add("E402", index, "one zero confirmation", `another at ${zero}`);
    return;
  }
  vcase.zero = index;
  if (firstOpen !== null) report.add("E402", index, "before the first round that counts", `it opened at ${firstOpen}`);
  const cards = cardPanels(rules);
  const expected = {
    size: index,
    ballots: 0,
    printed: Object.fromEntries(cards.map(({ id, seats, spare }) => [id, seats + spare])),
    spare: Object.fromEntries(cards.map(({ id, spare }) => [id, spare])),
  };
  for (const [name, value] of Object.entries(expected)) {
    if (!sameValue(body[name], value)) report.add("E402", index, `${name} ${JSON.stringify(value)}`, body[name]);
  }
}

function actOpen(vcase, index, body) {
  const { report, rules, windows } = vcase;
  const { window: name, round } = body;
  const right = vcase.nextWindow(round);
  const isKnown = vcase.rollRounds.has(round) && round !== CHECK_IN;
  const isStanding = vcase.windowsOf(round).some((window) => window.void === null);
  if (name !== right || !isKnown || vcase.notHeld.has(round) || isStanding) {
    report.add("E403", index, `${right}, the round known, its earlier windows void`, `${name} of ${round}`);
    if (windows.has(name) || !isKnown) return;
  }
  const shape = shapeOf(rules, body);
  const options = optionsSaid(body);
  const parts = (from, ...more) => [from.kind, from.units, from.criteria, from.panels, ...more];
  const own = rules.rounds.has(round) ? null : options && shape.options;
  const expected = parts(shape, formOf(shape, rules).grammar, own);
  const found = parts(body, body.grammar, options);
  if (!sameValue(expected, found)) report.add("E452", index, JSON.stringify(expected), JSON.stringify(found));
  if (body.tolerance !== rules.tolerance || body.ballots !== 0) {
    report.add("E452", index, `${rules.tolerance} ms, 0 ballots`, `${body.tolerance}, ${body.ballots}`);
  }
  vcase.addWindow({
    name, round, shape, open: index, body, extensions: [], close: null, closedAt: null, hands: new Map(),
    audit: null, auditCards: [], auditRow: null,
    tally: null, tallyBody: null, void: null, best: new Map(), isDamaged: false, failed: new Set(), counts: new Map(),
  });
  if (COUNTING_KINDS.includes(shape.kind)) vcase.firstOpen ??= index;
}

// The options that an `open` names itself; null where it names none.
const optionsSaid = ({ options }) => options?.map((option) => (typeof option === "string" ? option : option.id)) ?? null;

const knownOnce = (names, known) => [...new Set(names)].filter((name) => known.has(name));

// What a round asks: from the session file; for a spare round from the entry itself, every name of it once.
function shapeOf(rules, body) {
  const known = rules.rounds.get(body.round);
  if (known) return known;
  const options = [...new Set(optionsSaid(body) ?? [])];
  const units = knownOnce(body.units, rules.units);
  const criteria = options.length > 0 ? [] : knownOnce(body.criteria, rules.criteria);
  return {
    id: body.round,
    kind: ["mood", "trial"].includes(body.kind) ? body.kind : "mood",
    units,
    criteria: units.length * criteria.length > MOST_ITEMS_ASKED ? [] : criteria,
    panels: knownOnce(body.panels, rules.panels),
    choose: 0,
    options,
  };
}

// The window that an extension or a close names, if it is open; E403 otherwise.
function openWindow({ report, windows }, index, body) {
  const window = windows.get(body.window);
  if (window && window.close === null && window.open === body.open) return window;
  report.add("E403", index, "a window that is open", `${body.window} opened at ${body.open}`);
  return null;
}

function actExtend(vcase, index, body) {
  const window = openWindow(vcase, index, body);
  if (window === null) return;
  window.extensions.push(body.seconds);
  if (window.extensions.length > 2) vcase.report.add("E403", index, "at most two extensions", window.extensions.length);
}

function actClose(vcase, index, body) {
  const window = openWindow(vcase, index, body);
  if (window === null) return;
  window.close = index;
  const seconds = [window.body.seconds, ...window.extensions].reduce((sum, more) => sum + BigInt(more), 0n);
  const due = seconds * 1000n + BigInt(window.body.tolerance);
  const lasted = (BigInt(body.at) - BigInt(window.body.at)) * 1000n;
  const difference = lasted > due ? lasted - due : due - lasted;
  if (body.cause === "time" && difference > 2000n) {
    vcase.report.add("W462", index, `${Number(due) / 1000} s`, `${lasted / 1000n} s`);
  }
}

const awaitsTally = (window) =>
  window !== undefined && window.close !== null && window.tally === null && window.void === null;

function actHand({ report, windows }, index, body) {
  const window = windows.get(body.window);
  if (!awaitsTally(window) || !window.shape.panels.includes(body.panel) || window.hands.has(body.panel)) {
    report.add("E403", index, "a closed window, not yet tallied, once a panel", `${body.window} ${body.panel}`);
    return;
  }
  window.hands.set(body.panel, body);
}

function actTally({ report, windows, audits }, index, body) {
  const window = windows.get(body.window);
  if (!awaitsTally(window) || window.round !== body.round) {
    report.add("E403", index, "a closed window, not yet tallied", body.window);
    return;
  }
  if (audits.has(window.name) && window.audit === null) {
    report.add("E403", index, "the audit cards opened before the count", window.name);
  }
  window.tally = index;
  window.tallyBody = body;
}

function actVoidRound({ report, windows }, index, body) {
  const window = windows.get(body.window);
  if (!window || window.close === null || window.void !== null) {
    report.add("E403", index, "a closed window that is not void", body.window);
    return;
  }
  window.void = index;
}

function actNotHeld(vcase, index, { round }) {
  const isStanding = vcase.windowsOf(round).some((window) => window.void === null);
  if (!vcase.rules.rounds.has(round) || isStanding || vcase.notHeld.has(round)) {
    vcase.report.add("E403", index, "a round that was not held", round);
    return;
  }
  vcase.notHeld.add(round);
}

function actEnrol(vcase, index, body, keysAreSound) {
  const { report, rules, enrolled } = vcase;
  const panel = rules.panels.get(body.panel);
  const keys = body.keys.map((key) => fromBase64(key));
  if (!keysAreSound || keys.some((key, place) => place > 0 && compareBytes(keys[place - 1], key) >= 0)) {
    report.add("E405", index, "keys sorted, unique, of prime order", `${keys.length} keys`);
  }
  const isKnown = vcase.rollRounds.has(body.round);
  if (!panel || panel.card || !isKnown || vcase.windowsOf(body.round).length > 0) {
    report.add("E403", index, "an open panel, before the round opens", `${body.panel} ${body.round}`);
    return;
  }
  const place = `${panel.id}/${body.round}`;
  for (const key of new Set(body.keys)) {
    if (vcase.takeKey(body.round, panel.id, key, "enrol", index)) enrolled.set(place, (enrolled.get(place) ?? 0) + 1);
  }
}

function actVoid(vcase, index, body) {
  const { report, voided } = vcase;
  const panels = new Set();
  const rounds = Object.keys(body.keys);
  if (!rounds.includes(CHECK_IN)) report.add("E306", index, "the key of r00", rounds.join(", "));
  for (const round of rounds.sort()) {
    const key = body.keys[round];
    const panel = vcase.panelOf(round, key);
    panels.add(panel ?? null);
    if (panel === undefined || panels.size > 1) {
      report.add("E412", index, "keys of one card of the roll", `${round} ${key}`);
    }
    const last = vcase.windowsOf(round).at(-1);
    if (last && last.close !== null && last.void === null) {
      report.add("E413", index, "keys of rounds not yet closed", round);
      continue;
    }
    if (!voided.has(round)) voided.set(round, new Map());
    if (!voided.get(round).has(key)) voided.get(round).set(key, index);
  }
  report.acts.at(-1).panel = panels.size === 1 ? [...panels][0] : null;
}

function actChannel({ report, rules, channels, firstOpen }, index, body) {
  const good = new Map();
  let isRight = rules.channels.has(body.id) && body.id !== VOTE_CHANNEL;
  for (const [unit, text] of Object.entries(body.scores)) {
    const score = channelScore(text);
    if (score !== null) good.set(unit, score);
    isRight = isRight && score !== null && rules.units.has(unit);
  }
  if (!isRight) {
    report.add("E452", index, "a channel of the session file, its units, scores from 0 to 100", body.id);
  }
  channels.set(body.id, good);
  if (firstOpen !== null) report.add("W454", index, "before the first round that counts", `it opened at ${firstOpen}`);
}

function actSeal(vcase, index, body) {
  vcase.seal = index;
  vcase.sealBody = body;
}

export const ACT_READERS = {
  session: actSession,
  zero: actZero,
  open: actOpen,
  extend: actExtend,
  close: actClose,
  hand: actHand,
  audit: actAudit,
  "audit-open": actAuditOpen,
  tally: actTally,
  "void-round": actVoidRound,
  "not-held": actNotHeld,
  enrol: actEnrol,
  void: actVoid,
  channel: actChannel,
  seal: actSeal,
};
