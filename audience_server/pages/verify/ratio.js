// Exact numbers: a fraction of two BigInts, the denominator above 0.
import { DECIMAL_FORM } from "./verify_bytes.js";

export class Ratio {
  constructor(top, bottom = 1n) {
    const shared = greatestDivisor(top < 0n ? -top : top, bottom);
    this.top = top / shared;
    this.bottom = bottom / shared;
  }

  static ZERO = new Ratio(0n);

  // A decimal text of the one form that scores and weights have; null for any other.
  static read(text) {
    if (!DECIMAL_FORM.test(text)) return null;
    const [whole, part = ""] = text.split(".");
    const size = BigInt(whole.replace("-", "") + part);
    return new Ratio(text.startsWith("-") ? -size : size, 10n ** BigInt(part.length));
  }

  static of(number) {
    return new Ratio(BigInt(number));
  }

  plus(other) {
    return new Ratio(this.top * other.bottom + other.top * this.bottom, this.bottom * other.bottom);
  }

  times(other) {
    return new Ratio(this.top * other.top, this.bottom * other.bottom);
  }

  over(other) {
    const top = this.top * other.bottom;
    const bottom = this.bottom * other.top;
    return bottom < 0n ? new Ratio(-top, -bottom) : new Ratio(top, bottom);
  }

  // Below 0, 0 or above 0.
  compare(other) {
    const difference = this.top * other.bottom - other.top * this.bottom;
    return difference < 0n ? -1 : Number(difference > 0n);
  }

  is(number) {
    return this.top === BigInt(number) && this.bottom === 1n;
  }

  isZero() {
    return this.top === 0n;
  }

  // Half up, with exactly `places` decimals.
  rounded(places) {
    const size = (this.top < 0n ? -this.top : this.top) * 10n ** BigInt(places);
    const whole = (2n * size + this.bottom) / (2n * this.bottom);
    const digits = whole.toString().padStart(places + 1, "0");
    const sign = this.top < 0n && whole > 0n ? "-" : "";
    return sign + (places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits);
  }

  // A number of the session file as a decimal text, without zeros at its end: it has at most 9 decimals.
  plain() {
    const text = this.rounded(9);
    return text.replace(/0+$/, "").replace(/\.$/, "");
  }
}

function greatestDivisor(a, b) {
  while (b > 0n) [a, b] = [b, a % b];
  return a;
}

export const sumOf = (ratios) => ratios.reduce((sum, ratio) => sum.plus(ratio), Ratio.ZERO);
