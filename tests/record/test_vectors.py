"""The record's bytes against vectors that other programs made and other programs accepted."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from typing import Any

import pytest

from audience_server.record import ballots, canonical, checkpoint, codes, ed25519, notes, receipt, rolls, tiles, tree
from audience_server.record.bundle import tar_bytes
from audience_server.record.fingerprint import fingerprint
from audience_server.record.forms import FormError, b64
from tests.vector_files import VECTORS, named, vectors

BASICS = vectors("c1-basics.json")
ORIGIN = BASICS["origin"]


@pytest.mark.parametrize("text", BASICS["canonical_json"]["accept"])
def test_canonical_json_reads_what_it_would_write(text: str) -> None:
    """Reading and writing again gives the same bytes."""
    assert text == canonical.encode(canonical.decode(text)).decode()


@pytest.mark.parametrize("case", BASICS["canonical_json"]["reject"], ids=named)
def test_canonical_json_refuses_every_other_way_to_write_it(case: dict[str, str]) -> None:
    """One way to write one value."""
    with pytest.raises(FormError):
        canonical.decode(case["text"])


@pytest.mark.parametrize("code", BASICS["check_character"]["valid"])
def test_valid_codes_are_accepted(code: str) -> None:
    """The check character fits."""
    assert code == codes.normalise(code)


@pytest.mark.parametrize("case", BASICS["check_character"]["valid_as_typed"])
def test_codes_are_read_as_people_type_them(case: dict[str, str]) -> None:
    """Any case, groups apart."""
    assert case["code"] == codes.normalise(case["typed"])


@pytest.mark.parametrize("code", BASICS["check_character"]["invalid"])
def test_mistyped_codes_are_refused(code: str) -> None:
    """One wrong character or two swapped never pass."""
    with pytest.raises(FormError):
        codes.normalise(code)


@pytest.mark.parametrize("card", BASICS["cards"], ids=lambda card: card["code"])
def test_a_code_gives_its_seed_and_the_keys_of_every_round(card: dict[str, Any]) -> None:
    """Code -> seed -> round seed -> public key."""
    assert card["printed"] == codes.printed(card["code"])
    seed = codes.seed_of(card["code"])
    assert card["seed_hex"] == seed.hex()
    for round_id, keys in card["round_keys"].items():
        round_seed = codes.round_seed(seed, ORIGIN, round_id)
        assert keys["ed25519_seed_hex"] == round_seed.hex()
        assert keys["public_key_b64"] == b64(ed25519.public_key(round_seed))


def seed_for(case: dict[str, Any], round_id: str) -> bytes:
    return codes.round_seed(codes.seed_of(case["code"]), ORIGIN, round_id)


@pytest.mark.parametrize("case", BASICS["present"], ids=lambda case: case["code"])
def test_check_ins_are_the_same_bytes(case: dict[str, Any]) -> None:
    """Ed25519 is deterministic, so whole notes compare."""
    entry = ballots.build_present(ORIGIN, seed_for(case, "r00"))
    assert case["entry"] == entry.decode()
    assert case["leaf_hash_hex"] == tree.leaf_hash(entry).hex()
    assert ballots.parse_present(entry, ORIGIN).verify()


@pytest.mark.parametrize("case", BASICS["ballots"], ids=lambda case: f"{case['window']} q{case['q']}")
def test_ballots_and_commitments_are_the_same_bytes(case: dict[str, Any]) -> None:
    """Commitment, note and leaf hash."""
    seed = seed_for(case, case["round"])
    nonce = base64.b64decode(case["nonce_b64"])
    key = ed25519.public_key(seed)
    committed = ballots.commitment(ORIGIN, case["window"], key, case["q"], nonce, case["choice"])
    assert case["commitment_b64"] == b64(committed)
    entry = ballots.build_ballot(ORIGIN, case["window"], seed, case["q"], committed)
    assert case["entry"] == entry.decode()
    assert case["leaf_hash_hex"] == tree.leaf_hash(entry).hex()
    parsed = ballots.parse_ballot(entry, ORIGIN)
    assert (case["window"], key, case["q"], committed) == (parsed.window, parsed.key, parsed.q, parsed.commitment)
    assert parsed.verify()


def test_a_roll_is_its_keys_sorted_with_a_tree_head() -> None:
    """File digest and root."""
    roll = BASICS["roll"]
    keys = [base64.b64decode(key) for key in roll["keys_b64"]]
    data = rolls.roll_bytes(reversed(keys))
    assert roll["file_sha256"] == hashlib.sha256(data).hexdigest()
    assert roll["root_b64"] == b64(rolls.roll_root(keys))
    assert keys == rolls.parse_roll(data)


@pytest.mark.parametrize("case", BASICS["fingerprints"], ids=lambda case: case["size"])
def test_fingerprints_are_twenty_five_digits(case: dict[str, str]) -> None:
    """Padded with zeros, five groups."""
    root = base64.b64decode(case["root_b64"])
    assert case["fingerprint"] == fingerprint(ORIGIN, int(case["size"]), root)


@pytest.mark.parametrize("case", vectors("ed25519-strict.json")["cases"], ids=named)
def test_ed25519_follows_the_one_rule(case: dict[str, Any]) -> None:
    """libsodium's answer, and the prime-order rule for roll keys."""
    key = bytes.fromhex(case["public_key"])
    holds = ed25519.verify(key, case["message"].encode(), bytes.fromhex(case["signature"]))
    assert case["want"] is holds
    assert case["want_with_roll_rule"] is (holds and ed25519.is_roll_key(key))


NOTES = vectors("signed-note.json")
KNOWN = {key["name"]: notes.parse_vkey(key["vkey"]) for key in NOTES["keys"]}


def outcome_of(raw: bytes, trusted: list[str]) -> str:
    try:
        _, names = notes.open_note(raw, [KNOWN[name] for name in trusted])
    except FormError as error:
        return "invalid-signature" if "does not hold" in str(error) else "malformed"
    return "ok" if names else "unverified"


@pytest.mark.parametrize("case", NOTES["cases"], ids=named)
def test_signed_notes_open_or_not_as_the_reference_says(case: dict[str, Any]) -> None:
    """Where Go is laxer (base64 with unused bits set), the strict reading holds."""
    raw = bytes.fromhex(case["note_hex"]) if case.get("note") is None else case["note"].encode()
    wanted = "malformed" if "OUR strict rule: malformed" in case["why"] else case["want"]
    assert wanted == outcome_of(raw, case["trusted"])


@pytest.mark.parametrize("case", [NOTES["issue99"], NOTES["spec_example"]], ids=["issue99", "spec_example"])
def test_published_notes_open_with_their_vkeys(case: dict[str, str]) -> None:
    """A key id may begin with any byte, and the text of the specification's own example holds."""
    key = notes.parse_vkey(case["vkey"])
    assert case["vkey"] == notes.vkey(key.name, key.type, key.public_key)
    text, names = notes.open_note(case["note"].encode(), [key])
    assert [key.name] == names
    if "seed_hex" in case:
        assert case["note"].encode() == notes.render(
            text, [notes.sign_note(text, key.name, bytes.fromhex(case["seed_hex"]))]
        )


@pytest.mark.parametrize("case", NOTES["bad_vkeys"], ids=named)
def test_malformed_vkeys_are_refused(case: dict[str, str]) -> None:
    """A vkey names its key exactly."""
    with pytest.raises(FormError):
        notes.parse_vkey(case["vkey"])


@pytest.mark.parametrize("case", vectors("checkpoint.json")["cases"], ids=named)
def test_checkpoints_have_exactly_three_lines(case: dict[str, str]) -> None:
    """The stricter of two reference readings."""
    try:
        checkpoint.parse_checkpoint(case["text"])
        found = "ok"
    except FormError:
        found = "reject"
    assert case["want"] == found


COSIGNATURES = vectors("cosignature.json")


@pytest.mark.parametrize(
    "case", [case for case in COSIGNATURES["fixed_time"] if case["alg"] == "ed25519"], ids=lambda case: case["name"]
)
def test_cosignatures_are_the_same_bytes_and_hold(case: dict[str, Any]) -> None:
    """cosignature/v1, type 0x04."""
    note = notes.parse_note(COSIGNATURES["checkpoint_with_log_signature"].encode())
    head = checkpoint.parse_checkpoint(note.text)
    line = checkpoint.cosign(head, case["name"], bytes.fromhex(case["seed_hex"]), case["timestamp"])
    assert case["line"].rstrip("\n") == line.rstrip("\n")
    signature = notes.parse_note(notes.render(note.text, [line])).signatures[0]
    key = notes.parse_vkey(case["vkey"])
    assert case["timestamp"] == checkpoint.verify_cosignature(note.text, signature, key)
    changed = notes.Signature(signature.name, signature.key_id, b"\1" + signature.signature[1:])
    with pytest.raises(FormError):
        checkpoint.verify_cosignature(note.text, changed, key)
    with pytest.raises(FormError):
        checkpoint.verify_cosignature(note.text.replace("\n8\n", "\n9\n"), signature, key)


@pytest.mark.parametrize(
    "case", [case for case in COSIGNATURES["made_by_go"]["notes"] if case["alg"] == "ed25519"], ids=named
)
def test_cosignatures_made_elsewhere_hold(case: dict[str, str]) -> None:
    """Also beside a log signature that is not looked at; as a plain signature of the text they hold nothing."""
    note = notes.parse_note(case["note"].encode())
    key = notes.parse_vkey(case["vkey"])
    [line] = [line for line in note.signatures if line.key_id == key.key_id]
    assert 0 < checkpoint.verify_cosignature(note.text, line, key)
    assert not ed25519.verify(key.public_key, note.text.encode(), line.signature[8:])
    assert (note.text, []) == notes.open_note(case["note"].encode(), [key])


def test_a_small_log_has_the_root_signature_and_fingerprint_of_the_reference() -> None:
    """Check-ins, then ballots, in the order of the vectors."""
    log = BASICS["log"]
    entries = [case["entry"].encode() for case in (*BASICS["present"], *BASICS["ballots"])]
    root = tree.root_of([tree.leaf_hash(entry) for entry in entries])
    assert (log["size"], log["root_b64"]) == (len(entries), b64(root))
    text, names = notes.open_note(log["checkpoint"].encode(), [notes.parse_vkey(log["log_vkey"])])
    assert [ORIGIN] == names
    assert checkpoint.Checkpoint(ORIGIN, len(entries), root) == checkpoint.parse_checkpoint(text)
    assert log["fingerprint"] == fingerprint(ORIGIN, len(entries), root)


PROOFS = vectors("tlog-proof.json")


@pytest.mark.parametrize("case", PROOFS["cases"], ids=named)
def test_receipts_verify_or_not_as_the_reference_says(case: dict[str, Any]) -> None:
    """Index, path, checkpoint and cosignatures."""
    entry = bytes.fromhex(case["entry_hex"])
    try:
        receipt.verify_receipt(case["proof"], entry, PROOFS["log_vkey"], PROOFS["cosigner_vkeys"])
        found = "ok"
    except FormError:
        found = "reject"
    assert case["want"] == found


def test_tiles_are_laid_out_as_tlog_tiles_says() -> None:
    """300 entries: full and partial tiles of both kinds."""
    layout = vectors("tiles.json")
    entries = [f"entry-{number}".encode() for number in range(layout["size"])]
    hashes = [tree.leaf_hash(entry) for entry in entries]
    assert layout["root"] == b64(tree.root_of(hashes))
    made = tiles.entry_tiles(entries) | tiles.hash_tiles(hashes)
    described = {path: (len(data), hashlib.sha256(data).hexdigest()) for path, data in made.items()}
    assert {path: (file["length"], file["sha256"]) for path, file in layout["files"].items()} == described
    growing = tree.Tree()
    growing.extend(hashes)
    for path, data in made.items():
        if not path.startswith("tile/entries"):
            assert data == tiles.hash_tile(growing, path)
    assert tiles.hash_tile(growing, "tile/0/002") is None
    assert tiles.hash_tile(growing, "tile/entries/000") is None
    assert tiles.hash_tile(growing, "tile/0/../../000") is None


RFC = vectors("rfc6962.json")


def test_roots_and_proofs_of_the_eight_leaves_of_certificate_transparency() -> None:
    """Every size, every index, every pair."""
    entries = [bytes.fromhex(entry) for entry in RFC["ct8"]["entries_hex"]]
    check_tree([tree.leaf_hash(entry) for entry in entries], RFC["ct8"])


def test_roots_of_every_size_of_the_eight_leaves() -> None:
    """From the empty tree on."""
    leaves = [tree.leaf_hash(bytes.fromhex(entry)) for entry in RFC["ct8"]["entries_hex"]]
    assert RFC["ct8"]["leaf_hashes"] == [leaf.hex() for leaf in leaves]
    assert RFC["ct8"]["roots_by_size"] == [tree.root_of(leaves[:size]).hex() for size in range(9)]


def test_a_tree_of_a_thousand_has_the_reference_roots_and_proofs() -> None:
    """Sizes around every power of two."""
    big = RFC["big"]
    leaves = [tree.leaf_hash(f"entry-{number}".encode()) for number in range(1000)]
    grown = tree.Tree()
    grown.extend(leaves)
    assert big["roots"] == {size: grown.root(int(size)).hex() for size in big["roots"]}
    check_tree(leaves, big)


def test_hash_rules_of_rfc_6962() -> None:
    """Domain separation of leaf and node, and the empty tree."""
    rules = RFC["hash_rules"]
    assert rules["empty_root"] == tree.EMPTY_ROOT.hex() == tree.root_of([]).hex()
    assert rules["empty_leaf"] == tree.leaf_hash(b"").hex()
    assert rules["leaf_L123456"] == tree.leaf_hash(b"L123456").hex()
    assert rules["node_N123_N456"] == tree.node_hash(b"N123", b"N456").hex()


def check_tree(leaves: list[bytes], cases: dict[str, Any]) -> None:
    grown = tree.Tree()
    grown.extend(leaves)
    for case in cases["inclusion"]:
        index, size = case["index"], case["size"]
        proof = [bytes.fromhex(value) for value in case["proof"]]
        assert proof == grown.inclusion_proof(index, size)
        assert tree.verify_inclusion(leaves[index], index, size, proof, grown.root(size))
    for case in cases["consistency"]:
        earlier, later = case["size1"], case["size2"]
        proof = [bytes.fromhex(value) for value in case["proof"]]
        assert proof == grown.consistency_proof(earlier, later)
        assert tree.verify_consistency(earlier, grown.root(earlier), later, grown.root(later), proof)


@pytest.mark.parametrize("case", RFC["reject"], ids=named)
def test_wrong_proofs_are_refused(case: dict[str, Any]) -> None:
    """One bit, one hash, one index: all refused."""
    proof = [bytes.fromhex(value) for value in case["proof"]]
    if case["kind"] == "inclusion":
        leaf, root = bytes.fromhex(case["leaf_hash"]), bytes.fromhex(case["root"])
        assert not tree.verify_inclusion(leaf, case["index"], case["size"], proof, root)
    else:
        roots = [bytes.fromhex(case[name]) for name in ("root1", "root2")]
        assert not tree.verify_consistency(case["size1"], roots[0], case["size2"], roots[1], proof)


def test_a_tar_is_the_same_bytes_as_one_made_elsewhere() -> None:
    """The tiny session, taken apart and put together."""
    raw = (VECTORS / "tiny.c1.tar").read_bytes()
    with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
        files = [(member.name, archive.extractfile(member).read()) for member in archive]  # type: ignore[union-attr]
    assert raw == tar_bytes(files)
