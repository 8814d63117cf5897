"""Reports of misconduct: the office's key, the way of the sealed letters, and who can read them."""

from __future__ import annotations

import asyncio
import base64
import json
import stat
from pathlib import Path

import pytest
from nacl.public import PublicKey, SealedBox

from audience_server.record.forms import FormError
from audience_server.record.sealed_box import new_office_key, open_sealed
from audience_server.stores.journal_sqlite import SqliteJournal
from console.cli import main

WORDS = "某科长收受礼品\x1b[31m"


def directory_with(path: Path, public: str) -> None:
    """A session's directory whose journal holds one report, as a phone seals it."""
    (path).mkdir()
    facts = {"format": 1, "kind": "live", "origin": "a.example/b", "codes_exported": False, "rules": None}
    (path / "session.json").write_text(json.dumps(facts))
    box = SealedBox(PublicKey(base64.b64decode(public))).encrypt(WORDS.encode())
    event = {"e": "reported", "number": "R0001", "code": "123456", "at": 1, "box": base64.b64encode(box).decode()}

    async def write() -> None:
        journal = await SqliteJournal.open(path / "questions.sqlite")
        await journal.append([json.dumps(event).encode(), b'{"e":"intake"}'])
        await journal.close()

    asyncio.run(write())


def test_a_report_is_read_by_the_office_and_by_nobody_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Key on the office's computer, ciphertext carried over, words only there; and they do nothing to its terminal."""
    assert 0 == main(["reports", "keys", "--out", str(tmp_path / "office.key")])
    public = json.loads(capsys.readouterr().out)["report_key"]
    assert 0o600 == stat.S_IMODE((tmp_path / "office.key").stat().st_mode)
    directory_with(tmp_path / "data", public)
    letters = tmp_path / "letters.json"
    assert 0 == main(["reports", "carry", "--data", str(tmp_path / "data"), "--out", str(letters)])
    assert 1 == json.loads(capsys.readouterr().out)["reports"]
    assert "某科长" not in letters.read_text()
    assert 0 == main(["reports", "open", str(letters), "--key", str(tmp_path / "office.key")])
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert {"number": "R0001", "code": "123456", "at": 1, "text": WORDS} == json.loads(shown)


def test_another_key_opens_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The letter stays closed, and says why."""
    directory_with(tmp_path / "data", new_office_key()[0])
    main(["reports", "carry", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "letters.json")])
    main(["reports", "keys", "--out", str(tmp_path / "other.key")])
    capsys.readouterr()
    assert 0 == main(["reports", "open", str(tmp_path / "letters.json"), "--key", str(tmp_path / "other.key")])
    assert "not sealed for this key, or damaged" == json.loads(capsys.readouterr().out)["closed"]


def test_no_key_is_ever_written_over(tmp_path: Path) -> None:
    """The old one would be lost, and every letter with it."""
    assert 0 == main(["reports", "keys", "--out", str(tmp_path / "k")])
    before = (tmp_path / "k").read_bytes()
    assert 2 == main(["reports", "keys", "--out", str(tmp_path / "k")])
    assert before == (tmp_path / "k").read_bytes()


def test_what_is_no_text_or_no_key_is_an_error_of_form() -> None:
    """Never a traceback."""
    public, secret = new_office_key()
    box = SealedBox(PublicKey(base64.b64decode(public))).encrypt(b"\xff\xfe")
    with pytest.raises(FormError, match="no text"):
        open_sealed(box, secret)
    with pytest.raises(FormError):
        open_sealed(box, "not a key")
