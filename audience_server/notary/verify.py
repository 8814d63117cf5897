#!/usr/bin/env python3
"""Verify the evidence of a Touchstone session (format c1), offline, on the notary's own computer.

    python -I verify.py BUNDLE [--anchor TEXT|FILE] [--receipt FILE] [--report FILE.json] [--lang zh-Hans|en] [--plain]

This one file is the whole verifier.  It needs Python 3.11 and nothing else, shares no code with the server, and
recomputes everything from the bundle.  It must never trust a number that it can count itself, never stop with a
traceback, never hold more than the bundle asks for.  PyNaCl is used for speed only, when it is there and judges some
signatures as this file does; the last line says which of the two judged.  With -I nothing beside this file is imported.
Exit status: 0 pass, 2 pass with warnings, 1 fail, 3 not a bundle.

The parts:
    A  findings and their sentences          G  what a ballot may say, what an entry may hold
    B  strict small readers                  H  scores, ranks, bottom
    C  Ed25519, by one rule                  I  the steps of the verification, 1 to 12
    D  keys, notes, checkpoints              J  the report and the page to read aloud
    E  Merkle tree and receipts; tar         K  the command
    F  the session file, read anew

How to read this file in an evening, a long one: 2,500 lines at ten a minute, beside FORMAT.md, read before (its section
12 has the same twelve steps, its section 13 the codes):
    1  `verify` and the class Case above it, at the beginning of part I                        15 minutes
    2  part B: what every reader of bytes refuses                                              10
    3  part E, then D: the tree, and who signed; everything after rests on these two           30
    4  steps 1 to 7 of part I: files, signatures, tree and rolls                               40
    5  part F: what of the session file decides a result                                       40
    6  part G, then step 8: the story of the session, entry by entry; the heart                70
    7  step 9, then part H, then step 10: counting, scores, results                            55
    8  steps 11 and 12                                                                         15
May be skipped: the sentences (part A); the curve (part C), if one takes the word of the vectors in ed25519-strict.json;
parts J and K, which print and decide nothing.

Not checked, because the format gives no code for it: that a batch is sorted by leaf hash, and that a batch holds one
ballot of a key.  E403 knows no order of rounds: FORMAT sets none.  E502 (timestamp) cannot arise: no file of the format
c1 carries a timestamp yet.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import datetime
import hashlib
import json
import os
import re
import sys
import tomllib
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, NoReturn

sodium: Any = None  # PyNaCl, where it is there and judges as this file does (part C)
try:
    import nacl.bindings as sodium
except Exception:  # noqa: BLE001 (not there, or damaged in whatever way: this file is enough)
    sodium = None

# ---------------------------------------------------------------------------------------------------------------
# A  Findings and their sentences
# ---------------------------------------------------------------------------------------------------------------

SENTENCES: dict[str, tuple[str, str]] = {
    "E101": ("封存包的打包格式与规定不符", "the archive is not packed as the format prescribes"),
    "E102": ("封存包中缺少文件或有多余文件", "a file is missing or does not belong there"),
    "E103": ("文件与清单上的摘要或长度不一致", "a file differs from its digest in the manifest"),
    "E104": ("核对方名单(policy)与场次文件或记录不一致", "the policy differs from the session file or the record"),
    "E105": (
        "公证员的密钥与给定的锚点不一致,或该公证员未签过本记录",
        "the notary's keys differ from the given anchor, or that notary signed nothing here",
    ),
    "W106": (
        "无第三方副本,由主办方自行出具;若整份记录被重做,只有较早的检查点(E304)、评议票回执(E511)或当时抄下的校验码能够发现",
        "self-asserted, no second copy: a record made again as a whole is found only by an older checkpoint "
        "(E304), a receipt (E511) or a fingerprint written down at the time",
    ),
    "W107": ("没有给出锚点,公证员密钥未与评议卡上的锚点核对", "no anchor given: the notary's keys were not compared"),
    "W108": ("彩排 非正式结果", "rehearsal, not an official result"),
    "W109": ("评议卡号码曾以文件形式导出", "the codes of the cards were exported to a file"),
    "E201": ("清单的签名不成立", "the signature of the manifest is missing or wrong"),
    "E202": ("检查点格式不正确", "a checkpoint is malformed"),
    "E203": ("场次标识不一致", "the origin differs"),
    "E204": ("检查点上的服务器签名不成立", "the log's signature on the checkpoint is missing or wrong"),
    "E205": ("检查点上的核对签名不足", "the checkpoint lacks the witness signatures that the policy asks for"),
    "E206": ("历史检查点的签名不成立", "a signature in the history is missing or wrong"),
    "E207": (
        "历史检查点的条目数未依次增大,或与最后的检查点不符",
        "the sizes in the history do not rise to the last one",
    ),
    "E301": ("记录条目文件无法读出", "the entry tiles cannot be split into entries"),
    "E302": ("记录条目数与检查点不符", "the number of entries differs from the checkpoint"),
    "E303": ("由全部条目算出的根与检查点不符", "the root computed from the entries differs from the checkpoint"),
    "E304": ("历史检查点不是本记录的前段", "a checkpoint in the history is not a prefix of this record"),
    "E305": ("散列文件与条目不符", "a hash tile differs from the entries"),
    "E306": ("记录条目格式不正确", "an entry is malformed"),
    "E401": ("首条记录不符,或条目缺少应有的签名", "the session entry is wrong, or an entry lacks its signers"),
    "E402": ("清零确认缺失或不符", "the zero confirmation is missing or wrong"),
    "E403": (
        "轮次顺序、开放时段、延时或条目位置不符",
        "an act stands where it may not (round order, window, extension)",
    ),
    "E404": ("卡册的根或张数不符", "the root or the count of a roll is wrong"),
    "E405": ("卡册未排序、有重复或含不合格密钥", "a roll is not sorted, unique and of prime-order keys"),
    "E406": ("两份卡册含有同一密钥", "two rolls hold the same key"),
    "E411": ("评议票在开放时段之外", "a ballot stands outside its window"),
    "E412": ("密钥不在卡册上", "a key is not on the roll"),
    "E413": ("评议卡已作废", "the card is void"),
    "E414": ("评议票的次序号不符", "the counter of a ballot is wrong"),
    "E415": ("评议票或签到的签名不成立", "the signature of a ballot or check-in is wrong"),
    "E416": ("同一条目重复出现", "the same ballot or check-in stands twice"),
    "E421": ("计票所需的开启值缺失或多余", "an opening is missing or does not belong there"),
    "E422": ("开启值与承诺不符", "an opening does not fit its commitment"),
    "E423": ("评议票内容不符合填写规则", "a choice does not fit the grammar of its round"),
    "E424": (
        "抽验卡的评议票与事先封存的内容不符",
        "the ballot of an audit card is not what was fixed before the round",
    ),
    "E451": ("计票数或应到、实到、发出、收回不符", "the tally or the accounting identity is wrong"),
    "E452": ("规则不符(权重、填写规则、轮次内容)", "the rules are broken (weights, grammar, content of a round)"),
    "E453": ("得分、名次或末位不符", "a score, a rank or the bottom is wrong"),
    "W454": ("渠道得分在首轮测评开始之后才记入", "a channel was recorded after the first round had opened"),
    "E461": ("核对签名的时间倒退", "the time of a witness goes backwards"),
    "W462": ("测评时长与规定不符", "a window was not open for the time it should have been"),
    "W463": ("有一段记录当时没有核对签名", "a stretch of the record was not witnessed at the time"),
    "W464": ("一批评议票少于规定的最少张数", "a batch holds fewer ballots than the rules ask for"),
    "W471": ("公开数据含有票数过少或全部相同的分项", "a public figure stands on few ballots or on ballots all alike"),
    "W472": ("公开数据可由相减推出未公开的分项", "a figure that is left out follows by subtraction"),
    "E481": ("记录没有封存,或封存条目不符", "the record is not sealed, or the seal is wrong"),
    "E482": ("封存时的核对签名不足", "the seal lacks the witness signatures that the policy asks for"),
    "E502": ("时间戳不符", "a timestamp is wrong"),
    "E511": ("所交回执不在本记录中", "a receipt that was handed in is not in this log"),
}

MOST_PER_CODE = 100
MOST_TEXT = 200
PUBLIC_SKIPS = "E421–E423 and the counts"


_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean(text: str) -> str:
    """Text from a hostile bundle, made safe to print: no control, format, bidirectional or private characters."""
    return "".join("�" if unicodedata.category(c) in _UNPRINTABLE else c for c in text)


def shown(value: object) -> str:
    """A value of any kind as short, safe text."""
    text = value if isinstance(value, str) else str(value)
    text = clean(text[: MOST_TEXT + 1])
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"


def text_of(data: memoryview) -> str:
    """The beginning of a file, whatever it holds, as safe text."""
    return shown(bytes(data[:MOST_TEXT]).decode("utf-8", "replace"))


@dataclass(slots=True)
class Finding:
    """One failed check. `index` is an entry, the size of a checkpoint (E206, E304) or None for a file."""

    code: str
    index: int | None
    expected: str
    found: str

    def row(self) -> dict[str, object]:
        return {"code": self.code, "index": self.index, "expected": self.expected, "found": self.found}


@dataclass(slots=True)
class Report:
    """What the verification found; `add` is the only way in."""

    findings: list[Finding] = field(default_factory=list)
    more: dict[str, int] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    rounds: list[dict[str, Any]] = field(default_factory=list)
    results: dict[str, Any] | None = None
    score_verified: dict[str, str | None] | None = None
    published: dict[str, Any] | None = None
    origin: str = ""
    kind: str = ""
    public: bool = False
    fingerprint: str | None = None
    size: int | None = None
    root: str | None = None
    archive: dict[str, Any] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    acts: list[dict[str, Any]] = field(default_factory=list)
    is_bundle: bool = True
    rules: Rules | None = None
    _count: dict[str, int] = field(default_factory=dict)
    _known: dict[tuple[str, int], Finding] = field(default_factory=dict)

    def add(self, code: str, index: int | None, expected: object, found: object) -> None:
        """Note a failed check. The same code at the same entry stands once, with the texts joined."""
        known = None if index is None else self._known.get((code, index))
        if known is not None:
            known.expected = shown(f"{known.expected}; {shown(expected)}")
            known.found = shown(f"{known.found}; {shown(found)}")
            return
        number = self._count.get(code, 0) + 1
        self._count[code] = number
        if number > MOST_PER_CODE:
            self.more[code] = number - MOST_PER_CODE
            return
        finding = Finding(code, index, shown(expected), shown(found))
        self.findings.append(finding)
        if index is not None:
            self._known[code, index] = finding

    def skip(self, what: str) -> None:
        if what not in self.skipped:
            self.skipped.append(what)

    def of_kind(self, letter: str) -> list[Finding]:
        rows = [finding for finding in self.findings if finding.code.startswith(letter)]
        return sorted(rows, key=lambda row: (row.code, -1 if row.index is None else row.index))

    def has(self, code: str) -> bool:
        return code in self._count

    @property
    def verdict(self) -> str:
        if not self.is_bundle or any(code.startswith("E") for code in self._count):
            return "fail"
        return "warn" if self._count else "pass"

    @property
    def exit_status(self) -> int:
        if not self.is_bundle:
            return 3
        return {"pass": 0, "warn": 2, "fail": 1}[self.verdict]

    def as_json(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "failures": [finding.row() for finding in self.of_kind("E")],
            "warnings": [finding.row() for finding in self.of_kind("W")],
            "more": self.more,
            "skipped": self.skipped,
            "rounds": self.rounds,
            "results": self.results,
            "score_verified": self.score_verified,
            "fingerprint": self.fingerprint,
            "origin": self.origin,
            "kind": self.kind,
            "size": self.size,
            "root": self.root,
            "archive": self.archive,
            "names": self.rules.names if self.rules else {},
            "acts": self.acts,
            "files": self.files,
        }


# ---------------------------------------------------------------------------------------------------------------
# B  Strict small readers.  They raise FormError, with words for people, and nothing else.
# ---------------------------------------------------------------------------------------------------------------


class FormError(ValueError):
    """Bytes that are not in the one form that the format allows."""


FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
WINDOW = re.compile(r"([a-z0-9][a-z0-9-]{0,31})(?:\.([2-9]|[1-9][0-9]{1,5}))?")
JSON_KEY = re.compile(r"[a-z0-9_-]{1,64}")
DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,9})?")


def sha256(data: bytes | memoryview) -> bytes:
    return hashlib.sha256(data).digest()


EMPTY_ROOT = sha256(b"")  # of a tree without leaves


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def unb64(text: str, length: int | None = None) -> bytes:
    """Canonical standard base64: encode again and compare."""
    try:
        data = binascii.a2b_base64(text.encode("ascii"))
    except (ValueError, binascii.Error):
        raise FormError("not base64") from None
    if b64(data) != text:
        raise FormError("base64 is not canonical")
    if length is not None and len(data) != length:
        raise FormError(f"{len(data)} bytes where {length} belong")
    return data


def decimal(text: str) -> int:
    """A size or index: decimal, no leading zeros, below 2**63."""
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text) or int(text) >= 2**63:
        raise FormError(f"not a decimal number: {shown(text)}")
    return int(text)


def utf8(data: bytes | memoryview) -> str:
    """Text as entries may hold it."""
    try:
        text = str(data, "utf-8")
    except UnicodeDecodeError:
        raise FormError("not UTF-8") from None
    bad = FORBIDDEN.search(text)
    if bad:
        raise FormError(f"forbidden character U+{ord(bad[0]):04X}")
    return text


def canonical_json(text: str) -> dict[str, Any]:
    """Read one line of canonical JSON: parse, write again, compare, then look at keys, numbers and depth."""
    try:
        value = json.loads(text, parse_float=_refused, parse_constant=_refused)
        again = json_line(value)
    except (ValueError, RecursionError):
        raise FormError("not JSON of the canonical form") from None
    if not isinstance(value, dict):
        raise FormError("no JSON object on top")
    if again != text or FORBIDDEN.search(text) or "\n" in text:
        raise FormError("JSON is not canonical")
    _check_json(value)
    return value


def _refused(_: str) -> NoReturn:
    """No fraction, no exponent, no NaN."""
    raise ValueError


def _check_json(top: dict[str, Any]) -> None:
    todo: list[tuple[Any, int]] = [(top, 1)]
    while todo:
        value, depth = todo.pop()
        if isinstance(value, dict | list) and depth > 16:
            raise FormError("JSON is deeper than 16")
        if isinstance(value, dict):
            if not all(JSON_KEY.fullmatch(key) for key in value):
                raise FormError("a JSON key is not [a-z0-9_-]{1,64}")
            todo.extend((item, depth + 1) for item in value.values())
        elif isinstance(value, list):
            todo.extend((item, depth + 1) for item in value)
        elif isinstance(value, int) and abs(value) >= 2**53:
            raise FormError("a JSON number is too large")
        elif isinstance(value, str) and (FORBIDDEN.search(value) or "\n" in value):
            raise FormError("a JSON string holds a control character")


def json_line(value: object) -> str:
    """The one line that a value has in canonical JSON."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def same(a: object, b: object) -> bool:
    """Equal as JSON; Python alone would take true for 1."""
    return json_line(a) == json_line(b)


def json_file(data: bytes | memoryview) -> dict[str, Any]:
    """A file that is one line of canonical JSON, with its LF."""
    text = utf8(data)
    if not text.endswith("\n"):
        raise FormError("no line end at the end of the file")
    return canonical_json(text[:-1])


# ---------------------------------------------------------------------------------------------------------------
# C  Ed25519, by one rule (libsodium's): lengths exact, S < L, A and R canonical and not of small order,
#    cofactorless equation.  Keys on a roll must also be of prime order.
# ---------------------------------------------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def point_add(p: Point, q: Point) -> Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_double(p: Point) -> Point:
    a, b, c = p[0] * p[0], p[1] * p[1], 2 * p[2] * p[2]
    h = a + b
    e = h - (p[0] + p[1]) * (p[0] + p[1])
    g = a - b
    f = c + g
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_multiply(n: int, p: Point) -> Point:
    result = NEUTRAL
    for bit in bin(n)[2:]:
        result = point_double(result)
        if bit == "1":
            result = point_add(result, p)
    return result


def point_encode(p: Point) -> bytes:
    inverse = pow(p[2], P - 2, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def point_decode(data: bytes) -> Point | None:
    """A canonical encoding of a point of the curve, else None."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * SQRT_M1 % P
        if (v * x * x - u) % P:
            return None
    if x == 0 and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def is_neutral(p: Point) -> bool:
    return p[0] % P == 0 and (p[1] - p[2]) % P == 0


def sound_point(data: bytes) -> Point | None:
    """A canonical point that is not of small order, else None."""
    point = point_decode(data)
    return None if point is None or is_neutral(point_multiply(8, point)) else point


def _base_point() -> Point:
    point = point_decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    assert point is not None
    return point


_BASE = _base_point()


def pure_ed25519(key: bytes, message: bytes, signature: bytes) -> bool:
    """The rule in plain Python; slow (milliseconds), exact."""
    if len(key) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    a = sound_point(key)
    if s >= L or a is None or sound_point(signature[:32]) is None:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    minus_a = (P - a[0], a[1], a[2], P - a[3])
    return point_encode(point_add(point_multiply(s, _BASE), point_multiply(k, minus_a))) == signature[:32]


def ed25519(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is good, by the one rule; libsodium has it built in."""
    if sodium is None:
        return pure_ed25519(key, message, signature)
    if len(key) != 32 or len(signature) != 64:
        return False
    try:
        sodium.crypto_sign_open(signature + message, key)
    except Exception:  # noqa: BLE001 (PyNaCl's own BadSignatureError, which has no name without PyNaCl)
        return False
    return True


def pure_roll_key(key: bytes) -> bool:
    point = sound_point(key) if len(key) == 32 else None
    return point is not None and is_neutral(point_multiply(L, point))


def is_roll_key(key: bytes) -> bool:
    """A canonical point of prime order: what may stand on a roll."""
    if sodium is None or not sodium.has_crypto_core_ed25519:
        return pure_roll_key(key)
    return len(key) == 32 and bool(sodium.crypto_core_ed25519_is_valid_point(key))


# One text signed twice by one key, rightly and so that only the equation with the cofactor holds; a key of mixed order
TRIAL_KEY = unb64("6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=")
TRIAL_TEXT = b"c1 edge case"
TRIAL_RIGHT = unb64("NG/BMy0hcQkRLMA2YixyR4dY564vmhrhQZmdi5eRcXhghMBz1KuCl6ztbptAhqrU9JJFmtJ7yd95voM0ZLRvCg==")
TRIAL_LOOSE = unb64("sVvyZCTRtp3TO3qeV9td5KKq3qSioFHv2b/Wr3QWXSvDvlrNLQQ3oY3DHF3jVWSZrTfgghtrGJKIcQA76PxbDQ==")
TRIAL_MIXED = unb64("mFGerfNbmVIztRtc0j6cxaKLY5taSvDskDy5YNgbeBk=")


def keeps_the_rule() -> bool:
    """Whether signatures and keys are judged by the one rule: of a library only what it does can tell."""
    try:
        return (
            ed25519(TRIAL_KEY, TRIAL_TEXT, TRIAL_RIGHT)
            and not ed25519(TRIAL_KEY, TRIAL_TEXT, TRIAL_LOOSE)
            and is_roll_key(TRIAL_KEY)
            and not is_roll_key(TRIAL_MIXED)
        )
    except Exception:  # noqa: BLE001 (a library that lacks what it should have)
        return False


if sodium is not None and not keeps_the_rule():
    sodium = None


# ---------------------------------------------------------------------------------------------------------------
# D  Keys, notes, checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature)
# ---------------------------------------------------------------------------------------------------------------

LOG_KEY, WITNESS_KEY = 1, 4
SIGNATURE_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")
MOST_SIGNATURES = 100


@dataclass(frozen=True, slots=True)
class Key:
    """A public key with its name, as a vkey line says it."""

    name: str
    kind: int
    public: bytes
    key_id: bytes
    vkey: str


def key_id(name: str, kind: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public)[:4]


def read_vkey(text: str, kind: int) -> Key:
    """`name+id+base64(kind || key)`, the id checked."""
    match = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+(.+)", text)
    if not match:
        raise FormError("not a key line name+id+base64")
    blob = unb64(match[3], 33)
    public = blob[1:]
    if blob[0] != kind:
        raise FormError(f"key type {blob[0]} where {kind} belongs")
    if key_id(match[1], kind, public).hex() != match[2]:
        raise FormError("key id does not fit the key")
    return Key(match[1], kind, public, bytes.fromhex(match[2]), text)


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    key_id: bytes
    blob: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A signed text; `text` ends with LF."""

    text: str
    signatures: tuple[Signature, ...]


def read_signature(line: str) -> Signature:
    match = SIGNATURE_LINE.fullmatch(line)
    if not match:
        raise FormError("not a signature line")
    blob = unb64(match[2])
    if len(blob) < 5:
        raise FormError("a signature is too short")
    return Signature(match[1], blob[:4], blob[4:])


def read_note(data: bytes | memoryview) -> Note:
    text = utf8(data)
    cut = text.rfind("\n\n")
    if cut < 0 or not text.endswith("\n"):
        raise FormError("no empty line before the signatures, or no line end")
    lines = text[cut + 2 : -1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise FormError(f"{len(lines)} signatures, at most {MOST_SIGNATURES} are read")
    return Note(text[: cut + 1], tuple(read_signature(line) for line in lines))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes


def read_checkpoint(text: str) -> Checkpoint:
    """Exactly three lines; a size of 0 has the root of nothing."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise FormError("a checkpoint has exactly three lines")
    size, root = decimal(lines[1]), unb64(lines[2], 32)
    if size == 0 and root != EMPTY_ROOT:
        raise FormError("size 0 with the root of something")
    return Checkpoint(lines[0], size, root)


@dataclass(slots=True)
class Signers:
    """Who signed a note; `failed` names the known keys with a signature that fails."""

    log: bool = False
    times: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


def who_signed(note: Note, log: Key, witnesses: Sequence[Key] = ()) -> Signers:
    """Try every known key; unknown signatures are left alone; a failing one of a known key is named."""
    by_id = {(key.name, key.key_id): key for key in (log, *witnesses)}
    signers = Signers()
    for signature in note.signatures:
        key = by_id.get((signature.name, signature.key_id))
        if key is None:
            continue
        if key.kind == LOG_KEY and ed25519(key.public, note.text.encode(), signature.blob):
            signers.log = True
        elif key.kind == WITNESS_KEY and (time := cosigned_at(note, key, signature)) is not None:
            signers.times.setdefault(key.vkey, time)
        else:
            signers.failed.append(key.name)
    return signers


def cosigned_at(note: Note, key: Key, signature: Signature) -> int | None:
    """The time of a cosignature; None when it is not a good one."""
    if len(signature.blob) != 72:
        return None
    time = int.from_bytes(signature.blob[:8], "big")
    text = f"cosignature/v1\ntime {time}\n{note.text}".encode()
    return time if ed25519(key.public, text, signature.blob[8:]) else None


def fingerprint(origin: str, size: int, root: bytes) -> str:
    """校验码: five groups of five digits."""
    text = f"c1/fingerprint\n{origin}\n{size}\n{b64(root)}"
    digits = f"{int.from_bytes(sha256(text.encode()), 'big') % 10**25:025d}"
    return " ".join(digits[place : place + 5] for place in range(0, 25, 5))


def anchor_of(witness_vkey: str, statement_vkey: str) -> str:
    digest = sha256(f"{witness_vkey}\n{statement_vkey}\n".encode())[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


# ---------------------------------------------------------------------------------------------------------------
# E  Merkle tree (RFC 6962), receipts (C2SP tlog-proof), tar
# ---------------------------------------------------------------------------------------------------------------


def leaf_hash(entry: bytes | memoryview) -> bytes:
    return sha256(b"\x00" + entry)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def tree_roots(leaves: Sequence[bytes], wanted: Iterable[int]) -> dict[int, bytes]:
    """The root at every wanted size. `edge` holds the roots of the full subtrees, largest first."""
    sizes = sorted({size for size in wanted if 0 <= size <= len(leaves)}, reverse=True)
    roots: dict[int, bytes] = {}
    edge: list[bytes] = []
    for count in range(len(leaves) + 1):
        while sizes and sizes[-1] == count:
            roots[sizes.pop()] = _fold(edge)
        if not sizes:
            break
        node, done = leaves[count], count
        while done & 1:
            node = node_hash(edge.pop(), node)
            done >>= 1
        edge.append(node)
    return roots


def _fold(edge: Sequence[bytes]) -> bytes:
    if not edge:
        return EMPTY_ROOT
    root = edge[-1]
    for node in reversed(edge[:-1]):
        root = node_hash(node, root)
    return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    return tree_roots(leaves, [len(leaves)])[len(leaves)]


def inclusion_root(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to, or None when the proof has another shape (RFC 9162, 2.1.3.2)."""
    if index >= size:
        return None
    place, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return node if last == 0 else None


@dataclass(frozen=True, slots=True)
class Receipt:
    index: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


def read_receipt(data: bytes) -> Receipt:
    head, gap, tail = data.partition(b"\n\n")
    lines = utf8(head).split("\n")
    if not gap or lines[0] != "c2sp.org/tlog-proof@v1" or len(lines) < 2 or not lines[1].startswith("index "):
        raise FormError("not a receipt (c2sp.org/tlog-proof@v1)")
    if len(lines) > 66:
        raise FormError("a proof has at most 64 hashes")
    note = read_note(tail)
    proof = tuple(unb64(line, 32) for line in lines[2:])
    return Receipt(decimal(lines[1][6:]), proof, note, read_checkpoint(note.text))


PATH = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*")
BLOCK = 512


@dataclass(slots=True)
class Tar:
    """The files of a bundle, as slices of it, in their order."""

    files: dict[str, memoryview] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    readable: bool = True


def tar_header(path: str, size: int) -> bytes | None:
    """The one header that a path and a size may have; None when the path is too long for ustar."""
    name, prefix = path.encode(), b""
    parts = path.split("/")
    for cut in range(1, len(parts)):
        if len(name) > 100:
            prefix, name = "/".join(parts[:cut]).encode(), "/".join(parts[cut:]).encode()
    if len(name) > 100 or len(prefix) > 155:
        return None
    head = name.ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" % size + b"0" * 11 + b"\0"
    tail = b"0" + b"\0" * 100 + b"ustar\x0000" + b"\0" * 80 + prefix.ljust(155, b"\0") + b"\0" * 12
    return head + b"%06o\0 " % (sum(head) + sum(tail) + 8 * 32) + tail


def read_tar(data: memoryview) -> Tar:
    """Read the archive strictly; faults that leave the rest readable are noted and passed over."""
    tar, place = Tar(), 0
    while True:
        block = bytes(data[place : place + BLOCK])
        if len(block) < BLOCK or not any(block):
            break
        size = _tar_size(block)
        if size is None or place + BLOCK + size > len(data):
            tar.faults.append(("a tar header and its file", f"unreadable at byte {place}"))
            tar.readable = False
            return tar
        start = place + BLOCK
        place = start + size + padding_of(size)
        _take_member(tar, block, data[start : start + size], data[start + size : place])
    rest = len(data) - place
    if rest != 2 * BLOCK or any(data[place:]):
        tar.faults.append(("two zero blocks at the end and nothing more", f"{rest} bytes from {place}"))
    return tar


def padding_of(size: int) -> int:
    """How many zeros follow a file, up to the next whole block."""
    return -size % BLOCK


def _tar_size(block: bytes) -> int | None:
    digits = block[124:136].rstrip(b"\0 ")
    return int(digits, 8) if re.fullmatch(rb"[0-7]{1,11}", digits) else None


def _take_member(tar: Tar, block: bytes, body: memoryview, padding: memoryview) -> None:
    name = block[:100].rstrip(b"\0").decode("latin-1")
    prefix = block[345:500].rstrip(b"\0").decode("latin-1")
    path = f"{prefix}/{name}" if prefix else name
    if block != tar_header(path, len(body)):
        tar.faults.append(("the canonical tar header", path))
    if len(padding) != padding_of(len(body)) or any(padding):
        tar.faults.append(("zeros after the file", path))
    if not PATH.fullmatch(path) or any(part in (".", "..") for part in path.split("/")):
        tar.faults.append(("a path of [A-Za-z0-9._/-]", path))
    elif path in tar.files:
        tar.faults.append(("every file once", path))
    else:
        tar.files[path] = body


# ---------------------------------------------------------------------------------------------------------------
# F  The session file, read anew: only what decides a result
# ---------------------------------------------------------------------------------------------------------------

COUNTING = ("ballot", "sheet", "select")
ROUND_KINDS = (*COUNTING, "mood", "trial")
RESERVED = re.compile(r"r(?:00|0*(?:9[0-9]{2}|[1-9][0-9]{3,}))")  # the check-in and the spare rounds
CHECK_IN = "r00"
VOTE = "vote"


@dataclass(frozen=True, slots=True)
class Panel:
    id: str
    name: str
    card: bool
    seats: int
    spare: int
    invited: int
    audit: int
    weight: Fraction
    unverified: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """Options with their scores (None: outside the denominator); marks 0–100 when there are no options."""

    options: tuple[tuple[str, Fraction | None], ...]
    trim: int


@dataclass(frozen=True, slots=True)
class Unit:
    id: str
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class Round:
    """`options` are a trial's or mood's own question; such a round asks it instead of criteria."""

    id: str
    kind: str
    units: tuple[str, ...]
    criteria: tuple[str, ...]
    panels: tuple[str, ...]
    choose: int
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Witness:
    name: str
    witness: str
    statement: str


@dataclass(slots=True)
class Rules:
    """The session file with its defaults filled in."""

    origin: str
    title: str
    place: str
    date: str
    tolerance: int
    batch_min: int
    small_cell: int
    spare_rounds: int
    late: bool
    panels: dict[str, Panel]
    scales: dict[str, Scale]
    criteria: dict[str, tuple[str, Fraction]]
    categories: dict[str, tuple[str, int]]
    units: dict[str, Unit]
    rounds: dict[str, Round]
    places: int
    void_if_empty: bool
    channels: dict[str, Fraction]
    notaries: tuple[Witness, ...]
    observers: tuple[Witness, ...]
    quorum: tuple[int, int]
    names: dict[str, Any]

    def card_panels(self) -> list[Panel]:
        return [panel for panel in self.panels.values() if panel.card]

    def may_open(self, round_id: str) -> bool:
        """A round of the file or a spare one."""
        number = re.fullmatch("r([1-9][0-9]{2,5})", round_id)
        return round_id in self.rounds or (number is not None and 0 <= int(number[1]) - 900 < self.spare_rounds)

    def roll_rounds(self) -> list[str]:
        spares = [f"r{900 + number}" for number in range(self.spare_rounds)]
        return [CHECK_IN, *self.rounds, *spares]


MOST_DOTS = 1000  # in one line
MOST_TOML_WORK = 10**7  # see _toml_work
MOST_CELLS = 10**6  # panels × rounds, panels × units × criteria
MOST_ITEMS = 12_000  # of one round: the grammar of more has no room in an entry


class Table:
    """One TOML table, read strictly for the keys that are asked of it."""

    def __init__(self, data: object, where: str) -> None:
        if not isinstance(data, dict):
            raise FormError(f"{where} is not a table")
        self.data: dict[str, Any] = data
        self.where = where

    def text(self, key: str, default: str | None = None) -> str:
        value = self.data.get(key, default)
        if not isinstance(value, str):
            raise FormError(f"{self.where}.{key} is not a text")
        return value

    def id(self, key: str = "id") -> str:
        value = self.text(key)
        if not ID.fullmatch(value) or value == "blank":
            raise FormError(f"{self.where}.{key} is not an id")
        return value

    def count(self, key: str, default: int | None = None, most: int = 10**9) -> int:
        value = self.data.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise FormError(f"{self.where}.{key} is not a number from 0 to {most}")
        return value

    def flag(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise FormError(f"{self.where}.{key} is not true or false")
        return value

    def word(self, key: str, known: Sequence[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in known:
            raise FormError(f"{self.where}.{key} is none of {', '.join(known)}")
        return value

    def exact(self, key: str, default: int | None = None) -> Fraction:
        number = exact_number(self.data.get(key, default))
        if number is None:
            raise FormError(f"{self.where}.{key} is not an exact number")
        return number

    def weight(self, key: str, default: int | None = None) -> Fraction:
        number = self.exact(key, default)
        if number < 0:
            raise FormError(f"{self.where}.{key} is below 0")
        return number

    def ids(self, key: str) -> tuple[str, ...] | None:
        value = self.data.get(key)
        if value is not None and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            raise FormError(f"{self.where}.{key} is not a list of ids")
        return None if value is None else tuple(value)

    def tables(self, key: str) -> list[Table]:
        value = self.data.get(key, [])
        if not isinstance(value, list):
            raise FormError(f"{self.where}.{key} is not a list")
        return [Table(item, f"{self.where}.{key}") for item in value]

    def table(self, key: str) -> Table:
        return Table(self.data.get(key, {}), f"{self.where}.{key}")


def _by_id(tables: Iterable[Table], read: Callable[[Table], Any]) -> dict[str, Any]:
    """id -> what is read from its table; an id stands once."""
    found: dict[str, Any] = {}
    for table in tables:
        if table.id() in found:
            raise FormError(f"{table.where} {table.id()} stands twice")
        found[table.id()] = read(table)
    return found


def exact_number(value: object) -> Fraction | None:
    """An integer, a decimal text or a TOML decimal, exactly."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    text = str(value) if not isinstance(value, int) or abs(value) < 10**9 else ""
    return Fraction(text) if DECIMAL.fullmatch(text) else None


def _toml_work(data: bytes) -> int:
    """What a TOML reader has to do: for every part of a dotted key it walks from the top through the table's name."""
    work = header = 0
    for line in data.split(b"\n"):
        dots = line.count(b".")
        work += (dots + 1) * (header + dots + 1) if dots <= MOST_DOTS else MOST_TOML_WORK + 1
        if line.lstrip(b" \t").startswith(b"["):
            header = dots
    return work


def _read_toml(data: bytes) -> Table:
    if len(data) > 2**22 or _toml_work(data) > MOST_TOML_WORK:
        raise FormError("larger than any session file")
    try:
        return Table(tomllib.loads(str(data, "utf-8"), parse_float=Decimal), "rules")
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise FormError(f"not TOML: {shown(error)}") from None


def read_rules(data: bytes) -> Rules:
    """Read the session file; FormError for anything that a session could not have run on."""
    top = _read_toml(data)
    session, result = top.table("session"), top.table("result")
    channels = result.tables("channels") or [Table({"id": VOTE, "weight": 100}, "channels")]
    notaries, observers, quorum = _witnesses(top)
    date = session.data.get("date")
    rules = Rules(
        origin=f"{session.text('authority')}/{session.id()}",
        title=session.text("title", ""),
        place=session.text("place", ""),
        date=str(date) if isinstance(date, datetime.date) else "",
        tolerance=session.count("tolerance_ms", 2000),
        batch_min=session.count("batch_min", 8),
        small_cell=session.count("small_cell", 12),
        spare_rounds=session.count("spare_rounds", 8, 100_000),
        late=session.word("late", ("next-round", "until-close"), "next-round") == "until-close",
        panels=_by_id(top.tables("panel"), _panel),
        scales=_by_id(top.tables("scale"), _scale),
        criteria=_by_id(top.tables("criterion"), lambda t: (t.text("scale"), t.weight("weight", 1))),
        categories=_by_id(top.tables("category"), lambda t: (t.text("name"), t.count("bottom", 0))),
        units=_by_id(top.tables("unit"), lambda t: Unit(t.id(), t.text("name"), t.text("category"))),
        rounds={},
        places=result.count("places", 2, 9),
        void_if_empty=result.word("empty_panel", ("redistribute", "void"), "redistribute") == "void",
        channels=_by_id(channels, lambda t: t.weight("weight")),
        notaries=notaries,
        observers=observers,
        quorum=quorum,
        names={},
    )
    rules.rounds = _rounds(top, rules)
    _check_references(rules)
    rules.names = _names(top, rules)
    return rules


def _panel(table: Table) -> Panel:
    card = table.word("admission", ("card", "open")) == "card"
    seats = table.count("seats", None if card else 0, 10**7)
    invited = table.count("invited", seats)
    weight = table.weight("weight", 0)
    spare = table.count("spare", 0, 10**7)
    audit = table.count("audit", 0, spare)
    return Panel(table.id(), table.text("name"), card, seats, spare, invited, audit, weight, table.flag("unverified"))


def _scale(table: Table) -> Scale:
    options = _by_id(table.tables("options"), lambda o: o.exact("score") if "score" in o.data else None)
    if not options and table.data.get("range") != [0, 100]:
        raise FormError(f"scale {table.id()} has neither options nor the range [0, 100]")
    return Scale(tuple(options.items()), table.count("trim", 0))


def _witnesses(top: Table) -> tuple[tuple[Witness, ...], tuple[Witness, ...], tuple[int, int]]:
    if "witnesses" not in top.data:
        return (), (), (0, 0)
    table = top.table("witnesses")
    notaries = tuple(
        Witness(t.text("name", ""), t.text("witness"), t.text("statement")) for t in table.tables("notaries")
    )
    observers = tuple(Witness(t.text("name", ""), t.text("witness"), "") for t in table.tables("observers"))
    quorum = table.table("quorum")
    if len(notaries) > 2:
        raise FormError("more than two notaries")
    needed = (
        quorum.count("notaries", len(notaries), len(notaries)),
        quorum.count("observers", 0, len(observers)),
    )
    if needed == (0, 0):
        raise FormError("a quorum of nobody witnesses nothing")
    _refuse_repeats("a witness's key", (_bare_key(member.witness) for member in (*notaries, *observers)))
    _refuse_repeats("a statement key", (_bare_key(member.statement) for member in notaries))
    return notaries, observers, needed


def _bare_key(vkey: str) -> str:
    """The key of a key line without its name: a key has one voice, whatever it calls itself."""
    return vkey.split("+", 2)[-1]


def _refuse_repeats(what: str, names: Iterable[Any]) -> None:
    seen = set()
    for name in names:
        if name in seen:
            raise FormError(f"{what} stands twice: {shown(name)}")
        seen.add(name)


def _rounds(top: Table, rules: Rules) -> dict[str, Round]:
    """The rounds of the file; where none of them counts, one ballot round a unit follows."""
    rounds: dict[str, Round] = _by_id(top.tables("round"), lambda table: _round(table, rules))
    if any(shape.kind in COUNTING for shape in rounds.values()):
        return rounds
    for number, unit in enumerate(rules.units, 1):
        name = f"r{number:02d}"
        if name in rounds:
            raise FormError(f"round {name} is one that follows from the units")
        rounds[name] = Round(name, "ballot", (unit,), tuple(rules.criteria), tuple(rules.panels), 0, ())
    return rounds


def _round(table: Table, rules: Rules) -> Round:
    kind, units = table.word("kind", ROUND_KINDS, "ballot"), _listed(table, "units", (), rules.units)
    options = tuple(_by_id(table.tables("options"), Table.id))
    asks_all = kind in ("ballot", "sheet") or (kind == "trial" and bool(units) and not options)
    criteria = _listed(table, "criteria", rules.criteria if asks_all else (), rules.criteria)
    if options and (kind in COUNTING or criteria):
        raise FormError(f"round {table.id()} has options; only a trial or mood round without criteria does")
    if kind in ("trial", "mood") and not criteria and not options:
        options = ("yes", "no")
    panels = _listed(table, "panels", rules.panels, rules.panels)
    return Round(table.id(), kind, units, criteria, panels, table.count("choose", 0), options)


def _listed(table: Table, key: str, default: Iterable[str], every: Iterable[str]) -> tuple[str, ...]:
    value = table.ids(key)
    if value is None or value == ("*",):
        return tuple(default if value is None else every)
    _refuse_repeats(f"{table.where}.{key}: one of them", value)
    return value


def _check_references(rules: Rules) -> None:
    """Every id that something points to must be there, and the tables must have a sane size: later steps rely on it."""
    rounds = rules.rounds.values()
    sizes = [
        len(rules.panels) * (1 + len(rules.rounds) + rules.spare_rounds),
        max(1, len(rules.panels)) * len(rules.units) * len(rules.criteria),
        sum(len(shape.panels) * len(shape.units) * max(1, len(shape.criteria)) for shape in rounds),
    ]
    items = max((len(shape.units) * len(shape.criteria) for shape in rounds), default=0)
    if max(sizes) > MOST_CELLS or items > MOST_ITEMS:
        raise FormError("larger than any session file")
    reserved = next((name for name in rules.rounds if RESERVED.fullmatch(name)), None)
    if reserved is not None:
        raise FormError(f"round {reserved} is called like the check-in or a spare round")
    wrong = [unit.id for unit in rules.units.values() if unit.category not in rules.categories]
    wrong += [name for name, (scale, _) in rules.criteria.items() if scale not in rules.scales]
    for shape in rules.rounds.values():
        wrong += [unit for unit in shape.units if unit not in rules.units]
        wrong += [name for name in shape.criteria if name not in rules.criteria]
        wrong += [panel for panel in shape.panels if panel not in rules.panels]
    if wrong:
        raise FormError(f"names something that is not there: {shown(wrong[0])}")
    scoring = [shape for shape in rounds if shape.kind in ("ballot", "sheet")]
    cells = ((u, c, p) for each in scoring for u in each.units for c in each.criteria for p in each.panels)
    _refuse_repeats("a unit, criterion and panel", cells)


def policy_text(rules: Rules, log: Key) -> str:
    """policy.txt as it follows from the session file."""
    if not rules.notaries and not rules.observers:
        return f"log {log.vkey}\nquorum none\n"
    lines, groups = [f"log {log.vkey}"], []
    named = (("notaries", "n", rules.notaries, rules.quorum[0]), ("observers", "o", rules.observers, rules.quorum[1]))
    for _, letter, members, _ in named:
        lines += [f"witness {letter}{number} {member.witness}" for number, member in enumerate(members, 1)]
    for group, letter, members, needed in named:
        if needed:
            groups.append(group)
            lines.append(f"group {group} {needed} " + " ".join(f"{letter}{n}" for n in range(1, len(members) + 1)))
    return "\n".join([*lines, f"group all-of all {' '.join(groups)}", "quorum all-of"]) + "\n"


# ---------------------------------------------------------------------------------------------------------------
# G  What a ballot may say, and what an entry may hold: three forms, one reader each
# ---------------------------------------------------------------------------------------------------------------

# ---- what a ballot of a round may say

Item = tuple[str, str]
Choice = dict[Item, str] | None  # what one ballot says; None for one blank in full
MARKS = {str(mark): str(mark) for mark in range(101)}
OWN_QUESTION: Item = ("", "")


@dataclass(slots=True)
class Form:
    """The questions of one round: (unit, criterion) with its label in the grammar and its possible answers."""

    items: list[tuple[Item, str, dict[str, str]]]
    choose: int
    units: tuple[str, ...]
    grammar: str


def form_of(shape: Round, rules: Rules) -> Form:
    if shape.kind == "select":
        return Form([], shape.choose, shape.units, f"{shape.choose}/{len(shape.units)}")
    if shape.options:
        answers = {str(number): option for number, option in enumerate(shape.options, 1)}
        return Form([(OWN_QUESTION, "", answers)], 0, (), f"1-{len(shape.options)}")
    items, grammar = [], []
    sheet = shape.kind == "sheet" or len(shape.units) > 1
    by_criterion = {criterion: _answers(rules, criterion) for criterion in shape.criteria}
    for unit_number, unit in enumerate(shape.units, 1):
        for number, criterion in enumerate(shape.criteria, 1):
            label = f"{unit_number}.{number}" if sheet else str(number) if len(shape.criteria) > 1 else ""
            allowed = by_criterion[criterion]
            items.append(((unit, criterion), label, allowed))
            span = "0-100" if allowed is MARKS else f"1-{len(allowed)}"
            grammar.append(f"{label}={span}" if label else span)
    return Form(items, 0, (), ";".join(grammar))


def _answers(rules: Rules, criterion: str) -> dict[str, str]:
    options = rules.scales[rules.criteria[criterion][0]].options
    return {str(place): option for place, (option, _) in enumerate(options, 1)} if options else MARKS


def read_choice(form: Form, text: str) -> Choice:
    """The answers of one ballot; FormError for what is none."""
    if text == "-":
        return None
    if form.units:
        return _read_selection(form, text)
    parts = text.split(";")
    if len(parts) != len(form.items):
        raise FormError(f"{len(parts)} answers where {len(form.items)} belong")
    answers: dict[Item, str] = {}
    for part, (item, label, allowed) in zip(parts, form.items, strict=True):
        start = f"{label}=" if label else ""
        answer = part[len(start) :]
        if not part.startswith(start) or not (answer in allowed or (answer == "-" and label)):
            raise FormError(f"answer {shown(part)} is not one of the round's")
        answers[item] = allowed.get(answer, "blank")
    if set(answers.values()) == {"blank"}:
        raise FormError("a ballot blank in full has the form -")
    return answers


def _read_selection(form: Form, text: str) -> dict[Item, str]:
    numbers = text.split(",")
    allowed = {str(number): unit for number, unit in enumerate(form.units, 1)}
    if len(numbers) > form.choose or not all(number in allowed for number in numbers):
        raise FormError(f"not a choice of at most {form.choose} units")
    if any(int(a) >= int(b) for a, b in pairwise(numbers)):
        raise FormError("unit numbers do not rise")
    return {(allowed[number], ""): "" for number in numbers}


def flat_counts(value: object, shape: Round) -> dict[Item, dict[str, int]] | None:
    """The written counts of a round as item -> option -> n; None if misshapen.

    Written: {unit: {criterion: {option: n}}}; of a select round {unit: n}; of a question of its own {option: n}.
    """
    rows: Any = {"": {"": value}} if shape.options else value
    if shape.kind == "select" and isinstance(value, dict):
        rows = {unit: {"": {"": number}} for unit, number in value.items()}
    flat: dict[Item, dict[str, int]] = {}
    for unit, criteria in rows.items() if isinstance(rows, dict) else ():
        if not isinstance(criteria, dict):
            return None
        for criterion, options in criteria.items():
            if not isinstance(options, dict) or not all(is_count(number) for number in options.values()):
                return None
            flat[unit, criterion] = dict(options)
    return flat


def written_counts(counts: Mapping[Item, dict[str, int]], shape: Round) -> dict[str, Any]:
    """The opposite of flat_counts."""
    if shape.options:
        return dict(counts[OWN_QUESTION])
    nested: dict[str, Any] = {}
    for (unit, criterion), options in counts.items():
        if shape.kind == "select":
            nested[unit] = options[""]
        else:
            nested.setdefault(unit, {})[criterion] = dict(options)
    return nested


# ---- what an entry may hold

Check = Callable[[Any], bool]


def is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_count(value: Any) -> bool:
    return is_integer(value) and value >= 0


def is_key(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(unb64(value, 32))
    except FormError:
        return False


def matches(pattern: str) -> Check:
    return lambda value: isinstance(value, str) and bool(re.fullmatch(pattern, value))


def list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def map_of(check: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(map(check, value.values()))


def fields_of(line: str) -> dict[str, Check]:
    """`name:kind name:kind` as name -> check."""
    return {name: KINDS[kind] for name, _, kind in (word.partition(":") for word in line.split())}


def has_fields(body: Any, fields: Mapping[str, Check]) -> bool:
    """Every listed field is there, of its kind, and no other."""
    return isinstance(body, dict) and set(body) == set(fields) and all(fields[name](body[name]) for name in fields)


IDENTITY: dict[str, Check] = {
    **dict.fromkeys(("expected", "present", "issued", "returned", "valid", "invalid", "abstained"), is_count),
    "not_cast": is_integer,  # below 0 when more came back than went out; E451 says so
}
KINDS: dict[str, Check] = {
    "count": is_count,
    "text": lambda value: isinstance(value, str),
    "flag": lambda value: isinstance(value, bool),
    "table": lambda value: isinstance(value, dict),
    "id": matches(ID.pattern),
    "ids": list_of(matches(ID.pattern)),
    "window": matches(WINDOW.pattern),
    "digest": matches("[0-9a-f]{64}"),
    "key": is_key,
    "keys": list_of(is_key),
    "keys-by-round": map_of(is_key),
    "counts": list_of(is_count),
    "counts-by-panel": map_of(is_count),
    "scores-by-unit": map_of(lambda value: isinstance(value, str)),
    "kind": matches("live|rehearsal"),
    "by": matches("operator|clock"),
    "cause": matches("time|early|lock|restart"),
    "options": list_of(lambda value: matches(ID.pattern)(value.get("id") if isinstance(value, dict) else value)),
    "previous": lambda value: value is None or has_fields(value, fields_of("origin:text size:count root:key")),
    "audit-cards": list_of(lambda value: has_fields(value, fields_of("check_in:key key:key choice:text"))),
    "identities": map_of(lambda value: has_fields(value, IDENTITY)),
}
# The table of FORMAT, section 5.  The line of `void`, written out, is {"serial": is_count, "keys": map_of(is_key),
# "reason": a text, "at": is_count}: these fields and no others, each of its kind.
FIELDS: dict[str, dict[str, Check]] = {
    "session": fields_of(
        "kind:kind number:count previous:previous rules:digest page:digest policy:digest rolls:digest "
        "codes_exported:flag software:text fresh:key at:count"
    ),
    "zero": fields_of("size:count ballots:count printed:counts-by-panel spare:counts-by-panel at:count"),
    "void": fields_of("serial:count keys:keys-by-round reason:text at:count"),
    "hand": fields_of(
        "window:window panel:id present:count issued:count returned:count valid:count invalid:count "
        "abstained:count counts:table sheet:digest at:count"
    ),
    "remark": fields_of("text:text at:count"),
    "void-round": fields_of("window:window reason:text at:count"),
    "audit": fields_of("window:window digest:digest at:count"),
    "audit-open": fields_of("window:window cards:audit-cards salt:key at:count"),
    "open": fields_of(
        "round:id window:window title:text kind:text units:ids criteria:ids grammar:text panels:ids seconds:count "
        "tolerance:count ballots:count at:count"
    ),
    "extend": fields_of("window:window open:count seconds:count by:by reason:text at:count"),
    "close": fields_of("window:window open:count cause:cause by:by reason:text at:count"),
    "tally": fields_of(
        "round:id window:window open:count close:count openings:digest counts:digest by:identities at:count"
    ),
    "enrol": fields_of("panel:id round:id keys:keys"),
    "channel": fields_of("id:id source:text digest:digest scores:scores-by-unit at:count"),
    "not-held": fields_of("round:id reason:text at:count"),
    "incident": fields_of("kind:text text:text at:count"),
    "seal": fields_of("tallies:counts results:digest at:count"),
}
STATEMENTS = ("session", "zero", "void", "hand", "remark", "void-round", "audit", "audit-open")


@dataclass(frozen=True, slots=True)
class Voice:
    """A ballot or a present: one key, one signature. `window` is empty for a present."""

    window: str
    key: bytes
    counter: int
    commitment: bytes
    text: bytes
    signature: Signature

    def is_signed(self) -> bool:
        good_id = self.signature.key_id == key_id("card", LOG_KEY, self.key)
        return good_id and ed25519(self.key, self.text, self.signature.blob)


@dataclass(frozen=True, slots=True)
class Act:
    kind: str
    body: dict[str, Any]
    note: Note | None


def read_entry(entry: bytes, origin: str) -> Voice | Act:
    text = utf8(entry)
    tag, _, rest = text.partition("\n")
    if not text.endswith("\n") or not rest.startswith(f"{origin}\n"):
        raise FormError("line 2 is not the origin of this session, or the last line does not end")
    if tag == "c1/ballot":
        return _read_ballot(text)
    if tag == "c1/present":
        return _read_present(text)
    kind = tag.removeprefix("c1/")
    if tag == kind or kind not in FIELDS:
        raise FormError(f"unknown tag {shown(tag)}")
    return _read_act(kind, text, origin)


def _read_ballot(text: str) -> Voice:
    lines = text.split("\n")
    if len(lines) != 9 or lines[6] or not lines[5].startswith("m1 ") or not WINDOW.fullmatch(lines[2]):
        raise FormError("not the lines of a ballot")
    key, commitment = unb64(lines[3], 32), unb64(lines[5][3:], 32)
    signed = text[: text.index("\n\n") + 1].encode()
    return Voice(lines[2], key, decimal(lines[4]), commitment, signed, _card_signature(lines[7]))


def _read_present(text: str) -> Voice:
    lines = text.split("\n")
    if len(lines) != 6 or lines[3]:
        raise FormError("not the lines of a check-in")
    signed = text[: text.index("\n\n") + 1].encode()
    return Voice("", unb64(lines[2], 32), 0, b"", signed, _card_signature(lines[4]))


def _card_signature(line: str) -> Signature:
    signature = read_signature(line)
    if signature.name != "card" or len(signature.blob) != 64:
        raise FormError("not one signature named card")
    return signature


def _read_act(kind: str, text: str, origin: str) -> Act:
    start = len(f"c1/{kind}\n{origin}\n")
    line, _, rest = text[start:].partition("\n")
    body = canonical_json(line)
    fields = FIELDS[kind]
    if kind == "open" and "options" in body:
        fields = fields | {"options": KINDS["options"]}
    if not has_fields(body, fields):
        raise FormError(f"the fields of {kind} are not {', '.join(sorted(fields))}, each of its kind")
    if kind not in STATEMENTS:
        if rest:
            raise FormError("lines after the JSON line")
        return Act(kind, body, None)
    if not rest.startswith("\n"):
        raise FormError("no empty line before the signatures")
    note = read_note(text.encode())
    if note.text != text[: start + len(line) + 1]:
        raise FormError("more than the JSON line is signed")
    return Act(kind, body, note)


# ---------------------------------------------------------------------------------------------------------------
# H  Scores, ranks, bottom: exact fractions, rounded once, half up
# ---------------------------------------------------------------------------------------------------------------

Cell = tuple[str, str, str]


class Scores:
    """The results of a session from its counted windows."""

    def __init__(self, case: Case) -> None:
        self.rules = case.rules
        self.case = case
        self.locked = {window.round for window in case.windows.values() if window.stands}
        self.cells: dict[Cell, dict[str, int]] = {}
        for window in case.windows.values():
            if window.stands and window.shape.kind in ("ballot", "sheet"):
                for panel, counts in window.counts.items():
                    for (unit, criterion), options in counts.items():
                        self.cells[unit, criterion, panel] = options
        self.hidden = self._hidden()

    def shown(self, value: Fraction | None) -> str | None:
        return None if value is None else rounded(value, self.rules.places)

    def mean(self, unit: str, criterion: str, panel: str) -> Fraction | None:
        """The mean of the option scores, over the ballots that chose an option with a score."""
        counts = self.cells.get((unit, criterion, panel), {})
        scale = self.rules.scales[self.rules.criteria[criterion][0]]
        scores = dict(scale.options) if scale.options else {mark: Fraction(mark) for mark in counts if mark in MARKS}
        rows = sorted((score, counts.get(option, 0)) for option, score in scores.items() if score is not None)
        number = sum(count for _, count in rows)
        if scale.trim and number > 2 * scale.trim:
            rows = _trimmed(_trimmed(rows, scale.trim)[::-1], scale.trim)
            number -= 2 * scale.trim
        return sum((score * count for score, count in rows), Fraction(0)) / number if number else None

    def panel_mean(self, unit: str, panel: str) -> Fraction | None:
        """The weighted mean over the criteria that somebody scored."""
        total = weights = Fraction(0)
        for criterion, (_, weight) in self.rules.criteria.items():
            mean = self.mean(unit, criterion, panel)
            if mean is not None:
                total, weights = total + weight * mean, weights + weight
        return total / weights if weights else None

    def is_waiting(self, unit: str) -> bool:
        """Whether a round that asks about the unit is not locked yet."""
        return any(shape.id not in self.locked for shape in self._rounds_on(unit))

    def _rounds_on(self, unit: str) -> list[Round]:
        rounds = self.rules.rounds.values()
        return [shape for shape in rounds if shape.kind in ("ballot", "sheet") and unit in shape.units]

    def vote(self, unit: str, only_verified: bool = False) -> Fraction | None:
        """The vote's channel score; None while a round of the unit waits, or as the rule for empty panels says."""
        if self.is_waiting(unit):
            return None
        total = weights = Fraction(0)
        for panel in self.rules.panels.values():
            if not panel.weight or (only_verified and panel.unverified):
                continue
            mean = self.panel_mean(unit, panel.id)
            if mean is None and self.rules.void_if_empty:
                return None
            if mean is not None:
                total, weights = total + panel.weight * mean, weights + panel.weight
        return total / weights if weights else None

    def channel(self, name: str, unit: str, only_verified: bool = False) -> Fraction | None:
        return self.vote(unit, only_verified) if name == VOTE else self.case.channels.get(name, {}).get(unit)

    def score(self, unit: str, only_verified: bool = False) -> Fraction | None:
        """The weighted mean of the channels; None while one of them lacks the unit."""
        total = weights = Fraction(0)
        for name, weight in self.rules.channels.items():
            part = self.channel(name, unit, only_verified)
            if weight and part is None:
                return None
            if weight and part is not None:
                total, weights = total + weight * part, weights + weight
        return None if self.is_waiting(unit) or not weights else total / weights

    def verified(self) -> dict[str, str | None] | None:
        """The scores without panels marked unverified; None when there is none."""
        if not any(panel.unverified for panel in self.rules.panels.values()):
            return None
        return {unit: self.shown(self.score(unit, True)) for unit in self.rules.units}

    def results(self) -> dict[str, Any]:
        scores = {unit: self.shown(self.score(unit)) for unit in self.rules.units}
        complete = is_complete(self.rules, self.locked, scores)
        places = standings(self.rules, scores, complete)
        rows = []
        for unit in self.rules.units.values():
            row: dict[str, Any] = {"unit": unit.id, "category": unit.category, "score": scores[unit.id]}
            row |= places[unit.id]
            row["channels"] = {name: self.shown(self.channel(name, unit.id)) for name in self.rules.channels}
            row["panels"] = self._panel_figures(unit.id)
            rows.append(row)
        return {"units": rows, "complete": complete}

    def _panel_figures(self, unit: str) -> dict[str, Any]:
        """A figure, or null, for every panel and criterion that some round asks about the unit."""
        figures: dict[str, Any] = {}
        for shape in self._rounds_on(unit):
            for panel in shape.panels:
                for criterion in shape.criteria:
                    cell = (unit, criterion, panel)
                    figure = None if cell in self.hidden else self.shown(self.mean(*cell))
                    figures.setdefault(panel, {})[criterion] = figure
        return figures

    def _hidden(self) -> dict[Cell, str]:
        """Cells that must be null: few ballots or all alike (W471), or known by subtraction (W472)."""
        hidden = {cell: "W471" for cell, options in self.cells.items() if self._is_telling(options)}
        for unit in self.rules.units:
            for criterion in self.rules.criteria:
                mine = [cell for panel in self.rules.panels if (cell := (unit, criterion, panel)) in self.cells]
                rest = [cell for cell in mine if cell not in hidden]
                if len(mine) - len(rest) == 1 and rest:
                    hidden[min(rest, key=lambda cell: said(self.cells[cell]))] = "W472"
        return hidden

    def _is_telling(self, options: Mapping[str, int]) -> bool:
        kinds = [option for option, number in options.items() if number and option != "blank"]
        return said(options) < self.rules.small_cell or len(kinds) <= 1


def said(options: Mapping[str, int]) -> int:
    """How many ballots say something here; those that left the item blank do not stand behind the figure."""
    return sum(number for option, number in options.items() if option != "blank")


def _trimmed(rows: Sequence[tuple[Fraction, int]], drop: int) -> list[tuple[Fraction, int]]:
    """The rows without the first `drop` marks."""
    kept = []
    for score, count in rows:
        gone = min(drop, count)
        drop -= gone
        kept.append((score, count - gone))
    return kept


def rounded(value: Fraction, places: int) -> str:
    """Half up, with exactly `places` decimals."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = f"{whole:0{places + 1}d}"
    sign = "-" if value < 0 and whole else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def is_complete(rules: Rules, locked: set[str], scores: Mapping[str, str | None]) -> bool:
    """Every counting round is locked and every unit has a score."""
    counting = {shape.id for shape in rules.rounds.values() if shape.kind in COUNTING}
    return counting <= locked and None not in scores.values()


def standings(rules: Rules, scores: Mapping[str, str | None], complete: bool) -> dict[str, dict[str, Any]]:
    """Rank, tied and bottom of every unit within its category, by the announced score."""
    places: dict[str, dict[str, Any]] = {}
    for category, (_, bottom) in rules.categories.items():
        mine = {unit.id: scores[unit.id] for unit in rules.units.values() if unit.category == category}
        values = sorted(Fraction(score) for score in mine.values() if score is not None)
        border = values[bottom - 1] if complete and 0 < bottom <= len(values) else None
        for unit, score in mine.items():
            if score is None:
                places[unit] = {"rank": None, "tied": False, "bottom": False}
                continue
            value = Fraction(score)
            below, not_above = bisect_left(values, value), bisect_right(values, value)
            places[unit] = {
                "rank": 1 + len(values) - not_above,
                "tied": not_above - below > 1,
                "bottom": border is not None and value <= border,
            }
    return places


# ---------------------------------------------------------------------------------------------------------------
# I  The steps of FORMAT, section 12, by its numbers.  Each takes the Case, adds what it learnt to it and what is wrong
#    to the report.
# ---------------------------------------------------------------------------------------------------------------


class Entries:
    """The entries as places in the tile files; an entry is cut out only when it is read."""

    def __init__(self) -> None:
        self.tiles: list[memoryview] = []
        self.starts: list[array[int]] = []
        self.count = 0

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[bytes]:
        for tile, starts in zip(self.tiles, self.starts, strict=True):
            for start in starts:
                yield bytes(tile[start : start + int.from_bytes(tile[start - 2 : start], "big")])

    def add_tile(self, tile: memoryview) -> int | None:
        """Split one tile: how many entries it holds; None when they do not end where it ends, or are too many."""
        starts, place = array("Q"), 0
        while place + 2 <= len(tile) and len(starts) < TILE_WIDTH:
            starts.append(place + 2)
            place += 2 + int.from_bytes(tile[place : place + 2], "big")
        self.tiles.append(tile)
        self.starts.append(starts)
        self.count += len(starts)
        return len(starts) if place == len(tile) else None


@dataclass(slots=True)
class Cast:
    """An accepted ballot: whose, which one of its key, where in the record, and what it commits to."""

    key: bytes
    counter: int
    index: int
    commitment: bytes


@dataclass(slots=True)
class Window:
    """One holding of a round, as the entries tell it."""

    name: str
    round: str
    shape: Round
    open: int
    body: dict[str, Any]
    extensions: list[int] = field(default_factory=list)
    close: int | None = None
    hands: dict[str, dict[str, Any]] = field(default_factory=dict)
    audit: int | None = None
    audit_cards: list[dict[str, Any]] = field(default_factory=list)
    audit_row: dict[str, Any] = field(default_factory=dict)
    tally: int | None = None
    tally_body: dict[str, Any] = field(default_factory=dict)
    void: int | None = None
    best: dict[bytes, Cast] = field(default_factory=dict)
    damaged: bool = False
    failed: set[int] = field(default_factory=set)
    counts: dict[str, dict[Item, dict[str, int]]] = field(default_factory=dict)

    @property
    def stands(self) -> bool:
        return self.tally is not None and self.void is None

    @property
    def closed_at(self) -> int:
        """The index of the close; only a closed window is tallied, hence counted."""
        assert self.close is not None
        return self.close


@dataclass(slots=True)
class Case:
    """Everything that is known about one bundle."""

    report: Report
    files: dict[str, memoryview]
    rules: Rules
    log: Key
    origin: str = ""
    witnesses: list[Key] = field(default_factory=list)
    statements: list[Key] = field(default_factory=list)
    anchored: bool = False
    vouched_entry_0: bool = False
    vouched_manifest: bool = False
    manifest_head: tuple[str, str] | None = None
    checkpoint: Checkpoint | None = None
    cosigners: Signers | None = None
    history: list[tuple[Checkpoint, Signers]] = field(default_factory=list)
    entries: Entries = field(default_factory=Entries)
    leaves: list[bytes] = field(default_factory=list)
    on_roll: dict[bytes, tuple[str, str]] = field(default_factory=dict)  # key -> round, panel
    enrolled: dict[tuple[str, str], int] = field(default_factory=dict)  # round, panel -> keys
    present: dict[bytes, int] = field(default_factory=dict)  # key of r00 -> index of its check-in
    voided: dict[str, dict[bytes, int]] = field(default_factory=dict)  # round -> key -> index
    windows: dict[str, Window] = field(default_factory=dict)  # by name, in the order of their opens
    held: dict[str, list[Window]] = field(default_factory=dict)  # the same by round
    not_held: set[str] = field(default_factory=set)
    audits: dict[str, str] = field(default_factory=dict)  # window -> digest of what was fixed
    channels: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    session: dict[str, Any] | None = None
    zero: int | None = None
    first_open: int | None = None
    seal: int | None = None
    seal_body: dict[str, Any] = field(default_factory=dict)
    public: bool = False
    listed: list[str] | None = None

    def windows_of(self, round_id: str) -> list[Window]:
        return self.held.get(round_id, [])

    def next_window(self, round_id: str) -> str:
        """What the next window of a round is called."""
        number = len(self.windows_of(round_id)) + 1
        return round_id if number == 1 else f"{round_id}.{number}"

    def add_window(self, window: Window) -> None:
        self.windows[window.name] = window
        self.held.setdefault(window.round, []).append(window)

    def panel_of(self, round_id: str, key: bytes) -> str | None:
        """The panel on whose roll of a round a key stands."""
        place = self.on_roll.get(key)
        return place[1] if place is not None and place[0] == round_id else None


def verify(data: bytes, anchor: str | None = None, receipts: Sequence[bytes] = ()) -> Report:
    """Check one bundle; never raises for what the bundle holds."""
    report = Report(archive={"sha256": sha256(data).hex(), "length": len(data)})
    tar = step_1_archive(report, memoryview(data))
    if tar is None:
        return report
    case = step_2_rules_and_keys(report, tar.files, anchor)
    if case is None:
        report.skip("E103–E511")
        return report
    step_3_manifest(case)
    step_4_checkpoints(case)
    if not step_5_entries(case):
        report.skip("E303–E511")
        step_12_files(case, whole=False)
        return report
    step_6_tree(case)
    step_7_rolls(case)
    step_8_story(case)
    step_9_counts(case)
    step_10_results(case)
    step_11_witnesses_and_receipts(case, receipts)
    step_12_files(case, whole=True)
    return report


# ---- 1  The archive: E101, and whether it is a bundle at all


def step_1_archive(report: Report, data: memoryview) -> Tar | None:
    tar = read_tar(data)
    first = next(iter(tar.files.items()), ("", b""))
    if first[0] != "C1" or bytes(first[1][:12]) != b"c1/bundle 1\n":
        report.is_bundle = False
        report.skip("E101–E511")
        return None
    for expected, found in tar.faults:
        report.add("E101", None, expected, found)
    if not tar.readable:
        report.skip("E102–E511")
        return None
    return tar


# ---- 2  Session file, policy, origin: E102 E452 (nothing can be checked without them) E104 E105 E203 W106–W108


def step_2_rules_and_keys(report: Report, files: dict[str, memoryview], anchor: str | None) -> Case | None:
    missing = [path for path in ("policy.txt", "rules.toml") if path not in files]
    for path in missing:
        report.add("E102", None, path, "missing")
    if missing:
        return None
    try:
        rules = read_rules(bytes(files["rules.toml"]))
    except FormError as error:
        report.add("E452", None, "a readable session file", error)
        return None
    report.rules = rules
    try:
        log = _log_key(bytes(files["policy.txt"]))
        witnesses = [read_vkey(member.witness, WITNESS_KEY) for member in (*rules.notaries, *rules.observers)]
        statements = [read_vkey(member.statement, LOG_KEY) for member in rules.notaries]
    except FormError as error:
        report.add("E104", None, "a readable policy", error)
        return None
    case = Case(report, files, rules, log, witnesses=witnesses, statements=statements)
    check_origin(case)
    check_policy(case, anchor)
    return case


def _log_key(policy: bytes) -> Key:
    first = utf8(policy).split("\n")[0]
    if not first.startswith("log "):
        raise FormError("policy.txt does not begin with the log's key")
    return read_vkey(first[4:], LOG_KEY)


def check_origin(case: Case) -> None:
    """The origin is the log key's name; C1 says it too, and the session file says how it begins."""
    case.origin = case.report.origin = case.log.name
    expected = f"c1/bundle 1\n{case.origin}\n".encode()
    if bytes(case.files["C1"]) != expected:
        case.report.add("E203", None, case.origin, text_of(case.files["C1"]))
    live = case.rules.origin
    if case.origin != live and not re.fullmatch(re.escape(live) + r"/rehearsal-[0-9]{8}T[0-9]{6}Z", case.origin):
        case.report.add("E203", None, live, case.origin)
    case.report.kind = "live"
    if case.origin != live:
        _call_rehearsal(case.report)


def _call_rehearsal(report: Report) -> None:
    if report.kind != "rehearsal":
        report.kind = "rehearsal"
        report.add("W108", None, "a live session", "rehearsal")


def check_policy(case: Case, anchor: str | None) -> None:
    report, rules = case.report, case.rules
    expected = policy_text(rules, case.log)
    if bytes(case.files["policy.txt"]) != expected.encode():
        report.add("E104", None, expected, text_of(case.files["policy.txt"]))
    if not case.witnesses:
        report.add("W106", None, "a witness", "none")
    if anchor is not None:
        first = rules.notaries[0] if rules.notaries else None
        found = anchor_of(first.witness, first.statement) if first else "no notary"
        if anchor != found:
            report.add("E105", None, anchor, found)
        else:
            case.anchored = True
    elif case.witnesses:
        report.add("W107", None, "an anchor", "none given")


# ---- 3  The manifest: E103 E201 E203


def step_3_manifest(case: Case) -> None:
    report = case.report
    if "manifest.note" not in case.files:
        return
    try:
        note = read_note(case.files["manifest.note"])
    except FormError as error:
        report.add("E201", None, "a signed note", error)
        report.skip("E103")
        return
    fault = signers_fault(note, case)
    if fault:
        report.add("E201", None, "the log, then the notaries the session asks for", fault)
    case.vouched_manifest = fault is None and is_by_first_notary(note, case)
    lines = note.text.split("\n")
    if lines[0] != "c1/manifest" or len(lines) < 5:
        report.add("E103", None, "c1/manifest, origin, size, root, files", lines[0])
        return
    if lines[1] != case.origin:
        report.add("E203", None, case.origin, f"manifest.note: {lines[1]}")
    case.manifest_head = lines[2], lines[3]
    _check_manifest_lines(case, lines[4:-1])


def _check_manifest_lines(case: Case, lines: Sequence[str]) -> None:
    report, listed = case.report, []
    for line in lines:
        digest, length, path = (*line.split(" "), "", "", "")[:3]
        listed.append(path)
        if path not in case.files:
            continue
        found = {"path": path, "sha256": sha256(case.files[path]).hex(), "length": len(case.files[path])}
        report.files.append(found)
        if line != f"{found['sha256']} {found['length']} {path}":
            report.add("E103", None, f"{path} {digest} {length}", found["sha256"])
    there = [path for path in case.files if path != "manifest.note"]
    case.listed = listed
    if sorted(listed) == sorted(there) and listed != there:
        report.add("E103", None, "the order of the archive", "another order in the manifest")
    if len(set(listed)) != len(listed):
        report.add("E103", None, "every file once", "a file twice in the manifest")


def signers_fault(note: Note, case: Case) -> str | None:
    """What is wrong with the signers of a statement: log first, then notaries in file order, enough of them."""
    keys, last = [case.log, *case.statements], -1
    for signature in note.signatures:
        place = _place_of(signature, keys)
        if place is None:
            return f"a signer who is not asked for: {signature.name}"
        if place <= last or (last == -1 and place != 0):
            return f"{signature.name} signs out of order"
        if not ed25519(keys[place].public, note.text.encode(), signature.blob):
            return f"the signature of {signature.name} fails"
        last = place
    notaries, needed = len(note.signatures) - 1, case.rules.quorum[0]
    return f"{notaries} of {needed} notaries" if notaries < needed else None


def _place_of(signature: Signature, keys: Sequence[Key]) -> int | None:
    """The place of the key that a signature names."""
    for place, key in enumerate(keys):
        if (key.name, key.key_id) == (signature.name, signature.key_id):
            return place
    return None


def is_by_first_notary(note: Note, case: Case) -> bool:
    """Whether the first notary is among the signers of a note in whose signers there is no fault."""
    return any(_place_of(signature, case.statements[:1]) == 0 for signature in note.signatures)


# ---- 4  The checkpoint and the history: E202–E207, and E103 where the manifest's head is another one


def step_4_checkpoints(case: Case) -> None:
    if "checkpoint" in case.files:
        case.checkpoint = _last_checkpoint(case)
    if case.checkpoint and case.manifest_head:
        _check_manifest_head(case, case.checkpoint, *case.manifest_head)
    if "history" in case.files:
        _read_history(case)


def _check_manifest_head(case: Case, head: Checkpoint, size: str, root: str) -> None:
    if (size, root) != (str(head.size), b64(head.root)):
        case.report.add("E103", None, f"{head.size} {b64(head.root)}", f"manifest.note: {size} {root}")


def _read_history(case: Case) -> None:
    report = case.report
    try:
        notes = list(split_notes(case.files["history"]))
        heads = [(note, read_checkpoint(note.text)) for note in notes]
    except FormError as error:
        report.add("E202", None, "history: checkpoints one after the other", error)
        return
    for note, head in heads:
        if head.origin != case.origin:
            report.add("E203", None, case.origin, f"history: {head.origin}")
        signers = who_signed(note, case.log, case.witnesses)
        if not signers.log or signers.failed:
            report.add("E206", head.size, "good signatures", f"fails: {', '.join(signers.failed) or 'log is missing'}")
        case.history.append((head, signers))
    sizes = [head.size for _, head in heads]
    if not sizes or sizes[0] < 1 or any(a >= b for a, b in pairwise(sizes)):
        report.add("E207", None, "sizes that rise from 1 or more", _first_fall(sizes))
    if case.checkpoint and (not sizes or sizes[-1] != case.checkpoint.size):
        report.add("E207", None, f"last size {case.checkpoint.size}", sizes[-1] if sizes else "nothing")


def _first_fall(sizes: Sequence[int]) -> str:
    return next((f"{b} after {a}" for a, b in pairwise(sizes) if a >= b), str(sizes[:1]))


def _last_checkpoint(case: Case) -> Checkpoint | None:
    report = case.report
    try:
        note = read_note(case.files["checkpoint"])
        head = read_checkpoint(note.text)
    except FormError as error:
        report.add("E202", None, "a signed checkpoint", error)
        return None
    if head.origin != case.origin:
        report.add("E203", None, case.origin, head.origin)
    signers = case.cosigners = who_signed(note, case.log, case.witnesses)
    if not signers.log or case.log.name in signers.failed:
        report.add("E204", None, "the log's signature", "it fails" if signers.failed else "missing")
    if not has_quorum(case, signers) or any(name != case.log.name for name in signers.failed):
        report.add("E205", None, _quorum_words(case), f"{len(signers.times)} good, failing: {signers.failed}")
    return head


def split_notes(data: memoryview) -> Iterator[Note]:
    """Whole notes one after the other: a note ends before the next line that does not begin with an em dash."""
    lines = utf8(data).split("\n")
    if lines.pop() != "":
        raise FormError("the last line does not end")
    start, place = 0, 0
    while place < len(lines):
        place += 1
        is_end = place == len(lines) or not lines[place].startswith("— ")
        if lines[place - 1].startswith("— ") and is_end:
            yield read_note(("\n".join(lines[start:place]) + "\n").encode())
            start = place
    if start != len(lines):
        raise FormError("a checkpoint without signatures")


def has_quorum(case: Case, signers: Signers) -> bool:
    rules = case.rules
    notaries = sum(member.witness in signers.times for member in rules.notaries)
    observers = sum(member.witness in signers.times for member in rules.observers)
    return notaries >= rules.quorum[0] and observers >= rules.quorum[1]


def _quorum_words(case: Case) -> str:
    return f"{case.rules.quorum[0]} notaries and {case.rules.quorum[1]} observers"


# ---- 5  The entry tiles: E301 E302


TILE_WIDTH = 256


def tile_path(level: str, number: int, width: int = TILE_WIDTH) -> str:
    """tile/<level>/<number in groups of three>[.p/<width>]"""
    text = f"{number % 1000:03d}"
    while number >= 1000:
        number //= 1000
        text = f"x{number % 1000:03d}/{text}"
    return f"tile/{level}/{text}" + (f".p/{width}" if width < TILE_WIDTH else "")


def step_5_entries(case: Case) -> bool:
    """Read the entry tiles that are there, first to last; False when they cannot be read."""
    partials = {path.partition(".p/")[0]: path for path in case.files if ".p/" in path}
    left = {path for path in case.files if path.startswith("tile/entries/")}
    misnamed = None
    for number in range(len(left)):
        whole = tile_path("entries", number)
        path = whole if whole in left else partials.get(whole, "")
        if path not in left:
            break
        left.remove(path)
        width = case.entries.add_tile(case.files[path])
        if width is None:
            case.report.add("E301", None, f"at most {TILE_WIDTH} whole entries", path)
            return False
        misnamed = misnamed or (None if path == tile_path("entries", number, width) else (path, width))
        if path != whole:
            break
    count = len(case.entries)
    size = case.checkpoint.size if case.checkpoint else count
    if size != count:
        case.report.add("E302", None, size, count)
    elif misnamed:
        case.report.add("E302", None, f"{misnamed[0]} as many entries as it is named for", misnamed[1])
    return count > 0 and not (left and count < size)


# ---- 6  The tree: E303–E305


def step_6_tree(case: Case) -> None:
    report = case.report
    case.leaves = [leaf_hash(entry) for entry in case.entries]
    size = len(case.leaves)
    roots = tree_roots(case.leaves, [size, *(head.size for head, _ in case.history)])
    report.size, report.root = size, b64(roots[size])
    report.fingerprint = fingerprint(case.origin, size, roots[size])
    if case.checkpoint and case.checkpoint.root != roots[size]:
        report.add("E303", None, b64(case.checkpoint.root), b64(roots[size]))
    for head, _ in case.history:
        if head.root != roots.get(head.size):
            found = b64(roots[head.size]) if head.size in roots else f"only {size} entries"
            report.add("E304", head.size, b64(head.root), found)
    for path, tile in hash_tiles(case.leaves):
        if path in case.files and case.files[path] != tile:
            report.add("E305", None, f"{path} {sha256(tile).hex()}", sha256(case.files[path]).hex())


def hash_tiles(leaves: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    level, hashes = 0, leaves
    while hashes:
        for number in range(0, len(hashes), 256):
            part = hashes[number : number + 256]
            yield tile_path(str(level), number // 256, len(part)), b"".join(part)
        full = len(hashes) // 256
        hashes = [root_of(hashes[number * 256 : number * 256 + 256]) for number in range(full)]
        level += 1


# ---- 7  The rolls: E404–E406


def step_7_rolls(case: Case) -> None:
    report, rules = case.report, case.rules
    index = _rolls_index(case)
    for panel in rules.card_panels():
        listed = index.get(panel.id) if index is not None else None
        for round_id in rules.roll_rounds():
            path = f"rolls/{panel.id}.{round_id}"
            if path not in case.files:
                continue
            keys = _read_roll(report, path, bytes(case.files[path]))
            _check_roll(report, path, keys, panel, listed.get(round_id) if isinstance(listed, dict) else None)
            place = round_id, panel.id
            for key in dict.fromkeys(keys):
                _take_key(case, place, key, path, None)
    if index is not None:
        expected = {panel.id: set(rules.roll_rounds()) for panel in rules.card_panels()}
        found = {panel: set(rounds) if isinstance(rounds, dict) else set() for panel, rounds in index.items()}
        if expected != found:
            report.add("E404", None, "rolls/index.json: every panel and round", "others")


def _rolls_index(case: Case) -> dict[str, Any] | None:
    if "rolls/index.json" not in case.files:
        return None
    try:
        return json_file(case.files["rolls/index.json"])
    except FormError as error:
        case.report.add("E404", None, "rolls/index.json", error)
        return None


def _read_roll(report: Report, path: str, data: bytes) -> list[bytes]:
    keys = [data[place : place + 32] for place in range(0, len(data) - 31, 32)]
    if len(data) % 32 or any(a >= b for a, b in pairwise(keys)):
        report.add("E405", None, "32-byte keys, each larger than the one before", path)
    bad = next((key for key in keys if not is_roll_key(key)), None)
    if bad is not None:
        report.add("E405", None, "keys of prime order", f"{path}: {b64(bad)}")
    return keys


def _check_roll(report: Report, path: str, keys: list[bytes], panel: Panel, listed: object) -> None:
    if len(keys) != panel.seats + panel.spare:
        report.add("E404", None, f"{path}: {panel.seats + panel.spare} cards", f"{len(keys)}")
    mine = {"count": len(keys), "root": b64(root_of([leaf_hash(key) for key in keys]))}
    if listed is not None and not same(listed, mine):
        report.add("E404", None, f"{path}: {listed}", f"{mine}")


def _take_key(case: Case, place: tuple[str, str], key: bytes, where: str, index: int | None) -> bool:
    """Put a key on the roll of its (round, panel); E406 when it stands on any roll already."""
    other = case.on_roll.setdefault(key, place)
    if other is not place:
        case.report.add("E406", index, "a key on one roll only", f"{where}: {b64(key)} is on a roll of {other[0]} too")
    return other is place


# ---- 8  The entries in their order: E306 E401–E403 E405 E406 E411–E416 E424 E452 E481 W108 W109 W454 W462 W464


def step_8_story(case: Case) -> None:
    sizes = sorted({head.size for head, _ in case.history})
    batches: dict[int, list[int]] = {}  # the place in `sizes` of the head that first covers them -> accepted ballots
    seen: set[bytes] = set()
    for index, entry in enumerate(case.entries):
        if take_entry(case, index, entry, seen):
            batches.setdefault(bisect_left(sizes, index + 1), []).append(index)
    if sizes:
        for indices in batches.values():
            if len(indices) < case.rules.batch_min:
                case.report.add("W464", indices[0], case.rules.batch_min, len(indices))
    _end_of_story(case)


def take_entry(case: Case, index: int, entry: bytes, seen: set[bytes]) -> bool:
    """One entry in its turn (case.leaves holds its hash); True for a ballot that is accepted."""
    if case.seal is not None:
        case.report.add("E481", index, "nothing after the seal", entry[:40].decode("utf-8", "replace"))
        return False
    try:
        read = read_entry(entry, case.origin)
    except FormError as error:
        case.report.add("E306", index, "an entry of its form", error)
        return False
    is_session = isinstance(read, Act) and read.kind == "session"
    if is_session != (index == 0):
        found = read.kind if isinstance(read, Act) else "a ballot" if read.window else "a check-in"
        case.report.add("E401", index, "the session entry, first and once", found)
        if is_session:
            return False
    if isinstance(read, Act):
        _take_act(case, index, read)
        return False
    if not read.window:
        _take_present(case, index, read)
        return False
    return _take_ballot(case, index, read, seen)


def _take_ballot(case: Case, index: int, ballot: Voice, seen: set[bytes]) -> bool:
    window = case.windows.get(ballot.window)
    fault = _ballot_fault(case, index, ballot, window, seen)
    seen.add(case.leaves[index])
    if fault is None and window is not None:  # without a window there is always a fault
        window.best[ballot.key] = Cast(ballot.key, ballot.counter, index, ballot.commitment)
        return True
    if window is not None:
        window.damaged = True
        window.failed.add(index)
    if fault is not None:
        case.report.add(fault[0], index, fault[1], fault[2])
    return False


def _ballot_fault(
    case: Case, index: int, ballot: Voice, window: Window | None, seen: set[bytes]
) -> tuple[str, str, str] | None:
    """The first failing check of a ballot, in the order that the format sets."""
    if case.leaves[index] in seen:
        return "E416", "new bytes", "the bytes of an earlier ballot"
    if window is None or window.close is not None:
        return "E411", f"an open window {ballot.window}", "never opened" if window is None else "closed"
    if case.panel_of(window.round, ballot.key) not in window.shape.panels:
        return "E412", f"a key on a roll of {window.round}", b64(ballot.key)
    if ballot.key in case.voided.get(window.round, {}):
        return "E413", "a card that is not void", b64(ballot.key)
    if not ballot.is_signed():
        return "E415", "a good signature", b64(ballot.key)
    expected = window.best[ballot.key].counter + 1 if ballot.key in window.best else 0
    if ballot.counter != expected or expected > 15:
        return "E414", str(min(expected, 15)), str(ballot.counter)
    return None


def _take_present(case: Case, index: int, present: Voice) -> None:
    key, report = present.key, case.report
    if key in case.present:
        report.add("E416", index, "a card that was not yet checked in", f"checked in at {case.present[key]}")
    elif case.panel_of(CHECK_IN, key) is None:
        report.add("E412", index, "a key on a roll of r00", b64(key))
    elif key in case.voided.get(CHECK_IN, {}):
        report.add("E413", index, "a card that is not void", b64(key))
    elif not present.is_signed():
        report.add("E415", index, "a good signature", b64(key))
    else:
        case.present[key] = index


def _take_act(case: Case, index: int, act: Act) -> None:
    if act.note is not None:
        fault = signers_fault(act.note, case)
        if fault:
            case.report.add("E401", index, "the log, then the notaries the session asks for", fault)
        elif index == 0:
            case.vouched_entry_0 = is_by_first_notary(act.note, case)
    if act.kind != "enrol":
        case.report.acts.append({"index": index, "kind": act.kind, "body": act.body})
    reader = _ACTS.get(act.kind)
    if reader is not None:
        reader(case, index, act.body)


def _act_session(case: Case, index: int, body: dict[str, Any]) -> None:
    report, case.session = case.report, body
    for name, path in (("rules", "rules.toml"), ("policy", "policy.txt"), ("rolls", "rolls/index.json")):
        if path in case.files and sha256(case.files[path]).hex() != body[name]:
            report.add("E401", index, f"{path} {body[name]}", sha256(case.files[path]).hex())
    lines = sorted(f"{sha256(data).hex()} {path}\n" for path, data in case.files.items() if path.startswith("page/"))
    page = sha256("".join(lines).encode()).hex()
    if page != body["page"]:
        report.add("E401", index, f"page {body['page']}", page)
    if body["kind"] != report.kind:
        report.add("E401", index, f"kind {report.kind}, as the origin says", body["kind"])
    if (body["previous"] is None) != (body["number"] == 1) or body["number"] < 1:
        report.add("E401", index, "number 1, or a previous session", body["number"])
    if body["kind"] == "rehearsal":
        _call_rehearsal(report)
    if body["codes_exported"]:
        report.add("W109", index, "codes on printed cards only", "codes were exported")


def _act_zero(case: Case, index: int, body: dict[str, Any]) -> None:
    report, cards = case.report, case.rules.card_panels()
    if case.zero is not None:
        report.add("E402", index, "one zero confirmation", f"another at {case.zero}")
        return
    case.zero = index
    if case.first_open is not None:
        report.add("E402", index, "before the first round that counts", f"it opened at {case.first_open}")
    expected = {
        "size": index,
        "ballots": 0,
        "printed": {panel.id: panel.seats + panel.spare for panel in cards},
        "spare": {panel.id: panel.spare for panel in cards},
    }
    for name, value in expected.items():
        if body[name] != value:
            report.add("E402", index, f"{name} {value}", body[name])


def _act_open(case: Case, index: int, body: dict[str, Any]) -> None:
    report, name, round_id = case.report, body["window"], body["round"]
    right, known = case.next_window(round_id), case.rules.may_open(round_id)
    stands = any(window.void is None for window in case.windows_of(round_id))
    if name != right or not known or round_id in case.not_held or stands:
        report.add("E403", index, f"{right}, the round known, its earlier windows void", f"{name} of {round_id}")
        if name in case.windows or not known:
            return
    shape, grammar = _shape_of(case, body)
    lists, options = (tuple(body[key]) for key in ("units", "criteria", "panels")), _own_options(body)
    found = (body["kind"], *lists, body["grammar"], options)
    own = None if round_id in case.rules.rounds else options and shape.options
    expected = (shape.kind, shape.units, shape.criteria, shape.panels, grammar, own)
    if found != expected:
        report.add("E452", index, expected, found)
    if body["tolerance"] != case.rules.tolerance or body["ballots"] != 0:
        report.add("E452", index, f"{case.rules.tolerance} ms, 0 ballots", f"{body['tolerance']}, {body['ballots']}")
    case.add_window(Window(name, round_id, shape, index, body))
    if shape.kind in COUNTING and case.first_open is None:
        case.first_open = index


def _shape_of(case: Case, body: dict[str, Any]) -> tuple[Round, str]:
    """What a round asks: from the session file; for a spare round from the entry itself, every name of it once."""
    rules = case.rules
    shape = rules.rounds.get(body["round"])
    if shape is None:
        options = tuple(dict.fromkeys(_own_options(body) or ()))
        kind = body["kind"] if body["kind"] in ("mood", "trial") else "mood"
        units = _known_once(body["units"], rules.units)
        criteria = () if options else _known_once(body["criteria"], rules.criteria)
        if len(units) * len(criteria) > MOST_ITEMS:
            criteria = ()
        shape = Round(body["round"], kind, units, criteria, _known_once(body["panels"], rules.panels), 0, options)
    return shape, form_of(shape, rules).grammar


def _own_options(body: dict[str, Any]) -> tuple[str, ...] | None:
    """The options that an `open` names itself; None where it names none."""
    if "options" not in body:
        return None
    return tuple(option if isinstance(option, str) else option["id"] for option in body["options"])


def _known_once(names: Iterable[str], known: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name in known))


def _open_window(case: Case, index: int, body: dict[str, Any]) -> Window | None:
    """The window that an extension or a close names, if it is open; E403 otherwise."""
    window = case.windows.get(body["window"])
    if window is None or window.close is not None or window.open != body["open"]:
        case.report.add("E403", index, "a window that is open", f"{body['window']} opened at {body['open']}")
        return None
    return window


def _act_extend(case: Case, index: int, body: dict[str, Any]) -> None:
    window = _open_window(case, index, body)
    if window is None:
        return
    window.extensions.append(body["seconds"])
    if len(window.extensions) > 2:
        case.report.add("E403", index, "at most two extensions", len(window.extensions))


def _act_close(case: Case, index: int, body: dict[str, Any]) -> None:
    window = _open_window(case, index, body)
    if window is None:
        return
    window.close = index
    due = window.body["seconds"] + sum(window.extensions) + Fraction(window.body["tolerance"], 1000)
    lasted = body["at"] - window.body["at"]
    if body["cause"] == "time" and abs(lasted - due) > 2:
        case.report.add("W462", index, f"{float(due):g} s", f"{lasted} s")


def _closed_window(case: Case, body: dict[str, Any]) -> Window | None:
    """The window that an act names, if it waits for its tally."""
    window = case.windows.get(body["window"])
    waits = window is not None and window.close is not None and window.tally is None and window.void is None
    return window if waits else None


def _act_hand(case: Case, index: int, body: dict[str, Any]) -> None:
    window, panel = _closed_window(case, body), body["panel"]
    if window is None or panel not in window.shape.panels or panel in window.hands:
        case.report.add("E403", index, "a closed window, not yet tallied, once a panel", f"{body['window']} {panel}")
        return
    window.hands[panel] = body


def _act_audit(case: Case, index: int, body: dict[str, Any]) -> None:
    """What audit cards will vote is fixed: before the window opens, once."""
    name = body["window"]
    round_id = name.partition(".")[0]
    known = case.rules.may_open(round_id) and round_id not in case.not_held
    stands = any(window.void is None for window in case.windows_of(round_id))
    if name != case.next_window(round_id) or not known or name in case.audits or stands:
        case.report.add("E403", index, "a window that has not opened yet, once", name)
        return
    case.audits[name] = body["digest"]


def _act_audit_open(case: Case, index: int, body: dict[str, Any]) -> None:
    """The audit cards of a closed window are told: they were fixed before, and are spent from here on."""
    report, window, fixed = case.report, _closed_window(case, body), case.audits.get(body["window"])
    if window is None or window.audit is not None or fixed is None:
        report.add("E403", index, "a closed window with an audit, not yet tallied, once", body["window"])
        return
    sealed = {"cards": body["cards"], "salt": body["salt"], "window": body["window"]}
    line = json_line(sealed) + "\n"
    if sha256(line.encode()).hex() != fixed:
        report.add("E424", index, f"the file of digest {fixed}", sha256(line.encode()).hex())
    window.audit = index
    for card in body["cards"]:
        _take_audit_card(case, index, window, card)


def _take_audit_card(case: Case, index: int, window: Window, card: dict[str, Any]) -> None:
    """One card: E412 or E413, or its ballot is known; a window with a failing one is not counted."""
    check_in, key = unb64(card["check_in"]), unb64(card["key"])
    panel = case.panel_of(CHECK_IN, check_in)
    here, there = case.voided.setdefault(CHECK_IN, {}), case.voided.setdefault(window.round, {})
    fault = None
    if panel not in window.shape.panels or case.panel_of(window.round, key) != panel:
        fault = "E412", f"keys of one card on the rolls of {window.round}"
    elif check_in in here or key in there:
        fault = "E413", "a card that is not void, each once"
    if fault:
        case.report.add(fault[0], index, fault[1], card["key"])
        window.damaged = True
    here.setdefault(check_in, index)
    there.setdefault(key, index)
    window.audit_cards.append(card | {"panel": panel})


def _act_tally(case: Case, index: int, body: dict[str, Any]) -> None:
    window = _closed_window(case, body)
    if window is None or window.round != body["round"]:
        case.report.add("E403", index, "a closed window, not yet tallied", body["window"])
        return
    if window.name in case.audits and window.audit is None:
        case.report.add("E403", index, "the audit cards opened before the count", window.name)
    window.tally, window.tally_body = index, body


def _act_void_round(case: Case, index: int, body: dict[str, Any]) -> None:
    window = case.windows.get(body["window"])
    if window is None or window.close is None or window.void is not None:
        case.report.add("E403", index, "a closed window that is not void", body["window"])
        return
    window.void = index


def _act_not_held(case: Case, index: int, body: dict[str, Any]) -> None:
    round_id = body["round"]
    standing = any(window.void is None for window in case.windows_of(round_id))
    if round_id not in case.rules.rounds or standing or round_id in case.not_held:
        case.report.add("E403", index, "a round that was not held", round_id)
        return
    case.not_held.add(round_id)


def _act_enrol(case: Case, index: int, body: dict[str, Any]) -> None:
    report, round_id = case.report, body["round"]
    panel = case.rules.panels.get(body["panel"])
    keys = [unb64(key) for key in body["keys"]]
    if any(a >= b for a, b in pairwise(keys)) or not all(map(is_roll_key, keys)):
        report.add("E405", index, "keys sorted, unique, of prime order", f"{len(keys)} keys")
    known = round_id == CHECK_IN or case.rules.may_open(round_id)
    if panel is None or panel.card or not known or case.windows_of(round_id):
        report.add("E403", index, "an open panel, before the round opens", f"{body['panel']} {round_id}")
        return
    place = round_id, panel.id
    for key in dict.fromkeys(keys):
        if _take_key(case, place, key, "enrol", index):
            case.enrolled[place] = case.enrolled.get(place, 0) + 1


def _act_void(case: Case, index: int, body: dict[str, Any]) -> None:
    report, panels = case.report, set()
    if CHECK_IN not in body["keys"]:
        report.add("E306", index, "the key of r00", ", ".join(sorted(body["keys"])))
    for round_id, text in sorted(body["keys"].items()):
        key = unb64(text)
        panel = case.panel_of(round_id, key)
        panels.add(panel)
        if panel is None or len(panels) > 1:
            report.add("E412", index, "keys of one card of the roll", f"{round_id} {text}")
        windows = case.windows_of(round_id)
        if windows and windows[-1].close is not None and windows[-1].void is None:
            report.add("E413", index, "keys of rounds not yet closed", round_id)
            continue
        case.voided.setdefault(round_id, {}).setdefault(key, index)
    report.acts[-1]["panel"] = next(iter(panels)) if len(panels) == 1 else None


def _act_channel(case: Case, index: int, body: dict[str, Any]) -> None:
    report, rules = case.report, case.rules
    scores = {unit: exact_number(score) for unit, score in body["scores"].items()}
    good = {unit: score for unit, score in scores.items() if score is not None and 0 <= score <= 100}
    if (
        body["id"] not in rules.channels
        or body["id"] == VOTE
        or len(good) < len(scores)
        or set(good) - set(rules.units)
    ):
        report.add("E452", index, "a channel of the session file, its units, scores from 0 to 100", body["id"])
    case.channels[body["id"]] = good
    if case.first_open is not None:
        report.add("W454", index, "before the first round that counts", f"it opened at {case.first_open}")


def _act_seal(case: Case, index: int, body: dict[str, Any]) -> None:
    case.seal, case.seal_body = index, body


_ACTS: dict[str, Callable[[Case, int, dict[str, Any]], None]] = {
    "session": _act_session,
    "zero": _act_zero,
    "open": _act_open,
    "extend": _act_extend,
    "close": _act_close,
    "hand": _act_hand,
    "audit": _act_audit,
    "audit-open": _act_audit_open,
    "tally": _act_tally,
    "void-round": _act_void_round,
    "not-held": _act_not_held,
    "enrol": _act_enrol,
    "void": _act_void,
    "channel": _act_channel,
    "seal": _act_seal,
}


def _end_of_story(case: Case) -> None:
    """What can only be said when all entries are read: the zero, the seal."""
    report = case.report
    if case.zero is None and (case.first_open is not None or case.seal is not None):
        report.add("E402", None, "a zero confirmation", "none")
    if case.seal is None:
        report.add("E481", None, "a seal", "the record is not sealed")
        return
    not_void = [window for window in case.windows.values() if window.void is None]
    tallies = sorted(window.tally for window in not_void if window.tally is not None)
    if case.seal_body["tallies"] != tallies:
        report.add("E481", case.seal, f"tallies {tallies}", case.seal_body["tallies"])
    left = [window.name for window in not_void if window.tally is None]
    if left:
        report.add("E481", case.seal, "every window tallied or void", ", ".join(left))


# ---- 9  Openings, counts, the accounting identity: E421–E424 E451


def step_9_counts(case: Case) -> None:
    report = case.report
    has_figures = any(path.startswith("rounds/") for path in case.files)
    case.public = report.public = not has_figures and any(window.stands for window in case.windows.values())
    if case.public:
        report.skip(PUBLIC_SKIPS)
    for window in case.windows.values():
        report.rounds.append(round_row(case, window))


def round_row(case: Case, window: Window) -> dict[str, Any]:
    row: dict[str, Any] = {"round": window.round, "window": window.name}
    if window.void is not None:
        return row | {"state": "void", "index": window.void}
    if window.tally is None:
        place = window.open if window.close is None else window.close
        return row | {"state": "open" if window.close is None else "closed", "index": place}
    head = next((head for head, _ in case.history if head.size > window.tally), None)
    mark = fingerprint(case.origin, head.size, head.root) if head else None
    row |= {"state": "locked", "index": window.tally, "size": head.size if head else None, "fingerprint": mark}
    row |= {"by": _count_window(case, window)}
    return row if window.audit is None else row | {"audit": window.audit_row}


def _count_window(case: Case, window: Window) -> dict[str, Any] | None:
    """Count one window anew and compare; None when damaged ballots or openings forbid it."""
    voided, closed, form = case.voided.get(window.round, {}), window.closed_at, form_of(window.shape, case.rules)
    counted = {cast.index: cast for cast in window.best.values() if voided.get(cast.key, closed) >= closed}
    choices = {} if case.public else _open_ballots(case, window, form, counted)
    if window.damaged or choices is None:
        window.damaged = True
        case.report.skip(f"E451 {window.name}")
        return None
    _check_audit(case, window, form, counted, choices)
    tests = {unb64(card["key"]) for card in window.audit_cards}
    ballots = [cast for cast in counted.values() if cast.key not in tests]
    by = {}
    for panel in window.shape.panels:
        mine = [cast.index for cast in ballots if case.panel_of(window.round, cast.key) == panel]
        if not case.public:
            window.counts[panel] = _add_up(case, window, form, [choices[index] for index in mine], panel)
        blank = None if case.public else sum(choices[index] is None for index in mine)
        by[panel] = _panel_row(case, window, panel, len(mine), blank)
    if not case.public:
        _check_counts_file(case, window)
    _check_tally(case, window, by)
    if not case.public:
        for panel, row in by.items():
            row["counts"] = _shown_counts(window, panel)
    return by


def _check_audit(
    case: Case, window: Window, form: Form, counted: Mapping[int, Cast], choices: Mapping[int, Choice]
) -> None:
    """Compare every audit card's ballot with what was fixed before the round."""
    place = {cast.key: cast.index for cast in counted.values()}
    returned = agreed = 0
    for card in window.audit_cards:
        index = place.get(unb64(card["key"]))
        if index is None:
            case.report.add("E424", window.audit, f"a ballot of card {card['key']}: {card['choice']}", "none")
            continue
        returned += 1
        if case.public:
            continue
        said = choices[index]
        if _says(form, card["choice"], said):
            agreed += 1
        else:
            case.report.add("E424", index, f"choice {card['choice']}", ", ".join(said.values()) if said else "blank")
    window.audit_row = {
        "index": window.audit,
        "cards": len(window.audit_cards),
        "returned": returned,
        "agreed": None if case.public else agreed,
    }


def _says(form: Form, text: str, choice: Choice) -> bool:
    try:
        return read_choice(form, text) == choice
    except FormError:
        return False


def _open_ballots(case: Case, window: Window, form: Form, counted: Mapping[int, Cast]) -> dict[int, Choice] | None:
    """Every counted ballot's choice, from the openings; None when one is missing or wrong."""
    path, report = f"rounds/{window.name}.openings", case.report
    if path not in case.files:
        return None
    try:
        openings = _read_openings(case.files[path])
    except FormError as error:
        report.add("E421", None, "index, nonce and choice a line, rising", f"{path}: {error}")
        return None
    for index in sorted(set(counted) ^ set(openings) - window.failed):
        report.add("E421", index, "one opening a counted ballot", "extra" if index in openings else "missing")
        window.damaged = True
    choices: dict[int, Choice] = {}
    known: dict[str, Choice] = {}  # most ballots say what others say, too
    for index in sorted(set(counted) & set(openings)):
        cast, (nonce, choice) = counted[index], openings[index]
        head = f"c1/choice\n{case.origin}\n{window.name}\n{b64(cast.key)}\n{cast.counter}\n".encode()
        if sha256(head + nonce + choice.encode()) != cast.commitment:
            report.add("E422", index, b64(cast.commitment), f"choice {choice}")
            window.damaged = True
            continue
        try:
            if choice not in known:
                known[choice] = read_choice(form, choice)
            choices[index] = known[choice]
        except FormError as error:
            report.add("E423", index, form.grammar, error)
            window.damaged = True
    return None if window.damaged else choices


def _read_openings(data: memoryview) -> dict[int, tuple[bytes, str]]:
    openings: dict[int, tuple[bytes, str]] = {}
    lines = utf8(data).split("\n")
    if lines.pop() != "":
        raise FormError("the last line does not end")
    last = -1
    for line in lines:
        parts = line.split(" ")
        if len(parts) != 3:
            raise FormError("a line has three parts")
        index = decimal(parts[0])
        if index <= last:
            raise FormError(f"{index} after {last}")
        last = index
        openings[index] = (unb64(parts[1], 32), parts[2])
    return openings


NO_PAPER: dict[str, Any] = dict.fromkeys(("present", "issued", "returned", "invalid", "abstained"), 0)


def _panel_row(case: Case, window: Window, panel_id: str, ballots: int, blank: int | None) -> dict[str, Any]:
    """The identity of one panel, counted anew (FORMAT, section 7); `blank` is None where nobody can know it."""
    panel, hand = case.rules.panels[panel_id], window.hands.get(panel_id, NO_PAPER)
    cards = _cards_present(case, window, panel_id)
    returned, invalid = ballots + hand["returned"], hand["invalid"]
    if blank is None:
        abstained = min(window.tally_body["by"].get(panel_id, {}).get("abstained", 0), returned - invalid)
    else:
        abstained = blank + hand["abstained"]
    issued = cards + hand["issued"]
    return {
        "expected": panel.invited if panel.card else case.enrolled.get((window.round, panel_id), 0),
        "present": cards + hand["present"],
        "issued": issued,
        "returned": returned,
        "valid": returned - invalid - abstained,
        "invalid": invalid,
        "abstained": abstained,
        "not_cast": issued - returned,
    }


def _cards_present(case: Case, window: Window, panel: str) -> int:
    """Cards of a panel checked in in time and still good at the close, but for testers' cards told in this window."""
    limit = window.closed_at if case.rules.late else window.open
    voided, closed = case.voided.get(CHECK_IN, {}), window.closed_at
    cards = sum(
        index < limit and case.panel_of(CHECK_IN, key) == panel and voided.get(key, closed) >= closed
        for key, index in case.present.items()
    )
    testers = [unb64(card["check_in"]) for card in window.audit_cards if card["panel"] == panel]
    return cards - sum(case.present.get(key, limit) < limit for key in testers)


def _add_up(
    case: Case, window: Window, form: Form, choices: Iterable[Choice], panel: str
) -> dict[Item, dict[str, int]]:
    """Item -> option -> number. Every option of a scale is there; marks and blanks only when given."""
    allowed = {item: answers for item, _, answers in form.items}
    if window.shape.kind == "select":
        allowed = {(unit, ""): {"": ""} for unit in window.shape.units}
    counts: dict[Item, dict[str, int]] = {}
    for item, answers in allowed.items():
        counts[item] = {} if answers is MARKS else dict.fromkeys(answers.values(), 0)
    for choice in choices:
        for item, option in (choice or {}).items():
            counts[item][option] = counts[item].get(option, 0) + 1
    hand = window.hands.get(panel)
    if hand and not _add_hand(counts, hand, window.shape, allowed):
        case.report.add("E451", window.tally, "a paper count of the round's items that adds up", f"{hand['counts']}")
    return counts


def _add_hand(
    counts: dict[Item, dict[str, int]], hand: Mapping[str, Any], shape: Round, allowed: Mapping[Item, dict[str, str]]
) -> bool:
    """Add a paper count; False when it names other items, or does not add up to its valid papers."""
    given, valid = flat_counts(hand["counts"], shape), hand["valid"]
    if given is None or set(given) != set(counts):
        return False
    totals = [sum(options.values()) for options in given.values()]
    right = all(total == valid for total in totals)
    if shape.kind == "select":
        right = valid <= sum(totals) <= valid * shape.choose and all(total <= valid for total in totals)
    for item, options in given.items():
        known = set(allowed[item].values()) | ({"blank"} if len(counts) > 1 else set())
        right = right and set(options) <= known
        for option in set(options) & known:
            if options[option]:
                counts[item][option] = counts[item].get(option, 0) + options[option]
    return right


def _shown_counts(window: Window, panel: str) -> dict[str, Any]:
    nested = written_counts(window.counts[panel], window.shape)
    if window.shape.kind == "ballot" and len(nested) == 1:
        return dict(next(iter(nested.values())))
    return nested


def _check_counts_file(case: Case, window: Window) -> None:
    path, report = f"rounds/{window.name}.counts", case.report
    if path not in case.files:
        return
    try:
        body = json_file(case.files[path])
    except FormError as error:
        report.add("E451", window.tally, path, error)
        return
    expected = {panel: written_counts(counts, window.shape) for panel, counts in window.counts.items()}
    if set(body) != {"window", "salt", "by"} or body["window"] != window.name or not is_key(body["salt"]):
        report.add("E451", window.tally, f"{path}: window, salt, by", f"{sorted(body)}")
    elif not same(body["by"], expected):
        report.add("E451", window.tally, *_first_difference(expected, body["by"]))


def _first_difference(expected: Any, found: Any, where: str = "") -> tuple[str, str]:
    """The first place where two nested values differ, as text."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted(set(expected) | set(found)):
            if not same(expected.get(key), found.get(key)):
                return _first_difference(expected.get(key), found.get(key), f"{where}.{key}" if where else key)
    return f"{where} {expected}", f"{where} {found}"


def _check_tally(case: Case, window: Window, by: Mapping[str, dict[str, Any]]) -> None:
    report, index, body = case.report, window.tally, window.tally_body
    if (body["open"], body["close"]) != (window.open, window.close):
        report.add("E451", index, f"open {window.open}, close {window.close}", f"{body['open']}, {body['close']}")
    if body["by"] != by:
        report.add("E451", index, *_first_difference(dict(by), body["by"]))
    for name in ("openings", "counts"):
        path = f"rounds/{window.name}.{name}"
        if path in case.files and sha256(case.files[path]).hex() != body[name]:
            report.add("E451", index, f"{path} {body[name]}", sha256(case.files[path]).hex())
    for panel, row in by.items():
        if not row["returned"] <= row["issued"] <= row["present"]:
            report.add("E451", index, f"{panel}: returned <= issued <= present", f"{row}")
        testers = case.rules.panels[panel].audit - sum(card["panel"] == panel for card in window.audit_cards)
        if case.rules.panels[panel].card and row["present"] > row["expected"] + max(testers, 0):
            report.add("E451", index, f"{panel}: present <= expected", f"{row['present']} > {row['expected']}")
        if row["valid"] + row["invalid"] + row["abstained"] != row["returned"] or row["valid"] < 0:
            report.add("E451", index, f"{panel}: returned = valid + invalid + abstained", f"{row}")


# ---- 10  Weights and results: E452 E453 W471 W472


def step_10_results(case: Case) -> None:
    report, rules = case.report, case.rules
    for what, weights in (
        ("panel", [p.weight for p in rules.panels.values()]),
        ("channel", list(rules.channels.values())),
    ):
        if sum(weights) != 100:
            report.add("E452", None, f"{what} weights that add to 100", float(sum(weights)))
    if VOTE not in rules.channels:
        report.add("E452", None, "a channel named vote", ", ".join(rules.channels))
    published = _published(case)
    report.published = published
    if any(window.damaged for window in case.windows.values() if window.void is None):
        report.skip("E453")
        return
    if case.public:
        _check_public_results(case, published)
        return
    scores = Scores(case)
    report.results = scores.results()
    report.score_verified = scores.verified()
    if published is not None and case.seal is not None:
        _compare_results(case, scores, published)


def _published(case: Case) -> dict[str, Any] | None:
    if "results.json" not in case.files:
        return None
    data = case.files["results.json"]
    if case.seal is not None and sha256(data).hex() != case.seal_body["results"]:
        case.report.add("E453", case.seal, f"results.json {case.seal_body['results']}", sha256(data).hex())
    try:
        return json_file(data)
    except FormError as error:
        case.report.add("E453", None, "results.json", error)
        return None


def _compare_results(case: Case, scores: Scores, published: dict[str, Any]) -> None:
    """Equal, but for figures that should have been left out: those are W471 and W472 when they are right."""
    expected = json.loads(json_line(case.report.results))  # a copy of all of it
    theirs = published.get("units")
    for row, their in zip(expected["units"], theirs if isinstance(theirs, list) else [], strict=False):
        panels = their.get("panels") if isinstance(their, dict) else None
        for panel, criteria in row["panels"].items():
            for criterion in criteria:
                given = panels.get(panel) if isinstance(panels, dict) else None
                figure = given.get(criterion) if isinstance(given, dict) else None
                code = scores.hidden.get((row["unit"], criterion, panel))
                if code and figure is not None:
                    case.report.add(code, None, "null", f"{row['unit']} {criterion} {panel} {figure}")
                    criteria[criterion] = scores.shown(scores.mean(row["unit"], criterion, panel))
    if not same(expected, published):
        case.report.add("E453", None, *_first_difference(_by_unit(expected), _by_unit(published)))


def _by_unit(results: dict[str, Any]) -> dict[str, Any]:
    """The same with units by name, so that a difference is named by its unit."""
    units = results.get("units")
    if not isinstance(units, list) or not all(
        isinstance(row, dict) and isinstance(row.get("unit"), str) for row in units
    ):
        return results
    named = {row["unit"]: row for row in units}
    return results | {"units": named, "order": [row["unit"] for row in units]}


def _check_public_results(case: Case, published: dict[str, Any] | None) -> None:
    """Without counts: complete, ranks and bottoms by the published scores, and figures that should not be public."""
    report, rules = case.report, case.rules
    units = published.get("units") if published else None
    if published is None or not isinstance(units, list) or not all(isinstance(row, dict) for row in units):
        return
    names = [row.get("unit") for row in units]
    if names != list(rules.units):
        report.add("E453", None, "every unit once, in the order of the session file", ", ".join(map(str, names)))
        return
    scores = {row["unit"]: row.get("score") for row in units}
    wrong = [unit for unit, score in scores.items() if not _is_score(score)]
    if wrong:
        report.add("E453", None, "scores that are decimal texts or null", f"{wrong[0]} {scores[wrong[0]]}")
        return
    complete = is_complete(rules, {window.round for window in case.windows.values() if window.stands}, scores)
    if published.get("complete") is not complete:
        report.add("E453", None, f"complete {complete}", published.get("complete"))
    places = standings(rules, scores, complete)
    for row in units:
        found = {name: row.get(name) for name in ("rank", "tied", "bottom")}
        if not same(found, places[row["unit"]]):
            report.add("E453", None, f"{row['unit']} {places[row['unit']]}", found)
        _check_public_cells(case, row)


def _is_score(value: object) -> bool:
    return value is None or (isinstance(value, str) and bool(DECIMAL.fullmatch(value)))


def _check_public_cells(case: Case, row: dict[str, Any]) -> None:
    """W471 as far as it shows without counts: a figure of a panel with too few valid ballots."""
    for window in case.windows.values():
        if not window.stands or window.shape.kind not in ("ballot", "sheet") or row["unit"] not in window.shape.units:
            continue
        for panel in window.shape.panels:
            identity = window.tally_body["by"].get(panel, {})
            figures = row["panels"].get(panel) if isinstance(row.get("panels"), dict) else None
            if isinstance(figures, dict) and identity.get("valid", 0) < case.rules.small_cell:
                for criterion in window.shape.criteria:
                    if figures.get(criterion) is not None:
                        case.report.add("W471", None, "null", f"{row['unit']} {criterion} {panel}")


# ---- 11  Witnesses over time; receipts: E105 (its notary signed nothing) E461 W463 E482 E511


def step_11_witnesses_and_receipts(case: Case, receipts: Sequence[bytes]) -> None:
    if case.witnesses:
        _check_witness_times(case)
        _check_gaps(case)
    if case.anchored:
        _check_anchor(case)
    if case.witnesses and case.seal is not None:
        covering = [signers for head, signers in case.history if head.size > case.seal]
        if not covering or not has_quorum(case, covering[0]):
            found = len(covering[0].times) if covering else "no checkpoint"
            case.report.add("E482", case.seal, _quorum_words(case), found)
    for data in receipts:
        _check_receipt(case, data)


def _check_anchor(case: Case) -> None:
    """The anchor's keys stand in the session file; they must also have signed, best the whole: FORMAT, section 12."""
    first, size, heads = case.witnesses[0].vkey, len(case.leaves), [*case.history]
    if case.checkpoint and case.cosigners:
        heads.append((case.checkpoint, case.cosigners))
    sizes = [head.size for head, signers in heads if first in signers.times and head.origin == case.origin]
    vouched = max([*sizes, size * case.vouched_manifest, int(case.vouched_entry_0)])
    if not vouched:
        case.report.add("E105", None, "a signature of the anchor's notary", "none")
    elif vouched < size:
        case.report.add("W463", vouched, f"a signature of the anchor's notary at size {size}", "none")


def _check_witness_times(case: Case) -> None:
    for key in case.witnesses:
        last = 0
        for head, signers in case.history:
            time = signers.times.get(key.vkey, last)
            if time < last:
                case.report.add("E461", None, f"{key.name}: {last} or later at size {head.size}", time)
            last = max(last, time)


def _check_gaps(case: Case) -> None:
    """W463: a lock or zero whose first checkpoint lacks the quorum; once a run of such heads.  E482 is for the seal."""
    fixed = [window.tally for window in case.windows.values() if window.stands] + [case.zero]
    marks = sorted(index for index in fixed if index is not None)
    covered, run_start, run_holds = 0, 0, False
    for head, signers in case.history:
        if has_quorum(case, signers):
            if run_holds:
                case.report.add("W463", run_start, _quorum_words(case), f"none before size {head.size}")
            run_start, run_holds = head.size, False
        else:
            run_holds = run_holds or any(covered <= index < head.size for index in marks)
        covered = max(covered, head.size)
    if run_holds:
        case.report.add("W463", run_start, _quorum_words(case), "none to the end")


def _check_receipt(case: Case, data: bytes) -> None:
    report = case.report
    try:
        receipt = read_receipt(data)
    except FormError as error:
        report.add("E511", None, "a receipt", error)
        return
    head = receipt.checkpoint
    signers = who_signed(receipt.note, case.log, case.witnesses)
    if head.origin != case.origin or not signers.log or signers.failed:
        report.add("E511", receipt.index, f"signed by the log of {case.origin}", head.origin)
        return
    mine = tree_roots(case.leaves, [head.size]).get(head.size)
    leaf = case.leaves[receipt.index] if receipt.index < len(case.leaves) else b""
    if mine != head.root or inclusion_root(leaf, receipt.index, head.size, receipt.proof) != head.root:
        report.add("E511", receipt.index, b64(head.root), b64(mine) if mine else f"only {len(case.leaves)} entries")


# ---- 12  The set and order of files, now that the entries say which belong there: E102 E101


def step_12_files(case: Case, whole: bool) -> None:
    """Compare the files with those of the format and those of the manifest, each path once. When the entries could
    not be read (`whole` is False), nobody knows which rounds belong there."""
    right = _expected_paths(case)
    of_format, there = set(right), set(case.files)
    listed = there - {"manifest.note"} if case.listed is None else set(case.listed)
    missing = of_format - there
    extra = there - {"manifest.note"} - listed
    if case.seal is None:
        missing.discard("results.json")
    if whole:
        extra |= there - of_format
    else:
        missing = {path for path in missing if not path.startswith("rounds/")}
    missing |= listed - there
    for path in sorted(missing):
        case.report.add("E102", None, path, "missing")
    for path in sorted(extra):
        case.report.add("E102", None, "no such file", path)
    in_order = [path for path in right if path in there]
    found = [path for path in case.files if path in of_format]
    first = next((pair for pair in zip(in_order, found, strict=True) if pair[0] != pair[1]), None)
    if first is not None:
        case.report.add("E101", None, f"{first[0]} at its place", first[1])


def _expected_paths(case: Case) -> list[str]:
    """Every path of the format, in the order of the archive."""
    rules, size = case.rules, len(case.entries)
    if case.checkpoint and case.checkpoint.size <= 256 * (len(case.files) + 1):
        size = case.checkpoint.size
    rounds = [] if case.public else [window.name for window in case.windows.values() if window.stands]
    rolls = [f"rolls/{panel.id}.{round_id}" for panel in rules.card_panels() for round_id in rules.roll_rounds()]
    return [
        *("C1", "policy.txt", "checkpoint", "history"),
        *sorted(_tile_paths(size)),
        *sorted(["rolls/index.json", *rolls]),
        *sorted(f"rounds/{name}.openings" for name in rounds),
        *sorted(f"rounds/{name}.counts" for name in rounds),
        *("results.json", "rules.toml"),
        *sorted(path for path in case.files if path.startswith("page/")),
        "manifest.note",
    ]


def _tile_paths(size: int) -> Iterator[str]:
    level, count = 0, size
    while count:
        for number in range(-(-count // 256)):
            width = min(256, count - number * 256)
            yield tile_path(str(level), number, width)
            if level == 0:
                yield tile_path("entries", number, width)
        level, count = level + 1, count // 256


# ---------------------------------------------------------------------------------------------------------------
# J  The report and the page to read aloud
# ---------------------------------------------------------------------------------------------------------------

FOOTER = ("本件由软件生成,供核对使用,不是公证书。", "Made by software, for checking; not a notarial certificate.")
REHEARSAL = ("彩排 非正式结果", "REHEARSAL, not an official result")
SELF_ASSERTED = ("无第三方副本,由主办方自行出具", "self-asserted: no second copy, issued by the organiser alone")
VERDICTS = {
    "pass": ("数据核验一致", "the data agree"),
    "warn": ("数据核验一致(有提示)", "the data agree (with warnings)"),
    "fail": ("数据核验不一致", "THE DATA DO NOT AGREE"),
}
NUMERALS = "〇一二三四五六七八九十"
PHRASES = {
    "missing": "缺失",
    "extra": "多余",
    "none": "无",
    "nothing": "无",
    "closed": "已截止",
    "never opened": "从未开放",
    "it fails": "验证不通过",
    "no such file": "没有此文件",
    "no checkpoint": "没有检查点",
    "none given": "未给出",
    "none to the end": "直至结束都没有",
    "an anchor": "锚点",
    "a witness": "核对方",
    "a signature of the anchor's notary": "锚点所指公证员的签名",
    "a live session": "正式场次",
    "rehearsal": "彩排",
    "codes on printed cards only": "号码只印在评议卡上",
    "codes were exported": "号码曾导出",
    "the canonical tar header": "规定的文件头",
    "two zero blocks at the end and nothing more": "末尾恰有两个全零块",
    "every file once": "每个文件一次",
    "a readable session file": "可读的场次文件",
    "a readable policy": "可读的核对方名单",
    "a signed note": "带签名的文本",
    "a signed checkpoint": "带签名的检查点",
    "the log, then the notaries the session asks for": "先服务器签名,再由规定的公证员签名",
    "the log's signature": "服务器签名",
    "good signatures": "签名全部成立",
    "a good signature": "签名成立",
    "keys of prime order": "合格的密钥",
    "a key on one roll only": "密钥只在一份卡册上",
    "a key on a roll of r00": "密钥在签到卡册上",
    "a card that is not void": "未作废的评议卡",
    "a card that was not yet checked in": "尚未签到的评议卡",
    "new bytes": "未出现过的条目",
    "the bytes of an earlier ballot": "与先前一张评议票完全相同",
    "nothing after the seal": "封存之后没有条目",
    "an entry of its form": "格式正确的条目",
    "the session entry, first and once": "首条为场次条目,且只有一条",
    "one zero confirmation": "清零确认只有一次",
    "a zero confirmation": "清零确认",
    "before the first round that counts": "在首轮正式测评之前",
    "a window that is open": "正在开放的时段",
    "at most two extensions": "至多延时两次",
    "a closed window, not yet tallied": "已截止、尚未计票",
    "a closed window, not yet tallied, once a panel": "已截止、尚未计票,每团一次",
    "a closed window that is not void": "已截止、未作废",
    "a round that was not held": "未举行的轮次",
    "an open panel, before the round opens": "开放评议团,且在该轮开始之前",
    "keys of rounds not yet closed": "尚未截止轮次的密钥",
    "one opening a counted ballot": "每张计入的评议票恰有一个开启值",
    "a seal": "封存条目",
    "the record is not sealed": "记录尚未封存",
    "every window tallied or void": "每个时段已计票或已作废",
    "null": "不公布",
    "a receipt": "回执",
    "E421–E423 and the counts": "E421–E423及计票数",
}


# ---- names, for printing only: nothing is computed from them


def _names(top: Table, rules: Rules) -> dict[str, Any]:
    """What things are called and how many there are, for whoever prints the report; nothing is computed from it."""
    titles = {t.id(): t for t in top.tables("round")}
    channels = {t.id(): t.text("name", "") for t in top.table("result").tables("channels")}
    return {
        "session": {
            "title": rules.title, "place": rules.place, "date": rules.date,
            "authority": top.table("session").text("authority"), "small_cell": rules.small_cell,
        },
        "panels": [
            {"id": p.id, "name": p.name, "card": p.card, "seats": p.seats, "spare": p.spare, "invited": p.invited,
             "audit": p.audit, "unverified": p.unverified, "weight": plain_number(p.weight)}
            for p in rules.panels.values()
        ],
        "categories": [{"id": id, "name": name, "bottom": n} for id, (name, n) in rules.categories.items()],
        "units": [{"id": unit.id, "name": unit.name, "category": unit.category} for unit in rules.units.values()],
        "criteria": [
            {"id": t.id(), "name": t.text("name", t.id()), "scale": t.text("scale"),
             "weight": plain_number(t.exact("weight", 1))}
            for t in top.tables("criterion")
        ],
        "scales": [{"id": t.id(), "options": _option_names(t)} for t in top.tables("scale")],
        "channels": [
            {"id": id, "name": channels.get(id, ""), "weight": plain_number(weight)}
            for id, weight in rules.channels.items()
        ],
        "rounds": [
            {"id": r.id, "kind": r.kind, "title": titles[r.id].text("title", "") if r.id in titles else "",
             "units": list(r.units), "options": _option_names(titles[r.id]) if r.id in titles else []}
            for r in rules.rounds.values()
        ],
        "witnesses": {
            "notaries": [member.name for member in rules.notaries],
            "observers": [member.name for member in rules.observers],
        },
    }  # fmt: skip


def _option_names(table: Table) -> list[dict[str, Any]]:
    return [
        {
            "id": t.id(),
            "name": t.text("name", t.id()),
            "score": plain_number(t.exact("score")) if "score" in t.data else None,
        }
        for t in table.tables("options")
    ]


def plain_number(value: Fraction) -> str:
    """An exact number of the session file as a decimal text: 9 digits before the point and 9 behind it at most."""
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# ---- the page


class Page:
    """The text for people, in one language."""

    def __init__(self, report: Report, chinese: bool) -> None:
        self.report = report
        self.chinese = chinese
        self.lines: list[str] = []

    def say(self, zh: str, en: str) -> None:
        self.lines.append(clean(zh if self.chinese else en))

    def text(self) -> str:
        report = self.report
        if not report.is_bundle:
            self.say("这不是 c1 格式的封存包。", "This is not a bundle of the format c1.")
            return self.lines[0] + "\n"
        self._findings()
        self.lines.append("")
        self._head()
        for row in report.rounds:
            self._round(row)
        self._results()
        self.say(*FOOTER)
        return "\n".join(self.lines) + "\n"

    def _words(self, text: str) -> str:
        """Fixed phrases of a finding in the reader's language; data stay as they are."""
        return "; ".join(PHRASES.get(part, part) for part in text.split("; ")) if self.chinese else text

    def _place(self, row: Finding) -> str:
        if row.index is None:
            return ""
        if row.code in ("E206", "E304"):
            return f" 检查点({row.index}条)" if self.chinese else f" at the checkpoint of {row.index}"
        return f" 记录序号{row.index}(从0起)" if self.chinese else f" at entry {row.index} (counted from 0)"

    def _findings(self) -> None:
        if self.report.kind == "rehearsal":
            self.say(*REHEARSAL)
        for letter, zh, en in (("E", "不符", "failed"), ("W", "提示", "warning")):
            for row in self.report.of_kind(letter):
                sentence, expected, found = SENTENCES[row.code], self._words(row.expected), self._words(row.found)
                self.say(
                    f"{zh} {row.code}{self._place(row)} {sentence[0]}(应为:{expected};实为:{found})",
                    f"{en} {row.code}{self._place(row)} {sentence[1]} (expected: {expected}; found: {found})",
                )
        for code, number in sorted(self.report.more.items()):
            self.say(f"{code} 另有{number}处,未逐一列出", f"{code}: {number} more, not listed")
        for what in self.report.skipped:
            self.say(f"未核对:{self._words(what)}", f"not checked: {what}")

    def _head(self) -> None:
        report, rules = self.report, self.report.rules
        if report.kind == "rehearsal":
            self.say(*REHEARSAL)
        if rules is not None:
            self.say(f"{rules.title}  {rules.date}  {rules.place}", f"{rules.title}  {rules.date}  {rules.place}")
        self.say(f"场次标识:{report.origin}", f"origin: {report.origin}")
        self.say(VERDICTS[report.verdict][0], VERDICTS[report.verdict][1])
        if report.has("W106"):
            self.say(*SELF_ASSERTED)
        if report.public:
            self.say("公开版:不含逐票开启值和计票数,计票与得分未核对", "public bundle: counts and scores not checked")
        if report.fingerprint:
            self.say(
                f"全部记录{report.size}条,校验码 {report.fingerprint}",
                f"{report.size} entries, fingerprint {report.fingerprint}",
            )
        self.lines.append("")

    def _round(self, row: dict[str, Any]) -> None:
        name = row["window"]
        if row["state"] == "void":
            self.say(f"【{name}】本项测评作废重测。", f"[{name}] void, held again.")
        elif row["state"] != "locked":
            self.say(f"【{name}】尚未锁定。", f"[{name}] not locked.")
        else:
            self.say(f"【{name}】校验码 {row['fingerprint']}", f"[{name}] fingerprint {row['fingerprint']}")
            for panel, numbers in (row["by"] or {}).items():
                self._identity(panel, numbers)
            if row.get("audit"):
                self.say(*audit_words(row["audit"]))
            if row["by"] is None:
                self.say("本轮未能核对计票。", "The count of this round could not be checked.")
        self.lines.append("")

    def _identity(self, panel_id: str, n: dict[str, Any]) -> None:
        rules = self.report.rules
        panel = rules.panels.get(panel_id) if rules else None
        name = panel.name if panel else panel_id
        note = ("(场外参与者身份未经核验)", " (identity of off-site participants not verified)")
        mark = note if panel and panel.unverified else ("", "")
        self.say(f"{name}{mark[0]}:{read_aloud(n)}", f"{name}{mark[1]}: {read_aloud_en(n)}")

    def _results(self) -> None:
        report, rules = self.report, self.report.rules
        results = report.results
        if rules is None or results is None:
            self.say("得分未重新计算。", "The scores were not computed anew.")
            return
        if not results["complete"]:
            self.say("结果尚不完整。", "The results are not complete.")
        names = {unit.id: unit.name for unit in rules.units.values()}
        for category, (title, bottom) in rules.categories.items():
            rows = [row for row in results["units"] if row["category"] == category]
            self.say(f"{title}:", f"{title}:")
            for row in sorted(rows, key=lambda row: (row["rank"] is None, row["rank"] or 0)):
                self._unit(row, names[row["unit"]])
            low = [names[row["unit"]] for row in rows if row["bottom"]]
            if bottom and low:
                self.say(
                    bottom_sentence(title, bottom, low), f"last {bottom} of {title}, ties included: {', '.join(low)}."
                )
            self.lines.append("")

    def _unit(self, row: dict[str, Any], name: str) -> None:
        if row["score"] is None:
            self.say(f"  {name} 无得分", f"  {name} no score")
            return
        tie = ("(并列)", " (tied)") if row["tied"] else ("", "")
        other = (self.report.score_verified or {}).get(row["unit"])
        extra = (
            (f";不计未经核验的参与者为{other}分", f"; {other} without unverified participants") if other else ("", "")
        )
        self.say(
            f"  第{row['rank']}名{tie[0]} {name} {row['score']}分{extra[0]}",
            f"  {row['rank']}{tie[1]} {name} {row['score']}{extra[1]}",
        )


def read_aloud(n: Mapping[str, Any]) -> str:
    """The sentence of the scrutineer's report, word for word."""
    relation = "等于" if n["returned"] == n["issued"] else "少于" if n["returned"] < n["issued"] else "多于"
    valid = "有效" if n["returned"] <= n["issued"] else "无效"
    return (
        f"应到评议代表{n['expected']}名,实到{n['present']}名。本轮发出评议票{n['issued']}张,收回{n['returned']}张,"
        f"收回数{relation}发出数,本轮测评{valid}。其中有效票{n['valid']}张,无效票{n['invalid']}张,"
        f"弃权{n['abstained']}张;另有{n['not_cast']}张未投。"
    )


def read_aloud_en(n: Mapping[str, Any]) -> str:
    return (
        f"{n['expected']} expected, {n['present']} present; {n['issued']} ballots issued, {n['returned']} returned: "
        f"{n['valid']} valid, {n['invalid']} invalid, {n['abstained']} abstained; {n['not_cast']} not cast."
    )


def audit_words(audit: Mapping[str, Any]) -> tuple[str, str]:
    """How many testers' cards a round had, and whether their ballots are what was fixed before it opened."""
    cards, returned, agreed = audit["cards"], audit["returned"], audit["agreed"]
    zh, en = f"本轮抽验卡{cards}张,收回{returned}张,", f"audit cards in this round: {cards}, returned {returned}"
    if agreed is None:
        return f"{zh}不计入以上各数。", f"{en}; in none of the numbers above."
    if agreed == cards:
        same = "内容与事先封存的一致,不计入以上各数。", ", all as sealed beforehand; in none of the numbers above."
        return zh + same[0], en + same[1]
    return (
        f"{zh}其中{agreed}张与事先封存的内容一致,其余不符;不计入以上各数。",
        f"{en}, {agreed} as sealed beforehand and the others not; in none of the numbers above.",
    )


def bottom_sentence(title: str, bottom: int, names: Sequence[str]) -> str:
    """“后三位因并列共4个单位:…” when units tie at the border."""
    number = NUMERALS[bottom] if bottom <= 10 else str(bottom)
    tied = f"因并列共{len(names)}个单位" if len(names) > bottom else ""
    return f"{title}后{number}位{tied}:{'、'.join(names)}。"


# ---------------------------------------------------------------------------------------------------------------
# K  The command
# ---------------------------------------------------------------------------------------------------------------


class Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Wrong usage is status 3: argparse's own 2 would read as a pass with warnings."""
        self.exit(3, f"verify: {clean(message)}\n")


def main(argv: Sequence[str] | None = None) -> int:
    options = _arguments().parse_args(_joined(sys.argv[1:] if argv is None else argv))
    try:
        data, receipts = _read(options.bundle), [_read(path) for path in options.receipt]
        report = verify(data, _anchor(options.anchor), receipts)
        chinese = options.lang == "zh-Hans"
        _print(Page(report, chinese).text() + judge_line(chinese), options.plain)
        if options.report:
            with open(options.report, "w", encoding="utf-8") as file:
                json.dump(report.as_json(), file, ensure_ascii=False, indent=1)
                file.write("\n")
    except OSError as error:
        print(f"verify: {clean(str(error))}", file=sys.stderr)
        return 3
    return report.exit_status


def judge_line(chinese: bool) -> str:
    """Of this run, not of the evidence; hence not in the report."""
    judge = "Python" if sodium is None else "PyNaCl"
    return f"签名由 {judge} 核对\n" if chinese else f"signatures judged by {judge}\n"


def _joined(words: Sequence[str]) -> list[str]:
    """An anchor may begin with a hyphen, which would otherwise be taken for an option."""
    found: list[str] = []
    for word in words:
        if found and found[-1] == "--anchor":
            found[-1] = f"--anchor={word}"
        else:
            found.append(word)
    return found


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _arguments() -> Arguments:
    about = "核验一场测评的证据包,不联网 / verify the evidence of a Touchstone session, offline"
    status = "退出码 / exit status: 0 一致 pass, 2 一致(有提示) warnings, 1 不一致 fail, 3 不是证据包 not a bundle"
    parser = Arguments(prog="verify", description=about, epilog=status)
    parser.add_argument("bundle", help="证据包文件 .c1.tar / the evidence: a file .c1.tar")
    parser.add_argument(
        "--anchor",
        help="评议卡上的22个字符,或存有它的文件 / the 22 characters on the card, or a file that holds them",
    )
    parser.add_argument(
        "--receipt",
        action="append",
        default=[],
        metavar="FILE",
        help="必须在记录中的回执,可多次 / a receipt that must be in the log, may be repeated",
    )
    parser.add_argument("--report", metavar="FILE.json", help="把报告写成 JSON / write the report as JSON")
    parser.add_argument("--lang", choices=("zh-Hans", "en"), default="zh-Hans", help="所用语言 / language")
    parser.add_argument("--plain", action="store_true", help="不用粗体 / no bold type, whatever the terminal")
    return parser


def _anchor(given: str | None) -> str | None:
    """What has the form of an anchor is one, even where a file is called so."""
    if given is None or re.fullmatch(r"[A-Za-z0-9_-]{22}", given) or not os.path.isfile(given):
        return given
    return _read(given).decode("utf-8", "replace").strip()


def _print(text: str, plain: bool) -> None:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    colour = sys.stdout.isatty() and not plain and "NO_COLOR" not in os.environ
    for line in text.splitlines():
        bold = colour and any(line in words for words in (*VERDICTS.values(), REHEARSAL))
        print(f"\033[1m{line}\033[0m" if bold else line)


if __name__ == "__main__":
    sys.exit(main())
