// A smaller head must be a prefix of a larger one: an RFC 6962 consistency proof, made here from C2SP hash tiles.
import { FormError, equal, fromBase64, fromUtf8 } from "./bytes.js";
import { nodeHash, openHead } from "./receipts.js";

const HASH = 32;
const TILE = 256n;
const ANSWER_WITHIN = 20_000;

// The server gave no answer, or none that has the form of one.
class NotReached extends Error {}

// Compares the heads that `voter` has seen with the newest one that the server shows to everybody, and with each other.
// False when the server did not give what is needed.
export async function linkHeads({ heads, logKey }) {
  try {
    heads.saw(openHead(fromUtf8(await fetched("checkpoint")), heads.origin, logKey));
    if (heads.fork !== null) return true;
    const { linked, waiting } = heads.kept;
    const rising = [linked[linked.length - 1], ...waiting].sort(bySize);
    const largest = rising.pop();
    const tiles = new Tiles(sizeOf(largest), fetched);
    for (const head of rising) {
      if (!(await isPrefix(head, largest, tiles))) heads.accuse(head, largest);
    }
    if (heads.fork === null) heads.link(rising, largest);
    return true;
  } catch (error) {
    if (!(error instanceof NotReached || error instanceof FormError)) throw error;
    return false;
  }
}

const sizeOf = ({ size }) => BigInt(size);
const bySize = (left, right) => (sizeOf(left) < sizeOf(right) ? -1 : 1);
const rootOf = ({ root }) => fromBase64(root, HASH);

async function isPrefix(older, newer, tiles) {
  const proof = await consistencyProof(sizeOf(older), sizeOf(newer), tiles);
  return consistencyHolds(sizeOf(older), sizeOf(newer), proof, rootOf(older), rootOf(newer));
}

async function fetched(path) {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), ANSWER_WITHIN);
  try {
    const answer = await fetch(`record/${path}`, { cache: "no-store", signal: stop.signal });
    if (!answer.ok) throw new NotReached();
    return new Uint8Array(await answer.arrayBuffer());
  } catch {
    throw new NotReached();
  } finally {
    clearTimeout(late);
  }
}

const pairsOf = (row) => Array.from({ length: row.length / 2 }, (_, at) => [row[2 * at], row[2 * at + 1]]);

// The hash tiles of the tree of `size` leaves, each fetched once.
export class Tiles {
  constructor(size, fetch) {
    Object.assign(this, { size, fetch });
    this.held = new Map();
  }

  // The root of the leaves first..last-1, which are a range of the RFC's splits.
  async root(first, last) {
    const width = last - first;
    if ((width & (width - 1n)) === 0n) return this.subtree(first, width);
    const middle = first + half(width);
    return nodeHash(await this.root(first, middle), await this.root(middle, last));
  }

  // A complete subtree is one hash, or the fold of a few neighbours, of one tile.
  async subtree(first, width) {
    let [level, place, count] = [0, first, width];
    for (; count >= TILE; level += 1) [place, count] = [place / TILE, count / TILE];
    const tile = await this.tile(level, place / TILE);
    const start = Number(place % TILE);
    let row = Array.from({ length: Number(count) }, (_, at) => tile.slice((start + at) * HASH).slice(0, HASH));
    while (row.length > 1) row = pairsOf(row).map(([left, right]) => nodeHash(left, right));
    return row[0];
  }

  async tile(level, number) {
    const rest = this.size / TILE ** BigInt(level) - number * TILE;
    const width = rest < TILE ? rest : TILE;
    const path = `tile/${level}/${tileNumber(number)}${width < TILE ? `.p/${width}` : ""}`;
    if (!this.held.has(path)) this.held.set(path, await this.fetch(path));
    const tile = this.held.get(path);
    if (tile.length !== Number(width) * HASH) throw new NotReached();
    return tile;
  }
}

// 1234067 -> x001/x234/067
export function tileNumber(number) {
  const digits = String(number);
  const [last, ...before] = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.../g).reverse();
  return [...before.map((group) => `x${group}`).reverse(), last].join("/");
}

// The largest power of two below `width`.
function half(width) {
  let power = 1n;
  while (2n * power < width) power *= 2n;
  return power;
}

// RFC 6962, 2.1.2.
export async function consistencyProof(older, newer, tiles) {
  const proof = [];
  let [first, last, isWhole] = [0n, newer, true];
  if (older === 0n) return proof;
  while (older < last) {
    const middle = first + half(last - first);
    if (older <= middle) {
      proof.unshift(await tiles.root(middle, last));
      last = middle;
    } else {
      proof.unshift(await tiles.root(first, middle));
      [first, isWhole] = [middle, false];
    }
  }
  return isWhole ? proof : [await tiles.root(first, last), ...proof];
}

// RFC 9162, 2.1.4.2; what no entries are a prefix of is everything.
export function consistencyHolds(older, newer, proof, olderRoot, newerRoot) {
  if (older === 0n) return proof.length === 0;
  if (older === newer) return proof.length === 0 && equal(olderRoot, newerRoot);
  if (older > newer || proof.length === 0) return false;
  const [start, ...rest] = (older & (older - 1n)) === 0n ? [olderRoot, ...proof] : proof;
  let [place, last, left, right] = [older - 1n, newer - 1n, start, start];
  while (place % 2n === 1n) [place, last] = [place >> 1n, last >> 1n];
  for (const hash of rest) {
    if (last === 0n) return false;
    if (place % 2n === 1n || place === last) {
      [left, right] = [nodeHash(hash, left), nodeHash(hash, right)];
      while (place % 2n === 0n && place !== 0n) [place, last] = [place >> 1n, last >> 1n];
    } else {
      right = nodeHash(right, hash);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && equal(left, olderRoot) && equal(right, newerRoot);
}
