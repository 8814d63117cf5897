"""A running session: phones and the operator on one side, the record on the other.

It holds order and waiting, never a rule (domain), never a message format (wire), never a byte format (record).
`LiveSession.start` replays the record of a directory; from then on everything that decides a result goes through
`LiveRecord.append` and takes effect when `_fold` sees it.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from audience_server.clock import Clock
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import OPERATOR, Person
from audience_server.domain.rundown import CHECK_IN_ROUND, Rundown
from audience_server.domain.running_order import RunningCue
from audience_server.domain.session import Act, BallotCast, Event, Presented, SessionState, rolls_by_round
from audience_server.fanout import Changes
from audience_server.live_air import LiveAir
from audience_server.live_air_scenes import SceneMaker
from audience_server.live_arrivals import Arrivals
from audience_server.live_backstage import Backstage
from audience_server.live_beginning import Beginning
from audience_server.live_boards import Boards
from audience_server.live_casting import Casting
from audience_server.live_commands import Commands
from audience_server.live_count import Ledger
from audience_server.live_desk import ShowDesk
from audience_server.live_desk_picture import DeskPicture
from audience_server.live_facts import Journals, SessionFiles
from audience_server.live_final import Final
from audience_server.live_help import HelpDesk
from audience_server.live_memory import Memory
from audience_server.live_nods import Nods
from audience_server.live_pace import Pace
from audience_server.live_people import People
from audience_server.live_picture import Alarms, PhonePicture, Picture
from audience_server.live_prompts import prompts
from audience_server.live_questions import QuestionDesk
from audience_server.live_record import LiveRecord, Prepared
from audience_server.live_recounts import Recounts
from audience_server.live_register import LiveRegister, draw_code
from audience_server.live_seats import Enrolled, PhoneSeat, Recorded, SlotStanding
from audience_server.live_show_log import ShowLog
from audience_server.live_signatures import SignatureQueue
from audience_server.live_statements import Statements
from audience_server.live_witnesses import Witnesses
from audience_server.record.ballots import parse_ballot, parse_present
from audience_server.record.ed25519 import public_key
from audience_server.record.entries import parse_json_entry, tag_of
from audience_server.record.notes import vkey
from audience_server.record.page_digest import page_digest
from audience_server.stores.port import Store, StoreFailed

LOG_KEY_TYPE = 0x01


class LiveSession:
    """One session on the air.  All its methods belong to one event loop."""

    def __init__(self, rundown: Rundown, files: SessionFiles, store: Store, clock: Clock, journals: Journals) -> None:
        self.rundown = rundown
        self.files = files
        self.journals = journals
        self.origin = files.origin
        self.kind = files.kind
        self.page_files = files.page
        self.log_vkey = vkey(files.origin, LOG_KEY_TYPE, public_key(files.log_seed))
        self.page_digest = page_digest({f"page/{name}": data for name, data in files.page.items()})
        self.changed = Changes()
        self.alarms = Alarms(clock, self.changed.bump)
        self.witnesses = Witnesses(rundown, clock, self.alarms.ring, self.changed.bump)
        self.policy = self.witnesses.policy(self.log_vkey)
        self.statements = Statements(self.witnesses, self.alarms.ring, self.changed.bump)
        self.state = SessionState(rundown, rolls_by_round(files.roll_keys()))
        self.record = LiveRecord(files.origin, files.log_seed, store, self._fold, self.alarms.ring, self.witnesses.keys)
        self.witnesses.bind(self.record)
        self.clock = clock
        self._index_of: dict[bytes, int] = {}
        self._signatures = SignatureQueue()
        self._casting = Casting(self.state, self.record, self._signatures, clock, self._index_of, self.alarms.ring)
        self._arrivals = Arrivals(self.state, self.record, self._signatures, clock, self._index_of, self.alarms.ring)
        self._desk = ShowDesk(
            self.state,
            self.record,
            self._casting,
            self._arrivals,
            clock,
            files.log_seed,
            files.close_reasons,
            self.alarms.ring,
            self.changed.bump,
        )
        self._desk.statements = self.statements
        self.ledger = Ledger(self.state, self.record, self._desk)
        self._desk.closed = self.ledger.preview
        self._seats: set[PhoneSeat] = set()
        self._wire_desk()

    def _wire_desk(self) -> None:
        """What stands beside the record: it decides no result."""
        files, clock = self.files, self.clock
        self.beginning, self.final, self._commands = Beginning(self), Final(self), Commands(self)
        self.memory = Memory(files.load_desk(), files.save_desk, self.rundown)
        self.nods = Nods(self.rundown.session.confirm, self.memory)
        self.boards = Boards(self.state, self.ledger, self.memory, self.nods, self.changed.bump)
        self.show_log = ShowLog(self.journals.show_log, clock, self.alarms.ring)
        self.pace = Pace(clock)
        self.people = People(
            files.operator_token, files.people, files.save_people, partial(secrets.token_urlsafe, 24), self.changed.bump
        )
        self._picture = Picture(
            self.state,
            self.record,
            self._desk,
            self.ledger,
            self.memory,
            self.alarms,
            clock,
            self.witnesses,
            self.statements,
        )
        self.questions = QuestionDesk(self.state, self.journals.questions, clock, self.alarms.ring, self.changed.bump)
        self.questions.assigned = self._bind_question
        self.help = HelpDesk(clock, self.changed.bump)
        self._desk_picture = DeskPicture(self.state, self.people, self.nods, self.pace, self.help.waiting)
        backstage = Backstage(
            self.state, self.people, self.nods, self.boards, self.show_log, self.alarms, self._commands.carry_out
        )
        self._commands.beside |= {**backstage.commands, **self.questions.commands, **self.help.commands}
        self._wire_register()
        self._wire_air()

    def _wire_register(self) -> None:
        ring, changed = self.alarms.ring, self.changed.bump
        self.register = LiveRegister(
            self.rundown, self.journals.register, self.clock, draw_code, self.questions, ring, changed
        )
        self.questions.promised = self.register.promised
        self._commands.beside |= self.register.commands

    def _wire_air(self) -> None:
        closes_in_ms = self._picture.closes_in_ms
        recounts = Recounts(self.origin, self.state, self.ledger, self.memory, self.changed.bump)
        maker = SceneMaker(
            self.state, self.ledger, self.memory, self.questions, self.clock, closes_in_ms, self.boards, recounts
        )
        self.air = LiveAir(self.rundown, self.memory, maker, self.kind == "rehearsal", self.changed.bump)
        self.questions.show_on_air = self.air.show_question
        self.air.taken_off = self.questions.taken_off
        self.air.aired = self._air_question
        self._commands.beside |= {**self.air.commands, **recounts.commands}

    async def _air_question(self, number: str, by: Person) -> dict[str, Any] | Refusal:
        """A question that the graphics put on the programme is on the air for screeners, host and asker too."""
        deed = {"numbers": (number,), "do": "air", "text": "", "into": "", "cue": "", "due": "", "versions": {}}
        return await self.questions.commands["question"](deed, by)

    def _bind_question(self, number: str, cue: str | None) -> Refusal | None:
        order = self.memory.order.bind_question(number, cue)
        if isinstance(order, Refusal):
            return order
        self.memory.reorder(order)
        return None

    # starting and stopping

    async def start(self) -> None:
        """Replay the record, or begin it with entry 0; finish what a crash left half done; let an open window go on."""
        await self.load()
        await self.show_log.start()
        await self.questions.start()
        await self.register.start()
        for window in self.state.windows.values():
            if window.state in ("closed", "locked"):
                await self._desk.erase_uncounted(window)
        await self._casting.look_for_openings()
        await self.beginning.start()
        self.witnesses.keep_watching()

    async def load(self) -> None:
        """Replay the record and read the counts back, changing nothing."""
        await self.record.replay(self.read_event)
        self.witnesses.load()
        self.pace.forget()
        await self.ledger.load()

    async def reload(self) -> None:
        """Entries that were lost are back: counts and openings are looked for again."""
        await self.ledger.load()
        await self._casting.look_for_openings()

    async def stop(self) -> None:
        self.witnesses.stop()
        await self.final.stop()
        await self.statements.stop()
        await self._desk.stop()
        await self.register.stop()
        await self.questions.stop()
        await self.record.store.close()
        await self.journals.close()

    def session_body(self) -> dict[str, Any]:
        """Entry 0 but for its fresh bytes."""
        return {
            "at": self.clock.unix(),
            "codes_exported": self.files.codes_exported,
            "kind": self.kind,
            "number": 1,
            "page": self.page_digest,
            "policy": hashlib.sha256(self.policy.encode()).hexdigest(),
            "previous": None,
            "rolls": hashlib.sha256(self.files.rolls["rolls/index.json"]).hexdigest(),
            "rules": hashlib.sha256(self.files.rules).hexdigest(),
            "software": self.files.software,
        }

    # the fold

    def read_event(self, entry: bytes) -> Event:
        tag = tag_of(entry)
        if tag == "ballot":
            ballot = parse_ballot(entry, self.origin)
            return BallotCast(ballot.window, ballot.key, ballot.q)
        if tag == "present":
            return Presented(parse_present(entry, self.origin).key)
        return Act(tag, parse_json_entry(entry, self.origin).body)

    def _fold(self, index: int, prepared: Prepared) -> None:
        self.state.apply(index, prepared.event)
        if not isinstance(prepared.event, Act):
            self._index_of[prepared.leaf] = index
        if isinstance(prepared.event, Presented):
            self.pace.came(self.state.panel_of(CHECK_IN_ROUND, prepared.event.key) or "")
        self.changed.bump()

    # phones

    def arrive(self) -> PhoneSeat:
        """A connection has come; whose it is shows when a card is presented on it."""
        seat = PhoneSeat()
        self._seats.add(seat)
        return seat

    def leave(self, seat: PhoneSeat) -> None:
        self._seats.discard(seat)
        if seat.panel:
            self.changed.bump()

    @property
    def connected(self) -> dict[str, int]:
        """Presented phones on the line, by panel."""
        found = {panel.id: 0 for panel in self.rundown.panels}
        for seat in self._seats:
            if seat.panel:
                found[seat.panel] += 1
        return found

    def cast_nowait(
        self, seat: PhoneSeat, entry: bytes, nonce: bytes, choice: str, answer: Callable[[Recorded | Refusal], None]
    ) -> None:
        """`answer` is called once: at once, or when the ballot is durable and in a signed checkpoint."""
        self._casting.cast(seat, entry, nonce, choice, answer)

    def present_nowait(self, seat: PhoneSeat, entry: bytes, answer: Callable[[Recorded | Refusal], None]) -> None:
        self._arrivals.present(seat, entry, answer)

    def enrol_nowait(
        self, seat: PhoneSeat, panel: str, keys: Mapping[str, bytes], answer: Callable[[Enrolled | Refusal], None]
    ) -> None:
        self._arrivals.enrol(panel, keys, answer)

    async def cast(self, seat: PhoneSeat, entry: bytes, nonce: bytes, choice: str) -> Recorded | Refusal:
        answer: asyncio.Future[Recorded | Refusal] = asyncio.get_running_loop().create_future()
        self.cast_nowait(seat, entry, nonce, choice, _once(answer))
        return await answer

    async def present(self, seat: PhoneSeat, entry: bytes) -> Recorded | Refusal:
        answer: asyncio.Future[Recorded | Refusal] = asyncio.get_running_loop().create_future()
        self.present_nowait(seat, entry, _once(answer))
        return await answer

    async def enrol(self, seat: PhoneSeat, panel: str, keys: Mapping[str, bytes]) -> Enrolled | Refusal:
        answer: asyncio.Future[Enrolled | Refusal] = asyncio.get_running_loop().create_future()
        self.enrol_nowait(seat, panel, keys, _once(answer))
        return await answer

    async def slot(self, window_name: str, key: bytes) -> SlotStanding | Refusal:
        """Where a ballot key stands in a window, for a second browser or after a lost answer."""
        return await self._picture.slot(window_name, key)

    # pictures

    def current_cue(self) -> RunningCue | None:
        return self.memory.order.current

    @property
    def store_ok(self) -> bool:
        """Whether the last write went well."""
        return self.record.store_ok

    @property
    def scene(self) -> tuple[object, ...]:
        """Changes whenever phones must hear of something at once; turnout alone does not change it."""
        cue = self.current_cue()
        asking = (self.questions.intake, self.questions.withdrawn)
        return (self.state.acts_size, cue and (cue.id, cue.began), self.memory.revealed, asking)

    def phone_picture(self) -> PhonePicture:
        return self._picture.for_phones()

    def picture(self, by: Person = OPERATOR) -> dict[str, Any]:
        """Every field of the control view that `by` may see, as plain values; the door adds whose line it is."""
        picture = self._picture.for_console(self.connected) | {
            "kind": self.kind,
            "queue": self.questions.counts(),
            "prompts": prompts(self.memory.order, self.questions.find),
            "air": self.air.picture(),
            "register": self.register.counts(),
        }
        return self._desk_picture.of(picture, by)

    def reveal_agreed(self, round_id: str) -> bool:
        """Whether everybody whom the session file names has agreed that this round's numbers are shown."""
        window = self.state.standing_window(round_id)
        return window is not None and not self.nods.missing("reveal", window.name)

    # the operator

    async def command(
        self, name: str, arguments: Mapping[str, Any], at: int | None, by: Person = OPERATOR
    ) -> dict[str, Any] | Refusal:
        """One command; a dict for the caller or a refusal."""
        return await self._commands.run(name, arguments, at, by)

    @property
    def desk(self) -> ShowDesk:
        return self._desk

    # evidence

    async def evidence(self) -> tuple[str, bytes]:
        """File name and bytes of the bundle as it stands: partial before the seal."""
        return self.ledger.bundle_name(self.origin), await self.final.bundle(public=False)

    async def public_bundle(self) -> tuple[str, bytes] | None:
        """The same without openings and counts, for everybody; None before the seal."""
        if self.state.seal_index is None:
            return None
        return self.ledger.public_bundle_name(self.origin), await self.final.bundle(public=True)

    def checkpoint(self) -> bytes:
        return self.record.checkpoint()

    def hash_tile(self, path: str) -> bytes | None:
        """A tile of hashes by its C2SP path (`tile/0/000.p/42`), or None where this tree has none."""
        return self.record.hash_tile(path)

    async def entry_tile(self, path: str) -> bytes | Refusal | None:
        """A tile of entries by its C2SP path: after the seal, where the session file gives entries to everybody."""
        if not self.rundown.session.public_entries or self.state.seal_index is None:
            return None
        try:
            return await self.record.entry_tile(path)
        except StoreFailed as failure:
            return Refusal(RefusalCode.TRY_AGAIN, str(failure))

    @property
    def metrics(self) -> dict[str, float]:
        return {
            "record_size": self.record.size,
            "ballots_recorded": sum(
                len(window.standings) + len(window.superseded) for window in self.state.windows.values()
            ),
            "batches": self._casting.batches,
            "store_failures": self.record.store_failures,
            "present": sum(self.state.present_count.values()),
            "phones_connected": len(self._seats),
        }


def _once(answer: asyncio.Future[Any]) -> Callable[[Any], None]:
    """Set a future that its waiter may have given up."""

    def say(outcome: Any) -> None:
        if not answer.done():
            answer.set_result(outcome)

    return say
