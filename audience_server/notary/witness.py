"""The witness's decisions: what is taken, what is cosigned, what is refused.  No socket, no screen, no clock.

`take` gets one message of the server and says what has to be answered through `send`.  Order of everything that goes
out: checked first, then on this computer's disk, then sent.  A record that does not add up is kept, and never cosigned.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from audience_server.notary import verify as v
from audience_server.notary.coverage import Coverage
from audience_server.notary.demands import Demands
from audience_server.notary.desk import NotaryDesk, Told
from audience_server.notary.figures import count_figures, want_figures
from audience_server.notary.files import FileFetcher
from audience_server.notary.follow import Follower
from audience_server.notary.messages import NoMessage, checked
from audience_server.notary.mirror import KeptHead, Mirror, MirrorRefused
from audience_server.notary.register import KnownSession, Register
from audience_server.notary.restore import lost_by_server
from audience_server.notary.said import Refused

Message = Mapping[str, Any]
MOST_ALARMS = 200
REHEARSAL = re.compile(r"/rehearsal-[0-9]{8}T[0-9]{6}Z\Z")


class WitnessKeys(Protocol):
    """Whose keys these are; `cosign` and `sign` give signature lines (C2SP types 0x04 and 0x01)."""

    @property
    def role(self) -> str: ...

    @property
    def witness_vkey(self) -> str: ...

    def cosign(self, text: str, time: int) -> str: ...

    def sign(self, text: str) -> str: ...


class NotFollowed(Refused):
    """This server is not followed (any further)."""


class Witness:
    """One session followed with one pair of keys.  `directory` holds the register and one mirror a session."""

    def __init__(
        self, keys: WitnessKeys, directory: Path, send: Callable[[Message], None], clock: Callable[[], int]
    ) -> None:
        self.keys = keys
        self.desk = NotaryDesk(self)
        self.alarms: list[tuple[int, str, str]] = []
        self.follower: Follower | None = None
        self.mirror: Mirror | None = None
        self.origin = ""
        self.log_vkey = ""
        self.cosigned = 0
        self.on_line = False
        self.demands: Demands | None = None
        self.coverage: Coverage | None = None
        self.serials: Path | None = None  # the sealed list by which lost cards are voided
        self.word: Callable[[Refused], str] = str  # in the notary's language, of whoever has the catalogues
        self.send = send
        self.clock = clock
        self.directory = directory
        self._register = Register(directory / "register.json")
        self._waiting: list[Message] = []
        self.files: FileFetcher | None = None
        self._last_time = 0

    # what the screen and scripts read

    @property
    def adds_up(self) -> bool:
        """Whether nothing that was checked here failed."""
        return self.follower is None or not self.follower.errors()

    def alarm(self, code: str, found: Refused | str) -> None:
        """Once for each code and text; told to the desk as well."""
        text = found if isinstance(found, str) else self.word(found)
        if any((known, words) == (code, text) for _, known, words in self.alarms):
            return
        self.alarms = [*self.alarms[1 - MOST_ALARMS :], (self.clock(), code, text)]
        self.send({"type": "alarm", "code": code, "text": text[:1900]})

    @property
    def kind(self) -> str:
        """live | rehearsal, as the record says: never by what the server calls it."""
        if self.follower is not None:
            return self.follower.case.report.kind
        return "rehearsal" if REHEARSAL.search(self.origin) else "live"

    # messages

    def take(self, message: Any) -> None:
        """One message.  Raises NotFollowed when nothing more is to be had from this server."""
        try:
            kind = checked(message)
            if self.mirror is None and kind not in ("greeting", "refused"):
                raise NoMessage("before_greeting", message=kind)
            self._take(kind, message)
        except (ValueError, RecursionError) as wrong:
            why = NotFollowed("bad_message", detail=wrong if isinstance(wrong, Refused) else str(wrong)[:200])
            self.alarm("bad_message", why)
            raise why from None

    def _take(self, kind: str, message: Message) -> None:
        readers: dict[str, Callable[[Message], None]] = {
            "greeting": self._greeting,
            "entries": self._entries,
            "cosignatures": self._cosignatures,
            "draft": self._draft,
            "sign": self.desk.sign,
            "settled": self.desk.settled,
            "asking": self.desk.asking,
            "desk": self.desk.told_state,
            "answer": self.desk.answer,
            "part": self._part,
            "restore": self._restore,
            "refused": self._refused,
        }
        readers[kind](message)

    def _greeting(self, message: Message) -> None:
        """Who the server says it is, compared with the register before anything is answered."""
        named = str(message["origin"]), str(message["log_vkey"])
        if self.mirror is not None and named != (self.origin, self.log_vkey):
            raise self._forked("second_session", "other_server", origin=self.origin, server=named[0])
        self.origin, self.log_vkey = named
        if message["kind"] != self.kind:
            raise self._forked("kind_differs", "kind_differs", own_kind=self.kind, server_kind=message["kind"])
        self.desk.told = Told(str(message["title"]))
        self.desk.drafts.clear()  # the server shows again what still waits
        self._look_it_up()
        mirror = self._open_mirror()
        self.files = FileFetcher(mirror, self.send, [str(path) for path in message["page"]])
        self._replay(mirror)
        newest = mirror.newest_line(self.keys.witness_vkey)
        self.cosigned = 0 if newest is None else newest[0]
        head = mirror.head_of(self.cosigned)
        challenge = f"touchstone/witness-hello\n{self.origin}\n{message['challenge']}\n"
        self.send(
            {
                "type": "follow",
                "vkey": self.keys.witness_vkey,
                "proof": self.keys.cosign(challenge, self.clock()),
                "size": self.cosigned,
                "checkpoint": "" if head is None else head.note,
            }
        )
        self.files.start()
        self.on_line = True
        self.desk.greeted()
        self._begin()

    def _look_it_up(self) -> None:
        """In the register of sessions, where it is written down before it is answered."""
        known = KnownSession(self.origin, self.log_vkey, self.kind, self.desk.told.title, self.clock())
        try:
            met = self._register.meet(known)
        except OSError as error:
            raise MirrorRefused("register_unwritable", reason=error) from error
        for word in met:
            self.alarm(word, self.origin)
            if word == "second_session":
                raise NotFollowed("second_session", origin=self.origin)

    def line_broke(self, kept: Sequence[Message] = ()) -> None:
        """`kept`: what did not go out and will, behind the next greeting."""
        self.on_line = False
        self.desk.line_broke(kept)

    def _open_mirror(self) -> Mirror:
        if self.mirror is None:
            name = hashlib.sha256(f"{self.origin}\n{self.log_vkey}".encode()).hexdigest()[:16]
            self.mirror = Mirror.open(self.directory / "sessions" / f"{name}.sqlite")
            self.mirror.keep_fact("origin", self.origin)
            self.mirror.keep_fact("log_vkey", self.log_vkey)
            self.demands = Demands(self.mirror)
            self.coverage = Coverage(self.mirror)
        return self.mirror

    def _replay(self, mirror: Mirror) -> None:
        """Everything that this copy holds, checked anew; what does not hold is told like anything else."""
        if self.follower is not None or mirror.size() == 0 or self.files is None or not self.files.complete:
            return
        self._start_follower()
        if self.follower is None:
            return
        self.follower.take(list(mirror.entries()))
        newest = mirror.heads()[-1]
        root = v.read_checkpoint(v.read_note(newest.note.encode()).text).root
        if (self.follower.size, self.follower.tree.root()) != (newest.size, root):
            raise self._forked("E303", "copy_changed")
        self._judge()

    def _begin(self) -> None:
        """Once session file, policy, rolls and page are here, the entries that waited are read."""
        if self.files is None or not self.files.complete:
            return
        if self.follower is None:
            self._start_follower()
        waiting, self._waiting = self._waiting, []
        for message in waiting:
            self.take(message)
        self._fetch_figures()

    def _start_follower(self) -> None:
        assert self.files is not None
        files = self.files.held()
        rules, policy = files.pop("rules.toml"), files.pop("policy.txt")
        try:
            self.follower = Follower(self.log_vkey, rules, policy, files)
        except v.FormError as error:
            raise self._forked("E452", "rules_unreadable", detail=error) from None
        if self.follower.origin != self.origin:
            raise NotFollowed("log_key_name", origin=self.follower.origin, server=self.origin)
        self._judge()

    # entries

    def _entries(self, message: Message) -> None:
        follower, mirror = self.follower, self.mirror
        if follower is None or mirror is None:
            self._waiting.append(message)
            return
        first = int(message["first"])
        entries = [base64.b64decode(entry) for entry in message["entries"]]
        if first < follower.size:
            self._compare_again(first, entries)
            self._cosign_again(first + len(entries))
            return
        if first > follower.size:
            raise NotFollowed("entry_gap", first=first, size=follower.size)
        head = self._head_of(str(message["checkpoint"]), first + len(entries))
        follower.take(entries)
        if follower.tree.root() != head.root:
            raise self._forked("E303", "wrong_root", size=head.size)
        # a crash before this leaves the copy as it was; the server sends the same piece again
        mirror.append(first, entries, KeptHead(head.size, log_part(str(message["checkpoint"]))))
        if self.coverage is not None:
            self.coverage.add_head(head.size)
        self._judge()
        if first == 0:
            self.desk.look_at_first_entry(entries[0])
        if self.adds_up:
            self._cosign(head)
        self._fetch_figures()

    def _head_of(self, note: str, size: int) -> v.Checkpoint:
        """The checkpoint of a piece, signed by the log that is followed here."""
        assert self.follower is not None
        try:
            read = v.read_note(note.encode())
            head = v.read_checkpoint(read.text)
        except v.FormError as error:
            raise self._forked("E202", "checkpoint_unreadable", detail=error) from None
        signers = v.who_signed(read, self.follower.case.log)
        if head.origin != self.origin or not signers.log or signers.failed:
            raise self._forked("E204", "checkpoint_unsigned", origin=head.origin)
        if head.size != size or head.size <= self.cosigned:
            raise self._forked("E207", "checkpoint_size", size=head.size, entries=size, cosigned=self.cosigned)
        return head

    def _forked(self, code: str, key: str, **values: object) -> NotFollowed:
        why = NotFollowed(key, **values)
        self.alarm(code, why)
        return why

    def _compare_again(self, first: int, entries: Sequence[bytes]) -> None:
        """Entries that are here already must be the same ones."""
        assert self.mirror is not None
        held = list(self.mirror.entries(first, first + len(entries)))
        if held != list(entries):
            raise self._forked("fork", "other_bytes", first=first)

    def _cosign_again(self, size: int) -> None:
        """What the server has not got, or a crash kept from being made, goes out again: the very same line, or a first
        one for a head above all that are cosigned."""
        assert self.mirror is not None
        kept = self.mirror.lines_of(size).get(self.keys.witness_vkey)
        head = self.mirror.head_of(size)
        if kept is not None:
            self.send({"type": "cosigned", "size": size, "line": kept})
        elif head is not None and size > self.cosigned and self.adds_up:
            self._cosign(v.read_checkpoint(v.read_note(head.note.encode()).text))

    def _cosign(self, head: v.Checkpoint) -> None:
        """Never a smaller tree, never an earlier time; on the disk before it goes out."""
        assert self.mirror is not None
        self._last_time = max(self.clock(), self._last_time, self._kept_time())
        text = f"{head.origin}\n{head.size}\n{v.b64(head.root)}\n"
        line = self.keys.cosign(text, self._last_time)
        self._keep_line(head.size, self.keys.witness_vkey, line)
        # a crash here leaves a cosignature that nobody has seen; the server, which lacks it, tells these entries again
        self.cosigned = head.size
        self.send({"type": "cosigned", "size": head.size, "line": line})

    def _keep_line(self, size: int, key: str, line: str) -> None:
        if self.mirror is not None and self.coverage is not None:
            self.mirror.keep_line(size, key, line)
            self.coverage.add_line(size, key)

    def _kept_time(self) -> int:
        newest = None if self.mirror is None else self.mirror.newest_line(self.keys.witness_vkey)
        if newest is None:
            return 0
        return int.from_bytes(v.read_signature(newest[1].rstrip("\n")).blob[:8], "big")

    def _judge(self) -> None:
        """Say every failed check once."""
        if self.follower is not None:
            for window in self.demands.look(self.follower) if self.demands is not None else ():
                self.alarm("demand_missed", window)
            for finding in (*self.follower.errors(), *self.follower.flipped()):
                self.alarm(finding.code, failed(finding))

    def _cosignatures(self, message: Message) -> None:
        """Lines of the other witnesses: kept when they hold, for the evidence lists them too."""
        if self.follower is None or self.mirror is None:
            self._waiting.append(message)
            return
        for size, key, line in message["lines"]:
            head = self.mirror.head_of(int(size))
            if head is None or key == self.keys.witness_vkey:
                continue
            signers = v.who_signed(
                v.read_note((head.note + str(line)).encode()), self.follower.case.log, self.follower.case.witnesses
            )
            if key in signers.times and not signers.failed:
                self._keep_line(int(size), str(key), str(line))

    # figures of locked windows

    def _fetch_figures(self) -> None:
        if self.follower is not None and self.files is not None:
            want_figures(self.follower, self.files)
        self._count()

    def _count(self) -> None:
        if self.follower is not None and self.mirror is not None:
            count_figures(self.follower, self.mirror)
            self._judge()

    def _part(self, message: Message) -> None:
        assert self.files is not None
        self.files.take(message)
        if self.follower is None:
            self._begin()
        self._count()
        self.desk.compare_manifest()

    def _draft(self, message: Message) -> None:
        if self.follower is None:
            self._waiting.append(message)
        else:
            self.desk.drafted(message)

    # the end of the line, and the server's own losses

    def _refused(self, message: Message) -> None:
        if message["code"] == "unknown_key":
            raise NotFollowed("server_unknown_key")
        raise NotFollowed("server_refused", text=message["message"])

    def _restore(self, message: Message) -> None:
        """Entries and the files they bind, from this copy."""
        assert self.mirror is not None
        first = int(message["first"])
        windows = () if self.follower is None else self.follower.case.windows.values()
        lost = [each.name for each in windows if each.tally is not None and each.tally >= first]
        for part in lost_by_server(self.mirror, lost, first):
            self.send(part)


def failed(finding: v.Finding) -> Refused:
    """One failed check and where; `index` is an entry, the size of a checkpoint or None for a file."""
    place = "file" if finding.index is None else "checkpoint" if finding.code in ("E206", "E304") else "entry"
    found = {"code": finding.code, "index": finding.index, "expected": finding.expected, "found": finding.found}
    return Refused(f"failed_{place}", **found)


def log_part(note: str) -> str:
    """Text and the log's own line, without what witnesses added: the same bytes for everybody, at any time."""
    text, gap, lines = note.partition("\n\n")
    return f"{text}{gap}{lines.splitlines()[0]}\n"
