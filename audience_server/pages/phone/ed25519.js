// Ed25519 in plain code (browsers offer none on plain http), and the one verification rule of the record: libsodium's.
import * as noble from "./vendor/noble-ed25519-3.2.0/index.js";
import { sha512 } from "./vendor/noble-hashes-2.4.0/sha2.js";
import { concat, equal } from "./bytes.js";

noble.hashes.sha512 = sha512;

const ORDER = noble.Point.CURVE().n;

const littleEndian = (bytes) => bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);

export const publicKey = (seed) => noble.getPublicKey(seed);

export const sign = (seed, message) => noble.sign(message, seed);

// noble's own verify accepts signatures that only satisfy the cofactored equation; two verifiers must never disagree.
export function verify(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const encodedR = signature.slice(0, 32);
  const s = littleEndian(signature.slice(32));
  if (s >= ORDER) return false;
  const a = strictPoint(key);
  if (a === null || strictPoint(encodedR) === null) return false;
  const k = littleEndian(sha512(concat(encodedR, key, message))) % ORDER;
  const sB = noble.Point.BASE.multiply(s, false);
  return equal(sB.subtract(a.multiply(k, false)).toBytes(), encodedR);
}

// Keys of a roll must also lie in the prime-order subgroup.
export function isRollKey(key) {
  const point = key.length === 32 ? strictPoint(key) : null;
  return point !== null && point.isTorsionFree();
}

function strictPoint(bytes) {
  let point;
  try {
    point = noble.Point.fromBytes(bytes, false);
  } catch {
    return null;
  }
  return point.isSmallOrder() || !equal(point.toBytes(), bytes) ? null : point;
}
