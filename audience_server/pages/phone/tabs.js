// Only the tab in front signs: two tabs of one browser share a card, and must never spend one counter twice.
// The tab that somebody looks at takes over by itself; the other one stops.

const KEY = "touchstone|front";
const CHANNEL = "touchstone";

export class FrontTab {
  constructor(storage, id, changed) {
    this.storage = storage;
    this.id = id;
    this.changed = changed;
    this.atFront = false;
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(CHANNEL) : null;
    this.channel?.addEventListener("message", () => this.look());
    window.addEventListener("storage", (event) => event.key === KEY && this.look());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.claim());
    window.addEventListener("focus", () => this.claim());
    window.addEventListener("pageshow", () => this.claim());
  }

  claim() {
    const news = !this.atFront;
    this.storage.setItem(KEY, this.id);
    this.atFront = true;
    if (!news) return;
    this.channel?.postMessage(this.id);
    this.changed();
  }

  // Asked again right before signing: storage is shared at once, messages may be late.
  look() {
    const front = this.storage.getItem(KEY) === this.id;
    if (front === this.atFront) return front;
    this.atFront = front;
    this.changed();
    return front;
  }
}
