"""The last comparison: are the manifests that both are to sign those that this witness's own copy gives?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from audience_server.notary import verify as v
from audience_server.notary.bundle import BundleRefused, manifest_text
from audience_server.notary.follow import Follower
from audience_server.notary.mirror import Mirror
from audience_server.notary.said import Refused


def standing_windows(follower: Follower) -> list[str]:
    return [window.name for window in follower.case.windows.values() if window.stands]


def compare_manifest(
    mirror: Mirror, follower: Follower, body: Mapping[str, Any], alarm: Callable[[str, Refused], None]
) -> bool | None:
    """None while something is still missing here; what differs is an alarm.

    `body`: `text` of the evidence's manifest, `public` of the public bundle's.
    """
    for path in ("checkpoint", "history", "results.json"):
        if mirror.file(path) is None:
            return None
    fault = history_fault(mirror, follower)
    if fault is not None:
        alarm("E206", fault)
        return False
    try:
        mine = {"text": manifest_text(mirror, standing_windows(follower)), "public": manifest_text(mirror, ())}
    except BundleRefused:
        return None
    for name, text in mine.items():
        if text != body.get(name):
            own, server = _first_difference(text, str(body.get(name)))
            alarm("E103", Refused("manifest_line", own=own, server=server))
            return False
    return True


def _first_difference(mine: str, theirs: str) -> tuple[str, str]:
    ours, other = mine.split("\n"), theirs.split("\n")
    pairs = zip(ours, other, strict=False)
    return next((pair for pair in pairs if pair[0] != pair[1]), (str(len(ours)), str(len(other))))


def history_fault(mirror: Mirror, follower: Follower) -> Refused | None:
    """What is wrong with the history and checkpoint that the server lists; None when every head is the one known
    here and every signature holds."""
    case = follower.case
    history, checkpoint = mirror.file("history") or b"", mirror.file("checkpoint") or b""
    known = {head.size: head.note for head in mirror.heads()}
    try:
        listed = list(v.split_notes(memoryview(history)))
        last = v.read_note(checkpoint)
    except v.FormError as error:
        return Refused("checkpoint_unreadable", detail=error)
    sizes = []
    for note in [*listed, last]:
        head = v.read_checkpoint(note.text)
        signers = v.who_signed(note, case.log, case.witnesses)
        own = known.get(head.size)
        if own is None or not own.startswith(note.text) or not signers.log or signers.failed:
            return Refused("history_other", size=head.size)
        sizes.append(head.size)
    if sizes[:-1] != sorted(known) or sizes[-1] != max(known):
        return Refused("history_lacks")
    return None
