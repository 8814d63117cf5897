"""The small readers of both verifiers side by side, and inputs for them: kept seeds, changed by a fixed generator.

A reader gives a value that JSON can hold, the same in both languages, or refuses.
"""

from __future__ import annotations

import datetime
import json
import random
import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from audience_server.notary import verify

CORPUS = Path(__file__).parent / "corpus"
ORIGIN = "maker.example/show-1"
RULES = verify.read_rules((CORPUS / "rules" / "show.toml").read_bytes())
ROUNDS = {"choice-ballot": "r01", "choice-sheet": "r02", "choice-select": "r03"}
PIECES = (
    b"\n", b"\n\n", b"\0", b" ", b"\t", b"\r\n", b"\xc2\x85", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\xff",
    b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", "— ".encode(), b"=", b"==", b"+", b"-", b"_", b".", b",", b";", b"#",
    b'"', b'"""', b"'", b"'''", b"\\", b"\\u0041", b"\\ud800", b"[", b"]", b"[[", b"]]", b"{", b"}", b"0", b"00",
    b"-0", b"1e5", b"0.1", b"0x1", b"true", b"null", b"inf", b"nan", b"2026-02-30", b"24:00:00",
    b"9007199254740992", b"9223372036854775808", b"a", b"a.b", b"a = 1", b"__proto__", b"id", b"blank", b"*",
    b"index ", b"m1 ", b"card", b"c1/ballot", b"log ", b"ustar", b"7",
)  # fmt: skip

# The same in the page; Maps and big numbers become plain lists and texts.
READERS_IN_THE_PAGE = """([rules, origin, rounds]) => {
  const readRulesOf = readRules(utf8Bytes(rules));
  const plain = (value) => {
    if (value instanceof Map) return ["table", ...[...value].map(([key, item]) => [key, plain(item)]).sort(byText)];
    if (Array.isArray(value)) return ["list", ...value.map(plain)];
    if (typeof value === "bigint") return ["integer", String(value)];
    if (value instanceof TomlDate) return ["date", value.text];
    if (typeof value === "object") return ["float", value.text.includes("E") ? "E" : value.text];
    return value;
  };
  const byText = ([a], [b]) => compareBytes(utf8Bytes(a), utf8Bytes(b));
  const signatures = (note) => note.signatures.map(({ name, keyId, blob }) => [name, keyId, base64Of(blob)]);
  const choices = Object.entries(rounds).map(([name, round]) => [name, (bytes) => {
    const choice = readChoice(formOf(readRulesOf.rounds.get(round), readRulesOf), entryText(bytes));
    return choice && [...choice];
  }]);
  const entry = ({ type, window, keyText, counter, commitment, kind, body, note }) => type === "act"
    ? [kind, JSON.parse(JSON.stringify(body)), note ? signatures(note) : null]
    : [window, keyText, String(counter ?? 0), commitment ?? ""];
  globalThis.READERS = {
    ...Object.fromEntries(choices),
    tar: (bytes) => {
      const { files, faults, isReadable } = readTar(bytes);
      return [isReadable, faults.map(([expected]) => expected), [...files].map(([path, data]) => [path, data.length])];
    },
    note: (bytes) => { const note = readNote(bytes); return [note.text, signatures(note)]; },
    notes: (bytes) => splitNotes(bytes).map((note) => [note.text, signatures(note)]),
    checkpoint: (bytes) => { const { origin, size, root } = readCheckpoint(entryText(bytes)); return [origin, String(size), root]; },
    json: (bytes) => JSON.stringify(canonicalJson(entryText(bytes))),
    receipt: (bytes) => {
      const { index, proof, note, checkpoint } = readReceipt(bytes);
      return [String(index), proof.map(base64Of), note.text, String(checkpoint.size)];
    },
    openings: (bytes) => [...readOpenings(bytes)].map(([index, { nonce, choice }]) => [String(index), base64Of(nonce), choice]),
    vkey: (bytes) => { const { name, keyId, key } = readVerifierKey(entryText(bytes), 4); return [name, keyId, base64Of(key)]; },
    entry: (bytes) => entry(readEntry(bytes, origin)),
    toml: (bytes) => plain(readToml(strictText(bytes))),
    rules: (bytes) => readRules(bytes).names,
  };
}"""  # noqa: E501


def tar_in_python(data: bytes) -> Any:
    tar = verify.read_tar(memoryview(data))
    return [
        tar.readable,
        [expected for expected, _ in tar.faults],
        [[path, len(body)] for path, body in tar.files.items()],
    ]


def signatures(note: verify.Note) -> list[list[str]]:
    return [[row.name, row.key_id.hex(), verify.b64(row.blob)] for row in note.signatures]


def notes_in_python(data: bytes) -> Any:
    return [[note.text, signatures(note)] for note in verify.split_notes(memoryview(data))]


def note_in_python(data: bytes) -> Any:
    note = verify.read_note(data)
    return [note.text, signatures(note)]


def checkpoint_in_python(data: bytes) -> Any:
    head = verify.read_checkpoint(verify.utf8(data))
    return [head.origin, str(head.size), verify.b64(head.root)]


def json_in_python(data: bytes) -> Any:
    return verify.canonical_json(verify.utf8(data))


def receipt_in_python(data: bytes) -> Any:
    receipt = verify.read_receipt(data)
    return [str(receipt.index), [*map(verify.b64, receipt.proof)], receipt.note.text, str(receipt.checkpoint.size)]


def openings_in_python(data: bytes) -> Any:
    found = verify._read_openings(memoryview(data))
    return [[str(index), verify.b64(nonce), choice] for index, (nonce, choice) in found.items()]


def vkey_in_python(data: bytes) -> Any:
    key = verify.read_vkey(verify.utf8(data), verify.WITNESS_KEY)
    return [key.name, key.key_id.hex(), verify.b64(key.public)]


def entry_in_python(data: bytes) -> Any:
    read = verify.read_entry(data, ORIGIN)
    if isinstance(read, verify.Act):
        return [read.kind, read.body, signatures(read.note) if read.note else None]
    return [read.window, verify.b64(read.key), str(read.counter), verify.b64(read.commitment) if read.window else ""]


def toml_in_python(data: bytes) -> Any:
    try:
        return plain(tomllib.loads(str(data, "utf-8"), parse_float=Decimal))
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise verify.FormError("not TOML") from error


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return ["table", *([key, plain(item)] for key, item in sorted(value.items()))]
    if isinstance(value, list):
        return ["list", *map(plain, value)]
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return ["integer", str(value)]
    if isinstance(value, Decimal):
        return ["float", "" if not value.is_finite() else "E" if "E" in str(value) else str(value)]
    return ["date", str(value) if isinstance(value, datetime.date) else ""]


def rules_in_python(data: bytes) -> Any:
    return verify.read_rules(data).names


def choice_reader(name: str) -> Callable[[bytes], Any]:
    def read(data: bytes) -> Any:
        choice = verify.read_choice(verify.form_of(RULES.rounds[ROUNDS[name]], RULES), verify.utf8(data))
        return None if choice is None else [["/".join(item), option] for item, option in choice.items()]

    return read


READERS: dict[str, Callable[[bytes], Any]] = {
    "tar": tar_in_python,
    "note": note_in_python,
    "notes": notes_in_python,
    "checkpoint": checkpoint_in_python,
    "json": json_in_python,
    "receipt": receipt_in_python,
    "openings": openings_in_python,
    "vkey": vkey_in_python,
    "entry": entry_in_python,
    "toml": toml_in_python,
    "rules": rules_in_python,
    **{name: choice_reader(name) for name in ROUNDS},
}


def outcome(name: str, data: bytes) -> Any:
    """{"value": …}, or None where the reader refuses."""
    try:
        return {"value": json.loads(json.dumps(READERS[name](data)))}
    except verify.FormError:
        return None


def seeds(name: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]


def changed(name: str, count: int) -> Iterator[bytes]:
    """The seeds as they are, then `count` of them with one to three changes, always the same ones."""
    draw = random.Random(name)
    kept = seeds(name)
    yield from kept
    for _ in range(count):
        data = draw.choice(kept)
        for _ in range(draw.choice([1, 1, 1, 2, 3])):
            data = change(draw, data, kept)
        yield data


def change(draw: random.Random, data: bytes, kept: list[bytes]) -> bytes:
    start = draw.randint(0, len(data))
    end = min(len(data), start + draw.choice([0, 0, 1, 1, 2, 8, 40]))
    other = draw.choice(kept)
    place = draw.randint(0, len(other))
    piece = draw.choice(
        [draw.choice(PIECES), bytes([draw.randrange(256)]), data[start:end] * 2, other[place : place + 12], b""]
    )
    return data[:start] + piece + data[end:]
