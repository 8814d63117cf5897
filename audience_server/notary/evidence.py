"""The last comparison: is the manifest that both are to sign the one that this witness's own copy gives?"""

from __future__ import annotations

from collections.abc import Callable

from audience_server.notary import verify as v
from audience_server.notary.bundle import BundleRefused, manifest_text
from audience_server.notary.follow import Follower
from audience_server.notary.mirror import Mirror


def standing_windows(follower: Follower) -> list[str]:
    return [window.name for window in follower.case.windows.values() if window.stands]


def compare_manifest(mirror: Mirror, follower: Follower, text: str, alarm: Callable[[str, str], None]) -> bool | None:
    """None while something is still missing here; what differs is an alarm."""
    for path in ("checkpoint", "history", "results.json"):
        if mirror.file(path) is None:
            return None
    fault = history_fault(mirror, follower)
    if fault:
        alarm("E206", fault)
        return False
    try:
        mine = manifest_text(mirror, standing_windows(follower))
    except BundleRefused:
        return None
    if mine == text:
        return True
    ours, theirs = mine.split("\n"), text.split("\n")
    first = next((pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]), (len(ours), len(theirs)))
    alarm("E103", f"manifest: {first[0]} ≠ {first[1]}")
    return False


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
