// What surrounds every screen: the rehearsal banner, the clock or the link's state, and the menu.
import { AlarmBlock } from "./alarm.js";
import { button, el, setAttribute, setHidden, setText } from "./dom.js";
import { LANGUAGES, text } from "./texts.js";

const DIGEST_SHOWN = 16;
const IN_SECONDS = 90;

export class Frame {
  // `growth`: who watches the record. `actions`: `menu`, a key, names it; `speak(language)`; `above()` and `below()`
  // furnish it around the languages.
  constructor(voter, growth, actions) {
    this.voter = voter;
    this.actions = actions;
    this.rehearsal = el("p", { class: "rehearsal", hidden: true });
    this.alarm = new AlarmBlock(this, growth);
    this.clock = el("p", { class: "clock", role: "timer" });
    this.menuButton = button("", () => this.toggle(this.menu.hidden), {
      class: "menu-button",
      "aria-expanded": "false",
      "aria-controls": "menu",
    });
    this.menu = el("div", { id: "menu", class: "menu", hidden: true });
    this.main = el("main");
    this.node = el(
      "div",
      { class: "frame" },
      el("header", {}, this.rehearsal, el("div", { class: "top" }, this.clock, this.menuButton), this.menu),
      this.alarm.node,
      this.main,
    );
    this.speak();
  }

  speak() {
    this.alarm.hide();
    setText(this.rehearsal, text("rehearsal"));
    setText(this.menuButton, text(this.actions.menu));
    const languages = Object.entries(LANGUAGES).map(([language, name]) =>
      button(name, () => this.choose(language), { class: "option", lang: language }),
    );
    this.languages = el("div", { class: "languages" }, ...languages);
    this.about = el("p", { class: "about" });
  }

  // What stands in the menu depends on the session: made when somebody opens it.
  furnish() {
    const made = [...this.actions.above(), this.languages, ...this.actions.below(), this.about];
    this.menu.replaceChildren(...made.filter((node) => node !== null));
  }

  choose(language) {
    this.toggle(false);
    this.actions.speak(language);
  }

  closing(act) {
    return () => {
      this.toggle(false);
      act();
    };
  }

  // The menu, with the cursor where something is to be written.
  open(target) {
    this.toggle(true);
    this.menu.scrollTop = 0;
    window.scrollTo(0, 0);
    this.menu.querySelector(target)?.focus();
  }

  toggle(isOpen) {
    if (isOpen) this.furnish();
    else this.menu.replaceChildren();
    setHidden(this.menu, !isOpen);
    setAttribute(this.menuButton, "aria-expanded", isOpen);
    this.update();
  }

  // A ballot is never hidden behind the menu, and what can be shown of an alarm can wait for it.
  show(node, name) {
    this.name = name;
    if (name === "form") {
      this.alarm.hide();
      this.toggle(false);
    }
    this.main.replaceChildren(node);
    window.scrollTo(0, 0);
    node.querySelector("h1")?.focus({ preventScroll: true });
  }

  update() {
    const { session } = this.voter;
    setHidden(this.rehearsal, session?.kind !== "rehearsal");
    this.alarm.update();
    this.paintClock();
    if (session !== null)
      setText(
        this.about,
        text("about", { origin: session.origin, digest: session.page_digest.slice(0, DIGEST_SHOWN) }),
      );
  }

  // The time left where it matters, the link's state elsewhere; a tab in the background has neither.
  paintClock() {
    const { countdown, link } = this.voter;
    const shows = TIMED.has(this.name)
      ? "time"
      : this.name === "background"
        ? "nothing"
        : link.connected
          ? "on"
          : "off";
    const words = {
      time: () => timeLeft(countdown),
      nothing: () => "",
      on: () => text("connected"),
      off: () => text("offline_short"),
    };
    setText(this.clock, words[shows]());
    setAttribute(this.clock, "data-state", shows);
  }
}

const TIMED = new Set(["form", "sent"]);

function timeLeft({ milliseconds, seconds }) {
  if (milliseconds === 0) return text("time_up");
  if (seconds <= IN_SECONDS) return text("seconds_left", { seconds });
  return text("minutes_left", { minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
}
