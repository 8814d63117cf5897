// One builder a scene: `node`, `update(scene)` for news of the same thing, `fit()` once it stands on the stage,
// `tick(lost)` for clocks. What is the same thing is told by `keyOf`.
import { barScene } from "./bars.js";
import { rankingScene } from "./board.js";
import { Clock, GRID_REACH, clockText, fit, make, qrCode } from "./parts.js";

const still = { update() {}, fit() {}, tick() {} };

export function keyOf(scene) {
  if (scene === null) return "";
  const told = [scene.number, scene.unit, scene.title, scene.category, scene.text, scene.url, scene.cue, scene.due, scene.of_vote, scene.finding];
  return [scene.kind, ...told].filter((part) => part !== undefined).join("|");
}

function lowerThird(className, head, body, foot) {
  const text = make("p", "body", body);
  const node = make("section", `lower ${className}`, make("p", "head", head), text, foot === "" ? null : make("p", "foot", foot));
  return { ...still, node, fit: () => fit(text, 60, 26) };
}

function join(scene, words) {
  const steps = [1, 2, 3].map((step) => make("li", "", words.text(`join_step_${step}`)));
  const address = make("p", "address", scene.url.replace(/^https?:\/\//, "").replace(/\/?(#.*)?$/, ""));
  const node = make(
    "section",
    "join",
    make("div", "told", make("h1", "", words.text("join_title")), make("ol", "", ...steps), address),
    qrCode(scene, scene.url),
  );
  return { ...still, node, fit: () => fit(address, 40, 20) };
}

function unit(scene) {
  const name = make("p", "body", scene.unit);
  const node = make("section", "lower unit", make("p", "head", scene.category), name, make("p", "foot", scene.head));
  return { ...still, node, fit: () => fit(name, 76, 30) };
}

function countdown(scene, words) {
  const clock = new Clock();
  const label = make("p", "label");
  const digits = make("p", "digits");
  const what = [scene.unit, scene.title || words.text(`cue_${scene.cue}`)].filter(Boolean).join("  ");
  const name = make("p", "what", what);
  const node = make("section", "corner countdown", name, make("div", "row", label, digits));
  const built = {
    node,
    update: (news) => clock.take(news.ends_in_ms),
    fit: () => fit(name, 34, 20),
    tick(lost) {
      if (lost) clock.stop();
      const { now } = clock;
      const over = now !== null && now < 0;
      label.textContent = words.text(over ? "over" : "left");
      digits.textContent = now === null ? words.text("no_clock") : clockText(now);
      node.classList.toggle("over", over);
      node.classList.toggle("soon", now !== null && now >= 0 && now <= 30_000);
    },
  };
  built.update(scene);
  built.tick(false);
  return built;
}

function turnout(scene, words) {
  const clock = new Clock();
  const title = make("p", "body");
  const state = make("p", "head");
  const digits = make("p", "digits");
  const panels = make("div", "panels");
  const node = make("section", "lower turnout", make("div", "about", state, title), panels, digits);
  const built = {
    node,
    update(news) {
      if (news.closes_in_ms === null) clock.left = null;
      else clock.take(news.closes_in_ms);
      title.textContent = news.title;
      const trial = news.trial ? `  ${words.text("trial")}` : "";
      state.textContent = words.text(`turnout_${news.state}`) + trial;
      panels.replaceChildren(...news.panels.map((panel) => turnoutPanel(panel, words)));
      panels.style.setProperty("--digits", String(Math.max(3, ...news.panels.map((panel) => String(panel.issued).length))));
      if (node.isConnected) built.fit();
    },
    fit() {
      const largest = (name) => Number(getComputedStyle(node).getPropertyValue(name));
      fit(title, largest("--largest") || 60, 26);
      fit(panels, largest("--numbers"), 20, GRID_REACH);
    },
    tick(lost) {
      if (lost) clock.stop();
      const counts = clock.left !== null;
      digits.hidden = !counts;
      if (counts) digits.textContent = clock.now === null ? words.text("no_clock") : clockText(Math.max(0, clock.now));
    },
  };
  built.update(scene);
  built.tick(false);
  return built;
}

function turnoutPanel(panel, words) {
  const numbers = make("p", "numbers");
  numbers.append(
    make("span", "small", words.text("issued")),
    make("b", "", String(panel.issued)),
    make("span", "small", words.text("returned")),
    make("b", "", String(panel.returned)),
  );
  return make("div", "panel", make("p", "name", panel.panel), numbers);
}

function question(scene, words) {
  const support = make("span", "support");
  const about = make("span", "", `${words.text(scene.asked)} ${scene.number}`);
  const to = scene.unit === "" ? null : make("span", "to", words.text("to_unit", { unit: scene.unit }));
  const text = make("p", "body", scene.text);
  const node = make("section", "lower question", make("p", "head", about, to, support), text);
  const built = {
    ...still,
    node,
    update(news) {
      support.textContent = news.supporters > 0 ? words.text("supporters", { count: news.supporters }) : "";
    },
    fit: () => fit(text, 60, 26),
  };
  built.update(scene);
  return built;
}

function pledge(scene, words) {
  const list = make("ul", "body", ...scene.pledges.map((each) => make("li", "", each)));
  const head = [words.text("pledge_title"), scene.unit, scene.head].filter(Boolean).join("  ");
  const node = make("section", "lower pledge", make("p", "head", head), list);
  return { ...still, node, fit: () => fit(list, 54, 24) };
}

function promise(scene, words) {
  const head = [words.text("promise_title"), scene.unit, scene.head].filter(Boolean).join("  ");
  return lowerThird("promise", head, scene.text, scene.due === "" ? "" : words.text("due", { due: scene.due }));
}

function fingerprint(scene, words) {
  const groups = make("p", "groups", ...scene.groups.map((group) => make("span", "", group)));
  const node = make(
    "section",
    "middle fingerprint",
    make("h1", "", words.text("fingerprint_title", { title: scene.title })),
    groups,
    make("p", "foot", words.text("fingerprint_help")),
  );
  return { ...still, node, fit: () => fit(node.firstChild, 60, 28) };
}

function title(scene) {
  const text = make("h1", "", scene.text);
  return { ...still, node: make("section", "middle title", text, make("p", "foot", scene.place)), fit: () => fit(text, 96, 40) };
}

function recount(scene, words) {
  const head = make("h1", "", words.text("recount_title", { title: scene.title }));
  const said = make("p", "verdict", words.text(`recount_${scene.finding}`));
  const code = make("p", "foot", words.text("recount_code", { code: scene.fingerprint }));
  return { ...still, node: make("section", `middle recount ${scene.finding}`, head, said, code), fit: () => fit(head, 60, 28) };
}

const BUILDERS = {
  blank: () => ({ ...still, node: make("section", "blank") }),
  countdown,
  fingerprint,
  join,
  mood: barScene,
  pledge,
  promise,
  question,
  ranking: rankingScene,
  recount,
  result: barScene,
  title,
  turnout,
  unit,
};

export function build(scene, words, message) {
  return BUILDERS[scene.kind](scene, words, message);
}
