// One TOML table, read strictly for the keys that are asked of it.
import { Ratio } from "./ratio.js";
import { FormError, ID_FORM, strictText } from "./verify_bytes.js";
import { readToml } from "./toml.js";
import { TomlDate, TomlDecimal } from "./toml_values.js";

const LARGEST_FILE = 2 ** 22;
const MOST_DOTS = 1000;
const MOST_TOML_WORK = 10 ** 7;

export class RulesTable {
  constructor(data, where) {
    if (!(data instanceof Map)) throw new FormError(`${where} is not a table`);
    this.data = data;
    this.where = where;
  }

  has(key) {
    return this.data.has(key);
  }

  get(key, otherwise) {
    return this.data.has(key) ? this.data.get(key) : otherwise;
  }

  refuse(key, what) {
    throw new FormError(`${this.where}.${key} is not ${what}`);
  }

  text(key, otherwise = undefined) {
    const value = this.get(key, otherwise);
    return typeof value === "string" ? value : this.refuse(key, "a text");
  }

  word(key, known, otherwise = undefined) {
    const value = this.text(key, otherwise);
    return known.includes(value) ? value : this.refuse(key, `one of ${known.join(", ")}`);
  }

  id(key = "id") {
    const value = this.text(key);
    return ID_FORM.test(value) && value !== "blank" ? value : this.refuse(key, "an id");
  }

  count(key, otherwise = undefined, most = 10 ** 9) {
    const value = this.get(key, otherwise === undefined ? undefined : BigInt(otherwise));
    const isRight = typeof value === "bigint" && value >= 0n && value <= BigInt(most);
    return isRight ? Number(value) : this.refuse(key, `a number from 0 to ${most}`);
  }

  flag(key) {
    const value = this.get(key, false);
    return typeof value === "boolean" ? value : this.refuse(key, "true or false");
  }

  exact(key, otherwise = undefined) {
    const value = this.get(key, otherwise === undefined ? undefined : BigInt(otherwise));
    return exactNumber(value) ?? this.refuse(key, "an exact number");
  }

  weight(key, otherwise = undefined) {
    const number = this.exact(key, otherwise);
    return number.top < 0n ? this.refuse(key, "a number from 0") : number;
  }

  ids(key) {
    const value = this.get(key, null);
    const isRight = value === null || (Array.isArray(value) && value.every((item) => typeof item === "string"));
    return isRight ? value : this.refuse(key, "a list of ids");
  }

  tables(key) {
    const value = this.get(key, []);
    if (!Array.isArray(value)) this.refuse(key, "a list");
    return value.map((item) => new RulesTable(item, `${this.where}.${key}`));
  }

  table(key) {
    return new RulesTable(this.get(key, new Map()), `${this.where}.${key}`);
  }

  // The date as it is written; empty for anything else.
  date(key) {
    const value = this.get(key);
    return value instanceof TomlDate ? value.text : "";
  }
}

// An integer, a decimal text or a TOML decimal, exactly; null for anything else.
export function exactNumber(value) {
  if (typeof value === "bigint") return value > -(10n ** 9n) && value < 10n ** 9n ? Ratio.of(value) : null;
  if (value instanceof TomlDecimal) return Ratio.read(value.text);
  return typeof value === "string" ? Ratio.read(value) : null;
}

// The list [0, 100], in whichever way it is written.
export function isFullRange(value) {
  return Array.isArray(value) && value.length === 2 && isNumber(value[0], 0) && isNumber(value[1], 100);
}

function isNumber(value, number) {
  if (typeof value === "boolean") return Number(value) === number;
  return typeof value === "bigint" ? value === BigInt(number) : (value?.is?.(number) ?? false);
}

export function readSessionFile(bytes) {
  if (bytes.length > LARGEST_FILE || tomlWork(bytes) > MOST_TOML_WORK) throw new FormError("larger than any session file");
  return new RulesTable(readToml(strictText(bytes)), "rules");
}

// What a TOML reader has to do: for every part of a dotted key it walks from the top through the table's name.
function tomlWork(bytes) {
  let [work, header] = [0, 0];
  for (let place = 0; place <= bytes.length; ) {
    const cut = bytes.indexOf(10, place);
    const line = bytes.subarray(place, cut < 0 ? bytes.length : cut);
    const dots = line.reduce((sum, byte) => sum + Number(byte === 46), 0);
    work += dots <= MOST_DOTS ? (dots + 1) * (header + dots + 1) : MOST_TOML_WORK + 1;
    if (line.find((byte) => byte !== 32 && byte !== 9) === 91) header = dots;
    place += line.length + 1;
  }
  return work;
}
