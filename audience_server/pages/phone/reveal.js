// An announced count as lines of text: the accounting identity always, counts where the public may see them.
import { el } from "./dom.js";
import { text } from "./texts.js";

const IDENTITY = ["expected", "present", "issued", "returned", "valid", "invalid", "abstained", "not_cast"];

export function revealLines(revealed, session) {
  const round = session.rounds.find((each) => each.id === revealed.round);
  const panels = Object.entries(revealed.by).map(([id, numbers]) => panelBlock(id, numbers, round, session));
  return [
    el("h2", {}, text("revealed", { what: nameOf(round, session) ?? revealed.round })),
    ...panels,
    el("p", { class: "hint" }, text("fingerprint", { fingerprint: revealed.fingerprint })),
  ];
}

function nameOf(round, session) {
  if (round === undefined) return null;
  return round.units.length === 1 ? session.units.find((unit) => unit.id === round.units[0])?.name : round.title;
}

function panelBlock(id, numbers, round, session) {
  const panel = session.panels.find((each) => each.id === id);
  const identity = IDENTITY.map((key) => text(`identity_${key}`, { number: numbers[key] }));
  const withheld = [{ title: "", parts: [text("counts_withheld")] }];
  const lines = numbers.counts === null ? withheld : countLines(numbers.counts, round, session);
  return el(
    "div",
    { class: "panel-count" },
    el("h3", {}, panel?.name ?? id),
    panel?.unverified ? el("p", { class: "hint" }, text("unverified")) : null,
    el("p", { class: "identity" }, ...spaced(identity)),
    ...lines.map(({ title, parts }) => el("p", { class: "count" }, title, ...spaced(parts))),
  );
}

// A name and its number stay on one line.
const spaced = (parts) => parts.flatMap((part) => [el("span", { class: "part" }, part), " "]);

// Counts nest unit, criterion, option; a level that a round does not need is left out.
function countLines(counts, round, session) {
  const names = new Map([
    ...session.units.map((unit) => [unit.id, unit.name]),
    ...session.criteria.map((criterion) => [criterion.id, criterion.name]),
  ]);
  const lines = [];
  const walk = (cell, path, criterion) => {
    const numbers = Object.entries(cell).filter(([, value]) => typeof value === "number");
    const parts = numbers.map(([key, number]) =>
      text("count", { name: optionName(key, criterion, round, session), number }),
    );
    if (parts.length > 0) lines.push({ title: titleOf(path), parts });
    for (const [key, value] of Object.entries(cell)) {
      if (value !== null && typeof value === "object") walk(value, [...path, names.get(key) ?? key], key);
    }
  };
  walk(counts, [], null);
  return lines;
}

const titleOf = (path) => (path.length === 0 ? "" : text("named", { name: path.join(" "), value: "" }));

function optionName(key, criterionId, round, session) {
  if (key === "blank") return text("left_blank");
  const criterion = session.criteria.find((each) => each.id === criterionId);
  const scale = session.scales.find((each) => each.id === criterion?.scale);
  const options = scale?.options ?? round?.options ?? [];
  return (
    options.find((option) => option.id === key)?.name ?? session.units.find((unit) => unit.id === key)?.name ?? key
  );
}
