"""The sockets of the pages in the studio, subprotocol `touchstone.air.v1`: `/air` (programme) and `/wall` on the public
port, `/air` on the control port for the preview.

The server speaks, the page listens; a page that sends anything is hung up on.  Whatever a message holds is public now:
what was not approved or not revealed is never in one.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from audience_server.wire.codec import Decoder

SUBPROTOCOL = "touchstone.air.v1"
AIR_PATH = "/air"
WALL_PATH = "/wall"


class _Scene(msgspec.Struct, frozen=True, tag_field="kind"):
    pass


class JoinScene(_Scene, frozen=True, tag="join"):
    """`qr`: dark runs (column, row, length) of a code of `modules` a side, quiet zone included; `url` for people."""

    url: str
    modules: int
    qr: tuple[tuple[int, int, int], ...]


class UnitScene(_Scene, frozen=True, tag="unit"):
    unit: str
    head: str
    category: str


class CountdownScene(_Scene, frozen=True, tag="countdown"):
    """The speaker's clock: `ends_in_ms` is negative once the time is over."""

    unit: str
    cue: str
    title: str
    ends_in_ms: int
    seconds: int


class PanelTurnout(msgspec.Struct, frozen=True):
    panel: str
    issued: int
    returned: int


class TurnoutScene(_Scene, frozen=True, tag="turnout"):
    """`closes_in_ms` null when the round is not open; `state`: planned | open | closed | locked."""

    title: str
    state: str
    closes_in_ms: int | None
    panels: tuple[PanelTurnout, ...]
    trial: bool = False


class QuestionScene(_Scene, frozen=True, tag="question"):
    number: str
    unit: str
    text: str
    asked: str  # question | suggestion
    supporters: int


class Bar(msgspec.Struct, frozen=True):
    """`option` "blank" is an item left blank; `percent` one place, "" of nothing."""

    option: str
    label: str
    count: int
    percent: str


class BarGroup(msgspec.Struct, frozen=True):
    """One panel's answers to one item; `total` is the denominator; `withheld`: too few or all alike to be shown."""

    panel: str
    title: str
    total: int
    bars: tuple[Bar, ...]
    withheld: bool = False


class ResultScene(_Scene, frozen=True, tag="result"):
    title: str
    groups: tuple[BarGroup, ...]


class MoodScene(_Scene, frozen=True, tag="mood"):
    title: str
    groups: tuple[BarGroup, ...]


class BoardRow(msgspec.Struct, frozen=True):
    unit: str
    rank: int
    score: str
    tied: bool
    bottom: bool


class RankingScene(_Scene, frozen=True, tag="ranking"):
    """`rows` that have been revealed, from first to last; `of` how many there are.  `of_vote`: the score is the vote's
    own, which is only a part of the composite one where there are other channels.
    """

    category: str
    rows: tuple[BoardRow, ...]
    of: int
    bottom: int
    of_vote: bool = False


class PledgeScene(_Scene, frozen=True, tag="pledge"):
    unit: str
    head: str
    pledges: tuple[str, ...]


class PromiseScene(_Scene, frozen=True, tag="promise"):
    """What the head promised on the air, with its date ("" where none was given)."""

    unit: str
    head: str
    text: str
    due: str


class FingerprintScene(_Scene, frozen=True, tag="fingerprint"):
    title: str
    groups: tuple[str, ...]
    index: int


class TitleScene(_Scene, frozen=True, tag="title"):
    text: str
    place: str


class RecountScene(_Scene, frozen=True, tag="recount"):
    """What a verifier outside this server counted of a round, compared with what was read out."""

    title: str
    finding: str  # agree | differ
    fingerprint: str


class BlankScene(_Scene, frozen=True, tag="blank"):
    pass


Scene = (
    JoinScene
    | UnitScene
    | CountdownScene
    | TurnoutScene
    | QuestionScene
    | ResultScene
    | MoodScene
    | RankingScene
    | PledgeScene
    | PromiseScene
    | FingerprintScene
    | TitleScene
    | RecountScene
    | BlankScene
)


class Air(msgspec.Struct, frozen=True, tag="air", tag_field="type", kw_only=True):
    """One output as it should look now.  `scene` null = clear.  `vote`: the vote's part of the score, ("vote", "60")
    where it is one channel of several, else ("composite", "").
    """

    revision: Annotated[int, msgspec.Meta(ge=0)]
    output: str  # programme | preview | wall
    language: str
    session: str
    rehearsal: bool
    vote: tuple[str, str]
    scene: Scene | None


AirMessage = Air
MESSAGES: Decoder[Air] = Decoder(Air)
