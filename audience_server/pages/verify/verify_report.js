// What the verification found; `add` is the only way in.
import { SENTENCES } from "./sentences.js";
import { shown } from "./verify_bytes.js";

const MOST_PER_CODE = 100;

// Sizes beyond what numbers hold exactly are told as decimal text.
const plainIndex = (index) => (typeof index === "bigint" ? String(index) : index);

const byCodeAndIndex = (a, b) => (a.code === b.code ? compareIndex(a.index, b.index) : a.code < b.code ? -1 : 1);

function compareIndex(a, b) {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return a < b ? -1 : Number(a > b);
}

export class VerifyReport {
  findings = [];
  counted = new Map();
  known = new Map();
  skipped = [];
  rounds = [];
  acts = [];
  files = [];
  receipts = [];
  results = null;
  scoreVerified = null;
  origin = "";
  kind = "";
  fingerprint = null;
  size = null;
  root = null;
  isBundle = true;
  names = {};

  constructor(archive) {
    this.archive = archive;
  }

  // The same code at the same entry stands once, with the texts joined. `index` is null for a file.
  add(code, index, expected, found) {
    if (!Object.hasOwn(SENTENCES, code)) throw new RangeError(`no such code: ${code}`);
    const known = index === null ? undefined : this.known.get(`${code} ${index}`);
    if (known) {
      known.expected = shown(`${known.expected}; ${shown(expected)}`);
      known.found = shown(`${known.found}; ${shown(found)}`);
      return;
    }
    const number = (this.counted.get(code) ?? 0) + 1;
    this.counted.set(code, number);
    if (number > MOST_PER_CODE) return;
    const finding = { code, index, expected: shown(expected), found: shown(found) };
    this.findings.push(finding);
    if (index !== null) this.known.set(`${code} ${index}`, finding);
  }

  skip(what) {
    if (!this.skipped.includes(what)) this.skipped.push(what);
  }

  ofKind(letter) {
    const mine = this.findings.filter(({ code }) => code.startsWith(letter)).sort(byCodeAndIndex);
    return mine.map((finding) => ({ ...finding, index: plainIndex(finding.index) }));
  }

  get verdict() {
    const codes = [...this.counted.keys()];
    if (!this.isBundle || codes.some((code) => code.startsWith("E"))) return "fail";
    return codes.length > 0 ? "warn" : "pass";
  }

  asJson() {
    const more = [...this.counted].filter(([, number]) => number > MOST_PER_CODE);
    return {
      verdict: this.verdict,
      failures: this.ofKind("E"),
      warnings: this.ofKind("W"),
      more: Object.fromEntries(more.map(([code, number]) => [code, number - MOST_PER_CODE])),
      skipped: this.skipped,
      rounds: this.rounds,
      results: this.results,
      score_verified: this.scoreVerified,
      fingerprint: this.fingerprint,
      origin: this.origin,
      kind: this.kind,
      size: this.size,
      root: this.root,
      archive: this.archive,
      names: this.names,
      rules: this.names,
      acts: this.acts,
      files: this.files,
      receipts: this.receipts,
    };
  }
}
