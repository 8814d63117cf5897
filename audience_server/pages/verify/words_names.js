// What things of a session are called, from the report; whatever the evidence lacks is called by its id.

const byId = (rows) => new Map((rows ?? []).map((row) => [row.id, row]));

export function namesOf(report) {
  const names = report.names ?? {};
  const opened = report.acts.filter((act) => act.kind === "open").map((act) => [act.body.window, act.body]);
  return {
    known: names.session !== undefined,
    session: names.session ?? { title: "", place: "", date: "" },
    panels: byId(names.panels),
    units: byId(names.units),
    criteria: byId(names.criteria),
    scales: byId(names.scales),
    categories: names.categories ?? [],
    channels: names.channels ?? [],
    rounds: byId(names.rounds),
    opened: new Map(opened),
    witnesses: [...(names.witnesses?.notaries ?? []), ...(names.witnesses?.observers ?? [])],
  };
}

export const nameIn = (rows, id) => rows.get(id)?.name || id;

// What a window is about: its own title, else the units it asks about.
export function titleOfWindow(names, row) {
  const asked = names.rounds.get(row.round);
  const opened = names.opened.get(row.window);
  const units = (opened?.units ?? asked?.units ?? []).map((unit) => nameIn(names.units, unit));
  return asked?.title || opened?.title || units.join("、");
}
