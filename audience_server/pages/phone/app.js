// The page's beginning: takes the code out of the address, connects, and shows one screen at a time.
import { AskingGate } from "./asking_gate.js";
import { CardsHeld, readAddress } from "./cards_held.js";
import { CodeScreen } from "./code_screen.js";
import { Demand, DemandBlock } from "./demand.js";
import { button } from "./dom.js";
import { FormScreen } from "./form_screen.js";
import { Frame } from "./frame.js";
import { Growth } from "./growth.js";
import { helpBlock } from "./help.js";
import { Link } from "./link.js";
import { backgroundScreen, brokenScreen, chooseScreen, refusedScreen } from "./other_screens.js";
import { Pocket, usableStorage } from "./pocket.js";
import { SentScreen } from "./sent_screen.js";
import { FrontTab } from "./tabs.js";
import { firstLanguage, loadLanguage, text } from "./texts.js";
import { screenOf } from "./view_model.js";
import { Voter } from "./voter.js";
import { WaitScreen } from "./wait_screen.js";
import { Ways } from "./ways.js";

const TICK = 250;
const SILENT_WHILE_OPEN = 6000;
const SILENT_BETWEEN = 60_000;

const address = readAddress(location.hash);
history.replaceState(null, "", location.pathname);

const random = (length) => crypto.getRandomValues(new Uint8Array(length));

class App {
  constructor() {
    const storage = usableStorage(window.localStorage);
    this.pocket = new Pocket(storage);
    this.language = this.pocket.read("language") ?? firstLanguage(navigator.languages);
    this.link = new Link(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/phone`, {
      opened: () => this.voter.opened(),
      pushed: (message) => this.voter.pushed(message),
      lost: () => this.voter.lost(),
    });
    this.voter = new Voter({
      link: this.link,
      pocket: this.pocket,
      cards: new CardsHeld(this.pocket, usableStorage(window.sessionStorage), random),
      random,
      language: () => this.language,
      changed: () => this.render(),
      beside: {
        greeted: () => this.gate.greeted(),
        attended: () => this.attended(),
        saw: () => this.growth.saw(),
        told: (question) => this.gate.told(question),
      },
    });
    this.demand = new Demand(this.voter);
    this.growth = new Growth(() => this.voter);
    this.gate = new AskingGate(this.voter, random, () => this.render());
    this.storage = storage;
    this.tab = null;
    this.linkFault = address?.fault ?? null;
    // Not the same for all: thousands of phones must not ask in the same second.
    this.patience = SILENT_BETWEEN * (1 + Math.random());
    this.screen = null;
    this.screenKey = "";
  }

  async start() {
    await loadLanguage(this.language);
    this.frame = new Frame(this.voter, this.growth, {
      menu: "menu",
      speak: (language) => this.speak(language),
      above: () => [helpBlock(this.voter), this.ownQuestions()],
      below: () => [
        button(
          text("another_card"),
          this.frame.closing(() => this.anotherCard()),
          { class: "option" },
        ),
      ],
    });
    document.body.replaceChildren(this.frame.node);
    this.tab = new FrontTab(this.storage, Array.from(random(8)).join("."), () => this.turnFront());
    this.tab.claim();
    this.take(address);
    window.addEventListener("hashchange", () => this.takeHash());
    window.addEventListener("online", () => this.link.hurry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.wake());
    setInterval(() => this.tick(), TICK);
  }

  // The phone was locked or another page was looked at: the link may be dead without knowing it.
  wake() {
    this.link.hurry();
    this.voter.probe();
  }

  // States come every second while a window is open; otherwise silence is normal for long.
  tick() {
    if (this.link.silence > (this.voter.window === null ? this.patience : SILENT_WHILE_OPEN)) this.voter.probe();
    this.update();
  }

  take(found) {
    this.linkFault = found?.fault ?? null;
    if (found !== null && found.fault === undefined) this.voter.arrive(found);
    this.render();
  }

  // Another card was scanned while the page stood open.
  takeHash() {
    const found = readAddress(location.hash);
    history.replaceState(null, "", location.pathname);
    if (found !== null) this.take(found);
  }

  turnFront() {
    if (this.tab.atFront) this.link.start();
    else this.link.stop();
    this.render();
  }

  async speak(language) {
    this.language = language;
    this.pocket.write(language, "language");
    await loadLanguage(language);
    this.frame.speak();
    this.screenKey = "";
    this.render();
  }

  attended() {
    this.gate.attended();
    this.demand.fetchSoon();
    this.growth.due();
  }

  anotherCard() {
    this.voter.putAway();
    this.render();
  }

  submit(window, choice) {
    if (this.tab.look()) this.voter.submit(window, choice);
  }

  changeBallot(window, draft) {
    this.voter.box.keepDraft(window, draft);
    this.render();
  }

  leave(window) {
    this.voter.box.dropDraft(window);
    this.render();
  }

  render() {
    if (this.frame === undefined) return;
    const { name, key } = this.gate.over(screenOf(this.voter, this.tab.atFront));
    if (key !== this.screenKey) {
      this.screenKey = key;
      this.screen = this.build(name);
      this.frame.show(this.screen.node, name);
      if (name === "form" && this.gate.tookOver()) this.screen.say(text("draft_kept"));
    }
    this.update();
  }

  update() {
    this.screen.update();
    this.frame.update();
  }

  build(name) {
    const { voter, gate } = this;
    const help = () => this.frame.open("#help-where");
    const screens = {
      asking: () => gate.build(),
      background: () => backgroundScreen(() => this.tab.claim()),
      broken: () => brokenScreen(),
      choose: () => chooseScreen(voter.cards.wallet.cards(), voter.session.panels, (id) => voter.chooseCard(id)),
      code: () => new CodeScreen((arrival) => this.take(arrival), this.linkFault, this.waysOn().otherCard),
      form: () =>
        new FormScreen(voter, {
          submit: (window, choice) => this.submit(window, choice),
          leave: (window) => this.leave(window),
        }),
      refused: () => refusedScreen(voter.checkIn.code, this.waysOn()),
      sent: () => this.sentScreen(new Ways(gate, help)),
      wait: () => new WaitScreen(voter, new Ways(gate, help)),
    };
    return screens[name]();
  }

  sentScreen(ways) {
    const { voter } = this;
    const { window } = voter.window;
    const demand = new DemandBlock(this.demand, () => voter.slot(window));
    return new SentScreen(voter, (...change) => this.changeBallot(...change), ways, demand);
  }

  // Also for who holds no card any more, only the receipt of a question.
  ownQuestions() {
    if (!this.gate.facts?.enabled || !this.gate.isQuiet) return null;
    return button(
      text("my_questions"),
      this.frame.closing(() => this.gate.open("mine")),
      { class: "option" },
    );
  }

  waysOn() {
    return {
      another: () => this.anotherCard(),
      otherCard: this.voter.cards.holdsCards ? () => this.voter.useKeptCard() : null,
    };
  }
}

new App().start();
