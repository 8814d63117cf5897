"""The operator's commands by name: arguments in, one plain dict or a refusal out.

One table, so that the control socket, the console and the tests mean the same thing by the same word.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from audience_server.domain import acts
from audience_server.domain.acts import Draft
from audience_server.domain.audit import draft_audit, draft_audit_open, may_count, read_expectation
from audience_server.domain.channels import read_channel
from audience_server.domain.hand import read_hand
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import COMMAND_ROLES, Person
from audience_server.live_desk import Asking
from audience_server.live_statements import PendingStatement
from audience_server.record.canonical import decode
from audience_server.record.forms import FormError, is_one_line

if TYPE_CHECKING:
    from audience_server.live_session import LiveSession

Outcome = dict[str, Any] | Refusal
Arguments = Mapping[str, Any]
Deed = Callable[[Arguments, Person], Awaitable[Outcome]]

READ_ONLY = frozenset({"status", "results"})
NOTES_ITSELF = frozenset({"acknowledge"})


class Commands:
    """Runs commands one after the other; a command given to a stale picture is refused."""

    def __init__(self, session: LiveSession) -> None:
        self._session = session
        self.beside: dict[str, Deed] = {}  # what touches no record: questions, air, register …
        self._table: dict[str, Callable[[Arguments], Awaitable[Outcome]]] = {
            "status": self._status,
            "zero": self._zero,
            "cue": self._cue,
            "cue-edit": self._cue_edit,
            "open": self._open,
            "extend": self._extend,
            "close": self._close,
            "lock": self._lock,
            "void-round": self._void_round,
            "not-held": self._not_held,
            "void-card": self._void_card,
            "hand": self._hand,
            "audit": self._audit,
            "audit-open": self._audit_open,
            "remark": self._remark,
            "incident": self._incident,
            "reveal": self._reveal,
            "channel": self._channel,
            "results": self._results,
            "seal": self._seal,
            "override": self._override,
            "go-on": self._go_on,
        }

    async def run(self, name: str, arguments: Arguments, at: int | None, by: Person) -> Outcome:
        if not by.may(name):
            return Refusal(RefusalCode.ROLE_NEEDED, "、".join(sorted(COMMAND_ROLES[name])))
        outcome = await self._run(name, arguments, at, by)
        # a draft is noted when it is carried out, by whom it was asked for
        if not isinstance(outcome, Refusal) and name not in NOTES_ITSELF and "draft" not in outcome:
            await self._session.show_log.note(by, name, arguments)
        return outcome

    async def _run(self, name: str, arguments: Arguments, at: int | None, by: Person) -> Outcome:
        if name in self.beside:
            return await self.beside[name](arguments, by)
        command = self._table.get(name)
        if command is None:
            return Refusal(RefusalCode.UNKNOWN_COMMAND, name)
        unwritable = unwritable_text(arguments)
        if unwritable is not None:
            return Refusal(RefusalCode.BAD_ARGUMENT, unwritable)
        if name in READ_ONLY:
            return await command(arguments)
        async with self._session.desk.lock:
            state = self._session.state
            if at is not None and at < state.acts_size:
                return Refusal(RefusalCode.STALE, f"{at} < {state.acts_size}")
            if state.seal_index is not None and name not in ("cue", "cue-edit", "reveal"):
                return Refusal(RefusalCode.SEALED)
            self._session.desk.asking = Asking(by.name, partial(self._again, name, arguments, by))
            try:
                return await command(arguments)
            finally:
                self._session.desk.asking = None

    async def _again(self, name: str, arguments: Arguments, by: Person, statement: PendingStatement) -> Outcome:
        """Carry out what notaries have agreed to now."""
        statements = self._session.statements
        async with self._session.desk.lock:
            statements.current = statement
            self._session.desk.asking = Asking(by.name, partial(self._again, name, arguments, by))
            try:
                outcome = await self._table[name](arguments)
            finally:
                statements.current = self._session.desk.asking = None
        if isinstance(outcome, Refusal):
            return outcome
        if "pending" in outcome:  # what was agreed to is no longer what would be recorded: a new draft is out
            statements.settle(statement, "dropped", None)
            return outcome
        statements.settle(statement, "recorded", outcome["index"])
        await self._session.show_log.note(by, name, arguments)
        return outcome

    def _now(self) -> int:
        return self._session.clock.unix()

    async def _status(self, arguments: Arguments) -> Outcome:
        return self._session.picture()

    async def _results(self, arguments: Arguments) -> Outcome:
        return self._session.ledger.results()

    async def _zero(self, arguments: Arguments) -> Outcome:
        if not self._session.witnesses.quorum_on_the_line():
            return Refusal(RefusalCode.WITNESSES_MISSING, "、".join(self._session.witnesses.absent()))
        return await self._session.desk.append(lambda: acts.draft_zero(self._session.state, self._now()))

    async def _cue(self, arguments: Arguments) -> Outcome:
        memory = self._session.memory
        order = memory.order.turn_to(arguments["cue"], self._now())
        if isinstance(order, Refusal):
            return order
        memory.reorder(order)
        self._session.changed.bump()
        cue = order.current
        if cue is not None:
            self._session.air.cue_taken(cue)
        return {
            "cue": None if cue is None else {name: getattr(cue, name) for name in ("id", "kind", "unit", "seconds")}
        }

    async def _cue_edit(self, arguments: Arguments) -> Outcome:
        """What is still to come, changed; the cues as they are now in the answer."""
        memory = self._session.memory
        order = memory.order.edit(arguments["do"], arguments, self._session.rundown)
        if isinstance(order, Refusal):
            return order
        memory.reorder(order)
        self._session.changed.bump()
        return {"cues": [{"id": cue.id, "state": cue.state} for cue in order.cues]}

    async def _open(self, arguments: Arguments) -> Outcome:
        return await self._session.desk.open(
            arguments["round"],
            arguments.get("seconds"),
            self._session.current_cue(),
            bool(arguments.get("despite_cue", False)),
        )

    async def _extend(self, arguments: Arguments) -> Outcome:
        return await self._session.desk.extend(arguments["round"], arguments["seconds"], arguments["reason"])

    async def _close(self, arguments: Arguments) -> Outcome:
        return await self._session.desk.close_early(arguments["round"], arguments.get("reason", ""))

    async def _lock(self, arguments: Arguments) -> Outcome:
        session = self._session
        window = acts.may_lock(session.state, arguments["round"])
        if isinstance(window, Refusal):
            return window
        sealed = may_count(session.state, window)
        if sealed is not None:
            return sealed
        if window.state == "open":
            refusal = await session.desk.close(window, "lock", session.files.close_reasons["lock"])
            if refusal is not None:
                return refusal
        missing = session.nods.missing("lock", window.name)
        if missing:
            session.nods.ask("lock", window.name)
            session.changed.bump()
            return {"pending": list(missing)}
        session.nods.settle("lock", window.name)
        return await session.ledger.lock(window, self._now())

    async def carry_out(self, do: str, round_id: str) -> Outcome:
        """What the operator asked for and the last nod allows."""
        async with self._session.desk.lock:
            if self._session.state.seal_index is not None and do != "reveal":
                return Refusal(RefusalCode.SEALED)
            return await self._table[do]({"round": round_id})

    async def _void_round(self, arguments: Arguments) -> Outcome:
        session = self._session
        window = session.state.standing_window(arguments["round"])
        revealed = window is not None and (
            window.name in session.memory.ever_revealed or session.boards.has_shown(window.name)
        )
        outcome = await session.desk.append(
            lambda: acts.draft_void_round(
                session.state, arguments["round"], arguments["reason"], revealed, self._now()
            ),
            erase_groups=(window.name,) if window is not None else (),
        )
        if window is not None and not isinstance(outcome, Refusal) and "pending" not in outcome:
            session.ledger.forget(window)
            session.nods.forget(window.name)
            if session.memory.revealed == window.name:
                session.memory.reveal(None)
            outcome |= {"round": window.round, "window": window.name, "state": "void"}
        return outcome

    async def _not_held(self, arguments: Arguments) -> Outcome:
        return await self._session.desk.append(
            lambda: acts.draft_not_held(self._session.state, arguments["round"], arguments["reason"], self._now())
        )

    async def _void_card(self, arguments: Arguments) -> Outcome:
        return await self._session.desk.void_card(arguments["serial"], arguments["keys"], arguments["reason"])

    async def _hand(self, arguments: Arguments) -> Outcome:
        session = self._session
        paper = read_hand(arguments["data"], session.rundown, "hand")
        if isinstance(paper, Refusal):
            return paper
        body = {**paper.body, "at": self._now()}
        return await session.desk.append(lambda: acts.draft_hand(session.state, paper.round, body))

    async def _audit(self, arguments: Arguments) -> Outcome:
        session = self._session
        return await session.desk.append(
            lambda: draft_audit(session.state, arguments["window"], arguments["digest"], self._now())
        )

    async def _audit_open(self, arguments: Arguments) -> Outcome:
        session, data = self._session, arguments["data"]
        try:
            expected = read_expectation(decode(data.removesuffix(b"\n")))
        except FormError as error:
            return Refusal(RefusalCode.BAD_FILE, str(error))
        if isinstance(expected, Refusal):
            return expected
        digest = hashlib.sha256(data).hexdigest()
        outcome = await session.desk.append(lambda: draft_audit_open(session.state, expected, digest, self._now()))
        if not isinstance(outcome, Refusal) and "index" in outcome:
            await session.ledger.preview(session.state.windows[expected.window])
        return outcome

    async def _remark(self, arguments: Arguments) -> Outcome:
        draft = Draft("remark", {"at": self._now(), "text": arguments["text"]}, is_statement=True)
        return await self._session.desk.append(lambda: draft)

    async def _incident(self, arguments: Arguments) -> Outcome:
        kind, text, about = arguments["kind"], arguments["text"], arguments.get("about")

        def draft() -> Draft | Refusal:
            body = self._session.state.objections.incident(kind, text, about, self._now())
            return body if isinstance(body, Refusal) else Draft("incident", body)

        return await self._session.desk.append(draft)

    async def _reveal(self, arguments: Arguments) -> Outcome:
        if arguments["round"] == "none":
            self._session.memory.reveal(None)
            self._session.changed.bump()
            return {"revealed": None}
        if self._is_board(arguments["round"]):
            return self._session.boards.reveal(arguments["round"])
        window = acts.draft_reveal(self._session.state, arguments["round"])
        if isinstance(window, Refusal):
            return window
        missing = self._session.nods.missing("reveal", window.name)
        if missing:
            self._session.nods.ask("reveal", window.name)
            self._session.changed.bump()
            return {"pending": list(missing)}
        self._session.nods.settle("reveal", window.name)
        self._session.memory.reveal(window.name)
        self._session.changed.bump()
        return {"revealed": window.round, "window": window.name}

    def _is_board(self, target: str) -> bool:
        """A round's own name comes before a category's."""
        session = self._session
        return all(each.id != target for each in session.rundown.rounds) and session.boards.is_board(target)

    async def _channel(self, arguments: Arguments) -> Outcome:
        session = self._session
        scores = read_channel(arguments["data"], session.rundown, arguments["channel"], arguments["source"])
        if isinstance(scores, Refusal):
            return scores
        return await session.ledger.import_channel(
            arguments["channel"], arguments["source"], arguments["data"], scores, self._now()
        )

    async def _seal(self, arguments: Arguments) -> Outcome:
        refusal = acts.may_seal(self._session.state)
        if refusal is None and not self._session.witnesses.quorum_on_the_line():
            refusal = Refusal(RefusalCode.WITNESSES_MISSING, "、".join(self._session.witnesses.absent()))
        if refusal is not None:
            return refusal
        self._session.statements.drop_all()
        return await self._session.ledger.seal(self._now())

    async def _override(self, arguments: Arguments) -> Outcome:
        """Go on without a nod: the reason stands in the record before anything happens."""
        session, do, round_id = self._session, arguments["do"], arguments["round"]
        windows = self._overridden(do, round_id)
        if isinstance(windows, Refusal):
            return windows
        missing = sorted({role for window in windows for role in session.nods.missing(do, window)})
        if not missing:
            return Refusal(RefusalCode.BAD_ARGUMENT, f"{do} {round_id}: nobody's agreement is missing")
        if not arguments["reason"]:
            return Refusal(RefusalCode.REASON_NEEDED)
        named = round_id if self._is_board(round_id) else windows[0]
        text = f"{do} {named} without {', '.join(missing)}: {arguments['reason']}"
        outcome = await session.desk.append(
            lambda: Draft("incident", {"at": self._now(), "kind": "override", "text": text})
        )
        if isinstance(outcome, Refusal):
            return outcome
        # a crash here leaves the reason recorded and the nod still missing: it is given again
        for window in windows:
            session.nods.override(do, window)
        done = await self._table[do]({"round": round_id})
        return done if isinstance(done, Refusal) else outcome | {"done": done}

    def _overridden(self, do: str, target: str) -> list[str] | Refusal:
        """The windows whose nods are gone without: one, or all under a board."""
        if do == "reveal" and self._is_board(target):
            return self._session.boards.windows(target)
        window = acts.may_nod(self._session.state, do, target)
        return window if isinstance(window, Refusal) else [window.name]

    async def _go_on(self, arguments: Arguments) -> Outcome:
        """Go on after a restart though not every witness could be compared with; who and why stands in the record."""
        if not arguments["reason"]:
            return Refusal(RefusalCode.REASON_NEEDED)
        return await self._session.beginning.despite_absence(arguments["reason"])


def unwritable_text(arguments: Arguments) -> str | None:
    """What an entry could not hold (a line end, a control or half a character), named; None when all is well."""
    for name, value in arguments.items():
        if isinstance(value, str) and not is_one_line(value):
            return f"{name}: one line of text without control characters is right"
    return None
