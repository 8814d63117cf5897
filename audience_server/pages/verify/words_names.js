// What things of a session are called, from the report; whatever the evidence lacks is called by its id.

const rowsById = (rows) => new Map((rows ?? []).map((row) => [row.id, row]));

export function readerNames(report) {
  const names = report.names ?? {};
  const opened = report.acts.filter((act) => act.kind === "open").map((act) => [act.body.window, act.body]);
  return {
    known: names.session !== undefined,
    session: names.session ?? { title: "", place: "", date: "" },
    panels: rowsById(names.panels),
    units: rowsById(names.units),
    criteria: rowsById(names.criteria),
    scales: rowsById(names.scales),
    categories: names.categories ?? [],
    channels: names.channels ?? [],
    rounds: rowsById(names.rounds),
    opened: new Map(opened),
    witnesses: [...(names.witnesses?.notaries ?? []), ...(names.witnesses?.observers ?? [])],
  };
}

export const nameIn = (rows, id) => rows.get(id)?.name || id;

const MOST_UNITS_NAMED = 3;

// What a window is about: its own title, and the units that it asks about, when they are few and not in the title.
export function titleOfWindow(names, row) {
  const asked = names.rounds.get(row.round);
  const opened = names.opened.get(row.window);
  const title = asked?.title || opened?.title || "";
  const units = (opened?.units ?? asked?.units ?? []).map((unit) => nameIn(names.units, unit));
  const few = units.length <= MOST_UNITS_NAMED ? units.filter((unit) => !title.includes(unit)) : [];
  return [title, few.join("、")].filter(Boolean).join(" ");
}
