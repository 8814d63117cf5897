// The code of a card: 20 characters, the last one a check character; read case-blind, with any separators.
import { sha256 } from "./vendor/noble-hashes-2.4.0/sha2.js";
import { hkdf } from "./vendor/noble-hashes-2.4.0/hkdf.js";
import { toHex, utf8 } from "./bytes.js";

export const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
export const CODE_LENGTH = 20;
export const GROUP_LENGTH = 5;
// In the place of a round: the key with which a card checks in.
export const CHECK_IN = "r00";

export const strip = (typed) => typed.toUpperCase().replace(/[\s\-–—·.]/g, "");

// null, or what is wrong: "characters", "length", "check".
export function fault(code) {
  if ([...code].some((character) => !ALPHABET.includes(character))) return "characters";
  if (code.length !== CODE_LENGTH) return "length";
  return checkCharacter(code.slice(0, -1)) === code[code.length - 1] ? null : "check";
}

export function checkCharacter(characters) {
  let sum = 0;
  [...characters].reverse().forEach((character, place) => {
    const product = ALPHABET.indexOf(character) * (place % 2 === 0 ? 2 : 1);
    sum += Math.floor(product / 32) + (product % 32);
  });
  return ALPHABET[(32 - (sum % 32)) % 32];
}

export const seedOf = (code) => sha256(utf8(`c1/card\n${code}`)).slice(0, 16);

export const roundSeed = (seed, origin, round) =>
  hkdf(sha256, seed, new Uint8Array(0), utf8(`c1/round-key\n${origin}\n${round}`), 32);

// Names a card in this phone's own storage; says nothing about the code.
export const cardId = (seed) => toHex(sha256(seed));
