"""`touchstone notary forms`: the verifier first, then the files; never over a form that is there."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from console.commands import forms
from tests.notary.bundle_bytes import anchor
from tests.notary.bundle_maker import Show
from tests.reports.forms_reports import pages_of, solid


@pytest.fixture(scope="module")
def bundle() -> bytes:
    return Show(witnessed=True).play().bundle()


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUCHSTONE_LANG", "zh-Hans")


def command(*words: object) -> int:
    parser = argparse.ArgumentParser()
    forms.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["forms", *map(str, words)])
    status: int = arguments.run(arguments)
    return status


def kept(folder: Path, data: bytes) -> Path:
    (folder / "show.c1.tar").write_bytes(data)
    return folder / "show.c1.tar"


def test_a_good_bundle_gives_its_forms(tmp_path: Path, bundle: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 0; with the anchor there is nothing to warn of."""
    assert 0 == command(kept(tmp_path, bundle), "--out", tmp_path / "forms", "--anchor", anchor())
    told = json.loads(capsys.readouterr().out)
    assert "pass" == told["verdict"]
    assert sorted(map(str, (tmp_path / "forms").iterdir())) == sorted(told["written"])
    assert 9 == len(told["written"])


def test_the_anchor_may_be_a_file(tmp_path: Path, bundle: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "anchor").write_text(anchor() + "\n")
    assert 0 == command(kept(tmp_path, bundle), "--out", tmp_path / "forms", "--anchor", tmp_path / "anchor")
    assert "pass" == json.loads(capsys.readouterr().out)["verdict"]


def test_a_wrong_anchor_fails_and_the_forms_say_so(
    tmp_path: Path, bundle: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 1, and the forms are made all the same: never a silent one."""
    assert 1 == command(kept(tmp_path, bundle), "--out", tmp_path / "forms", "--anchor", "A" * 22)
    told = capsys.readouterr()
    assert "fail" == json.loads(told.out)["verdict"]
    assert "数据核验不一致" in told.err
    for file in (tmp_path / "forms").glob("*.pdf"):
        text = solid("".join(pages_of(file.read_bytes(), tmp_path)))
        assert "数据核验不一致" in text
        assert "E105" in text


def test_forms_come_in_the_language_asked_for(tmp_path: Path, bundle: bytes) -> None:
    for language, title in (("zh-Hans", "计票表"), ("zh-Hant", "計票表"), ("en", "Countsheet")):
        assert 0 == command(kept(tmp_path, bundle), "--out", tmp_path / language, "--lang", language)
        assert title in solid(pages_of((tmp_path / language / "count-sheet.pdf").read_bytes(), tmp_path)[0])


def test_a_form_that_is_there_is_never_written_over(
    tmp_path: Path, bundle: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody may have edited it."""
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "statement.docx").write_bytes(b"mine")
    assert 2 == command(kept(tmp_path, bundle), "--out", tmp_path / "forms")
    assert "statement.docx" in capsys.readouterr().err
    assert ["statement.docx"] == [file.name for file in (tmp_path / "forms").iterdir()]
    assert b"mine" == (tmp_path / "forms" / "statement.docx").read_bytes()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"x" * 2048])
def test_what_is_no_bundle_gives_no_form(data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == command(kept(tmp_path, data), "--out", tmp_path / "forms")
    assert "没有生成任何表" in capsys.readouterr().err
    assert not (tmp_path / "forms").exists()


def test_what_cannot_be_read_or_written_is_named(
    tmp_path: Path, bundle: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == command(tmp_path / "missing.c1.tar", "--out", tmp_path / "forms")
    assert "missing.c1.tar" in capsys.readouterr().err
    (tmp_path / "file").write_bytes(b"")
    assert 2 == command(kept(tmp_path, bundle), "--out", tmp_path / "file")
    assert 2 == command(kept(tmp_path, bundle), "--out", tmp_path / "forms", "--font", tmp_path / "file")
    assert "file" in capsys.readouterr().err
