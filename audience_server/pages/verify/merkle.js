// The tree of RFC 6962, and hashing that lets the page breathe.
import { sha256 } from "../phone/vendor/noble-hashes-2.4.0/sha2.js";
import { hexOf, joined } from "./verify_bytes.js";
import { breathe } from "./breath.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const SLICE = 1 << 20;

export const EMPTY_ROOT = sha256(new Uint8Array(0));

export const digestOf = (bytes) => sha256(bytes);

export const leafHash = (entry) => sha256(joined(LEAF, entry));

export const nodeHash = (left, right) => sha256(joined(NODE, left, right));

// SHA-256 in hex of bytes of any length.
export async function slowHexDigest(bytes) {
  const hash = sha256.create();
  for (let place = 0; place < bytes.length; place += SLICE) {
    hash.update(bytes.subarray(place, place + SLICE));
    await breathe();
  }
  return hexOf(hash.digest());
}

// size -> root for every wanted size that the leaves reach. `edge` holds the roots of the full subtrees, largest first.
export async function treeRoots(leaves, wanted) {
  const sizes = [...new Set(wanted)].filter((size) => size >= 0 && size <= leaves.length).sort((a, b) => b - a);
  const roots = new Map();
  const edge = [];
  for (let count = 0; count <= leaves.length; count += 1) {
    if (sizes.at(-1) === count) roots.set(sizes.pop(), foldEdge(edge));
    if (sizes.length === 0) break;
    grow(edge, leaves[count], count);
    if (count % 256 === 0) await breathe();
  }
  return roots;
}

function grow(edge, leaf, count) {
  let node = leaf;
  for (let done = count; done % 2 === 1; done = (done - 1) / 2) node = nodeHash(edge.pop(), node);
  edge.push(node);
}

function foldEdge(edge) {
  if (edge.length === 0) return EMPTY_ROOT;
  return edge.slice(0, -1).reduceRight((root, node) => nodeHash(node, root), edge.at(-1));
}

export function rootOf(leaves) {
  const edge = [];
  leaves.forEach((leaf, count) => grow(edge, leaf, count));
  return foldEdge(edge);
}

// The root that an inclusion proof leads to, or null when the proof has another shape (RFC 9162, 2.1.3.2).
export function inclusionRoot(leaf, index, size, proof) {
  if (index >= size) return null;
  let place = BigInt(index);
  let last = BigInt(size) - 1n;
  let node = leaf;
  for (const sibling of proof) {
    if (last === 0n) return null;
    if (place % 2n === 1n || place === last) {
      node = nodeHash(sibling, node);
      while (place % 2n === 0n && place > 0n) [place, last] = [place / 2n, last / 2n];
    } else {
      node = nodeHash(node, sibling);
    }
    [place, last] = [place / 2n, last / 2n];
  }
  return last === 0n ? node : null;
}

export const TILE_WIDTH = 256;

// tile/<level>/<number in groups of three>[.p/<width>]
export function tilePath(level, number, width = TILE_WIDTH) {
  const groups = [String(number % 1000).padStart(3, "0")];
  for (let rest = Math.floor(number / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  return `tile/${level}/${groups.join("/")}${width < TILE_WIDTH ? `.p/${width}` : ""}`;
}

// [path, bytes] of every hash tile.
export async function hashTiles(leaves) {
  const tiles = [];
  let hashes = leaves;
  for (let level = 0; hashes.length > 0; level += 1) {
    const above = [];
    for (let start = 0; start < hashes.length; start += 256) {
      const part = hashes.slice(start, start + 256);
      tiles.push([tilePath(level, start / 256, part.length), joined(...part)]);
      if (part.length === 256) above.push(rootOf(part));
      await breathe();
    }
    hashes = above;
  }
  return tiles;
}
