"""The session as a whole: zero, channels, paper counts, void cards, remarks and incidents for the record, the seal."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from audience_server.domain.objections import DECISION, KINDS
from audience_server.domain.rundown import VOTE_CHANNEL
from audience_server.wire import commands
from console.commands.card_request import BadCardFile, of_either
from console.flows.flow import Flow
from console.questions import Line, Question
from console.rundown_rows import DECIDING
from console.safe_text import safe_text
from console.widgets.banners import alarm_name

MOST_NAMED = 8


class SessionFlow(Flow):
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
            if each.id != VOTE_CHANNEL
        )
        names = {each.id: each.name for each in view.channels}
        first = next((each.id for each in view.channels if not each.imported and each.id != VOTE_CHANNEL), None)
        lines = (Line("path", self._text("channel_path")),)
        question = Question(self._text("channel_title"), self._text("channel_text"), choices, first, lines)
        answer = await self._ask(question)
        if answer is None or answer.choice is None:
            return
        file = self._read(answer.lines["path"])
        if file is None:
            return
        command = commands.ChannelCommand(answer.choice, *file)
        await self._do(command, self._text("said_channel", channel=names[answer.choice]))

    async def do_hand(self, argument: str | None) -> None:
        """A paper count, from its file."""
        lines = (Line("path", self._text("hand_path")),)
        answer = await self._ask(Question(self._text("hand_title"), self._text("hand_text"), lines=lines))
        file = None if answer is None else self._read(answer.lines["path"])
        if file is not None:
            await self._do(commands.HandCommand(file[1]), self._text("said_hand", file=safe_text(file[0])))

    async def do_void_card(self, argument: str | None) -> None:
        """By the notary's request, or by the code of the card; the code stays on this computer."""
        lines = (
            Line("path", self._text("void_card_path")),
            Line("serial", self._text("void_card_serial"), required=False),
            Line("reason", self._text("reason")),
        )
        title, text = self._text("void_card_title"), self._text("void_card_text")
        answer = await self._ask(Question(title, text, lines=lines, accept=self._text("do_void_card"), grave=True))
        file, view = None if answer is None else self._read(answer.lines["path"]), self._app.show.view
        if answer is None or file is None or view is None:
            return
        serial = unicodedata.normalize("NFKC", answer.lines["serial"])
        if serial and not (serial.isascii() and serial.isdigit()):
            return self._app.say("refused", self._text("bad_serial", text=safe_text(serial)))
        rounds = [each.round for each in view.rounds]
        try:
            command = of_either(file[1], int(serial or 0), view.origin, rounds, answer.lines["reason"])
        except BadCardFile as error:
            reason = safe_text(str(error))
            return self._app.say("refused", self._text("file_unreadable", path=safe_text(file[0]), reason=reason))
        await self._do(command, self._text("said_void_card"))

    async def do_alarms(self, argument: str | None) -> None:
        """The one that stands in the banner, or those of the list."""
        unseen = self._app.show.unseen_alarms
        listed = (argument or "").split()
        seen = tuple(each for each in unseen if str(each.number) in listed) if listed else unseen[-1:]
        if not seen:
            return self._nothing()
        left = len(unseen) - len(seen)
        what = alarm_name(seen[-1].code, self._app.words) if len(seen) == 1 else str(len(seen))
        said = self._text("said_alarms_left" if left else "said_alarms", what=what, count=left)
        await self._do(commands.AcknowledgeCommand(tuple(each.number for each in seen)), said)

    async def do_remark(self, argument: str | None) -> None:
        question = Question(
            self._text("remark_title"), self._text("remark_text"), lines=(Line("text", self._text("remark_line")),)
        )
        answer = await self._ask(question)
        if answer is not None:
            await self._do(commands.RemarkCommand(answer.lines["text"]), self._text("said_remark"))

    async def do_incident(self, argument: str | None) -> None:
        kinds = tuple((kind, self._text(f"incident_{kind}")) for kind in KINDS)
        lines = (Line("text", self._text("incident_line")),)
        question = Question(self._text("incident_title"), self._text("incident_text"), kinds, "equipment", lines)
        answer = await self._ask(question)
        if answer is not None and answer.choice is not None:
            await self._do(commands.IncidentCommand(answer.choice, answer.lines["text"]), self._text("said_incident"))

    async def do_decide(self, argument: str | None) -> None:
        """The answer to an objection; with several of them, to which."""
        waiting = self._app.show.objections
        if not waiting:
            return self._nothing()
        choices = tuple(
            (str(each.index), self._text("objection_line", index=each.index, at=clock_time(each.at), text=each.text))
            for each in waiting
        )
        lines = (Line("text", self._text("decide_line")),)
        title, text = self._text("decide_title"), self._text("decide_text")
        answer = await self._ask(Question(title, text, choices, choices[0][0], lines))
        if answer is not None and answer.choice is not None:
            command = commands.IncidentCommand(DECISION, answer.lines["text"], int(answer.choice))
            await self._do(command, self._text("said_decide", index=answer.choice))

    async def do_seal(self, argument: str | None) -> None:
        view = self._app.show.view
        if view is None:
            return self._nothing()
        word = view.origin.split("/")[1] if "/" in view.origin else view.origin
        question = Question(
            self._text("seal_title"),
            " ".join((self._text("seal_text"), *self._undecided())),
            lines=(Line("word", must=word),),
            accept=self._text("do_seal"),
            grave=True,
        )
        if await self._ask(question) is not None:
            await self._do(commands.SealCommand(), self._text("said_seal"))

    def _undecided(self) -> tuple[str, ...]:
        """What the seal makes final although it is not done."""
        show = self._app.show
        rounds = [each.round for each in show.in_state("planned") if each.kind in DECIDING]
        missing = () if show.view is None else show.view.channels
        channels = [each.name for each in missing if each.id != VOTE_CHANNEL and not each.imported]
        comma = self._text("list_comma")
        told = {
            "rounds": (len(rounds), comma.join(rounds[:MOST_NAMED]) + ("…" if len(rounds) > MOST_NAMED else "")),
            "channels": (len(channels), comma.join(channels)),
            "objections": (len(show.objections), ""),
        }
        return tuple(
            self._text(f"seal_{what}", count=count, names=names) for what, (count, names) in told.items() if count
        )


def clock_time(at: int) -> str:
    return datetime.fromtimestamp(at).strftime("%H:%M")
