"""The record in a few lines, and its locked rounds with the numbers that were read out."""

from __future__ import annotations

from textual.content import Content

from audience_server.locale.catalogue import Catalogue
from audience_server.wire.control_view import RoundView
from console.round_texts import round_name
from console.safe_text import fit
from console.show_view import ShowView
from console.widgets.painted import Painted
from console.widgets.session_facts import witness_words

NAME = 18


class RecordFacts(Painted):
    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        if show.view is None:
            return Content("")
        record = show.view.record
        names = witness_words(record, words)
        rows = (
            ("record_count", str(record.size), "bold"),
            ("record_fingerprint", record.fingerprint, "bold"),
            ("record_root", record.root, ""),
            ("record_copies", names or words.text("facts_alone"), ""),
            *(() if not record.held else (("record_held", self._held(record.held, words), "bold"),)),
            *(() if not record.drafts else (("record_drafts", _drafts(record.drafts, words), "bold"),)),
            ("record_evidence", words.text("evidence_hint"), "dim"),
        )
        label = max(len(words.text(key)) for key, _, _ in rows) * 2
        label = min(label, 14)
        room = self.columns - label - 1
        return Content("\n").join(
            Content.assemble((fit(words.text(key), label), "dim"), " ", (fit(told, room).rstrip(), style))
            for key, told, style in rows
        )

    def _held(self, held: str, words: Catalogue) -> str:
        return words.text(f"held_{held}", press=self.key("override"))


def _drafts(kinds: tuple[str, ...], words: Catalogue) -> str:
    keys = [kind.replace("-", "_") for kind in kinds]
    return words.text("list_comma").join(words.text(f"draft_{key}") for key in keys)


class LockedRounds(Painted):
    """Compared with what was written down in the hall: index, size and code of every lock."""

    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        locked = [each for each in show.rounds if each.index is not None]
        if not locked:
            return Content.assemble((words.text("locked_none"), "dim"))
        locked.sort(key=lambda each: each.index or 0)
        lines = [Content.assemble((self._head(words), "dim"))]
        lines += [self._line(each, show) for each in locked]
        return Content("\n").join(lines)

    def _head(self, words: Catalogue) -> str:
        return (
            f"{fit(words.text('locked_round'), 6)}{fit(words.text('locked_name'), NAME)}"
            f"{fit(words.text('locked_index'), 8)}{fit(words.text('locked_size'), 8)}{words.text('locked_code')}"
        )

    def _line(self, round_: RoundView, show: ShowView) -> Content:
        place = f"{fit(str(round_.index), 8)}{fit(str(round_.size), 8)}"
        name = fit(round_name(round_, show), NAME - 1) + " "
        return Content.assemble(fit(round_.window or round_.round, 6), name, place, (round_.fingerprint or "", "bold"))
