// The questions of a form: options that all look alike, marks, and a choice of several units.
import { isMarks } from "./choices.js";
import { button, el, setAttribute } from "./dom.js";
import { text } from "./texts.js";

const MOST = 100;

export const unitHeading = (unit) => ({ node: el("h2", { class: "unit" }, unit.name), paint: () => {} });

// `headed`: the criterion stands above its options; with one question the sentence on top says it already.
export function itemBlock(screen, item, headed) {
  return isMarks(item) ? marksBlock(screen, item) : optionsBlock(screen, item, headed);
}

function optionsBlock(screen, item, headed) {
  const number = (place) => String(place + 1);
  const name = item.criterion?.name ?? "";
  const options = item.options.map((option, place) =>
    button(option.name, () => screen.answer(item, number(place)), { class: "option", role: "radio" }),
  );
  const group = el(
    "div",
    { class: headed ? "options two" : "options", role: "radiogroup", "aria-label": groupName(item) },
    ...options,
  );
  const paint = (draft) =>
    options.forEach((each, place) => {
      const chosen = !draft.abstains && draft.answers[item.label] === number(place);
      setAttribute(each, "aria-checked", chosen);
    });
  return { node: el("section", { class: "item" }, headed ? el("h2", {}, name) : null, group), paint };
}

const groupName = (item) => [item.unit?.name, item.criterion?.name].filter(Boolean).join(" ") || text("your_choice");

function marksBlock(screen, item) {
  const name = groupName(item);
  const typed = el("input", {
    class: "mark",
    type: "text",
    inputmode: "numeric",
    maxlength: "3",
    autocomplete: "off",
    "aria-label": `${name} ${text("marks_range")}`,
    oninput: () => screen.answer(item, typed.value.replace(/\D/g, "").replace(/^0+(?=\d)/, "")),
  });
  const step = (by) => () => {
    const value = Number(typed.value || "0") + by;
    screen.answer(item, String(Math.min(MOST, Math.max(0, value))));
  };
  const steps = (label, by) =>
    button(label, step(by), { class: "mark-step", "aria-label": text("marks_step", { name, by: label }) });
  const paint = (draft) => {
    const value = draft.abstains ? "" : (draft.answers[item.label] ?? "");
    if (typed.value !== value) typed.value = value;
    setAttribute(typed, "aria-invalid", Number(value) > MOST ? "true" : null);
  };
  const row = el(
    "div",
    { class: "marks" },
    steps("−10", -10),
    steps("−1", -1),
    typed,
    steps("+1", 1),
    steps("+10", 10),
  );
  return {
    node: el(
      "section",
      { class: "item" },
      el("h2", {}, item.criterion.name),
      el("p", { class: "hint" }, text("marks_range")),
      row,
    ),
    paint,
  };
}

export function selectionBlock(screen) {
  const { units, choose } = screen.form;
  const press = (number) => () => {
    const { selected } = screen.draft;
    if (selected.includes(number)) screen.change({ selected: selected.filter((each) => each !== number) });
    else if (selected.length < choose) screen.change({ selected: [...selected, number] });
    else screen.say(text("selection_full", { most: choose }));
  };
  const options = units.map((unit, place) =>
    button(unit.name, press(place + 1), { class: "option", "aria-pressed": "false" }),
  );
  const isChosen = (draft, place) => !draft.abstains && draft.selected.includes(place + 1);
  const paint = (draft) => options.forEach((each, place) => setAttribute(each, "aria-pressed", isChosen(draft, place)));
  const group = el("div", { class: "options", role: "group", "aria-label": text("your_choice") }, ...options);
  return { node: el("section", { class: "item" }, group), paint };
}
