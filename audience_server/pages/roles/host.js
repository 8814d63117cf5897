// The host's page: the vote's state first, then the cue and its clock, the questions, the next cue. Read-only.
import { RolePage, clock, make } from "./role_page.js";

const main = document.getElementById("main");
const page = new RolePage("host_title", paint);
let drawn = "";

function paint(view, since) {
  const parts = [votePart(view, since), cuePart(view, since), questionPart(view), nextPart(view)];
  const picture = JSON.stringify([page.language, parts]);
  if (picture === drawn) return;
  drawn = picture;
  main.replaceChildren(make("h1", "label", page.text("host_title")), ...parts.filter((part) => part !== null).map(section));
}

// A section is a list of [class, text] lines, so that nothing is drawn anew unless it changed.
function section([name, ...lines]) {
  const node = make("section", name);
  node.append(...lines.filter(Boolean).map(([className, text]) => make("p", className, text)));
  return node;
}

function votePart(view, since) {
  const open = view.rounds.find((round) => round.state === "open" || round.state === "closing");
  if (open !== undefined) {
    const left = Math.max(0, Math.ceil((open.closes_in_ms ?? 0) / 1000) - since);
    const returned = sum(open.by, "returned");
    const issued = sum(open.by, "issued");
    return [
      "vote open",
      ["big", `▶ ${page.text("vote_open")}`],
      ["clock", `${page.text("vote_left")} ${clock(left)}`],
      ["line", `${open.title}  ${page.text("returned", { returned, issued })}`],
    ];
  }
  const round = view.rounds.find((each) => each.round === view.cue?.round);
  if (round?.state === "closed") return ["vote closed", ["big", `■ ${page.text("vote_closed")}`], ["line", round.title]];
  if (round?.state === "locked") return ["vote locked", ["big", `● ${page.text("vote_locked")}`], ["line", round.title]];
  return null;
}

function sum(by, name) {
  return Object.values(by).reduce((total, numbers) => total + (numbers[name] ?? 0), 0);
}

function cuePart(view, since) {
  if (view.cue === null) return ["cue", ["big", page.text("nothing")]];
  const left = view.cue.seconds - Math.floor(view.cue_elapsed_ms / 1000) - since;
  const { over, remaining } = view.clock;
  const time = clock(over);
  const standing = over > 0 ? page.text("late", { time }) : over < 0 ? page.text("ahead", { time }) : page.text("on_time");
  return [
    "cue",
    ["label", page.text("now")],
    ["big", page.cueName(view.cue)],
    [left < 0 ? "clock over" : "clock", `${page.text(left < 0 ? "cue_over" : "cue_left")} ${clock(left)}`],
    ["line", `${page.text("show_left")} ${clock(remaining)}  ${standing}`],
    view.cue.note && ["note", `${page.text("note")}  ${view.cue.note}`],
  ];
}

function questionPart(view) {
  if (view.prompts.length === 0) return ["questions", ["label", page.text("no_questions")]];
  const lines = view.prompts.flatMap((prompt) => {
    const here = prompt.cue === view.cue?.id ? "" : page.text("for_next");
    const mark = prompt.on_air ? `● ${page.text("on_air")}` : here;
    return [
      ["label", [prompt.number, page.unit(prompt.unit), mark].filter(Boolean).join("  ")],
      [prompt.on_air ? "question live" : "question", prompt.text],
    ];
  });
  return ["questions", ...lines];
}

function nextPart(view) {
  const here = view.cues.findIndex((cue) => cue.state === "current");
  const next = view.cues.slice(here + 1).find((cue) => cue.state === "planned");
  if (next === undefined) return ["next", ["label", page.text("end")]];
  return [
    "next",
    ["label", page.text("next")],
    ["line strong", `${page.cueName(next)}  ${clock(next.seconds)}`],
    next.note && ["note", `${page.text("note")}  ${next.note}`],
  ];
}
