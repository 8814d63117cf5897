// The programme, or on the control port the preview: ?full background, ?safe areas, ?theme=NAME.
import { AirLine } from "./line.js";
import { make } from "./parts.js";
import { Stage } from "./stage.js";

const wanted = new URLSearchParams(location.search);
const theme = wanted.get("theme") ?? "";
if (/^[a-z0-9-]{1,32}$/.test(theme)) document.getElementById("theme").href = `/air/themes/${theme}.css`;
document.body.classList.toggle("full", wanted.has("full"));

const node = document.getElementById("stage");
const stage = new Stage(node, "page_title");
if (wanted.has("safe")) node.append(make("div", "safe safe-action"), make("div", "safe safe-title"));

new AirLine(
  "/air",
  (message) => stage.take(message),
  () => stage.lost(),
);
