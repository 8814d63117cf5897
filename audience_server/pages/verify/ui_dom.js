// Elements from plain values. Every text is made safe and becomes a text node, never markup.
import { cleanText, shownText } from "./words.js";

export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) made.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) {
    if (child === null) continue;
    made.append(child instanceof Node ? child : cleanText(child));
  }
  return made;
}

// A text of the evidence: as long as it may be, and in its own direction.
export const evidenceText = (value, attributes = {}) => element("bdi", attributes, shownText(value));

export const pressable = (label, press, kind = "") =>
  element("button", { type: "button", class: kind || null, onclick: press }, label);

// A part of the report under its heading.
export function part(id, title, ...content) {
  const heading = element("h2", { id: `${id}-title` }, title);
  return element("section", { id, "aria-labelledby": heading.id }, heading, ...content);
}

// A table that scrolls by itself where the page is narrow, by keyboard too. Cells of the first column are row heads.
export function scrollingTable(title, heads, rows, hint) {
  const caption = element("caption", {}, title, element("span", { class: "sideways" }, hint));
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
  const body = rows.map(([first, ...cells]) =>
    element("tr", {}, element("th", { scope: "row" }, first), ...cells.map((cell) => element("td", {}, cell))),
  );
  return element(
    "div",
    { class: "wide", role: "group", tabindex: "0", "aria-label": `${title} ${hint}` },
    element("table", {}, caption, element("thead", {}, head), element("tbody", {}, ...body)),
  );
}

// As many rows as somebody reads; how many more there are is said.
export function listedRows(rows, most, draw, say) {
  const drawn = rows.slice(0, most).map(draw);
  if (rows.length <= most) return drawn;
  return [...drawn, element("p", { class: "note" }, say("more_rows", { n: rows.length - most }))];
}

export function sizeText(bytes, say) {
  const number = say("bytes", { n: bytes.toLocaleString("en-US") });
  return bytes < 1_000_000 ? number : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
