// Bars of a revealed result or mood: every share stands beside its count, every group beside its denominator.
import { GRID_REACH, fit, make } from "./parts.js";

const MOST_COLUMNS = 3;

export function barScene(scene, words) {
  const title = scene.kind === "mood" ? words.text("mood_title") : words.text("result_title", { title: scene.title });
  const head = make("h1", "", title);
  const note = make("p", "note", scene.kind === "mood" ? scene.title : words.text("result_base"));
  const groups = make("div", "groups", ...scene.groups.map((group) => barGroup(group, words)));
  const columns = Math.min(MOST_COLUMNS, scene.groups.length > 8 ? 3 : scene.groups.length > 1 ? 2 : 1);
  groups.style.setProperty("--columns", String(columns));
  const node = make("section", `middle bars ${scene.kind}`, head, note, groups);
  return {
    node,
    update() {},
    tick() {},
    fit() {
      fit(head, 64, 30);
      fit(groups, 56, 12, GRID_REACH);
    },
  };
}

function barGroup(group, words) {
  const name = [group.panel, group.title].filter(Boolean).join("  ");
  const total = make("span", "total", words.text("total", { count: group.total }));
  const head = make("p", "name", make("span", "", name), total);
  if (group.withheld) return make("div", "group", head, make("p", "withheld", words.text("withheld")));
  return make("div", "group", head, ...group.bars.map((bar) => barLine(bar, words)));
}

function barLine(bar, words) {
  const label = bar.option === "blank" ? words.text("blank") : bar.label;
  const fill = make("i", "fill");
  fill.style.width = bar.percent === "" ? "0" : `${bar.percent}%`;
  const told = words.text(bar.percent === "" ? "bar_nothing" : "bar", bar);
  return make("div", "bar", make("span", "label", label), make("span", "track", fill), make("span", "told", told));
}
