// Small parts of every scene: elements without markup, texts of the catalogue, clocks, and text that fits its box.
export function make(tag, className = "", ...children) {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}

export class Texts {
  constructor(found) {
    this.found = found;
  }

  text(key, values = {}) {
    return this.found[key].replace(/\{([a-z_]+)\}/g, (_, name) => String(values[name]));
  }
}

export async function loadTexts(language) {
  return new Texts(await (await fetch(`/air/locale/${language}.json`)).json());
}

export function clockText(milliseconds) {
  const seconds = Math.max(0, Math.ceil(Math.abs(milliseconds) / 1000));
  const whole = [Math.floor(seconds / 60), seconds % 60];
  return whole.map((part) => String(part).padStart(2, "0")).join(":");
}

// A clock told once in milliseconds and counted on here; `stopped` shows that nobody knows any more.
export class Clock {
  constructor() {
    this.left = null;
    this.at = 0;
    this.stopped = false;
  }

  take(milliseconds) {
    this.left = milliseconds;
    this.at = performance.now();
    this.stopped = false;
  }

  stop() {
    this.stopped = true;
  }

  get now() {
    return this.left === null || this.stopped ? null : this.left - (performance.now() - this.at);
  }
}

const STEP = 2;
// Letters of the font reach beyond their line by this part of their size, without a mark being there.
const EMPTY_REACH = 0.3;

// The same of many lines in a grid, where more would cut the last one.
export const GRID_REACH = 0.08;

// The largest size, from `largest` down to `smallest` pixels, at which `node` does not overflow its box.
export function fit(node, largest, smallest, reach = EMPTY_REACH) {
  let size = largest;
  node.style.fontSize = `${size}px`;
  while (size > smallest && overflows(node, size * reach)) {
    size -= STEP;
    node.style.fontSize = `${size}px`;
  }
}

function overflows(node, empty) {
  const tall = node.scrollHeight - node.clientHeight > empty;
  return tall || node.scrollWidth > node.clientWidth + 1;
}

const SVG = "http://www.w3.org/2000/svg";

export function qrCode({ modules, qr }, title) {
  const code = document.createElementNS(SVG, "svg");
  code.setAttribute("viewBox", `0 0 ${modules} ${modules}`);
  code.setAttribute("role", "img");
  code.setAttribute("aria-label", title);
  code.setAttribute("class", "qr");
  code.setAttribute("shape-rendering", "crispEdges");
  for (const [column, row, length] of qr) {
    const run = document.createElementNS(SVG, "rect");
    for (const [name, value] of Object.entries({ x: column, y: row, width: length, height: 1 })) run.setAttribute(name, value);
    code.append(run);
  }
  return code;
}
