"""How commands read the session file, and the language they speak."""

from pathlib import Path

import pytest

from console.commands.session_file import BAD_USAGE, Stop, read_session_file, session_words, terminal_words
from tests.reports.card_session import SESSION, card_session


def test_a_good_file_is_a_rundown(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(SESSION, "utf-8")
    assert card_session() == read_session_file(tmp_path / "s.toml", None)


def test_all_errors_of_a_bad_file_stop_the_command_at_once(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(SESSION.replace("seats", "seets"), "utf-8")
    with pytest.raises(Stop) as stop:
        read_session_file(tmp_path / "s.toml", None)
    assert stop.value.status == BAD_USAGE
    assert len(str(stop.value).splitlines()) >= 2


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"[session"])
def test_what_is_no_session_file_stops_the_command(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "s.toml").write_bytes(content)
    with pytest.raises(Stop, match=r"s\.toml"):
        read_session_file(tmp_path / "s.toml", None)


def test_a_folder_is_no_session_file(tmp_path: Path) -> None:
    with pytest.raises(Stop) as stop:
        read_session_file(tmp_path, "en")
    assert str(stop.value).startswith(f"Cannot read {tmp_path}: ")


def test_flag_then_environment_then_session_choose_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOUCHSTONE_LANG", raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert session_words(card_session(), None).language == "zh-Hans", "the machine's locale says nothing of the session"
    monkeypatch.setenv("TOUCHSTONE_LANG", "zh-TW")
    assert session_words(card_session(), None).language == "zh-Hant"
    assert session_words(card_session(), "en").language == "en"
    assert terminal_words().language == "zh-Hant"
