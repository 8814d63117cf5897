// Steps 5 to 7: the entries, the tree, the rolls.
import { breathe } from "./breath.js";
import { isTable, jsonFile, sameValue } from "./canonical_json.js";
import { hashTiles, leafHash, rootOf, TILE_WIDTH, tilePath, treeRoots } from "./merkle.js";
import { readOr } from "./step_beginning.js";
import { base64Of, compareBytes, sameBytes } from "./verify_bytes.js";
import { fingerprintOf } from "./verify_notes.js";
import { cardPanels, rollRounds } from "./verify_rules.js";

const ROLLS_INDEX = "rolls/index.json";

// 5  E301 E302: the entry tiles that are there, first to last; false when they cannot be read.
export function readEntryTiles(vcase) {
  const { report, files, checkpoint } = vcase;
  const narrow = [...files.keys()].filter((path) => path.includes(".p/"));
  const partials = new Map(narrow.map((path) => [path.split(".p/")[0], path]));
  const left = new Set([...files.keys()].filter((path) => path.startsWith("tile/entries/")));
  let misnamed = null;
  for (let number = 0; left.size > 0; number += 1) {
    const whole = tilePath("entries", number);
    const path = left.has(whole) ? whole : partials.get(whole);
    if (!left.delete(path)) break;
    const width = addTile(vcase, files.get(path));
    if (width === null) {
      report.add("E301", null, `at most ${TILE_WIDTH} whole entries`, path);
      return false;
    }
    if (path !== tilePath("entries", number, width)) misnamed ??= [path, width];
    if (path !== whole) break;
  }
  const size = checkpoint ? checkpoint.size : vcase.count;
  if (size !== vcase.count) report.add("E302", null, String(size), vcase.count);
  else if (misnamed) report.add("E302", null, `${misnamed[0]} as many entries as it is named for`, misnamed[1]);
  return vcase.count > 0 && !(left.size > 0 && vcase.count < size);
}

// The entries as places in the tile files; an entry is cut out only when it is read. How many the tile holds; null when
// they do not end where it ends, or are too many.
function addTile(vcase, tile) {
  const starts = [];
  let place = 0;
  while (place + 2 <= tile.length && starts.length < TILE_WIDTH) {
    starts.push(place + 2);
    place += 2 + tile[place] * 256 + tile[place + 1];
  }
  vcase.tiles.push({ tile, starts: Uint32Array.from(starts), first: vcase.count });
  vcase.count += starts.length;
  return place === tile.length ? starts.length : null;
}

const cutOut = (tile, start) => tile.subarray(start, start + tile[start - 2] * 256 + tile[start - 1]);

export function* entriesOf(vcase) {
  for (const { tile, starts } of vcase.tiles) {
    for (const start of starts) yield cutOut(tile, start);
  }
}

export function entryAt(vcase, index) {
  const found = vcase.tiles.find(({ starts, first }) => index >= first && index < first + starts.length);
  return found ? cutOut(found.tile, found.starts[index - found.first]) : null;
}

// 6  E303–E305: the tree
export async function checkTree(vcase) {
  const { report, checkpoint, history, files, digests, origin } = vcase;
  for (const entry of entriesOf(vcase)) {
    vcase.leaves.push(leafHash(entry));
    await breathe();
  }
  const size = vcase.leaves.length;
  const found = await treeRoots(vcase.leaves, [size, ...history.map(({ head }) => head.size)]);
  const roots = new Map([...found].map(([count, root]) => [count, base64Of(root)]));
  Object.assign(report, { size, root: roots.get(size), fingerprint: fingerprintOf(origin, size, roots.get(size)) });
  if (checkpoint && checkpoint.root !== roots.get(size)) report.add("E303", null, checkpoint.root, roots.get(size));
  for (const { head } of history) {
    if (head.root !== roots.get(head.size)) {
      report.add("E304", head.size, head.root, roots.get(head.size) ?? `only ${size} entries`);
    }
  }
  for (const [path, tile] of await hashTiles(vcase.leaves)) {
    if (files.has(path) && !sameBytes(files.get(path), tile)) {
      report.add("E305", null, `${path} as the entries make it`, digests.get(path));
    }
  }
}

// 7  E404–E406: the rolls
export async function checkRolls(vcase) {
  const { report, files, rules } = vcase;
  const index = files.has(ROLLS_INDEX)
    ? readOr(() => jsonFile(files.get(ROLLS_INDEX)), (error) => report.add("E404", null, ROLLS_INDEX, error))
    : null;
  const rounds = rollRounds(rules);
  const rolls = cardPanels(rules).flatMap((panel) =>
    rounds.filter((round) => files.has(`rolls/${panel.id}.${round}`)).map((round) => ({ panel, round })),
  );
  const all = rolls.map(({ panel, round }) => keysOfRoll(files.get(`rolls/${panel.id}.${round}`)));
  const areSound = await vcase.curve.haveSoundKeys(all.flat());
  for (const [place, { panel, round }] of rolls.entries()) {
    const path = `rolls/${panel.id}.${round}`;
    await checkRoll(vcase, path, all[place], areSound);
    const entry = index?.[panel.id];
    checkRollHead(report, path, all[place], panel, isTable(entry) ? entry[round] : undefined);
    for (const key of new Set(all[place].map(base64Of))) vcase.takeKey(round, panel.id, key, path, null);
    vcase.progress(place + 1, rolls.length, "rolls");
    await breathe();
  }
  if (index !== null && !hasEveryRoll(index, cardPanels(rules), rounds)) {
    report.add("E404", null, `${ROLLS_INDEX}: every panel and round`, "others");
  }
}

function keysOfRoll(data) {
  const keys = [];
  for (let place = 0; place + 32 <= data.length; place += 32) keys.push(data.slice(place, place + 32));
  return keys;
}

async function checkRoll({ report, files, curve }, path, keys, areSound) {
  const isFalling = keys.some((key, place) => place > 0 && compareBytes(keys[place - 1], key) >= 0);
  if (files.get(path).length % 32 !== 0 || isFalling) {
    report.add("E405", null, "32-byte keys, each larger than the one before", path);
  }
  if (!areSound && !(await curve.haveSoundKeys(keys))) report.add("E405", null, "keys of prime order", path);
}

function checkRollHead(report, path, keys, panel, listed) {
  const count = panel.seats + panel.spare;
  if (keys.length !== count) report.add("E404", null, `${path}: ${count} cards`, String(keys.length));
  const mine = { count: keys.length, root: base64Of(rootOf(keys.map(leafHash))) };
  if (listed !== undefined && listed !== null && !sameValue(listed, mine)) {
    report.add("E404", null, `${path}: ${JSON.stringify(listed)}`, JSON.stringify(mine));
  }
}

function hasEveryRoll(index, panels, rounds) {
  const isSame = (found, expected) => found.length === expected.size && found.every((name) => expected.has(name));
  const expected = new Set(rounds);
  if (!isSame(Object.keys(index), new Set(panels.map(({ id }) => id)))) return false;
  return Object.values(index).every((listed) => isSame(isTable(listed) ? Object.keys(listed) : [], expected));
}
