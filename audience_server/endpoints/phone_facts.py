"""Session and picture as messages for phones.  Nothing is decided here; what a picture lacks no phone can be told."""

from __future__ import annotations

from audience_server.domain.ballots import grammar_of
from audience_server.domain.problem_codes import PROBLEM_CODES
from audience_server.domain.rundown import Option, Rundown
from audience_server.live_picture import OpenPicture, PhonePicture
from audience_server.live_questions import QuestionDesk
from audience_server.live_session import LiveSession
from audience_server.locale.catalogue import catalogue
from audience_server.wire.phone import (
    AskingFacts,
    CriterionFacts,
    CueFacts,
    NotaryFacts,
    OpenWindow,
    OptionFacts,
    PanelFacts,
    ProblemFacts,
    RoundFacts,
    ScaleFacts,
    SessionFacts,
    State,
    Turnout,
    UnitFacts,
)


def _notaries(rundown: Rundown) -> tuple[NotaryFacts, ...]:
    named = () if rundown.witnesses is None else rundown.witnesses.notaries
    return tuple(NotaryFacts(each.name, each.witness, each.statement or "") for each in named)


def session_facts(session: LiveSession) -> SessionFacts:
    """What does not change during a session."""
    rundown = session.rundown
    return SessionFacts(
        origin=session.origin,
        kind=session.kind,
        title=rundown.session.title,
        place=rundown.session.place,
        date=rundown.session.date.isoformat(),
        language=rundown.session.language,
        page_digest=session.page_digest,
        log_vkey=session.log_vkey,
        notaries=_notaries(rundown),
        small_cell=rundown.session.small_cell,
        panels=tuple(PanelFacts(panel.id, panel.name, panel.admission, panel.unverified) for panel in rundown.panels),
        units=tuple(
            UnitFacts(unit.id, unit.name, unit.category, unit.head, tuple(unit.pledges)) for unit in rundown.units
        ),
        scales=tuple(
            ScaleFacts(scale.id, range=(0, 100)) if scale.is_marks else ScaleFacts(scale.id, _options(scale.options))
            for scale in rundown.scales
        ),
        criteria=tuple(CriterionFacts(criterion.id, criterion.name, criterion.scale) for criterion in rundown.criteria),
        rounds=tuple(
            RoundFacts(
                round_.id,
                round_.kind,
                round_.title,
                round_.units,
                round_.criteria,
                round_.panels,
                round_.seconds,
                round_.choose,
                _options(round_.options),
            )
            for round_ in rundown.rounds
        ),
        asking=asking_facts(rundown),
        spare_rounds=rundown.spare_round_ids,
    )


def asking_facts(rundown: Rundown) -> AskingFacts:
    """What phones may ask, with the problem codes in the session's language."""
    rules = rundown.questions
    words = catalogue(rundown.session.language, "problems")
    return AskingFacts(
        enabled=rules.enabled,
        longest=rules.longest,
        per_card=rules.per_card,
        support=rules.support,
        problems=tuple(
            ProblemFacts(code, words.text(f"problem_group_{group}"), words.text(f"problem_{code}"))
            for code, group in PROBLEM_CODES.items()
        ),
        picture_bytes=rules.picture_kb * 1024,
        report_key=rules.report_key,
        report_office=rules.report_office,
    )


def _options(options: tuple[Option, ...]) -> tuple[OptionFacts, ...]:
    return tuple(OptionFacts(option.id, option.name) for option in options)


def state_message(picture: PhonePicture, rundown: Rundown, questions: QuestionDesk) -> State:
    """The picture as pushed to every phone alike."""
    cue = picture.cue
    return State(
        size=picture.size,
        phase=picture.phase,
        cue=None if cue is None else CueFacts(cue.id, cue.kind, cue.unit, cue.seconds, cue.round),
        unit=picture.unit,
        window=None if picture.window is None else _window(picture.window, rundown),
        windows=picture.windows,
        revealed=picture.revealed,
        intake=questions.intake,
        questions=questions.public_revision,
    )


def _window(window: OpenPicture, rundown: Rundown) -> OpenWindow:
    round_ = rundown.round(window.round)
    return OpenWindow(
        window=window.name,
        round=window.round,
        kind=round_.kind,
        title=round_.title,
        units=round_.units,
        criteria=round_.criteria,
        panels=round_.panels,
        grammar=grammar_of(round_, rundown),
        seconds=round_.seconds,
        closes_in_ms=window.closes_in_ms,
        turnout={panel: Turnout(issued, returned) for panel, (issued, returned) in window.turnout.items()},
        choose=round_.choose,
        options=_options(round_.options),
        present_before=window.present_before,
    )
