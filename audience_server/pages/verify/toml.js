// TOML 1.0, read strictly: tables are Maps, integers BigInts, floats exact decimals. FormError for anything else.
import { FormError } from "./verify_bytes.js";
import { escapedText, literalText, plainTomlValue, tomlText } from "./toml_values.js";

const DEEPEST_VALUE = 400;
const BARE_KEY = /[A-Za-z0-9_-]+/y;
const COMMENT = /#([^\n]*)/y;
const ILLEGAL_IN_COMMENT = /[\x00-\x08\x0b-\x1f\x7f]/;

// What has been said about a name: whether it may be opened again, whether it may be added to.
class Marks {
  top = { below: new Map() };
  waiting = [];

  at(key, make) {
    let mark = this.top;
    for (const part of key) {
      let next = mark.below.get(part);
      if (next === undefined) {
        if (!make) return null;
        next = { explicit: false, frozen: false, below: new Map() };
        mark.below.set(part, next);
      }
      mark = next;
    }
    return mark;
  }

  isExplicit(key) {
    return key.length > 0 && this.at(key, false)?.explicit === true;
  }

  // Frozen itself, or inside something frozen.
  isFrozen(key) {
    let mark = this.top;
    for (const part of key) {
      mark = mark.below.get(part);
      if (mark === undefined) return false;
      if (mark.frozen) return true;
    }
    return false;
  }

  settle() {
    for (const key of this.waiting) this.at(key, true).explicit = true;
    this.waiting = [];
  }

  forget(key) {
    this.at(key.slice(0, -1), false)?.below.delete(key.at(-1));
  }
}

function nestAt(top, key, throughLists = true) {
  let nest = top;
  for (const part of key) {
    if (!nest.has(part)) nest.set(part, new Map());
    nest = nest.get(part);
    if (throughLists && Array.isArray(nest)) nest = nest.at(-1);
    if (!(nest instanceof Map)) throw new FormError("not TOML: cannot overwrite a value");
  }
  return nest;
}

class TomlReader {
  constructor(source) {
    this.source = source;
    this.place = 0;
    this.data = new Map();
    this.marks = new Marks();
    this.header = [];
  }

  refuse(why) {
    throw new FormError(`not TOML: ${why} (at character ${this.place})`);
  }

  get next() {
    return this.source[this.place];
  }

  spaces() {
    while (this.next === " " || this.next === "\t") this.place += 1;
  }

  comment() {
    COMMENT.lastIndex = this.place;
    const found = COMMENT.exec(this.source);
    if (!found) return;
    if (ILLEGAL_IN_COMMENT.test(found[1])) this.refuse("illegal character in a comment");
    this.place = COMMENT.lastIndex;
  }

  file() {
    for (;;) {
      this.spaces();
      if (this.next === undefined) return this.data;
      if (this.next === "[") this.tableHeader();
      else if (this.next !== "\n" && this.next !== "#") this.statement();
      this.spaces();
      this.comment();
      if (this.next === undefined) return this.data;
      if (this.next !== "\n") this.refuse("a line goes on after its statement");
      this.place += 1;
    }
  }

  tableHeader() {
    this.marks.settle();
    const isList = this.source[this.place + 1] === "[";
    this.place += isList ? 2 : 1;
    this.spaces();
    const key = this.key();
    if (this.marks.isFrozen(key) || (!isList && this.marks.isExplicit(key))) this.refuse("a table stands twice");
    if (isList) {
      this.marks.forget(key);
      this.addToList(key);
    } else {
      nestAt(this.data, key);
    }
    this.marks.at(key, true).explicit = true;
    const end = isList ? "]]" : "]";
    if (!this.source.startsWith(end, this.place)) this.refuse("a table's name does not end");
    this.place += end.length;
    this.header = key;
  }

  addToList(key) {
    const nest = nestAt(this.data, key.slice(0, -1));
    const name = key.at(-1);
    if (!nest.has(name)) nest.set(name, []);
    const list = nest.get(name);
    if (!Array.isArray(list)) this.refuse("cannot overwrite a value");
    list.push(new Map());
  }

  statement() {
    const [key, value] = this.pair(0);
    const whole = [...this.header, ...key];
    for (let length = 1; length < key.length; length += 1) {
      const part = [...this.header, ...key.slice(0, length)];
      if (this.marks.isExplicit(part)) this.refuse("a table is defined again");
      this.marks.waiting.push(part);
    }
    const parent = whole.slice(0, -1);
    if (this.marks.isFrozen(parent)) this.refuse("an inline value is added to");
    const nest = nestAt(this.data, parent);
    if (nest.has(key.at(-1))) this.refuse("a key stands twice");
    if (value instanceof Map || Array.isArray(value)) this.marks.at(whole, true).frozen = true;
    nest.set(key.at(-1), value);
  }

  pair(depth) {
    const key = this.key();
    if (this.next !== "=") this.refuse("no = after a key");
    this.place += 1;
    this.spaces();
    return [key, this.value(depth)];
  }

  key() {
    const parts = [this.keyPart()];
    this.spaces();
    while (this.next === ".") {
      this.place += 1;
      this.spaces();
      parts.push(this.keyPart());
      this.spaces();
    }
    return parts;
  }

  keyPart() {
    BARE_KEY.lastIndex = this.place;
    const bare = BARE_KEY.exec(this.source);
    if (bare) {
      this.place = BARE_KEY.lastIndex;
      return bare[0];
    }
    if (this.next !== "'" && this.next !== '"') this.refuse("no key");
    const read = this.next === "'" ? literalText : quotedKey;
    const [text, place] = read(this.source, this.place);
    this.place = place;
    return text;
  }

  value(depth) {
    if (depth > DEEPEST_VALUE) this.refuse("deeper than any session file");
    if (this.next === "[") return this.list(depth);
    if (this.next === "{") return this.inlineTable(depth);
    for (const [word, value] of [["true", true], ["false", false]]) {
      if (this.source.startsWith(word, this.place)) {
        this.place += word.length;
        return value;
      }
    }
    const isText = this.next === '"' || this.next === "'";
    const [value, place] = isText ? tomlText(this.source, this.place) : plainTomlValue(this.source, this.place);
    this.place = place;
    return value;
  }

  linesAndComments() {
    let before;
    do {
      before = this.place;
      while (this.next === "\n" || this.next === " " || this.next === "\t") this.place += 1;
      this.comment();
    } while (this.place !== before);
  }

  list(depth) {
    const found = [];
    this.place += 1;
    this.linesAndComments();
    while (this.next !== "]") {
      found.push(this.value(depth + 1));
      this.linesAndComments();
      if (this.next === "]") break;
      if (this.next !== ",") this.refuse("a list does not end");
      this.place += 1;
      this.linesAndComments();
    }
    this.place += 1;
    return found;
  }

  inlineTable(depth) {
    const table = new Map();
    const marks = new Marks();
    this.place += 1;
    this.spaces();
    if (this.next === "}") {
      this.place += 1;
      return table;
    }
    for (;;) {
      const [key, value] = this.pair(depth + 1);
      if (marks.isFrozen(key)) this.refuse("an inline value is added to");
      const nest = nestAt(table, key.slice(0, -1), false);
      if (nest.has(key.at(-1))) this.refuse("a key stands twice");
      nest.set(key.at(-1), value);
      this.spaces();
      const separator = this.next;
      this.place += 1;
      if (separator === "}") return table;
      if (separator !== ",") this.refuse("an inline table does not end");
      if (value instanceof Map || Array.isArray(value)) marks.at(key, true).frozen = true;
      this.spaces();
    }
  }
}

const quotedKey = (source, place) => escapedText(source, place + 1, false);

export function readToml(text) {
  return new TomlReader(text.replaceAll("\r\n", "\n")).file();
}
