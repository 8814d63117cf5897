"""The people: tokens, help for voters, and which console is in command."""

from __future__ import annotations

from audience_server.domain.roles import DESK_ROLES, OPERATOR
from audience_server.wire import commands, control
from console.authority import role_name, role_names
from console.flows.flow import Flow
from console.questions import Line, Question
from console.safe_text import safe_text


class PeopleFlow(Flow):
    async def do_take_over(self, argument: str | None) -> None:
        title, text = self._text("take_over_title"), self._text("take_over_text")
        if await self._ask(Question(title, text, accept=self._text("do_take_over"))) is not None:
            await self._do(commands.TakeOverCommand(), self._text("said_take_over"))

    async def do_admit(self, argument: str | None) -> None:
        """The token is shown once, and kept nowhere here."""
        words = self._app.words
        question = Question(
            self._text("admit_title"),
            self._text("admit_text"),
            tuple((role, f"{role_name(role, words)}  {self._text(f'may_{role}')}") for role in DESK_ROLES),
            "screener",
            (Line("name", self._text("admit_name")),),
            accept=self._text("do_admit"),
            many=True,
            marked=("screener",),
        )
        answer = await self._ask(question)
        if answer is None:
            return
        if not answer.marked:
            return self._app.say("refused", self._text("admit_no_role"))
        done = await self._send(commands.AdmitCommand(answer.lines["name"], answer.marked))
        if isinstance(done, control.Refused):
            return self._refused(done)
        if done is not None:
            await self._show_token(str(done.result["name"]), answer.marked, str(done.result["token"]))

    async def _show_token(self, name: str, roles: tuple[str, ...], token: str) -> None:
        told = self._text("token_text", name=name, roles=role_names(roles, self._app.words), token=token)
        question = Question(self._text("token_title"), told, accept=self._text("token_written"), told=True)
        await self._ask(question)
        self._app.say("done", self._text("said_admit", name=name))

    async def do_revoke(self, argument: str | None) -> None:
        words = self._app.words
        others = [person for person in self._app.show.people if person.name != OPERATOR.name]
        if not others:
            return self._nothing()
        choices = tuple((each.name, f"{each.name}  {role_names(each.roles, words)}") for each in others)
        names = [each.name for each in others]
        default = argument if argument in names else names[0]
        title, text = self._text("revoke_title"), self._text("revoke_text")
        question = Question(title, text, choices, default, accept=self._text("do_revoke"), grave=True)
        answer = await self._ask(question)
        if answer is not None and answer.choice is not None:
            await self._do(commands.RevokeCommand(answer.choice), self._text("said_revoke", name=answer.choice))

    async def do_helped(self, argument: str | None) -> None:
        calls = self._app.show.help_calls
        if not calls:
            return self._nothing()
        number = next((call.number for call in calls if str(call.number) == argument), calls[0].number)
        where = next(safe_text(call.where) for call in calls if call.number == number)
        await self._do(commands.HelpedCommand(number), self._text("said_helped", where=where or str(number)))
