"""The screener's deeds: on the marked questions, else on the one under the cursor, with the versions that were seen.

Somebody else may have been quicker: then nothing is done to that question, it is said, and what was typed stands in
the message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from audience_server.domain.questions import DEEDS, is_date
from audience_server.domain.refusals import RefusalCode
from audience_server.wire import commands, control
from audience_server.wire.questions import QuestionDeed, QuestionView
from console import round_texts
from console.flows.flow import Flow
from console.questions import Line, Question
from console.queue_board import ORDERS, STATES, Order
from console.safe_text import safe_text
from console.word_line import as_line, divider_for, from_line

ANY = "-"
REASONS = ("off_topic", "repeated", "rude", "personal", "unclear", "elsewhere")
INTAKES = ("open", "slow", "paused")
LANGUAGES = ("zh-Hans", "zh-Hant", "en", "other")
SUPPORT_STEPS = ("0", "5", "20", "100")
NEWEST_SECONDS = 5

# the dialog for these questions: what is to be said first, and what was typed before
Dialog = Callable[[list[QuestionView], str, Mapping[str, str]], Question]


class QuestionFlow(Flow):
    def _chosen(self, argument: str | None, do: QuestionDeed | None = None) -> list[QuestionView]:
        """None where the deed fits none of them: that is said before anything is asked.  Looking fits all."""
        known = self._app.queue.questions
        found = [known[number] for number in (argument or "").split(",") if number in known]
        if not found:
            self._app.say("refused", self._text("q_none_chosen"))
            return []
        # what must leave the air is never held up by what this console has heard so far
        possible = () if do in (None, "withdraw") else DEEDS[do][0]
        if possible and not any(each.state in possible for each in found):
            names = {state: self._text(f"q_state_{state}") for state in STATES}
            needed = self._text("list_comma").join(names[state] for state in STATES if state in possible)
            first = found[0]
            said = self._text("q_wrong_state", number=first.number, state=names[first.state], needed=needed)
            self._app.say("refused", said)
            return []
        return found

    def _one(self, argument: str | None, do: QuestionDeed | None = None) -> QuestionView | None:
        found = self._chosen(argument, do)
        if len(found) > 1:
            self._app.say("refused", self._text("q_only_one"))
        return found[0] if len(found) == 1 else None

    async def _deed(self, questions: list[QuestionView], do: QuestionDeed, **fields: Any) -> str:
        """Give it; say what came of it, question by question where they differ.  The code of a refusal, else ""."""
        numbers = tuple(each.number for each in questions)
        # what must leave the air leaves it, whatever somebody else has changed a moment ago
        versions = {} if do == "withdraw" else {each.number: each.version for each in questions}
        command = commands.QuestionCommand(numbers, do, versions=versions, **fields)
        self._app.questions_dealt_with(None)
        answer = await self._send(command)
        if not isinstance(answer, control.Done):
            self._app.questions_dealt_with(False)
        if isinstance(answer, control.Refused):
            typed = fields.get("text", "")
            kept = self._text("q_typed", text=safe_text(typed)) if typed else ""
            self._app.say("refused", self._text("refused", message=answer.message) + kept)
            return answer.code
        if answer is None:
            return ""
        refused = answer.result.get("refused", {})
        done = len(answer.result.get("done", numbers))
        what = self._which(numbers) if len(numbers) == 1 else self._text("q_many", count=done)
        said = self._text(f"said_q_{do}", what=what, into=fields.get("into", ""))
        self._app.say("done", said + (self._text("q_not_all", numbers=" ".join(refused)) if refused else ""))
        self._app.questions_dealt_with(True)
        return ""

    def _which(self, numbers: Sequence[str]) -> str:
        return numbers[0] if len(numbers) == 1 else self._text("q_many", count=len(numbers))

    # deeds that ask nothing

    async def do_q_approve(self, argument: str | None) -> None:
        if questions := self._chosen(argument, "approve"):
            await self._deed(questions, "approve")

    async def do_q_restore(self, argument: str | None) -> None:
        if questions := self._chosen(argument, "restore"):
            await self._deed(questions, "restore")

    async def do_q_withdraw(self, argument: str | None) -> None:
        """撤下 waits for nothing: off air, wall and phones at once."""
        if questions := self._chosen(argument, "withdraw"):
            await self._deed(questions, "withdraw")

    async def do_q_star(self, argument: str | None) -> None:
        if questions := self._chosen(argument, "star"):
            await self._deed(questions, "unstar" if all(each.starred for each in questions) else "star")

    async def do_q_air(self, argument: str | None) -> None:
        question = self._one(argument, "air")
        if question is not None:
            await self._deed([question], "air")

    async def do_q_unmerge(self, argument: str | None) -> None:
        if questions := self._chosen(argument, "unmerge"):
            await self._deed(questions, "unmerge")

    async def do_q_undo(self, argument: str | None) -> None:
        answer = await self._send(commands.QuestionUndoCommand())
        if isinstance(answer, control.Refused):
            self._refused(answer)
        elif answer is not None:
            self._app.say("done", self._text("said_q_undo", what=self._which(answer.result["done"])))

    async def do_q_picture(self, argument: str | None) -> None:
        """In a browser where there is one; the link is shown in any case, for one beside a terminal far away."""
        question = self._one(argument)
        if question is None:
            return
        if not question.picture:
            self._app.say("refused", self._text("q_no_picture", number=question.number))
            return
        answer = await self._send(commands.QuestionPictureCommand(question.number))
        if isinstance(answer, control.Refused):
            self._refused(answer)
        elif answer is not None:
            link = self._app.keeper.page_url(str(answer.result["path"]))
            opened = await asyncio.to_thread(self._app.open_page, link)
            key = "q_picture_opened" if opened else "q_picture_link"
            minutes = int(answer.result["seconds"]) // 60
            text = self._text(key, minutes=minutes) + "\n" + safe_text(link)
            title = self._text("q_picture_title", number=question.number)
            await self._ask(Question(title, text, told=True))

    # deeds that need a word

    async def do_q_refuse(self, argument: str | None) -> None:
        questions = self._chosen(argument, "refuse")
        if not questions:
            return
        choices = tuple((reason, self._text(f"q_why_{reason}")) for reason in REASONS)
        line = Line("own", self._text("q_why_own"), required=False)
        asked = Question(self._text("q_refuse_title"), self._first(questions), choices, REASONS[0], (line,))
        answer = await self._ask(asked)
        if answer is not None:
            own = answer.lines.get("own", "").strip()
            await self._deed(questions, "refuse", text=own or self._text(f"q_why_{answer.choice or REASONS[0]}"))

    async def do_q_edit(self, argument: str | None) -> None:
        question = self._one(argument, "edit")
        if question is None:
            return

        def dialog(questions: list[QuestionView], note: str, typed: Mapping[str, str]) -> Question:
            [newest] = questions
            line = Line("text", self._text("q_edit_line"), value=typed.get("text", newest.text))
            # after a change by somebody else, what that one has written is what matters
            shown = newest.text if note else newest.original or newest.text
            return Question(self._text("q_edit_title"), note + shown, lines=(line,))

        await self._typed_deed([question], "edit", dialog)

    async def do_q_answered(self, argument: str | None) -> None:
        questions = self._chosen(argument, "answered")
        if not questions:
            return

        def dialog(questions: list[QuestionView], note: str, typed: Mapping[str, str]) -> Question:
            line = Line("text", self._text("q_answer_line"), required=False, value=typed.get("text", ""))
            return Question(self._text("q_answer_title"), note + self._first(questions), lines=(line,))

        await self._typed_deed(questions, "answered", dialog)

    async def do_q_promise(self, argument: str | None) -> None:
        question = self._one(argument, "promise")
        if question is None:
            return

        def dialog(questions: list[QuestionView], note: str, typed: Mapping[str, str]) -> Question:
            [newest] = questions
            lines = (
                Line("text", self._text("q_promise_line"), value=typed.get("text", newest.promise)),
                Line("due", self._text("q_due_line"), value=typed.get("due", newest.due)),
            )
            return Question(self._text("q_promise_title"), note + newest.text, lines=lines)

        await self._typed_deed([question], "promise", dialog)

    async def _typed_deed(self, questions: list[QuestionView], do: QuestionDeed, dialog: Dialog) -> None:
        """Asked again, with all that was typed, when a date is none or somebody else has been quicker."""
        note, typed = "", dict[str, str]()
        while (answer := await self._ask(dialog(questions, note, typed))) is not None:
            typed = {name: text.strip() for name, text in answer.lines.items()}
            if "due" in typed and not is_date(typed["due"]):
                note = self._text("q_bad_date", due=safe_text(typed["due"])) + "\n"
                continue
            if await self._deed(questions, do, **typed) != RefusalCode.QUESTION_CHANGED:
                return
            questions = [await self._newest(each) for each in questions]
            note = self._text("q_changed_since") + "\n"

    async def _newest(self, question: QuestionView) -> QuestionView:
        """As somebody else has left it; the change may come behind the refusal that it caused."""
        newest = self._app.queue.questions.get(question.number, question)
        with suppress(TimeoutError):
            async with asyncio.timeout(NEWEST_SECONDS):
                while newest.version == question.version:
                    await self._app.queue_heard.wait()
                    # a queue told anew is another one, and may not know this question any more
                    newest = self._app.queue.questions.get(question.number, question)
        return newest

    async def do_q_merge(self, argument: str | None) -> None:
        """Into one of those that may ask the same, or into any by its number; every asker stays."""
        questions = self._chosen(argument, "merge")
        if not questions:
            return
        known = self._app.queue.questions
        likely = [number for each in questions for number in each.similar if number in known]
        numbers = dict.fromkeys(number for number in likely if number not in {each.number for each in questions})
        choices = tuple((number, f"{number}  {known[number].text}") for number in numbers)
        line = Line("number", self._text("q_merge_line"), required=not choices)
        asked = Question(self._text("q_merge_title"), self._first(questions), choices, lines=(line,))
        answer = await self._ask(asked)
        if answer is not None:
            into = answer.lines.get("number", "").strip().upper() or answer.choice or ""
            await self._deed(questions, "merge", into=into)

    async def do_q_assign(self, argument: str | None) -> None:
        questions = self._chosen(argument, "assign")
        show = self._app.show
        if not questions:
            return
        to_come = [cue for cue in show.cues if cue.state in ("planned", "current")]
        names = tuple((cue.id, round_texts.cue_name(cue, show, self._app.words)) for cue in to_come)
        likely = next(
            (cue.id for cue in to_come if cue.kind == "questions" and cue.unit == questions[0].unit),
            next((cue.id for cue in to_come if cue.kind == "questions"), None),
        )
        choices = (*names, (ANY, self._text("q_unassign")))
        answer = await self._ask(Question(self._text("q_assign_title"), self._first(questions), choices, likely))
        if answer is not None and answer.choice == ANY:
            await self._deed(questions, "unassign")
        elif answer is not None and answer.choice is not None:
            await self._deed(questions, "assign", cue=answer.choice)

    def _first(self, questions: list[QuestionView]) -> str:
        if len(questions) == 1:
            return f"{questions[0].number}  {questions[0].text}"
        return self._text("q_many", count=len(questions))

    # the queue as a whole

    async def do_q_intake(self, argument: str | None) -> None:
        now = self._app.show.view.queue.intake if self._app.show.view is not None else "open"
        choices = tuple((mode, self._text(f"q_intake_{mode}")) for mode in INTAKES)
        answer = await self._ask(Question(self._text("q_intake_title"), self._text("q_intake_text"), choices, now))
        if answer is None:
            return
        mode = next((each for each in ("slow", "paused") if each == answer.choice), "open")
        command = commands.IntakeCommand("slow" if mode == "slow" else "paused" if mode == "paused" else "open")
        await self._do(command, self._text(f"q_intake_{mode}"))

    async def do_q_words(self, argument: str | None) -> None:
        """The list that flags; whole, in one line, divided by what none of its phrases holds."""
        answer = await self._send(commands.WordsCommand())
        if isinstance(answer, control.Refused):
            return self._refused(answer)
        if answer is None:
            return None
        known = tuple(map(str, answer.result.get("words", ())))
        divider = divider_for(known)
        line = Line("words", self._text("q_words_line"), required=False, value=as_line(known, divider))
        told = self._text("q_words_text", divider=divider[0])
        asked = await self._ask(Question(self._text("q_words_title"), told, lines=(line,)))
        if asked is not None:
            words = from_line(asked.lines["words"], divider)
            await self._do(commands.WordsCommand(words), self._text("said_q_words", count=len(words)))

    async def do_q_filter(self, argument: str | None) -> None:
        """One thing at a time, so that each is one key and one choice."""
        fields = ("text", "state", "unit", "kind", "language", "supporters", "marks", "order")
        choices = tuple((each, self._text(f"q_by_{each}")) for each in fields)
        answer = await self._ask(Question(self._text("q_filter_title"), self._text("q_filter_text"), choices, "text"))
        if answer is not None and answer.choice is not None:
            await getattr(self, f"_filter_{answer.choice}")()

    async def do_q_search(self, argument: str | None) -> None:
        await self._filter_text()

    async def _filter_text(self) -> None:
        line = Line("text", self._text("q_search_line"), required=False, value=self._app.queue_filter.text)
        answer = await self._ask(Question(self._text("q_search_title"), "", lines=(line,)))
        if answer is None:
            return
        text = answer.lines["text"].strip()
        found = None
        if text:
            told = await self._send(commands.QuestionsCommand(text=text))
            if isinstance(told, control.Done):
                found = frozenset(str(each["number"]) for each in told.result.get("questions", ()))
        self._app.queue_filter = replace(self._app.queue_filter, text=text, found=found)

    async def _pick(self, what: str, choices: tuple[tuple[str, str], ...], now: str) -> str | None:
        every = ((ANY, self._text("q_every")), *choices)
        answer = await self._ask(Question(self._text(f"q_by_{what}"), "", every, now or ANY))
        if answer is None or answer.choice is None:
            return None
        return "" if answer.choice == ANY else answer.choice

    async def _filter_state(self) -> None:
        choices = tuple((state, self._text(f"q_state_{state}")) for state in STATES)
        state = await self._pick("state", choices, self._app.queue_filter.state)
        if state is not None:
            self._app.queue_filter = replace(self._app.queue_filter, state=state)

    async def _filter_unit(self) -> None:
        units = () if self._app.show.view is None else self._app.show.view.units
        unit = await self._pick("unit", tuple((each.id, each.name) for each in units), self._app.queue_filter.unit)
        if unit is not None:
            self._app.queue_filter = replace(self._app.queue_filter, unit=unit)

    async def _filter_kind(self) -> None:
        choices = tuple((kind, self._text(f"q_kind_{kind}")) for kind in ("question", "suggestion"))
        kind = await self._pick("kind", choices, self._app.queue_filter.kind)
        if kind is not None:
            self._app.queue_filter = replace(self._app.queue_filter, kind=kind)

    async def _filter_language(self) -> None:
        choices = tuple((each, self._text(f"q_language_{each}")) for each in LANGUAGES)
        language = await self._pick("language", choices, self._app.queue_filter.language)
        if language is not None:
            self._app.queue_filter = replace(self._app.queue_filter, language=language)

    async def _filter_supporters(self) -> None:
        choices = tuple((step, self._text("q_at_least", count=step)) for step in SUPPORT_STEPS[1:])
        least = await self._pick("supporters", choices, str(self._app.queue_filter.supporters or ANY))
        if least is not None:
            self._app.queue_filter = replace(self._app.queue_filter, supporters=int(least or 0))

    async def _filter_marks(self) -> None:
        choices = (("starred", self._text("q_only_starred")), ("flagged", self._text("q_only_flagged")))
        mark = await self._pick("marks", choices, "")
        if mark is not None:
            wanted = replace(self._app.queue_filter, starred=mark == "starred", flagged=mark == "flagged")
            self._app.queue_filter = wanted

    async def _filter_order(self) -> None:
        choices = tuple((order, self._text(f"q_order_{order}")) for order in ORDERS)
        answer = await self._ask(Question(self._text("q_by_order"), "", choices, self._app.queue_filter.order))
        if answer is not None:
            order: Order = next((each for each in ORDERS if each == answer.choice), "waiting")
            self._app.queue_filter = replace(self._app.queue_filter, order=order)
