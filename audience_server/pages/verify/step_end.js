// Steps 11 and 12: witnesses over time, receipts, the files that must be there.
import { readEntry } from "./entry_forms.js";
import { inclusionRoot, tilePath, treeRoots } from "./merkle.js";
import { readOr } from "./step_beginning.js";
import { stands } from "./step_case.js";
import { entryAt } from "./step_tree.js";
import { base64Of } from "./verify_bytes.js";
import { readReceipt, signersOf } from "./verify_notes.js";
import { cardPanels, rollRounds } from "./verify_rules.js";

// 11  E105 (nothing signed) E461 W463 E482 E511
export async function checkWitnessesAndReceipts(vcase, receipts) {
  const { report, witnesses, history, seal } = vcase;
  if (witnesses.length > 0) {
    checkWitnessTimes(vcase);
    checkGaps(vcase);
  }
  if (vcase.isAnchored) checkAnchor(vcase);
  if (witnesses.length > 0 && seal !== null) {
    const covering = history.find(({ head }) => head.size > seal);
    if (!covering || !vcase.hasQuorum(covering.signers)) {
      report.add("E482", seal, vcase.quorumWords, covering ? String(covering.signers.times.size) : "no checkpoint");
    }
  }
  for (const bytes of receipts) report.receipts.push(await checkReceipt(vcase, bytes));
}

// The anchor's keys stand in the session file; they must also have signed, best the whole: FORMAT, section 12.
function checkAnchor({ report, origin, witnesses, history, checkpoint, cosigners, leaves, ...vcase }) {
  const size = leaves.length;
  const heads = checkpoint ? [...history, { head: checkpoint, signers: cosigners }] : history;
  const mine = heads.filter(({ head, signers }) => head.origin === origin && signers.times.has(witnesses[0].vkey));
  const sizes = mine.map(({ head }) => head.size);
  if (vcase.isManifestVouched) sizes.push(size);
  if (vcase.isEntry0Vouched) sizes.push(1);
  const vouched = sizes.reduce((most, each) => (each > most ? each : most), 0);
  if (vouched === 0) report.add("E105", null, "a signature of the anchor's notary", "none");
  else if (vouched < size) report.add("W463", vouched, `a signature of the anchor's notary at size ${size}`, "none");
}

function checkWitnessTimes({ report, witnesses, history }) {
  for (const key of witnesses) {
    let last = 0n;
    for (const { head, signers } of history) {
      const time = signers.times.get(key.vkey) ?? last;
      if (time < last) report.add("E461", null, `${key.name}: ${last} or later at size ${head.size}`, String(time));
      else last = time;
    }
  }
}

// W463: a lock or zero whose first checkpoint lacks the quorum (of the seal E482 says it); once a run of such heads.
function checkGaps(vcase) {
  const { report, windows, zero, history, quorumWords } = vcase;
  const marks = [...windows.values()].filter(stands).map(({ tally }) => tally);
  if (zero !== null) marks.push(zero);
  let [covered, runStart, runHolds] = [0, 0, false];
  for (const { head, signers } of history) {
    if (vcase.hasQuorum(signers)) {
      if (runHolds) report.add("W463", runStart, quorumWords, `none before size ${head.size}`);
      [runStart, runHolds] = [head.size, false];
    } else {
      const before = covered;
      runHolds ||= marks.some((index) => before <= index && index < head.size);
    }
    if (head.size > covered) covered = head.size;
  }
  if (runHolds) report.add("W463", runStart, quorumWords, "none to the end");
}

// One receipt: whether it is in this log, at which index, in which window; never what the ballot said.
async function checkReceipt(vcase, bytes) {
  const { report, leaves, curve, log, witnesses, origin } = vcase;
  const receipt = readOr(() => readReceipt(bytes), (error) => report.add("E511", null, "a receipt", error));
  if (receipt === null) return { index: null, found: false, window: null, kind: null };
  const { index, proof, note, checkpoint: head } = receipt;
  const lost = { index: typeof index === "bigint" ? String(index) : index, found: false, window: null, kind: null };
  const [signers] = await signersOf(curve, [note], log, witnesses);
  if (head.origin !== origin || !signers.log || signers.failed.length > 0) {
    report.add("E511", index, `signed by the log of ${origin}`, head.origin);
    return lost;
  }
  const root = (await treeRoots(leaves, [head.size])).get(head.size);
  const mine = root ? base64Of(root) : null;
  const leaf = index < leaves.length ? leaves[index] : new Uint8Array(0);
  const proven = inclusionRoot(leaf, index, head.size, proof);
  if (mine !== head.root || proven === null || base64Of(proven) !== head.root) {
    report.add("E511", index, head.root, mine ?? `only ${leaves.length} entries`);
    return lost;
  }
  const read = readOr(() => readEntry(entryAt(vcase, index), origin), () => {});
  const kind = read === null ? null : read.type === "act" ? read.kind : read.type;
  return { ...lost, found: true, window: read?.window || (read?.body?.window ?? null), kind };
}

// 12  E101 (order) E102: the files that must be there, now that the entries say which. When the entries could not be
// read (`isWhole` is false), nobody knows which rounds belong there.
export function checkFiles(vcase, isWhole) {
  const { report, files, listed, seal } = vcase;
  const expected = expectedPaths(vcase);
  const there = [...files.keys()].filter((path) => path !== "manifest.note");
  const wanted = new Set(listed ?? there);
  const needed = new Set(expected.filter((path) => seal !== null || path !== "results.json"));
  let missing = [...new Set([...needed, ...wanted])].filter((path) => !files.has(path));
  const known = new Set(expected);
  const extra = [...files.keys()].filter(
    (path) => (path !== "manifest.note" && !wanted.has(path)) || (isWhole && !known.has(path)),
  );
  if (!isWhole) missing = missing.filter((path) => !path.startsWith("rounds/") || wanted.has(path));
  for (const path of missing.sort()) report.add("E102", null, path, "missing");
  for (const path of extra.sort()) report.add("E102", null, "no such file", path);
  const order = [...files.keys()].filter((path) => known.has(path));
  const right = expected.filter((path) => files.has(path));
  const place = right.findIndex((path, number) => path !== order[number]);
  if (place >= 0) report.add("E101", null, `${right[place]} at its place`, order[place]);
}

// Every path of the format, in the order of the archive.
function expectedPaths(vcase) {
  const { rules, files, checkpoint, count, isPublic, windows } = vcase;
  const isSane = checkpoint && checkpoint.size <= 256 * (files.size + 1);
  const size = isSane ? checkpoint.size : count;
  const rounds = isPublic ? [] : [...windows.values()].filter(stands).map(({ name }) => name);
  const rolls = cardPanels(rules).flatMap(({ id }) => rollRounds(rules).map((round) => `rolls/${id}.${round}`));
  return [
    ...["C1", "policy.txt", "checkpoint", "history"],
    ...tilePaths(size).sort(),
    ...["rolls/index.json", ...rolls].sort(),
    ...rounds.map((name) => `rounds/${name}.openings`).sort(),
    ...rounds.map((name) => `rounds/${name}.counts`).sort(),
    ...["results.json", "rules.toml"],
    ...[...files.keys()].filter((path) => path.startsWith("page/")).sort(),
    "manifest.note",
  ];
}

function tilePaths(size) {
  const paths = [];
  for (let [level, count] = [0, size]; count > 0; [level, count] = [level + 1, Math.floor(count / 256)]) {
    for (let number = 0; number < Math.ceil(count / 256); number += 1) {
      const width = Math.min(256, count - number * 256);
      paths.push(tilePath(level, number, width));
      if (level === 0) paths.push(tilePath("entries", number, width));
    }
  }
  return paths;
}
