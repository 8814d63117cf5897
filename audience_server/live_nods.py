"""The agreement of those whom the session file names before a round is locked or its numbers are shown.

Kept beside the record (desk.json).  A nod belongs to one window: a round that is voted again needs new ones.
"""

from __future__ import annotations

from typing import Any

from audience_server.domain.roles import Person
from audience_server.domain.rundown import Confirm
from audience_server.live_memory import Memory

PART = "nods"


class Nods:
    """`pending`: acts that the operator has asked for and that wait."""

    def __init__(self, confirm: Confirm, memory: Memory) -> None:
        self._needed = {"lock": set(confirm.lock) - {"operator"}, "reveal": set(confirm.reveal) - {"operator"}}
        self._memory = memory
        kept = memory.part(PART)
        self._given: dict[str, list[str]] = {str(act): list(roles) for act, roles in kept.get("given", {}).items()}
        self._asked: list[str] = [str(act) for act in kept.get("asked", ())]
        self._boards: dict[str, list[str]] = {str(board): list(on) for board, on in kept.get("boards", {}).items()}

    def missing(self, do: str, window: str) -> tuple[str, ...]:
        """The roles that have not agreed yet."""
        return tuple(sorted(self._needed[do] - set(self._given.get(f"{do} {window}", ()))))

    def ask(self, do: str, window: str) -> None:
        """The operator wants it; it is carried out when the last nod is there."""
        if f"{do} {window}" not in self._asked:
            self._asked.append(f"{do} {window}")
            self._keep()

    def is_asked(self, do: str, window: str) -> bool:
        return f"{do} {window}" in self._asked

    def settle(self, do: str, window: str) -> None:
        """It was carried out, or is off."""
        if f"{do} {window}" in self._asked:
            self._asked.remove(f"{do} {window}")
            self._keep()

    # a ranking board waits for the reveal of every window under it, and shows none of them

    def ask_for_board(self, board: str, windows: list[str]) -> None:
        self._boards[board] = windows
        self._keep()

    def agreed_boards(self) -> list[str]:
        """Those that wait for nobody any more."""
        return [board for board, on in self._boards.items() if not any(self.missing("reveal", each) for each in on)]

    def settle_board(self, board: str) -> None:
        if self._boards.pop(board, None) is not None:
            self._keep()

    def forget(self, window: str) -> None:
        """The window is void: nothing waits for its numbers any more."""
        for do in ("lock", "reveal"):
            self.settle(do, window)
        for board in [board for board, on in self._boards.items() if window in on]:
            self.settle_board(board)

    def give(self, do: str, window: str, by: Person) -> tuple[str, ...]:
        """The roles of `by` that were still missing; empty when none of theirs was."""
        given = tuple(role for role in self.missing(do, window) if role in by.roles)
        if given:
            self._given.setdefault(f"{do} {window}", []).extend(given)
            self._keep()
        return given

    def override(self, do: str, window: str) -> None:
        """The operator goes on without those who are missing; the reason is in the record."""
        self._given.setdefault(f"{do} {window}", []).extend(self.missing(do, window))
        self._keep()

    def pending(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """(do, window, roles still missing) of everything that waits."""
        asked = [(do, window) for do, _, window in (act.partition(" ") for act in self._asked)]
        under = [("reveal", window) for on in self._boards.values() for window in on if self.missing("reveal", window)]
        return [(do, window, self.missing(do, window)) for do, window in dict.fromkeys([*asked, *under])]

    def _keep(self) -> None:
        kept: dict[str, Any] = {"given": self._given, "asked": self._asked, "boards": self._boards}
        self._memory.keep_part(PART, kept)
