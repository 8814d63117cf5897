// The page: choose, check, read. Nothing leaves it; what a run finds is kept until other evidence is chosen.
import { verifyBundle } from "./engine.js";
import { timeText } from "./ui_acts.js";
import { element, sizeText } from "./ui_dom.js";
import { notBundleReport, startForm } from "./ui_form.js";
import { readReceipts } from "./ui_receipt_fields.js";
import { reportView } from "./ui_report.js";
import { RunningView } from "./ui_running.js";
import { LANGUAGE_NAMES, LANGUAGES, shownText, speaker } from "./words.js";
import { isBundle } from "./words_said.js";

const LARGEST_BUNDLE = 1_500_000_000;
const ANCHOR_FORM = /^[A-Za-z0-9_-]{22}$/;

class CancelledRun extends Error {}

class VerifierPage {
  constructor() {
    this.language = "zh-Hans";
    this.run = 0;
    this.clear();
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => this.dropped(event));
    window.addEventListener("beforeprint", () => openAllCounts());
    this.draw();
  }

  clear() {
    this.view = "start";
    this.state = { bundle: null, head: "", anchor: "", receiptFiles: [], receiptText: "", problem: null, report: null };
  }

  say(...words) {
    return speaker(this.language)(...words);
  }

  dropped(event) {
    event.preventDefault();
    const file = event.dataTransfer.files[0];
    if (this.view === "start" && file) this.choose(file);
  }

  choose(file) {
    if (file === null) return;
    this.state.bundle = file;
    this.state.problem = null;
    this.draw();
    document.getElementById("bundle").focus();
  }

  speak(language) {
    this.language = language;
    this.draw();
    document.querySelector(`#head [lang="${language}"]`).focus();
  }

  draw() {
    const say = speaker(this.language);
    document.documentElement.lang = this.language;
    document.title = say("title");
    document.getElementById("head").replaceChildren(this.header(say));
    document.getElementById("page").replaceChildren(this.content(say));
  }

  header(say) {
    const buttons = LANGUAGES.map((language, place) => {
      const pressed = String(language === this.language);
      const onclick = () => this.speak(language);
      const attributes = { type: "button", lang: language, "aria-pressed": pressed, onclick };
      return element("button", attributes, LANGUAGE_NAMES[place]);
    });
    const title = element(this.view === "start" ? "h1" : "p", { class: "title" }, say("title"));
    const languages = { class: "languages", role: "group", "aria-label": say("language") };
    return element("div", { class: "bar" }, title, element("div", languages, ...buttons));
  }

  content(say) {
    const again = () => this.again();
    if (this.view === "running") return this.running(say);
    const check = () => this.check();
    if (this.view === "start") return startForm(this.state, say, { choose: (file) => this.choose(file), start: check });
    if (!isBundle(this.state.report)) return notBundleReport(this.state, say, { again });
    return reportView(this.state, this.language, say, { again, lookUp: check });
  }

  running(say) {
    this.progress = new RunningView(shownText(this.state.bundle.name), say, () => this.cancel());
    return this.progress.node;
  }

  again() {
    this.clear();
    this.draw();
    document.getElementById("bundle").focus();
  }

  cancel() {
    this.run += 1;
    this.view = this.state.report ? "report" : "start";
    this.refuse("cancelled", {});
  }

  refuse(key, values) {
    this.state.problem = [key, values];
    this.draw();
    document.getElementById("problem").focus();
  }

  // The problem with what was given, or null.
  givenProblem() {
    const { bundle, anchor } = this.state;
    if (bundle === null) return ["no_file", {}];
    const [name, size, most] = [shownText(bundle.name), sizeText(bundle.size, speaker(this.language)), "1.5 GB"];
    if (bundle.size > LARGEST_BUNDLE) return ["too_large", { name, size, most }];
    return anchor.trim() !== "" && !ANCHOR_FORM.test(anchor.trim()) ? ["wrong_anchor", {}] : null;
  }

  async check() {
    const problem = this.givenProblem();
    const { receipts, problem: other } = await readReceipts(this.state, speaker(this.language));
    if (problem ?? other) return this.refuse(...(problem ?? other));
    if (this.state.report && receipts.length === 0) return this.refuse("no_receipt", {});
    this.run += 1;
    this.state.problem = null;
    this.view = "running";
    this.draw();
    document.getElementById("running").focus();
    return this.verify(this.run, receipts);
  }

  async verify(run, receipts) {
    const { bundle, report: earlier } = this.state;
    const anchor = this.state.anchor.trim() || null;
    const progress = (done, total, step) => {
      if (run !== this.run) throw new CancelledRun();
      this.progress.show(done, total, step);
    };
    try {
      const bytes = await readBytes(bundle);
      const report = await verifyBundle(bytes, { anchor, receipts, progress });
      const given = { anchor, given: receipts.length, isLookUp: earlier !== null };
      if (run === this.run) this.finish(report, bytes, given);
    } catch (error) {
      if (run !== this.run) return;
      this.state.report = earlier;
      this.view = earlier ? "report" : "start";
      if (error instanceof UnreadableFile) this.refuse("unreadable", { name: shownText(bundle.name) });
      else this.refuse("broken", { error: shownText(error) });
    }
  }

  finish(report, bytes, { anchor, given, isLookUp }) {
    const { name, size } = this.state.bundle;
    const head = String.fromCharCode(...bytes.subarray(0, 32));
    const at = timeText(Math.floor(Date.now() / 1000));
    Object.assign(this.state, { report, head, meta: { name, size, at, anchor, given } });
    this.view = "report";
    this.draw();
    const verdict = this.say("done", { verdict: this.say(`verdict_${report.verdict}`) });
    document.getElementById("spoken").textContent = isBundle(report) ? verdict : this.say("not_bundle");
    const looked = isLookUp ? document.querySelector("#receipts .found") : null;
    (looked ?? document.getElementById("verdict")).focus();
  }
}

// What is folded on the screen belongs on paper.
function openAllCounts() {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
}

class UnreadableFile extends Error {}

async function readBytes(file) {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new UnreadableFile();
  }
}

new VerifierPage();
