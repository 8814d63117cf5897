// The session file, read anew: only what decides a result, and the names for whoever prints the report.
import { exactNumber, isFullRange, readSessionFile, RulesTable } from "./rules_tables.js";
import { FormError, shown } from "./verify_bytes.js";

export const COUNTING_KINDS = ["ballot", "sheet", "select"];
export const SCORING_KINDS = ["ballot", "sheet"];
export const CHECK_IN = "r00";
export const VOTE_CHANNEL = "vote";

const ROUND_KINDS = [...COUNTING_KINDS, "mood", "trial"];
const RESERVED_ROUND = /^r(?:00|0*(?:9[0-9]{2}|[1-9][0-9]{3,}))$/;
const MOST_CELLS = 10 ** 6;
// Of one round: the grammar of more has no room in an entry.
export const MOST_ITEMS_ASKED = 12_000;
const EVERYTHING = "*";

// id -> what is read from its table; an id stands once.
function tablesById(tables, read) {
  const found = new Map();
  for (const table of tables) {
    if (found.has(table.id())) throw new FormError(`${table.where} ${table.id()} stands twice`);
    found.set(table.id(), read(table));
  }
  return found;
}

// FormError for anything that a session could not have run on.
export function readRules(bytes) {
  const top = readSessionFile(bytes);
  const session = top.table("session");
  const result = top.table("result");
  const vote = new RulesTable(new Map([["id", VOTE_CHANNEL], ["weight", 100n]]), "channels");
  const channels = result.tables("channels");
  const rules = {
    origin: `${session.text("authority")}/${session.id()}`,
    title: session.text("title", ""),
    place: session.text("place", ""),
    date: session.date("date"),
    tolerance: session.count("tolerance_ms", 2000),
    batchMin: session.count("batch_min", 8),
    smallCell: session.count("small_cell", 12),
    spareRounds: session.count("spare_rounds", 8, 100_000),
    isLate: session.word("late", ["next-round", "until-close"], "next-round") === "until-close",
    panels: tablesById(top.tables("panel"), panelOf),
    scales: tablesById(top.tables("scale"), scaleOf),
    criteria: tablesById(top.tables("criterion"), (table) => ({
      scale: table.text("scale"), weight: table.weight("weight", 1),
    })),
    categories: tablesById(top.tables("category"), (table) => ({
      name: table.text("name"), bottom: table.count("bottom", 0),
    })),
    units: tablesById(top.tables("unit"), (table) => ({
      id: table.id(), name: table.text("name"), category: table.text("category"),
    })),
    places: result.count("places", 2, 9),
    isVoidIfEmpty: result.word("empty_panel", ["redistribute", "void"], "redistribute") === "void",
    channels: tablesById(channels.length > 0 ? channels : [vote], (table) => table.weight("weight")),
    ...witnessesOf(top),
  };
  rules.rounds = roundsOf(top, rules);
  checkReferences(rules);
  rules.names = namesInRules(top, rules);
  return rules;
}

function panelOf(table) {
  const card = table.word("admission", ["card", "open"]) === "card";
  const seats = table.count("seats", card ? undefined : 0, 10 ** 7);
  const spare = table.count("spare", 0, 10 ** 7);
  return {
    id: table.id(),
    name: table.text("name"),
    card,
    seats,
    spare,
    invited: table.count("invited", seats),
    audit: table.count("audit", 0, spare),
    weight: table.weight("weight", 0),
    unverified: table.flag("unverified"),
  };
}

// Options with their scores (null: outside the denominator); marks from 0 to 100 when there are no options.
function scaleOf(table) {
  const scoreOf = (option) => (option.has("score") ? option.exact("score") : null);
  const options = tablesById(table.tables("options"), scoreOf);
  const order = [...options.keys()];
  if (order.length === 0 && !isFullRange(table.get("range"))) {
    throw new FormError(`scale ${table.id()} has neither options nor the range [0, 100]`);
  }
  return { options, order, trim: table.count("trim", 0) };
}

function witnessesOf(top) {
  if (!top.has("witnesses")) return { notaries: [], observers: [], quorum: [0, 0] };
  const table = top.table("witnesses");
  const notaries = table.tables("notaries").map((member) => ({
    name: member.text("name", ""), witness: member.text("witness"), statement: member.text("statement"),
  }));
  const observers = table.tables("observers").map((member) => ({
    name: member.text("name", ""), witness: member.text("witness"), statement: "",
  }));
  if (notaries.length > 2) throw new FormError("more than two notaries");
  const asked = table.table("quorum");
  const quorum = [
    asked.count("notaries", notaries.length, notaries.length), asked.count("observers", 0, observers.length),
  ];
  if (quorum[0] + quorum[1] === 0) throw new FormError("a quorum of nobody witnesses nothing");
  refuseRepeats("a witness's key", [...notaries, ...observers].map(({ witness }) => bareKey(witness)));
  refuseRepeats("a statement key", notaries.map(({ statement }) => bareKey(statement)));
  return { notaries, observers, quorum };
}

// The key of a key line without its name: a key has one voice, whatever it calls itself.
function bareKey(vkey) {
  const parts = vkey.split("+");
  return parts.slice(Math.min(2, parts.length - 1)).join("+");
}

function refuseRepeats(what, names) {
  const seen = new Set();
  for (const name of names) {
    if (seen.has(name)) throw new FormError(`${what} stands twice: ${shown(name)}`);
    seen.add(name);
  }
}

// The rounds of the file; where none of them counts, one ballot round a unit follows.
function roundsOf(top, rules) {
  const everyUnit = [...rules.units.keys()];
  const everyCriterion = [...rules.criteria.keys()];
  const everyPanel = [...rules.panels.keys()];
  const rounds = tablesById(top.tables("round"), (table) => roundOf(table, everyUnit, everyCriterion, everyPanel));
  if (![...rounds.values()].some((shape) => COUNTING_KINDS.includes(shape.kind))) {
    everyUnit.forEach((unit, number) => {
      const id = `r${String(number + 1).padStart(2, "0")}`;
      if (rounds.has(id)) throw new FormError(`round ${id} is one that follows from the units`);
      const shape = { kind: "ballot", units: [unit], criteria: everyCriterion, panels: everyPanel };
      rounds.set(id, { id, ...shape, choose: 0, options: [] });
    });
  }
  return rounds;
}

function roundOf(table, everyUnit, everyCriterion, everyPanel) {
  const kind = table.word("kind", ROUND_KINDS, "ballot");
  const units = listed(table, "units", [], everyUnit);
  let options = [...tablesById(table.tables("options"), () => null).keys()];
  const asksAll = SCORING_KINDS.includes(kind) || (kind === "trial" && units.length > 0 && options.length === 0);
  const criteria = listed(table, "criteria", asksAll ? everyCriterion : [], everyCriterion);
  if (options.length > 0 && (COUNTING_KINDS.includes(kind) || criteria.length > 0)) {
    throw new FormError(`round ${table.id()} has options; only a trial or mood round without criteria does`);
  }
  if (["trial", "mood"].includes(kind) && criteria.length === 0 && options.length === 0) options = ["yes", "no"];
  const panels = listed(table, "panels", everyPanel, everyPanel);
  return { id: table.id(), kind, units, criteria, panels, choose: table.count("choose", 0), options };
}

function listed(table, key, otherwise, every) {
  const value = table.ids(key);
  if (value === null) return otherwise;
  if (value.length === 1 && value[0] === EVERYTHING) return every;
  refuseRepeats(`${table.where}.${key}: one of them`, value);
  return value;
}

// Every id that something points to must be there, and the tables must have a sane size: later steps rely on it.
function checkReferences(rules) {
  const rounds = [...rules.rounds.values()];
  const sizes = [
    rules.panels.size * (1 + rules.rounds.size + rules.spareRounds),
    Math.max(1, rules.panels.size) * rules.units.size * rules.criteria.size,
    rounds.reduce((sum, { panels, units, criteria }) => sum + panels.length * units.length * (criteria.length || 1), 0),
  ];
  const isTooLong = rounds.some(({ units, criteria }) => units.length * criteria.length > MOST_ITEMS_ASKED);
  if (Math.max(...sizes) > MOST_CELLS || isTooLong) throw new FormError("larger than any session file");
  const reserved = rounds.find(({ id }) => RESERVED_ROUND.test(id));
  if (reserved) throw new FormError(`round ${reserved.id} is called like the check-in or a spare round`);
  const wrong = [...rules.units.values()].map(({ category }) => category).filter((id) => !rules.categories.has(id));
  wrong.push(...[...rules.criteria.values()].map(({ scale }) => scale).filter((id) => !rules.scales.has(id)));
  for (const shape of rounds) {
    wrong.push(...shape.units.filter((id) => !rules.units.has(id)));
    wrong.push(...shape.criteria.filter((id) => !rules.criteria.has(id)));
    wrong.push(...shape.panels.filter((id) => !rules.panels.has(id)));
  }
  if (wrong.length > 0) throw new FormError(`names something that is not there: ${shown(wrong[0])}`);
  const scoring = rounds.filter(({ kind }) => SCORING_KINDS.includes(kind));
  refuseRepeats("a unit, criterion and panel", scoring.flatMap(cellsOf));
}

const cellsOf = ({ units, criteria, panels }) =>
  units.flatMap((unit) => criteria.flatMap((criterion) => panels.map((panel) => `${unit}/${criterion}/${panel}`)));

// What things are called and how many there are; nothing is computed from it.
function namesInRules(top, rules) {
  const titles = tablesById(top.tables("round"), (table) => table);
  const channels = tablesById(top.table("result").tables("channels"), (table) => table.text("name", ""));
  return {
    session: {
      title: rules.title, place: rules.place, date: rules.date,
      authority: top.table("session").text("authority"), small_cell: rules.smallCell,
    },
    panels: [...rules.panels.values()].map((panel) => ({ ...panel, weight: panel.weight.plain() })),
    categories: [...rules.categories].map(([id, { name, bottom }]) => ({ id, name, bottom })),
    units: [...rules.units.values()],
    criteria: top.tables("criterion").map((table) => ({
      id: table.id(), name: table.text("name", table.id()), scale: table.text("scale"),
      weight: table.exact("weight", 1).plain(),
    })),
    scales: top.tables("scale").map((table) => ({ id: table.id(), options: optionNames(table) })),
    channels: [...rules.channels].map(([id, weight]) => ({ id, name: channels.get(id) ?? "", weight: weight.plain() })),
    rounds: [...rules.rounds.values()].map(({ id, kind, units }) => ({
      id, kind, title: titles.get(id)?.text("title", "") ?? "", units,
      options: titles.has(id) ? optionNames(titles.get(id)) : [],
    })),
    witnesses: {
      notaries: rules.notaries.map(({ name }) => name),
      observers: rules.observers.map(({ name }) => name),
    },
  };
}

const optionNames = (table) =>
  table.tables("options").map((option) => ({
    id: option.id(),
    name: option.text("name", option.id()),
    score: option.has("score") ? option.exact("score").plain() : null,
  }));

export const cardPanels = (rules) => [...rules.panels.values()].filter((panel) => panel.card);

export function rollRounds(rules) {
  const spares = Array.from({ length: rules.spareRounds }, (_, number) => `r${900 + number}`);
  return [CHECK_IN, ...rules.rounds.keys(), ...spares];
}

// policy.txt as it follows from the session file.
export function policyText(rules, log) {
  if (rules.notaries.length === 0 && rules.observers.length === 0) return `log ${log.vkey}\nquorum none\n`;
  const named = [
    ["notaries", "n", rules.notaries, rules.quorum[0]],
    ["observers", "o", rules.observers, rules.quorum[1]],
  ];
  const lines = [`log ${log.vkey}`];
  const groups = [];
  for (const [, letter, members] of named) {
    members.forEach((member, place) => lines.push(`witness ${letter}${place + 1} ${member.witness}`));
  }
  for (const [group, letter, members, needed] of named) {
    if (!needed) continue;
    groups.push(group);
    lines.push(`group ${group} ${needed} ${members.map((_, place) => letter + (place + 1)).join(" ")}`);
  }
  return `${[...lines, `group all-of all ${groups.join(" ")}`, "quorum all-of"].join("\n")}\n`;
}

// A channel's score: a decimal text from 0 to 100, else null.
export function channelScore(text) {
  const score = exactNumber(text);
  return score !== null && score.top >= 0n && score.top <= 100n * score.bottom ? score : null;
}
