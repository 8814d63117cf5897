"""The control socket `/control`, subprotocol `touchstone.control.v1`: console and `ctl` speak it to the session.

Loopback by default; the HTTP upgrade carries `Authorization: Bearer <token>`, or from a page the cookie of its link.
`watch` answers with a `view` and then pushes one on every change (at most 4 a second); `watch_questions` does the same
for the queue of questions, which a view only counts.  `command` (`wire.commands`) answers `done` or `refused`.  A
command may carry `at`, the record size its sender saw; when acts have been recorded since, it is refused as `stale`.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from audience_server.wire.codec import Decoder
from audience_server.wire.commands import AnyCommand
from audience_server.wire.control_view import (
    AirView,
    AlarmView,
    ArrivalsView,
    ChannelView,
    ClockView,
    CueView,
    ObjectionView,
    PanelView,
    PendingView,
    PersonView,
    PromptView,
    QueueView,
    RecordView,
    RegisterView,
    RoundView,
    UnitView,
)
from audience_server.wire.questions import QuestionView

SUBPROTOCOL = "touchstone.control.v1"
PATH = "/control"

RequestId = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


class _Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    id: RequestId


class Watch(_Request, frozen=True, tag="watch"):
    """`console`: this is a console at which somebody sits; of several only one is in command (`take-over`).

    `commanded`: whether it was when its line broke, null for a console that is new; so a restart changes nothing.
    """

    console: bool = False
    commanded: bool | None = None


class WatchQuestions(_Request, frozen=True, tag="watch_questions"):
    """The queue, and every later change of it."""


class Command(_Request, frozen=True, tag="command"):
    do: AnyCommand
    at: int | None = None


ControlRequest = Watch | WatchQuestions | Command
REQUESTS: Decoder[ControlRequest] = Decoder(ControlRequest)


class _Message(msgspec.Struct, frozen=True, tag_field="type", kw_only=True):
    pass


class View(_Message, frozen=True, tag="view", kw_only=True):
    """The whole picture for the console, and what `ctl status` prints.

    `phase`: before | ready | open | sealed.  `acts`: record size after the last act that was no ballot, check-in or
    enrolment; commands are stale when their `at` is below it.  `results`: the results object once any round is locked.
    Who may not see counts (screener, graphics, host, usher) gets rounds without them and no results.  `in_command`:
    whether commands of this console are taken.
    """

    id: int | None = None
    origin: str
    kind: str
    title: str
    place: str
    language: str
    phase: str
    zeroed: bool
    acts: int
    cue: CueView | None
    cue_elapsed_ms: int
    cues: tuple[CueView, ...]
    connected: dict[str, int]
    panels: tuple[PanelView, ...]
    units: tuple[UnitView, ...]
    scales: dict[str, dict[str, str]]  # criterion -> option -> name (empty for marks)
    criteria: dict[str, str]
    categories: dict[str, str]
    rounds: tuple[RoundView, ...]
    record: RecordView
    waiting_for: tuple[str, ...]
    revealed: str | None
    results: dict[str, Any] | None
    channels: tuple[ChannelView, ...]
    alarms: tuple[AlarmView, ...]
    join_url: str
    store_ok: bool
    you: PersonView = PersonView("", ())
    in_command: bool = True
    people: tuple[PersonView, ...] = ()
    clock: ClockView = ClockView(None, 0, 0, 0, None, False)
    air: AirView = AirView(None, None, 0)
    queue: QueueView = QueueView({}, "open", 0, True)
    arrivals: ArrivalsView = ArrivalsView({}, None, ())
    pending: tuple[PendingView, ...] = ()
    objections: tuple[ObjectionView, ...] = ()
    prompts: tuple[PromptView, ...] = ()
    register: RegisterView = RegisterView(0, 0, 0, 0)


class Questions(_Message, frozen=True, tag="questions", kw_only=True):
    """The queue after `watch_questions` (in parts, `complete` with the last) and then the questions that changed."""

    id: int | None = None
    revision: int
    complete: bool
    questions: tuple[QuestionView, ...]


class Done(_Message, frozen=True, tag="done"):
    id: int
    result: dict[str, Any]


class Refused(_Message, frozen=True, tag="refused"):
    id: int | None
    code: str
    message: str


ControlMessage = View | Questions | Done | Refused
MESSAGES: Decoder[ControlMessage] = Decoder(ControlMessage)
