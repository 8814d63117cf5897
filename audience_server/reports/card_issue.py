"""The cards of a session: a secret code each, and the rolls of their public keys.

The server gets the rolls only. Codes leave this module in `Issue.cards` and must be written nowhere but onto
cards (and into a links file that is asked for by name). Codes are drawn independently and rolls are sorted,
so the printed number says nothing about a card's place in a roll.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from audience_server.domain.rundown import Panel, Rundown
from audience_server.domain.rundown_tables import some
from audience_server.record.codes import new_code, round_seed, seed_of
from audience_server.record.ed25519 import public_key
from audience_server.record.rolls import roll_bytes, rolls_index

RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Card:
    """One printed card. The serial counts sheets of the whole session, and names nobody."""

    panel: str
    serial: int
    code: str

    @property
    def number(self) -> str:
        """The serial as it is printed."""
        return f"{self.serial:03d}"


@dataclass(frozen=True, slots=True)
class Issue:
    """All cards by rising serial, panel by panel, and the roll files by bundle path."""

    origin: str
    cards: tuple[Card, ...]
    rolls: Mapping[str, bytes]

    def of_panel(self, panel_id: str) -> tuple[Card, ...]:
        return tuple(card for card in self.cards if card.panel == panel_id)


def issue_cards(rundown: Rundown, origin: str, random_bytes: RandomBytes) -> Issue:
    """New cards for every card panel. `origin` is the directory's: a rehearsal's cards open nothing else."""
    cards: list[Card] = []
    for panel in rundown.card_panels:
        cards += _cards_of(panel, first=len(cards) + 1, random_bytes=random_bytes)
    return Issue(origin, tuple(cards), _rolls(rundown, origin, cards))


def misfits(index: bytes, rundown: Rundown) -> list[str]:
    """What in the rolls of printed cards (`rolls/index.json`) is not as the session file has it, in words."""
    rolls: dict[str, dict[str, dict[str, int]]] = json.loads(index)
    made = {panel: {name: roll["count"] for name, roll in rounds.items()} for panel, rounds in rolls.items()}
    wanted, names = {panel.id: panel.cards for panel in rundown.card_panels}, rundown.roll_rounds()
    found = [f"panel {panel} has cards and is not in the file" for panel in made if panel not in wanted]
    for panel, cards in wanted.items():
        rounds = made.get(panel, {})
        counts = set(rounds.values()) - {cards}
        if not rounds:
            found.append(f"panel {panel} has no cards")
        elif counts:
            found.append(f"panel {panel} has {max(counts)} cards, seats and spare are {cards}")
    missing = [name for name in names if any(name not in made[panel] for panel in wanted if panel in made)]
    extra = sorted({name for rounds in made.values() for name in rounds}.difference(names))
    found += [f"rounds without cards: {some(missing)}"] if missing else []
    return found + ([f"rounds that are not in the file: {some(extra)}"] if extra else [])


def _cards_of(panel: Panel, first: int, random_bytes: RandomBytes) -> list[Card]:
    return [Card(panel.id, serial, new_code(random_bytes)) for serial in range(first, first + panel.cards)]


def _rolls(rundown: Rundown, origin: str, cards: list[Card]) -> dict[str, bytes]:
    keys: dict[str, dict[str, list[bytes]]] = {}
    for panel in rundown.card_panels:
        seeds = [seed_of(card.code) for card in cards if card.panel == panel.id]
        keys[panel.id] = {
            round_id: [public_key(round_seed(seed, origin, round_id)) for seed in seeds]
            for round_id in rundown.roll_rounds()
        }
    files = {
        f"rolls/{panel}.{name}": roll_bytes(roll) for panel, rounds in keys.items() for name, roll in rounds.items()
    }
    return files | {"rolls/index.json": rolls_index(keys)}
