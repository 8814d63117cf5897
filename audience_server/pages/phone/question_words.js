// Questions as words: what became of one, and what a refusal asks people to do.
import { el } from "./dom.js";
import { refusalText } from "./sent_screen.js";
import { hasText, text } from "./texts.js";

const MARKS = { refused: "✗", withdrawn: "✗", answered: "✓", done: "✓", on_air: "●" };

export const askRefusal = (code) => {
  const key = `ask_refused_${code}`;
  return hasText(key) ? text(key) : refusalText(code);
};

// 123456 is read and copied as 123 456.
export const spacedCode = (code) => code.replace(/^(\d{3})(\d{3})$/, "$1 $2");

export const unitName = (session, id) => session.units.find((unit) => unit.id === id)?.name ?? "";

// One's own question with everything that became of it, as lines of text.
export function ownQuestion(question, session, code) {
  const { number, state, kind, unit } = question;
  const title = [number, kind ? text(`kind_${kind}`) : "", unitName(session, unit)].filter(Boolean).join(" · ");
  return el(
    "article",
    { class: "card question-card" },
    el("h2", {}, title),
    el("p", { class: "stage" }, state === undefined ? text("asking_server") : stageOf(question)),
    question.text ? el("p", { class: "asked" }, question.text) : null,
    ...news(question).map((words) => el("p", { class: "became" }, words)),
    code === null ? null : el("p", { class: "hint" }, text("receipt_code", { code: spacedCode(code) })),
  );
}

// Of a report nobody here knows more than that it is there.
function stageOf({ kind, state, into }) {
  const stage = kind === "report" ? text("stage_report") : text(`stage_${state}`, { into });
  return `${MARKS[state] ?? "…"} ${stage}`;
}

function news({ state, reason, answer, promise, due, reply, supporters }) {
  const ended = state === "refused" || state === "withdrawn";
  return [
    reason && ended ? text("became_reason", { words: reason }) : "",
    supporters > 0 ? text("supporters", { number: supporters }) : "",
    answer ? text("became_answer", { words: answer }) : "",
    promise ? text(due ? "became_promise_due" : "became_promise", { words: promise, due: due ?? "" }) : "",
    reply ? text("became_reply", { words: reply }) : "",
  ].filter(Boolean);
}
