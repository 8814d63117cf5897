"""Everything that the notary's screen would show of a witness, as lines; also what waits, opened."""

from __future__ import annotations

from audience_server.locale.catalogue import catalogue
from audience_server.notary.picture import picture
from audience_server.notary.witness import Witness
from console.notary import lines, rounds, statements

WORDS, DESK_WORDS, FORM_WORDS = (catalogue("zh-Hans", area) for area in ("notary", "console", "forms"))


def painted(witness: Witness) -> str:
    now = picture(witness, "following")
    found = [lines.heading(now, WORDS), *lines.verdict(now, WORDS), lines.code(now, WORDS)]
    found += [*lines.people(now, WORDS, 78), *lines.notes(now, WORDS, FORM_WORDS), *lines.answers(now, WORDS)]
    found += lines.alarms(now, WORDS, DESK_WORDS)
    found += [*rounds.current(now, WORDS, 0, brief=False), *rounds.listed(now, WORDS, 78), *rounds.in_full(now, WORDS)]
    found += [line for _, line in lines.todos(now, WORDS)]
    for row, each in zip(now["drafts"], witness.desk.drafts.values(), strict=True):
        found += statements.named_lines(row, each.body, now, WORDS)
        found += statements.raw_lines(each.kind, witness.origin, each.body)
    return "\n".join(found)
