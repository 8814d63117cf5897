"""The rules of one session, as values: what the session file says, with every default filled in.

Nothing here reads, checks or decides. `rundown_file` makes these values and is the only one to refuse a file;
everybody else may rely on references that exist and on numbers that are exact (weights and scores are fractions).
"""

import datetime
from fractions import Fraction
from typing import Literal

from msgspec import Struct

VOTE_CHANNEL = "vote"
CHECK_IN_ROUND = "r00"
FIRST_SPARE = 900

RoundKind = Literal["ballot", "sheet", "mood", "select", "trial"]
Admission = Literal["card", "open"]
Language = Literal["zh-Hans", "zh-Hant", "en"]
Role = Literal["operator", "teller", "scrutineer", "notary"]
CueKind = Literal[
    "opening",
    "trial",
    "film",
    "pledges",
    "report",
    "questions",
    "mood",
    "comment",
    "vote",
    "announce",
    "promise",
    "break",
    "closing",
]


class Confirm(Struct, frozen=True):
    """Who must agree before a round is locked, and before its numbers are shown."""

    lock: tuple[Role, ...] = ("operator",)
    reveal: tuple[Role, ...] = ("operator",)


class SessionRules(Struct, frozen=True):
    id: str
    authority: str
    title: str
    place: str
    date: datetime.date
    language: Language
    url: str | None = None
    window_seconds: int = 60
    tolerance_ms: int = 2000
    batch_seconds: float = 1.0
    batch_min: int = 8
    batch_wait: float = 3.0
    small_cell: int = 12
    spare_rounds: int = 8
    running_counts: Literal["never", "after-close"] = "never"
    announce: Literal["end", "each"] = "end"
    late: Literal["next-round", "until-close"] = "next-round"
    confirm: Confirm = Confirm()
    public_entries: bool = False
    void_after_reveal: bool = False


class Panel(Struct, frozen=True):
    """Voters with one way of admission and one weight. Seats, spare and invited are 0 for an open panel.

    `audit`: how many of the spare cards testers hold, who are not invited and whose ballots never count.
    """

    id: str
    name: str
    admission: Admission
    seats: int
    spare: int
    invited: int
    weight: Fraction
    unverified: bool = False
    air_delay_seconds: int = 0
    audit: int = 0

    @property
    def cards(self) -> int:
        return self.seats + self.spare


class Option(Struct, frozen=True):
    """An option without a score is counted and shown, and stands outside the denominator."""

    id: str
    name: str
    score: Fraction | None = None


class Scale(Struct, frozen=True):
    """Either options, or marks 0–100 (then `options` is empty)."""

    id: str
    options: tuple[Option, ...] = ()
    trim: int = 0

    @property
    def is_marks(self) -> bool:
        return not self.options

    @property
    def is_scored(self) -> bool:
        return self.is_marks or any(option.score is not None for option in self.options)


class Criterion(Struct, frozen=True):
    id: str
    name: str
    scale: str
    weight: Fraction


class Category(Struct, frozen=True):
    id: str
    name: str
    bottom: int = 0


class Unit(Struct, frozen=True):
    id: str
    name: str
    category: str
    head: str = ""
    pledges: tuple[str, ...] = ()


class Round(Struct, frozen=True):
    """`options` are the round's own question (trial and mood rounds that name no criteria), else empty."""

    id: str
    kind: RoundKind
    title: str
    units: tuple[str, ...]
    criteria: tuple[str, ...]
    panels: tuple[str, ...]
    seconds: int
    choose: int = 0
    options: tuple[Option, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the round decides something: never before the zero, and complete results wait for it."""
        return self.kind in ("ballot", "sheet", "select")

    @property
    def scores(self) -> bool:
        """Whether the round enters a unit's score."""
        return self.kind in ("ballot", "sheet")

    @property
    def asks_own_question(self) -> bool:
        return bool(self.options)


class Cue(Struct, frozen=True):
    """`note` is for the host; `scene` what the graphics take with it ("" = the kind's own, "none" = nothing;
    "ranking gov/vote": with its board)."""

    id: str
    kind: CueKind
    seconds: int
    unit: str | None = None
    round: str | None = None
    title: str = ""
    note: str = ""
    scene: str = ""


class Channel(Struct, frozen=True):
    id: str
    name: str
    weight: Fraction


class ResultRules(Struct, frozen=True):
    places: int
    empty_panel: Literal["redistribute", "void"]
    channels: tuple[Channel, ...]


class Witness(Struct, frozen=True):
    """`witness` is a 0x04 vkey; `statement`, of notaries only, a 0x01 vkey; `box`, of notaries who want it, a base64
    X25519 key to which `cards` seals the keys behind each serial ("" = none)."""

    name: str
    witness: str
    statement: str | None = None
    box: str = ""


class Quorum(Struct, frozen=True):
    notaries: int
    observers: int


class Witnesses(Struct, frozen=True):
    notaries: tuple[Witness, ...]
    observers: tuple[Witness, ...]
    quorum: Quorum


class QuestionRules(Struct, frozen=True):
    """What phones may ask.  `report_key`: base64 X25519 key of the discipline office ("" = reports are off);
    `picture_kb` 0 = no pictures; `slow_seconds`: pause of a card in slow mode; `words` flag, they never delete.
    """

    enabled: bool = True
    longest: int = 200
    per_card: int = 5
    support: bool = True
    slow_seconds: int = 60
    picture_kb: int = 0
    report_key: str = ""
    report_office: str = ""
    words: tuple[str, ...] = ()


class RegisterRules(Struct, frozen=True):
    """Reply deadlines: working days after the assignment, and the calendar's exceptions to Monday–Friday."""

    reply_days: int = 15
    holidays: tuple[datetime.date, ...] = ()
    working_weekends: tuple[datetime.date, ...] = ()


class Rundown(Struct, frozen=True):
    session: SessionRules
    panels: tuple[Panel, ...]
    scales: tuple[Scale, ...]
    criteria: tuple[Criterion, ...]
    categories: tuple[Category, ...]
    units: tuple[Unit, ...]
    rounds: tuple[Round, ...]
    cues: tuple[Cue, ...]
    result: ResultRules
    witnesses: Witnesses | None = None
    questions: QuestionRules = QuestionRules()
    register: RegisterRules = RegisterRules()

    @property
    def origin(self) -> str:
        """Of the live session; a rehearsal adds its own ending."""
        return f"{self.session.authority}/{self.session.id}"

    def panel(self, panel_id: str) -> Panel:
        return next(panel for panel in self.panels if panel.id == panel_id)

    def scale(self, scale_id: str) -> Scale:
        return next(scale for scale in self.scales if scale.id == scale_id)

    def criterion(self, criterion_id: str) -> Criterion:
        return next(criterion for criterion in self.criteria if criterion.id == criterion_id)

    def scale_of(self, criterion_id: str) -> Scale:
        return self.scale(self.criterion(criterion_id).scale)

    def category(self, category_id: str) -> Category:
        return next(category for category in self.categories if category.id == category_id)

    def unit(self, unit_id: str) -> Unit:
        return next(unit for unit in self.units if unit.id == unit_id)

    def round(self, round_id: str) -> Round:
        return next(round_ for round_ in self.rounds if round_.id == round_id)

    def cue(self, cue_id: str) -> Cue:
        return next(cue for cue in self.cues if cue.id == cue_id)

    @property
    def card_panels(self) -> tuple[Panel, ...]:
        return tuple(panel for panel in self.panels if panel.admission == "card")

    @property
    def open_panels(self) -> tuple[Panel, ...]:
        return tuple(panel for panel in self.panels if panel.admission == "open")

    @property
    def counting_rounds(self) -> tuple[Round, ...]:
        return tuple(round_ for round_ in self.rounds if round_.counts)

    @property
    def spare_round_ids(self) -> tuple[str, ...]:
        return tuple(f"r{FIRST_SPARE + number}" for number in range(self.session.spare_rounds))

    def roll_rounds(self) -> list[str]:
        """Every round that a card has a key for: check-in, the rounds of the file in order, the spares."""
        return [CHECK_IN_ROUND, *(round_.id for round_ in self.rounds), *self.spare_round_ids]
