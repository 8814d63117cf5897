// The last page of a sheet: every unit with what was chosen, what is still open, and the way there.
import { isMarks, unanswered } from "./choices.js";
import { button, el } from "./dom.js";
import { text } from "./texts.js";

export function reviewBlock(screen) {
  const node = el("section", { class: "review" });
  const paint = (draft) => {
    const open = new Set(unanswered(screen.form, draft));
    const rows = screen.pages.map((items, page) => unitRow(screen, items, page, open, draft));
    node.replaceChildren(firstOpen(screen, open), ...rows);
  };
  return { node, paint };
}

function firstOpen(screen, open) {
  if (open.size === 0) return el("p", { class: "hint" }, text("all_filled"));
  return button(text("first_open", { items: open.size }), () => screen.turnTo(screen.firstOpenPage()), {
    class: "option go",
  });
}

function unitRow(screen, items, page, open, draft) {
  const missing = items.filter((item) => open.has(item)).length;
  const state = missing === 0 ? text("unit_filled") : text("unit_missing", { items: missing });
  // A name and its answer stay on one line.
  const answers = items
    .filter((item) => !open.has(item))
    .map((item) => text("named", { name: item.criterion.name, value: answerName(item, draft) }))
    .flatMap((words) => [el("span", { class: "part" }, words), " "]);
  return button(
    el("strong", {}, `${page + 1} ${items[0].unit.name}`),
    () => screen.turnTo(page),
    { class: "option unit-row" },
    el("span", {}, state),
    el("span", { class: "answers" }, ...answers),
  );
}

export function answerName(item, draft) {
  const answer = draft.answers[item.label];
  if (draft.abstains || answer === undefined || answer === "") return text("left_blank");
  return isMarks(item) ? answer : (item.options[Number(answer) - 1]?.name ?? text("left_blank"));
}
