"""What witnesses signed, and when: E461, E482, W463."""

from __future__ import annotations

from collections.abc import Callable

from tests.notary.bundle_bytes import NOTARY_WITNESS, OBSERVER
from tests.notary.bundle_maker import Show
from tests.notary.defects.defect import ANCHOR, Defect, Files, filed


def history(change: Callable[[Show, int, int], bytes]) -> Callable[[], bytes]:
    """The history with every head note made by the change (show, size, time)."""

    def edit(show: Show, files: Files) -> None:
        files["history"] = b"".join(change(show, size, time) for size, time in show.heads)

    return filed(edit, witnessed=True)


def by_log_alone(show: Show, size: int) -> bytes:
    text = show.head_text(size)
    return text + b"\n" + show.log.line(text)


def without(*sizes: int) -> Callable[[Show, int, int], bytes]:
    return lambda show, size, time: by_log_alone(show, size) if size in sizes else show.head_note(size, time)


def without_observer(show: Show, size: int, time: int) -> bytes:
    text = show.head_text(size)
    return text + b"\n" + show.log.line(text) + NOTARY_WITNESS.line(text, time)


def falling(show: Show, size: int, time: int) -> bytes:
    return show.head_note(size, time - 100 if size == 40 else time)


def observer_falling(show: Show, size: int, time: int) -> bytes:
    text = show.head_text(size)
    earlier = time - 100 if size == 40 else time
    return text + b"\n" + show.log.line(text) + NOTARY_WITNESS.line(text, time) + OBSERVER.line(text, earlier)


def defect(
    name: str, codes: tuple[str, ...], change: Callable[[Show, int, int], bytes], at: int | None = None
) -> Defect:
    return Defect(name, codes, history(change), at=at, witnessed=True, anchor=ANCHOR)


DEFECTS = [
    defect("cosignature-times-fall", ("E461",), falling),
    defect("one-cosignature-time-falls", ("E461",), observer_falling),
    defect("lock-not-witnessed", ("W463",), without(42), at=41),
    defect("stretch-with-a-lock-not-witnessed", ("W463",), without(39, 40, 41, 42, 43), at=36),
    defect("zero-not-witnessed", ("W463",), without(24), at=23),
    defect("seal-not-witnessed", ("E482",), without(75), at=74),
    defect("observer-absent-throughout", ("E482", "W463"), without_observer, at=74),
]
