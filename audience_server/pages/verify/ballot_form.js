// What a ballot of a round may say, and the counts of what was said, in their written and in their flat form.
import { isTable } from "./canonical_json.js";
import { FormError, shown } from "./verify_bytes.js";

export const MARKS = new Map(Array.from({ length: 101 }, (_, mark) => [String(mark), String(mark)]));

export const BLANK = "blank";

// An item is a unit and a criterion; neither holds a slash.
export const itemOf = (unit, criterion) => `${unit}/${criterion}`;

export const OWN_QUESTION = itemOf("", "");

// The questions of one round: {items: [item, label, answers], choose, units, grammar}.
export function formOf(shape, rules) {
  if (shape.kind === "select") {
    return { items: [], choose: shape.choose, units: shape.units, grammar: `${shape.choose}/${shape.units.length}` };
  }
  if (shape.options.length > 0) {
    const answers = numbered(shape.options);
    return { items: [[OWN_QUESTION, "", answers]], choose: 0, units: [], grammar: `1-${shape.options.length}` };
  }
  const isSheet = shape.kind === "sheet" || shape.units.length > 1;
  const answersOf = new Map(shape.criteria.map((criterion) => [criterion, answersTo(criterion, rules)]));
  const items = [];
  const grammar = [];
  shape.units.forEach((unit, unitPlace) => {
    shape.criteria.forEach((criterion, place) => {
      const label = isSheet ? `${unitPlace + 1}.${place + 1}` : shape.criteria.length > 1 ? String(place + 1) : "";
      const allowed = answersOf.get(criterion);
      items.push([itemOf(unit, criterion), label, allowed]);
      grammar.push((label ? `${label}=` : "") + (allowed === MARKS ? "0-100" : `1-${allowed.size}`));
    });
  });
  return { items, choose: 0, units: [], grammar: grammar.join(";") };
}

function answersTo(criterion, rules) {
  const { order } = rules.scales.get(rules.criteria.get(criterion).scale);
  return order.length > 0 ? numbered(order) : MARKS;
}

const numbered = (ids) => new Map(ids.map((id, place) => [String(place + 1), id]));

// The answers of one ballot as item -> option; null for a ballot blank in full; FormError for anything else.
export function readChoice(form, text) {
  if (text === "-") return null;
  if (form.units.length > 0) return readSelection(form, text);
  const parts = text.split(";");
  if (parts.length !== form.items.length) {
    throw new FormError(`${parts.length} answers where ${form.items.length} belong`);
  }
  const answers = new Map();
  form.items.forEach(([item, label, allowed], place) => {
    const start = label ? `${label}=` : "";
    const answer = parts[place].slice(start.length);
    if (!parts[place].startsWith(start) || !(allowed.has(answer) || (answer === "-" && label))) {
      throw new FormError(`answer ${shown(parts[place])} is not one of the round's`);
    }
    answers.set(item, allowed.get(answer) ?? BLANK);
  });
  if ([...answers.values()].every((answer) => answer === BLANK)) {
    throw new FormError("a ballot blank in full has the form -");
  }
  return answers;
}

function readSelection(form, text) {
  const numbers = text.split(",");
  const allowed = numbered(form.units);
  if (numbers.length > form.choose || !numbers.every((number) => allowed.has(number))) {
    throw new FormError(`not a choice of at most ${form.choose} units`);
  }
  if (numbers.some((number, place) => place > 0 && Number(numbers[place - 1]) >= Number(number))) {
    throw new FormError("unit numbers do not rise");
  }
  return new Map(numbers.map((number) => [itemOf(allowed.get(number), ""), ""]));
}

export const isCount = (value) => typeof value === "number" && value >= 0;

// Written counts as item -> (option -> n); null if misshapen. Written: {unit: {criterion: {option: n}}}; of a select
// round {unit: n}; of a question of its own {option: n}.
export function flatCounts(value, shape) {
  const flat = new Map();
  const add = (unit, criterion, options) => {
    if (!isTable(options) || !Object.values(options).every(isCount)) return false;
    flat.set(itemOf(unit, criterion), new Map(Object.entries(options)));
    return true;
  };
  if (shape.kind === "select" && isTable(value)) {
    return Object.entries(value).every(([unit, number]) => add(unit, "", { "": number })) ? flat : null;
  }
  if (shape.options.length > 0) return add("", "", value) ? flat : null;
  const isRight = Object.entries(isTable(value) ? value : {}).every(
    ([unit, criteria]) =>
      isTable(criteria) && Object.entries(criteria).every(([criterion, options]) => add(unit, criterion, options)),
  );
  return isRight ? flat : null;
}

// The opposite of flatCounts.
export function writtenCounts(counts, shape) {
  if (shape.kind !== "select" && shape.options.length > 0) return plainTable(counts.get(OWN_QUESTION));
  const nested = Object.create(null);
  for (const [item, options] of counts) {
    const [unit, criterion] = item.split("/");
    if (shape.kind === "select") nested[unit] = options.get("");
    else (nested[unit] ??= Object.create(null))[criterion] = plainTable(options);
  }
  return nested;
}

function plainTable(map) {
  const table = Object.create(null);
  for (const [key, value] of map) table[key] = value;
  return table;
}
