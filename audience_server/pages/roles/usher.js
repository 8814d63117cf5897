// The usher's page: who is in, who is missing, whose phone fell off the line, who asked for somebody to come.
import { RolePage, make } from "./role_page.js";

const main = document.getElementById("main");
const COLUMNS = ["panel", "expected", "present", "missing", "online", "offline", "lately"];
const page = new RolePage("usher_title", paint);
const unsent = new Set();
let drawn = "";

function paint(view) {
  const rows = view.panels.map((panel) => row(panel.name, panel, view));
  const total = ["", 0, 0, 0, 0, 0, 0].map((_, place) => (place === 0 ? page.text("all") : sumOf(rows, place)));
  const picture = JSON.stringify([rows, view.arrivals, page.language, [...unsent]]);
  if (picture === drawn) return;
  drawn = picture;
  main.replaceChildren(make("h1", "", page.text("usher_title")), forecast(view), table([...rows, total]), help(view));
}

function row(name, panel, view) {
  const online = view.connected[panel.id] ?? 0;
  const missing = Math.max(0, panel.expected - panel.present);
  const lately = view.arrivals.last_5_minutes[panel.id] ?? 0;
  return [name, panel.expected, panel.present, missing, online, Math.max(0, panel.present - online), lately];
}

function sumOf(rows, place) {
  return rows.reduce((total, cells) => total + cells[place], 0);
}

function forecast(view) {
  const missing = view.panels.some((panel) => panel.admission === "card" && panel.present < panel.expected);
  if (!missing) return make("p", "line strong", page.text("complete"));
  const at = view.arrivals.full_at;
  if (at === null) return make("p", "line", page.text("no_pace"));
  const time = new Date(at * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  return make("p", "line strong", page.text("forecast", { time }));
}

function table(rows) {
  const node = make("table");
  const head = node.createTHead().insertRow();
  for (const column of COLUMNS) {
    const cell = make("th", "", page.text(column));
    cell.scope = "col";
    head.append(cell);
  }
  const body = node.createTBody();
  for (const [name, ...numbers] of rows) {
    const line = body.insertRow();
    const title = make("th", "", name);
    title.scope = "row";
    line.append(title, ...numbers.map((number) => make("td", "", String(number))));
  }
  return node;
}

function help(view) {
  const node = make("section", "help");
  const calls = view.arrivals.help;
  node.append(make("h2", "", page.text("help")));
  if (calls.length === 0) node.append(make("p", "line", page.text("no_help")));
  node.append(...calls.map((call) => helpLine(call, view)));
  return node;
}

function helpLine(call, view) {
  const line = make("div", "call");
  const panel = view.panels.find((each) => each.id === call.panel)?.name ?? "";
  const at = new Date(call.at * 1000).toLocaleTimeString([], { hour12: false });
  const button = make("button", "", page.text(unsent.has(call.number) ? "not_sent" : "helped"));
  button.type = "button";
  button.addEventListener("click", async () => {
    button.disabled = true;
    const done = await page.line.ask({ command: "helped", number: call.number });
    if (done) unsent.delete(call.number);
    else unsent.add(call.number);
    page.update();
  });
  line.append(make("p", "where", call.where || page.text("somewhere")), make("p", "label", `${panel}  ${at}`), button);
  return line;
}
