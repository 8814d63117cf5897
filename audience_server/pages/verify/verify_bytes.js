// Strict small readers: bytes, base64, decimals, text. They throw FormError, with words for people, and nothing else.

export class FormError extends Error {
  name = "FormError";
}

export const FORBIDDEN = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/;
export const ID_FORM = /^[a-z0-9][a-z0-9-]{0,31}$/;
export const WINDOW_FORM = /^([a-z0-9][a-z0-9-]{0,31})(?:\.([2-9]|[1-9][0-9]{1,5}))?$/;
export const DECIMAL_FORM = /^-?(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,9})?$/;

const BASE64_FORM = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const SIZE_FORM = /^(?:0|[1-9][0-9]{0,18})$/;
const UNSAFE_TO_PRINT = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
const MOST_TEXT = 200;

const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const kindDecoder = new TextDecoder("utf-8", { ignoreBOM: true });
const textEncoder = new TextEncoder();

export const utf8Bytes = (text) => textEncoder.encode(text);

export function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    all.set(part, place);
    place += part.length;
  }
  return all;
}

export function sameBytes(a, b) {
  return a.length === b.length && a.every((byte, place) => byte === b[place]);
}

// Below 0, 0 or above 0, as the first difference says.
export function compareBytes(a, b) {
  const length = Math.min(a.length, b.length);
  for (let place = 0; place < length; place += 1) {
    if (a[place] !== b[place]) return a[place] - b[place];
  }
  return a.length - b.length;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export const hexOf = (bytes) => Array.from(bytes, (byte) => HEX[byte]).join("");

export function base64Of(bytes) {
  let text = "";
  for (let place = 0; place < bytes.length; place += 1) text += String.fromCharCode(bytes[place]);
  return btoa(text);
}

// Canonical standard base64: encoded again it must be the same text.
export function fromBase64(text, length = null) {
  if (!BASE64_FORM.test(text)) throw new FormError("not base64");
  const data = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  if (text.endsWith("=") && base64Of(data) !== text) throw new FormError("base64 is not canonical");
  if (length !== null && data.length !== length) {
    throw new FormError(`${data.length} bytes where ${length} belong`);
  }
  return data;
}

// A size or index: decimal, no leading zeros, below 2^63. A number while that is exact, a BigInt above.
export function decimalOf(text) {
  if (!SIZE_FORM.test(text) || BigInt(text) >= 2n ** 63n) throw new FormError(`not a decimal number: ${shown(text)}`);
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

export function strictText(bytes) {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    throw new FormError("not UTF-8");
  }
}

// Text as entries may hold it.
export function entryText(bytes) {
  const text = strictText(bytes);
  const bad = FORBIDDEN.exec(text);
  if (bad === null) return text;
  const code = bad[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  throw new FormError(`forbidden character U+${code}`);
}

// Any value as short text that is safe to print: no control, format, bidirectional or private characters.
export function shown(value) {
  const text = typeof value === "string" ? value : value instanceof Error ? value.message : jsonOf(value);
  const start = Array.from(text.slice(0, 2 * MOST_TEXT + 2)).slice(0, MOST_TEXT + 1);
  const cut = start.length > MOST_TEXT ? [...start.slice(0, MOST_TEXT - 1), "…"] : start;
  return cut.join("").replace(UNSAFE_TO_PRINT, "\ufffd");
}

const jsonOf = (value) => {
  if (typeof value === "bigint" || value === undefined) return String(value);
  return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part));
};

// The beginning of a file, whatever it holds, as safe text.
export const beginningOf = (bytes) => shown(kindDecoder.decode(bytes.subarray(0, MOST_TEXT)));
