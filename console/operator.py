"""What each action does: ask what is needed, give the command, say what came of it.

Every command carries the record size of the newest view, so that none is carried out on a stale picture.  Nothing is
repeated on its own: when the line breaks under a command, the operator is told that nobody knows, and looks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from audience_server.wire import commands, control
from audience_server.wire.control_view import RoundView
from console import round_texts
from console.link import LinkLost
from console.questions import CHOICE, Answer, Line, Question
from console.safe_text import safe_text

if TYPE_CHECKING:
    from console.app import ConsoleApp

EXTRA_SECONDS = 30
LARGEST_FILE = 2_000_000
Flow = Callable[[str | None], Awaitable[None]]


class Operator:
    """One flow an action; the app runs one at a time."""

    def __init__(self, app: ConsoleApp) -> None:
        self._app = app

    async def act(self, action: str, argument: str | None = None) -> None:
        flow: Flow = getattr(self, f"do_{action}")
        await flow(argument)

    # the parts of every flow

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
            self._app.say("done", done)
        return isinstance(answer, control.Done)

    def _refused(self, answer: control.Refused) -> None:
        self._app.say("refused", self._text("refused", message=answer.message))

    def _nothing(self) -> None:
        self._app.say("refused", self._text("nothing_to_do"))

    def _named(self, round_: RoundView) -> str:
        return round_texts.round_name(round_, self._app.show)

    def _choices(self, rounds: tuple[RoundView, ...]) -> tuple[tuple[str, str], ...]:
        show, words = self._app.show, self._app.words
        return tuple((each.round, round_texts.round_line(each, show, words)) for each in rounds)

    # the rundown

    async def do_next_cue(self, argument: str | None) -> None:
        following = self._app.show.next_cue
        if following is None:
            return self._nothing()
        name = round_texts.cue_name(following, self._app.show, self._app.words)
        await self._do(commands.CueCommand("next"), self._text("said_cue", cue=name))

    async def do_go_to_cue(self, argument: str | None) -> None:
        view, words = self._app.show.view, self._app.words
        if view is None or not view.cues:
            return self._nothing()
        names = {cue.id: round_texts.cue_name(cue, self._app.show, words) for cue in view.cues}
        current = view.cue.id if view.cue is not None else None
        title, text = self._text("go_to_cue_title"), self._text("go_to_cue_text")
        answer = await self._ask(Question(title, text, tuple(names.items()), argument or current))
        if answer is not None and answer.choice is not None:
            await self._do(commands.CueCommand(answer.choice), self._text("said_cue", cue=names[answer.choice]))

    # a round

    async def do_open(self, argument: str | None) -> None:
        show = self._app.show
        planned = show.in_state("planned")
        if not planned or show.open_round is not None:
            return self._nothing()
        first = show.next_round
        question = Question(
            self._text("open_title"),
            self._text("open_text"),
            self._choices(planned),
            argument or (first.round if first is not None else None),
            accept=self._text("do_open"),
        )
        answer = await self._ask(question)
        if answer is not None and answer.choice is not None:
            await self._open(answer.choice)

    async def _open(self, round_id: str) -> None:
        answer = await self._send(commands.OpenCommand(round_id))
        if isinstance(answer, control.Refused) and answer.code == "cue_mismatch":
            text = self._text("despite_cue_text", message=answer.message)
            title = self._text("despite_cue_title", round=round_id)
            sure = await self._ask(Question(title, text, accept=self._text("despite_cue_accept"), grave=True))
            if sure is None:
                self._refused(answer)
                return
            answer = await self._send(commands.OpenCommand(round_id, despite_cue=True))
        if isinstance(answer, control.Refused):
            self._refused(answer)
        elif answer is not None:
            self._app.say("done", self._text("said_open", round=round_id))

    async def do_extend(self, argument: str | None) -> None:
        opened = self._app.show.open_round
        if opened is None:
            return self._nothing()
        question = Question(
            self._text("extend_title", round=opened.round, seconds=EXTRA_SECONDS),
            self._text("extend_text", times=opened.extensions),
            lines=(Line("reason", self._text("reason")),),
        )
        answer = await self._ask(question)
        if answer is not None:
            command = commands.ExtendCommand(opened.round, EXTRA_SECONDS, answer.lines["reason"])
            await self._do(command, self._text("said_extend", round=opened.round, seconds=EXTRA_SECONDS))

    async def do_close(self, argument: str | None) -> None:
        opened = self._app.show.open_round
        if opened is None:
            return self._nothing()
        question = Question(
            self._text("close_title", round=opened.round),
            self._text("close_text"),
            lines=(Line("reason", self._text("reason_optional"), required=False),),
            accept=self._text("do_close"),
        )
        answer = await self._ask(question)
        if answer is not None:
            command = commands.CloseCommand(opened.round, answer.lines["reason"])
            await self._do(command, self._text("said_close", round=opened.round))

    async def do_lock(self, argument: str | None) -> None:
        waiting = self._app.show.unlocked_round
        if waiting is None:
            return self._nothing()
        text = self._text("lock_open_text" if waiting.state == "open" else "lock_text", name=self._named(waiting))
        question = Question(
            self._text("lock_title", round=waiting.round),
            text,
            lines=(Line("word", must=waiting.round),),
            accept=self._text("do_lock"),
            grave=True,
        )
        if await self._ask(question) is not None:
            await self._do(commands.LockCommand(waiting.round), self._text("said_lock", round=waiting.round))

    async def do_reveal(self, argument: str | None) -> None:
        show = self._app.show
        locked = show.in_state("locked")
        if not locked or show.view is None:
            return self._nothing()
        choices = self._choices(locked)
        focus = show.cue_round if show.cue_round in locked else show.last_locked
        default = focus.round if focus is not None else None
        if show.view.revealed is not None:
            choices = (("none", self._text("reveal_none")), *choices)
            default = "none" if focus is not None and focus.window == show.view.revealed else default
        answer = await self._ask(Question(self._text("reveal_title"), self._text("reveal_text"), choices, default))
        if answer is not None and answer.choice is not None:
            said = "said_reveal_none" if answer.choice == "none" else "said_reveal"
            await self._do(commands.RevealCommand(answer.choice), self._text(said, round=answer.choice))

    async def do_void_round(self, argument: str | None) -> None:
        show = self._app.show
        focus = show.focus_round
        await self._with_reason(
            "void_round", show.may_be_voided, focus.round if focus is not None else None, commands.VoidRoundCommand
        )

    async def do_not_held(self, argument: str | None) -> None:
        show = self._app.show
        first = show.next_round
        await self._with_reason(
            "not_held", show.in_state("planned"), first.round if first is not None else None, commands.NotHeldCommand
        )

    async def _with_reason(
        self,
        action: str,
        rounds: tuple[RoundView, ...],
        default: str | None,
        command: type[commands.VoidRoundCommand] | type[commands.NotHeldCommand],
    ) -> None:
        if not rounds:
            return self._nothing()
        ids = [each.round for each in rounds]
        question = Question(
            self._text(f"title_{action}"),
            self._text(f"text_{action}"),
            self._choices(rounds),
            default if default in ids else ids[0],
            (Line("reason", self._text("reason")), Line("word", must=CHOICE)),
            accept=self._text(f"do_{action}"),
            grave=True,
        )
        answer = await self._ask(question)
        if answer is not None and answer.choice is not None:
            done = self._text(f"said_{action}", round=answer.choice)
            await self._do(command(answer.choice, answer.lines["reason"]), done)

    # the session

    async def do_zero(self, argument: str | None) -> None:
        question = Question(self._text("zero_title"), self._text("zero_text"), accept=self._text("do_zero"))
        if await self._ask(question) is not None:
            await self._do(commands.ZeroCommand(), self._text("said_zero"))

    async def do_channel(self, argument: str | None) -> None:
        view = self._app.show.view
        if view is None or len(view.channels) < 2:
            return self._nothing()
        choices = tuple(
            (each.id, self._text("channel_imported" if each.imported else "channel_missing", name=each.name))
            for each in view.channels
            if each.id != "vote"
        )
        first = next((each.id for each in view.channels if not each.imported and each.id != "vote"), None)
        lines = (Line("path", self._text("channel_path")),)
        question = Question(self._text("channel_title"), self._text("channel_text"), choices, first, lines)
        answer = await self._ask(question)
        if answer is None or answer.choice is None:
            return
        path = Path(answer.lines["path"]).expanduser()
        try:
            data = path.read_bytes()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            return self._app.say("refused", self._text("file_unreadable", path=safe_text(str(path)), reason=reason))
        if len(data) > LARGEST_FILE:
            return self._app.say("refused", self._text("file_large", path=safe_text(str(path)), most=LARGEST_FILE))
        command = commands.ChannelCommand(answer.choice, path.name, data)
        await self._do(command, self._text("said_channel", channel=answer.choice))

    async def do_remark(self, argument: str | None) -> None:
        question = Question(
            self._text("remark_title"), self._text("remark_text"), lines=(Line("text", self._text("remark_line")),)
        )
        answer = await self._ask(question)
        if answer is not None:
            await self._do(commands.RemarkCommand(answer.lines["text"]), self._text("said_remark"))

    async def do_incident(self, argument: str | None) -> None:
        kinds = tuple(
            (kind, self._text(f"incident_{kind}"))
            for kind in ("equipment", "network", "power", "order", "procedure", "other")
        )
        lines = (Line("text", self._text("incident_line")),)
        question = Question(self._text("incident_title"), self._text("incident_text"), kinds, "equipment", lines)
        answer = await self._ask(question)
        if answer is not None and answer.choice is not None:
            await self._do(commands.IncidentCommand(answer.choice, answer.lines["text"]), self._text("said_incident"))

    async def do_seal(self, argument: str | None) -> None:
        view = self._app.show.view
        if view is None:
            return self._nothing()
        word = view.origin.split("/")[1] if "/" in view.origin else view.origin
        question = Question(
            self._text("seal_title"),
            self._text("seal_text"),
            lines=(Line("word", must=word),),
            accept=self._text("do_seal"),
            grave=True,
        )
        if await self._ask(question) is not None:
            await self._do(commands.SealCommand(), self._text("said_seal"))
