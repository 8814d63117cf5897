// Scores, ranks, bottom: exact fractions, rounded once, half up.
import { BLANK, itemOf, MARKS } from "./ballot_form.js";
import { Ratio, sumOf } from "./ratio.js";
import { stands } from "./step_case.js";
import { COUNTING_KINDS, VOTE_CHANNEL } from "./verify_rules.js";


const cellOf = (unit, criterion, panel) => `${itemOf(unit, criterion)}/${panel}`;

// How many ballots say something here; those that left the item blank do not stand behind the figure.
export const saidIn = (options) =>
  [...options].reduce((sum, [option, number]) => sum + (option === BLANK ? 0 : number), 0);

// The weighted mean of [weight, value]; null without weight.
function weightedMean(rows) {
  const weights = sumOf(rows.map(([weight]) => weight));
  if (weights.isZero()) return null;
  return sumOf(rows.map(([weight, value]) => weight.times(value))).over(weights);
}

// The rows without the first `drop` marks.
function trimmedRows(rows, drop) {
  let left = drop;
  return rows.map(([score, count]) => {
    const gone = Math.min(left, count);
    left -= gone;
    return [score, count - gone];
  });
}

// The results of a session from its counted windows.
export class SessionScores {
  constructor(vcase) {
    this.rules = vcase.rules;
    this.entered = vcase.channels;
    const standing = [...vcase.windows.values()].filter(stands);
    this.locked = new Set(standing.map(({ round }) => round));
    this.cells = new Map();
    for (const window of standing.filter(({ shape }) => ["ballot", "sheet"].includes(shape.kind))) {
      for (const [panel, counts] of window.counts) {
        for (const [item, options] of counts) this.cells.set(`${item}/${panel}`, options);
      }
    }
    this.hidden = this.hiddenCells();
  }

  shown(value) {
    return value === null ? null : value.rounded(this.rules.places);
  }

  // The mean of the option scores, over the ballots that chose an option with a score.
  mean(unit, criterion, panel) {
    const counts = this.cells.get(cellOf(unit, criterion, panel)) ?? new Map();
    const scale = this.rules.scales.get(this.rules.criteria.get(criterion).scale);
    const marks = [...counts.keys()].filter((mark) => MARKS.has(mark)).map((mark) => [mark, Ratio.of(mark)]);
    const scores = scale.options.size > 0 ? [...scale.options] : marks;
    let rows = scores.filter(([, score]) => score !== null).map(([option, score]) => [score, counts.get(option) ?? 0]);
    rows.sort(([a], [b]) => a.compare(b));
    let number = rows.reduce((sum, [, count]) => sum + count, 0);
    if (scale.trim && number > 2 * scale.trim) {
      rows = trimmedRows(trimmedRows(rows, scale.trim).reverse(), scale.trim);
      number -= 2 * scale.trim;
    }
    if (number === 0) return null;
    return sumOf(rows.map(([score, count]) => score.times(Ratio.of(count)))).over(Ratio.of(number));
  }

  // The weighted mean over the criteria that somebody scored.
  panelMean(unit, panel) {
    const rows = [...this.rules.criteria].map(([criterion, { weight }]) => [weight, this.mean(unit, criterion, panel)]);
    return weightedMean(rows.filter(([, mean]) => mean !== null));
  }

  roundsOn(unit) {
    const rounds = [...this.rules.rounds.values()];
    return rounds.filter(({ kind, units }) => ["ballot", "sheet"].includes(kind) && units.includes(unit));
  }

  // Whether a round that asks about the unit is not locked yet.
  isWaiting(unit) {
    return this.roundsOn(unit).some(({ id }) => !this.locked.has(id));
  }

  // The vote's channel score; null while a round of the unit waits, or as the rule for empty panels says.
  vote(unit, isVerifiedOnly) {
    if (this.isWaiting(unit)) return null;
    const rows = [];
    for (const panel of this.rules.panels.values()) {
      if (panel.weight.isZero() || (isVerifiedOnly && panel.unverified)) continue;
      const mean = this.panelMean(unit, panel.id);
      if (mean === null && this.rules.isVoidIfEmpty) return null;
      if (mean !== null) rows.push([panel.weight, mean]);
    }
    return weightedMean(rows);
  }

  channel(name, unit, isVerifiedOnly = false) {
    if (name === VOTE_CHANNEL) return this.vote(unit, isVerifiedOnly);
    return this.entered.get(name)?.get(unit) ?? null;
  }

  // The weighted mean of the channels; null while one of them lacks the unit.
  score(unit, isVerifiedOnly = false) {
    const rows = [];
    for (const [name, weight] of this.rules.channels) {
      if (weight.isZero()) continue;
      const part = this.channel(name, unit, isVerifiedOnly);
      if (part === null) return null;
      rows.push([weight, part]);
    }
    return this.isWaiting(unit) ? null : weightedMean(rows);
  }

  // The scores without panels marked unverified; null when there is none.
  verified() {
    if (![...this.rules.panels.values()].some(({ unverified }) => unverified)) return null;
    return Object.fromEntries([...this.rules.units.keys()].map((unit) => [unit, this.shown(this.score(unit, true))]));
  }

  results() {
    const scores = new Map([...this.rules.units.keys()].map((unit) => [unit, this.shown(this.score(unit))]));
    const complete = isComplete(this.rules, this.locked, scores);
    const places = standingsOf(this.rules, scores, complete);
    const units = [...this.rules.units.values()].map(({ id, category }) => ({
      unit: id,
      category,
      score: scores.get(id),
      ...places.get(id),
      channels: this.channelFigures(id),
      panels: this.panelFigures(id),
    }));
    return { units, complete };
  }

  channelFigures(unit) {
    const names = [...this.rules.channels.keys()];
    return Object.fromEntries(names.map((name) => [name, this.shown(this.channel(name, unit))]));
  }

  // A figure, or null, for every panel and criterion that some round asks about the unit.
  panelFigures(unit) {
    const figures = Object.create(null);
    for (const { panels, criteria } of this.roundsOn(unit)) {
      for (const panel of panels) {
        for (const criterion of criteria) {
          const isHidden = this.hidden.has(cellOf(unit, criterion, panel));
          figures[panel] ??= Object.create(null);
          figures[panel][criterion] = isHidden ? null : this.shown(this.mean(unit, criterion, panel));
        }
      }
    }
    return figures;
  }

  codeOfHidden(unit, criterion, panel) {
    return this.hidden.get(cellOf(unit, criterion, panel)) ?? null;
  }

  // Cells that must be null: few ballots or all alike (W471), or known by subtraction (W472).
  hiddenCells() {
    const hidden = new Map();
    for (const [cell, options] of this.cells) {
      if (this.isTelling(options)) hidden.set(cell, "W471");
    }
    for (const unit of this.rules.units.keys()) {
      for (const criterion of this.rules.criteria.keys()) {
        const all = [...this.rules.panels.keys()].map((panel) => cellOf(unit, criterion, panel));
        const mine = all.filter((cell) => this.cells.has(cell));
        const rest = mine.filter((cell) => !hidden.has(cell));
        if (mine.length - rest.length === 1 && rest.length > 0) hidden.set(this.smallest(rest), "W472");
      }
    }
    return hidden;
  }

  isTelling(options) {
    const kinds = [...options].filter(([option, number]) => number && option !== BLANK);
    return saidIn(options) < this.rules.smallCell || kinds.length <= 1;
  }

  smallest(cells) {
    const sizes = cells.map((cell) => saidIn(this.cells.get(cell)));
    return cells[sizes.indexOf(Math.min(...sizes))];
  }
}

// Every counting round is locked and every unit has a score.
export function isComplete(rules, locked, scores) {
  const counting = [...rules.rounds.values()].filter(({ kind }) => COUNTING_KINDS.includes(kind));
  return counting.every(({ id }) => locked.has(id)) && ![...scores.values()].includes(null);
}

// unit -> {rank, tied, bottom} within its category, by the announced score.
export function standingsOf(rules, scores, isComplete) {
  const places = new Map();
  for (const [category, { bottom }] of rules.categories) {
    const mine = [...rules.units.values()].filter((unit) => unit.category === category).map(({ id }) => id);
    const scored = mine.filter((id) => scores.get(id) !== null);
    const values = scored.map((id) => exactScore(scores.get(id))).sort((a, b) => a.compare(b));
    const border = isComplete && bottom > 0 && bottom <= values.length ? values[bottom - 1] : null;
    for (const id of mine) {
      if (scores.get(id) === null) {
        places.set(id, { rank: null, tied: false, bottom: false });
        continue;
      }
      const value = exactScore(scores.get(id));
      const orders = values.map((other) => other.compare(value));
      places.set(id, {
        rank: 1 + orders.filter((order) => order > 0).length,
        tied: orders.filter((order) => order === 0).length > 1,
        bottom: border !== null && value.compare(border) <= 0,
      });
    }
  }
  return places;
}

// An announced score: made here, it may be longer than what the session file allows a number to be.
function exactScore(text) {
  const [whole, part = ""] = text.split(".");
  return new Ratio(BigInt(whole + part), 10n ** BigInt(part.length));
}
