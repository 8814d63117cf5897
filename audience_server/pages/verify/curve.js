// Ed25519 by the one rule of the format: lengths exact, S < L, A and R canonical and not of small order, cofactorless.
// Points are noble's; its own verify is the cofactored one and accepts more.
import { Point } from "../phone/vendor/noble-ed25519-3.2.0/index.js";
import { sha512 } from "../phone/vendor/noble-hashes-2.4.0/sha2.js";
import { breathe } from "./breath.js";
import { joined, sameBytes } from "./verify_bytes.js";

const CURVE_ORDER = Point.CURVE().n;
const FIELD_PRIME = Point.CURVE().p;
const CHUNK = 5;
const SUMS = 40;
const FEW = 64;

function littleEndian(bytes) {
  let hex = "";
  for (let place = bytes.length - 1; place >= 0; place -= 1) hex += bytes[place].toString(16).padStart(2, "0");
  return BigInt(`0x${hex}`);
}

function soundPoint(bytes) {
  let point;
  try {
    point = Point.fromBytes(bytes, false);
  } catch {
    return null;
  }
  return point.isSmallOrder() ? null : point;
}

// The whole rule in plain code, for one signature: {key, message, signature}.
export function strictVerify({ key, message, signature }) {
  if (!hasSoundForm(key, signature)) return false;
  const a = soundPoint(key);
  const r = signature.subarray(0, 32);
  if (a === null || soundPoint(r) === null) return false;
  const k = littleEndian(sha512(joined(r, key, message))) % CURVE_ORDER;
  const s = littleEndian(signature.subarray(32));
  const right = Point.BASE.multiply(s, false).subtract(a.multiply(k, false));
  return sameBytes(right.toBytes(), r);
}

// What a browser's own Ed25519 leaves out, and bytes alone can tell: lengths, S < L, canonical and not of small order.
export function hasSoundForm(key, signature) {
  return (
    key.length === 32 &&
    signature.length === 64 &&
    littleEndian(signature.subarray(32)) < CURVE_ORDER &&
    isSoundEncoding(key) &&
    isSoundEncoding(signature.subarray(0, 32))
  );
}

// y of the points whose order divides 8: 1, -1, 0, and the two of order 8.
const ORDER_EIGHT_Y = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const SMALL_Y = new Set([0n, 1n, FIELD_PRIME - 1n, ORDER_EIGHT_Y, FIELD_PRIME - ORDER_EIGHT_Y]);

function isSoundEncoding(bytes) {
  const y = littleEndian(bytes) & ((1n << 255n) - 1n);
  return y < FIELD_PRIME && !SMALL_Y.has(y);
}

// Whether all points have prime order. Sums over random subsets: points of which one has another order make a sum of
// another order every second time, so that all sums are sound by chance once in 2^40; the subsets are drawn here, when
// the points are fixed.
async function arePrimeOrder(points) {
  const sums = Array.from({ length: SUMS }, () => Point.ZERO);
  for (let start = 0; start < points.length; start += CHUNK) {
    const subsets = subsetSums(points.slice(start, start + CHUNK));
    const draws = crypto.getRandomValues(new Uint8Array(SUMS));
    draws.forEach((draw, number) => {
      sums[number] = sums[number].add(subsets[draw % subsets.length]);
    });
    await breathe();
  }
  return (await firstOfOtherOrder(sums)) < 0;
}

// The sums of all 2^n subsets.
function subsetSums(points) {
  const sums = [Point.ZERO];
  for (const point of points) {
    for (const sum of [...sums]) sums.push(sum.add(point));
  }
  return sums;
}

async function firstOfOtherOrder(points) {
  for (let place = 0; place < points.length; place += 1) {
    if (!points[place].isTorsionFree()) return place;
    await breathe();
  }
  return -1;
}

// The place of the first key that may not stand on a roll, or -1.
export async function firstUnsound(keys) {
  const points = [];
  for (const key of keys) {
    const point = key.length === 32 ? soundPoint(key) : null;
    if (point === null) break;
    points.push(point);
    await breathe();
  }
  const isRight = points.length > FEW && (await arePrimeOrder(points));
  const bad = isRight ? -1 : await firstOfOtherOrder(points);
  return bad < 0 && points.length < keys.length ? points.length : bad;
}
