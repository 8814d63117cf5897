// The stage of 1920 × 1080 in whatever window: one scene at a time, the next one fading in over the last.
import { loadTexts, make } from "./parts.js";
import { build, keyOf } from "./scenes.js";

const WIDTH = 1920;
const HEIGHT = 1080;
const TICK = 200;
const GONE_AFTER = 500;
const LOST_AFTER = 2500;

export class Stage {
  constructor(node, pageTitle) {
    this.node = node;
    this.pageTitle = pageTitle;
    this.words = null;
    this.language = "";
    this.key = "";
    this.built = null;
    this.lostAt = null;
    this.queue = Promise.resolve();
    this.mark = make("p", "rehearsal");
    this.mark.hidden = true;
    node.append(this.mark);
    addEventListener("resize", () => this.scale());
    this.scale();
    setInterval(() => this.tick(), TICK);
  }

  scale() {
    const scale = Math.min(innerWidth / WIDTH, innerHeight / HEIGHT);
    const left = (innerWidth - WIDTH * scale) / 2;
    const top = (innerHeight - HEIGHT * scale) / 2;
    this.node.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  }

  // In the order in which they came, although texts are loaded in between.
  take(message) {
    // texts that could not be fetched are fetched with the next message
    this.queue = this.queue.then(() => this.show(message)).catch((error) => console.warn(error));
  }

  async show(message) {
    this.lostAt = null;
    if (this.language !== message.language) {
      this.words = await loadTexts(message.language);
      this.language = message.language;
      document.documentElement.lang = message.language;
      document.title = this.words.text(this.pageTitle);
    }
    const { scene } = message;
    this.mark.textContent = this.words.text("rehearsal");
    this.mark.hidden = !message.rehearsal || scene === null;
    const key = keyOf(scene);
    if (key === this.key && this.built !== null) this.built.update(scene);
    else this.change(scene, key, message);
  }

  change(scene, key, message) {
    const before = this.built;
    this.key = key;
    this.built = null;
    if (before !== null) {
      before.node.classList.add("leaving");
      setTimeout(() => before.node.remove(), GONE_AFTER);
    }
    if (scene === null) return;
    this.built = build(scene, this.words, message);
    const { node } = this.built;
    node.classList.add("coming");
    this.node.insertBefore(node, this.mark);
    this.built.fit();
    // what fits is measured before the first frame shows it
    node.getBoundingClientRect();
    node.classList.remove("coming");
    document.fonts.ready.then(() => this.built?.node === node && this.built.fit());
  }

  lost() {
    this.lostAt ??= performance.now();
  }

  tick() {
    const lost = this.lostAt !== null && performance.now() - this.lostAt > LOST_AFTER;
    this.built?.tick(lost);
  }
}
