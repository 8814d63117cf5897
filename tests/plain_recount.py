"""A recount by other means: ballot by ballot, in long decimals, from the TOML itself; shares no code with the product.

Slow and plain on purpose. Where a result is a repeating decimal it is carried to 200 digits, far beyond any rounding.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

LONG = Context(prec=200)
SHORT = Context(prec=150)

Answers = Mapping[tuple[str, str], str]  # (unit, criterion) -> option id or mark; what is missing was left blank


@dataclass(frozen=True)
class PlainBallot:
    """One counted ballot; no answers at all is an abstention."""

    panel: str
    answers: Answers


def recount(
    session_toml: str, ballots: Iterable[PlainBallot], channels: Mapping[str, Mapping[str, str]]
) -> dict[str, str | None]:
    """Every unit's announced score, or None."""
    rules = tomllib.loads(session_toml)
    cast = list(ballots)
    return {unit["id"]: _score(rules, unit["id"], cast, channels) for unit in rules["unit"]}


def _score(
    rules: dict[str, Any], unit: str, ballots: list[PlainBallot], channels: Mapping[str, Mapping[str, str]]
) -> str | None:
    total = Decimal(0)
    for channel in rules["result"].get("channels", [{"id": "vote", "weight": 100}]):
        weight = Decimal(channel["weight"])
        if channel["id"] == "vote":
            figure = _vote(rules, unit, ballots)
        else:
            text = channels.get(channel["id"], {}).get(unit)
            figure = None if text is None else Decimal(text)
        if weight and figure is None:
            return None
        total = LONG.add(total, LONG.multiply(weight, figure or Decimal(0)))
    places = Decimal(1).scaleb(-rules["result"]["places"])
    score = SHORT.plus(LONG.divide(total, Decimal(100)))
    return str(score.quantize(places, ROUND_HALF_UP, LONG))


def _vote(rules: dict[str, Any], unit: str, ballots: list[PlainBallot]) -> Decimal | None:
    there: list[tuple[Decimal, Decimal]] = []
    for panel in rules["panel"]:
        weight = Decimal(panel.get("weight", 0))
        mean = _panel(rules, unit, [ballot for ballot in ballots if ballot.panel == panel["id"]])
        if mean is not None:
            there.append((weight, mean))
        elif weight and rules["result"].get("empty_panel") == "void":
            return None
    return _mean(there)


def _panel(rules: dict[str, Any], unit: str, ballots: list[PlainBallot]) -> Decimal | None:
    there: list[tuple[Decimal, Decimal]] = []
    scales = {scale["id"]: scale for scale in rules["scale"]}
    for criterion in rules["criterion"]:
        scale = scales[criterion["scale"]]
        answers = [ballot.answers.get((unit, criterion["id"])) for ballot in ballots]
        given = [answer for answer in answers if answer is not None]
        if "range" in scale:
            points = sorted(Decimal(answer) for answer in given)
            trim = scale.get("trim", 0)
            if trim and len(points) > 2 * trim:
                points = points[trim:-trim]
        else:
            scores = {option["id"]: Decimal(option["score"]) for option in scale["options"] if "score" in option}
            points = [scores[answer] for answer in given if answer in scores]
        if points:
            mean = LONG.divide(sum(points, Decimal(0)), Decimal(len(points)))
            there.append((Decimal(criterion.get("weight", 1)), mean))
    return _mean(there)


def _mean(parts: list[tuple[Decimal, Decimal]]) -> Decimal | None:
    whole = sum((weight for weight, _ in parts), Decimal(0))
    if not whole:
        return None
    total = Decimal(0)
    for weight, mean in parts:
        total = LONG.add(total, LONG.multiply(weight, mean))
    return LONG.divide(total, whole)
