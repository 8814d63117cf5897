"""The parts of every flow: ask what is needed, give the command, say what came of it.

Every command carries the record size of the newest view, so that none is carried out on a stale picture.  Nothing is
repeated on its own: when the line breaks under a command, the operator is told that nobody knows, and looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from audience_server.wire import commands, control
from audience_server.wire.control_view import RoundView
from console import round_texts
from console.authority import role_names
from console.link import LinkLost
from console.questions import Answer, Question
from console.safe_text import safe_text
from console.system_reasons import system_reason

if TYPE_CHECKING:
    from console.app import ConsoleApp

LARGEST_FILE = 2_000_000


class Flow:
    """Its methods `do_<action>` are found by the operator; the app runs one at a time."""

    def __init__(self, app: ConsoleApp) -> None:
        self._app = app

    def _text(self, key: str, **values: object) -> str:
        return self._app.words.text(key, **values)

    async def _ask(self, question: Question) -> Answer | None:
        return await self._app.ask(question)

    async def _send(self, do: commands.AnyCommand) -> control.Done | control.Refused | None:
        """The answer; None when there was none, which has then been said."""
        show = self._app.show
        if not show.connected:
            self._app.say("lost", self._text("not_sent"))
            return None
        try:
            return await self._app.keeper.ask(do, show.size)
        except LinkLost:
            self._app.say("lost", self._text("nobody_knows"))
            return None

    async def _do(self, do: commands.AnyCommand, done: str) -> bool:
        answer = await self._send(do)
        if isinstance(answer, control.Refused):
            self._refused(answer)
        elif answer is not None:
            waits = answer.result.get("pending")
            self._app.say("done", self._waits(waits) if waits else done)
        return isinstance(answer, control.Done)

    def _waits(self, roles: Sequence[str]) -> str:
        return self._text("said_pending", roles=role_names(roles, self._app.words))

    def _refused(self, answer: control.Refused) -> None:
        self._app.say("refused", self._text("refused", message=answer.message))

    def _read(self, typed: str) -> tuple[str, bytes] | None:
        """Name and bytes of a file of this computer; None when it cannot be read, which has then been said."""
        path = Path(typed).expanduser()
        try:
            data = path.read_bytes()
        except (OSError, ValueError) as error:
            self._app.say("refused", self._unreadable(path, error))
            return None
        if len(data) > LARGEST_FILE:
            self._app.say("refused", self._text("file_large", path=safe_text(str(path)), most=LARGEST_FILE))
            return None
        return path.name, data

    def _unreadable(self, path: Path, error: OSError | ValueError, no_file: str = "") -> str:
        """Why a file cannot be read, in our own language; `no_file` where its content is at fault."""
        if isinstance(error, OSError):
            reason = system_reason(error, self._app.words.language)
        else:
            reason = no_file or str(error)
        return self._text("file_unreadable", path=safe_text(str(path)), reason=reason)

    def _nothing(self) -> None:
        self._app.say("refused", self._text("nothing_to_do"))

    def _named(self, round_: RoundView) -> str:
        return round_texts.round_name(round_, self._app.show)

    def _choices(self, rounds: tuple[RoundView, ...]) -> tuple[tuple[str, str], ...]:
        show, words = self._app.show, self._app.words
        return tuple((each.round, round_texts.round_line(each, show, words)) for each in rounds)
