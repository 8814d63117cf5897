// The counts of one panel in one window: numbers of ballots first, a percentage only with what it is of.
import { element, evidenceText, scrollingTable } from "./ui_dom.js";
import { shownText } from "./words.js";
import { nameIn } from "./words_names.js";
import { panelLabel } from "./words_said.js";

const MOST_ITEMS = 500;

export function countsOf(panel, numbers, row, names, say) {
  const caption = say("counts_of", { panel: shownText(panelLabel(names, panel, say)) });
  const kind = names.opened.get(row.window)?.kind ?? names.rounds.get(row.round)?.kind;
  if (kind === "select") return [selectTable(caption, numbers, names, say)];
  const items = itemsOf(numbers.counts, row, names).slice(0, MOST_ITEMS);
  return byScale(items).map((rows) =>
    rows[0].options.length > 0 ? optionsTable(caption, rows, say) : marksTable(caption, rows, say),
  );
}

// Items that share their options share a table.
function byScale(items) {
  const scales = new Map();
  for (const item of items) {
    const ids = item.options.map((option) => option.id).join(" ");
    scales.set(ids, [...(scales.get(ids) ?? []), item]);
  }
  return [...scales.values()];
}

// {label, options, cell} of each thing that was asked, whatever shape the kind of round gives its counts.
function itemsOf(counts, row, names) {
  const values = Object.values(counts);
  if (values.every((value) => typeof value === "number")) {
    return [{ label: "", options: ownOptions(counts, row, names), cell: counts }];
  }
  const nested = values.every((value) => Object.values(value).every((inner) => typeof inner === "number"));
  const units = nested ? [["", counts]] : Object.entries(counts);
  return units.flatMap(([unit, criteria]) =>
    Object.entries(criteria).map(([criterion, cell]) => {
      const known = names.criteria.get(criterion);
      const label = [unit && nameIn(names.units, unit), known?.name ?? criterion].filter(Boolean).join(" ");
      return { label, options: names.scales.get(known?.scale)?.options ?? [], cell };
    }),
  );
}

// A trial or mood asks a question of its own.
function ownOptions(counts, row, names) {
  const stated = names.rounds.get(row.round)?.options ?? [];
  if (stated.length > 0) return stated;
  return Object.keys(counts)
    .filter((id) => id !== "blank")
    .map((id) => ({ id, name: "" }));
}

function optionsTable(caption, rows, say) {
  const withBlank = rows.some(({ cell }) => cell.blank > 0);
  const labelled = rows.some(({ label }) => label !== "");
  const heads = [
    say(labelled ? "item" : "choice"),
    ...rows[0].options.map((option) => evidenceText(optionName(option, say))),
    say("answered"),
    ...(withBlank ? [say("blank")] : []),
  ];
  const lines = rows.map(({ label, options, cell }) => {
    const name = label === "" ? say("votes_row") : evidenceText(label);
    const total = options.reduce((sum, { id }) => sum + (cell[id] ?? 0), 0);
    const shares = options.map(({ id }) => share(cell[id] ?? 0, total, say));
    const blank = withBlank ? [say("votes", { n: cell.blank ?? 0 })] : [];
    return [name, ...shares, say("votes", { n: total }), ...blank];
  });
  return scrollingTable(caption, heads, lines, say("sideways"));
}

function optionName(option, say) {
  if (option.name) return option.name;
  return ["yes", "no"].includes(option.id) ? say(`option_${option.id}`) : option.id;
}

function share(number, total, say) {
  const votes = say("votes", { n: number });
  if (total === 0) return votes;
  const part = element("span", { class: "share" }, percentage(number, total));
  return element("span", { class: "figure" }, element("span", { class: "votes" }, votes), " ", part);
}

// One decimal, rounded half up, in whole numbers all the way.
function percentage(number, total) {
  const tenths = Math.floor((2000 * number + total) / (2 * total));
  return `${Math.floor(tenths / 10)}.${tenths % 10}%`;
}

function marksTable(caption, rows, say) {
  const lines = rows.map(({ label, cell }) => {
    const given = Object.keys(cell).filter((mark) => mark !== "blank");
    const marks = given.sort((one, other) => other - one);
    const total = marks.reduce((sum, mark) => sum + cell[mark], 0);
    const text = marks.map((mark) => say("mark", { mark, n: cell[mark] })).join(say("marks_join"));
    const blank = cell.blank > 0 ? say("votes", { n: cell.blank }) : "";
    return [evidenceText(label), say("votes", { n: total }), element("span", { class: "marks" }, text), blank];
  });
  const heads = [say("item"), say("scored"), say("marks"), say("blank")];
  return scrollingTable(caption, heads, lines, say("sideways"));
}

function selectTable(caption, numbers, names, say) {
  const rows = Object.entries(numbers.counts).slice(0, MOST_ITEMS);
  const lines = rows.map(([unit, n]) => [evidenceText(nameIn(names.units, unit)), share(n, numbers.valid, say)]);
  const heads = [say("chosen_units"), say("votes_head", { n: numbers.valid })];
  return scrollingTable(caption, heads, lines, say("sideways"));
}
