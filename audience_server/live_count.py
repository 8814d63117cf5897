"""From recorded ballots to a locked count, to results, to the sealed evidence.

Counts exist only for windows that are locked (and, where the session file says so, for closed ones on the console).
Every figure here comes from `domain.tally` and `domain.results`; the openings come from the store, never from memory.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from audience_server.domain import acts
from audience_server.domain.acts import Draft
from audience_server.domain.audit import audit_ballots, audit_present, may_count
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.results import results
from audience_server.domain.session import SessionState, Window
from audience_server.domain.tally import (
    Counted,
    Counts,
    Identity,
    PanelVotes,
    count_ballots,
    counts_body,
    counts_of_body,
    identity_of,
    lock_shape,
    written_counts,
)
from audience_server.live_bundle import collect_parts
from audience_server.live_desk import ShowDesk
from audience_server.live_facts import SessionFiles
from audience_server.live_public import suppressed
from audience_server.live_record import LiveRecord, RecordDamaged
from audience_server.record.bundle import BundleParts
from audience_server.record.canonical import encode
from audience_server.record.openings import openings_file
from audience_server.stores.port import Opening, StoreFailed

log = logging.getLogger(__name__)

Outcome = dict[str, Any] | Refusal


class Ledger:
    """The counts of one session."""

    def __init__(self, state: SessionState, record: LiveRecord, desk: ShowDesk) -> None:
        self._state = state
        self._rundown = state.rundown
        self._record = record
        self._desk = desk
        self._counts: dict[str, Counts] = {}
        self._previews: dict[str, Counts] = {}
        self._results: dict[str, Any] | None = None

    async def load(self) -> None:
        """Read the counts of every locked window back; they are bound by their digest in the record."""
        for window in self._state.windows.values():
            if window.tally is None or window.void_index is not None:
                continue
            data = await self._record.store.file(f"rounds/{window.name}.counts")
            if data is None or hashlib.sha256(data).hexdigest() != window.tally["counts"]:
                raise RecordDamaged(f"the counts of {window.name} are not those of its tally")
            round_ = self._rundown.round(window.round)
            self._counts[window.name] = counts_of_body(round_, self._rundown, json.loads(data))
        for window in self._state.windows.values():
            await self.preview(window)

    async def preview(self, window: Window) -> None:
        """Where the session file lets the console see counts before the lock: count a closed window for it."""
        if self._rundown.session.running_counts != "after-close" or window.state != "closed":
            return
        if may_count(self._state, window) is not None:
            return
        try:
            kept = await self.counted_openings(window)
        except StoreFailed:
            log.exception("%s cannot be counted for the console yet", window.name)
            return
        self._previews[window.name] = self._count(window, kept).counts

    # the lock

    async def counted_openings(self, window: Window) -> list[Opening]:
        """The openings of the ballots that count, rising; every one must be there."""
        counted = self._state.counted(window)
        kept = [opening for opening in await self._record.store.openings(window.name) if opening.index in counted]
        if len(kept) != len(counted):
            raise RecordDamaged(f"{window.name}: {len(counted)} ballots count, {len(kept)} openings are there")
        return kept

    async def lock(self, window: Window, at: int) -> Outcome:
        """Count a closed window and append its tally; answers the lock shape of the README."""
        try:
            kept = await self.counted_openings(window)
        except StoreFailed as failure:
            return Refusal(RefusalCode.TRY_AGAIN, str(failure))
        except RecordDamaged as damage:
            return Refusal(RefusalCode.OPENINGS_MISSING, str(damage))
        counted = self._count(window, kept)
        identities = self._identities(window, counted.votes)
        excess = [panel for panel, identity in identities.items() if identity.not_cast < 0]
        if excess:
            return Refusal(RefusalCode.RETURNED_EXCEEDS_ISSUED, ", ".join(excess))
        salt = base64.b64encode(secrets.token_bytes(32)).decode()
        file = encode(counts_body(self._rundown.round(window.round), window.name, salt, counted.counts)) + b"\n"
        openings = openings_file((opening.index, opening.nonce, opening.choice) for opening in kept)
        body = {
            "at": at,
            "by": {panel: identity.as_dict() for panel, identity in identities.items()},
            "close": window.close_index,
            "counts": hashlib.sha256(file).hexdigest(),
            "open": window.open_index,
            "openings": hashlib.sha256(openings).hexdigest(),
            "round": window.round,
            "window": window.name,
        }
        # tally and counts are one transaction: a crash leaves both or neither, and the lock is asked for again
        outcome = await self._desk.append(lambda: Draft("tally", body), {f"rounds/{window.name}.counts": file})
        if isinstance(outcome, Refusal):
            return outcome
        self._counts[window.name] = counted.counts
        self._results = None
        return self.report(window)

    def _count(self, window: Window, kept: list[Opening]) -> Counted:
        panel_of = self._state.counted(window)
        tests = audit_ballots(self._state, window)
        ballots = [(panel_of[opening.index], opening.choice) for opening in kept if opening.index not in tests]
        return count_ballots(self._rundown.round(window.round), self._rundown, ballots, window.hands)

    def _identities(self, window: Window, votes: Mapping[str, PanelVotes]) -> dict[str, Identity]:
        found, testers = {}, audit_present(self._state, window)
        for panel in window.panels:
            hand = window.hands.get(panel, {"present": 0, "issued": 0})
            cards = window.issued[panel] - testers[panel]
            found[panel] = identity_of(
                window.expected[panel], cards + hand["present"], cards + hand["issued"], votes[panel]
            )
        return found

    # reports of one window

    def report(self, window: Window) -> dict[str, Any]:
        """What the console may know of a window now; after the lock the whole shape."""
        if window.tally is None or window.name not in self._counts:
            return {
                "by": {panel: self._turnout(window, panel) | self._preview(window, panel) for panel in window.panels}
            }
        assert window.tally_index is not None
        head = self._record.head_covering(window.tally_index)
        round_, by = self._rundown.round(window.round), window.tally["by"]
        identities = {panel: Identity(**by[panel]) for panel in round_.panels if panel in by}
        return lock_shape(
            round_,
            window.name,
            window.tally_index,
            head.size,
            self._record.fingerprint_of(window.tally_index),
            identities,
            self._counts[window.name],
        )

    def _turnout(self, window: Window, panel: str) -> dict[str, int]:
        hand = window.hands.get(panel, {"present": 0, "issued": 0, "returned": 0})
        return {
            "expected": window.expected[panel],
            "present": window.issued[panel] + hand["present"],
            "issued": window.issued[panel] + hand["issued"],
            "returned": window.returned[panel] + hand["returned"],
        }

    def _preview(self, window: Window, panel: str) -> dict[str, Any]:
        counts = self._previews.get(window.name)
        if counts is None or window.state != "closed":
            return {}
        round_ = self._rundown.round(window.round)
        shown = written_counts(round_, counts[panel])
        return {"counts": shown[round_.units[0]] if round_.kind == "ballot" else shown}

    def public_report(self, window: Window) -> dict[str, Any]:
        """The lock report as phones and air may see it: small or unanimous cells withheld."""
        return suppressed(self.report(window), self._rundown.session.small_cell)

    # channels, results, seal

    async def import_channel(
        self, channel: str, source: str, data: bytes, scores: Mapping[str, str], at: int
    ) -> Outcome:
        digest = hashlib.sha256(data).hexdigest()
        body = {"at": at, "digest": digest, "id": channel, "scores": dict(scores), "source": source}
        outcome = await self._desk.append(lambda: Draft("channel", body), {f"channels/{digest}.csv": data})
        self._results = None
        return outcome if isinstance(outcome, Refusal) else outcome | {"channel": channel, "units": len(scores)}

    def results(self) -> dict[str, Any]:
        """The object of results.json as it stands."""
        if self._results is None:
            self._results = results(self._rundown, *self._result_inputs())
        return self._results

    def results_so_far(self) -> dict[str, Any] | None:
        """Results once any round is locked."""
        return self.results() if self._counts else None

    def _result_inputs(self) -> tuple[dict[str, Counts], dict[str, dict[str, str]], set[str]]:
        standing = {
            window.round: self._counts[window.name]
            for window in self._state.windows.values()
            if window.state == "locked" and window.name in self._counts
        }
        channels = {name: dict(body["scores"]) for name, body in self._state.channels.items()}
        return standing, channels, set(standing)

    def forget(self, window: Window) -> None:
        """The window was voided: its counts are gone, and results computed with them are stale."""
        self._counts.pop(window.name, None)
        self._results = None

    def results_file(self) -> bytes:
        return encode(results(self._rundown, *self._result_inputs())) + b"\n"

    async def seal(self, at: int) -> Outcome:
        """The last leaf: everything decided, results bound by their digest."""
        file = self.results_file()
        digest = hashlib.sha256(file).hexdigest()
        outcome = await self._desk.append(
            lambda: acts.may_seal(self._state) or acts.draft_seal(self._state, digest, at), {"results.json": file}
        )
        if isinstance(outcome, Refusal):
            return outcome
        sealed_at = self._record.fingerprint_of(outcome["index"])
        return outcome | {"state": "sealed", "fingerprint": sealed_at, "complete": self.results()["complete"]}

    async def bundle_parts(self, files: SessionFiles, policy: str) -> BundleParts:
        """Everything of the bundle but its manifest, as it stands now."""
        openings: dict[str, bytes] = {}
        counts: dict[str, bytes] = {}
        for window in self._state.windows.values():
            if window.state != "locked":
                continue
            kept = await self.counted_openings(window)
            openings[window.name] = openings_file((each.index, each.nonce, each.choice) for each in kept)
            counts[window.name] = await self._record.store.file(f"rounds/{window.name}.counts") or b""
        return await collect_parts(self._record, files, policy, openings, counts, self.results_file())

    def bundle_name(self, origin: str) -> str:
        """Partial before the seal."""
        return _file_name(origin) + (".c1.tar" if self._state.seal_index is not None else ".partial.c1.tar")

    def public_bundle_name(self, origin: str) -> str:
        return _file_name(origin) + ".public.c1.tar"


def _file_name(origin: str) -> str:
    return origin.partition("/")[2].replace("/", "-")
