"""Entries, tree, tiles, rolls: E301–E306, E404–E406, E511."""

from __future__ import annotations

from collections.abc import Callable

from nacl.bindings import crypto_core_ed25519_add

from tests.notary.bundle_bytes import Card, b64
from tests.notary.bundle_maker import Show
from tests.notary.defects.defect import Defect, Files, filed, flip, hooked

TILE = "tile/entries/000.p/75"
SMALL_ORDER = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")


def framed(entries: list[bytes]) -> bytes:
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entry_flipped(index: int, place: int) -> Callable[[Show, Files], None]:
    """A byte of an entry changed, nothing hashed or signed again but the manifest."""

    def change(show: Show, files: Files) -> None:
        entries = [*show.entries]
        entries[index] = flip(entries[index], place)
        files[TILE] = framed(entries)

    return change


def rewritten(index: int, make: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    """An entry changed and the whole record signed again."""

    def bundle() -> bytes:
        show = Show().play()
        show.entries[index] = make(show.entries[index])
        return show.bundle()

    return bundle


def without_last(show: Show, files: Files) -> None:
    files[TILE] = framed(show.entries[:-1])


def with_one_more(show: Show, files: Files) -> None:
    files[TILE] = framed([*show.entries, show.entries[-1]])


def swapped(show: Show, files: Files) -> None:
    """Two incidents of the record change places; only the tree can tell."""
    entries = [*show.entries]
    entries[11], entries[12] = entries[12], entries[11]
    files[TILE] = framed(entries)


def act(show: Show, line: str, tag: str = "incident") -> None:
    show.append(f"c1/{tag}\n{show.origin}\n{line}\n".encode())


GOOD = '{"at":1,"kind":"a","text":"b"}'


def forms() -> list[Defect]:
    """Entries that are not of the one form, each just before the seal."""
    cases = {
        "json-with-a-space": lambda show: act(show, '{"at":1, "kind":"a","text":"b"}'),
        "json-keys-unsorted": lambda show: act(show, '{"kind":"a","at":1,"text":"b"}'),
        "json-with-a-float": lambda show: act(show, '{"at":1.0,"kind":"a","text":"b"}'),
        "json-field-missing": lambda show: act(show, '{"at":1,"kind":"a"}'),
        "json-field-too-many": lambda show: act(show, '{"at":1,"kind":"a","more":1,"text":"b"}'),
        "json-number-negative": lambda show: act(show, '{"at":-1,"kind":"a","text":"b"}'),
        "json-too-deep": lambda show: act(show, '{"at":' + "[" * 20 + "]" * 20 + ',"kind":"a","text":"b"}'),
        "tag-unknown": lambda show: act(show, GOOD, "other"),
        "line-after-an-act": lambda show: act(show, GOOD + "\nmore"),
        "origin-of-another-session": lambda show: show.append(f"c1/incident\nother/x\n{GOOD}\n".encode()),
        "no-line-end": lambda show: show.append(f"c1/incident\n{show.origin}\n{GOOD}".encode()),
        "control-character": lambda show: act(show, GOOD.replace("b", "\x85")),
        "carriage-return": lambda show: act(show, GOOD + "\r"),
        "not-utf-8": lambda show: show.append(b"c1/incident\n\xff\n"),
        "empty-entry": lambda show: show.append(b""),
        "statement-without-signature": lambda show: act(show, '{"at":1,"text":"b"}', "remark"),
        "ballot-line-missing": lambda show: show.append(
            show.ballot_entry(show.cards["deputies"][0], "r03", 0, [1]).replace(b"\n0\n", b"\n")
        ),
        "ballot-counter-with-zeros": lambda show: show.append(
            show.ballot_entry(show.cards["deputies"][0], "r03", 0, [1]).replace(b"\n0\n", b"\n00\n")
        ),
        "ballot-of-another-kind": lambda show: show.append(
            show.ballot_entry(show.cards["deputies"][0], "r03", 0, [1]).replace(b"\nm1 ", b"\nm2 ")
        ),
        "ballot-signed-twice": lambda show: show.append(twice(show)),
        "present-with-two-keys": lambda show: show.append(
            show.present_entry(show.cards["deputies"][6]).replace(b"\n\n", b"\n" + b"A" * 43 + b"=\n\n")
        ),
    }
    return [Defect(name, ("E306",), hooked("before seal", hook), at=74) for name, hook in cases.items()]


def twice(show: Show) -> bytes:
    entry = show.ballot_entry(show.cards["deputies"][0], "r03", 0, [1])
    return entry + entry[entry.index("— ".encode()) :]


def drop_key(show: Show) -> None:
    show.files["rolls/deputies.r901"] = show.files["rolls/deputies.r901"][:-32]


def swap_keys(show: Show) -> None:
    data = show.files["rolls/citizens.r900"]
    show.files["rolls/citizens.r900"] = data[32:64] + data[:32] + data[64:]


def repeat_key(show: Show) -> None:
    data = show.files["rolls/citizens.r900"]
    show.files["rolls/citizens.r900"] = data[:32] + data[:32] + data[64:]


def odd_length(show: Show) -> None:
    show.files["rolls/citizens.r900"] = show.files["rolls/citizens.r900"] + b"x"


def mixed_key(show: Show) -> None:
    """A key with a small-order part: its signatures may verify, it must not enter a roll."""
    data = show.files["rolls/citizens.r900"]
    keys = [data[place : place + 32] for place in range(0, 128, 32)]
    keys[0] = crypto_core_ed25519_add(keys[0], SMALL_ORDER)
    show.files["rolls/citizens.r900"] = b"".join(sorted(keys))


def shared_key(show: Show) -> None:
    """The last citizen's key of r901 is another one's key of r900."""
    other = show.files["rolls/deputies.r900"][:32]
    data = show.files["rolls/citizens.r901"]
    own = bytes(show.cards["citizens"][0].key(show.origin, "r901").verify_key)
    keys = [data[place : place + 32] for place in range(0, 128, 32)]
    show.files["rolls/citizens.r901"] = b"".join(sorted([other, *(key for key in keys if key != own)]))


def roll_of(show: Show) -> bytes:
    """A roll of other cards, in order."""
    return b"".join(sorted(bytes(Card("x", n).key(show.origin, "r900").verify_key) for n in range(4)))


def other_root(show: Show) -> None:
    show.files["rolls/index.json"] = show.files["rolls/index.json"].replace(b'"root":"', b'"root":"A', 1)


def index_cut(show: Show) -> None:
    show.files["rolls/index.json"] = b"{}\n"


def index_broken(show: Show) -> None:
    show.files["rolls/index.json"] = b"{} \n"


def enrol_unsorted(show: Show) -> None:
    keys = sorted(bytes(phone.key(show.origin, "r03").verify_key) for phone in show.phones)
    show.act("enrol", panel="offsite", round="r03", keys=[b64(key) for key in reversed(keys)])


def enrol_again(show: Show) -> None:
    keys = [bytes(show.phones[0].key(show.origin, "r02").verify_key)]
    show.act("enrol", panel="offsite", round="r03", keys=[b64(key) for key in keys])


def enrol_mixed(show: Show) -> None:
    key = crypto_core_ed25519_add(bytes(Card("offsite", 9).key(show.origin, "r03").verify_key), SMALL_ORDER)
    show.act("enrol", panel="offsite", round="r03", keys=[b64(key)])


def receipt_of_fork() -> bytes:
    """A receipt of the same log key for a record that was made again since."""
    show = Show(hooks={"before zero": lambda show: show.act("incident", kind="x", text="gone")}).play()
    return show.receipt(30, 40)


def receipt_elsewhere() -> bytes:
    return Show().play().receipt(30, 40).replace(b"index 30", b"index 31")


def receipt_of_stranger() -> bytes:
    return Show(origin="maker.example/show-1/rehearsal-20260101T000000Z").play().receipt(30, 40)


def receipt_of_longer() -> bytes:
    show = Show().play()
    show.act("incident", kind="x", text="later")
    return show.receipt(75, 76)


def fresh_bundle() -> bytes:
    return Show().play().bundle()


def receipt(name: str, data: bytes, at: int | None) -> Defect:
    return Defect(f"receipt-{name}", ("E511",), fresh_bundle, at=at, receipts=(data,))


ENTRIES_GONE = ("E303–E511",)

DEFECTS = [
    Defect("tile-cut", ("E301",), filed(lambda _, f: f.update({TILE: f[TILE][:-1]})), skipped=ENTRIES_GONE),
    Defect(
        "tile-frame-longer", ("E301",), filed(lambda _, f: f.update({TILE: flip(f[TILE], 0, 64)})), skipped=ENTRIES_GONE
    ),
    Defect("last-entry-dropped", ("E304", "E302", "E303", "E481"), filed(without_last), at=75),
    Defect("last-entry-twice", ("E481", "E302", "E303"), filed(with_one_more), at=75),
    Defect("entries-swapped", ("E304", "E303", "E305"), filed(swapped)),
    Defect("entry-flipped", ("E304", "E303", "E305"), filed(entry_flipped(73, -5)), at=74),
    Defect(
        "ballot-flipped",
        ("E415", "E304", "E303", "E305"),
        filed(entry_flipped(30, -9)),
        at=30,
        skipped=("E451 r01", "E453"),
    ),
    Defect(
        "hash-tile-flipped", ("E305",), filed(lambda _, f: f.update({"tile/0/000.p/75": flip(f["tile/0/000.p/75"], 9)}))
    ),
    Defect("hash-tile-cut", ("E305",), filed(lambda _, f: f.update({"tile/0/000.p/75": f["tile/0/000.p/75"][:-32]}))),
    *forms(),
    Defect("roll-of-fewer-cards", ("E404",), hooked("rolls", drop_key)),
    Defect("roll-index-other-root", ("E404",), hooked("files", other_root)),
    Defect("roll-index-empty", ("E404",), hooked("files", index_cut)),
    Defect("roll-index-not-canonical", ("E404",), hooked("files", index_broken)),
    Defect(
        "roll-changed-after-the-session-entry",
        ("E404", "E412"),
        filed(lambda s, f: f.update({"rolls/citizens.r900": roll_of(s)})),
    ),
    Defect("roll-unsorted", ("E405",), hooked("rolls", swap_keys)),
    Defect("roll-with-a-key-twice", ("E405",), hooked("rolls", repeat_key)),
    Defect("roll-not-whole-keys", ("E405", "E404"), hooked("rolls", odd_length)),
    Defect("roll-with-a-key-of-mixed-order", ("E405",), hooked("rolls", mixed_key)),
    Defect("enrol-unsorted", ("E405",), hooked("before zero", enrol_unsorted)),
    Defect("enrol-key-of-mixed-order", ("E405",), hooked("before zero", enrol_mixed)),
    Defect("key-on-two-rolls", ("E406",), hooked("rolls", shared_key)),
    Defect("enrol-key-of-another-round", ("E406",), hooked("before zero", enrol_again)),
    receipt("of-a-fork", receipt_of_fork(), 30),
    receipt("at-another-index", receipt_elsewhere(), 31),
    receipt("of-another-log", receipt_of_stranger(), 30),
    receipt("of-a-longer-record", receipt_of_longer(), 75),
    receipt("not-a-receipt", b"nothing\n\nat all\n", None),
]
