"""What a screener does to questions: which arguments a deed needs, and what it makes of one question.

Pure: a question in, the changed question or a refusal out.  Merging touches two questions and is the board's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from audience_server.domain.question_text import clean_text
from audience_server.domain.questions import DEEDS, MOST_REASON, Question, QuestionState, bounded, is_date
from audience_server.domain.refusals import Refusal, RefusalCode

NOT_DECISIONS = frozenset({"star", "unstar"})
LEAVES_ITS_CUE = frozenset({"refuse", "restore", "withdraw", "unassign", "merge"})
MOST_ANSWER = 2000


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed with its arguments as they may be used."""

    do: str
    by: str
    at: int
    text: str = ""
    into: str = ""
    cue: str = ""
    due: str = ""


def read_deed(do: str, fields: Mapping[str, Any], by: str, at: int, longest: int) -> Deed | Refusal:
    """The deed that was asked for, its texts cleaned; or the argument that is missing."""
    if do not in DEEDS:
        return Refusal(RefusalCode.BAD_ARGUMENT, f"do: {do}")
    deed = Deed(do, by, at, clean_text(str(fields.get("text", ""))), into=str(fields.get("into", "")))
    deed = replace(deed, cue=str(fields.get("cue", "")), due=str(fields.get("due", "")))
    return _missing(deed, longest) or deed


def _missing(deed: Deed, longest: int) -> Refusal | None:
    if deed.do == "refuse" and not deed.text:
        return Refusal(RefusalCode.REASON_NEEDED)
    if deed.do == "edit":
        text = bounded(deed.text, longest)
        return text if isinstance(text, Refusal) else None
    if deed.do == "promise" and not (deed.text and is_date(deed.due)):
        return Refusal(RefusalCode.BAD_ARGUMENT, "text, due: YYYY-MM-DD")
    if (deed.do == "merge" and not deed.into) or (deed.do == "assign" and not deed.cue):
        return Refusal(RefusalCode.BAD_ARGUMENT, "into" if deed.do == "merge" else "cue")
    most = MOST_REASON if deed.do == "refuse" else MOST_ANSWER
    return Refusal(RefusalCode.QUESTION_TOO_LONG, f"{len(deed.text)} > {most}") if len(deed.text) > most else None


def done_to(question: Question, deed: Deed) -> Question | Refusal:
    """The question after the deed, if its state allows it."""
    possible_in, leads_to = DEEDS[deed.do]
    if question.state not in possible_in:
        return Refusal(RefusalCode.QUESTION_STATE, question.state)
    state: QuestionState = leads_to or question.state
    changed = replace(question, state=state, version=question.version + 1)
    if deed.do not in NOT_DECISIONS:
        changed = replace(changed, by=deed.by)
    if deed.do in LEAVES_ITS_CUE:
        changed = replace(changed, cue="")
    return _with_words(changed, deed)


def _with_words(question: Question, deed: Deed) -> Question:
    if deed.do == "refuse":
        return replace(question, reason=deed.text)
    if deed.do in ("approve", "restore"):
        return replace(question, reason="")
    if deed.do == "withdraw":
        return replace(question, reason=deed.text)
    if deed.do == "edit":
        return replace(question, text=deed.text, original=question.original or question.text)
    if deed.do in ("star", "unstar"):
        return replace(question, starred=deed.do == "star")
    if deed.do == "assign":
        return replace(question, cue=deed.cue)
    if deed.do == "answered":
        return replace(question, answer=deed.text or question.answer)
    if deed.do == "promise":
        return replace(question, promise=deed.text, due=deed.due)
    return question


def taken_back(before: Question, now: Question) -> Question:
    """`before` again, as if the deed had not been; what others have given meanwhile stays.

    What has left the air does not come back to it by an undo: it waits where it would wait.
    """
    again = replace(before, version=now.version + 1, backers=now.backers, reply=now.reply, closed=now.closed)
    if before.state == "on_air" and now.state not in ("on_air", "answered"):
        again = replace(again, state="cued" if before.cue else "approved")
    return again
