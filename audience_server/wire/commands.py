"""Every command of the control socket, by its tag: what console, `ctl`, button boxes and the role pages may ask for.

Who may give which stands in `domain.roles`; nothing here decides anything.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from audience_server.wire.questions import QuestionDeed

Id = Annotated[str, msgspec.Meta(max_length=64)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=86_400)]
Numbers = Annotated[tuple[Id, ...], msgspec.Meta(max_length=5000)]


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


class OverrideCommand(AnyOperatorCommand, frozen=True, tag="override"):
    """Lock or reveal without a nod that is missing; the reason stands in the record."""

    do: Literal["lock", "reveal"]
    round: Id
    reason: Text


class GoOnCommand(AnyOperatorCommand, frozen=True, tag="go-on"):
    """After a restart: go on though not every witness could be compared with; who and why stands in the record."""

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


class AuditCommand(AnyOperatorCommand, frozen=True, tag="audit"):
    """What audit cards will vote in a window that has not opened yet, fixed by the digest of its sealed file."""

    window: Id
    digest: Id


class AuditOpenCommand(AnyOperatorCommand, frozen=True, tag="audit-open"):
    data: bytes  # the sealed file of `audit`, base64 in JSON; after the close, before the lock


class RemarkCommand(AnyOperatorCommand, frozen=True, tag="remark"):
    text: Text


class IncidentCommand(AnyOperatorCommand, frozen=True, tag="incident"):
    """`about`: for kind `decision`, the entry of the objection (kind `objection`) that it decides."""

    kind: Id
    text: Text
    about: Annotated[int, msgspec.Meta(ge=0, lt=2**53)] | None = None


class RevealCommand(AnyOperatorCommand, frozen=True, tag="reveal"):
    round: Id  # or a board (a category, "gov" or "gov/vote"), which may then go on the air; or "none"


class ChannelCommand(AnyOperatorCommand, frozen=True, tag="channel"):
    channel: Id
    source: Annotated[str, msgspec.Meta(max_length=200)]  # the file's name
    data: bytes  # the CSV as it is on disk, base64 in JSON


class ResultsCommand(AnyOperatorCommand, frozen=True, tag="results"):
    pass


class SealCommand(AnyOperatorCommand, frozen=True, tag="seal"):
    pass


# the running order


class CueEditCommand(AnyOperatorCommand, frozen=True, tag="cue-edit"):
    """`move` puts `cue` behind `after` ("" = first of what is still to come); `skip`, `unskip`; `repeat` inserts a copy
    of `cue` as the next one; `insert` makes a new cue behind `after`; `change`: `unit` and `round` ("" = none), `note`,
    `title`, `seconds`, `scene` and `questions` of a cue that is not over.
    """

    do: Literal["move", "skip", "unskip", "repeat", "insert", "remove", "change"]
    cue: Id = ""
    after: Id | None = None
    kind: Id = ""
    unit: Id | None = None
    round: Id | None = None
    seconds: Seconds | None = None
    title: Text | None = None
    note: Text | None = None
    scene: Text | None = None
    questions: Numbers | None = None


# questions


class QuestionsCommand(AnyOperatorCommand, frozen=True, tag="questions"):
    """A reading of the queue; empty fields do not filter.  `text` is looked for across simplified and traditional."""

    state: Id = ""
    unit: Id = ""
    kind: Id = ""
    language: Id = ""
    text: Text = ""


class QuestionCommand(AnyOperatorCommand, frozen=True, tag="question"):
    """One deed on one or many questions.  `versions` (number -> version seen) refuses what somebody else has changed.

    `text`: the reason of a refusal, the edited text, the answer, the promise.  `into`: number, for merge.  `cue`: for
    assign.  `due`: ISO date, for promise.
    """

    numbers: Numbers
    do: QuestionDeed
    text: Text = ""
    into: Id = ""
    cue: Id = ""
    due: Id = ""
    versions: dict[Id, int] = {}


class QuestionPictureCommand(AnyOperatorCommand, frozen=True, tag="question-picture"):
    """Where a browser finds the picture of a question on the control port, for two minutes and without a token."""

    number: Id


class QuestionUndoCommand(AnyOperatorCommand, frozen=True, tag="question-undo"):
    """Takes back the last deed of whoever asks, where nobody has changed those questions since."""


class IntakeCommand(AnyOperatorCommand, frozen=True, tag="intake"):
    """Whether phones may ask: `open`, `slow` (a pause after each question of a card), `paused`."""

    mode: Literal["open", "slow", "paused"]
    seconds: Seconds | None = None


class WordsCommand(AnyOperatorCommand, frozen=True, tag="words"):
    """The list of words that flag a question; whole list, one reading and one writing."""

    words: Annotated[tuple[Id, ...], msgspec.Meta(max_length=5000)] | None = None


# the air


class AirCommand(AnyOperatorCommand, frozen=True, tag="air"):
    """`scene`: a kind of `wire.air`, or `clear`, `take` (preview to programme), `next` (one more row).

    `target`: unit, round, category or question number, or the text of a title, as the scene needs it.
    """

    scene: Id
    target: Text = ""
    to: Literal["programme", "preview"] = "programme"


class VerifierReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `touchstone notary verify --report` wrote about one window: `by` in the lock shape, null where it did not
    count; `failures` (code, index) of the whole bundle.
    """

    origin: Annotated[str, msgspec.Meta(max_length=200)]
    window: Id
    fingerprint: Annotated[str, msgspec.Meta(max_length=100)]
    by: dict[Id, dict[Id, Any]] | None
    failures: Annotated[tuple[tuple[Id, int | None], ...], msgspec.Meta(max_length=10_000)]


class RecountCommand(AnyOperatorCommand, frozen=True, tag="recount"):
    """A verifier's report about a locked round, for the recount scene."""

    round: Id
    report: VerifierReport


# people


class PeopleCommand(AnyOperatorCommand, frozen=True, tag="people"):
    """Who holds which token."""


class AdmitCommand(AnyOperatorCommand, frozen=True, tag="admit"):
    """A token for one more person; the answer holds it once and it is never shown again."""

    name: Id
    roles: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=8)]


class RevokeCommand(AnyOperatorCommand, frozen=True, tag="revoke"):
    name: Id


class TakeOverCommand(AnyOperatorCommand, frozen=True, tag="take-over"):
    """This console gives the commands from now on; the other one watches."""


class NodCommand(AnyOperatorCommand, frozen=True, tag="nod"):
    """The agreement of a role that the session file asks for: to `lock` or to `reveal` a round."""

    do: Literal["lock", "reveal"]
    round: Id


class HelpedCommand(AnyOperatorCommand, frozen=True, tag="helped"):
    """Somebody went to the phone that asked for help."""

    number: Annotated[int, msgspec.Meta(ge=1, lt=2**31)]


class AcknowledgeCommand(AnyOperatorCommand, frozen=True, tag="acknowledge"):
    """These alarms have been seen; who saw them stands in the show log and on every console."""

    numbers: Annotated[
        tuple[Annotated[int, msgspec.Meta(ge=1, lt=2**53)], ...], msgspec.Meta(min_length=1, max_length=50)
    ]


class ShowLogCommand(AnyOperatorCommand, frozen=True, tag="show-log"):
    """Who did what, newest first; `text` filters by all of its words, `a|b` being one of two."""

    text: Text = ""
    before: Annotated[int, msgspec.Meta(ge=0, lt=2**53)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100


# the register of cases


class CasesCommand(AnyOperatorCommand, frozen=True, tag="cases"):
    """A reading of the register; empty fields do not filter."""

    state: Id = ""
    unit: Id = ""


class CaseCommand(AnyOperatorCommand, frozen=True, tag="case"):
    """One deed on one case of the register: `make` (from a question or by hand) or a step of its life."""

    do: Id
    number: Id = ""
    fields: dict[Id, Text] = {}


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
    | AuditCommand
    | AuditOpenCommand
    | RemarkCommand
    | IncidentCommand
    | RevealCommand
    | ChannelCommand
    | ResultsCommand
    | SealCommand
    | CueEditCommand
    | QuestionsCommand
    | QuestionCommand
    | QuestionPictureCommand
    | QuestionUndoCommand
    | IntakeCommand
    | WordsCommand
    | AirCommand
    | RecountCommand
    | PeopleCommand
    | AdmitCommand
    | RevokeCommand
    | TakeOverCommand
    | NodCommand
    | HelpedCommand
    | AcknowledgeCommand
    | ShowLogCommand
    | CasesCommand
    | CaseCommand
    | OverrideCommand
    | GoOnCommand
)
