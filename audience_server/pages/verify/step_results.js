// Step 10: weights and results. E452 E453 W471 W472
import { firstDifference, isTable, jsonFile, sameValue } from "./canonical_json.js";
import { sumOf } from "./ratio.js";
import { isComplete, SessionScores, standingsOf } from "./scores.js";
import { readOr } from "./step_beginning.js";
import { stands } from "./step_case.js";
import { DECIMAL_FORM } from "./verify_bytes.js";
import { VOTE_CHANNEL } from "./verify_rules.js";

export function checkResults(vcase) {
  const { report, rules, windows, isPublic, seal } = vcase;
  const ofPanels = [...rules.panels.values()].map(({ weight }) => weight);
  for (const [what, each] of [["panel", ofPanels], ["channel", [...rules.channels.values()]]]) {
    const sum = sumOf(each);
    if (!sum.is(100)) report.add("E452", null, `${what} weights that add to 100`, sum.rounded(9));
  }
  if (!rules.channels.has(VOTE_CHANNEL)) {
    report.add("E452", null, "a channel named vote", [...rules.channels.keys()].join(", "));
  }
  const published = publishedResults(vcase);
  if ([...windows.values()].some((window) => window.void === null && window.isDamaged)) {
    report.skip("E453");
    return;
  }
  if (isPublic) {
    checkPublicResults(vcase, published);
    return;
  }
  const scores = new SessionScores(vcase);
  report.results = scores.results();
  report.scoreVerified = scores.verified();
  if (published !== null && seal !== null) compareResults(report, scores, published);
}

function publishedResults({ report, files, digests, seal, sealBody }) {
  const path = "results.json";
  if (!files.has(path)) return null;
  if (seal !== null && digests.get(path) !== sealBody.results) {
    report.add("E453", seal, `results.json ${sealBody.results}`, digests.get(path));
  }
  return readOr(() => jsonFile(files.get(path)), (error) => report.add("E453", null, path, error));
}

// Equal, but for figures that should have been left out: those are W471 and W472 when they are right.
function compareResults(report, scores, published) {
  const theirs = Array.isArray(published.units) ? published.units : [];
  const units = report.results.units.map((row, place) => {
    const panels = Object.create(null);
    for (const [panel, criteria] of Object.entries(row.panels)) {
      panels[panel] = { ...criteria };
      for (const criterion of Object.keys(criteria)) {
        const code = place < theirs.length ? scores.codeOfHidden(row.unit, criterion, panel) : null;
        const figure = figureIn(theirs[place], panel, criterion);
        if (code === null || figure === null) continue;
        report.add(code, null, "null", `${row.unit} ${criterion} ${panel} ${JSON.stringify(figure)}`);
        panels[panel][criterion] = scores.shown(scores.mean(row.unit, criterion, panel));
      }
    }
    return { ...row, panels };
  });
  const expected = { ...report.results, units };
  if (!sameValue(expected, published)) {
    report.add("E453", null, ...firstDifference(unitsByName(expected), unitsByName(published)));
  }
}

function figureIn(row, panel, criterion) {
  const panels = isTable(row) ? row.panels : null;
  const given = isTable(panels) ? panels[panel] : null;
  return (isTable(given) ? given[criterion] : null) ?? null;
}

// The same with units by name, so that a difference is named by its unit.
function unitsByName(results) {
  const { units } = results;
  if (!Array.isArray(units) || !units.every((row) => isTable(row) && typeof row.unit === "string")) return results;
  const named = Object.create(null);
  for (const row of units) named[row.unit] = row;
  return { ...results, units: named, order: units.map((row) => row.unit) };
}

// Without counts: completeness, ranks and bottoms by the published scores, and figures that should not be public.
function checkPublicResults(vcase, published) {
  const { report, rules } = vcase;
  const units = published?.units;
  if (!Array.isArray(units) || !units.every(isTable)) return;
  const names = units.map(({ unit }) => unit);
  if (!sameValue(names, [...rules.units.keys()])) {
    report.add("E453", null, "every unit once, in the order of the session file", JSON.stringify(names));
    return;
  }
  const scores = new Map(units.map(({ unit, score }) => [unit, score ?? null]));
  const wrong = [...scores].find(([, score]) => !isScore(score));
  if (wrong) {
    report.add("E453", null, "scores that are decimal texts or null", JSON.stringify(wrong));
    return;
  }
  const locked = new Set([...vcase.windows.values()].filter(stands).map(({ round }) => round));
  const complete = isComplete(rules, locked, scores);
  if (published.complete !== complete) report.add("E453", null, `complete ${complete}`, published.complete ?? null);
  const places = standingsOf(rules, scores, complete);
  for (const row of units) {
    const found = { rank: row.rank ?? null, tied: row.tied ?? null, bottom: row.bottom ?? null };
    if (!sameValue(found, places.get(row.unit))) {
      report.add("E453", null, `${row.unit} ${JSON.stringify(places.get(row.unit))}`, JSON.stringify(found));
    }
    checkPublicCells(vcase, row);
  }
}

const isScore = (value) => value === null || (typeof value === "string" && DECIMAL_FORM.test(value));

// W471 as far as it shows without counts: a figure of a panel with too few valid ballots.
function checkPublicCells({ report, rules, windows }, row) {
  const asksAbout = ({ shape }) => ["ballot", "sheet"].includes(shape.kind) && shape.units.includes(row.unit);
  const asking = [...windows.values()].filter((window) => stands(window) && asksAbout(window));
  for (const { shape, tallyBody } of asking) {
    for (const panel of shape.panels) {
      if ((tallyBody.by[panel]?.valid ?? 0) >= rules.smallCell) continue;
      for (const criterion of shape.criteria) {
        if (figureIn(row, panel, criterion) === null) continue;
        report.add("W471", null, "null", `${row.unit} ${criterion} ${panel}`);
      }
    }
  }
}
