"""Who may look a reply up, by which number and code: every asker of a question and of those merged with it.

A code leads to the reply for ever under one name, made of the origin of the session in which the receipt was given;
once codes are forgotten the names are what is left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from audience_server.domain.cases import Case
from audience_server.domain.questions import Question

ROUNDS = 20_000


@dataclass(frozen=True, slots=True)
class Asker:
    """`number` as on the receipt, behind the session's name where the case was carried; `code` or `lookup` is known."""

    case: Case
    number: str
    code: str
    lookup: str = ""

    def name(self, origin: str) -> str:
        """Under which the reply is published by the session `origin`."""
        number = self.number.rpartition("/")[2]
        return self.lookup or reply_name(self.case.origin or origin, number, self.code)


def reply_name(origin: str, number: str, code: str) -> str:
    """64 hex digits."""
    digest = hashlib.sha256(f"touchstone-reply\n{origin}\n{number}\n{code}".encode()).digest()
    for _ in range(ROUNDS - 1):
        digest = hashlib.sha256(digest).digest()
    return digest.hex()


def askers_of(case: Case, questions: Mapping[str, Question]) -> Iterator[Asker]:
    """All of one case; of a question those of what was merged with it too, whichever of them the case was made of."""
    for number, lookup in case.lookups.items():
        yield Asker(case, number, "", lookup)
    for number, code in case.codes.items():
        yield Asker(case, number, code)
    if case.code:
        yield Asker(case, case.number, case.code)
    question = questions.get(case.origin_number)
    if question is not None:
        root = questions.get(question.into, question)
        for number in (root.number, *root.merged):
            yield Asker(case, number, questions[number].code)


def askers(cases: Iterable[Case], questions: Mapping[str, Question]) -> list[Asker]:
    """Each number once: with the case that has a reply, of several with its own, then with that of the root."""
    best: dict[str, tuple[tuple[bool, int], Asker]] = {}
    for case in cases:
        if case.state == "withdrawn":
            continue
        for asker in askers_of(case, questions):
            question = questions.get(asker.number)
            nearest = (asker.number, question.into if question is not None else "")
            made_of = case.origin_number or case.number
            rank = (not case.reply, nearest.index(made_of) if made_of in nearest else 2)
            if asker.number not in best or rank < best[asker.number][0]:
                best[asker.number] = (rank, asker)
    return [asker for _, asker in best.values()]
