// libsodium's sealed box: only who holds the secret half of an X25519 key can read what was sealed for it.
// Curve25519 is the Edwards curve of the signatures in other coordinates (RFC 7748): its vendored code serves here too.
import { Point, etc } from "./vendor/noble-ed25519-3.2.0/index.js";
import { hsalsa, secretbox } from "./vendor/noble-ciphers-2.4.0/salsa.js";
import { blake2b } from "./vendor/noble-hashes-2.4.0/blake2.js";
import { FormError, concat, fromBase64, utf8 } from "./bytes.js";

const { p: PRIME, n: ORDER } = Point.CURVE();
const SIGMA = utf8("expand 32-byte k");

const littleEndian = (bytes) => bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);

const toBytes = (number) => Uint8Array.from({ length: 32 }, (_, place) => Number((number >> BigInt(8 * place)) & 255n));

const words = (bytes) => new Uint32Array(bytes.slice().buffer);

const divided = (left, right) => etc.mod(left * etc.invert(etc.mod(right, PRIME), PRIME), PRIME);

// u = (1 + y) / (1 - y), and back; either of the two points with that u leads to the same secret.
const montgomery = (point) => toBytes(divided(1n + point.y, 1n - point.y));

function edwards(key) {
  const u = littleEndian(key);
  if (u >= PRIME || u === PRIME - 1n) throw new FormError("not a canonical X25519 key");
  const point = Point.fromBytes(toBytes(divided(u - 1n, u + 1n)), false);
  if (point.isSmallOrder() || !point.isTorsionFree()) throw new FormError("not the key of an X25519 secret");
  return point;
}

function boxKey(shared) {
  const key = new Uint32Array(8);
  hsalsa(words(SIGMA), words(shared), new Uint32Array(4), key);
  return new Uint8Array(key.buffer);
}

// `receiver`: base64 of the office's key. The scalar is used once and nobody keeps it, not even this phone.
export function seal(message, receiver, random) {
  const key = fromBase64(receiver, 32);
  const once = (littleEndian(random(64)) % (ORDER - 1n)) + 1n;
  const sender = montgomery(Point.BASE.multiply(once));
  const shared = montgomery(edwards(key).multiply(once));
  const nonce = blake2b(concat(sender, key), { dkLen: 24 });
  return concat(sender, secretbox(boxKey(shared), nonce).seal(message));
}
