// What audit cards voted, compared with what was fixed before; part of step 9. E424
import { formOf, readChoice } from "./ballot_form.js";
import { FormError } from "./verify_bytes.js";

// The keys whose ballots are taken out of the count. `counted`: index -> ballot, `choices`: index -> answers.
export function checkAudit(vcase, window, counted, choices) {
  const { report, rules, isPublic } = vcase;
  const form = formOf(window.shape, rules);
  const places = new Map([...counted].map(([index, { key }]) => [key, index]));
  let returned = 0;
  let agreed = 0;
  for (const { key, choice } of window.auditCards) {
    const index = places.get(key);
    if (index === undefined) {
      report.add("E424", window.audit, `a ballot of card ${key}: ${choice}`, "none");
      continue;
    }
    returned += 1;
    if (isPublic) continue;
    if (isSaid(form, choice, choices.get(index))) agreed += 1;
    else report.add("E424", index, `choice ${choice}`, [...(choices.get(index) ?? new Map()).values()].join(", ") || "blank");
  }
  const cards = window.auditCards.length;
  window.auditRow = { index: window.audit, cards, returned, agreed: isPublic ? null : agreed };
  return new Set(window.auditCards.map(({ key }) => key));
}

function isSaid(form, text, answers) {
  let expected;
  try {
    expected = readChoice(form, text);
  } catch (error) {
    if (error instanceof FormError) return false;
    throw error;
  }
  if (expected === null || answers === null) return expected === answers;
  return expected.size === answers.size && [...expected].every(([item, answer]) => answers.get(item) === answer);
}
