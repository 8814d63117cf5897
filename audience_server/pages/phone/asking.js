// What this phone asks and supports, and what became of it. Knows no element of the page.
// A question is kept with its `ref` before it is sent, and repeated until it is answered; refused, it is a draft again.
// Questions go by a secret of their own: nothing here is made from a card.
import { sha256 } from "./vendor/noble-hashes-2.4.0/sha2.js";
import { mustRepeat } from "./ballots.js";
import { fromBase64, toBase64, toHex } from "./bytes.js";
import { LinkLost } from "./link.js";
import { framesOf } from "./picture.js";

const REPEAT_AFTER = 2500;
const SPREAD = 2000;
const WITH_PICTURE = 60_000;

export class Asking {
  // `heard.changed()`; `heard.received()`: a question got its number; `heard.news()`: something became of one.
  constructor(voter, random, heard) {
    Object.assign(this, { voter, random, heard });
    this.own = new Map();
    this.list = null;
    this.listed = null;
    this.listUnit = "";
    this.receipt = null;
    this.refusal = null;
    this.picture = null;
    this.onItsWay = null;
    this.timer = 0;
  }

  get link() {
    return this.voter.link;
  }

  get origin() {
    return this.voter.session.origin;
  }

  read(name, ...more) {
    return this.voter.pocket.read(name, this.origin, ...more);
  }

  keep(value, name, ...more) {
    this.voter.pocket.write(value, name, this.origin, ...more);
  }

  drop(name) {
    this.voter.pocket.drop(name, this.origin);
  }

  // A lost line is no answer: what matters is asked again after the next greeting.
  async request(message) {
    try {
      if (message.picture === undefined) return await this.link.ask(message);
      return await this.requestWithPicture(message);
    } catch (error) {
      if (!(error instanceof LinkLost)) throw error;
      return null;
    }
  }

  // After a reload the photo is gone: then the server says so, unless it has the question already.
  async requestWithPicture(message) {
    const { picture } = this;
    if (picture !== null && toHex(picture.id) === message.picture) {
      await this.link.pour(framesOf(picture.id, picture.bytes));
    }
    return this.link.ask(message, WITH_PICTURE);
  }

  // asking

  get draft() {
    return this.read("question");
  }

  keepDraft(draft) {
    this.keep(draft, "question");
  }

  get outbox() {
    return this.read("outbox");
  }

  // The secret is made with the first question; `asker` is all that the server learns of it.
  secret() {
    const kept = this.read("asker");
    if (kept !== null) return kept.secret;
    const secret = toBase64(this.random(32));
    this.keep({ secret }, "asker");
    return secret;
  }

  send({ kind, unit, problem, text }) {
    const { picture } = this;
    const asker = toBase64(sha256(fromBase64(this.secret(), 32)));
    const message = { type: "ask", kind, text, unit, problem, asker, ref: toHex(this.random(16)) };
    this.post(picture === null ? message : { ...message, picture: toHex(picture.id) });
    this.drop("question");
  }

  // Ciphertext only, and nothing that says whose other questions they are.
  sendReport(sealed) {
    this.post({ type: "ask", kind: "report", text: sealed });
  }

  post(message) {
    this.refusal = null;
    this.receipt = null;
    this.keep(message, "outbox");
    this.repeat();
  }

  async repeat(afterCheckIn = false) {
    const message = this.outbox;
    if (message === null || this.onItsWay !== null || !this.link.connected) return;
    this.onItsWay = message.text;
    this.heard.changed();
    const answer = await this.request(message);
    this.onItsWay = null;
    if (answer !== null) await this.answered(message, answer, afterCheckIn);
    this.heard.changed();
  }

  async answered(message, answer, afterCheckIn) {
    if (answer.type === "received") {
      this.received(message, answer);
    } else if (mustRepeat(answer.code)) {
      this.later(() => this.repeat());
    } else if (answer.code === "not_present" && !afterCheckIn) {
      await this.voter.whileLinked(() => this.voter.present());
      await this.repeat(true);
    } else {
      this.refused(message, answer.code);
    }
  }

  received({ kind }, { number, code }) {
    this.drop("outbox");
    this.picture = null;
    this.receipt = { number, code, kind };
    if (kind !== "report") this.keep([...this.receipts, { number, code }], "receipts");
    this.heard.received(kind);
    this.follow();
  }

  refused({ kind, unit, problem, text }, code) {
    this.drop("outbox");
    this.refusal = { kind, code };
    if (kind !== "report" && this.draft === null) this.keepDraft({ kind, unit, problem, text });
  }

  later(work) {
    setTimeout(work, REPEAT_AFTER * (0.5 + Math.random()));
  }

  // what became of one's own

  get receipts() {
    return this.read("receipts") ?? [];
  }

  codeOf(number) {
    return this.receipts.find((each) => each.number === number)?.code ?? null;
  }

  // Newest first; one that the server has not told of yet stands there with its number alone.
  mine() {
    const untold = this.receipts.filter(({ number }) => !this.own.has(number)).map(({ number }) => ({ number }));
    const told = [...this.own.values()].sort((left, right) => (right.at ?? 0) - (left.at ?? 0));
    return [...untold.reverse(), ...told];
  }

  async follow() {
    if (this.read("asker") === null || !this.link.connected) return;
    const answer = await this.request({ type: "follow", secret: this.secret() });
    if (answer?.type !== "own_questions") return;
    answer.questions.forEach((question) => this.own.set(question.number, question));
    this.heard.changed();
  }

  told(question) {
    this.own.set(question.number, question);
    this.heard.news();
  }

  // The question with that number and code, a refusal's code, or null when the line was lost.
  async lookup(number, code) {
    const answer = await this.request({ type: "lookup", number, code });
    if (answer === null) return { fault: "offline" };
    return answer.type === "own_questions" && answer.questions.length > 0
      ? { question: answer.questions[0] }
      : { fault: answer.code ?? "unknown_question" };
  }

  // what others ask

  // Everybody's list changes in the same moment: those who look at it must not all ask at once.
  watch() {
    const now = this.voter.state.questions ?? 0;
    if (this.listed === now) return;
    const first = this.listed === null;
    this.listed = now;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetchList(), first ? 0 : SPREAD * Math.random());
  }

  async fetchList() {
    const answer = await this.request({ type: "questions", unit: this.listUnit });
    if (answer?.type === "questions") this.list = inOrderOf(this.list ?? [], answer.questions);
    else if (answer === null) this.listed = null;
    else this.list ??= [];
    this.heard.changed();
  }

  forgetList(unit = "") {
    this.list = null;
    this.listed = null;
    this.listUnit = unit;
  }

  get supported() {
    return this.read("supported", this.voter.cards.card?.id) ?? [];
  }

  // null when it is done, else the code of what stands in the way.
  async support(number) {
    const answer = await this.request({ type: "support", number });
    if (answer?.type !== "ok") return answer?.code ?? "offline";
    this.keep([...new Set([...this.supported, number])], "supported", this.voter.cards.card.id);
    this.list = this.list?.map((each) =>
      each.number === number ? { ...each, supporters: each.supporters + 1 } : each,
    );
    this.heard.changed();
    return null;
  }
}

// What stands on the page keeps its place under the finger; what is new comes behind it.
function inOrderOf(before, now) {
  const place = new Map(before.map((each, index) => [each.number, index]));
  const placeOf = (each) => place.get(each.number) ?? before.length;
  return [...now].sort((left, right) => placeOf(left) - placeOf(right));
}
