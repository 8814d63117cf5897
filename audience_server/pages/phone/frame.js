// What surrounds every screen: the rehearsal banner, the clock or the link's state, and the menu.
import { button, el, setAttribute, setHidden, setText } from "./dom.js";
import { LANGUAGES, text } from "./texts.js";

const DIGEST_SHOWN = 16;
const IN_SECONDS = 90;

export class Frame {
  constructor(voter, actions) {
    this.voter = voter;
    this.actions = actions;
    this.rehearsal = el("p", { class: "rehearsal", hidden: true });
    this.alarm = el("p", { class: "alarm", role: "alert", hidden: true });
    this.clock = el("p", { class: "clock", role: "timer" });
    this.menuButton = button("", () => this.toggle(), {
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
      this.alarm,
      this.main,
    );
    this.speak();
  }

  speak() {
    setText(this.rehearsal, text("rehearsal"));
    setText(this.alarm, text("alarm_log_key"));
    setText(this.menuButton, text("menu"));
    const languages = Object.entries(LANGUAGES).map(([language, name]) =>
      button(name, () => this.choose(language), { class: "option", lang: language }),
    );
    this.about = el("p", { class: "about" });
    this.menu.replaceChildren(
      ...languages,
      button(text("another_card"), () => this.leaveCard(), { class: "option" }),
      this.about,
    );
  }

  choose(language) {
    this.toggle();
    this.actions.speak(language);
  }

  leaveCard() {
    this.toggle();
    this.actions.anotherCard();
  }

  toggle() {
    setHidden(this.menu, !this.menu.hidden);
    setAttribute(this.menuButton, "aria-expanded", !this.menu.hidden);
    this.update();
  }

  show(node, name) {
    this.name = name;
    this.main.replaceChildren(node);
    window.scrollTo(0, 0);
    node.querySelector("h1")?.focus({ preventScroll: true });
  }

  update() {
    const { session, alarm } = this.voter;
    setHidden(this.rehearsal, session?.kind !== "rehearsal");
    setHidden(this.alarm, alarm === null);
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
