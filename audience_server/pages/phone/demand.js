// A ballot that is not recorded although it should be can be shown at the notary's desk, as a code to be scanned there.
import { buildPresent } from "./entries.js";
import { CHECK_IN, roundSeed } from "./codes.js";
import { button, el, setHidden, setText } from "./dom.js";
import { loadPart } from "./lazy.js";
import { text } from "./texts.js";

const PATIENCE = 10_000;
const SPREAD = 8000;
// What a server may rightly answer to a ballot that this page has made. Any other no is the server's fault.
const RIGHTLY = new Set(["card_void", "enrolment_closed", "not_allowed", "not_on_roll", "not_present", "panel_full"]);

// Scanners type what they read, some of them not in UTF-8.
const ascii = (json) => json.replace(/[^\x20-\x7e]/g, escaped);
const escaped = (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`;

export class Demand {
  constructor(voter) {
    this.voter = voter;
    this.code = null;
    this.fetching = false;
    this.entry = null;
    this.since = 0;
  }

  // When the server is gone it is too late to fetch anything: every phone does so soon after its check-in.
  fetchSoon() {
    if (this.fetching || this.voter.session.notaries.length === 0) return;
    this.fetching = true;
    setTimeout(() => this.fetch(), SPREAD * Math.random());
  }

  async fetch() {
    try {
      this.code ??= await loadPart("demand");
    } catch {
      this.fetching = false;
    }
    return this.code !== null;
  }

  // Whether this ballot is one for the notary's desk by now.
  isDue(slot) {
    if (slot?.entry !== this.entry) Object.assign(this, { entry: slot?.entry, since: performance.now() });
    if (this.entry === undefined || this.voter.session.notaries.length === 0) return false;
    if (slot.status === "sending") return performance.now() - this.since >= PATIENCE;
    return slot.status === "unproven" || (slot.status === "refused" && !RIGHTLY.has(slot.code));
  }

  // Everything that the notary's program hands to the server in the voter's place.
  shown({ entry, nonce, choice }) {
    const { cards, session } = this.voter;
    const present = buildPresent(session.origin, roundSeed(cards.seed, session.origin, CHECK_IN));
    return ascii(JSON.stringify({ present, entry, nonce, choice }));
  }
}

// The code goes to the edges of `main`, beyond its padding.
const roomOf = (node) => node.closest("main").clientWidth;

export class DemandBlock {
  constructor(demand, slotOf) {
    Object.assign(this, { demand, slotOf });
    this.entry = null;
    this.button = button("", () => this.press(), { class: "option" });
    this.words = el("p", { class: "notice", role: "status" });
    this.canvas = el("canvas", { class: "code-shown", role: "img", hidden: true });
    this.node = el("div", { class: "demand" }, this.button, this.words, this.canvas);
  }

  update() {
    const slot = this.slotOf();
    const due = this.demand.isDue(slot);
    if (!due || slot.entry !== this.entry) this.hide();
    setHidden(this.node, !due);
    setText(this.button, text(this.entry === null ? "demand_show" : "demand_hide"));
  }

  async press() {
    if (this.entry !== null) this.hide();
    else if (await this.demand.fetch()) this.show();
    else this.say("part_failed");
    this.update();
  }

  show() {
    const slot = this.slotOf();
    if (!this.demand.isDue(slot)) return;
    const fits = this.demand.code.paintCode(this.canvas, this.demand.shown(slot), roomOf(this.node));
    if (!fits) return this.say("demand_too_long");
    this.entry = slot.entry;
    this.canvas.setAttribute("aria-label", text("demand_code"));
    setHidden(this.canvas, false);
    this.say("demand_hint");
  }

  // Nothing of the choice stays behind, not even in a picture that is not shown.
  hide() {
    if (this.entry === null) return;
    this.entry = null;
    this.canvas.width = this.canvas.height = 0;
    setHidden(this.canvas, true);
    setText(this.words, "");
  }

  say(key) {
    setText(this.words, text(key));
  }
}
