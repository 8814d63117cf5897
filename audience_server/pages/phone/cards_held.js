// Which card this phone votes with: from the link, typed, kept from before, or chosen when there are two.
import { fault, cardId, seedOf, strip } from "./codes.js";
import { fromBase64, toBase64 } from "./bytes.js";
import { Wallet } from "./pocket.js";

const LINK = /^#c1\.([^.]+)(?:\.([A-Za-z0-9_-]{22}))?$/;
// In the place of a chosen card: somebody put the cards of this phone away to use another one.
const AWAY = "away";
const OPEN_LINK = /^#open\.([a-z0-9][a-z0-9-]{0,31})$/;

// What the address says: {code, anchor}, {openPanel}, {fault} or null. The code must leave the address bar at once.
export function readAddress(hash) {
  const open = OPEN_LINK.exec(hash);
  if (open !== null) return { openPanel: open[1] };
  const link = LINK.exec(hash);
  if (link === null) return hash.startsWith("#c1.") ? { fault: "length" } : null;
  const code = strip(link[1]);
  const wrong = fault(code);
  return wrong === null ? { code, anchor: link[2] ?? null } : { fault: wrong };
}

// `tab` is this tab's own storage: which of several cards was chosen here.
export class CardsHeld {
  constructor(pocket, tab, random) {
    this.pocket = pocket;
    this.tab = tab;
    this.random = random;
    this.wallet = null;
    this.card = null;
  }

  // Kept until the session is known: a reload before the first answer must not lose the card.
  arrive(arrival) {
    this.pocket.write(arrival, "arrived");
    this.card = null;
  }

  // The session is known: file what arrived, and settle on a card where there is no doubt.
  settle(origin) {
    if (this.wallet?.origin !== origin) this.turnTo(origin);
    const arrival = this.pocket.read("arrived");
    if (arrival !== null) {
      this.wallet.keep(this.madeOf(arrival));
      this.pocket.drop("arrived");
      this.tab.removeItem(this.tabKey());
      this.card = null;
    }
    const cards = this.wallet.cards();
    const chosen = this.tab.getItem(this.tabKey());
    const candidate = cards.length === 1 && chosen !== AWAY ? cards[0] : cards.find((card) => card.id === chosen);
    this.card = candidate ?? null;
  }

  get mustChoose() {
    return this.card === null && this.holdsCards && this.tab.getItem(this.tabKey()) !== AWAY;
  }

  get holdsCards() {
    return this.wallet !== null && this.wallet.cards().length > 0;
  }

  choose(id) {
    this.tab.setItem(this.tabKey(), id);
    this.card = this.wallet.cards().find((card) => card.id === id);
  }

  putAway() {
    if (this.wallet !== null) this.tab.setItem(this.tabKey(), AWAY);
    this.card = null;
  }

  takeOut() {
    this.tab.removeItem(this.tabKey());
  }

  update(changes) {
    this.wallet.update(this.card.id, changes);
    this.card = { ...this.card, ...changes };
  }

  // The server does not know this card: it must not stand in the way of the right one.
  discard() {
    this.wallet.drop(this.card.id);
    this.putAway();
  }

  get seed() {
    return fromBase64(this.card.seed, 16);
  }

  tabKey() {
    return `touchstone|card|${this.wallet.origin}`;
  }

  // The same address may serve another session later: the card in hand is tried there too.
  turnTo(origin) {
    const { card } = this;
    this.wallet = new Wallet(this.pocket, origin);
    if (card?.code && this.pocket.read("arrived") === null) this.arrive({ code: card.code, anchor: card.anchor });
  }

  madeOf({ code, anchor, openPanel }) {
    if (openPanel === undefined) {
      const seed = seedOf(code);
      return { id: cardId(seed), code, seed: toBase64(seed), anchor: anchor ?? null, openPanel: null };
    }
    const known = this.wallet.cards().find((card) => card.openPanel === openPanel);
    if (known !== undefined) return known;
    const seed = this.random(16);
    return { id: cardId(seed), code: null, seed: toBase64(seed), anchor: null, openPanel };
  }
}
