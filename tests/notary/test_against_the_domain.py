"""Two programs written apart from the same pages: the server's rules and the verifier's must say the same.

Random session files, random counts: defaults, grammar, choices, scores, ranks, bottoms and withheld figures agree.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from audience_server.domain.ballots import BallotForm
from audience_server.domain.refusals import Refusal
from audience_server.domain.results import results, verified_scores
from audience_server.domain.rundown import Round
from audience_server.domain.rundown_file import read_rundown
from audience_server.notary import verify as v

HEAD = """[session]
id = "s"
authority = "a.example"
title = "t"
place = "p"
date = 2026-01-01
language = "zh-Hans"
"""
SCALES = """[[scale]]
id = "o"
options = [
  { id = "yes", name = "y", score = 100 },
  { id = "fair", name = "f", score = "60.5" },
  { id = "no", name = "n", score = 0 },
  { id = "dk", name = "d" },
]
[[scale]]
id = "m"
range = [0, 100]
"""
CHANNELS = 'channels = [{ id = "vote", name = "v", weight = 60 }, { id = "x", name = "x", weight = 40 }]\n'


def session_file(rng: random.Random) -> str:
    number, units = rng.randint(1, 4), rng.randint(2, 5)
    weights = [100 // number] * number
    weights[0] += 100 - sum(weights)
    text = HEAD + f"small_cell = {rng.choice([0, 2, 5])}\n"
    for n, weight in enumerate(weights):
        open_panel = n and rng.random() < 0.4
        kind = 'admission = "open"\nunverified = true' if open_panel else 'admission = "card"\nseats = 20'
        text += f'[[panel]]\nid = "p{n}"\nname = "p"\nweight = {weight}\n{kind}\n'
    text += SCALES + f"trim = {rng.randint(0, 2)}\n"
    for n in range(rng.randint(1, 3)):
        weight_text = rng.choice(["1", "2", '"0.5"'])
        text += f'[[criterion]]\nid = "c{n}"\nname = "c"\nscale = "{rng.choice("om")}"\nweight = {weight_text}\n'
    text += "".join(f'[[category]]\nid = "{name}"\nname = "{name}"\nbottom = 1\n' for name in "ab")
    text += "".join(f'[[unit]]\nid = "u{n}"\nname = "u"\ncategory = "{"ab"[n % 2]}"\n' for n in range(units))
    if rng.random() < 0.6:
        text += rounds(rng, units)
    empty = rng.choice(["redistribute", "void"])
    text += f'[result]\nplaces = {rng.randint(0, 3)}\nempty_panel = "{empty}"\n'
    return text + (CHANNELS if rng.random() < 0.6 else "")


def rounds(rng: random.Random, units: int) -> str:
    """A trial on one unit or on nothing, a sheet over some units, ballots for the rest, perhaps a selection."""
    text = '[[round]]\nid = "t01"\nkind = "trial"\n' + ('units = ["u0"]\n' if rng.random() < 0.5 else "")
    on_sheet = rng.randint(0, units - 1)
    if on_sheet:
        names = ", ".join(f'"u{n}"' for n in range(on_sheet))
        text += f'[[round]]\nid = "r01"\nkind = "sheet"\nunits = [{names}]\n'
    for n in range(on_sheet, units):
        text += f'[[round]]\nid = "r1{n}"\nunits = ["u{n}"]\n' + ('panels = ["p0"]\n' if rng.random() < 0.3 else "")
    return text + ('[[round]]\nid = "r90"\nkind = "select"\nunits = ["*"]\nchoose = 2\n' if rng.random() < 0.3 else "")


def random_choice(rng: random.Random, form: BallotForm) -> str:
    if rng.random() < 0.1:
        return "-"
    if not form.items:
        return ",".join(str(rng.randint(0, 6)) for _ in range(rng.randint(1, 3)))
    answers = [rng.choice([*item.answers, "-", "0", "101", "07"]) for item in form.items]
    pairs = zip(form.items, answers, strict=True)
    return ";".join(f"{item.label}={answer}" if item.label else answer for item, answer in pairs)


def random_counts(rng: random.Random, shape: Round, form: BallotForm) -> dict[str, dict[str, dict[str, int]]]:
    ballots, alike = rng.choice([0, 1, 3, 8, 12]), rng.random() < 0.2
    if shape.kind == "select":
        return {unit: {"": {"": rng.randint(0, ballots)}} for unit in shape.units}
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for item in form.items:
        answers = list(item.answers.values())
        cell = {} if len(answers) > 100 else dict.fromkeys(answers, 0)
        for _ in range(ballots):
            answer = answers[0] if alike else rng.choice([*answers, *["blank"] * (len(form.items) > 1)])
            cell[answer] = cell.get(answer, 0) + 1
        counts.setdefault(item.key[0], {})[item.key[1]] = cell
    return counts


def same_choices(rng: random.Random, form: BallotForm, mine: v.Form) -> None:
    assert form.grammar == mine.grammar
    for _ in range(20):
        text = random_choice(rng, form)
        try:
            v.read_choice(mine, text)
            accepted = True
        except v.FormError:
            accepted = False
        assert accepted is not isinstance(form.check(text), Refusal), (form.grammar, text)


@pytest.mark.parametrize("start", range(0, 200, 20))
def test_the_server_and_the_verifier_agree(start: int) -> None:
    """Whatever the session file says and whatever was voted."""
    for seed in range(start, start + 20):
        rng = random.Random(seed)
        text = session_file(rng).encode()
        rundown, rules = read_rundown(text, "session.toml"), v.read_rules(text)
        case = v.Case(v.Report(), {}, rules, v.Key("a.example/s", 1, b"", b"", ""))
        counts: dict[str, Any] = {}
        for shape in rundown.rounds:
            form, mine = BallotForm(shape, rundown), rules.rounds[shape.id]
            assert (shape.kind, shape.units, shape.criteria, shape.panels) == (
                mine.kind,
                mine.units,
                mine.criteria,
                mine.panels,
            )
            same_choices(rng, form, v.form_of(mine, rules))
            if rng.random() < 0.88:
                counts[shape.id] = {panel: random_counts(rng, shape, form) for panel in shape.panels}
                window = v.Window(shape.id, shape.id, mine, 0, {}, tally=1)
                for panel, by_unit in counts[shape.id].items():
                    window.counts[panel] = {(u, c): cell for u, row in by_unit.items() for c, cell in row.items()}
                case.windows[shape.id] = window
        channels = {"x": {unit: f"{rng.random() * 100:.3f}" for unit in rules.units if rng.random() < 0.95}}
        channels = channels if "x" in rules.channels else {}
        case.channels = {
            name: {unit: number for unit, text_ in rows.items() if (number := v.exact_number(text_)) is not None}
            for name, rows in channels.items()
        }
        scores = v.Scores(case)
        assert results(rundown, counts, channels, set(counts)) == scores.results(), seed
        verified = scores.verified()
        assert verified is None or verified_scores(rundown, counts, channels, set(counts)) == verified, seed
