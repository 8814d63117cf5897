"""A mirror read without a server: everything that it holds, checked anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audience_server.notary import verify as v
from audience_server.notary.evidence import standing_windows
from audience_server.notary.files import FileFetcher
from audience_server.notary.follow import Follower
from audience_server.notary.mirror import Mirror


@dataclass(frozen=True, slots=True)
class Copy:
    """`windows`: locked and standing ones; `errors`: failed checks."""

    fingerprint: str
    windows: Sequence[str]
    errors: Sequence[v.Finding]
    sealed: bool


def read_copy(mirror: Mirror) -> Copy:
    """Never raises for what the mirror holds; what cannot be read yet is an empty copy."""
    try:
        follower = follow_copy(mirror)
    except v.FormError as error:
        report = v.Report()
        report.add("E452", None, "a readable session file", error)
        return Copy("", (), report.findings, sealed=False)
    if follower is None:
        return Copy("", (), (), sealed=False)
    mark = v.fingerprint(follower.origin, follower.size, follower.tree.root()) if follower.size else ""
    return Copy(mark, standing_windows(follower), follower.errors(), follower.case.seal is not None)


def follow_copy(mirror: Mirror) -> Follower | None:
    """The session as this copy tells it; None while files are missing, FormError if they cannot be read."""
    fetcher = FileFetcher(
        mirror, lambda message: None, [path for path in mirror.file_paths() if path.startswith("page/")]
    )
    if not fetcher.complete:
        return None
    files = fetcher.held()
    rules, policy = files.pop("rules.toml"), files.pop("policy.txt")
    follower = Follower(mirror.fact("log_vkey") or "", rules, policy, files)
    follower.take(list(mirror.entries()))
    return follower
