// Elements from plain values. Everything that people or sessions wrote becomes a text node, never markup.

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) element.setAttribute(name, value === true ? "" : value);
  }
  const given = children.filter((child) => child !== null);
  element.append(...given.flatMap((child) => (typeof child === "string" ? piecesFor(element, child) : [child])));
  return element;
}

export const button = (label, press, attributes = {}, ...more) =>
  el("button", { type: "button", onclick: press, ...attributes }, label, ...more);

// Touches the page only where something changed, so that nothing moves under a finger.
export function setText(element, value) {
  if (element.textContent !== value) element.replaceChildren(...piecesFor(element, value));
}

// What people read ends its lines where a clause or a quoted name ends, as long as that fits into one.
const READ = new Set(["H1", "P"]);
const PIECES = /[^，。；：！？“「]*(?:[“「][^，。；：！？“「]*)?[，。；：！？]*/g;

function piecesFor({ tagName }, words) {
  const pieces = READ.has(tagName) ? words.match(PIECES).filter((piece) => piece !== "") : [words];
  return pieces.length < 2 ? [words] : pieces.map((piece) => el("span", { class: "piece" }, piece));
}

export function setHidden(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

export function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}
