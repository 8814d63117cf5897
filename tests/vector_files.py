"""The project's own copies of the test vectors (tests/vectors/README.md says who made them)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).resolve().parent / "vectors"


@cache
def vectors(name: str) -> Any:
    return json.loads((VECTORS / name).read_text("utf-8"))


def named(case: Any) -> str:
    """A test's id from the case's own words."""
    return str(case.get("why") or case.get("name") or "case")
