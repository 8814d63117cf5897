// The two entries a phone makes: its check-in and its ballots. Same words in, same bytes out.
import { sha256 } from "./vendor/noble-hashes-2.4.0/sha2.js";
import { concat, toBase64, utf8 } from "./bytes.js";
import { publicKey, sign } from "./ed25519.js";
import { signatureLine } from "./notes.js";

const SIGNER = "card";
export const HIGHEST_COUNTER = 15;

export function buildPresent(origin, seed) {
  const key = publicKey(seed);
  return signed(`c1/present\n${origin}\n${toBase64(key)}\n`, key, seed);
}

export function buildBallot(origin, window, seed, counter, commitment) {
  const key = publicKey(seed);
  const text = `c1/ballot\n${origin}\n${window}\n${toBase64(key)}\n${counter}\nm1 ${toBase64(commitment)}\n`;
  return signed(text, key, seed);
}

export function commitmentOf(origin, window, key, counter, nonce, choice) {
  const head = utf8(`c1/choice\n${origin}\n${window}\n${toBase64(key)}\n${counter}\n`);
  return sha256(concat(head, nonce, utf8(choice)));
}

function signed(text, key, seed) {
  return `${text}\n${signatureLine(SIGNER, key, sign(seed, utf8(text)))}`;
}
