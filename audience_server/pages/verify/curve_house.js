// Signatures and keys for everybody: the browser's own Ed25519 with the missing checks, or noble, in workers where
// there are any, in short slices of this thread where there are none.
import { breathe } from "./breath.js";
import { firstUnsound, hasSoundForm, strictVerify } from "./curve.js";
import { startWorkers } from "./curve_worker.js";
import { utf8Bytes, fromBase64 } from "./verify_bytes.js";

const VERIFY_PART = 32;
const KEY_PART = 1024;
const FEW_ENOUGH = 8;

// One text signed twice by one key: rightly, and so that only the equation with the cofactor holds.
const TRIAL = {
  key: "6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=",
  text: "c1 edge case",
  right: "NG/BMy0hcQkRLMA2YixyR4dY564vmhrhQZmdi5eRcXhghMBz1KuCl6ztbptAhqrU9JJFmtJ7yd95voM0ZLRvCg==",
  loose: "sVvyZCTRtp3TO3qeV9td5KKq3qSioFHv2b/Wr3QWXSvDvlrNLQQ3oY3DHF3jVWSZrTfgghtrGJKIcQA76PxbDQ==",
};

function webCurve() {
  return globalThis.isSecureContext === true ? (globalThis.crypto?.subtle ?? null) : null;
}

async function webVerify(subtle, { key, message, signature }) {
  if (!hasSoundForm(key, signature)) return false;
  try {
    const imported = await subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await subtle.verify("Ed25519", imported, signature, message);
  } catch {
    return false;
  }
}

async function isStrictHere(subtle) {
  const key = fromBase64(TRIAL.key);
  const message = utf8Bytes(TRIAL.text);
  const answers = [TRIAL.right, TRIAL.loose].map((text) =>
    webVerify(subtle, { key, message, signature: fromBase64(text) }),
  );
  const [right, loose] = await Promise.all(answers);
  return right && !loose;
}

// What the steps ask: verify(jobs) -> list of booleans, in order; haveSoundKeys(keys) -> whether all may be on a roll.
export class CurveHouse {
  constructor(subtle, workers) {
    this.subtle = subtle;
    this.workers = workers;
    this.turn = 0;
  }

  get name() {
    return this.subtle ? "webcrypto" : "noble";
  }

  async verify(jobs) {
    if (this.subtle) return this.verifyInBrowser(jobs);
    return this.inParts(jobs, VERIFY_PART, "verify", verifyHere);
  }

  async verifyInBrowser(jobs) {
    const answers = [];
    for (let start = 0; start < jobs.length; start += VERIFY_PART) {
      const part = jobs.slice(start, start + VERIFY_PART);
      answers.push(...(await Promise.all(part.map((job) => webVerify(this.subtle, job)))));
      await breathe();
    }
    return answers;
  }

  async haveSoundKeys(keys) {
    const bad = await this.inParts(keys, KEY_PART, "unsound", firstUnsound);
    return bad.every((place) => place < 0);
  }

  // Parts of a list, each answered by a worker in turn, or here when there is none or it has died.
  async inParts(list, size, question, answerHere) {
    const answers = [];
    for (let start = 0; start < list.length; start += size) {
      const part = list.slice(start, start + size);
      const asked = part.length < FEW_ENOUGH ? null : this.askWorker(question, part);
      answers.push(asked === null ? await answerHere(part) : asked.catch(() => answerHere(part)));
    }
    return (await Promise.all(answers)).flat();
  }

  askWorker(question, part) {
    if (this.workers.length === 0) return null;
    this.turn = (this.turn + 1) % this.workers.length;
    return this.workers[this.turn].ask(question, part);
  }

  end() {
    for (const worker of this.workers) worker.end();
    this.workers = [];
  }
}

async function verifyHere(jobs) {
  const answers = [];
  for (const job of jobs) {
    answers.push(strictVerify(job));
    await breathe();
  }
  return answers;
}

export async function openCurve(choice) {
  const subtle = choice === "noble" ? null : webCurve();
  const isUsable = subtle !== null && (await isStrictHere(subtle));
  return new CurveHouse(isUsable ? subtle : null, await startWorkers());
}
