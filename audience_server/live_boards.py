"""The ranking boards: which may be shown, and the operator's act that lets them.

A board is public once every round that it rests on was revealed one by one; what rests on more (other channels, rounds
kept for the end) waits until the operator reveals the board itself.  Whoever runs the graphics can do neither.  With
`announce = "end"` there is no board at all before every counting round of the session is decided.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown import VOTE_CHANNEL, Round
from audience_server.domain.scene_names import board_of
from audience_server.domain.scenes import board_rows, vote_rows
from audience_server.domain.session import SessionState, Window
from audience_server.live_count import Ledger
from audience_server.live_memory import Memory
from audience_server.live_nods import Nods

PART = "boards"
Outcome = dict[str, Any] | Refusal


class Boards:
    """`target` is a category, or `category/vote` for the vote's own score."""

    def __init__(
        self, state: SessionState, ledger: Ledger, memory: Memory, nods: Nods, changed: Callable[[], None]
    ) -> None:
        self._state = state
        self._rundown = state.rundown
        self._ledger = ledger
        self._memory = memory
        self._nods = nods
        self._changed = changed
        # what each board rested on when it was revealed: other numbers under it are not revealed
        self._revealed: dict[str, list[str]] = {str(name): list(on) for name, on in memory.part(PART).items()}

    def is_board(self, target: str) -> bool:
        return any(category.id == board_of(target)[0] for category in self._rundown.categories)

    def rows(self, target: str) -> list[dict[str, Any]] | Refusal:
        """The whole board, where it is public."""
        rows = self._counted(target)
        if isinstance(rows, Refusal):
            return rows
        if self._was_announced_round_by_round(target) or self._revealed.get(target) == self._rests_on(target):
            return rows
        return Refusal(RefusalCode.NOT_REVEALED, self._name(target))

    def _name(self, target: str) -> str:
        category = board_of(target)[0]
        return next(each.name for each in self._rundown.categories if each.id == category)

    def reveal(self, target: str) -> Outcome:
        """The operator's act; it waits for the same nods as the rounds under it."""
        rows = self._counted(target)
        if isinstance(rows, Refusal):
            return rows
        kept_back = [self._rundown.round(each.round).title for each in self._windows(target) if not self._shown(each)]
        if kept_back and self._rundown.session.announce == "each":
            return Refusal(RefusalCode.NOT_REVEALED, "、".join(kept_back))
        missing = {role for each in self._windows(target) for role in self._nods.missing("reveal", each.name)}
        if missing:
            self._nods.ask_for_board(target, [each.name for each in self._windows(target)])
            self._changed()
            return {"pending": sorted(missing)}
        self._nods.settle_board(target)
        self._revealed[target] = self._rests_on(target)
        # a crash before this is durable leaves the board hidden: it is asked for again
        self._memory.keep_part(PART, dict(self._revealed))
        self._changed()
        return {"revealed": target, "units": len(rows)}

    def reveal_agreed(self) -> None:
        """Somebody has nodded: the boards that waited for nothing else are revealed."""
        for target in self._nods.agreed_boards():
            if isinstance(self.reveal(target), Refusal):
                self._nods.settle_board(target)

    def has_shown(self, window: str) -> bool:
        """Whether a board that was revealed is made of this window's numbers."""
        return any(window in on for on in self._revealed.values())

    def windows(self, target: str) -> list[str] | Refusal:
        """The names of those that the board is made of, once it is complete."""
        rows = self._counted(target)
        return rows if isinstance(rows, Refusal) else [each.name for each in self._windows(target)]

    def _counted(self, target: str) -> list[dict[str, Any]] | Refusal:
        category, of_vote = board_of(target)
        make = vote_rows if of_vote else board_rows
        rows = make(self._ledger.results(), self._rundown, category)
        if isinstance(rows, Refusal):
            return rows
        uncounted = [each.round for each in self._windows(target) if each.state != "locked"]
        if uncounted:
            return Refusal(RefusalCode.RESULTS_INCOMPLETE, "、".join(uncounted))
        awaited = self._awaited()
        if awaited:
            return Refusal(RefusalCode.ANNOUNCED_AT_END, "、".join(awaited))
        return [asdict(row) for row in rows]

    def _awaited(self) -> list[str]:
        """Counting rounds still to come or to be locked, where the rules page promised scores and ranks at the end."""
        if self._rundown.session.announce == "each" or self._state.seal_index is not None:
            return []
        coming = [each.id for each in self._rundown.counting_rounds if each.id not in self._state.not_held]
        standing = {each: self._state.standing_window(each) for each in coming}
        return [name for name, window in standing.items() if window is None or window.state != "locked"]

    def _rounds(self, target: str) -> list[Round]:
        units = {unit.id for unit in self._rundown.units if unit.category == board_of(target)[0]}
        return [each for each in self._rundown.counting_rounds if units & set(each.units)]

    def _windows(self, target: str) -> list[Window]:
        """Those whose numbers the board is made of; a round that is not held gives none."""
        found = [self._state.standing_window(each.id) for each in self._rounds(target)]
        return [each for each in found if each is not None]

    def _shown(self, window: Window) -> bool:
        return window.name in self._memory.ever_revealed

    def _was_announced_round_by_round(self, target: str) -> bool:
        weighted = {channel.id for channel in self._rundown.result.channels if channel.weight}
        from_the_vote = board_of(target)[1] or weighted <= {VOTE_CHANNEL}
        return from_the_vote and all(self._shown(each) for each in self._windows(target))

    def _rests_on(self, target: str) -> list[str]:
        channels = [] if board_of(target)[1] else [f"{name} {body['digest']}" for name, body in self._channels()]
        return [*(each.name for each in self._windows(target)), *channels]

    def _channels(self) -> list[tuple[str, Any]]:
        return sorted(self._state.channels.items())
