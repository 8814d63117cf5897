"""The control socket `/control`, subprotocol `touchstone.control.v1`: console and `ctl` speak it to the session.

Loopback by default; the HTTP upgrade carries `Authorization: Bearer <token>`.  `watch` answers with a `view` and then
pushes one on every change (at most 4 a second).  `command` answers `done` or `refused`.  A command may carry `at`, the
record size its sender saw; when acts have been recorded since, it is refused as `stale`.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from audience_server.wire.codec import Decoder

SUBPROTOCOL = "touchstone.control.v1"
PATH = "/control"

RequestId = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
Id = Annotated[str, msgspec.Meta(max_length=64)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=86_400)]


class AnyOperatorCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command"):
    pass


class StatusCommand(AnyOperatorCommand, frozen=True, tag="status"):
    pass


class ZeroCommand(AnyOperatorCommand, frozen=True, tag="zero"):
    pass


class CueCommand(AnyOperatorCommand, frozen=True, tag="cue"):
    cue: Id  # an id, or "next"


class OpenCommand(AnyOperatorCommand, frozen=True, tag="open"):
    round: Id
    seconds: Seconds | None = None
    despite_cue: bool = False


class ExtendCommand(AnyOperatorCommand, frozen=True, tag="extend"):
    round: Id
    seconds: Seconds
    reason: Text


class CloseCommand(AnyOperatorCommand, frozen=True, tag="close"):
    round: Id
    reason: Text = ""


class LockCommand(AnyOperatorCommand, frozen=True, tag="lock"):
    round: Id


class VoidRoundCommand(AnyOperatorCommand, frozen=True, tag="void-round"):
    round: Id
    reason: Text


class NotHeldCommand(AnyOperatorCommand, frozen=True, tag="not-held"):
    round: Id
    reason: Text


class VoidCardCommand(AnyOperatorCommand, frozen=True, tag="void-card"):
    """`keys`: round -> base64 public key, derived from the card's code by its holder; the code never travels."""

    serial: Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
    keys: dict[Id, Id]
    reason: Text


class HandCommand(AnyOperatorCommand, frozen=True, tag="hand"):
    data: bytes  # the hand paper's TOML file, base64 in JSON


class RemarkCommand(AnyOperatorCommand, frozen=True, tag="remark"):
    text: Text


class IncidentCommand(AnyOperatorCommand, frozen=True, tag="incident"):
    kind: Id
    text: Text


class RevealCommand(AnyOperatorCommand, frozen=True, tag="reveal"):
    round: Id  # or "none"


class ChannelCommand(AnyOperatorCommand, frozen=True, tag="channel"):
    channel: Id
    source: Annotated[str, msgspec.Meta(max_length=200)]  # the file's name
    data: bytes  # the CSV as it is on disk, base64 in JSON


class ResultsCommand(AnyOperatorCommand, frozen=True, tag="results"):
    pass


class SealCommand(AnyOperatorCommand, frozen=True, tag="seal"):
    pass


AnyCommand = (
    StatusCommand
    | ZeroCommand
    | CueCommand
    | OpenCommand
    | ExtendCommand
    | CloseCommand
    | LockCommand
    | VoidRoundCommand
    | NotHeldCommand
    | VoidCardCommand
    | HandCommand
    | RemarkCommand
    | IncidentCommand
    | RevealCommand
    | ChannelCommand
    | ResultsCommand
    | SealCommand
)


class _Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    id: RequestId


class Watch(_Request, frozen=True, tag="watch"):
    pass


class Command(_Request, frozen=True, tag="command"):
    do: AnyCommand
    at: int | None = None


ControlRequest = Watch | Command
REQUESTS: Decoder[ControlRequest] = Decoder(ControlRequest)


class _Message(msgspec.Struct, frozen=True, tag_field="type", kw_only=True):
    pass


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
    """`state`: done | current | planned; `round` the round a vote cue is bound to, or null."""

    id: str
    kind: str
    unit: str | None
    round: str | None
    seconds: int
    state: str


class RoundView(msgspec.Struct, frozen=True):
    """One round as it stands.  `state`: planned | open | closing | closed | locked | not-held.

    `window` is its latest window (null before the first), `voided` the windows that were voided.  `by`: panel ->
    {expected, present, issued, returned} while open; after the lock the whole lock shape with counts; after the close
    with counts only under running_counts = "after-close".  `index`, `size`, `fingerprint` null before the lock.
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


class RecordView(msgspec.Struct, frozen=True):
    size: int
    root: str
    fingerprint: str
    witnesses: tuple[str, ...]


class ChannelView(msgspec.Struct, frozen=True):
    id: str
    name: str
    weight: str
    imported: bool


class AlarmView(msgspec.Struct, frozen=True):
    """Something the operator must see; `at` unix seconds."""

    number: int
    at: int
    code: str
    text: str


class View(_Message, frozen=True, tag="view", kw_only=True):
    """The whole picture for the console, and what `ctl status` prints.

    `phase`: before | ready | open | sealed.  `acts`: record size after the last act that was no ballot, check-in or
    enrolment; commands are stale when their `at` is below it.  `results`: the results object once any round is locked.
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


class Done(_Message, frozen=True, tag="done"):
    id: int
    result: dict[str, Any]


class Refused(_Message, frozen=True, tag="refused"):
    id: int | None
    code: str
    message: str


ControlMessage = View | Done | Refused
MESSAGES: Decoder[ControlMessage] = Decoder(ControlMessage)
