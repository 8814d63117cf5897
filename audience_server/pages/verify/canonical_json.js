// Canonical JSON: one line, keys sorted, integers only, no spaces, depth at most 16. Anything else is refused.
import { entryText, FORBIDDEN, FormError } from "./verify_bytes.js";

const DEEPEST = 16;
const KEY_FORM = /^[a-z0-9_-]{1,64}$/;
const INTEGER = /-?(?:0|[1-9][0-9]*)/y;
const WORDS = { true: true, false: false, null: null };

class JsonReader {
  constructor(text) {
    this.text = text;
    this.place = 0;
  }

  refuse() {
    throw new FormError("JSON is not canonical");
  }

  take(character) {
    if (this.text[this.place] !== character) this.refuse();
    this.place += 1;
  }

  takes(character) {
    if (this.text[this.place] !== character) return false;
    this.place += 1;
    return true;
  }

  value(depth) {
    const character = this.text[this.place];
    if (character === "{") return this.object(depth);
    if (character === "[") return this.list(depth);
    if (character === '"') return this.string();
    if (character === "-" || (character >= "0" && character <= "9")) return this.integer();
    for (const [word, value] of Object.entries(WORDS)) {
      if (this.text.startsWith(word, this.place)) {
        this.place += word.length;
        return value;
      }
    }
    return this.refuse();
  }

  // Without a prototype, so that a key named like one of its members is a key like any other.
  object(depth) {
    if (depth > DEEPEST) throw new FormError("JSON is deeper than 16");
    const found = Object.create(null);
    let last = "";
    this.take("{");
    if (this.takes("}")) return found;
    do {
      const key = this.string();
      if (!KEY_FORM.test(key)) throw new FormError("a JSON key is not [a-z0-9_-]{1,64}");
      if (key <= last) this.refuse();
      last = key;
      this.take(":");
      found[key] = this.value(depth + 1);
    } while (this.takes(","));
    this.take("}");
    return found;
  }

  list(depth) {
    if (depth > DEEPEST) throw new FormError("JSON is deeper than 16");
    const found = [];
    this.take("[");
    if (this.takes("]")) return found;
    do found.push(this.value(depth + 1));
    while (this.takes(","));
    this.take("]");
    return found;
  }

  string() {
    this.take('"');
    let found = "";
    for (;;) {
      const start = this.place;
      while (this.place < this.text.length && this.text[this.place] !== '"' && this.text[this.place] !== "\\") {
        this.place += 1;
      }
      found += this.text.slice(start, this.place);
      if (this.takes('"')) return found;
      this.take("\\");
      const escaped = this.text[this.place];
      if (escaped !== '"' && escaped !== "\\") this.refuse();
      found += escaped;
      this.place += 1;
    }
  }

  integer() {
    INTEGER.lastIndex = this.place;
    const digits = INTEGER.exec(this.text)?.[0];
    if (digits === undefined || digits === "-0" || digits.length > 17) this.refuse();
    this.place += digits.length;
    const number = Number(digits);
    if (!Number.isSafeInteger(number)) throw new FormError("a JSON number is too large");
    return number;
  }
}

export function canonicalJson(text) {
  if (FORBIDDEN.test(text) || text.includes("\n")) throw new FormError("JSON is not canonical");
  const reader = new JsonReader(text);
  if (text[0] !== "{") throw new FormError("no JSON object on top");
  const value = reader.value(1);
  if (reader.place !== text.length) reader.refuse();
  return value;
}

// A file that is one line of canonical JSON, with its LF.
export function jsonFile(bytes) {
  const text = entryText(bytes);
  if (!text.endsWith("\n")) throw new FormError("no line end at the end of the file");
  return canonicalJson(text.slice(0, -1));
}

export const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// Equal as values; true is not 1.
export function sameValue(a, b) {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, place) => sameValue(item, b[place]));
  }
  if (isTable(a) && isTable(b)) {
    const keys = Object.keys(a);
    const isSameAt = (key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]);
    return keys.length === Object.keys(b).length && keys.every(isSameAt);
  }
  return a === b;
}

// The first place where two nested values differ, as text: [expected, found].
export function firstDifference(expected, found, where = "") {
  if (isTable(expected) && isTable(found)) {
    for (const key of [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort()) {
      if (!sameValue(expected[key], found[key])) {
        return firstDifference(expected[key], found[key], where ? `${where}.${key}` : key);
      }
    }
  }
  return [`${where} ${JSON.stringify(expected ?? null)}`, `${where} ${JSON.stringify(found ?? null)}`];
}
