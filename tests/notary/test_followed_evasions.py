"""What the verifier refuses afterwards the live witness refuses at the time: the rules are the same code."""

from __future__ import annotations

import pytest

from audience_server.notary import verify as v
from audience_server.notary.follow import Follower
from tests.notary.defects.defect import Defect
from tests.notary.defects.evasions import DEFECTS

LIVE = {"E306", "E401", "E411", "E452"}
EVERY = [pytest.param(defect, id=defect.name) for defect in DEFECTS if LIVE & set(defect.codes)]


def followed(data: bytes) -> set[str]:
    """The codes of the failures that a live witness finds in the entries of a bundle."""
    files = v.read_tar(memoryview(data)).files
    held = {path: bytes(files[path]) for path in files if path.startswith(("rolls/", "page/"))}
    policy, entries = bytes(files["policy.txt"]), v.Entries()
    for path in sorted(path for path in files if path.startswith("tile/entries/")):
        entries.add_tile(files[path])
    log = policy.decode().split("\n")[0].removeprefix("log ")
    follower = Follower(log, bytes(files["rules.toml"]), policy, held)
    follower.take([*entries])
    return {finding.code for finding in follower.errors()}


@pytest.mark.parametrize("defect", EVERY)
def test_a_witness_refuses_it_while_it_happens(defect: Defect) -> None:
    """A session file at the door, an entry as it comes."""
    data = defect.make()
    if defect.skipped:
        with pytest.raises(v.FormError):
            followed(data)
    else:
        assert set(defect.codes) == followed(data)
