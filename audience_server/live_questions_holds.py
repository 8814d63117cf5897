"""Who reads which question now, so that two screeners do not read the same one.  In memory; a hold ends by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from audience_server.clock import Clock

HOLD_SECONDS = 120.0


class Holds:
    """`shown` is what the views show of it; `changed` hears of numbers that look different."""

    def __init__(self, clock: Clock, shown: dict[str, str], changed: Callable[[set[str]], None]) -> None:
        self._clock = clock
        self._shown = shown
        self._changed = changed
        self._count = 0
        self._holds: dict[str, int] = {}  # number -> which hold

    def others(self, numbers: Iterable[str], person: str) -> list[str]:
        """Those of them that somebody else reads."""
        return [number for number in numbers if self._shown.get(number, person) != person]

    def take(self, numbers: Sequence[str], person: str) -> None:
        """What the person held before is free again."""
        former = [number for number, holder in self._shown.items() if holder == person and number not in numbers]
        self._count += 1
        count = self._count
        for number in numbers:
            self._holds[number] = count
            self._shown[number] = person
        self.free(former)
        self._changed(set(numbers))
        self._clock.call_later(HOLD_SECONDS, lambda: self._expire(numbers, count))

    def release(self, numbers: Iterable[str], person: str) -> list[str]:
        mine = [number for number in numbers if self._shown.get(number) == person]
        self.free(mine)
        return mine

    def free(self, numbers: Collection[str]) -> None:
        freed = {number for number in numbers if self._shown.pop(number, None) is not None}
        if freed:
            self._changed(freed)

    def _expire(self, numbers: Iterable[str], count: int) -> None:
        self.free([number for number in numbers if self._holds.get(number) == count])
