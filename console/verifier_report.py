"""What the verifier's report (`touchstone notary verify --report`) says of one locked round, for the recount scene.

Only what another program found goes on the air as a recount; nothing here computes anything.
"""

from __future__ import annotations

import json
from pathlib import Path

LARGEST = 20_000_000


class NoReport(ValueError):
    """Not a verifier's report with that round; the text names the file."""


def found_in(report: Path, round_id: str) -> dict[str, str]:
    """Verdict and fingerprint; OSError when the file cannot be read."""
    with report.open("rb") as file:
        data = file.read(LARGEST + 1)
    try:
        told = json.loads(data[:LARGEST])
        rounds = {each["round"]: each for each in told["rounds"] if each.get("state", "locked") == "locked"}
        return {"verdict": str(told["verdict"]), "fingerprint": str(rounds[round_id]["fingerprint"])}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoReport(
            f"{report} is no report of `touchstone notary verify --report` with a locked round {round_id}"
        ) from None
