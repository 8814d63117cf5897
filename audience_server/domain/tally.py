"""Counting a closed window: counts per panel, unit, criterion and option, and the accounting identity.

Counts have one shape inside the program, panel -> unit -> criterion -> option -> n. A round with a question of its own
has the unit and criterion "", a select round counts a unit's choices under criterion "" and option "".
The shapes that outsiders see are made here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from audience_server.domain.ballots import LEFT_BLANK, OWN_QUESTION, BallotForm, Choice
from audience_server.domain.rundown import Round, Rundown

Cell = dict[str, int]
Counts = dict[str, dict[str, dict[str, Cell]]]

CHOSEN = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """The numbers without which no result is announced (WORDS.md, “The accounting identity”)."""

    expected: int
    present: int
    issued: int
    returned: int
    valid: int
    invalid: int
    abstained: int
    not_cast: int

    def as_dict(self) -> dict[str, int]:
        return asdict(self)

    def holds(self) -> bool:
        """Whether the numbers add up. 应到 is an invitation, not a bound: who decides about it is the notary."""
        adds_up = self.returned == self.valid + self.invalid + self.abstained
        falls = 0 <= self.returned <= self.issued <= self.present
        return adds_up and falls and self.not_cast == self.issued - self.returned


@dataclass(frozen=True, slots=True)
class PanelVotes:
    """What came back from one panel."""

    returned: int = 0
    valid: int = 0
    invalid: int = 0
    abstained: int = 0

    def __add__(self, other: PanelVotes) -> PanelVotes:
        return PanelVotes(
            self.returned + other.returned,
            self.valid + other.valid,
            self.invalid + other.invalid,
            self.abstained + other.abstained,
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """A window's counts and returns by panel, paper included."""

    counts: Counts
    votes: Mapping[str, PanelVotes]


def count_ballots(
    round_: Round,
    rundown: Rundown,
    ballots: Iterable[tuple[str, str]],
    hands: Mapping[str, Mapping[str, Any]] | None = None,
) -> Counted:
    """Count (panel, choice) pairs and the papers of `hands` (panel -> body of the `hand` entry).

    The ballots come out of the record, where only checked choices enter; another one is a ValueError.
    """
    form = BallotForm(round_, rundown)
    counts = {panel: empty_counts(round_, form) for panel in round_.panels}
    returned = dict.fromkeys(round_.panels, 0)
    abstained = dict.fromkeys(round_.panels, 0)
    for panel, text in ballots:
        choice = form.check(text)
        if not isinstance(choice, Choice):
            raise ValueError(f"recorded ballot of {panel}: {choice.detail}")
        returned[panel] += 1
        abstained[panel] += choice.blank
        _add_choice(counts[panel], choice)
    votes = {p: PanelVotes(returned[p], returned[p] - abstained[p], 0, abstained[p]) for p in round_.panels}
    for panel, hand in (hands or {}).items():
        votes[panel] += PanelVotes(hand["returned"], hand["valid"], hand["invalid"], hand["abstained"])
        _add_counts(counts[panel], read_counts(round_, hand["counts"]))
    return Counted(counts, votes)


def identity_of(expected: int, present: int, issued: int, votes: PanelVotes) -> Identity:
    """`expected`, `present` and `issued` with the papers' already added."""
    return Identity(
        expected=expected,
        present=present,
        issued=issued,
        returned=votes.returned,
        valid=votes.valid,
        invalid=votes.invalid,
        abstained=votes.abstained,
        not_cast=issued - votes.returned,
    )


def empty_counts(round_: Round, form: BallotForm) -> dict[str, dict[str, Cell]]:
    """Every option of a scale at zero; marks and blanks appear only when somebody gave them."""
    if round_.kind == "select":
        return {unit: {CHOSEN: {CHOSEN: 0}} for unit in round_.units}
    counts: dict[str, dict[str, Cell]] = {}
    for item in form.items:
        unit, criterion = item.key
        options = {} if item.is_marks else dict.fromkeys(item.answers.values(), 0)
        counts.setdefault(unit, {})[criterion] = options
    return counts


def _add_choice(counts: dict[str, dict[str, Cell]], choice: Choice) -> None:
    for unit in choice.selected:
        counts[unit][CHOSEN][CHOSEN] += 1
    for (unit, criterion), answer in choice.items.items():
        cell = counts[unit][criterion]
        cell[answer] = cell.get(answer, 0) + 1


def _add_counts(counts: dict[str, dict[str, Cell]], more: Mapping[str, Mapping[str, Cell]]) -> None:
    for unit, criteria in more.items():
        for criterion, cell in criteria.items():
            for answer, number in cell.items():
                if number:
                    counts[unit][criterion][answer] = counts[unit][criterion].get(answer, 0) + number


def answered(cell: Mapping[str, int]) -> int:
    """The ballots that say something about this cell."""
    return sum(number for answer, number in cell.items() if answer != LEFT_BLANK)


def counts_body(round_: Round, window: str, salt: str, counts: Counts) -> dict[str, Any]:
    """The body of `rounds/<window>.counts`; `salt` is base64."""
    by = {panel: written_counts(round_, panel_counts) for panel, panel_counts in counts.items()}
    return {"window": window, "salt": salt, "by": by}


def counts_of_body(round_: Round, rundown: Rundown, body: Mapping[str, Any]) -> Counts:
    """Panels and options in the order of the session file: that of their ids means nothing to who reads them."""
    form = BallotForm(round_, rundown)
    counts = {panel: empty_counts(round_, form) for panel in round_.panels if panel in body["by"]}
    for panel in counts:
        _add_counts(counts[panel], read_counts(round_, body["by"][panel]))
    return counts


def written_counts(round_: Round, counts: Mapping[str, Mapping[str, Cell]]) -> dict[str, Any]:
    """As files hold them: unit -> criterion -> option -> n; select unit -> n; own question option -> n."""
    if round_.kind == "select":
        return {unit: criteria[CHOSEN][CHOSEN] for unit, criteria in counts.items()}
    if round_.asks_own_question:
        unit, criterion = OWN_QUESTION
        return dict(counts[unit][criterion])
    return {unit: {name: dict(cell) for name, cell in criteria.items()} for unit, criteria in counts.items()}


def read_counts(round_: Round, written: Mapping[str, Any]) -> dict[str, dict[str, Cell]]:
    """The opposite of `written_counts`."""
    if round_.kind == "select":
        return {unit: {CHOSEN: {CHOSEN: number}} for unit, number in written.items()}
    if round_.asks_own_question:
        unit, criterion = OWN_QUESTION
        return {unit: {criterion: dict(written)}}
    return {unit: {name: dict(cell) for name, cell in criteria.items()} for unit, criteria in written.items()}


def lock_shape(
    round_: Round,
    window: str,
    index: int,
    size: int,
    fingerprint: str,
    identities: Mapping[str, Identity],
    counts: Counts,
) -> dict[str, Any]:
    """A locked window as `lock` answers it: like the files, but a ballot round, being on one unit, leaves it out."""
    by = {}
    for panel, identity in identities.items():
        shown = written_counts(round_, counts[panel])
        if round_.kind == "ballot":
            shown = shown[round_.units[0]]
        by[panel] = {**identity.as_dict(), "counts": shown}
    return {
        "round": round_.id,
        "window": window,
        "state": "locked",
        "index": index,
        "size": size,
        "fingerprint": fingerprint,
        "by": by,
    }
