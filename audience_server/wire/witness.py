"""The witness socket `/witness` on the control port, subprotocol `touchstone.witness.v1`: notaries and observers.

One outgoing connection from the witness's own computer, so it works from behind NAT.  JSON text frames, both ways.
The server greets with a challenge; the witness answers `follow`, which proves its key.  From then on the server sends
every entry with the checkpoint that covers it, and the witness answers `cosigned`.  `draft` … `consent`/`decline`, then
`sign` … `signature`/`unsigned` make a statement.  Binary data is base64.  Neither side believes a line unchecked.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from audience_server.wire.codec import Decoder

SUBPROTOCOL = "touchstone.witness.v1"
PATH = "/witness"
MAX_WITNESS_FRAME = 4 * 1024 * 1024
PART_BYTES = 512 * 1024

Size = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
Line = Annotated[str, msgspec.Meta(max_length=400)]
Words = Annotated[str, msgspec.Meta(max_length=2000)]
Name = Annotated[str, msgspec.Meta(max_length=300)]
Number = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


def challenge_text(origin: str, challenge: str) -> str:
    """What `follow` cosigns: no checkpoint, for its first line is no origin."""
    return f"touchstone/witness-hello\n{origin}\n{challenge}\n"


class _Message(msgspec.Struct, frozen=True, tag_field="type", kw_only=True, forbid_unknown_fields=True):
    pass


# witness -> server


class Follow(_Message, frozen=True, tag="follow"):
    """`proof`: the witness's cosignature line over `challenge_text`; `size` and `checkpoint`: the newest that it has
    cosigned, a note signed by the log (0 and "" for none)."""

    vkey: Name
    proof: Line
    size: Size
    checkpoint: Annotated[str, msgspec.Meta(max_length=4096)] = ""


class Cosigned(_Message, frozen=True, tag="cosigned"):
    size: Size
    line: Line


class Consent(_Message, frozen=True, tag="consent"):
    """The notary agrees that this draft be signed.  `fresh`: 32 bytes of the notary's own, for the session entry."""

    id: Number
    fresh: Annotated[str, msgspec.Meta(max_length=44)] = ""


class Decline(_Message, frozen=True, tag="decline"):
    id: Number
    reason: Words


class Signature(_Message, frozen=True, tag="signature"):
    """`line`: the statement key's signature over the text of `sign` with this id."""

    id: Number
    line: Line


class Unsigned(_Message, frozen=True, tag="unsigned"):
    """The final text was not what the notary agreed to, or the record no longer adds up."""

    id: Number
    reason: Words


class Nod(_Message, frozen=True, tag="nod"):
    """The notary agrees that a round be locked or its numbers be shown."""

    do: Literal["lock", "reveal"]
    round: Name


class Propose(_Message, frozen=True, tag="propose"):
    """What the notary wants stated, or a report handed in: a command of `wire.commands` by name, with its arguments."""

    command: Literal["remark", "void-round", "void-card", "hand", "audit", "audit-open", "recount"]
    arguments: dict[str, Any]


class Demand(_Message, frozen=True, tag="demand"):
    """A ballot shown at the notary's desk that is not in the record: the notary demands that it be taken."""

    entry: Annotated[str, msgspec.Meta(max_length=4096)]
    nonce: Annotated[str, msgspec.Meta(max_length=44)]
    choice: Annotated[str, msgspec.Meta(max_length=8192)]
    present: Annotated[str, msgspec.Meta(max_length=2048)] = ""


class Want(_Message, frozen=True, tag="want"):
    """A file of the evidence, by its path in the bundle, or `public/manifest.note`; from `offset` on."""

    path: Name
    offset: Size = 0


class Mirrored(_Message, frozen=True, tag="mirrored"):
    """Entries that the server lost, from `first` on, up to the head of the note; more of them follow while
    `checkpoint` is empty."""

    first: Size
    entries: tuple[str, ...]
    checkpoint: Annotated[str, msgspec.Meta(max_length=4096)] = ""


class MirroredFile(_Message, frozen=True, tag="mirrored_file"):
    """A file that the lost entries bind, in parts of at most `PART_BYTES`; `last` when nothing more comes."""

    path: Name
    data: str
    offset: Size = 0
    last: bool = False


class Alarm(_Message, frozen=True, tag="alarm"):
    """The witness has found something wrong and says so to the desk; `code` of the format, or a word of its own."""

    code: Annotated[str, msgspec.Meta(max_length=40)]
    text: Words


WitnessSays = (
    Follow
    | Cosigned
    | Consent
    | Decline
    | Signature
    | Unsigned
    | Nod
    | Propose
    | Demand
    | Want
    | Mirrored
    | MirroredFile
    | Alarm
)
FROM_WITNESS: Decoder[WitnessSays] = Decoder(WitnessSays)


# server -> witness


class Greeting(_Message, frozen=True, tag="greeting"):
    origin: str
    kind: str
    title: str
    log_vkey: str
    challenge: str
    page: tuple[str, ...]
    """Paths of the files that phones load, which no entry lists."""


class Entries(_Message, frozen=True, tag="entries"):
    """Entries `first`… that end at the size of `checkpoint`, which the log has signed."""

    first: int
    entries: tuple[str, ...]
    checkpoint: str


class Cosignatures(_Message, frozen=True, tag="cosignatures"):
    """Lines of all witnesses over published heads: (size, vkey, line)."""

    lines: tuple[tuple[int, str, str], ...]


class Draft(_Message, frozen=True, tag="draft"):
    """A statement waits for the notary: `body` as it would stand, without position and time where those change.

    `kind`: session | zero | void | hand | remark | void-round | manifest; for the manifest `body` holds
    the text of the evidence's manifest and, as `public`, of the public bundle's; each is asked for by a `sign`.
    """

    id: int
    kind: str
    body: dict[str, Any]
    by: str


class Sign(_Message, frozen=True, tag="sign"):
    """The text to be signed now, with its position and time; `id` of the draft that was agreed to."""

    id: int
    text: str


class Settled(_Message, frozen=True, tag="settled"):
    """A draft is off the table.  `outcome`: recorded | declined | dropped; `index` where it was recorded."""

    id: int
    outcome: str
    index: int | None = None


class Asking(_Message, frozen=True, tag="asking"):
    """What waits for nods now: (do, round, window, roles still missing)."""

    waiting: tuple[tuple[str, str, str, tuple[str, ...]], ...]


class Desk(_Message, frozen=True, tag="desk"):
    """What no entry says: phones on the line by panel, why the record is held, the alarms of the server, and whether
    the manifests have been signed."""

    connected: dict[str, int]
    held: str
    final: bool
    alarms: tuple[str, ...]


class Answer(_Message, frozen=True, tag="answer"):
    """What became of a `propose`, `nod` or `demand`."""

    about: str
    done: bool
    text: str


class Part(_Message, frozen=True, tag="part"):
    """Bytes of a file from `offset` on; `total` its length, -1 when there is no such file (yet)."""

    path: str
    offset: int
    total: int
    data: str


class Restore(_Message, frozen=True, tag="restore"):
    """The server has fewer entries than the witness: send `mirrored` from `first` on, then every bound file."""

    first: int


class Refused(_Message, frozen=True, tag="refused"):
    code: str
    message: str


ServerSays = (
    Greeting | Entries | Cosignatures | Draft | Sign | Settled | Asking | Desk | Answer | Part | Restore | Refused
)
FROM_SERVER: Decoder[ServerSays] = Decoder(ServerSays)
