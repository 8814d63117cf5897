// The assisted terminal: one card after another votes on a lent phone, and each finds it as if nobody had been there.
// Nothing of a voter outlives `clear`, and nothing is cleared while a ballot is on its way.
import { CardsHeld, readAddress } from "../cards_held.js";
import { formOf, isEmpty } from "../choices.js";
import { button } from "../dom.js";
import { Frame } from "../frame.js";
import { Growth } from "../growth.js";
import { Link } from "../link.js";
import { Pocket, usableStorage } from "../pocket.js";
import { FrontTab } from "../tabs.js";
import { firstLanguage, loadLanguage, text } from "../texts.js";
import { screenOf } from "../view_model.js";
import { Voter } from "../voter.js";
import { Warning, buildScreen } from "./desk_screens.js";
import { clearsIn, mustEmpty, mustWarn } from "./leaving.js";
import { Scanner } from "./scanner.js";
import { wipe } from "./shelf.js";

const TICK = 250;
const SILENT = 6000;

const address = readAddress(location.hash);
history.replaceState(null, "", location.pathname);

const random = (length) => crypto.getRandomValues(new Uint8Array(length));

class Desk {
  constructor() {
    this.shelf = usableStorage(window.sessionStorage);
    this.shared = usableStorage(window.localStorage);
    this.ownLanguage = new Pocket(this.shared).read("language") ?? firstLanguage(navigator.languages);
    this.language = this.ownLanguage;
    this.scanner = new Scanner((found) => this.take(found));
    this.tab = null;
    this.fault = null;
    this.thanked = false;
    this.left = Infinity;
    this.screenKey = "";
    this.touched();
    this.growth = new Growth(() => this.voter);
    this.begin();
  }

  async start() {
    await loadLanguage(this.language);
    this.frame = new Frame(this.voter, this.growth, {
      menu: "desk_menu",
      speak: (language) => this.speak(language),
      above: () => [
        button(
          text("desk_next"),
          this.frame.closing(() => this.next()),
          { class: "option go" },
        ),
      ],
      below: () => [],
    });
    this.furnish();
    this.tab = new FrontTab(this.shared, Array.from(random(8)).join("."), () => this.turnFront());
    this.tab.claim();
    this.take(address);
    window.addEventListener("hashchange", () => this.takeHash());
    window.addEventListener("online", () => this.link.hurry());
    document.addEventListener("keydown", (event) => this.pressed(event), { capture: true });
    document.addEventListener("pointerdown", () => this.touched(), { capture: true });
    setInterval(() => this.tick(), TICK);
  }

  furnish() {
    this.warning = new Warning(this);
    document.body.replaceChildren(this.frame.node, this.warning.node);
  }

  // one voter

  begin() {
    const pocket = new Pocket(this.shelf);
    this.link = new Link(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/phone`, {
      opened: () => this.voter.opened(),
      pushed: (message) => this.voter.pushed(message),
      lost: () => this.voter.lost(),
    });
    this.voter = new Voter({
      link: this.link,
      pocket,
      cards: new CardsHeld(pocket, this.shelf, random),
      random,
      language: () => this.language,
      changed: () => this.render(),
      beside: { attended: () => this.growth.due(), saw: () => this.growth.saw() },
    });
  }

  get isUnanswered() {
    return (this.voter.box?.slots() ?? []).some((window) => this.voter.slot(window).status === "sending");
  }

  get isFilled() {
    const { window, session, box } = this.voter;
    const draft = this.screenName === "form" ? box.draft(window.window) : null;
    return draft !== null && (draft.abstains || !isEmpty(formOf(window, session), draft));
  }

  // Somebody says that the next one's turn has come; what was chosen and not sent is asked about first.
  next() {
    if (this.isUnanswered) return;
    if (this.isFilled) this.warning.show(this.left, true);
    else this.clear();
  }

  // A new link too: the server shall not see that two cards came from one place because of one line.
  clear() {
    if (this.isUnanswered) return;
    this.link.stop();
    wipe(this.shelf);
    this.scanner.forget();
    this.fault = null;
    this.thanked = false;
    this.screenKey = "";
    this.begin();
    this.frame.voter = this.voter;
    this.frame.toggle(false);
    this.warning.hide();
    this.touched();
    if (this.tab.atFront) this.link.start();
    if (this.language === this.ownLanguage) this.render();
    else this.turnLanguage(this.ownLanguage);
  }

  take(found) {
    if (found === null) return this.render();
    this.touched();
    if (this.voter.cards.card !== null || this.voter.hasArrival) {
      if (this.isUnanswered) return;
      if (this.isFilled) return this.warning.show(this.left, true);
      this.clear();
    }
    this.fault = found.openPanel === undefined ? (found.fault ?? null) : "length";
    this.screenKey = "";
    if (this.fault === null) this.voter.arrive(found);
    this.render();
  }

  takeHash() {
    const found = readAddress(location.hash);
    history.replaceState(null, "", location.pathname);
    this.take(found);
  }

  // time

  touched() {
    this.touchedAt = performance.now();
  }

  pressed(event) {
    this.touched();
    this.scanner.press(event);
  }

  tick() {
    if (this.link.silence > SILENT && this.voter.window !== null) this.voter.probe();
    const idle = performance.now() - this.touchedAt;
    this.left = clearsIn({ screen: this.screenName, unanswered: this.isUnanswered, idle });
    if (this.left === 0) return this.clear();
    if (this.screenName !== "form") this.warning.hide();
    else if (this.warning.isShown || mustWarn(this.left)) this.warning.show(this.left, this.isFilled);
    if (mustEmpty(this.screenName, idle)) this.emptyRows();
    this.update();
  }

  emptyRows() {
    this.touched();
    this.screenKey = "";
    this.render();
  }

  // screens

  turnFront() {
    if (this.tab.atFront) this.link.start();
    else this.link.stop();
    this.render();
  }

  // Who chooses a language before a card is there chooses it for everybody.
  speak(language) {
    if (this.screenName === "scan") {
      this.ownLanguage = language;
      new Pocket(this.shared).write(language, "language");
    }
    return this.turnLanguage(language);
  }

  async turnLanguage(language) {
    this.language = language;
    await loadLanguage(language);
    this.frame.speak();
    this.furnish();
    this.screenKey = "";
    this.render();
  }

  nameOf(base) {
    if (base.name === "code" || base.name === "choose") return "scan";
    const { window } = this.voter;
    const isRecorded = base.name === "sent" && this.voter.slot(window.window).status === "recorded";
    if (isRecorded || (base.name === "wait" && this.thanked)) return "thanks";
    return base.name;
  }

  render() {
    if (this.tab === null) return;
    const base = screenOf(this.voter, this.tab.atFront);
    const name = this.nameOf(base);
    const key = name === base.name ? base.key : name;
    if (key !== this.screenKey) this.turnTo(name, key);
    this.update();
  }

  turnTo(name, key) {
    if (name !== this.screenName) this.touched();
    this.screenKey = key;
    this.screenName = name;
    this.thanked ||= name === "thanks";
    this.screen = buildScreen(this, name);
    this.frame.show(this.screen.node, name);
  }

  update() {
    this.screen.update();
    this.frame.update();
  }

  submit(window, choice) {
    this.warning.hide();
    if (this.tab.look()) this.voter.submit(window, choice);
  }

  changeBallot(draft) {
    this.thanked = false;
    this.voter.box.keepDraft(this.voter.window.window, draft);
    this.render();
  }

  leave() {
    this.voter.box.dropDraft(this.voter.window.window);
    this.render();
  }
}

new Desk().start();
