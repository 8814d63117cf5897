"""What only the whole session file can show: sums of weights, votes held twice, papers too large for the record.

Works on values that are already typed and resolved; a sum over a value that was refused before is not judged again.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from audience_server.domain.ballots import BallotForm
from audience_server.domain.rundown import VOTE_CHANNEL, Round, Rundown
from audience_server.domain.rundown_tables import Problems

# The record holds entries of at most 65,535 bytes and a phone's message at most 16 KiB; both hold more than this.
MOST_OPEN_BYTES = 64_000
MOST_CHOICE_CHARACTERS = 12_000
MOST_UNITS = 300
WHOLE = Fraction(100)


def check_rundown(rundown: Rundown, problems: Problems) -> None:
    _check_presence(rundown, problems)
    _check_weights(rundown, problems)
    _check_bottoms(rundown, problems)
    _check_held_once(rundown, problems)
    _check_scored(rundown, problems)
    for number, round_ in enumerate(rundown.rounds):
        _check_sizes(rundown, round_, number, problems)


def _check_presence(rundown: Rundown, problems: Problems) -> None:
    if not rundown.panels:
        problems.add((), "no [[panel]]; at least one panel votes")
    if not rundown.units:
        problems.add((), "no [[unit]]; at least one unit is evaluated")
    if len(rundown.units) > MOST_UNITS:
        problems.add(("unit", MOST_UNITS), f"{len(rundown.units)} units; at most {MOST_UNITS} are right")
    if not rundown.criteria and any(round_.scores for round_ in rundown.rounds):
        problems.add((), "no [[criterion]]; ballots and sheets ask at least one, on a [[scale]]")


def _check_weights(rundown: Rundown, problems: Problems) -> None:
    channels = rundown.result.channels
    if not any(channel.id == VOTE_CHANNEL for channel in channels):
        problems.add(
            ("result", "channels"), f'no channel has id = "{VOTE_CHANNEL}"; it stands for this session\'s vote'
        )
    if rundown.panels and not problems.touched("panel", "weight"):
        where = ("panel", len(rundown.panels) - 1, "weight")
        _check_sum(problems, where, "panel", [panel.weight for panel in rundown.panels])
    if channels and not problems.touched("result", "weight"):
        where_channel = ("result", "channels", len(channels) - 1, "weight")
        _check_sum(problems, where_channel, "channel", [channel.weight for channel in channels])


def _check_sum(problems: Problems, where: tuple[str | int, ...], what: str, weights: Sequence[Fraction]) -> None:
    if sum(weights) != WHOLE:
        sum_text = " + ".join(_decimal(weight) for weight in weights)
        problems.add(where, f"{what} weights {sum_text} = {_decimal(sum(weights, Fraction(0)))}; they must sum to 100")


def _check_bottoms(rundown: Rundown, problems: Problems) -> None:
    for number, category in enumerate(rundown.categories):
        size = sum(unit.category == category.id for unit in rundown.units)
        if category.bottom > size and not problems.touched("unit", "category"):
            where = ("category", number, "bottom")
            problems.add(
                where, f"bottom = {category.bottom}, but the category has {size} units; at most {size} is right"
            )


def _check_held_once(rundown: Rundown, problems: Problems) -> None:
    """A unit, criterion and panel are voted on in one scoring round only: two counts would be one too many."""
    held: dict[tuple[str, str, str], str] = {}
    for number, round_ in enumerate(rundown.rounds):
        if not round_.scores:
            continue
        cells = [(u, c, p) for u in round_.units for c in round_.criteria for p in round_.panels]
        twice = [cell for cell in cells if held.setdefault(cell, round_.id) != round_.id]
        if twice:
            unit, criterion, panel = twice[0]
            more = f" (and {len(twice) - 1} more)" if len(twice) > 1 else ""
            where = ("round", number, "units")
            already = f'unit "{unit}", criterion "{criterion}", panel "{panel}"{more} are voted on in {held[twice[0]]}'
            problems.add(where, f"{already} already; one round for each")


def _check_scored(rundown: Rundown, problems: Problems) -> None:
    """A vote that weighs something must be able to give a figure."""
    weighs = any(channel.id == VOTE_CHANNEL and channel.weight for channel in rundown.result.channels)
    if not weighs or problems.touched("criterion", "scale") or problems.touched("criterion", "weight"):
        return
    known = {scale.id: scale for scale in rundown.scales}
    for number, round_ in enumerate(rundown.rounds):
        scored = (c for c in rundown.criteria if c.id in round_.criteria and known[c.scale].is_scored)
        if round_.scores and round_.criteria and not any(criterion.weight for criterion in scored):
            where = ("round", number, "criteria") if round_.criteria else ("criterion", 0)
            problems.add(
                where, f"{round_.id} asks no criterion with a score and a weight; its units could get no score"
            )
            return


def _check_sizes(rundown: Rundown, round_: Round, number: int, problems: Problems) -> None:
    if problems.touched("criterion", "scale") or problems.touched("scale", "options"):
        return
    form = BallotForm(round_, rundown)
    names = [round_.title, *round_.units, *round_.criteria, *round_.panels]
    size = len(form.grammar.encode()) + sum(len(name.encode("utf-8", "replace")) + 3 for name in names)
    where = ("round", number, "units")
    asked = f"{round_.id} asks {len(form.items)} items"
    if size > MOST_OPEN_BYTES:
        problems.add(
            where, f"{asked}; their grammar has {size} bytes, an entry holds {MOST_OPEN_BYTES}; split the round"
        )
    elif form.longest > MOST_CHOICE_CHARACTERS:
        right = f"a phone's message holds {MOST_CHOICE_CHARACTERS}; split the round"
        problems.add(where, f"{asked}; a ballot may have {form.longest} characters, {right}")


def _decimal(number: Fraction) -> str:
    return f"{float(number):.9f}".rstrip("0").rstrip(".")
