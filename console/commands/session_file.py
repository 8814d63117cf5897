"""Reading a session file for a command, and ending a command with a sentence and an exit code."""

from __future__ import annotations

import os
from pathlib import Path

from audience_server.domain.rundown import Rundown
from audience_server.domain.rundown_file import RundownErrors, read_rundown
from audience_server.locale.catalogue import Catalogue, catalogue, match_language, terminal_language
from audience_server.settings import LANGUAGE

ANSWER_IS_NO = 1
BAD_USAGE = 2


class Stop(Exception):
    """The command ends here; the text says why and what would be right."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def terminal_words(lang: str | None = None) -> Catalogue:
    """What a command says before it knows the session."""
    return catalogue(terminal_language(lang, os.environ), "cli")


def server_words() -> Catalogue:
    """What the commands around a running server say."""
    return catalogue(terminal_language(None, os.environ), "server")


def ctl_words() -> Catalogue:
    """What the commands say that talk to a running session."""
    return catalogue(terminal_language(None, os.environ), "ctl")


def session_words(rundown: Rundown, lang: str | None, area: str = "cli") -> Catalogue:
    """What a command says about a session: in the session's language unless flag or environment ask otherwise."""
    asked = lang or os.environ.get(LANGUAGE.variable)
    return catalogue(match_language(asked) if asked else rundown.session.language, area)


def read_session_file(path: Path, lang: str | None) -> Rundown:
    """The session that the file describes; every error of the file at once otherwise."""
    try:
        return read_rundown(path.read_bytes(), str(path))
    except OSError as error:
        words = terminal_words(lang)
        raise Stop(BAD_USAGE, words.text("file_unreadable", file=path, reason=error.strerror)) from None
    except RundownErrors as errors:
        raise Stop(BAD_USAGE, "\n".join(map(str, errors.errors))) from None
