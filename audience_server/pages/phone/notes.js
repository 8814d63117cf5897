// C2SP signed notes: a text and its signatures, read strictly. A failing signature of a known key kills a note.
import { sha256 } from "./vendor/noble-hashes-2.4.0/sha2.js";
import { FormError, concat, equal, fromBase64, fromHex, fromUtf8, toBase64, utf8 } from "./bytes.js";
import { verify } from "./ed25519.js";

export const LOG_KEY = 1;
export const WITNESS_KEY = 4;
const MOST_SIGNATURES = 100;
const FORBIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/;
const NAME = /^[^\s+]+$/u;

export const keyId = (name, type, key) => sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), key)).slice(0, 4);

export function signatureLine(name, key, signature) {
  return `— ${name} ${toBase64(concat(keyId(name, LOG_KEY, key), signature))}\n`;
}

export function parseVerifierKey(text) {
  const [, name, idText, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/u.exec(text) ?? [];
  if (name === undefined) throw new FormError("not a vkey");
  const bytes = fromBase64(encoded);
  const [type, key, id] = [bytes[0], bytes.slice(1), fromHex(idText)];
  if (![LOG_KEY, WITNESS_KEY].includes(type) || key.length !== 32) throw new FormError("not an Ed25519 vkey");
  if (!equal(keyId(name, type, key), id)) throw new FormError("key id does not fit the key");
  return { name, type, key, id };
}

export function parseNote(note) {
  const raw = typeof note === "string" ? note : fromUtf8(note);
  const split = raw.lastIndexOf("\n\n");
  if (split < 0 || !raw.endsWith("\n") || FORBIDDEN.test(raw) || fromUtf8(utf8(raw)) !== raw) {
    throw new FormError("not a signed note");
  }
  const lines = raw.slice(split + 2, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) throw new FormError("too many signatures");
  return { text: raw.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line) {
  const [dash, name, encoded, ...rest] = line.split(" ");
  if (dash !== "—" || !NAME.test(name ?? "") || encoded === undefined || rest.length > 0) {
    throw new FormError("not a signature line");
  }
  const bytes = fromBase64(encoded);
  if (bytes.length < 5) throw new FormError("signature too short");
  return { name, id: bytes.slice(0, 4), bytes: bytes.slice(4) };
}

// The text, and those of the known keys that signed it.
export function openNote(note, known) {
  const { text, signatures } = parseNote(note);
  const signers = new Set();
  for (const signature of signatures) {
    const key = known.find((each) => each.name === signature.name && equal(each.id, signature.id));
    if (key === undefined) continue;
    if (!signatureHolds(key, text, signature.bytes)) throw new FormError(`the signature of ${key.name} is wrong`);
    signers.add(key);
  }
  return { text, signers: [...signers] };
}

function signatureHolds(key, text, bytes) {
  if (key.type === LOG_KEY) return verify(key.key, utf8(text), bytes);
  if (bytes.length !== 72) return false;
  const time = bytes.slice(0, 8).reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
  return verify(key.key, utf8(`cosignature/v1\ntime ${time}\n${text}`), bytes.slice(8));
}
