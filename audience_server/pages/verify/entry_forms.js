// The entries of the record: a ballot, a check-in, an act. Fields of acts are there each of its kind, and no others.
import { isCount } from "./ballot_form.js";
import { canonicalJson, isTable } from "./canonical_json.js";
import { keyIdOf, LOG_KEY, noteOf, readSignature } from "./verify_notes.js";
import { decimalOf, entryText, FormError, fromBase64, ID_FORM, shown, WINDOW_FORM } from "./verify_bytes.js";

const STATEMENTS = ["session", "zero", "void", "hand", "remark", "void-round", "audit", "audit-open"];

const matching = (form) => (value) => typeof value === "string" && form.test(value);
const listOf = (check) => (value) => Array.isArray(value) && value.every((item) => check(item));
const tableOf = (check) => (value) => isTable(value) && Object.values(value).every((item) => check(item));
const isText = (value) => typeof value === "string";
const isId = matching(ID_FORM);

// `name:kind name:kind` as name -> check.
const fieldsOf = (line) =>
  new Map(line.split(" ").map((word) => [word.split(":")[0], (value) => FIELD_KINDS[word.split(":")[1]](value)]));

function hasFields(value, fields) {
  const names = isTable(value) ? Object.keys(value) : [];
  const isRightAt = (name) => fields.get(name)?.(value[name]) === true;
  return isTable(value) && names.length === fields.size && names.every(isRightAt);
}

export function isKeyText(value) {
  try {
    return typeof value === "string" && fromBase64(value, 32).length === 32;
  } catch (error) {
    if (error instanceof FormError) return false;
    throw error;
  }
}

// not_cast falls below 0 when more came back than went out; E451 says so.
const IDENTITY_FIELDS = fieldsOf(
  "expected:count present:count issued:count returned:count valid:count invalid:count abstained:count not_cast:integer",
);
const AUDIT_CARD_FIELDS = fieldsOf("check_in:key key:key choice:text");
const PREVIOUS_FIELDS = fieldsOf("origin:text size:count root:key");

const FIELD_KINDS = {
  count: isCount,
  integer: (value) => typeof value === "number",
  text: isText,
  flag: (value) => typeof value === "boolean",
  table: isTable,
  id: isId,
  ids: listOf(isId),
  window: matching(WINDOW_FORM),
  digest: matching(/^[0-9a-f]{64}$/),
  key: isKeyText,
  keys: listOf(isKeyText),
  "keys-by-round": tableOf(isKeyText),
  counts: listOf(isCount),
  "counts-by-panel": tableOf(isCount),
  "scores-by-unit": tableOf(isText),
  kind: matching(/^(?:live|rehearsal)$/),
  by: matching(/^(?:operator|clock)$/),
  cause: matching(/^(?:time|early|lock|restart)$/),
  options: listOf((value) => isId(isTable(value) ? value.id : value)),
  previous: (value) => value === null || hasFields(value, PREVIOUS_FIELDS),
  "audit-cards": listOf((value) => hasFields(value, AUDIT_CARD_FIELDS)),
  identities: tableOf((value) => hasFields(value, IDENTITY_FIELDS)),
};

const ACT_FIELDS = new Map([
  ["session", fieldsOf(
    "kind:kind number:count previous:previous rules:digest page:digest policy:digest rolls:digest " +
      "codes_exported:flag software:text fresh:key at:count",
  )],
  ["zero", fieldsOf("size:count ballots:count printed:counts-by-panel spare:counts-by-panel at:count")],
  ["void", fieldsOf("serial:count keys:keys-by-round reason:text at:count")],
  ["hand", fieldsOf(
    "window:window panel:id present:count issued:count returned:count valid:count invalid:count " +
      "abstained:count counts:table sheet:digest at:count",
  )],
  ["remark", fieldsOf("text:text at:count")],
  ["void-round", fieldsOf("window:window reason:text at:count")],
  ["audit", fieldsOf("window:window digest:digest at:count")],
  ["audit-open", fieldsOf("window:window cards:audit-cards salt:key at:count")],
  ["open", fieldsOf(
    "round:id window:window title:text kind:text units:ids criteria:ids grammar:text panels:ids seconds:count " +
      "tolerance:count ballots:count at:count",
  )],
  ["extend", fieldsOf("window:window open:count seconds:count by:by reason:text at:count")],
  ["close", fieldsOf("window:window open:count cause:cause by:by reason:text at:count")],
  ["tally", fieldsOf(
    "round:id window:window open:count close:count openings:digest counts:digest by:identities at:count",
  )],
  ["enrol", fieldsOf("panel:id round:id keys:keys")],
  ["channel", fieldsOf("id:id source:text digest:digest scores:scores-by-unit at:count")],
  ["not-held", fieldsOf("round:id reason:text at:count")],
  ["incident", fieldsOf("kind:text text:text at:count")],
  ["seal", fieldsOf("tallies:counts results:digest at:count")],
]);
const OPTIONS_FIELD = ["options", FIELD_KINDS.options];

// {type: "ballot" | "present", …} or {type: "act", kind, body, note}; note is null for acts that nobody signs.
export function readEntry(bytes, origin) {
  const text = entryText(bytes);
  const cut = text.indexOf("\n");
  const tag = cut < 0 ? text : text.slice(0, cut);
  if (!text.endsWith("\n") || !text.startsWith(`${origin}\n`, cut + 1)) {
    throw new FormError("line 2 is not the origin of this session, or the last line does not end");
  }
  if (tag === "c1/ballot") return readBallot(text, bytes);
  if (tag === "c1/present") return readPresent(text, bytes);
  const kind = tag.startsWith("c1/") ? tag.slice(3) : "";
  if (!ACT_FIELDS.has(kind)) throw new FormError(`unknown tag ${shown(tag)}`);
  return readAct(kind, text, `c1/${kind}\n${origin}\n`.length);
}

function readBallot(text, bytes) {
  const lines = text.split("\n");
  if (lines.length !== 9 || lines[6] || !lines[5].startsWith("m1 ") || !WINDOW_FORM.test(lines[2])) {
    throw new FormError("not the lines of a ballot");
  }
  const key = fromBase64(lines[3], 32);
  const commitment = lines[5].slice(3);
  fromBase64(commitment, 32);
  const counter = decimalOf(lines[4]);
  return { type: "ballot", window: lines[2], keyText: lines[3], counter, commitment, ...cardJob(lines[7], key, bytes) };
}

function readPresent(text, bytes) {
  const lines = text.split("\n");
  if (lines.length !== 6 || lines[3]) throw new FormError("not the lines of a check-in");
  return { type: "present", window: "", keyText: lines[2], ...cardJob(lines[4], fromBase64(lines[2], 32), bytes) };
}

// The one signature of a card: whether its id is that of the key, and what is to be verified.
function cardJob(line, key, bytes) {
  const { name, keyId, blob } = readSignature(line);
  if (name !== "card" || blob.length !== 64) throw new FormError("not one signature named card");
  const gap = bytes.findIndex((byte, place) => byte === 10 && bytes[place + 1] === 10);
  const job = { key, message: bytes.slice(0, gap + 1), signature: blob };
  return { hasRightId: keyId === keyIdOf("card", LOG_KEY, key), job };
}

function readAct(kind, text, start) {
  const cut = text.indexOf("\n", start);
  const body = canonicalJson(text.slice(start, cut < 0 ? undefined : cut));
  const rest = cut < 0 ? "" : text.slice(cut + 1);
  const fields = new Map(ACT_FIELDS.get(kind));
  if (kind === "open" && Object.hasOwn(body, "options")) fields.set(...OPTIONS_FIELD);
  if (!hasFields(body, fields)) {
    throw new FormError(`the fields of ${kind} are not ${[...fields.keys()].sort().join(", ")}, each of its kind`);
  }
  if (!STATEMENTS.includes(kind)) {
    if (rest) throw new FormError("lines after the JSON line");
    return { type: "act", kind, body, note: null };
  }
  if (!rest.startsWith("\n")) throw new FormError("no empty line before the signatures");
  const note = noteOf(text);
  if (note.text.length !== cut + 1) throw new FormError("more than the JSON line is signed");
  return { type: "act", kind, body, note };
}
