"""What holds for every tree, every value and every garbled note, not only for the vectors."""

from __future__ import annotations

import hashlib
import io
import tarfile
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from audience_server.record import ballots, canonical, codes, entries, notes, receipt, tree
from audience_server.record.bundle import tar_bytes
from audience_server.record.checkpoint import Checkpoint, sign_checkpoint
from audience_server.record.ed25519 import public_key
from audience_server.record.forms import FormError
from audience_server.record.policy import policy_text

ORIGIN = "rig.example/s1"
SEED = bytes(range(32))


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    width = 1
    while width * 2 < len(leaves):
        width *= 2
    return tree.node_hash(naive_root(leaves[:width]), naive_root(leaves[width:]))


@given(st.integers(0, 70), st.data())
def test_every_proof_of_every_size_holds_and_no_other(size: int, data: st.DataObject) -> None:
    """Roots equal the naive recursion; proofs hold for their leaf and for no other."""
    leaves = [hashlib.sha256(bytes([number])).digest() for number in range(size)]
    grown = tree.Tree()
    grown.extend(leaves)
    assert naive_root(leaves) == grown.root() == tree.root_of(leaves)
    if size == 0:
        return
    part = data.draw(st.integers(1, size))
    index = data.draw(st.integers(0, part - 1))
    other = data.draw(st.integers(0, size - 1))
    proof = grown.inclusion_proof(index, part)
    assert tree.verify_inclusion(leaves[index], index, part, proof, grown.root(part))
    assert (other == index) is tree.verify_inclusion(leaves[other], index, part, proof, grown.root(part))
    path = grown.consistency_proof(part, size)
    assert tree.verify_consistency(part, grown.root(part), size, grown.root(), path)
    if part < size:
        assert not tree.verify_consistency(part, leaves[0][::-1], size, grown.root(), path)


@given(st.integers(1, 40), st.integers(0, 40))
def test_a_truncated_tree_grows_as_if_the_rest_had_never_been(kept: int, dropped: int) -> None:
    """What a failed write took back leaves no trace."""
    leaves = [hashlib.sha256(bytes([number])).digest() for number in range(kept + dropped)]
    grown = tree.Tree()
    grown.extend(leaves)
    grown.truncate(kept)
    assert kept == grown.size
    grown.extend(leaves[:3])
    assert naive_root(leaves[:kept] + leaves[:3]) == grown.root()


@given(st.integers(1, 60), st.data())
def test_a_batch_of_receipts_equals_receipts_made_one_by_one(size: int, data: st.DataObject) -> None:
    """Sharing path texts changes nothing, and each verifies, also against a head that the tree has outgrown."""
    own = [f"entry {number}\n".encode() for number in range(size)]
    grown = tree.Tree()
    grown.extend([tree.leaf_hash(entry) for entry in own])
    covered = data.draw(st.integers(1, size))
    first = data.draw(st.integers(0, covered))
    last = data.draw(st.integers(first, covered))
    head = sign_checkpoint(Checkpoint(ORIGIN, covered, grown.root(covered)), SEED)
    batch = receipt.render_batch(grown, first, last, covered, head)
    log = notes.vkey(ORIGIN, notes.ED25519, public_key(SEED))
    for index, text in zip(range(first, last), batch, strict=True):
        single = receipt.Receipt(index, tuple(grown.inclusion_proof(index, covered)), head)
        assert single.render() == text
        assert single == receipt.parse_receipt(text)
        assert covered == receipt.verify_receipt(text, own[index], log).size


texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20)
keys = st.text("abcdefghijklmnopqrstuvwxyz0123456789_-", min_size=1, max_size=64)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(keys, values, max_size=5))
def test_canonical_json_round_trips(value: dict[str, Any]) -> None:
    """What is written is read as the same value, and written as the same bytes."""
    text = canonical.encode(value)
    assert value == canonical.decode(text)
    assert text == canonical.encode(canonical.decode(text))


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_canonical_json_never_raises_anything_but_a_form_error(text: str | bytes) -> None:
    """Hostile input is refused, in words."""
    try:
        value = canonical.decode(text)
    except FormError:
        return
    assert (text.encode() if isinstance(text, str) else text) == canonical.encode(value)


def sample_ballot() -> bytes:
    seed = codes.round_seed(bytes(16), ORIGIN, "r01")
    return ballots.build_ballot(ORIGIN, "r01", seed, 0, hashlib.sha256(b"x").digest())


@settings(max_examples=300)
@given(st.data())
def test_a_garbled_ballot_is_refused_or_fails_its_signature(data: st.DataObject) -> None:
    """No byte of a ballot can be changed unnoticed."""
    entry = bytearray(sample_ballot())
    place = data.draw(st.integers(0, len(entry) - 1))
    entry[place] ^= data.draw(st.integers(1, 255))
    try:
        parsed = ballots.parse_ballot(bytes(entry), ORIGIN)
    except FormError:
        return
    assert not parsed.verify()


@given(st.binary(max_size=200))
def test_parsers_of_entries_refuse_garbage_in_words(raw: bytes) -> None:
    """FormError and nothing else."""
    for parse in (
        lambda: ballots.parse_ballot(raw, ORIGIN),
        lambda: ballots.parse_present(raw, ORIGIN),
        lambda: entries.parse_json_entry(raw, ORIGIN),
        lambda: notes.parse_note(raw),
        lambda: receipt.parse_receipt(raw.decode("utf-8", "replace")),
    ):
        try:
            parse()
        except FormError:
            continue


@given(st.text(codes.ALPHABET, min_size=19, max_size=19), st.integers(0, 18), st.sampled_from(codes.ALPHABET))
def test_one_wrong_character_never_passes(first: str, place: int, other: str) -> None:
    """Luhn mod 32 finds every single error."""
    code = first + codes.check_character(first)
    assert code == codes.normalise(codes.printed(code).lower())
    changed = code[:place] + other + code[place + 1 :]
    if changed != code:
        try:
            codes.normalise(changed)
        except FormError:
            return
        raise AssertionError(f"{changed} passed")


def test_statements_carry_their_signers_and_acts_none() -> None:
    """The log signs first."""
    act = entries.build_act("seal", ORIGIN, {"at": 1, "tallies": []})
    assert entries.JsonEntry("seal", {"at": 1, "tallies": []}, ()) == entries.parse_json_entry(act, ORIGIN)
    statement = entries.build_statement("zero", ORIGIN, {"at": 1}, [(ORIGIN, SEED)])
    parsed = entries.parse_json_entry(statement, ORIGIN)
    assert ("zero", {"at": 1}, [ORIGIN]) == (parsed.tag, parsed.body, [line.name for line in parsed.signatures])


def test_an_entry_over_the_limit_is_refused() -> None:
    """65,535 bytes is what a tile can frame."""
    try:
        entries.build_act("enrol", ORIGIN, {"keys": ["x" * 70_000]})
    except FormError:
        return
    raise AssertionError("accepted")


path_parts = st.text("abcXYZ019._-", min_size=1, max_size=60).filter(lambda part: part not in (".", ".."))


@given(st.lists(path_parts, min_size=1, max_size=4).map("/".join), st.binary(max_size=1100))
def test_another_reader_finds_every_path_and_byte_of_a_tar(path: str, content: bytes) -> None:
    """Long paths are split at a slash; a path that no header can hold is refused."""
    try:
        raw = tar_bytes([(path, content)])
    except FormError:
        assert len(path) > 100
        return
    with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
        [member] = archive.getmembers()
        held = archive.extractfile(member)
        assert (path, content, 0o644) == (member.name, held.read() if held else None, member.mode)


lines = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=12)


@given(st.lists(lines, min_size=1, max_size=4).map(lambda drawn: "\n".join(drawn) + "\n"), st.data())
def test_a_note_is_read_as_it_was_signed_and_not_when_garbled(text: str, data: st.DataObject) -> None:
    """Any text survives; one changed byte is refused, kills the note or leaves a line of an unknown key."""
    raw = notes.render(text, [notes.sign_note(text, ORIGIN, SEED)])
    known = [notes.parse_vkey(notes.vkey(ORIGIN, notes.ED25519, public_key(SEED)))]
    assert (text, [ORIGIN]) == notes.open_note(raw, known)
    garbled = bytearray(raw)
    garbled[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        _, signers = notes.open_note(bytes(garbled), known)
    except FormError:
        return
    assert [] == signers


def test_a_path_that_leaves_the_bundle_is_refused() -> None:
    """Neither `..` nor an empty part nor a strange character."""
    for path in ("../x", "a//b", "a/./b", "/a", "a b", "a/" + "b" * 300):
        try:
            tar_bytes([(path, b"")])
        except FormError:
            continue
        raise AssertionError(path)


def test_the_policy_names_witnesses_in_file_order() -> None:
    """Without any the quorum is none."""
    assert "log L\nquorum none\n" == policy_text("L")
    wanted = "log L\nwitness n1 A\nwitness o1 B\ngroup notaries 1 n1\ngroup all-of all notaries\nquorum all-of\n"
    assert wanted == policy_text("L", ["A"], ["B"], 1, 0)
