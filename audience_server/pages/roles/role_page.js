// What both pages share: texts in the session's language, elements without markup, the marks at the top, the tick.
import { DeskLine } from "./desk_line.js";

const TICK = 250;

export function make(tag, className = "", text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

export function clock(seconds) {
  const whole = Math.abs(Math.trunc(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return (parts[0] ? parts : parts.slice(1)).map((part) => String(part).padStart(2, "0")).join(":");
}

export class RolePage {
  // `paint(view, since)` fills the page; `since` are the seconds since the picture came.
  constructor(title, paint) {
    this.title = title;
    this.paint = paint;
    this.texts = null;
    this.language = "";
    this.view = null;
    this.line = new DeskLine(
      // texts that could not be fetched are fetched with the next picture
      (view) => this.hear(view).catch((error) => console.warn(error)),
      () => this.update(),
    );
    setInterval(() => this.update(), TICK);
  }

  text(key, values = {}) {
    return this.texts[key].replace(/\{([a-z]+)\}/g, (_, name) => String(values[name]));
  }

  async hear(view) {
    this.view = view;
    if (this.language !== view.language) {
      this.texts = await (await fetch(`/roles/${view.language}.json`)).json();
      this.language = view.language;
      document.documentElement.lang = view.language;
      document.title = this.text(this.title);
    }
    this.update();
  }

  update() {
    if (this.texts === null || this.view === null) return;
    const rehearsal = document.getElementById("rehearsal");
    rehearsal.hidden = this.view.kind !== "rehearsal";
    rehearsal.textContent = this.text("rehearsal");
    const trouble = document.getElementById("trouble");
    trouble.hidden = this.line.connected;
    const told = this.line.revoked ? "revoked" : "lost";
    if (!this.line.connected) trouble.textContent = this.text(told, { seconds: this.line.age });
    document.body.classList.toggle("stale", !this.line.connected);
    this.paint(this.view, this.line.age);
  }

  unit(id) {
    return this.view.units.find((unit) => unit.id === id)?.name ?? "";
  }

  cueName(cue) {
    return cue.title || [this.unit(cue.unit), this.text(`cue_${cue.kind}`)].filter(Boolean).join("  ");
  }
}
