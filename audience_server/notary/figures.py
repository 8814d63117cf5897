"""Openings and counts of what was locked, fetched from the server and counted anew here."""

from __future__ import annotations

from audience_server.notary import verify as v
from audience_server.notary.files import FileFetcher
from audience_server.notary.follow import Follower
from audience_server.notary.mirror import Mirror


def want_figures(follower: Follower, files: FileFetcher) -> None:
    for window in follower.uncounted():
        files.want(f"rounds/{window.name}.openings")
        files.want(f"rounds/{window.name}.counts")


def count_figures(follower: Follower, mirror: Mirror) -> None:
    """In the order of the locks, up to the first whose figures are not here yet."""
    for window in follower.uncounted():
        openings = mirror.file(f"rounds/{window.name}.openings")
        counts = mirror.file(f"rounds/{window.name}.counts")
        tally = window.tally if window.tally is not None else 0
        head = next((each for each in mirror.heads(tally)), None)
        if openings is None or counts is None or head is None:
            return
        checkpoint = v.read_checkpoint(v.read_note(head.note.encode()).text)
        follower.count(window, openings, counts, (checkpoint.size, checkpoint.root))
