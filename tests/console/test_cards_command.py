"""`touchstone cards`: rolls into the directory, codes into the files asked for and nowhere else."""

from __future__ import annotations

import argparse
import csv
import json
import stat
from pathlib import Path

import pytest

from audience_server.lan_address import lan_address
from audience_server.record.codes import normalise
from audience_server.session_directory import SessionDirectory
from console.commands import cards
from tests.reports.card_session import SESSION, card_session, printed_codes

BASE = "http://192.168.8.2:8080"


class Place:
    """A folder with a session file; `cards(...)` runs the command there."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.pdf = folder / "cards.pdf"
        self.links = folder / "links.csv"
        self.session = folder / "session.toml"
        self.session.write_text(SESSION, "utf-8")

    def cards(self, *more: object, base: str | None = BASE) -> int:
        parser = argparse.ArgumentParser()
        cards.add_parser(parser.add_subparsers())
        where = ["--base-url", base] if base else []
        words = ["cards", self.session, "--data", self.data, *where, *more]
        arguments = parser.parse_args([str(word) for word in words])
        status: int = arguments.run(arguments)
        return status

    def rows(self) -> list[dict[str, str]]:
        with self.links.open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    def codes(self) -> list[str]:
        return [row["link"].split("#c1.")[1] for row in self.rows()]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_paper_and_links_file_hold_the_same_codes(place: Place, tmp_path: Path) -> None:
    assert place.cards("--out", place.pdf, "--links", place.links) == 0
    assert printed_codes(place.pdf.read_bytes(), tmp_path) == [row["link"] for row in place.rows()]
    assert [normalise(code) for code in place.codes()] == place.codes()
    assert [row["serial"] for row in place.rows()] == list("12345678")


def test_codes_lie_in_no_file_of_the_directory(place: Place) -> None:
    assert place.cards("--out", place.pdf, "--links", place.links) == 0
    kept = [file.read_bytes() for file in place.data.rglob("*") if file.is_file()]
    assert len(kept) >= 12
    for code in place.codes():
        assert not any(code.encode() in data or code[:5].encode() + b"-" in data for data in kept)


def test_codes_reach_no_terminal(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.cards("--links", place.links) == 0
    said = "".join(capsys.readouterr())
    assert not [code for code in place.codes() if code in said]


def test_the_files_are_for_their_owner_only(place: Place) -> None:
    assert place.cards("--out", place.pdf, "--links", place.links) == 0
    assert [stat.S_IMODE(file.stat().st_mode) for file in (place.pdf, place.links)] == [0o600, 0o600]


def test_it_says_how_many_cards_and_spares_and_to_destroy_the_files(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.cards("--out", place.pdf) == 0
    said = capsys.readouterr().out
    assert "人大代表、政协委员：5 张，001–005 号，其中备用 1 张" in said
    assert "市民代表：3 张，006–008 号，其中备用 0 张" in said
    assert "销毁" in said


def test_only_a_links_file_counts_as_codes_exported(tmp_path: Path) -> None:
    for name, option, exported in (("a", "--out", False), ("b", "--links", True)):
        (tmp_path / name).mkdir()
        place = Place(tmp_path / name)
        assert place.cards(option, place.pdf if option == "--out" else place.links) == 0
        assert exported == SessionDirectory.open(place.data).codes_exported


def test_a_rehearsal_has_its_own_origin_and_says_so_on_paper(place: Place) -> None:
    assert place.cards("--out", place.pdf, "--rehearsal") == 0
    directory = SessionDirectory.open(place.data)
    assert directory.kind == "rehearsal"
    assert directory.origin.startswith("pingyi.example/tv-2012-12/rehearsal-")
    assert place.cards("--links", place.links, "--again") == 1, "a directory is of one kind for ever"


def test_a_directory_with_rolls_is_refused_and_nothing_is_written(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.cards("--out", place.pdf) == 0
    before = SessionDirectory.open(place.data).rolls()
    assert place.cards("--links", place.links) == 1
    assert before == SessionDirectory.open(place.data).rolls()
    assert not place.links.exists()
    assert "--again" in capsys.readouterr().err


def test_again_replaces_the_rolls_and_says_that_printed_cards_die(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.cards("--out", place.pdf) == 0
    before = SessionDirectory.open(place.data).rolls()
    assert place.cards("--links", place.links, "--again") == 0
    after = SessionDirectory.open(place.data).rolls()
    assert set(before) == set(after)
    assert before["rolls/deputies.r01"] != after["rolls/deputies.r01"]
    assert "作废" in capsys.readouterr().err


def test_once_the_record_has_begun_rolls_never_change(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.cards("--out", place.pdf) == 0
    SessionDirectory.open(place.data).begin(place.session.read_bytes(), {})
    assert place.cards("--links", place.links, "--again") == 1
    assert "备用卡" in capsys.readouterr().err
    assert not place.links.exists()


def test_a_directory_that_a_server_holds_is_refused(place: Place) -> None:
    directory = SessionDirectory.create_or_open(place.data, card_session().origin, rehearsal=False)
    directory.lock()
    try:
        assert place.cards("--links", place.links) == 1
    finally:
        directory.unlock()
    assert not place.links.exists()


@pytest.mark.parametrize("option", ["--out", "--links"])
def test_codes_may_not_lie_inside_the_directory(
    option: str, place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not by another spelling of the path, nor through a link."""
    place.data.mkdir()
    (tmp_path / "link").symlink_to(place.data)
    for file in (place.data / "a", place.data / "x" / ".." / "a", tmp_path / "link" / "a"):
        assert place.cards(option, file) == 2
        assert "数据目录" in capsys.readouterr().err
    assert list(place.data.iterdir()) == []


def test_a_file_that_exists_is_not_overwritten(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.links.write_text("old codes", "ascii")
    assert place.cards("--links", place.links, "--out", place.pdf) == 2
    assert place.links.read_text("ascii") == "old codes"
    assert not place.pdf.exists()
    assert not place.data.exists()
    assert "销毁" in capsys.readouterr().err


def test_codes_without_a_place_to_go_are_not_made(place: Place) -> None:
    assert place.cards() == 2
    assert place.cards("--out", place.pdf, "--links", place.pdf) == 2
    assert place.cards("--out", place.pdf.parent / "nowhere" / "cards.pdf") == 2
    assert not place.data.exists()


def test_when_the_rolls_cannot_be_stored_no_codes_are_left(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(SessionDirectory, "write_rolls", fail)
    assert place.cards("--out", place.pdf, "--links", place.links) == 1
    assert not place.pdf.exists()
    assert not place.links.exists()


def test_the_address_comes_from_flag_then_session_file_then_this_machine(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    with_url = SESSION.replace('language = "zh-Hans"', 'language = "zh-Hans"\nurl = "http://10.1.1.1:80"')
    place.session.write_text(with_url, "utf-8")
    assert place.cards("--links", place.links) == 0
    assert place.rows()[0]["link"].startswith(BASE + "/#c1.")
    place.links.unlink()
    assert place.cards("--links", place.links, "--again", base=None) == 0
    assert place.rows()[0]["link"].startswith("http://10.1.1.1:80/#c1.")
    assert "本机" not in capsys.readouterr().err
    place.links.unlink()
    place.session.write_text(SESSION, "utf-8")
    assert place.cards("--links", place.links, "--again", base=None) == 0
    assert place.rows()[0]["link"].startswith(f"http://{lan_address()}:8080/#c1.")
    assert "本机" in capsys.readouterr().err


def test_a_bad_address_is_refused_before_anything_is_made(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.cards("--links", place.links, base="192.168.8.2") == 2
    assert "http://192.168.8.2:8080" in capsys.readouterr().err
    assert not place.data.exists()


def test_a_character_without_a_glyph_is_warned_about(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.session.write_text(SESSION.replace("市民代表", "𠮷祥街道"), "utf-8")
    assert place.cards("--out", place.pdf) == 0
    assert "𠮷 (U+20BB7)" in capsys.readouterr().err


def test_a_font_that_is_none_is_refused_and_no_rolls_are_made(place: Place) -> None:
    assert place.cards("--out", place.pdf, "--font", place.session) == 2
    assert not SessionDirectory.open(place.data).has_rolls
    assert not place.pdf.exists()


def test_a_session_without_card_panels_needs_no_cards(place: Place) -> None:
    text = SESSION.replace("seats = 4\nspare = 1\n", "").replace("seats = 3\n", "").replace('"card"', '"open"')
    place.session.write_text(text.replace("weight = 60", "weight = 60\nunverified = true"), "utf-8")
    text = place.session.read_text("utf-8").replace("weight = 40", "weight = 40\nunverified = true")
    place.session.write_text(text, "utf-8")
    assert place.cards("--links", place.links) == 1


def test_a_bad_session_file_is_named_with_its_line(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.session.write_text(SESSION.replace("seats = 4", "seats = -4"), "utf-8")
    assert place.cards("--links", place.links) == 2
    line = SESSION.splitlines().index("seats = 4") + 1
    assert f"{place.session}:{line}: " in capsys.readouterr().err


def test_it_speaks_the_language_asked_for(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.cards("--links", place.links, "--lang", "en") == 0
    assert "5 cards, nos. 001–005, 1 of them spare" in capsys.readouterr().out


def test_the_rolls_index_is_read_back(place: Place) -> None:
    assert place.cards("--links", place.links) == 0
    index = json.loads(SessionDirectory.open(place.data).rolls()["rolls/index.json"])
    assert {"deputies", "citizens"} == set(index)
    assert index["citizens"]["r900"]["count"] == 3
