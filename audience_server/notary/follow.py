"""The record as a live witness reads it: every entry checked by the verifier's own rules, in order, as it comes.

The rules are those of verify.py, the same code; what is new here is only that the entries come one batch at a time and
that the tree grows.  `Follower` says what it finds and what the numbers are; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from audience_server.notary import verify as v


class Tree:
    """The right edge of a growing RFC 6962 tree: (level, hash) of each complete subtree, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[tuple[int, bytes]] = []

    def append(self, leaf: bytes) -> None:
        level, value = 0, leaf
        while self._edge and self._edge[-1][0] == level:
            value = v.node_hash(self._edge.pop()[1], value)
            level += 1
        self._edge.append((level, value))
        self.size += 1

    def root(self) -> bytes:
        if not self._edge:
            return v.root_of([])
        value = self._edge[-1][1]
        for _, left in reversed(self._edge[:-1]):
            value = v.node_hash(left, value)
        return value


class Follower:
    """One session.  `findings` grows; an E-finding means that the record does not add up."""

    def __init__(self, log_vkey: str, rules_file: bytes, policy: bytes, files: Mapping[str, bytes]) -> None:
        """`files`: rolls and page by bundle path.  Raises FormError when the session file cannot be read."""
        self.report = v.Report()
        rules = v.read_rules(rules_file)
        log = v.read_vkey(log_vkey, v.LOG_KEY)
        held = {"C1": f"c1/bundle 1\n{log.name}\n".encode(), "rules.toml": rules_file, "policy.txt": policy, **files}
        views = {path: memoryview(data) for path, data in held.items()}
        witnesses = [v.read_vkey(each.witness, v.WITNESS_KEY) for each in (*rules.notaries, *rules.observers)]
        statements = [v.read_vkey(each.statement, v.LOG_KEY) for each in rules.notaries]
        self.case = v.Case(self.report, views, rules, log, witnesses=witnesses, statements=statements)
        self.tree = Tree()
        self._seen: set[bytes] = set()
        self._turnouts: dict[str, tuple[int, dict[str, dict[str, int]]]] = {}
        v.check_origin(self.case)
        v.check_policy(self.case, None)
        v.step_7_rolls(self.case)

    @property
    def origin(self) -> str:
        return self.case.origin

    @property
    def size(self) -> int:
        return self.tree.size

    def take(self, entries: Sequence[bytes]) -> None:
        """The next entries, in order."""
        for entry in entries:
            index = self.tree.size
            leaf = v.leaf_hash(entry)
            self.case.leaves.append(leaf)
            self.tree.append(leaf)
            v.take_entry(self.case, index, entry, self._seen)

    def has_ballot(self, leaf: bytes) -> bool:
        """Whether a ballot with this leaf hash is in the record."""
        return leaf in self._seen

    def card(self, keys: Mapping[str, str]) -> tuple[str, bool]:
        """The panel of a card, empty for one that is on no roll, and whether it has checked in."""
        try:
            key = v.unb64(str(keys.get(v.CHECK_IN, "")))
        except v.FormError:
            return "", False
        return self.case.panel_of(v.CHECK_IN, key) or "", key in self.case.present

    def unclosed(self, keys: Mapping[str, str]) -> dict[str, str]:
        """Those of a card's keys that a statement names: of check-in and of rounds not yet closed.

        The others would tell the server which earlier ballots were this card's.
        """
        found = {}
        for round_id, key in keys.items():
            windows = self.case.windows_of(round_id)
            if not windows or windows[-1].close is None or windows[-1].void is not None:
                found[round_id] = key
        return found

    def errors(self) -> list[v.Finding]:
        """Failed checks; W-findings only warn, and an anchor is compared when the evidence is verified.

        A ballot that differs from its audit card's expectation is no fault of the record: it is what the audit is for,
        and what follows (the round voided, held again) must be signed.
        """
        return [finding for finding in self.report.of_kind("E") if finding.code != "E424"]

    def flipped(self) -> list[v.Finding]:
        """Ballots of audit cards that are not what was sealed."""
        return [finding for finding in self.report.of_kind("E") if finding.code == "E424"]

    def warnings(self) -> list[v.Finding]:
        return [finding for finding in self.report.of_kind("W") if finding.code != "W107"]

    # locked windows

    def uncounted(self) -> list[v.Window]:
        """Windows that are locked and not yet counted here, in the order of their locks."""
        counted = {row["window"] for row in self.report.rounds if row["state"] == "locked"}
        waiting = [each for each in self.case.windows.values() if each.stands and each.name not in counted]
        return sorted(waiting, key=lambda window: window.tally or 0)

    def count(self, window: v.Window, openings: bytes, counts: bytes, head: tuple[int, bytes]) -> dict[str, Any]:
        """Count a locked window anew from its openings; what differs becomes a finding.  `head`: size and root of the
        first checkpoint that covers its tally."""
        for kind, data in (("openings", openings), ("counts", counts)):
            self.case.files[f"rounds/{window.name}.{kind}"] = memoryview(data)
        checkpoint = v.Checkpoint(self.case.origin, head[0], head[1])
        self.case.history = [(checkpoint, v.Signers())]
        row = v.round_row(self.case, window)
        self.case.history = []
        self.report.rounds = [each for each in self.report.rounds if each["window"] != window.name]
        self.report.rounds.append(row)
        return row

    def row_of(self, window_name: str) -> dict[str, Any] | None:
        """The count made here of a locked window."""
        return next((row for row in self.report.rounds if row["window"] == window_name), None)

    # what a notary looks at

    def panels(self) -> list[dict[str, Any]]:
        """Expected and present per panel, from the entries."""
        case = self.case
        voided = case.voided.get(v.CHECK_IN, {})
        found = []
        for panel in case.rules.panels.values():
            present = sum(case.panel_of(v.CHECK_IN, key) == panel.id and key not in voided for key in case.present)
            expected = panel.invited if panel.card else case.enrolled.get((v.CHECK_IN, panel.id), 0)
            found.append({"id": panel.id, "name": panel.name, "expected": expected, "present": present})
        return found

    def turnout(self, window: v.Window) -> dict[str, dict[str, int]]:
        """Issued and returned per panel of a window, cards only, from the entries; counted once for each size."""
        known = self._turnouts.get(window.name)
        if known is None or known[0] != self.size:
            known = self._turnouts[window.name] = (self.size, self._counted_turnout(window))
        return known[1]

    def _counted_turnout(self, window: v.Window) -> dict[str, dict[str, int]]:
        case = self.case
        limit = window.close if case.rules.late and window.close is not None else window.open
        if case.rules.late and window.close is None:
            limit = case_size(case)
        voided = case.voided.get(v.CHECK_IN, {})
        told = {v.unb64(card["key"]) for card in window.audit_cards}
        found = {}
        for panel in window.shape.panels:
            issued = sum(
                index < limit and case.panel_of(v.CHECK_IN, key) == panel and key not in voided
                for key, index in case.present.items()
            )
            returned = sum(case.panel_of(window.round, key) == panel and key not in told for key in window.best)
            found[panel] = {"issued": issued, "returned": returned}
        return found


def case_size(case: v.Case) -> int:
    return len(case.leaves)
