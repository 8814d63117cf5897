"""Which stretches of the record enough witnesses have cosigned, as this computer knows it."""

from __future__ import annotations

from audience_server.notary import verify as v
from audience_server.notary.mirror import Mirror


class Coverage:
    """Heads and who has cosigned them; grows with the copy, so that the screen need not read it again."""

    def __init__(self, mirror: Mirror) -> None:
        self._signers = mirror.signers()
        self._found: list[tuple[int, int]] | None = None

    def add_head(self, size: int) -> None:
        self._signers.setdefault(size, set())
        self._found = None

    def add_line(self, size: int, key: str) -> None:
        self._signers.setdefault(size, set()).add(key)
        self._found = None

    def gaps(self, rules: v.Rules) -> list[tuple[int, int]]:
        """(first, last) entry, counted from 1, of stretches whose own checkpoints lack the session's quorum.

        A later checkpoint covers them too; but nobody else can say when they were there.
        """
        if self._found is None:
            self._found = self._look(rules)
        return self._found

    def _look(self, rules: v.Rules) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        before = 0
        for size in sorted(self._signers):
            if not _is_enough(rules, self._signers[size]):
                if found and found[-1][1] == before:
                    found[-1] = (found[-1][0], size)
                else:
                    found.append((before + 1, size))
            before = size
        return found


def _is_enough(rules: v.Rules, keys: set[str]) -> bool:
    notaries = sum(each.witness in keys for each in rules.notaries)
    observers = sum(each.witness in keys for each in rules.observers)
    return notaries >= rules.quorum[0] and observers >= rules.quorum[1]
