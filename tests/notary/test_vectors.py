"""The public vectors, through the verifier's own functions, with PyNaCl and without."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from audience_server.notary import verify as v

VECTORS = Path(__file__).resolve().parent.parent / "vectors"


def load(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((VECTORS / name).read_text("utf-8"))
    return data


@pytest.fixture(params=["pynacl", "pure"])
def ed25519(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to check a signature."""
    if request.param == "pure":
        monkeypatch.setattr(v, "sodium", None)
    elif v.sodium is None:
        pytest.skip("PyNaCl is not installed")
    return str(request.param)


def test_both_ways_to_check_a_signature_keep_the_one_rule(ed25519: str) -> None:
    """ed25519-strict.json: what only OpenSSL accepts is refused; roll keys are of prime order."""
    for case in load("ed25519-strict.json")["cases"]:
        key, message = bytes.fromhex(case["public_key"]), case["message"].encode()
        signature = bytes.fromhex(case["signature"])
        assert case["want"] == v.ed25519(key, message, signature), case["why"]
        assert case["key_in_prime_subgroup"] == v.is_roll_key(key), case["why"]
        assert case["want_with_roll_rule"] == (v.ed25519(key, message, signature) and v.is_roll_key(key)), case["why"]


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_no_key(ed25519: str, length: int) -> None:
    """Lengths are exact."""
    assert not v.ed25519(bytes(length), b"", bytes(64))
    assert not v.is_roll_key(bytes(length))


def test_roots_and_inclusion_proofs_are_those_of_rfc_6962() -> None:
    """rfc6962.json: roots of both sets, every inclusion proof, every inclusion case to reject."""
    data = load("rfc6962.json")
    small = [v.leaf_hash(bytes.fromhex(entry)) for entry in data["ct8"]["entries_hex"]]
    assert data["ct8"]["leaf_hashes"] == [leaf.hex() for leaf in small]
    assert data["ct8"]["roots_by_size"] == [v.root_of(small[:size]).hex() for size in range(9)]
    for case in data["ct8"]["inclusion"]:
        proof = [bytes.fromhex(node) for node in case["proof"]]
        root = v.inclusion_root(small[case["index"]], case["index"], case["size"], proof)
        assert v.root_of(small[: case["size"]]) == root
    for case in data["reject"]:
        if case["kind"] == "inclusion":
            proof = [bytes.fromhex(node) for node in case["proof"]]
            leaf = bytes.fromhex(case["leaf_hash"])
            assert bytes.fromhex(case["root"]) != v.inclusion_root(leaf, case["index"], case["size"], proof), case[
                "why"
            ]


def test_roots_of_many_sizes_come_from_one_pass() -> None:
    """Every wanted size gets the root of its prefix; sizes that are not there get none."""
    leaves = [v.leaf_hash(f"{n}".encode()) for n in range(70)]
    roots = v.tree_roots(leaves, range(90))
    assert [v.root_of(leaves[:size]) for size in range(71)] == [roots[size] for size in range(71)]
    assert max(roots) == 70


def test_signed_notes_are_read_as_go_reads_them() -> None:
    """signed-note.json, but for base64 with unused bits, which our strict rule refuses."""
    data = load("signed-note.json")
    keys = {key["name"]: v.read_vkey(key["vkey"], 1) for key in data["keys"]}
    for case in data["cases"]:
        want = "malformed" if "unused bits" in case["why"] else case["want"]
        raw = bytes.fromhex(case["note_hex"]) if case["note"] is None else case["note"].encode()
        assert want == outcome(raw, [keys[name] for name in case["trusted"]]), case["why"]
    for case in data["bad_vkeys"]:
        with pytest.raises(v.FormError):
            v.read_vkey(case["vkey"], 1)
    example = data["spec_example"]
    assert outcome(example["note"].encode(), [v.read_vkey(example["vkey"], 1)]) == "ok"
    assert outcome(data["issue99"]["note"].encode(), [v.read_vkey(data["issue99"]["vkey"], 1)]) == "ok"


def outcome(raw: bytes, trusted: list[v.Key]) -> str:
    try:
        read = v.read_note(raw)
    except v.FormError:
        return "malformed"
    known = [v.who_signed(read, key) for key in trusted]
    if any(signers.failed for signers in known):
        return "invalid-signature"
    return "ok" if any(signers.log for signers in known) else "unverified"


def test_checkpoints_are_three_lines_and_strict() -> None:
    """checkpoint.json, by the `want` column."""
    for case in load("checkpoint.json")["cases"]:
        try:
            v.read_checkpoint(case["text"])
            found = "ok"
        except v.FormError:
            found = "reject"
        assert case["want"] == found, case["why"]


def test_cosignatures_bind_time_and_text(ed25519: str) -> None:
    """cosignature.json: Ed25519 lines verify at their time and at no other, over no other text."""
    data = load("cosignature.json")
    log = v.read_vkey(data["log_vkey"], 1)
    for case in data["fixed_time"]:
        if case["alg"] != "ed25519":
            continue
        witness = v.read_vkey(case["vkey"], 4)
        raw = data["checkpoint_with_log_signature"] + case["line"] + "\n"
        signers = v.who_signed(v.read_note(raw.encode()), log, [witness])
        assert (signers.log, signers.times, signers.failed) == (True, {case["vkey"]: case["timestamp"]}, [])
        signature = v.read_signature(case["line"])
        later = bytes([*signature.blob[:7], signature.blob[7] ^ 1, *signature.blob[8:]])
        text = v.read_note(raw.encode()).text
        for note in (
            v.Note(text, (v.Signature(signature.name, signature.key_id, later),)),
            v.Note(text.replace("\n8\n", "\n9\n"), (signature,)),
        ):
            assert v.who_signed(note, log, [witness]).failed == [case["name"]]


def test_receipts_are_tlog_proofs() -> None:
    """tlog-proof.json: the policy of its cases is the log and both cosigners."""
    data = load("tlog-proof.json")
    log = v.read_vkey(data["log_vkey"], 1)
    witnesses = [v.read_vkey(vkey, 4) for vkey in data["cosigner_vkeys"]]
    for case in data["cases"]:
        assert case["want"] == ("ok" if holds(case, log, witnesses) else "reject"), case["why"]


def holds(case: dict[str, Any], log: v.Key, witnesses: list[v.Key]) -> bool:
    try:
        receipt = v.read_receipt(case["proof"].encode())
    except v.FormError:
        return False
    signers = v.who_signed(receipt.note, log, witnesses)
    leaf = v.leaf_hash(bytes.fromhex(case["entry_hex"]))
    root = v.inclusion_root(leaf, receipt.index, receipt.checkpoint.size, receipt.proof)
    return root == receipt.checkpoint.root and signers.log and len(signers.times) == 2 and not signers.failed


def test_hash_tiles_are_laid_out_as_c2sp_says() -> None:
    """tiles.json: paths, lengths and digests of the hash tiles of a 300-entry log."""
    data = load("tiles.json")
    leaves = [v.leaf_hash(f"entry-{n}".encode()) for n in range(300)]
    tiles = dict(v.hash_tiles(leaves))
    wanted = {path: row for path, row in data["files"].items() if not path.startswith("tile/entries")}
    assert wanted == {p: {"length": len(t), "sha256": hashlib.sha256(t).hexdigest()} for p, t in tiles.items()}
    assert v.b64(v.root_of(leaves)) == data["root"]
    assert v.tile_path("0", 1234067, 5) == "tile/0/x001/x234/067.p/5"


def test_canonical_json_has_one_form() -> None:
    """c1-basics.json: what to accept and what to reject."""
    cases = load("c1-basics.json")["canonical_json"]
    for text in cases["accept"]:
        assert json.loads(text) == v.canonical_json(text)
    for case in cases["reject"]:
        with pytest.raises(v.FormError):
            v.canonical_json(case["text"])


def test_ballots_and_check_ins_of_the_vectors_are_read_and_signed(ed25519: str) -> None:
    """c1-basics.json: present notes and ballots, q 0 and 1, windows r01 and r01.2, and their commitments."""
    data = load("c1-basics.json")
    origin = data["origin"]
    for row in data["present"]:
        voice = v.read_entry(row["entry"].encode(), origin)
        assert isinstance(voice, v.Voice)
        assert voice.is_signed()
        assert not voice.window
    for row in data["ballots"]:
        voice = v.read_entry(row["entry"].encode(), origin)
        assert isinstance(voice, v.Voice)
        assert voice.is_signed()
        assert (row["window"], row["q"]) == (voice.window, voice.counter)
        sealed = f"c1/choice\n{origin}\n{voice.window}\n{v.b64(voice.key)}\n{voice.counter}\n".encode()
        opened = v.sha256(sealed + v.unb64(row["nonce_b64"], 32) + row["choice"].encode())
        assert opened == voice.commitment


def test_rolls_anchors_and_fingerprints_of_the_vectors() -> None:
    """c1-basics.json: the root of a roll, the anchor of a notary, the code that is read out."""
    data = load("c1-basics.json")
    keys = [v.unb64(key) for key in data["roll"]["keys_b64"]]
    assert data["roll"]["root_b64"] == v.b64(v.root_of([v.leaf_hash(key) for key in keys]))
    assert data["roll"]["file_sha256"] == v.sha256(b"".join(keys)).hex()
    assert all(v.is_roll_key(key) for key in keys)
    anchor = data["anchor"]
    assert anchor["anchor"] == v.anchor_of(anchor["witness_vkey"], anchor["statement_vkey"])
    for row in data["fingerprints"]:
        assert row["fingerprint"] == v.fingerprint(data["origin"], int(row["size"]), v.unb64(row["root_b64"]))
