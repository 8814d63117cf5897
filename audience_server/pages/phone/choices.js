// What a ballot may say and how it is written: the form of a window, a draft of it, and the one choice text.
// A draft is {answers: {label: answer}, selected: [unit number…], abstains}; an answer is an option number or a mark.

export const BLANK = "-";
const MARK = /^(0|[1-9][0-9]?|100)$/;

// The questions of `window`, or null when they are not the ones its grammar describes: then nothing can be cast safely.
export function formOf(window, session) {
  const form = window.kind === "select" ? selectionOf(window, session) : itemsOf(window, session);
  return grammarOf(form) === window.grammar ? form : null;
}

function selectionOf(window, session) {
  return { kind: "select", choose: window.choose, units: window.units.map((id) => unitOf(session, id)) };
}

function itemsOf(window, session) {
  if (window.options?.length > 0) {
    return { kind: "items", items: [{ label: "", unit: null, criterion: null, options: window.options }] };
  }
  const sheet = window.kind === "sheet" || window.units.length > 1;
  const items = window.units.flatMap((unitId, unitPlace) =>
    window.criteria.map((criterionId, place) => {
      const criterion = session.criteria.find((each) => each.id === criterionId);
      const scale = session.scales.find((each) => each.id === criterion.scale);
      const label = sheet ? `${unitPlace + 1}.${place + 1}` : window.criteria.length > 1 ? `${place + 1}` : "";
      return { label, unit: unitOf(session, unitId), criterion, options: scale.options ?? [] };
    }),
  );
  return { kind: "items", items };
}

const unitOf = (session, id) => session.units.find((unit) => unit.id === id);

export const isMarks = (item) => item.options.length === 0;

function grammarOf(form) {
  if (form.kind === "select") return `${form.choose}/${form.units.length}`;
  return form.items.map((item) => labelled(item.label, isMarks(item) ? "0-100" : `1-${item.options.length}`)).join(";");
}

const labelled = (label, text) => (label === "" ? text : `${label}=${text}`);

export const isAnswer = (item, answer) =>
  isMarks(item) ? MARK.test(answer) : /^[1-9][0-9]*$/.test(answer) && Number(answer) <= item.options.length;

export const emptyDraft = () => ({ answers: {}, selected: [], abstains: false });

// The items of `form` that the draft leaves open.
export const unanswered = (form, draft) =>
  form.kind === "select" ? [] : form.items.filter((item) => !isAnswer(item, draft.answers[item.label] ?? ""));

export function isEmpty(form, draft) {
  return form.kind === "select" ? draft.selected.length === 0 : unanswered(form, draft).length === form.items.length;
}

export function choiceOf(form, draft) {
  if (draft.abstains || isEmpty(form, draft)) return BLANK;
  if (form.kind === "select") return [...draft.selected].sort((left, right) => left - right).join(",");
  const open = new Set(unanswered(form, draft));
  return form.items.map((item) => labelled(item.label, open.has(item) ? BLANK : draft.answers[item.label])).join(";");
}

// The draft that a choice text came from, to show a voter what was sent.
export function draftOf(form, choice) {
  const draft = emptyDraft();
  if (choice === BLANK) return { ...draft, abstains: true };
  if (form.kind === "select") return { ...draft, selected: choice.split(",").map(Number) };
  choice.split(";").forEach((part, place) => {
    const answer = part.slice(part.indexOf("=") + 1);
    if (answer !== BLANK) draft.answers[form.items[place].label] = answer;
  });
  return draft;
}
