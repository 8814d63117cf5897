// Steps 1 to 4: the archive, the rules and keys, the manifest, the checkpoints.
import { breathe } from "./breath.js";
import { slowHexDigest } from "./merkle.js";
import { claimsOf, faultOf, isByFirstNotary, VerifyCase } from "./step_case.js";
import { beginningOf, utf8Bytes, entryText, FormError, sameBytes } from "./verify_bytes.js";
import {
  anchorOf, LOG_KEY, readCheckpoint, readNote, readVerifierKey, signersOf, splitNotes, WITNESS_KEY,
} from "./verify_notes.js";
import { policyText, readRules } from "./verify_rules.js";
import { readTar } from "./verify_tar.js";

const HISTORY_PART = 64;
const FIRST_BYTES = utf8Bytes("c1/bundle 1\n");

// 1  E101, and whether it is a bundle at all: its files, or null.
export function checkArchive(report, bytes) {
  const tar = readTar(bytes);
  const [name, data] = tar.files.entries().next().value ?? ["", new Uint8Array(0)];
  if (name !== "C1" || !sameBytes(data.subarray(0, FIRST_BYTES.length), FIRST_BYTES)) {
    report.isBundle = false;
    report.skip("E101–E511");
    return null;
  }
  for (const [expected, found] of tar.faults) report.add("E101", null, expected, found);
  if (!tar.isReadable) {
    report.skip("E102–E511");
    return null;
  }
  return tar.files;
}

// What a reader refuses is a failed check; anything else is a mistake of this program.
export function readOr(read, refused) {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FormError)) throw error;
    refused(error);
    return null;
  }
}

// 2  E104 E105 W106 W107, and the parts without which nothing can be checked: the case, or null.
export async function checkRulesAndKeys(report, files, given) {
  const missing = ["policy.txt", "rules.toml"].filter((path) => !files.has(path));
  for (const path of missing) report.add("E102", null, path, "missing");
  if (missing.length > 0) return null;
  const refusedRules = (error) => report.add("E452", null, "a readable session file", error);
  const rules = readOr(() => readRules(files.get("rules.toml")), refusedRules);
  if (rules === null) return null;
  report.names = rules.names;
  const refusedKeys = (error) => report.add("E104", null, "a readable policy", error);
  const keys = readOr(() => keysOf(files.get("policy.txt"), rules), refusedKeys);
  if (keys === null) return null;
  const digests = new Map();
  for (const [path, data] of files) digests.set(path, await slowHexDigest(data));
  const vcase = new VerifyCase({ report, files, digests, rules, ...keys, ...given });
  checkOrigin(vcase);
  checkPolicy(vcase, given.anchor);
  return vcase;
}

function keysOf(policy, rules) {
  const first = entryText(policy).split("\n")[0];
  if (!first.startsWith("log ")) throw new FormError("policy.txt does not begin with the log's key");
  const log = readVerifierKey(first.slice(4), LOG_KEY);
  const witnesses = [...rules.notaries, ...rules.observers].map(({ witness }) => readVerifierKey(witness, WITNESS_KEY));
  const statements = rules.notaries.map(({ statement }) => readVerifierKey(statement, LOG_KEY));
  return { log, witnesses, statements };
}

// The origin is the log key's name; C1 says it too, and the session file says how it begins.
function checkOrigin({ report, files, rules, origin }) {
  report.origin = origin;
  const live = rules.origin;
  if (!sameBytes(files.get("C1"), utf8Bytes(`c1/bundle 1\n${origin}\n`))) {
    report.add("E203", null, origin, beginningOf(files.get("C1")));
  }
  const isRehearsal = origin.startsWith(live) && /^\/rehearsal-[0-9]{8}T[0-9]{6}Z$/.test(origin.slice(live.length));
  if (origin !== live && !isRehearsal) report.add("E203", null, live, origin);
  report.kind = "live";
  if (origin !== live) callRehearsal(report);
}

export function callRehearsal(report) {
  if (report.kind === "rehearsal") return;
  report.kind = "rehearsal";
  report.add("W108", null, "a live session", "rehearsal");
}

function checkPolicy(vcase, anchor) {
  const { report, rules, files, log, witnesses } = vcase;
  const expected = policyText(rules, log);
  if (!sameBytes(files.get("policy.txt"), utf8Bytes(expected))) {
    report.add("E104", null, expected, beginningOf(files.get("policy.txt")));
  }
  if (witnesses.length === 0) report.add("W106", null, "a witness", "none");
  if (anchor !== null) {
    const [first] = rules.notaries;
    const found = first ? anchorOf(first.witness, first.statement) : "no notary";
    if (anchor !== found) report.add("E105", null, anchor, found);
    else vcase.isAnchored = true;
  } else if (witnesses.length > 0) {
    report.add("W107", null, "an anchor", "none given");
  }
}

// 3  E103 E201: the manifest
export async function checkManifest(vcase) {
  const { report, files, origin } = vcase;
  if (!files.has("manifest.note")) return;
  const note = readOr(() => readNote(files.get("manifest.note")), (error) => {
    report.add("E201", null, "a signed note", error);
    report.skip("E103");
  });
  if (note === null) return;
  const fault = await signersFault(note, vcase);
  if (fault) report.add("E201", null, "the log, then the notaries the session asks for", fault);
  vcase.isManifestVouched = fault === null && isByFirstNotary(note, vcase);
  const lines = note.text.split("\n");
  if (lines[0] !== "c1/manifest" || lines.length < 5) {
    report.add("E103", null, "c1/manifest, origin, size, root, files", lines[0]);
    return;
  }
  if (lines[1] !== origin) report.add("E203", null, origin, `manifest.note: ${lines[1]}`);
  checkManifestHead(vcase, lines[2], lines[3]);
  checkManifestLines(vcase, lines.slice(4, -1));
}

async function signersFault(note, vcase) {
  const claims = claimsOf(note, vcase);
  return faultOf(claims, await vcase.curve.verify(claims.jobs));
}

function checkManifestHead({ report, files }, size, root) {
  if (!files.has("checkpoint")) return;
  const head = readOr(() => readCheckpoint(readNote(files.get("checkpoint")).text), () => {});
  if (head !== null && (size !== String(head.size) || root !== head.root)) {
    report.add("E103", null, `${head.size} ${head.root}`, `manifest.note: ${size} ${root}`);
  }
}

function checkManifestLines(vcase, lines) {
  const { report, files, digests } = vcase;
  const listed = [];
  for (const line of lines) {
    const [digest, length = "", path = ""] = line.split(" ");
    listed.push(path);
    if (!files.has(path)) continue;
    const found = { path, sha256: digests.get(path), length: files.get(path).length };
    report.files.push(found);
    if (line !== `${found.sha256} ${found.length} ${path}`) {
      report.add("E103", null, `${path} ${digest} ${length}`, found.sha256);
    }
  }
  const there = [...files.keys()].filter((path) => path !== "manifest.note");
  vcase.listed = listed;
  const isSame = (a, b) => a.length === b.length && a.every((path, place) => path === b[place]);
  if (isSame([...listed].sort(), [...there].sort()) && !isSame(listed, there)) {
    report.add("E103", null, "the order of the archive", "another order in the manifest");
  }
  if (new Set(listed).size !== listed.length) {
    report.add("E103", null, "every file once", "a file twice in the manifest");
  }
}

// 4  E202–E207: the checkpoint and the history
export async function checkCheckpoints(vcase) {
  if (vcase.files.has("checkpoint")) vcase.checkpoint = await lastCheckpoint(vcase);
  if (vcase.files.has("history")) await readHistory(vcase);
}

async function readHistory(vcase) {
  const { report, files } = vcase;
  const heads = readOr(
    () => splitNotes(files.get("history")).map((note) => ({ note, head: readCheckpoint(note.text) })),
    (error) => report.add("E202", null, "history: checkpoints one after the other", error),
  );
  if (heads === null) return;
  for (let start = 0; start < heads.length; start += HISTORY_PART) {
    const part = heads.slice(start, start + HISTORY_PART);
    const signed = await signersOf(vcase.curve, part.map(({ note }) => note), vcase.log, vcase.witnesses);
    part.forEach(({ head }, place) => takeHead(vcase, head, signed[place]));
    vcase.progress(start + part.length, heads.length, "checkpoints");
    await breathe();
  }
  checkSizes(report, heads.map(({ head }) => head.size), vcase.checkpoint);
}

function takeHead({ report, origin, history }, head, signers) {
  if (head.origin !== origin) report.add("E203", null, origin, `history: ${head.origin}`);
  if (!signers.log || signers.failed.length > 0) {
    report.add("E206", head.size, "good signatures", `fails: ${signers.failed.join(", ") || "log is missing"}`);
  }
  history.push({ head, signers });
}

function checkSizes(report, sizes, checkpoint) {
  const fall = sizes.findIndex((size, place) => place > 0 && sizes[place - 1] >= size);
  if (sizes.length === 0 || sizes[0] < 1 || fall > 0) {
    const found = fall > 0 ? `${sizes[fall]} after ${sizes[fall - 1]}` : String(sizes[0] ?? "nothing");
    report.add("E207", null, "sizes that rise from 1 or more", found);
  }
  if (checkpoint && sizes.at(-1) !== checkpoint.size) {
    report.add("E207", null, `last size ${checkpoint.size}`, String(sizes.at(-1) ?? "nothing"));
  }
}

async function lastCheckpoint(vcase) {
  const { report, files, origin, log, witnesses, curve } = vcase;
  const read = readOr(
    () => {
      const note = readNote(files.get("checkpoint"));
      return { note, head: readCheckpoint(note.text) };
    },
    (error) => report.add("E202", null, "a signed checkpoint", error),
  );
  if (read === null) return null;
  if (read.head.origin !== origin) report.add("E203", null, origin, read.head.origin);
  const [signers] = await signersOf(curve, [read.note], log, witnesses);
  vcase.cosigners = signers;
  if (!signers.log || signers.failed.includes(log.name)) {
    report.add("E204", null, "the log's signature", signers.failed.length > 0 ? "it fails" : "missing");
  }
  if (!vcase.hasQuorum(signers) || signers.failed.some((name) => name !== log.name)) {
    const found = `${signers.times.size} good, failing: ${signers.failed.join(", ")}`;
    report.add("E205", null, vcase.quorumWords, found);
  }
  return read.head;
}
