"""One defect at a time, each with exactly the codes it must get."""

from __future__ import annotations

import importlib

import pytest

from audience_server.notary.verify import SENTENCES, verify
from tests.notary.defects.defect import Defect

KINDS = ("archive", "signatures", "tree", "story", "counts", "audit", "witnesses", "evasions")
TABLES = {kind: importlib.import_module(f"tests.notary.defects.{kind}").DEFECTS for kind in KINDS}
EVERY = [pytest.param(defect, id=f"{kind}/{defect.name}") for kind, table in TABLES.items() for defect in table]


@pytest.mark.parametrize("defect", EVERY)
def test_a_defect_gets_exactly_its_codes(defect: Defect) -> None:
    """Nothing is missed and nothing else is blamed; what could not be checked is named."""
    report = verify(defect.make(), defect.anchor, defect.receipts)
    found = {finding.code for finding in report.findings} - ({"W106"} if not defect.witnessed else set())
    told = [finding.row() for finding in report.findings]
    assert set(defect.codes) == found, told
    assert defect.skipped == tuple(report.skipped)
    if defect.at is not None:
        assert defect.at in {finding.index for finding in report.findings if finding.code == defect.codes[0]}, told


def test_every_code_has_its_defect() -> None:
    """E502 is the exception: no file of the format carries a timestamp yet. W106 is in every self-asserted show."""
    covered = {code for table in TABLES.values() for defect in table for code in defect.codes}
    assert {"E502", "W106"} == set(SENTENCES) - covered


def test_names_of_defects_are_their_own() -> None:
    """A name says one thing."""
    names = [defect.name for table in TABLES.values() for defect in table]
    assert len(names) == len(set(names))
