"""A small hall with a script: the phone's wire, a real record, and faults that no real server can be made to show.

Serves the phone page as released and speaks `/phone`; answers can be lost, refused or forged; tests push what they
like.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from audience_server.endpoints.pages import content_security_policy
from audience_server.pages.page_set import DESK_PAGE, content_type, phone_page_set
from audience_server.record.ballots import commitment, parse_ballot, parse_present
from audience_server.record.checkpoint import Checkpoint, sign_checkpoint
from audience_server.record.ed25519 import public_key
from audience_server.record.forms import unb64
from audience_server.record.notes import ED25519, vkey
from audience_server.record.receipt import Receipt
from audience_server.record.tiles import hash_tile
from audience_server.record.tree import Tree, leaf_hash
from tests.browser.hall_questions import QuestionBox
from tests.browser.sample import session_facts

LOG_SEED = bytes(range(32))
Json = dict[str, Any]
Fault = Callable[[Json, Json | None], Json | None]


@dataclass(slots=True, eq=False)
class Hall:
    """One session. `fault(request, answer)` may change or swallow (None) an answer after it took effect."""

    facts: Json = field(default_factory=session_facts)
    panel_of: Callable[[bytes], str | None] = lambda key: "deputies"
    log_seed: bytes = LOG_SEED
    state: Json = field(default_factory=lambda: dict(STATE_BEFORE))
    fault: Fault = lambda request, answer: answer
    extra_files: Mapping[str, bytes] = field(default_factory=dict)
    heard: list[Json] = field(default_factory=list)
    address: str = ""
    files: dict[str, bytes] = field(default_factory=phone_page_set)
    entries: list[bytes] = field(default_factory=list)
    tree: Tree = field(default_factory=Tree)
    slots: dict[tuple[str, bytes], tuple[int, int]] = field(default_factory=dict)
    questions: QuestionBox = field(default_factory=QuestionBox)
    looked_at: list[str] = field(default_factory=list)
    tampered: Callable[[str, bytes | None], bytes | None] = lambda path, body: body
    peers: set[ServerConnection] = field(default_factory=set)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    # what a test does

    @property
    def url(self) -> str:
        return f"http://{self.address}/"

    async def push(self, **changes: Any) -> None:
        self.state |= changes
        for peer in list(self.peers):
            await peer.send(json.dumps({"type": "state", **self.state, "size": len(self.entries)}))

    async def open(self, window: Json) -> None:
        await self.push(phase="open", window=window, windows=self.state["windows"] | {window["window"]: "open"})

    async def close(self, standing: str = "closed") -> None:
        name = self.state["window"]["window"]
        await self.push(phase="ready", window=None, windows=self.state["windows"] | {name: standing})

    async def send(self, message: Json) -> None:
        for peer in list(self.peers):
            await peer.send(json.dumps(message))

    async def cut(self) -> None:
        for peer in list(self.peers):
            await peer.close()

    def of(self, kind: str) -> list[Json]:
        """What phones have sent of one type, in order."""
        return [message for message in self.heard if message["type"] == kind]

    async def heard_of(self, kind: str, count: int) -> list[Json]:
        """Wait until phones have sent at least `count` of them."""
        async with self.news:
            await self.news.wait_for(lambda: len(self.of(kind)) >= count)
        return self.of(kind)

    def go_back(self, size: int) -> None:
        """The record as an older copy of it was; what comes next is another record."""
        del self.entries[size:]
        self.tree.truncate(size)
        self.slots = {key: slot for key, slot in self.slots.items() if slot[1] < size}

    def note(self, words: str) -> None:
        """One more entry that is not of a voter."""
        self.append(f"c1/incident\n{self.facts['origin']}\n{words}\n".encode())

    # the wire

    async def talk(self, peer: ServerConnection) -> None:
        self.peers.add(peer)
        try:
            async for frame in peer:
                if isinstance(frame, bytes):
                    self.questions.parts.append(frame)
                    continue
                request = json.loads(frame)
                async with self.news:
                    self.heard.append(request)
                    self.news.notify_all()
                answer = self.fault(request, self.answer(request))
                if answer is not None:
                    await peer.send(json.dumps({"id": request["id"], **answer}))
        finally:
            self.peers.discard(peer)

    def answer(self, request: Json) -> Json:
        answers: dict[str, Callable[[Json], Json]] = {
            "hello": self.hello,
            "present": self.present,
            "enrol": self.enrol,
            "slot": self.slot,
            "cast": self.cast,
            "ask": self.questions.ask,
            "follow": self.questions.follow,
            "lookup": self.questions.lookup,
            "questions": self.questions.list,
            "support": self.questions.support,
            "help": self.questions.help,
        }
        return answers[request["type"]](request)

    def hello(self, request: Json) -> Json:
        log_vkey = vkey(self.facts["origin"], ED25519, public_key(self.log_seed))
        state = {"type": "state", **self.state, "size": len(self.entries)}
        return {"type": "welcome", "session": {**self.facts, "log_vkey": log_vkey}, "state": state}

    def present(self, request: Json) -> Json:
        entry = request["entry"].encode()
        present = parse_present(entry, self.facts["origin"])
        panel = self.panel_of(present.key)
        if panel is None or not present.verify():
            return {"type": "refused", "code": "not_on_roll", "message": "not on the roll"}
        return {"panel": panel, **self.recorded(self.append(entry))}

    def enrol(self, request: Json) -> Json:
        return {"type": "enrolled", "panel": request["panel"], "rounds": sorted(request["keys"])}

    def slot(self, request: Json) -> Json:
        last = self.slots.get((request["window"], unb64(request["key"])))
        if last is None:
            return {"type": "slot", "next": 0, "index": None, "receipt": None, "entry": None}
        q, index = last
        entry = self.entries[index].decode()
        return {
            "type": "slot",
            "next": q + 1,
            "index": index,
            "entry": entry,
            "receipt": self.recorded(index)["receipt"],
        }

    def cast(self, request: Json) -> Json:
        entry = request["entry"].encode()
        if entry in self.entries:
            return self.recorded(self.entries.index(entry))
        window = self.state["window"]
        ballot = parse_ballot(entry, self.facts["origin"])
        if window is None or ballot.window != window["window"]:
            return {"type": "refused", "code": "round_closed", "message": "closed"}
        committed = commitment(
            self.facts["origin"], ballot.window, ballot.key, ballot.q, unb64(request["nonce"]), request["choice"]
        )
        if committed != ballot.commitment or not ballot.verify():
            return {"type": "refused", "code": "bad_commitment", "message": "does not open"}
        following = self.slots.get((ballot.window, ballot.key), (-1, 0))[0] + 1
        if ballot.q != following:
            return {"type": "refused", "code": "bad_counter", "message": "counter", "next": following}
        index = self.append(entry)
        self.slots[ballot.window, ballot.key] = (ballot.q, index)
        return self.recorded(index)

    def head(self) -> bytes:
        """The newest head, signed."""
        return sign_checkpoint(Checkpoint(self.facts["origin"], self.tree.size, self.tree.root()), self.log_seed)

    def append(self, entry: bytes) -> int:
        if entry in self.entries:
            return self.entries.index(entry)
        self.entries.append(entry)
        return self.tree.append(leaf_hash(entry))

    def recorded(self, index: int) -> Json:
        receipt = Receipt(index, tuple(self.tree.inclusion_proof(index, self.tree.size)), self.head())
        return {"type": "recorded", "index": index, "receipt": receipt.render()}

    def record(self, connection: ServerConnection, path: str) -> Response:
        """The newest head and its hash tiles, as a public port shows them."""
        self.looked_at.append(path)
        if path == "checkpoint":
            body: bytes | None = self.head()
        else:
            body = hash_tile(self.tree, path)
        body = self.tampered(path, body)
        if body is None:
            return connection.respond(404, "no such tile\n")
        return Response(200, "OK", Headers({"Content-Length": str(len(body)), "Connection": "close"}), body)

    # the pages

    def page(self, connection: ServerConnection, request: Request) -> Response | None:
        if request.path == "/phone":
            return None
        if request.path.startswith("/record/"):
            return self.record(connection, request.path.removeprefix("/record/"))
        path = {"": "index.html", "desk": DESK_PAGE}.get(request.path.lstrip("/"), request.path.lstrip("/"))
        body = {**self.files, **self.extra_files}.get(path)
        if body is None:
            return connection.respond(404, "no such page\n")
        headers = {
            "Content-Security-Policy": content_security_policy(self.address),
            "Content-Type": content_type(path),
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        return Response(200, "OK", Headers(headers), body)


STATE_BEFORE: Mapping[str, Any] = {
    "phase": "before",
    "cue": None,
    "unit": None,
    "window": None,
    "windows": {},
    "revealed": None,
}


@asynccontextmanager
async def open_hall(hall: Hall, host: str) -> AsyncIterator[Hall]:
    """The hall, listening on `host` while the context lasts."""
    async with serve(
        hall.talk,
        host,
        0,
        process_request=hall.page,
        subprotocols=[Subprotocol("touchstone.phone.v1")],
        compression=None,
    ) as server:
        hall.address = f"{host}:{server.sockets[0].getsockname()[1]}"
        yield hall
