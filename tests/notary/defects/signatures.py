"""Policy, keys, checkpoints, history: E104, E105, E202–E207, W107."""

from __future__ import annotations

from collections.abc import Callable

from tests.notary.bundle_bytes import NOTARY_WITNESS, OBSERVER, STRANGER
from tests.notary.bundle_maker import Show
from tests.notary.defects.defect import ANCHOR, Defect, Files, filed, flip, hooked, spoil

Change = Callable[[Show, Files], None]


def with_fourth_line(show: Show, files: Files) -> None:
    files["checkpoint"] = show.head_note(0, show.now, text=show.head_text(75) + b"extension\n")


def other_origin(show: Show, files: Files) -> None:
    files["checkpoint"] = show.head_note(0, show.now, text=show.head_text(75, "other.example/x"))


def signed_by(*lines: str) -> Change:
    """The checkpoint with the named lines only."""

    def change(show: Show, files: Files) -> None:
        text = show.head_text(75)
        known = {
            "log": show.log.line(text),
            "notary": NOTARY_WITNESS.line(text, show.now),
            "observer": OBSERVER.line(text, show.now),
            "stranger": STRANGER.line(text),
            "bad notary": spoil(NOTARY_WITNESS.line(text, show.now)),
        }
        files["checkpoint"] = text + b"\n" + b"".join(known[line] for line in lines)

    return change


def history(change: Callable[[Show, list[bytes]], list[bytes]]) -> Change:
    """Every head note, through a function of (show, list of notes)."""

    def edit(show: Show, files: Files) -> None:
        notes = [show.head_note(size, time) for size, time in show.heads]
        files["history"] = b"".join(change(show, notes))

    return edit


def swapped(_: Show, notes: list[bytes]) -> list[bytes]:
    return [*notes[:3], notes[4], notes[3], *notes[5:]]


def fork(show: Show, notes: list[bytes]) -> list[bytes]:
    """An older head of the same size with another root, properly signed: the record was made again."""
    size, time = show.heads[5]
    text = f"{show.origin}\n{size}\n".encode() + b"A" * 43 + b"=\n"
    return [*notes[:5], show.head_note(size, time, text=text), *notes[6:]]


def foreign(show: Show, notes: list[bytes]) -> list[bytes]:
    size, time = show.heads[5]
    return [*notes[:5], show.head_note(size, time, text=show.head_text(size, "other.example/x")), *notes[6:]]


def zero_first(show: Show, notes: list[bytes]) -> list[bytes]:
    return [show.head_note(0, show.now), *notes]


def unsigned(show: Show, notes: list[bytes]) -> list[bytes]:
    size, _ = show.heads[4]
    text = show.head_text(size)
    return [*notes[:4], text + b"\n" + STRANGER.line(text), *notes[5:]]


def other_policy(show: Show) -> None:
    show.files["policy.txt"] += b"# by hand\n"


def other_quorum(show: Show) -> None:
    show.files["policy.txt"] = show.files["policy.txt"].replace(b"group observers 1 o1\n", b"")


def broken_key(show: Show) -> None:
    show.files["policy.txt"] = flip(show.files["policy.txt"], 30)


def head(show: Show, files: Files, root: bytes, size: int = 75) -> None:
    text = f"{show.origin}\n{size}\n".encode() + root + b"\n"
    files["checkpoint"] = show.head_note(0, show.now, text=text)


def simple(name: str, codes: tuple[str, ...], change: Change, at: int | None = None) -> Defect:
    return Defect(name, codes, filed(change), at=at)


def with_witnesses(name: str, codes: tuple[str, ...], change: Change, at: int | None = None) -> Defect:
    make = filed(change, witnessed=True)
    return Defect(name, codes, make, at=at, witnessed=True, anchor=ANCHOR)


DEFECTS = [
    Defect("policy-with-a-comment", ("E104",), hooked("files", other_policy)),
    Defect("policy-key-broken", ("E104",), hooked("files", broken_key), skipped=("E103–E511",)),
    Defect(
        "policy-without-observers",
        ("E104",),
        hooked("files", other_quorum, witnessed=True),
        witnessed=True,
        anchor=ANCHOR,
    ),
    Defect(
        "another-anchor",
        ("E105",),
        lambda: Show(witnessed=True).play().bundle(),
        witnessed=True,
        anchor=ANCHOR[::-1],
    ),
    Defect("anchor-where-nobody-witnesses", ("E105",), lambda: Show().play().bundle(), anchor=ANCHOR),
    Defect("no-anchor", ("W107",), lambda: Show(witnessed=True).play().bundle(), witnessed=True),
    simple("checkpoint-with-a-fourth-line", ("E202",), with_fourth_line),
    simple(
        "checkpoint-size-with-leading-zero",
        ("E202",),
        lambda s, f: f.update(checkpoint=f["checkpoint"].replace(b"\n75\n", b"\n075\n")),
    ),
    simple("checkpoint-not-a-note", ("E202",), lambda s, f: f.update(checkpoint=b"nothing\n")),
    simple("history-not-notes", ("E202",), lambda s, f: f.update(history=f["history"] + b"more\n")),
    simple("history-cut", ("E202",), lambda s, f: f.update(history=f["history"][:-1])),
    simple("checkpoint-other-origin", ("E203",), other_origin),
    simple("checkpoint-signature-flipped", ("E204",), lambda s, f: f.update(checkpoint=spoil(f["checkpoint"]))),
    simple("checkpoint-signed-by-a-stranger", ("E204",), signed_by("stranger")),
    simple("checkpoint-other-root", ("E103", "E303"), lambda s, f: head(s, f, b"A" * 43 + b"=")),
    simple("history-head-foreign", ("E203",), history(foreign)),
    simple("history-signature-flipped", ("E206",), history(lambda s, notes: [spoil(notes[0]), *notes[1:]]), at=1),
    simple("history-head-without-log", ("E206",), history(unsigned), at=5),
    simple("history-heads-swapped", ("E207",), history(swapped)),
    simple("history-head-twice", ("E207",), history(lambda s, notes: [*notes[:4], *notes[3:]])),
    simple("history-from-zero", ("E207",), history(zero_first)),
    simple("history-without-the-last", ("E207",), history(lambda s, notes: notes[:-1])),
    simple("history-of-a-fork", ("E304",), history(fork), at=6),
    with_witnesses("checkpoint-without-observer", ("E205",), signed_by("log", "notary")),
    with_witnesses("checkpoint-without-notary", ("E205",), signed_by("log", "observer")),
    with_witnesses("checkpoint-with-a-bad-cosignature", ("E205",), signed_by("log", "bad notary", "observer")),
    with_witnesses("checkpoint-without-log", ("E204",), signed_by("notary", "observer")),
    with_witnesses(
        "history-cosignature-flipped",
        ("E206",),
        history(lambda s, notes: [spoil(notes[0]), *notes[1:]]),
        at=1,
    ),
]
