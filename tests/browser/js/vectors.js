// Runs the shared vectors against the page's own modules; returns a list of what went wrong and how many cases ran.
import { fromBase64, fromHex, toBase64, toHex, utf8 } from "/bytes.js";
import { cardId, fault, roundSeed, seedOf, strip } from "/codes.js";
import { isRollKey, publicKey, verify } from "/ed25519.js";
import { buildBallot, buildPresent, commitmentOf } from "/entries.js";
import { openNote, parseVerifierKey } from "/notes.js";
import { consistencyHolds, consistencyProof, Tiles, tileNumber } from "/linking.js";
import { inclusionHolds, leafHash, nodeHash, openReceipt, parseCheckpoint, provedBy } from "/receipts.js";

class Tally {
  ran = 0;
  wrong = [];

  same(expected, found, what) {
    this.ran += 1;
    if (expected !== found) this.wrong.push(`${what}: expected ${expected}, found ${found}`);
  }
}

const accepts = (attempt) => {
  try {
    attempt();
    return true;
  } catch (error) {
    if (error.constructor.name !== "FormError") throw error;
    return false;
  }
};

function basics(vectors, tally) {
  const { origin } = vectors;
  const { valid, valid_as_typed: typed, invalid } = vectors.check_character;
  for (const code of valid) tally.same(null, fault(code), code);
  for (const each of typed) tally.same(each.code, strip(each.typed), each.typed);
  for (const code of invalid) tally.same(false, fault(code) === null, code);
  for (const card of vectors.cards) {
    const seed = seedOf(card.code);
    tally.same(card.seed_hex, toHex(seed), card.code);
    tally.same(64, cardId(seed).length, "card id");
    for (const [round, keys] of Object.entries(card.round_keys)) {
      tally.same(keys.ed25519_seed_hex, toHex(roundSeed(seed, origin, round)), `${card.code} ${round}`);
      tally.same(keys.public_key_b64, toBase64(publicKey(roundSeed(seed, origin, round))), `${card.code} ${round}`);
    }
  }
  for (const each of vectors.present) {
    const entry = buildPresent(origin, roundSeed(seedOf(each.code), origin, "r00"));
    tally.same(each.entry, entry, `present ${each.code}`);
    tally.same(each.leaf_hash_hex, toHex(leafHash(utf8(entry))), `present leaf ${each.code}`);
  }
  for (const each of vectors.ballots) {
    const seed = roundSeed(seedOf(each.code), origin, each.round);
    const commitment = commitmentOf(
      origin,
      each.window,
      publicKey(seed),
      each.q,
      fromBase64(each.nonce_b64),
      each.choice,
    );
    tally.same(each.commitment_b64, toBase64(commitment), `commitment ${each.window} ${each.q}`);
    tally.same(
      each.entry,
      buildBallot(origin, each.window, seed, each.q, commitment),
      `ballot ${each.window} ${each.q}`,
    );
  }
  const log = parseVerifierKey(vectors.log.log_vkey);
  const { text } = openNote(vectors.log.checkpoint, [log]);
  tally.same(vectors.log.root_b64, toBase64(parseCheckpoint(text).root), "checkpoint");
}

function rfc6962(vectors, tally) {
  const rules = vectors.hash_rules;
  tally.same(rules.empty_leaf, toHex(leafHash(new Uint8Array(0))), "empty leaf");
  tally.same(rules.leaf_L123456, toHex(leafHash(utf8("L123456"))), "leaf");
  tally.same(rules.node_N123_N456, toHex(nodeHash(utf8("N123"), utf8("N456"))), "node");
  const { ct8, big } = vectors;
  const inclusions = [
    ...ct8.inclusion.map((each) => ({
      ...each,
      leaf_hash: ct8.leaf_hashes[each.index],
      root: ct8.roots_by_size[each.size],
      want: true,
    })),
    ...big.inclusion.map((each) => ({
      ...each,
      leaf_hash: toHex(leafHash(utf8(`entry-${each.index}`))),
      root: big.roots[each.size],
      want: true,
    })),
    ...vectors.reject.filter((each) => each.kind === "inclusion").map((each) => ({ ...each, want: false })),
  ];
  for (const each of inclusions) {
    const holds = inclusionHolds(
      fromHex(each.leaf_hash),
      BigInt(each.index),
      BigInt(each.size),
      each.proof.map(fromHex),
      fromHex(each.root),
    );
    tally.same(each.want, holds, `inclusion ${each.index} of ${each.size} ${each.why ?? ""}`);
  }
  consistencies(vectors, tally);
}

function consistencies({ ct8, big, reject }, tally) {
  const rooted = (cases, roots) =>
    cases.map((each) => ({ ...each, root1: roots[each.size1], root2: roots[each.size2], want: true }));
  const cases = [
    ...rooted(ct8.consistency, ct8.roots_by_size),
    ...rooted(big.consistency, big.roots),
    ...reject.filter((each) => each.kind === "consistency").map((each) => ({ ...each, want: false })),
  ];
  for (const each of cases) {
    const [root1, root2, proof] = [fromHex(each.root1), fromHex(each.root2), each.proof.map(fromHex)];
    const holds = consistencyHolds(BigInt(each.size1), BigInt(each.size2), proof, root1, root2);
    tally.same(each.want, holds, `consistency ${each.size1} of ${each.size2} ${each.why ?? ""}`);
  }
}

// From the tiles of one tree: the root of every size asked for, and the proofs that the vectors hold.
async function tiles({ tree, paths }, tally) {
  const size = BigInt(tree.size);
  for (const [number, path] of Object.entries(paths)) tally.same(path, tileNumber(BigInt(number)), "tile number");
  const fetched = (path) => {
    if (tree.tiles[path] === undefined) throw new Error(`there is no ${path}`);
    return fromBase64(tree.tiles[path]);
  };
  const held = new Tiles(size, fetched);
  for (const [older, root] of Object.entries(tree.roots)) {
    tally.same(root, toHex(await held.root(0n, BigInt(older))), `root of ${older}`);
    const proof = await consistencyProof(BigInt(older), size, held);
    tally.same(JSON.stringify(tree.proofs[older]), JSON.stringify(proof.map(toHex)), `proof of ${older}`);
    tally.same(
      true,
      consistencyHolds(BigInt(older), size, proof, fromHex(root), fromHex(tree.roots[tree.size])),
      `${older} of ${tree.size}`,
    );
  }
}

function signedNotes(vectors, tally) {
  for (const { vkey, why } of vectors.bad_vkeys)
    tally.same(
      false,
      accepts(() => parseVerifierKey(vkey)),
      why,
    );
  for (const each of vectors.cases) {
    const known = vectors.keys
      .filter((key) => each.trusted.includes(key.name))
      .map((key) => parseVerifierKey(key.vkey));
    const note = each.note_hex === undefined ? each.note : fromHex(each.note_hex);
    const ok = accepts(() => {
      if (openNote(note, known).signers.length === 0) throw new (class FormError extends Error {})("unverified");
    });
    tally.same((each.want_strict ?? each.want) === "ok", ok, each.why);
  }
}

function checkpoints(vectors, tally) {
  for (const each of vectors.cases) {
    const name = each.why;
    tally.same(
      each.want === "ok",
      accepts(() => parseCheckpoint(each.text)),
      name,
    );
  }
}

function receipts(vectors, tally) {
  const origin = vectors.log_vkey.split("+")[0];
  for (const each of vectors.cases) {
    const ok = accepts(() => {
      const opened = openReceipt(each.proof, origin, vectors.log_vkey, vectors.cosigner_vkeys);
      const found = provedBy(opened, fromHex(each.entry_hex));
      if (found.witnesses.length < vectors.cosigner_vkeys.length)
        throw new (class FormError extends Error {})("quorum");
    });
    tally.same(each.want === "ok", ok, each.why ?? "receipt");
  }
}

function ed25519(vectors, tally) {
  for (const each of vectors.cases) {
    const [key, message, signature] = [fromHex(each.public_key), utf8(each.message), fromHex(each.signature)];
    tally.same(each.want, verify(key, message, signature), each.why);
    tally.same(each.want_with_roll_rule, verify(key, message, signature) && isRollKey(key), `${each.why} (roll)`);
  }
}

const SUITES = {
  "c1-basics": basics,
  rfc6962,
  "signed-note": signedNotes,
  checkpoint: checkpoints,
  "tlog-proof": receipts,
  "ed25519-strict": ed25519,
  tiles,
};

export async function runVectors(name, vectors) {
  const tally = new Tally();
  await SUITES[name](vectors, tally);
  return { ran: tally.ran, wrong: tally.wrong };
}
