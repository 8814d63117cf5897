// The second verifier: evidence of a session in, a report out. Never an exception for what a bundle holds; only
// `progress` may stop it, by throwing.
import { openCurve } from "./curve_house.js";
import { slowHexDigest } from "./merkle.js";
import { checkArchive, checkCheckpoints, checkManifest, checkRulesAndKeys } from "./step_beginning.js";
import { checkCounts } from "./step_counts.js";
import { checkFiles, checkWitnessesAndReceipts } from "./step_end.js";
import { checkResults } from "./step_results.js";
import { checkStory } from "./step_story.js";
import { checkRolls, checkTree, readEntryTiles } from "./step_tree.js";
import { utf8Bytes } from "./verify_bytes.js";
import { VerifyReport } from "./verify_report.js";

// The names of the steps that `progress(done, total, step)` tells, in their order.
export const VERIFY_STEPS = [
  "archive", "rules", "manifest", "checkpoints", "entries", "tree", "rolls", "story", "counts", "results", "witnesses",
  "files",
];

// `receipts` are bytes or texts; `curve` is "auto", "webcrypto" (both: the browser's own Ed25519 where it is strict
// enough with the added checks) or "noble".
export async function verifyBundle(bytes, { anchor = null, receipts = [], progress = () => {}, curve = "auto" } = {}) {
  const house = await openCurve(curve);
  try {
    progress(0, 1, "archive");
    const report = new VerifyReport({ sha256: await slowHexDigest(bytes), length: bytes.length });
    await runSteps(report, bytes, receipts, { anchor, curve: house, progress });
    return report.asJson();
  } finally {
    house.end();
  }
}

async function runSteps(report, bytes, receipts, given) {
  const { progress } = given;
  const files = checkArchive(report, bytes);
  if (files === null) return;
  progress(0, 1, "rules");
  const vcase = await checkRulesAndKeys(report, files, given);
  if (vcase === null) {
    report.skip("E103–E511");
    return;
  }
  progress(0, 1, "manifest");
  await checkManifest(vcase);
  await checkCheckpoints(vcase);
  progress(0, 1, "entries");
  const isWhole = readEntryTiles(vcase);
  const asBytes = (receipt) => (typeof receipt === "string" ? utf8Bytes(receipt) : receipt);
  if (isWhole) await checkEntries(vcase, receipts.map(asBytes));
  else report.skip("E303–E511");
  progress(0, 1, "files");
  checkFiles(vcase, isWhole);
}

async function checkEntries(vcase, receipts) {
  const { progress } = vcase;
  progress(0, 1, "tree");
  await checkTree(vcase);
  progress(0, 1, "rolls");
  await checkRolls(vcase);
  await checkStory(vcase);
  await checkCounts(vcase);
  progress(0, 1, "results");
  checkResults(vcase);
  progress(0, 1, "witnesses");
  await checkWitnessesAndReceipts(vcase, receipts);
}
