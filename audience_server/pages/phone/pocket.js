// What this phone keeps: cards, ballots on their way, drafts. Filed under the session's origin and SHA-256 of the seed.
// Every write is done before the call returns, so that a ballot is kept before it is sent.

const PREFIX = "touchstone";

export class Pocket {
  constructor(storage) {
    this.storage = storage;
  }

  read(...path) {
    const text = this.storage.getItem([PREFIX, ...path].join("|"));
    return text === null ? null : JSON.parse(text);
  }

  write(value, ...path) {
    this.storage.setItem([PREFIX, ...path].join("|"), JSON.stringify(value));
  }

  drop(...path) {
    this.storage.removeItem([PREFIX, ...path].join("|"));
  }

  // The last part of every path that begins with `path`.
  names(...path) {
    const start = `${[PREFIX, ...path].join("|")}|`;
    const keys = Array.from({ length: this.storage.length }, (_, place) => this.storage.key(place));
    return keys
      .filter((key) => key.startsWith(start))
      .map((key) => key.slice(start.length))
      .sort();
  }
}

// A private window may refuse to keep anything: then a reload forgets, but a vote still works.
export function usableStorage(storage) {
  try {
    const probe = `${PREFIX}|probe`;
    storage.setItem(probe, "1");
    storage.removeItem(probe);
    return storage;
  } catch {
    return memoryStorage();
  }
}

function memoryStorage() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
    key: (place) => [...kept.keys()][place] ?? null,
    get length() {
      return kept.size;
    },
  };
}

// The cards of one session on this phone. A card is {id, code, seed, panel, openPanel, anchor, since}.
export class Wallet {
  constructor(pocket, origin) {
    this.pocket = pocket;
    this.origin = origin;
  }

  cards() {
    return this.pocket
      .names("card", this.origin)
      .map((id) => this.pocket.read("card", this.origin, id))
      .sort((left, right) => left.since - right.since);
  }

  keep(card) {
    const known = this.pocket.read("card", this.origin, card.id);
    const since = known?.since ?? 1 + Math.max(0, ...this.cards().map((each) => each.since));
    this.pocket.write({ ...known, ...card, since }, "card", this.origin, card.id);
  }

  update(id, changes) {
    this.pocket.write({ ...this.pocket.read("card", this.origin, id), ...changes }, "card", this.origin, id);
  }

  drop(id) {
    this.pocket.drop("card", this.origin, id);
  }
}

// One card's ballots and drafts, by window.
export class BallotBox {
  constructor(pocket, origin, cardId) {
    this.pocket = pocket;
    this.path = [origin, cardId];
  }

  slot(window) {
    return this.pocket.read("slot", ...this.path, window);
  }

  keepSlot(window, slot) {
    this.pocket.write(slot, "slot", ...this.path, window);
  }

  slots() {
    return this.pocket.names("slot", ...this.path);
  }

  draft(window) {
    return this.pocket.read("draft", ...this.path, window);
  }

  keepDraft(window, draft) {
    this.pocket.write(draft, "draft", ...this.path, window);
  }

  dropDraft(window) {
    this.pocket.drop("draft", ...this.path, window);
  }

  drafts() {
    return this.pocket.names("draft", ...this.path);
  }

  // The window seen last, so that what became of it can be said after a reload.
  lastWindow() {
    return this.pocket.read("last", ...this.path);
  }

  keepLastWindow(window) {
    this.pocket.write(window, "last", ...this.path);
  }
}
