"""FORMAT.md, which an office keeps for ten years, names everything that a verifier knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from audience_server.notary import verify
from audience_server.notary.verify import FIELDS, IDENTITY, SENTENCES, STATEMENTS
from audience_server.record import entries

PAGE = (Path(entries.__file__).parent / "FORMAT.md").read_text("utf-8")


def row(name: str) -> list[str]:
    """The cells behind the first one of the table row that begins with it."""
    found = re.findall(rf"^\| `?{re.escape(name)}`? \| (.*) \|$", PAGE, re.MULTILINE)
    assert len(found) == 1, name
    return [cell.strip() for cell in str(found[0]).split(" | ")]


@pytest.mark.parametrize("code", SENTENCES)
def test_every_code_has_its_line(code: str) -> None:
    """In the order of the verifier; the sentence is the page's own."""
    assert row(code)[0]


def test_no_code_stands_there_that_no_verifier_knows() -> None:
    """Neither in the table nor in the text."""
    assert set(re.findall(r"\b[EW]\d{3}\b", PAGE)) == set(SENTENCES)
    assert re.findall(r"^\| ([EW]\d{3}) \|", PAGE, re.MULTILINE) == list(SENTENCES)


@pytest.mark.parametrize("tag", FIELDS)
def test_every_entry_has_its_fields_and_signers(tag: str) -> None:
    """All of them, and whether people sign it."""
    cells = row(f"c1/{tag}")
    words = set(re.findall(r"[a-z_]+", cells[0]))
    assert set(FIELDS[tag]) <= words
    assert (cells[1:] == ["yes"]) == (tag in STATEMENTS)


def test_what_cards_sign_and_the_identity_stand_there() -> None:
    """The two entries that are no JSON, the eight numbers of a panel, and no tag that nobody reads."""
    assert f"Identity = {{{', '.join(IDENTITY)}}}" in PAGE
    assert set(re.findall(r"^\| `c1/([a-z-]+)`", PAGE, re.MULTILINE)) == {*FIELDS, "ballot", "present"}


def test_the_server_knows_the_same_tags() -> None:
    """What it can write, the page describes."""
    assert entries.STATEMENTS | entries.ACTS == set(FIELDS)


def test_every_key_that_is_read_from_the_session_file_stands_there() -> None:
    """As the verifier asks for it."""
    part = Path(verify.__file__).read_text("utf-8").split("\n# F  ")[1].split("\n# G  ")[0]
    asked = set(re.findall(r"\.(?:text|word|count|flag|exact|weight|ids|tables?)\(\"([a-z_]+)\"", part))
    section = PAGE.split("\n## 3. ")[1].split("\n## 4. ")[0]
    assert asked <= set(re.findall(r"[a-z_]+", section))
    assert len(asked) > 20
