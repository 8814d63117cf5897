"""The user's own file, `touchstone/console.toml` under XDG_CONFIG_HOME: the theme, and keys that are to differ.

A file that says something wrong is refused with its line, when the console starts; the console writes the theme only.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from console.keys import STANDARD, BadKey, Keys, keys_with
from console.themes import DEFAULT, THEMES

_THEME_LINE = re.compile(r"^theme\s*=.*$", re.MULTILINE)


class BadConfig(ValueError):
    """The text has file, line and what would be right."""


@dataclass(frozen=True, slots=True)
class Config:
    """`path` None: nothing is kept."""

    path: Path | None = None
    theme: str = DEFAULT
    keys: Keys = STANDARD

    def keep_theme(self, theme: str) -> None:
        """Into the file, everything else in it as it was; OSError when it cannot be written."""
        if self.path is None:
            return
        text = self.path.read_text("utf-8") if self.path.exists() else ""
        line = f'theme = "{theme}"'
        text = _THEME_LINE.sub(line, text, count=1) if _THEME_LINE.search(text) else f"{line}\n{text}"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # a crash in between leaves the file of before
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.write_text(text, "utf-8")
        fresh.replace(self.path)


def config_path(environ: Mapping[str, str]) -> Path:
    base = environ.get("XDG_CONFIG_HOME") or ""
    return (Path(base) if base else Path.home() / ".config") / "touchstone" / "console.toml"


def read_config(path: Path) -> Config:
    """What the file says; without one, how the console is made."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Config(path)
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfig(f"{path}: {error}") from None
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadConfig(f"{path}: {error}") from None
    return _checked(path, text, said)


def _checked(path: Path, text: str, said: dict[str, object]) -> Config:
    for name in said:
        if name not in ("theme", "keys"):
            raise BadConfig(f"{path}:{_line(text, name)}: {name}: theme and [keys] are right")
    theme = said.get("theme", DEFAULT)
    if not isinstance(theme, str) or theme not in THEMES:
        raise BadConfig(f"{path}:{_line(text, 'theme')}: theme: one of {', '.join(THEMES)}")
    changes = said.get("keys", {})
    if not isinstance(changes, dict) or not all(isinstance(key, str) for key in changes.values()):
        raise BadConfig(f'{path}:{_line(text, "keys")}: keys: lines like open = "f5" are right')
    try:
        return Config(path, theme, keys_with(changes))
    except BadKey as bad:
        action = re.split("[ :]", str(bad))[0]
        raise BadConfig(f"{path}:{_line(text, action)}: {bad}") from None


def _line(text: str, name: str) -> int:
    """Where `name` is set; quoted or not."""
    found = re.search(rf"""^\s*(?:\[\s*)?["']?{re.escape(name)}["']?\s*[\]=.]""", text, re.MULTILINE)
    return 1 if found is None else text.count("\n", 0, found.end()) + 1
