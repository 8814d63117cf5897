"""The parts of the picture that the control socket pushes.  Shapes only."""

from __future__ import annotations

from typing import Any

import msgspec


class PanelView(msgspec.Struct, frozen=True):
    id: str
    name: str
    admission: str
    unverified: bool
    expected: int
    present: int


class UnitView(msgspec.Struct, frozen=True):
    id: str
    name: str
    category: str
    head: str


class CueView(msgspec.Struct, frozen=True):
    """`state`: done | current | planned | skipped; `round` the round a vote cue is bound to, or null.

    `note` is for the host; `scene` what the graphics take with this cue ("" = the kind's own); `questions` the numbers
    assigned to it; `took` the seconds it lasted once it is done.
    """

    id: str
    kind: str
    unit: str | None
    round: str | None
    seconds: int
    state: str
    title: str = ""
    note: str = ""
    scene: str = ""
    questions: tuple[str, ...] = ()
    took: int | None = None


class RoundView(msgspec.Struct, frozen=True):
    """One round as it stands.  `state`: planned | open | closing | closed | locked | not-held.

    `window` is its latest window (null before the first), `voided` the windows that were voided.  `by`: panel ->
    {expected, present, issued, returned} while open; after the lock the whole lock shape with counts; after the close
    with counts only under running_counts = "after-close".  `index`, `size`, `fingerprint` null before the lock.
    `options`: id -> name where the round asks its own question.
    """

    round: str
    kind: str
    title: str
    units: tuple[str, ...]
    criteria: tuple[str, ...]
    panels: tuple[str, ...]
    seconds: int
    state: str
    window: str | None
    voided: tuple[str, ...]
    closes_in_ms: int | None
    extensions: int
    by: dict[str, dict[str, Any]]
    index: int | None
    size: int | None
    fingerprint: str | None
    options: dict[str, str] = {}


class WitnessView(msgspec.Struct, frozen=True):
    """`role`: notary | observer; `state`: following | silent | absent; `size`: what it has cosigned last."""

    name: str
    role: str
    state: str
    size: int


class RecordView(msgspec.Struct, frozen=True):
    """`held`: why nothing is added ("" | waiting_for_notary | comparing); `quorum`: whether the newest checkpoint has
    the cosignatures of the policy; `drafts`: kinds of statements that wait for notaries."""

    size: int
    root: str
    fingerprint: str
    witnesses: tuple[WitnessView, ...]
    held: str = ""
    quorum: bool = False
    drafts: tuple[str, ...] = ()


class ChannelView(msgspec.Struct, frozen=True):
    id: str
    name: str
    weight: str
    imported: bool


class AlarmView(msgspec.Struct, frozen=True):
    """Something the operator must see; `at` unix seconds; `by`: who has acknowledged it, "" = nobody yet."""

    number: int
    at: int
    code: str
    text: str
    by: str = ""


class PersonView(msgspec.Struct, frozen=True):
    """Who holds a token; `lines` how many connections stand on it now."""

    name: str
    roles: tuple[str, ...]
    lines: int = 0


class ClockView(msgspec.Struct, frozen=True):
    """The show's clock in seconds.  `over` is positive when the show is behind its plan.

    `on_air` since the first cue was taken (null before); `planned` the whole running order without skipped cues;
    `remaining` what is still planned from now on; `ends_at` unix seconds when it goes on as planned; `too_long` when
    the plan passes 165 minutes, or the show by its clock does or will.
    """

    on_air: int | None
    planned: int
    remaining: int
    over: int
    ends_at: int | None
    too_long: bool


class SceneView(msgspec.Struct, frozen=True):
    """What one output shows: `title` for people, `live` the payload as the output got it."""

    scene: str
    target: str
    title: str
    more: bool = False  # `air next` would show one more row


class AirView(msgspec.Struct, frozen=True):
    """`programme` and `preview` null when clear; `outputs` how many pages show the programme now."""

    programme: SceneView | None
    preview: SceneView | None
    outputs: int


class QueueView(msgspec.Struct, frozen=True):
    """The question queue in numbers; the questions themselves come by `watch_questions`."""

    by_state: dict[str, int]
    intake: str
    flagged: int
    enabled: bool


class HelpView(msgspec.Struct, frozen=True):
    """A phone that asked for somebody to come; `where` as the voter wrote it."""

    number: int
    at: int
    panel: str
    where: str


class ArrivalsView(msgspec.Struct, frozen=True):
    """For the usher: who came lately, by panel, when all will be in at that pace (unix seconds or null), and who asked
    for help.
    """

    last_5_minutes: dict[str, int]
    full_at: int | None
    help: tuple[HelpView, ...]


class PromptView(msgspec.Struct, frozen=True):
    """A question for the host: assigned to the cue that is on or next, or on the air; approved ones only."""

    number: str
    unit: str
    text: str
    cue: str
    on_air: bool


class ObjectionView(msgspec.Struct, frozen=True):
    """An objection made on the air that nobody has decided: its entry, when, and its words."""

    index: int
    at: int
    text: str


class RegisterView(msgspec.Struct, frozen=True):
    """The register in numbers; `revision` rises with every step, so that who shows cases knows when to read anew."""

    total: int
    open: int
    overdue: int
    revision: int


class PendingView(msgspec.Struct, frozen=True):
    """An act that waits for somebody's nod: `do` lock | reveal."""

    do: str
    round: str
    roles: tuple[str, ...]
