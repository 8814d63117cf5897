"""The rounds: open, extend, close, lock, reveal, void, not held, and the nods that the session file asks for."""

from __future__ import annotations

from pathlib import Path

from audience_server.wire import commands, control
from audience_server.wire.control_view import RoundView
from console.air_scenes import complete_boards
from console.authority import role_names
from console.flows.flow import Flow
from console.questions import CHOICE, Line, Question
from console.verifier_report import found_in

EXTRA_SECONDS = 30
GO_ON = "-"


class RoundFlow(Flow):
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
        show = self._app.show
        unlocked = (show.open_round,) if show.open_round is not None else show.in_state("closed")
        if not unlocked:
            return self._nothing()
        # what was asked for and waits for others is not asked for again
        others = {each.round: show.lock_waits_for(each.round) for each in unlocked}
        waiting = next(
            (each for each in unlocked if not others[each.round] or set(others[each.round]) & set(show.roles)), None
        )
        if waiting is None:
            return self._app.say("done", self._waits(others[unlocked[0].round]))
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
        boards = dict(complete_boards(show, self._app.words))
        choices = (
            *self._choices(locked),
            *((board, self._text("reveal_board", board=told)) for board, told in boards.items()),
        )
        focus = show.cue_round if show.cue_round in locked else show.last_locked
        default = focus.round if focus is not None else None
        if show.view.revealed is not None:
            choices = (("none", self._text("reveal_none")), *choices)
            default = "none" if focus is not None and focus.window == show.view.revealed else default
        answer = await self._ask(Question(self._text("reveal_title"), self._text("reveal_text"), choices, default))
        if answer is not None and answer.choice is not None:
            said = self._text("said_reveal_none" if answer.choice == "none" else "said_reveal", round=answer.choice)
            if answer.choice in boards:
                said = self._text("said_reveal_board", board=boards[answer.choice])
            await self._do(commands.RevealCommand(answer.choice), said)

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

    async def do_override(self, argument: str | None) -> None:
        """Go on without whoever is missing: one dialog, a reason, and it stands in the record."""
        show, words = self._app.show, self._app.words
        waiting = {f"{each.do} {each.round}": each for each in show.pending}
        choices = tuple(
            (act, self._text(f"override_{each.do}", round=each.round, roles=role_names(each.roles, words)))
            for act, each in waiting.items()
        )
        if show.waits_for_witnesses:
            choices = ((GO_ON, self._text("override_go_on")), *choices)
        if not choices:
            return self._nothing()
        question = Question(
            self._text("override_title"),
            self._text("override_text"),
            choices,
            choices[0][0],
            (Line("reason", self._text("reason")),),
            accept=self._text("do_override"),
            grave=True,
        )
        answer = await self._ask(question)
        if answer is None or answer.choice is None:
            return
        reason = answer.lines["reason"]
        if answer.choice == GO_ON:
            await self._do(commands.GoOnCommand(reason), self._text("said_go_on"))
            return
        do, round_id = waiting[answer.choice].do, waiting[answer.choice].round
        command = commands.OverrideCommand("lock" if do == "lock" else "reveal", round_id, reason)
        await self._do(command, self._text("said_override", round=round_id))

    async def do_nod(self, argument: str | None) -> None:
        """One's own agreement to what the operator has asked for."""
        view, words = self._app.show.view, self._app.words
        if view is None or not view.pending:
            return self._nothing()
        waiting = {f"{each.do} {each.round}": each for each in view.pending}
        choices = tuple(
            (act, self._text(f"nod_{each.do}", round=each.round, roles=role_names(each.roles, words)))
            for act, each in waiting.items()
        )
        mine = (act for act, each in waiting.items() if set(each.roles) & set(view.you.roles))
        title, text = self._text("nod_title"), self._text("nod_text")
        question = Question(title, text, choices, next(mine, None), accept=self._text("do_nod"), grave=True)
        answer = await self._ask(question)
        if answer is None or answer.choice is None:
            return
        do, round_id = waiting[answer.choice].do, waiting[answer.choice].round
        command = commands.NodCommand("lock" if do == "lock" else "reveal", round_id)
        await self._do(command, self._text("said_nod", round=round_id))

    async def do_recount(self, argument: str | None) -> None:
        """What a verifier found of a round, from the report that it has written."""
        locked = self._app.show.in_state("locked")
        if not locked:
            return self._nothing()
        last = self._app.show.last_locked
        lines = (Line("path", self._text("recount_path")),)
        default = last.round if last in locked else locked[0].round
        title, text = self._text("recount_title"), self._text("recount_text")
        answer = await self._ask(Question(title, text, self._choices(locked), default, lines))
        if answer is None or answer.choice is None:
            return
        path = Path(answer.lines["path"]).expanduser()
        try:
            report = found_in(path, answer.choice)
        except (OSError, ValueError) as error:
            self._app.say("refused", self._unreadable(path, error, self._text("no_report")))
            return
        told = await self._send(commands.RecountCommand(answer.choice, report))
        if isinstance(told, control.Refused):
            self._refused(told)
        elif told is not None:
            self._app.say("done", self._text(f"said_recount_{told.result['finding']}", round=answer.choice))
