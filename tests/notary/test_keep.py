"""What an office keeps and compares: the archive explains itself, the inspection sheet finds every change."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from audience_server.notary.inspect import compare, digests_of_bundle, take_sheet
from tests.notary.bundle_maker import Show
from tests.processes import must, touchstone
from tests.show_rig import SMALL_SESSION


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "s.c1.tar"
    path.write_bytes(Show().play().bundle())
    return path


def test_the_archive_holds_everything_and_its_digests_hold(bundle: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    assert json.loads(must("notary", "archive", folder, "--bundle", bundle))["verdict"] == "warn"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    wanted = {bundle.name, "verify.py", "verify.html", "FORMAT.md", "office.pyz", "result.txt", "SHA256SUMS"}
    assert wanted | {"00-先读我.txt", "index.html", "forms/count-sheet.pdf", "forms/statement.docx"} <= names
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0
    assert len((folder / "SHA256SUMS").read_text("utf-8").splitlines()) == len(names) - 1
    alone = subprocess.run(
        [sys.executable, "-I", "verify.py", bundle.name], cwd=folder, capture_output=True, check=False
    )
    assert alone.returncode == 2
    assert "sha256sum" in (folder / "00-先读我.txt").read_text("utf-8")


def test_an_archive_never_writes_over_another(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    done = touchstone("notary", "archive", tmp_path, "--bundle", bundle)
    assert (done.returncode, "not empty" in done.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_failing_bundle_is_kept_and_every_page_says_so(bundle: Path, tmp_path: Path) -> None:
    data = bytearray(bundle.read_bytes())
    data[data.index(b"c1/tally") + 120] ^= 1
    (tmp_path / "b.tar").write_bytes(data)
    done = touchstone("notary", "archive", tmp_path / "kept", "--bundle", tmp_path / "b.tar")
    assert done.returncode == 1
    for name in ("00-先读我.txt", "result.txt", "公证词素材.txt", "index.html"):
        assert "不一致" in (tmp_path / "kept" / name).read_text("utf-8"), name


def test_the_sheet_finds_a_changed_rule_roll_page_and_program(tmp_path: Path) -> None:
    """Each by its own line; what is the same stays equal."""
    software = tmp_path / "package"
    software.mkdir()
    (software / "a.py").write_text("1")
    sheet = take_sheet(b"rules", {"rolls/a.r00": b"x"}, {"index.html": b"p"}, {"server": software})
    (software / "a.py").write_text("2")
    (software / "__pycache__").mkdir()
    (software / "__pycache__" / "a.pyc").write_text("made while running")
    found = take_sheet(b"rules!", {"rolls/a.r00": b"y"}, {"index.html": b"q"}, {"server": software})
    assert {line.name for line in compare(sheet, found) if not line.agrees} == set(sheet)
    same = take_sheet(b"rules", {"rolls/a.r00": b"x"}, {"index.html": b"p"}, {})
    assert {line.name for line in compare(sheet, same) if not line.agrees} == set()
    more = take_sheet(b"rules", {"rolls/a.r00": b"x", "rolls/b.r00": b"z"}, {"index.html": b"p"}, {})
    assert [line.name for line in compare(sheet, more) if not line.agrees] == ["rolls/b.r00"]


def test_the_evidence_is_compared_with_the_sheet_taken_before_the_show(tmp_path: Path) -> None:
    """By the commands: taken before entry 0, equal afterwards, and a changed page set is named."""
    session = tmp_path / "s.toml"
    session.write_text(SMALL_SESSION, "utf-8")
    data = tmp_path / "data"
    must("cards", session, "--data", data, "--links", tmp_path / "l.csv", "--rehearsal", "--base-url", "http://a:1")
    must("notary", "inspect", "take", "--data", data, "--rules", session, "--out", tmp_path / "sheet")
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    refused = touchstone("notary", "inspect", "take", "--data", data, "--out", tmp_path / "other")
    assert (refused.returncode, "--rules" in refused.stderr) == (2, True)
    evidence = digests_of_bundle(Show().play().bundle())
    sheet = json.loads((tmp_path / "sheet.json").read_text("utf-8"))["digests"]
    assert set(evidence) & set(sheet)
    done = touchstone("notary", "inspect", "compare", tmp_path / "sheet.json", "--bundle", tmp_path / "none")
    assert done.returncode == 2
