"""The notary's side of statements, nods and demands: what waits for a decision, and what goes out when it is made."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audience_server.notary import verify as v
from audience_server.notary.bundle import MANIFEST, PUBLIC_MANIFEST, is_signed
from audience_server.notary.demands import NoBallot, read_shown
from audience_server.notary.evidence import compare_manifest
from audience_server.notary.messages import CHANGING
from audience_server.notary.statements import Drafted, Unsignable, body_of, check_text, is_proposal, untrue

if TYPE_CHECKING:
    from audience_server.notary.witness import Witness

Message = Mapping[str, Any]
MOST_ANSWERS = 200
LINE_BROKE = "line_broke"


class NotSent(Unsignable):
    """The line is down, and an answer cannot wait for it."""


@dataclass(slots=True)
class Told:
    """What the server says of itself, which no entry proves."""

    title: str = ""
    connected: dict[str, int] = field(default_factory=dict)
    held: str = ""
    alarms: tuple[str, ...] = ()
    waiting: tuple[tuple[str, str, str, tuple[str, ...]], ...] = ()


class NotaryDesk:
    """What one notary is asked, and answers.  An observer's stays empty."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness
        self.told = Told()
        self.drafts: dict[int, Drafted] = {}
        self.answers: list[tuple[str, bool, str]] = []
        self.manifest_agrees: bool | None = None
        self._proposed: list[tuple[str, Mapping[str, Any]]] = []
        self._asked: list[tuple[str, Message]] = []
        self._again: list[Message] = []

    # what the server says

    def asking(self, message: Message) -> None:
        waiting = message["waiting"]
        self.told.waiting = tuple((do, round_, window, tuple(roles)) for do, round_, window, roles in waiting)

    def told_state(self, message: Message) -> None:
        self.told.connected = dict(message["connected"])
        self.told.held, self.told.alarms = str(message["held"]), tuple(message["alarms"])
        mirror = self._witness.mirror
        if message["final"] and mirror is not None and not is_signed(mirror):
            self._fetch("checkpoint", "history", "results.json", MANIFEST, PUBLIC_MANIFEST)

    def answer(self, message: Message) -> None:
        about = str(message["about"])
        first = next((place for place, asked in enumerate(self._asked) if asked[0] == about), None)
        if first is not None:
            del self._asked[first]
        self._note(about, bool(message["done"]), str(message["text"]))

    def _note(self, about: str, done: bool, text: str) -> None:
        self.answers = [*self.answers[1 - MOST_ANSWERS :], (about, done, text)]

    def drafted(self, message: Message) -> None:
        """A draft waits; one that this notary asked for is agreed to already."""
        drafted = Drafted(int(message["id"]), str(message["kind"]), message["body"], str(message["by"]))
        asked = next((each for each in self._proposed if is_proposal(drafted, *each)), None)
        if asked is not None:
            self._proposed.remove(asked)
            drafted.agreed = True
        drafted.earlier = self._signed_texts(drafted)
        self.drafts[drafted.id] = drafted
        if drafted.kind == "manifest":
            self.manifest_agrees = None
            self._fetch("checkpoint", "history", "results.json")

    def _fetch(self, *paths: str) -> None:
        for path in paths:
            if self._witness.files is not None:
                self._witness.files.want(path, again=True)

    def settled(self, message: Message) -> None:
        drafted = self.drafts.pop(int(message["id"]), None)
        if drafted is None:
            return
        outcome = str(message["outcome"])
        index = message["index"]
        self._note(drafted.kind, outcome == "recorded", outcome if index is None else json.dumps({"index": index}))

    def compare_manifest(self) -> None:
        """The manifests that are to be signed must be those that this copy gives."""
        witness = self._witness
        drafted = next((each for each in self.drafts.values() if each.kind == "manifest"), None)
        if drafted is None or self.manifest_agrees is not None or witness.follower is None or witness.mirror is None:
            return
        self.manifest_agrees = compare_manifest(witness.mirror, witness.follower, drafted.body, witness.alarm)

    # what the notary decides

    def untrue(self, drafted: Drafted) -> str:
        """What in a draft differs from this computer's own copy; empty when nothing does."""
        follower = self._witness.follower
        if follower is None:
            return "files"
        if drafted.kind == "manifest":
            return "" if self.manifest_agrees else "manifest"
        return untrue(drafted, follower)

    def consent(self, number: int, words: str = "") -> None:
        """The notary agrees.  `words`: of the notary's choosing, for the session entry; random bytes join them."""
        drafted = self.drafts[number]
        self._refuse_if_off_line()
        self._refuse_if_broken()
        wrong = self.untrue(drafted)
        if wrong:
            raise Unsignable("differs_from_copy", field=wrong)
        drafted.agreed, drafted.signed = True, ""
        if drafted.kind == "session" and not drafted.fresh:
            drafted.fresh = v.b64(hashlib.sha256(words.encode() + b"\n" + secrets.token_bytes(32)).digest())
            if self._witness.mirror is not None:
                self._witness.mirror.keep_fact("words", words)
                self._witness.mirror.keep_fact("fresh", drafted.fresh)
        self._witness.send({"type": "consent", "id": number, "fresh": drafted.fresh})

    def _place(self) -> int:
        """This notary's place in the session file."""
        follower = self._witness.follower
        names = [] if follower is None else [each.witness for each in follower.case.rules.notaries]
        own = self._witness.keys.witness_vkey
        return names.index(own) if own in names else len(names)

    def look_at_first_entry(self, entry: bytes) -> None:
        """Its fresh bytes are those of this notary, or of another one who signed it."""
        follower, mirror = self._witness.follower, self._witness.mirror
        if follower is None or mirror is None or follower.case.session is None or mirror.fact("fresh") is None:
            return
        read = v.read_entry(entry, follower.origin)
        signers = {each.key_id for each in read.note.signatures} if isinstance(read, v.Act) and read.note else set()
        others = {key.key_id for place, key in enumerate(follower.case.statements) if place != self._place()}
        if follower.case.session["fresh"] != mirror.fact("fresh") and not signers & others:
            self._witness.alarm("fresh", Unsignable("fresh_unknown"))

    def _refuse_if_off_line(self) -> None:
        """The server shows what waits again when it is back; an answer from before would mean nothing there."""
        if not self._witness.on_line:
            raise NotSent("no_line")

    def _refuse_if_broken(self) -> None:
        if not self._witness.adds_up:
            raise Unsignable("not_adding_up")

    def decline(self, number: int, reason: str) -> None:
        self._refuse_if_off_line()
        self._witness.send({"type": "decline", "id": number, "reason": reason})

    def sign(self, message: Message) -> None:
        """The moment of recording: sign what was agreed to, or say why not."""
        witness, number, text = self._witness, int(message["id"]), str(message["text"])
        drafted = self.drafts.get(number)
        try:
            self._refuse_if_broken()
            if drafted is None or witness.follower is None:
                raise Unsignable("never_shown")
            check_text(drafted, witness.follower, text, witness.clock(), self._place() == 0)
            self._use_up(drafted, text)
        except Unsignable as reason:
            if drafted is not None:
                drafted.agreed = False  # it waits for the notary again
                self._note(drafted.kind, False, witness.word(reason))
            witness.alarm("unsigned", reason)
            witness.send({"type": "unsigned", "id": number, "reason": witness.word(reason)})
            return
        witness.send({"type": "signature", "id": number, "line": witness.keys.sign(text)})

    def _use_up(self, drafted: Drafted, text: str) -> None:
        """One agreement signs one text, which is on the disk before its signature goes out."""
        drafted.signed = text
        if self._witness.mirror is None or drafted.kind == "manifest":
            return
        body = body_of(drafted.kind, self._witness.origin, text)
        if body not in drafted.earlier:
            drafted.earlier.append(body)
            self._witness.mirror.keep_fact(_fact_of(drafted), json.dumps(drafted.earlier, ensure_ascii=False))
        # a crash here leaves a text that nobody has a signature of: the notary is asked again, and told of it

    def _signed_texts(self, drafted: Drafted) -> list[dict[str, Any]]:
        """What this computer has signed of the same content before."""
        mirror = self._witness.mirror
        kept = None if mirror is None else mirror.fact(_fact_of(drafted))
        return [] if kept is None else list(json.loads(kept))

    def signed_before(self, drafted: Drafted) -> bool:
        """Whether another text of the same content was signed here that has not come into the record."""
        follower = self._witness.follower
        if follower is None or not drafted.earlier or drafted.signed:
            return False
        recorded = [act["body"] for act in follower.report.acts if act["kind"] == drafted.kind]
        return any(body not in recorded for body in drafted.earlier)

    def check_nod(self, do: str, round_id: str) -> None:
        """核对一致 comes before 同意公布: a round that was not counted here gets no nod.  Raises Unsignable."""
        self._refuse_if_off_line()
        self._refuse_if_broken()
        follower = self._witness.follower
        if do == "reveal" and follower is not None:
            windows = [each for each in follower.case.windows_of(round_id) if each.void is None]
            row = follower.row_of(windows[-1].name) if windows else None
            if row is None:
                raise Unsignable("not_counted")
            audit = row.get("audit")
            if audit is not None and audit.get("agreed") != audit.get("cards"):
                raise Unsignable("audit_differs")

    def nod(self, do: str, round_id: str) -> None:
        self.check_nod(do, round_id)
        self._witness.send({"type": "nod", "do": do, "round": round_id})

    # orders of the notary's own, which outlive a line

    def propose(self, command: str, arguments: Mapping[str, Any]) -> None:
        """A statement of the notary's own: remark, void-round, void-card, hand or of the audit."""
        self._refuse_if_broken()
        follower = self._witness.follower
        if command == "void-card" and follower is not None:
            arguments = {**arguments, "keys": follower.unclosed(arguments["keys"])}
        self._proposed.append((command, arguments))
        self._ask(command, {"type": "propose", "command": command, "arguments": dict(arguments)})

    def _ask(self, about: str, message: Message) -> None:
        self._asked.append((about, message))
        self._witness.send(message)

    def greeted(self) -> None:
        """A server is on the line: what was demanded and not answered is demanded again, for that records it once."""
        again, self._again = self._again, []
        for message in again:
            self._ask("demand", message)

    def line_broke(self, kept: Sequence[Message]) -> None:
        """Nobody knows whether what went out last has arrived: a statement that did is shown and agreed to anew."""
        asked, self._asked = self._asked, []
        for about, message in asked:
            if any(message is each for each in kept):
                self._asked.append((about, message))
            elif about == "demand":
                self._again.append(message)
            else:
                self._proposed = [each for each in self._proposed if dict(each[1]) != message["arguments"]]
                self._note(about, False, LINE_BROKE)

    def demand(self, shown: str) -> None:
        """Demand that a ballot be recorded, and look for it until its window closes."""
        follower, demands = self._witness.follower, self._witness.demands
        if follower is None or demands is None:
            raise Unsignable("no_session")
        try:
            fields, ballot = read_shown(shown, follower.origin)
        except NoBallot as why:
            raise Unsignable(why.key, **why.values) from None
        leaf = v.leaf_hash(fields["entry"].encode())
        if follower.has_ballot(leaf):
            self._note("demand", True, "recorded")
            return
        window = follower.case.windows.get(ballot.window)
        if window is None or window.close is None:
            demands.remember(leaf, ballot)
        # a crash here leaves a ballot that is looked for though nobody was asked: the voter shows it again
        self._ask("demand", {"type": "demand", **fields})

    def remark_of_demand(self, leaf: str, text: str) -> None:
        """What the notary says of a ballot that was demanded in vain; nothing, with an empty text."""
        demands = self._witness.demands
        if demands is None or leaf not in demands.missed:
            raise Unsignable("no_demand")
        if text:
            self.propose("remark", {"text": text})
        demands.settle(leaf)


def _fact_of(drafted: Drafted) -> str:
    """The name under which texts of this content are kept."""
    content = {name: value for name, value in drafted.body.items() if name not in CHANGING}
    line = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return f"signed {drafted.kind} {hashlib.sha256(line.encode()).hexdigest()}"
