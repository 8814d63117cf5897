// Values of a TOML file: texts, integers, decimals kept as they are written, dates, all by the letter of TOML 1.0.
import { FormError } from "./verify_bytes.js";

const CLOCK = "([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(?:\\.([0-9]{1,6})[0-9]*)?";
const DATE_FORM = new RegExp(
  "([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])" +
    `(?:[Tt ]${CLOCK}(?:([Zz])|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))?)?`,
  "y",
);
const CLOCK_FORM = new RegExp(CLOCK, "y");
const PREFIXED_FORM = /0(?:x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|b[01](?:_?[01])*|o[0-7](?:_?[0-7])*)/y;
const NUMBER_FORM = /[+-]?(?:0|[1-9](?:_?[0-9])*)((?:\.[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?)/y;
const SPECIAL_FORM = /[+-]?(?:inf|nan)/y;
const MOST_DIGITS = 4300;
const LARGEST_EXPONENT = 10n ** 18n - 1n;
const SMALLEST_EXPONENT = -2n * LARGEST_EXPONENT + 1n;
const ESCAPES = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", '"': '"', "\\": "\\" };
const ILLEGAL = /[\x00-\x08\x0a-\x1f\x7f]/;
const ILLEGAL_IN_LINES = /[\x00-\x08\x0b-\x1f\x7f]/;

// A float of the file, never made a floating-point number.
export class TomlDecimal {
  constructor(negative, digits, exponent) {
    Object.assign(this, { negative, digits, exponent });
  }

  static read(text) {
    const [, sign, whole, part = "", power = "0"] = /^([+-]?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(text);
    const digits = (whole + part).replace(/^0+(?=[0-9])/, "");
    const exponent = BigInt(power) - BigInt(part.length);
    if (exponent + BigInt(digits.length) - 1n > LARGEST_EXPONENT || exponent < SMALLEST_EXPONENT) {
      throw new FormError("not TOML: an exponent beyond all bounds");
    }
    return new TomlDecimal(sign === "-", digits, exponent);
  }

  // Plain where that takes no more than six zeros after the point, else with an exponent: the text that is judged.
  get text() {
    const length = BigInt(this.digits.length);
    const point = this.exponent + length;
    const sign = this.negative ? "-" : "";
    if (this.exponent > 0n || point <= -6n) return `${sign}${this.digits}E${this.exponent}`;
    if (this.exponent === 0n) return sign + this.digits;
    if (point <= 0n) return `${sign}0.${"0".repeat(Number(-point))}${this.digits}`;
    return `${sign}${this.digits.slice(0, Number(point))}.${this.digits.slice(Number(point))}`;
  }

  is(number) {
    const plain = this.digits.replace(/0+$/, "") || "0";
    if (plain === "0") return number === 0;
    const zeros = this.exponent + BigInt(this.digits.length - plain.length);
    return !this.negative && zeros >= 0n && zeros < 20n && BigInt(plain) * 10n ** zeros === BigInt(number);
  }
}

export class TomlSpecial {
  text = "";

  is() {
    return false;
  }
}

// A date, a time or both; `text` is empty for a time alone.
export class TomlDate {
  constructor(text) {
    this.text = text;
  }
}

const at = (form, source, place) => {
  form.lastIndex = place;
  return form.exec(source);
};

// [value, place behind it] of a date, a number or a special float.
export function plainTomlValue(source, place) {
  const date = at(DATE_FORM, source, place);
  if (date) return [dateOf(date), DATE_FORM.lastIndex];
  if (at(CLOCK_FORM, source, place)) return [new TomlDate(""), CLOCK_FORM.lastIndex];
  const prefixed = at(PREFIXED_FORM, source, place);
  if (prefixed) return [BigInt(prefixed[0].replaceAll("_", "")), PREFIXED_FORM.lastIndex];
  const number = at(NUMBER_FORM, source, place);
  if (number) return [numberOf(number), NUMBER_FORM.lastIndex];
  if (at(SPECIAL_FORM, source, place)) return [new TomlSpecial(), SPECIAL_FORM.lastIndex];
  throw new FormError("not TOML: invalid value");
}

function numberOf([text, decimals]) {
  const plain = text.replaceAll("_", "");
  if (decimals) return TomlDecimal.read(plain);
  const digits = plain.replace(/^[+-]/, "");
  if (digits.length > MOST_DIGITS) throw new FormError("not TOML: a number of too many digits");
  return plain.startsWith("-") ? -BigInt(digits) : BigInt(digits);
}

function dateOf([, year, month, day, hour, minute, second, part, zulu, sign, offsetHour, offsetMinute]) {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  if (Number(day) > days || year === "0000") throw new FormError("not TOML: no such date");
  const date = `${year}-${month}-${day}`;
  if (hour === undefined) return new TomlDate(date);
  const small = part && Number(part) ? `.${part.padEnd(6, "0")}` : "";
  const offset = zulu ? "+00:00" : sign ? zoneOf(sign, offsetHour, offsetMinute) : "";
  return new TomlDate(`${date} ${hour}:${minute}:${second}${small}${offset}`);
}

const zoneOf = (sign, hour, minute) => (hour === "00" && minute === "00" ? "+00:00" : `${sign}${hour}:${minute}`);

// [text, place behind it] of a text in quotes of any of the four kinds.
export function tomlText(source, place) {
  const quote = source[place];
  const isLong = source.startsWith(quote.repeat(3), place);
  if (!isLong) return quote === "'" ? literalText(source, place) : escapedText(source, place + 1, false);
  const start = place + 3 + Number(source[place + 3] === "\n");
  const [text, end] = quote === "'" ? literalLines(source, start) : escapedText(source, start, true);
  const more = source.startsWith(quote.repeat(2), end) ? 2 : Number(source.startsWith(quote, end));
  return [text + quote.repeat(more), end + more];
}

export function literalText(source, place) {
  return until(source, place + 1, "'", ILLEGAL);
}

const literalLines = (source, place) => until(source, place, "'''", ILLEGAL_IN_LINES);

function until(source, place, end, illegal) {
  const found = source.indexOf(end, place);
  if (found < 0) throw new FormError("not TOML: a text that does not end");
  const text = source.slice(place, found);
  if (illegal.test(text)) throw new FormError("not TOML: illegal character");
  return [text, found + end.length];
}

export function escapedText(source, start, isLong) {
  const illegal = isLong ? ILLEGAL_IN_LINES : ILLEGAL;
  const end = isLong ? '"""' : '"';
  let text = "";
  let place = start;
  for (;;) {
    const character = source[place];
    if (character === undefined) throw new FormError("not TOML: a text that does not end");
    if (source.startsWith(end, place)) return [text, place + end.length];
    if (character === "\\") {
      const [escaped, next] = escapeAt(source, place + 1, isLong);
      text += escaped;
      place = next;
      continue;
    }
    if (illegal.test(character)) throw new FormError("not TOML: illegal character");
    text += character;
    place += 1;
  }
}

function escapeAt(source, place, isLong) {
  const kind = source[place];
  if (isLong && (kind === " " || kind === "\t" || kind === "\n")) return lineJoin(source, place);
  if (kind === "u") return codePoint(source, place + 1, 4);
  if (kind === "U") return codePoint(source, place + 1, 8);
  if (kind === undefined || !Object.hasOwn(ESCAPES, kind)) throw new FormError("not TOML: unknown escape");
  return [ESCAPES[kind], place + 1];
}

// A backslash at the end of a line: everything up to the next visible character goes.
function lineJoin(source, start) {
  let place = start;
  while (source[place] === " " || source[place] === "\t") place += 1;
  if (place < source.length && source[place] !== "\n") throw new FormError("not TOML: unknown escape");
  while (" \t\n".includes(source[place] ?? "x")) place += 1;
  return ["", place];
}

function codePoint(source, place, length) {
  const digits = source.slice(place, place + length);
  const code = /^[0-9A-Fa-f]+$/.test(digits) && digits.length === length ? parseInt(digits, 16) : -1;
  const isCharacter = code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  if (!isCharacter) throw new FormError("not TOML: no such character");
  return [String.fromCodePoint(code), place + length];
}
