// Bytes and their texts, read strictly: whatever has a second way to be written is refused.

const encoder = new TextEncoder();
const MOST = 2n ** 63n;

export class FormError extends Error {}

export const utf8 = (text) => encoder.encode(text);

export function fromUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FormError("not UTF-8");
  }
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const equal = (left, right) => left.length === right.length && left.every((byte, at) => byte === right[at]);

export const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

export function fromBase64(text, length) {
  let binary;
  try {
    binary = atob(text);
  } catch {
    throw new FormError("not base64");
  }
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  if (toBase64(bytes) !== text || (length !== undefined && bytes.length !== length)) {
    throw new FormError("not canonical base64 of the right length");
  }
  return bytes;
}

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

// Sizes go up to 2^63, beyond what a Number holds exactly.
export function decimal(text) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text) || BigInt(text) >= MOST) {
    throw new FormError("not a canonical size");
  }
  return BigInt(text);
}
