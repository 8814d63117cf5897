"""The register's deeds on the case under the cursor; what was typed is kept and asked again when it is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from audience_server.domain.cases import CLOSING_TESTS, SATISFACTIONS
from audience_server.domain.problem_codes import PROBLEM_CODES
from audience_server.domain.questions import PUBLIC_STATES
from audience_server.locale.catalogue import catalogue
from audience_server.wire import commands, control
from console.case_rows import CaseRow, case_rows
from console.flows.flow import Flow
from console.questions import Answer, Line, Question

NONE = "-"
BY_HAND = ("hotline", "letter")
CHANGEABLE = ("content", "unit", "problem", "person", "deadline", "promise", "measures", "result")

# the dialog, given what was typed before and why it was refused
Dialog = Callable[[Mapping[str, str], str], Question]
# the fields of the deed, from what was answered
Fields = Callable[[Answer], dict[str, str]]


class CaseFlow(Flow):
    async def _case(self, number: str | None) -> CaseRow | None:
        """As it stands now; said when there is none."""
        answer = await self._send(commands.CasesCommand())
        if isinstance(answer, control.Refused):
            self._refused(answer)
        if not isinstance(answer, control.Done):
            return None
        found = next((case for case in case_rows(answer.result) if case.number == number), None)
        if found is None:
            self._app.say("refused", self._text("c_none_chosen"))
        return found

    async def _deed(self, do: str, number: str, dialog: Dialog, fields: Fields) -> control.Done | None:
        """Asked until it is taken or given up; a refusal stands above what was typed."""
        typed: dict[str, str] = {}
        note = ""
        while (answer := await self._ask(dialog(typed, note))) is not None:
            typed = answer.lines | ({"choice": answer.choice} if answer.choice is not None else {})
            typed["marked"] = " ".join(answer.marked)
            told = await self._send(commands.CaseCommand(do, number, fields(answer)))
            if isinstance(told, control.Done):
                self._app.say("done", self._text(f"said_c_{do}", number=told.result["case"]["number"]))
                return told
            if told is None:
                return None
            note = self._text("refused", message=told.message) + "\n"
        return None

    def _name(self, column: str) -> str:
        return catalogue(self._app.words.language, "register").text(f"col_{column}")

    def _about(self, case: CaseRow, note: str) -> str:
        return f"{note}{case.number}  {case.text('content')}"

    def _lines(self, case: CaseRow, typed: Mapping[str, str], *names: str) -> tuple[Line, ...]:
        """One line a field, none of them required: the session says what is missing."""
        return tuple(
            Line(name, self._name(name), required=False, value=typed.get(name, case.text(name))) for name in names
        )

    # making cases

    async def do_q_case(self, argument: str | None) -> None:
        """Of the approved question under the cursor."""
        number = (argument or "").split(",")[0]
        question = self._app.queue.questions.get(number)
        if question is None:
            return self._app.say("refused", self._text("q_none_chosen"))
        if question.state not in PUBLIC_STATES:
            return self._app.say("refused", self._text("c_not_approved", number=number))

        def dialog(typed: Mapping[str, str], note: str) -> Question:
            text = f"{note}{question.number}  {question.text}"
            return Question(
                self._text("c_of_question"), text, self._problems(), typed.get("choice", question.problem or NONE)
            )

        await self._deed("make", "", dialog, lambda answer: {"question": number} | _problem(answer))

    def _problems(self) -> tuple[tuple[str, str], ...]:
        of_problems = catalogue(self._app.words.language, "problems")
        codes = tuple((code, f"{code}  {of_problems.text(f'problem_{code}')}") for code in PROBLEM_CODES)
        return ((NONE, self._text("c_no_problem")), *codes)

    async def do_c_make(self, argument: str | None) -> None:
        """A call or a letter; the code that is told once looks the reply up."""
        of_register = catalogue(self._app.words.language, "register")
        sources = tuple((source, of_register.text(f"source_{source}")) for source in BY_HAND)

        def dialog(typed: Mapping[str, str], note: str) -> Question:
            lines = (Line("content", self._name("content"), value=typed.get("content", "")),)
            return Question(self._text("c_make_title"), note, sources, typed.get("choice", "hotline"), lines)

        def fields(answer: Answer) -> dict[str, str]:
            return {"source": answer.choice or "hotline", "content": answer.lines["content"]}

        made = await self._deed("make", "", dialog, fields)
        if made is not None:
            case = made.result["case"]
            told = self._text("c_code_text", number=case["number"], code=case["code"])
            title, accept = self._text("c_code_title"), self._text("c_code_told")
            await self._ask(Question(title, told, accept=accept, told=True))

    # the life of a case

    async def do_c_assign(self, argument: str | None) -> None:
        case = await self._case(argument)
        if case is None:
            return
        units = self._units()

        def dialog(typed: Mapping[str, str], note: str) -> Question:
            lines = self._lines(case, typed, "person", "deadline")
            text = self._about(case, note) + "\n" + self._text("c_assign_text")
            return Question(self._text("do_c_assign"), text, units, typed.get("choice", case.text("unit")), lines)

        await self._deed("assign", case.number, dialog, lambda answer: {"unit": answer.choice or "", **_given(answer)})

    async def do_c_handle(self, argument: str | None) -> None:
        await self._written("handle", argument, "measures", "result")

    async def do_c_reply(self, argument: str | None) -> None:
        await self._written("reply", argument, "reply")

    async def _written(self, do: str, argument: str | None, *names: str) -> None:
        case = await self._case(argument)
        if case is None:
            return

        def dialog(typed: Mapping[str, str], note: str) -> Question:
            lines = self._lines(case, typed, *names)
            return Question(self._text(f"do_c_{do}"), self._about(case, note), lines=lines)

        await self._deed(do, case.number, dialog, _given)

    async def do_c_satisfaction(self, argument: str | None) -> None:
        case = await self._case(argument)
        if case is None:
            return
        of_register = catalogue(self._app.words.language, "register")
        choices = tuple((each, of_register.text(f"satisfaction_{each}")) for each in SATISFACTIONS if each)

        def dialog(typed: Mapping[str, str], note: str) -> Question:
            return Question(
                self._text("do_c_satisfaction"), self._about(case, note), choices, case.text("satisfaction")
            )

        await self._deed("satisfaction", case.number, dialog, lambda answer: {"satisfaction": answer.choice or ""})

    async def do_c_test(self, argument: str | None) -> None:
        """四不放过: all four in one list; what is marked is confirmed, what is not is taken back."""
        case = await self._case(argument)
        if case is None:
            return
        of_register = catalogue(self._app.words.language, "register")
        choices = tuple((test, of_register.text(f"test_{test}")) for test in CLOSING_TESTS)

        def dialog(typed: Mapping[str, str], note: str) -> Question:
            marked = tuple(typed["marked"].split()) if "marked" in typed else case.tests
            text = self._about(case, note) + "\n" + self._text("c_test_text")
            return Question(self._text("do_c_test"), text, choices, choices[0][0], many=True, marked=marked)

        def fields(answer: Answer) -> dict[str, str]:
            return {test: "yes" if test in answer.marked else "no" for test in CLOSING_TESTS}

        await self._deed("test", case.number, dialog, fields)

    async def do_c_close(self, argument: str | None) -> None:
        case = await self._case(argument)
        if case is None:
            return

        def dialog(typed: Mapping[str, str], note: str) -> Question:
            return Question(self._text("do_c_close"), self._about(case, note), accept=self._text("do_c_close"))

        await self._deed("close", case.number, dialog, lambda answer: {})

    async def do_c_reopen(self, argument: str | None) -> None:
        case = await self._case(argument)
        if case is None:
            return

        def dialog(typed: Mapping[str, str], note: str) -> Question:
            line = Line("text", self._text("reason"), value=typed.get("text", ""))
            return Question(self._text("do_c_reopen"), self._about(case, note), lines=(line,))

        await self._deed("reopen", case.number, dialog, _given)

    async def do_c_change(self, argument: str | None) -> None:
        """A correction of one field, with why."""
        case = await self._case(argument)
        if case is None:
            return
        choices = tuple((name, f"{self._name(name)}  {case.text(name) or '-'}") for name in CHANGEABLE)
        chosen = await self._ask(Question(self._text("do_c_change"), self._about(case, ""), choices, "content"))
        if chosen is None or chosen.choice is None:
            return
        name = chosen.choice
        known = {"unit": self._units(), "problem": self._problems()}.get(name, ())

        def dialog(typed: Mapping[str, str], note: str) -> Question:
            value = Line(name, self._name(name), required=False, value=typed.get(name, case.text(name)))
            reason = Line("text", self._text("reason"), value=typed.get("text", ""))
            lines = (reason,) if known else (value, reason)
            default = typed.get("choice", case.text(name) or NONE)
            return Question(self._text("do_c_change"), self._about(case, note), known, default, lines)

        def fields(answer: Answer) -> dict[str, str]:
            return answer.lines | ({name: "" if answer.choice == NONE else answer.choice or ""} if known else {})

        await self._deed("change", case.number, dialog, fields)

    def _units(self) -> tuple[tuple[str, str], ...]:
        view = self._app.show.view
        return () if view is None else tuple((each.id, each.name) for each in view.units)


def _given(answer: Answer) -> dict[str, str]:
    """What was filled in."""
    return {name: text for name, text in answer.lines.items() if text}


def _problem(answer: Answer) -> dict[str, str]:
    return {} if answer.choice in (None, NONE) else {"problem": answer.choice or ""}
