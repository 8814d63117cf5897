// Checks on the phone itself that an entry is in the record: inclusion proof, checkpoint, signature of the log.
import { sha256 } from "./vendor/noble-hashes-2.4.0/sha2.js";
import { FormError, concat, decimal, equal, fromBase64, toBase64, utf8 } from "./bytes.js";
import { LOG_KEY, openNote, parseVerifierKey } from "./notes.js";

const HEADER = "c2sp.org/tlog-proof@v1";
const MOST_HASHES = 63;
const EMPTY_ROOT = sha256(new Uint8Array(0));

export const leafHash = (entry) => sha256(concat(Uint8Array.of(0), entry));

// What a card carries to know its notary by: base64url of 16 bytes (FORMAT.md, "Keys").
export const anchorOf = (witness, statement) =>
  toBase64(sha256(utf8(`${witness}\n${statement}\n`)).slice(0, 16))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

export const nodeHash = (left, right) => sha256(concat(Uint8Array.of(1), left, right));

export function inclusionHolds(leaf, index, size, proof, root) {
  if (index >= size) return false;
  let [place, last, hash] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    if (last === 0n) return false;
    if (place % 2n === 1n || place === last) {
      hash = nodeHash(sibling, hash);
      while (place % 2n === 0n && place !== 0n) [place, last] = [place >> 1n, last >> 1n];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && equal(hash, root);
}

export function parseCheckpoint(text) {
  const [origin, sizeText, rootText, end, ...rest] = text.split("\n");
  if (!origin || end !== "" || rest.length > 0) throw new FormError("a checkpoint has three lines");
  const [size, root] = [decimal(sizeText), fromBase64(rootText, 32)];
  if (size === 0n && !equal(root, EMPTY_ROOT)) throw new FormError("a root for no entries");
  return { origin, size, root };
}

export function parseReceipt(text) {
  const split = text.indexOf("\n\n");
  if (split < 0) throw new FormError("not a receipt");
  const [header, indexLine, ...hashes] = text.slice(0, split).split("\n");
  if (header !== HEADER || !indexLine?.startsWith("index ") || hashes.length > MOST_HASHES) {
    throw new FormError("not a tlog-proof");
  }
  return {
    index: decimal(indexLine.slice("index ".length)),
    proof: hashes.map((hash) => fromBase64(hash, 32)),
    note: text.slice(split + 2),
  };
}

// `logKey`, `witnessKeys`: vkey texts. What the log signed, and which witnesses signed the same.
export function openHead(note, origin, logKey, witnessKeys = []) {
  const log = parseVerifierKey(logKey);
  if (log.type !== LOG_KEY || log.name !== origin) throw new FormError("that is not the key of this log");
  const { text, signers } = openNote(note, [log, ...witnessKeys.map(parseVerifierKey)]);
  if (!signers.includes(log)) throw new FormError("the log has not signed");
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== origin) throw new FormError("a head of another session");
  return {
    size: String(checkpoint.size),
    root: toBase64(checkpoint.root),
    note,
    witnesses: signers.filter((signer) => signer !== log).map((signer) => signer.name),
  };
}

export function openReceipt(text, origin, logKey, witnessKeys) {
  const { index, proof, note } = parseReceipt(text);
  return { index, proof, head: openHead(note, origin, logKey, witnessKeys) };
}

// Throws FormError, or says where the entry stands and which witnesses signed.
export function provedBy({ index, proof, head }, entry) {
  const bytes = typeof entry === "string" ? utf8(entry) : entry;
  if (!inclusionHolds(leafHash(bytes), index, BigInt(head.size), proof, fromBase64(head.root, 32))) {
    throw new FormError("the entry is not in the record");
  }
  return { index: Number(index), witnesses: head.witnesses };
}
