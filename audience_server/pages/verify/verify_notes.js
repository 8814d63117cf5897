// Keys, signed notes, checkpoints, cosignatures (C2SP), and the marks that people compare.
import { EMPTY_ROOT, digestOf } from "./merkle.js";
import { base64Of, utf8Bytes, decimalOf, entryText, FormError, fromBase64, hexOf, joined } from "./verify_bytes.js";

export const LOG_KEY = 1;
export const WITNESS_KEY = 4;

const MOST_SIGNATURES = 100;
const NAME = "[^\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000+]+";
const SIGNATURE_LINE = new RegExp(`^— (${NAME}) ([A-Za-z0-9+/=]+)$`);
const KEY_LINE = new RegExp(`^(${NAME})\\+([0-9a-f]{8})\\+([^\\n]+)$`);

// Four bytes in hex. They select a key, they never identify one.
export function keyIdOf(name, kind, key) {
  return hexOf(digestOf(joined(utf8Bytes(`${name}\n`), Uint8Array.of(kind), key)).subarray(0, 4));
}

// `name+id+base64(kind || key)`, the id checked.
export function readVerifierKey(text, kind) {
  const match = KEY_LINE.exec(text);
  if (!match) throw new FormError("not a key line name+id+base64");
  const blob = fromBase64(match[3], 33);
  if (blob[0] !== kind) throw new FormError(`key type ${blob[0]} where ${kind} belongs`);
  const key = blob.slice(1);
  if (keyIdOf(match[1], kind, key) !== match[2]) throw new FormError("key id does not fit the key");
  return { name: match[1], kind, key, keyId: match[2], vkey: text };
}

export function readSignature(line) {
  const match = SIGNATURE_LINE.exec(line);
  if (!match) throw new FormError("not a signature line");
  const blob = fromBase64(match[2]);
  if (blob.length < 5) throw new FormError("a signature is too short");
  return { name: match[1], keyId: hexOf(blob.subarray(0, 4)), blob: blob.slice(4) };
}

// A signed text that ends with LF, and its signatures.
export function readNote(bytes) {
  return noteOf(entryText(bytes));
}

export function noteOf(text) {
  const cut = text.lastIndexOf("\n\n");
  if (cut < 0 || !text.endsWith("\n")) throw new FormError("no empty line before the signatures, or no line end");
  const lines = text.slice(cut + 2, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) {
    throw new FormError(`${lines.length} signatures, at most ${MOST_SIGNATURES} are read`);
  }
  return { text: text.slice(0, cut + 1), signatures: lines.map(readSignature) };
}

// Whole notes one after the other: a note ends before the next line that does not begin with an em dash.
export function splitNotes(bytes) {
  const lines = entryText(bytes).split("\n");
  if (lines.pop() !== "") throw new FormError("the last line does not end");
  const notes = [];
  let start = 0;
  for (let place = 1; place <= lines.length; place += 1) {
    const isEnd = place === lines.length || !lines[place].startsWith("— ");
    if (!lines[place - 1].startsWith("— ") || !isEnd) continue;
    notes.push(noteOf(`${lines.slice(start, place).join("\n")}\n`));
    start = place;
  }
  if (start !== lines.length) throw new FormError("a checkpoint without signatures");
  return notes;
}

// Exactly three lines; a size of 0 has the root of nothing. The root is kept as base64.
export function readCheckpoint(text) {
  const lines = text.split("\n");
  if (lines.length !== 4 || lines[3] || !lines[0]) throw new FormError("a checkpoint has exactly three lines");
  const size = decimalOf(lines[1]);
  fromBase64(lines[2], 32);
  if (size === 0 && lines[2] !== base64Of(EMPTY_ROOT)) throw new FormError("size 0 with the root of something");
  return { origin: lines[0], size, root: lines[2] };
}

// A receipt (c2sp.org/tlog-proof@v1): an index, the hashes of its proof, a checkpoint.
export function readReceipt(bytes) {
  const gap = bytes.findIndex((byte, place) => byte === 10 && bytes[place + 1] === 10);
  const lines = entryText(gap < 0 ? bytes : bytes.subarray(0, gap)).split("\n");
  if (gap < 0 || lines[0] !== "c2sp.org/tlog-proof@v1" || !lines[1]?.startsWith("index ")) {
    throw new FormError("not a receipt (c2sp.org/tlog-proof@v1)");
  }
  if (lines.length > 66) throw new FormError("a proof has at most 64 hashes");
  const note = readNote(bytes.subarray(gap + 2));
  const proof = lines.slice(2).map((line) => fromBase64(line, 32));
  return { index: decimalOf(lines[1].slice(6)), proof, note, checkpoint: readCheckpoint(note.text) };
}

// Who signed each of the notes: {log, times (vkey -> time), failed (names)}. Unknown signatures are left alone; a
// failing one of a known key is named.
export async function signersOf(curve, notes, log, witnesses) {
  const known = new Map([log, ...witnesses].map((key) => [`${key.name} ${key.keyId}`, key]));
  const jobs = [];
  const claims = notes.map((note) => {
    const mine = note.signatures.filter((signature) => known.has(`${signature.name} ${signature.keyId}`));
    return mine.map((signature) => claimOf(note, known.get(`${signature.name} ${signature.keyId}`), signature, jobs));
  });
  const answers = await curve.verify(jobs);
  return claims.map((mine) => judge(mine, answers));
}

function claimOf(note, key, signature, jobs) {
  if (key.kind === LOG_KEY) {
    jobs.push({ key: key.key, message: utf8Bytes(note.text), signature: signature.blob });
    return { key, time: null, job: jobs.length - 1 };
  }
  if (signature.blob.length !== 72) return { key, time: null, job: -1 };
  const time = new DataView(signature.blob.buffer, signature.blob.byteOffset).getBigUint64(0);
  const message = utf8Bytes(`cosignature/v1\ntime ${time}\n${note.text}`);
  jobs.push({ key: key.key, message, signature: signature.blob.slice(8) });
  return { key, time, job: jobs.length - 1 };
}

function judge(claims, answers) {
  const signers = { log: false, times: new Map(), failed: [] };
  for (const { key, time, job } of claims) {
    if (job < 0 || !answers[job]) signers.failed.push(key.name);
    else if (key.kind === LOG_KEY) signers.log = true;
    else if (!signers.times.has(key.vkey)) signers.times.set(key.vkey, time);
  }
  return signers;
}

// 校验码: five groups of five digits.
export function fingerprintOf(origin, size, root) {
  const digest = hexOf(digestOf(utf8Bytes(`c1/fingerprint\n${origin}\n${size}\n${root}`)));
  const digits = (BigInt(`0x${digest}`) % 10n ** 25n).toString().padStart(25, "0");
  return digits.match(/.{5}/g).join(" ");
}

export function anchorOf(witnessKey, statementKey) {
  const digest = digestOf(utf8Bytes(`${witnessKey}\n${statementKey}\n`)).subarray(0, 16);
  return base64Of(digest).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
