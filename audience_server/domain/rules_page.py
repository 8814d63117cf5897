"""The page that `touchstone check` prints: what the session file means, in words, with what the formula can give.

It is read by people who agree to these rules before anybody votes, the notary among them. Every sentence comes from
the catalogue area `rules`; this decides only which ones are said and with which numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

from audience_server.domain.results import asked_cells, decimal_text
from audience_server.domain.rundown import VOTE_CHANNEL, Criterion, Panel, Round, Rundown, Scale
from audience_server.domain.score_bounds import Bounds, Range, score_bounds

Text = Callable[..., str]

LONGEST_SHOW_MINUTES = 165


def rules_page(rundown: Rundown, text: Text) -> str:
    """The whole page, lines joined by LF, with one at the end."""
    session = rundown.session
    lines = [
        text("title", title=session.title),
        text("origin", origin=rundown.origin, date=session.date.isoformat(), place=session.place or "—"),
    ]
    sections = (
        ("section_panels", _panels),
        ("section_criteria", _criteria),
        ("section_units", _units),
        ("section_rounds", _rounds),
        ("section_formula", _formula),
        ("section_bounds", _bounds),
        ("section_length", _length),
        ("section_procedure", _procedure),
        ("section_warnings", _warnings),
    )
    for heading, body in sections:
        found = list(body(rundown, text))
        if found:
            lines += ["", text(heading), *found]
    return "\n".join(lines) + "\n"


def planned_minutes(rundown: Rundown) -> int:
    """The whole rundown's planned length, minutes begun counted as whole ones."""
    return -(-sum(cue.seconds for cue in rundown.cues) // 60)


def number_text(number: Fraction) -> str:
    """An exact number as people write it: no trailing zeros."""
    found = decimal_text(number, 9) or ""
    return found.rstrip("0").rstrip(".")


def _panels(rundown: Rundown, text: Text) -> Iterator[str]:
    for panel in rundown.panels:
        weight = number_text(panel.weight)
        if panel.admission == "card":
            yield text(
                "panel_card",
                name=panel.name,
                seats=panel.seats,
                spare=panel.spare,
                invited=panel.invited,
                weight=weight,
            )
            if panel.audit:
                yield text("panel_audit", audit=panel.audit)
        else:
            yield text("panel_open", name=panel.name, weight=weight)
            if panel.unverified:
                yield text("panel_unverified", name=panel.name)
            if panel.air_delay_seconds:
                yield text("panel_delayed", name=panel.name, seconds=panel.air_delay_seconds)


def _criteria(rundown: Rundown, text: Text) -> Iterator[str]:
    for criterion in rundown.criteria:
        scale = _scale_text(rundown.scale_of(criterion.id), text)
        yield text("criterion", name=criterion.name, weight=number_text(criterion.weight), scale=scale)


def _scale_text(scale: Scale, text: Text) -> str:
    if scale.is_marks:
        return (
            text("scale_marks_trimmed", trim=scale.trim, least=2 * scale.trim + 1)
            if scale.trim
            else text("scale_marks")
        )
    parts = []
    for option in scale.options:
        if option.score is None:
            parts.append(text("option_unscored", name=option.name))
        else:
            parts.append(text("option_scored", name=option.name, score=number_text(option.score)))
    return text("list_separator").join(parts)


def _units(rundown: Rundown, text: Text) -> Iterator[str]:
    for category in rundown.categories:
        names = [unit.name for unit in rundown.units if unit.category == category.id]
        if names:
            joined = text("list_separator").join(names)
            yield text("category", name=category.name, count=len(names), units=joined)


def _rounds(rundown: Rundown, text: Text) -> Iterator[str]:
    """One line for all the rounds of a kind that are alike."""
    alike: dict[tuple[object, ...], list[Round]] = {}
    for round_ in rundown.rounds:
        size = (len(round_.units), len(round_.criteria), round_.choose, round_.seconds, round_.panels)
        alike.setdefault((round_.kind, *size), []).append(round_)
    for rounds in alike.values():
        first, last = rounds[0], rounds[-1]
        yield text(
            f"round_{first.kind}",
            rounds=first.id if first is last else text("from_to", first=first.id, last=last.id, count=len(rounds)),
            units=len(first.units),
            criteria=len(first.criteria),
            choose=first.choose,
            seconds=first.seconds,
            panels=text("list_separator").join(rundown.panel(panel).name for panel in first.panels),
        )


def _formula(rundown: Rundown, text: Text) -> Iterator[str]:
    yield text("formula_criterion")
    if len(rundown.criteria) > 1:
        yield text("formula_panel", terms=_relative_terms(rundown.criteria, text))
    vote_name = _vote_name(rundown, text)
    panels = _terms(((panel.weight, panel.name) for panel in rundown.panels if panel.weight), text)
    yield text("formula_vote", vote=vote_name, terms=panels)
    channels = ((c.weight, vote_name if c.id == VOTE_CHANNEL else c.name) for c in rundown.result.channels if c.weight)
    yield text("formula_score", terms=_terms(channels, text))
    yield text("formula_leaving")
    yield text(f"empty_panel_{rundown.result.empty_panel}")
    yield text("formula_rounding", places=rundown.result.places)
    yield text("formula_rank")
    for category in rundown.categories:
        if category.bottom:
            yield text("formula_bottom", name=category.name, bottom=category.bottom)
    yield text("formula_blank")
    yield text("formula_small_cell", small_cell=rundown.session.small_cell)


def _terms(parts: Iterable[tuple[Fraction, str]], text: Text) -> str:
    return text("plus").join(text("term", weight=number_text(weight), name=name) for weight, name in parts)


def _relative_terms(criteria: Sequence[Criterion], text: Text) -> str:
    return text("list_separator").join(
        text("relative_term", weight=number_text(criterion.weight), name=criterion.name) for criterion in criteria
    )


def _vote_name(rundown: Rundown, text: Text) -> str:
    named = next((channel.name for channel in rundown.result.channels if channel.id == VOTE_CHANNEL), VOTE_CHANNEL)
    return text("vote") if named == VOTE_CHANNEL else named


def _bounds(rundown: Rundown, text: Text) -> Iterator[str]:
    groups = score_bounds(rundown)
    for bounds in groups:
        if len(groups) > 1:
            names = [rundown.unit(unit).name for unit in bounds.units]
            yield text("bounds_units", units=text("list_separator").join(names))
        yield from _group_bounds(rundown, bounds, text)


def _group_bounds(rundown: Rundown, bounds: Bounds, text: Text) -> Iterator[str]:
    if bounds.score is None:
        yield text("bounds_never")
        return
    places = rundown.result.places
    low, high = bounds.score
    yield text("bounds_score", low=decimal_text(low, places), high=decimal_text(high, places))
    yield text(
        "bounds_worst", vote=_figure(bounds.worst_vote, places, text), score=_range(bounds.worst_score, places, text)
    )
    yield text("bounds_unknown", score=_range(bounds.silent_score, places, text))
    yield text("bounds_nobody", score=_range(bounds.silent_score, places, text))


def _figure(figure: Fraction | None, places: int, text: Text) -> str:
    return decimal_text(figure, places) or text("no_score")


def _range(found: Range | None, places: int, text: Text) -> str:
    if found is None:
        return text("no_score")
    low, high = (decimal_text(end, places) for end in found)
    return str(low) if low == high else text("score_range", low=low, high=high)


def _length(rundown: Rundown, text: Text) -> Iterator[str]:
    yield text("length", cues=len(rundown.cues), minutes=planned_minutes(rundown))


def _procedure(rundown: Rundown, text: Text) -> Iterator[str]:
    session, separator = rundown.session, text("list_separator")
    yield text(f"late_{session.late}")
    yield text(f"running_counts_{session.running_counts}")
    yield text(f"announce_{session.announce}")
    yield text("confirm_lock", roles=separator.join(text(f"role_{role}") for role in session.confirm.lock))
    yield text("confirm_reveal", roles=separator.join(text(f"role_{role}") for role in session.confirm.reveal))
    if rundown.witnesses is None:
        yield text("witnesses_none")
    else:
        holders = (*rundown.witnesses.notaries, *rundown.witnesses.observers)
        yield text("witnesses", names=separator.join(holder.name for holder in holders))


def _warnings(rundown: Rundown, text: Text) -> Iterator[str]:
    minutes = planned_minutes(rundown)
    if minutes > LONGEST_SHOW_MINUTES:
        yield text("warn_length", minutes=minutes, most=LONGEST_SHOW_MINUTES)
    for bounds in score_bounds(rundown):
        yield from _bounds_warnings(rundown, bounds, text)
    for criterion in rundown.criteria:
        if not rundown.scale_of(criterion.id).is_scored:
            yield text("warn_criterion_unscored", name=criterion.name)
    for panel in rundown.panels:
        yield from _panel_warnings(rundown, panel, text)


def _bounds_warnings(rundown: Rundown, bounds: Bounds, text: Text) -> Iterator[str]:
    names = text("list_separator").join(rundown.unit(unit).name for unit in bounds.units)
    places = rundown.result.places
    if bounds.score is None:
        yield text("warn_never", units=names)
        return
    if bounds.worst_score and bounds.worst_score[0] > 0:
        yield text("warn_floor", low=decimal_text(bounds.worst_score[0], places))
    if bounds.best_score and bounds.best_score[1] < 100:
        yield text("warn_ceiling", high=decimal_text(bounds.best_score[1], places))


def _panel_warnings(rundown: Rundown, panel: Panel, text: Text) -> Iterator[str]:
    if panel.weight:
        missed = [unit.name for unit in rundown.units if not _is_asked(rundown, unit.id, panel)]
        if missed and len(missed) < len(rundown.units):
            yield text("warn_panel_not_asked", name=panel.name, units=text("list_separator").join(missed))
        elif missed:
            yield text("warn_panel_never_asked", name=panel.name)
    if panel.admission == "card" and panel.seats < rundown.session.small_cell:
        yield text("warn_small_panel", name=panel.name, seats=panel.seats, small_cell=rundown.session.small_cell)
    if panel.admission == "open" and panel.weight:
        yield text("warn_unverified", name=panel.name, weight=number_text(panel.weight))


def _is_asked(rundown: Rundown, unit: str, panel: Panel) -> bool:
    return any(name == panel.id for name, _ in asked_cells(rundown, unit))
