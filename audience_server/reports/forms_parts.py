"""What every form has in common: the head, the marks nobody may miss, numbers in figures and 大写, lines to sign on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from audience_server.locale.catalogue import Catalogue, catalogue
from audience_server.reports.forms_document import Align, Block, Column, Form, Grid, Head, Loud, Signatures, Text
from audience_server.reports.forms_facts import Facts, Holding, Panel, cut
from audience_server.reports.numerals import HIGHEST, financial

MOST_CODES = 10  # told in the frame; the head names them all
MOST_FAILURES = 12
MOST_FINDING = 160
OF_CHECKPOINTS = ("E206", "E304")

IDENTITY = ("expected", "present", "issued", "returned", "valid", "invalid", "abstained", "not_cast")
PERSONS = ("expected", "present")


class Parts:
    """The facts of one session, and the words of one language to tell them in."""

    def __init__(self, facts: Facts, words: Catalogue) -> None:
        self.facts = facts
        self.words = words
        self.text = words.text
        self._phrases = catalogue(words.language, "findings")
        self._head = self._make_head()

    def form(self, id: str, title: str, blocks: Iterable[Block], landscape: bool = False) -> Form:
        """A form whose numbers count: when verification fails it holds none, and says why."""
        shown = tuple(blocks)
        if not self.facts.is_sound:
            frame, *found = self.failure()
            shown = (frame, Text(self.text("no_numbers")), *found)
        return Form(id, self.text(title), self._head, shown, landscape)

    def chronicle(self, id: str, title: str, blocks: Iterable[Block], landscape: bool = False) -> Form:
        """A form about what was done; when verification fails it stands below the failures, not to be relied on."""
        shown = tuple(blocks)
        if not self.facts.is_sound:
            shown = (*self.failure(), Text(self.text("not_relied_on"), bold=True), *shown)
        return Form(id, self.text(title), self._head, shown, landscape)

    # the marks

    def _make_head(self) -> Head:
        facts, text = self.facts, self.text
        fingerprint = facts.fingerprint or text("unknown")
        pairs = [
            (text("place_label"), facts.place or text("unknown")),
            (text("date_label"), facts.date or text("unknown")),
            (text("origin_label"), facts.origin or text("unknown")),
            (text("fingerprint_label"), fingerprint),
            (text("verdict_label"), self.verdict()),
        ]
        foot = (
            text("foot_origin", origin=facts.origin or text("unknown"), fingerprint=fingerprint),
            text("foot_page", digest=facts.page_digest or text("unknown")),
        )
        title = facts.title or text("unknown")
        page = self.words.texts["page_of"]
        return Head(title, tuple(pairs), tuple(self._bands()), foot, page, text("footer"), self.words.language)

    def _bands(self) -> list[str]:
        facts = self.facts
        bands = [self.text("rehearsal")] if facts.is_rehearsal else []
        bands += [] if facts.is_sound else [self.text("verdict_fail")]
        return bands + ([self.text("self_asserted")] if facts.is_self_asserted else [])

    def verdict(self) -> str:
        facts = self.facts
        codes = facts.warnings if facts.is_sound else facts.codes
        said = self.text(f"verdict_{facts.report['verdict']}")
        return f"{said} {' '.join(codes)}".strip()

    def failure(self) -> list[Block]:
        """What does not agree: the code of every kind of failure with its sentence, then the first places."""
        facts, text = self.facts, self.text
        codes = tuple(f"{code}  {self.code(code)}" for code in facts.codes[:MOST_CODES])
        rows = [
            (
                row["code"],
                self._place(row),
                self._said(row["expected"]),
                self._said(row["found"]),
            )
            for row in facts.report["failures"]
        ]
        left = len(rows) - MOST_FAILURES + sum(facts.report["more"].values())
        columns = self.columns(("col_code", 1.2), ("col_entry", 1.8), ("col_should", 4), ("col_is", 4))
        blocks: list[Block] = [
            Loud(text("verdict_fail"), codes),
            Grid(columns, tuple(rows[:MOST_FAILURES]), small=True),
        ]
        return [*blocks, Text(text("more_failures", number=left), "small")] if left > 0 else blocks

    def _said(self, text: str) -> str:
        """The verifier's fixed phrases in the reader's language; data stay as they are."""
        parts = (self._phrases.text(part) if part in self._phrases else part for part in str(text).split("; "))
        return cut("; ".join(parts), MOST_FINDING)

    def _place(self, row: Mapping[str, Any]) -> str:
        """The entry; of a checkpoint that differs, how many entries it covers."""
        if row["index"] is None:
            return ""
        return self.text("at_checkpoint", size=row["index"]) if row["code"] in OF_CHECKPOINTS else str(row["index"])

    def warnings(self) -> list[Block]:
        rows = tuple((code, self.code(code)) for code in self.facts.warnings)
        skipped = tuple((self.text("skipped"), self._said(each)) for each in self.facts.report["skipped"])
        if not rows + skipped:
            return [Text(self.text("no_warnings"))]
        return [Grid(self.columns(("col_code", 1), ("col_meaning", 6)), rows + skipped)]

    def code(self, code: str) -> str:
        key = f"code_{code}"
        return self.text(key) if key in self.words else self.text("unknown")

    # numbers

    def capital(self, number: int) -> str:
        """The number in 大写; nothing in a language that has none, or when no sheet could have so many."""
        if self.words.language == "en" or not 0 <= number <= HIGHEST:
            return ""
        return financial(number, self.words.language == "zh-Hant")

    def counted(self, number: int, unit: str = "papers") -> str:
        """57张 伍拾柒张."""
        capital = self.capital(number)
        figure = self.text(unit, number=number)
        return f"{figure}  {self.text(unit, number=capital)}" if capital else figure

    # names

    def columns(self, *shapes: tuple[str, float] | tuple[str, float, Align]) -> tuple[Column, ...]:
        """Titles with their shares of the width, and where the text stands when not on the left."""
        return tuple(Column(self.text(key), share, *align) for key, share, *align in shapes)

    def panel(self, panel: Panel) -> str:
        return self.text("unverified", panel=panel.name) if panel.unverified else panel.name

    def holding(self, holding: Holding) -> str:
        title = self.text("round_title", title=holding.title, window=holding.window)
        return title if holding.counts_for_the_result else self.text("outside_result", title=title)

    def lock(self, holding: Holding) -> Text:
        return Text(self.text("lock_code", code=holding.fingerprint or self.text("unknown")))

    def signatures(self, roles: Sequence[str]) -> Signatures:
        return Signatures(tuple(map(self.text, roles)), self.text("sign_date"))
