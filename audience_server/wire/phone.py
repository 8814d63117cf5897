"""The phone socket `/phone`, subprotocol `touchstone.phone.v1`: every message a phone sends or gets.

Requests carry `id`; the answer repeats it.  Pushes carry none.  Frames are JSON text of at most 16 KiB.
Nothing here decides anything: these are shapes.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from audience_server.wire.codec import Decoder

SUBPROTOCOL = "touchstone.phone.v1"
PATH = "/phone"

RequestId = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
Key = Annotated[str, msgspec.Meta(min_length=44, max_length=44)]
ShortText = Annotated[str, msgspec.Meta(max_length=64)]


class _Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    id: RequestId


class Hello(_Request, frozen=True, tag="hello"):
    lang: ShortText = "zh-Hans"


class Present(_Request, frozen=True, tag="present"):
    entry: Annotated[str, msgspec.Meta(max_length=2048)]


class Enrol(_Request, frozen=True, tag="enrol"):
    panel: ShortText
    keys: Annotated[dict[ShortText, Key], msgspec.Meta(max_length=200)]


class Slot(_Request, frozen=True, tag="slot"):
    window: ShortText
    key: Key


class Cast(_Request, frozen=True, tag="cast"):
    entry: Annotated[str, msgspec.Meta(max_length=4096)]
    nonce: Key
    choice: Annotated[str, msgspec.Meta(max_length=8192)]


class Ask(_Request, frozen=True, tag="ask"):
    """`asker`: base64 SHA-256 of a secret that this phone made for its questions, never the card's; with it `follow`
    finds them again.  `ref` names the question among the asker's, so that repeating an unanswered `ask` asks once.
    `picture`: the upload id, as 32 hex digits, of one that binary frames have brought before on this line; each is 16
    bytes of id, 2 of part number (from 0), 2 of how many parts (big-endian), and bytes.  A `report` carries ciphertext.
    """

    kind: Literal["question", "suggestion", "report"]
    text: Annotated[str, msgspec.Meta(max_length=8192)]
    unit: ShortText = ""
    problem: ShortText = ""
    asker: Annotated[str, msgspec.Meta(max_length=44)] = ""
    ref: ShortText = ""
    picture: ShortText = ""


class Follow(_Request, frozen=True, tag="follow"):
    """What became of the questions of this secret (base64, 32 bytes); pushes of them follow on this line."""

    secret: Key


class Lookup(_Request, frozen=True, tag="lookup"):
    """What became of one question, by the number and the code of its 提问回执."""

    number: ShortText
    code: ShortText


class ListQuestions(_Request, frozen=True, tag="questions"):
    """The approved questions that may be supported, most supported first."""

    unit: ShortText = ""


class AskHelp(_Request, frozen=True, tag="help"):
    """Somebody please come; `where` is the seat as the voter writes it."""

    where: ShortText = ""


class Support(_Request, frozen=True, tag="support"):
    number: ShortText


PhoneRequest = Hello | Present | Enrol | Slot | Cast | Ask | Follow | Lookup | ListQuestions | Support | AskHelp
REQUESTS: Decoder[PhoneRequest] = Decoder(PhoneRequest)


class _Message(msgspec.Struct, frozen=True, tag_field="type", kw_only=True):
    pass


class PanelFacts(msgspec.Struct, frozen=True):
    id: str
    name: str
    admission: str
    unverified: bool = False


class OptionFacts(msgspec.Struct, frozen=True):
    id: str
    name: str


class ScaleFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """Either `options` or `range` [lowest, highest]."""

    id: str
    options: tuple[OptionFacts, ...] = ()
    range: tuple[int, int] | None = None


class CriterionFacts(msgspec.Struct, frozen=True):
    id: str
    name: str
    scale: str


class UnitFacts(msgspec.Struct, frozen=True):
    id: str
    name: str
    category: str
    head: str = ""
    pledges: tuple[str, ...] = ()


class RoundFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """One round of the session file; `options` only where the round has its own (trial, mood)."""

    id: str
    kind: str
    title: str
    units: tuple[str, ...]
    criteria: tuple[str, ...]
    panels: tuple[str, ...]
    seconds: int
    choose: int = 0
    options: tuple[OptionFacts, ...] = ()


class ProblemFacts(msgspec.Struct, frozen=True):
    """One problem code with its group (不作为, 慢作为, 乱作为) and name, in the session's language."""

    id: str
    group: str
    name: str


class AskingFacts(msgspec.Struct, frozen=True):
    """What phones may ask: `longest` characters, questions `per_card`, `report_key` base64 X25519 of the discipline
    office ("" = reports are off), `picture_bytes` the largest picture (0 = none).
    """

    enabled: bool
    longest: int
    per_card: int
    support: bool
    problems: tuple[ProblemFacts, ...]
    picture_bytes: int = 0
    report_key: str = ""
    report_office: str = ""


class NotaryFacts(msgspec.Struct, frozen=True):
    """A notary of the session file; `witness` and `statement` are vkeys, which a card's anchor binds."""

    name: str
    witness: str
    statement: str


class SessionFacts(msgspec.Struct, frozen=True):
    """What does not change during a session.  `spare_rounds`: those of an open panel enrol for these too."""

    origin: str
    kind: str  # live | rehearsal
    title: str
    place: str
    date: str
    language: str
    page_digest: str
    log_vkey: str
    notaries: tuple[NotaryFacts, ...]
    small_cell: int
    panels: tuple[PanelFacts, ...]
    units: tuple[UnitFacts, ...]
    scales: tuple[ScaleFacts, ...]
    criteria: tuple[CriterionFacts, ...]
    rounds: tuple[RoundFacts, ...]
    asking: AskingFacts
    spare_rounds: tuple[str, ...] = ()


class CueFacts(msgspec.Struct, frozen=True):
    id: str
    kind: str
    unit: str | None
    seconds: int
    round: str | None = None


class Turnout(msgspec.Struct, frozen=True):
    issued: int
    returned: int


class OpenWindow(msgspec.Struct, frozen=True, omit_defaults=True):
    """The open window: `closes_in_ms` counts down to what people are shown (the server closes `tolerance` later).

    `present_before`: a card whose check-in stands in the record at this index or later votes from the next round.
    """

    window: str
    round: str
    kind: str
    title: str
    units: tuple[str, ...]
    criteria: tuple[str, ...]
    panels: tuple[str, ...]
    grammar: str
    seconds: int
    closes_in_ms: int
    turnout: dict[str, Turnout]
    choose: int = 0
    options: tuple[OptionFacts, ...] = ()
    present_before: int | None = None


class State(_Message, frozen=True, tag="state"):
    """Pushed on every change and about once a second while a window is open.

    `phase`: before (no zero statement yet) | ready | open | sealed.  `windows`: every window so far ->
    open | closed | locked | void.  `revealed`: the lock report (interfaces: round, window, state, index, size,
    fingerprint, by) with cells suppressed where the public may not see them (counts null), or null.  `intake`: open |
    slow | paused, for questions; `questions` changes whenever the list that `questions` answers has changed.
    """

    size: int
    phase: str
    cue: CueFacts | None
    unit: str | None
    window: OpenWindow | None
    windows: dict[str, str]
    revealed: dict[str, Any] | None
    intake: str = "open"
    questions: int = 0


class Welcome(_Message, frozen=True, tag="welcome"):
    id: int
    session: SessionFacts
    state: State


class Recorded(_Message, frozen=True, tag="recorded", omit_defaults=True):
    """The entry is in the record; `receipt` is a tlog-proof. `panel` answers a `present`."""

    id: int
    index: int
    receipt: str
    panel: str = ""


class Enrolled(_Message, frozen=True, tag="enrolled"):
    id: int
    panel: str
    rounds: tuple[str, ...]


class SlotState(_Message, frozen=True, tag="slot"):
    """Where a key stands in a window: next counter; its last ballot, null before the first."""

    id: int
    next: int
    index: int | None
    receipt: str | None
    entry: str | None


class Received(_Message, frozen=True, tag="received"):
    """提问回执: the question's number and the code that looks it up.  A report gets a number R0001 and a code too."""

    id: int
    number: str
    code: str


class OwnQuestion(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one's own question.  `state`: received | approved | refused | merged | cued | on_air | answered |
    withdrawn, and `done` when its case of the register is closed.  `text` is what was sent.
    """

    number: str
    state: str
    kind: str
    text: str
    unit: str = ""
    at: int = 0
    into: str = ""
    reason: str = ""
    answer: str = ""
    promise: str = ""
    due: str = ""
    reply: str = ""
    supporters: int = 0


class OwnQuestions(_Message, frozen=True, tag="own_questions"):
    """Answers `follow` and `lookup`."""

    id: int
    questions: tuple[OwnQuestion, ...]


class QuestionPush(_Message, frozen=True, tag="question"):
    """Pushed when something became of a question that this line asked or follows."""

    question: OwnQuestion


class OpenQuestion(msgspec.Struct, frozen=True):
    """A question that all may read."""

    number: str
    unit: str
    text: str
    supporters: int
    state: str


class OpenQuestions(_Message, frozen=True, tag="questions"):
    id: int
    questions: tuple[OpenQuestion, ...]


class Ok(_Message, frozen=True, tag="ok"):
    id: int


class Refused(_Message, frozen=True, tag="refused", omit_defaults=True):
    """`id` null when the request's id could not be read. `bad_counter` carries `next`."""

    id: int | None
    code: str
    message: str
    next: int | None = None


class Witnessed(_Message, frozen=True, tag="witnessed"):
    index: int
    receipt: str


class NeedOpening(_Message, frozen=True, tag="need_opening"):
    window: str
    index: int


PhoneMessage = (
    Welcome
    | State
    | Recorded
    | Enrolled
    | SlotState
    | Received
    | OwnQuestions
    | OpenQuestions
    | QuestionPush
    | Ok
    | Refused
    | Witnessed
    | NeedOpening
)
MESSAGES: Decoder[PhoneMessage] = Decoder(PhoneMessage)
