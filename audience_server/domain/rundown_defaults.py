"""What a session file may leave out: the rounds, the cues and their lengths, the harmless question of a trial.

The defaults are part of the file's meaning: every program that reads a session file must fill in the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from audience_server.domain.rundown import Criterion, Cue, CueKind, Language, Option, Panel, Round, RoundKind, Unit

CUE_SECONDS: Mapping[CueKind, int] = {
    "opening": 120,
    "trial": 60,
    "film": 120,
    "pledges": 30,
    "report": 180,
    "questions": 300,
    "mood": 30,
    "comment": 90,
    "vote": 60,
    "announce": 60,
    "promise": 60,
    "break": 300,
    "closing": 120,
}

_TRIAL_TITLES: Mapping[Language, str] = {"zh-Hans": "试投", "zh-Hant": "試投", "en": "Trial vote"}
_MOOD_TITLES: Mapping[Language, str] = {
    "zh-Hans": "对刚才的回答是否满意",
    "zh-Hant": "對剛才的回答是否滿意",
    "en": "Are you satisfied with the answer?",
}
_TRIAL_ANSWERS: Mapping[Language, tuple[str, str]] = {
    "zh-Hans": ("收到", "没收到"),
    "zh-Hant": ("收到", "沒收到"),
    "en": ("Received", "Not received"),
}
_MOOD_ANSWERS: Mapping[Language, tuple[str, str]] = {
    "zh-Hans": ("满意", "不满意"),
    "zh-Hant": ("滿意", "不滿意"),
    "en": ("Satisfied", "Not satisfied"),
}


def own_question_options(kind: RoundKind, language: Language) -> tuple[Option, ...]:
    yes, no = (_TRIAL_ANSWERS if kind == "trial" else _MOOD_ANSWERS)[language]
    return (Option("yes", yes), Option("no", no))


def round_title(kind: RoundKind, language: Language, units: Sequence[Unit], session_title: str) -> str:
    if kind == "trial":
        return _TRIAL_TITLES[language]
    if kind == "mood":
        return _MOOD_TITLES[language]
    return units[0].name if len(units) == 1 else session_title


def default_rounds(
    units: Sequence[Unit], criteria: Sequence[Criterion], panels: Sequence[Panel], seconds: int
) -> tuple[Round, ...]:
    """One ballot round per unit, r01, r02, …, all criteria, all panels."""
    return tuple(
        Round(
            id=f"r{number:02d}",
            kind="ballot",
            title=unit.name,
            units=(unit.id,),
            criteria=tuple(criterion.id for criterion in criteria),
            panels=tuple(panel.id for panel in panels),
            seconds=seconds,
        )
        for number, unit in enumerate(units, 1)
    )


def default_cues(units: Sequence[Unit], rounds: Sequence[Round]) -> tuple[Cue, ...]:
    """Trials; per unit film to promise, with the votes on that unit alone; then the rounds on several units."""
    cues = CueNames()
    made = [cues.make("trial", round_=round_) for round_ in rounds if round_.kind == "trial"]
    for unit in units:
        made += _unit_cues(cues, unit.id, [round_ for round_ in rounds if round_.units == (unit.id,)])
    for round_ in rounds:
        if round_.counts and round_.units != round_.units[:1]:
            made += [cues.make("vote", round_=round_), cues.make("announce", round_=round_)]
        elif round_.kind == "mood" and len(round_.units) != 1:
            made.append(cues.make("mood", round_=round_))
    return tuple(made)


def _unit_cues(cues: CueNames, unit: str, rounds: Sequence[Round]) -> Iterator[Cue]:
    for kind in ("film", "report", "questions"):
        yield cues.make(kind, unit)
    yield from (cues.make("mood", unit, round_) for round_ in rounds if round_.kind == "mood")
    yield cues.make("comment", unit)
    for round_ in (round_ for round_ in rounds if round_.counts):
        yield cues.make("vote", unit, round_)
        yield cues.make("announce", unit, round_)
    yield cues.make("promise", unit)


class CueNames:
    """Gives cues without an id one of their own: `edu-vote`, `r01-vote`, `break`, `break-2`."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def make(self, kind: CueKind, unit: str | None = None, round_: Round | None = None) -> Cue:
        seconds = round_.seconds if round_ and kind in ("trial", "mood", "vote") else CUE_SECONDS[kind]
        owner = unit or (round_.id if round_ else None)
        return Cue(self.name(kind, owner), kind, seconds, unit, round_.id if round_ else None)

    def name(self, kind: CueKind, owner: str | None) -> str:
        base = f"{owner}-{kind}" if owner else kind
        name, number = base, 1
        while name in self._taken:
            number += 1
            name = f"{base}-{number}"
        self._taken.add(name)
        return name
