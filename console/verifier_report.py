"""What the verifier's report (`touchstone notary verify --report`) says of one locked round, for the recount scene.

Only what another program found goes on the air as a recount; nothing here computes anything.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from audience_server.wire.commands import VerifierReport

LARGEST = 20_000_000


class NoReport(ValueError):
    """Not a verifier's report with that round; the text names the file."""


def found_in(report: Path, round_id: str) -> VerifierReport:
    """What it says of the round; OSError when the file cannot be read."""
    with report.open("rb") as file:
        data = file.read(LARGEST + 1)
    try:
        told = json.loads(data[:LARGEST])
        rounds = {each["round"]: each for each in told["rounds"] if each.get("state", "locked") == "locked"}
        row = rounds[round_id]
        failures = tuple((str(each["code"]), each["index"]) for each in told["failures"])
        found = {"origin": told["origin"], "failures": failures}
        found |= {name: row[name] for name in ("window", "fingerprint", "by")}
        return msgspec.convert(found, VerifierReport)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoReport(
            f"{report} is no report of `touchstone notary verify --report` with a locked round {round_id}"
        ) from None
