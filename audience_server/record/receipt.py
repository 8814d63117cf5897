"""Receipts: C2SP tlog-proof@v1, an inclusion proof with the checkpoint it leads to.  https://c2sp.org/tlog-proof"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audience_server.record.checkpoint import Checkpoint, parse_checkpoint, verify_cosignature
from audience_server.record.forms import FormError, b64, decimal, unb64
from audience_server.record.notes import COSIGNATURE, open_note, parse_note, parse_vkey
from audience_server.record.tree import Tree, leaf_hash, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
LONGEST_PROOF = 63


@dataclass(frozen=True, slots=True)
class Receipt:
    """Entry `index` is in the tree that `checkpoint_note` heads."""

    index: int
    proof: tuple[bytes, ...]
    checkpoint_note: bytes

    def render(self) -> str:
        hashes = "".join(b64(value) + "\n" for value in self.proof)
        return f"{HEADER}\nindex {self.index}\n{hashes}\n{self.checkpoint_note.decode()}"


def parse_receipt(text: str) -> Receipt:
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or len(lines) < 2 or lines[0] != HEADER or not lines[1].startswith("index "):
        raise FormError("not a tlog-proof")
    if len(lines) - 2 > LONGEST_PROOF:
        raise FormError("a proof is too long")
    proof = tuple(unb64(line, 32) for line in lines[2:])
    return Receipt(decimal(lines[1].removeprefix("index ")), proof, note.encode())


def verify_receipt(text: str, entry: bytes, log_vkey: str, witness_vkeys: Sequence[str] = ()) -> Checkpoint:
    """The checkpoint that covers `entry`, signed by the log and cosigned by every given witness, or FormError."""
    receipt = parse_receipt(text)
    log = parse_vkey(log_vkey)
    body, signers = open_note(receipt.checkpoint_note, [log])
    if log.name not in signers:
        raise FormError("the log did not sign this checkpoint")
    checkpoint = parse_checkpoint(body)
    if checkpoint.origin != log.name:
        raise FormError("a checkpoint of another log")
    _check_witnesses(receipt.checkpoint_note, body, witness_vkeys)
    if not verify_inclusion(leaf_hash(entry), receipt.index, checkpoint.size, receipt.proof, checkpoint.root):
        raise FormError("the entry is not in this tree")
    return checkpoint


def _check_witnesses(raw: bytes, body: str, witness_vkeys: Sequence[str]) -> None:
    signatures = parse_note(raw).signatures
    for text in witness_vkeys:
        key = parse_vkey(text)
        found = [line for line in signatures if (line.name, line.key_id) == (key.name, key.key_id)]
        if key.type != COSIGNATURE or not found:
            raise FormError(f"{key.name} did not cosign")
        for line in found:
            verify_cosignature(body, line, key)


def render_batch(tree: Tree, first: int, last: int, size: int, checkpoint_note: bytes) -> list[str]:
    """Receipts of the entries first..last-1 against one head; neighbours share the text of their paths."""
    tail = "\n" + checkpoint_note.decode()
    paths = tree.path_texts(first, last, size, _line)
    return [f"{HEADER}\nindex {index}\n{path}{tail}" for index, path in enumerate(paths, first)]


def _line(value: bytes) -> str:
    return b64(value) + "\n"
