// The curve in a worker: the composed script, started in a worker's scope, answers questions about signatures and keys.
import { firstUnsound, strictVerify } from "./curve.js";

const START_MS = 10_000;

const QUESTIONS = {
  verify: (jobs) => jobs.map(strictVerify),
  unsound: (keys) => firstUnsound(keys),
};

function serveCurve(scope) {
  scope.onmessage = async ({ data }) => {
    scope.postMessage({ id: data.id, answer: await QUESTIONS[data.question](data.given) });
  };
  scope.postMessage({ ready: true });
  return true;
}

const isInWorker = typeof WorkerGlobalScope !== "undefined" && globalThis instanceof WorkerGlobalScope;

export const servesCurve = isInWorker && serveCurve(globalThis);

// One worker; questions are answered in order. `ask` rejects when the worker dies.
export class CurveWorker {
  waiting = new Map();
  count = 0;

  constructor(url) {
    this.worker = new Worker(url);
    this.isReady = new Promise((resolve, reject) => {
      this.worker.onmessage = ({ data }) => (data.ready ? resolve(true) : this.take(data));
      this.worker.onerror = (event) => {
        event.preventDefault();
        const error = new Error("the worker stopped");
        for (const { reject: lose } of this.waiting.values()) lose(error);
        reject(error);
      };
      setTimeout(() => reject(new Error("the worker did not start")), START_MS);
    });
  }

  take({ id, answer }) {
    this.waiting.get(id).resolve(answer);
    this.waiting.delete(id);
  }

  ask(question, given) {
    this.count += 1;
    const id = this.count;
    this.worker.postMessage({ id, question, given });
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  end() {
    this.worker.terminate();
  }
}

// As many workers as the machine has cores, none where there is no script for them or the browser refuses.
export async function startWorkers() {
  const source = globalThis.VERIFY_WORKER_SOURCE;
  if (typeof source !== "string" || typeof Worker === "undefined") return [];
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const cores = Math.min(8, Math.max(1, navigator.hardwareConcurrency || 1));
  let workers = [];
  try {
    workers = Array.from({ length: cores }, () => new CurveWorker(url));
    await Promise.all(workers.map((worker) => worker.isReady));
    return workers;
  } catch {
    for (const worker of workers) worker.end();
    return [];
  } finally {
    URL.revokeObjectURL(url);
  }
}
