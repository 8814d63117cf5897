"""The last comparison: are the manifests that both are to sign those that this witness's own copy gives?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from audience_server.notary import verify as v
from audience_server.notary.bundle import BundleRefused, manifest_text
from audience_server.notary.follow import Follower
from audience_server.notary.mirror import Mirror


def standing_windows(follower: Follower) -> list[str]:
    return [window.name for window in follower.case.windows.values() if window.stands]


def compare_manifest(
    mirror: Mirror, follower: Follower, body: Mapping[str, Any], alarm: Callable[[str, str], None]
) -> bool | None:
    """None while something is still missing here; what differs is an alarm.

    `body`: `text` of the evidence's manifest, `public` of the public bundle's.
    """
    for path in ("checkpoint", "history", "results.json"):
        if mirror.file(path) is None:
            return None
    fault = history_fault(mirror, follower)
    if fault:
        alarm("E206", fault)
        return False
    try:
        mine = {"text": manifest_text(mirror, standing_windows(follower)), "public": manifest_text(mirror, ())}
    except BundleRefused:
        return None
    for name, text in mine.items():
        if text != body.get(name):
            alarm("E103", f"manifest: {_first_difference(text, str(body.get(name)))}")
            return False
    return True


def _first_difference(mine: str, theirs: str) -> str:
    ours, other = mine.split("\n"), theirs.split("\n")
    pairs = zip(ours, other, strict=False)
    first = next((pair for pair in pairs if pair[0] != pair[1]), (len(ours), len(other)))
    return f"{first[0]} ≠ {first[1]}"


def history_fault(mirror: Mirror, follower: Follower) -> str:
    """What is wrong with the history and checkpoint that the server lists; empty when every head is the one known
    here and every signature holds."""
    case = follower.case
    history, checkpoint = mirror.file("history") or b"", mirror.file("checkpoint") or b""
    known = {head.size: head.note for head in mirror.heads()}
    try:
        listed = list(v.split_notes(memoryview(history)))
        last = v.read_note(checkpoint)
    except v.FormError as error:
        return str(error)
    sizes = []
    for note in [*listed, last]:
        head = v.read_checkpoint(note.text)
        signers = v.who_signed(note, case.log, case.witnesses)
        own = known.get(head.size)
        if own is None or not own.startswith(note.text) or not signers.log or signers.failed:
            return f"size {head.size} is not the checkpoint that was followed here"
        sizes.append(head.size)
    if sizes[:-1] != sorted(known) or sizes[-1] != max(known):
        return "the history does not list every checkpoint that was followed here"
    return ""
