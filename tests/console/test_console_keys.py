"""Keys and the user's own file: what may be changed, and what is refused with its line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.actions import ACTIONS, SCREENS
from console.config import BadConfig, Config, config_path, read_config
from console.keys import STANDARD, BadKey, is_key, key_text, keys_with
from console.themes import DEFAULT, THEMES

ROOT = Path(__file__).parents[2]


def test_every_standard_key_is_one_that_could_be_chosen() -> None:
    """Digits name the screens; nothing is a bare letter, which an input method would swallow."""
    assert [] == [action.id for action in ACTIONS if action.key and not is_key(action.key)]


@pytest.mark.parametrize("key", ["a", "ctrl+i", "ctrl+m", "ctrl+c", "alt+1", "f13", "shift+a", "up", "home", "", "F5"])
def test_keys_that_no_terminal_sends_or_that_mean_something_else_are_refused(key: str) -> None:
    assert not is_key(key)
    with pytest.raises(BadKey, match="open"):
        keys_with({"open": key})


def test_one_key_for_two_actions_is_refused_and_two_may_change_places() -> None:
    with pytest.raises(BadKey, match=r"take = 'f5'.*open"):
        keys_with({"take": "f5"})
    swapped = keys_with({"open": "f6", "extend": "f5"})
    assert ("extend", "open") == (swapped.action("f5", "show"), swapped.action("f6", "show"))


def test_the_same_key_may_do_different_things_on_different_screens() -> None:
    """Delete skips a cue on the show screen and revokes a token on the audience screen."""
    found = [STANDARD.action("delete", screen) for screen in SCREENS]
    assert ["cue_skip", "q_refuse", None, "revoke", None, None] == found
    with pytest.raises(BadKey):
        keys_with({"leave": "delete"})


def test_an_action_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadKey, match="fly"):
        keys_with({"fly": "f5"})


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("f5", "F5"),
        ("ctrl+y", "^Y"),
        ("alt+k", "Alt+K"),
        ("shift+up", "Shift↑"),
        ("delete", "Del"),
        ("3", "3"),
        ("", ""),
    ],
)
def test_keys_are_shown_as_they_stand_on_the_keyboard(key: str, shown: str) -> None:
    assert shown == key_text(key)


# the file


def test_without_a_file_everything_is_as_it_is_made(tmp_path: Path) -> None:
    assert Config(tmp_path / "none.toml", DEFAULT, STANDARD) == read_config(tmp_path / "none.toml")


def test_the_file_lies_where_the_system_keeps_such_files(tmp_path: Path) -> None:
    assert tmp_path / "touchstone" / "console.toml" == config_path({"XDG_CONFIG_HOME": str(tmp_path)})
    assert Path.home() / ".config" / "touchstone" / "console.toml" == config_path({"XDG_CONFIG_HOME": ""})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('theme = "studio"\ncolour = 1\n', ":2: colour"),
        ('theme = "pink"\n', ":1: theme"),
        ('# mine\n[keys]\nopen = "a"\n', ":3: open"),
        ('[keys]\nopen = "f5"\n\ntake = "f5"\n', ":4: take"),
        ('[keys]\n"fly" = "f5"\n', ":2: fly"),
        ("[keys]\nopen = 5\n", ":1: keys"),
        ("keys = 5\n", ":1: keys"),
        ("[keys\n", "line 1"),
    ],
)
def test_a_file_that_says_something_wrong_is_refused_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "console.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadConfig) as refused:
        read_config(file)
    assert str(file) in str(refused.value)
    assert told in str(refused.value)


@pytest.mark.parametrize("before", [None, '[keys]\nopen = "f11"\n', '# mine\ntheme = "studio"  # dark\n[keys]\n'])
def test_keeping_a_theme_changes_nothing_else_in_the_file(tmp_path: Path, before: str | None) -> None:
    file = tmp_path / "new" / "console.toml"
    if before is not None:
        file.parent.mkdir()
        file.write_text(before, "utf-8")
    keys = read_config(file).keys
    for theme in THEMES:
        read_config(file).keep_theme(theme)
        assert (theme, keys) == (read_config(file).theme, read_config(file).keys)
    assert 1 == file.read_text("utf-8").count("theme")


def test_a_console_with_nothing_to_keep_keeps_nothing() -> None:
    Config().keep_theme("day")


def test_the_list_of_keys_is_a_table_that_the_file_takes(tmp_path: Path) -> None:
    """Printed, copied, read back: the same keys."""
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "TOUCHSTONE_LANG": "en"}
    command = [sys.executable, "-m", "console", "console", "--keys"]
    listed = subprocess.run(command, capture_output=True, check=True, env=environment, cwd=ROOT).stdout
    file = tmp_path / "touchstone" / "console.toml"
    file.parent.mkdir()
    file.write_bytes(listed)
    assert STANDARD == read_config(file).keys
    assert b'clear_air = "f12"  # Clear the air' in listed
