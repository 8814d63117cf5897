"""The whole evidence built again from its parts: another maker's bundle and ours are the same bytes."""

from __future__ import annotations

import io
import tarfile

import pytest

from audience_server.record import canonical, rolls
from audience_server.record.bundle import BundleParts, build_bundle, ordered_files
from audience_server.record.entries import parse_json_entry
from audience_server.record.forms import sha256_hex, unb64
from audience_server.record.openings import openings_file
from audience_server.record.page_digest import page_digest
from audience_server.record.policy import policy_text
from audience_server.record.tree import leaf_hash
from tests.vector_files import VECTORS

TINY = (VECTORS / "tiny.c1.tar").read_bytes()


def unpacked() -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(TINY)) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]


FILES = unpacked()


def entries_of(tile: bytes) -> list[bytes]:
    entries = []
    while tile:
        length = int.from_bytes(tile[:2])
        entries.append(tile[2 : 2 + length])
        tile = tile[2 + length :]
    return entries


ENTRIES = entries_of(FILES["tile/entries/000.p/42"])


def under(prefix: str, suffix: str = "", *, keep: str = "") -> dict[str, bytes]:
    """Files of one kind by what is left of their path; not the right order, on purpose."""
    names = [name for name in reversed(FILES) if name.startswith(prefix) and name.endswith(suffix)]
    return {keep + name[len(prefix) : len(name) - len(suffix)]: FILES[name] for name in names}


def tiny_parts() -> BundleParts:
    return BundleParts(
        origin=FILES["C1"].decode().split("\n")[1],
        policy=FILES["policy.txt"],
        checkpoint=FILES["checkpoint"],
        history=FILES["history"],
        entries=ENTRIES,
        leaf_hashes=[leaf_hash(entry) for entry in ENTRIES],
        rolls=under("rolls/", keep="rolls/"),
        openings=under("rounds/", ".openings"),
        counts=under("rounds/", ".counts"),
        results=FILES["results.json"],
        rules=FILES["rules.toml"],
        page=under("page/"),
    )


def test_the_tiny_session_is_the_same_bytes_when_built_from_its_parts() -> None:
    """Order, tiles, manifest text and headers; only the log's signature is taken over, its seed is not known."""
    assert [name for name in FILES if name != "manifest.note"] == [name for name, _ in ordered_files(tiny_parts())]
    signed = []

    def sign_text(text: str) -> bytes:
        signed.append(text.encode())
        return FILES["manifest.note"]

    assert TINY == build_bundle(tiny_parts(), sign_text)
    assert signed == [FILES["manifest.note"].rpartition(b"\n\n")[0] + b"\n"]


def test_rolls_and_their_index_are_made_the_same() -> None:
    """Sorted keys, counts and tree heads of every panel and round."""
    nested: dict[str, dict[str, list[bytes]]] = {}
    for name, data in under("rolls/").items():
        if name != "index.json":
            panel, round_id = name.rsplit(".", 1)
            nested.setdefault(panel, {})[round_id] = rolls.parse_roll(data)
            assert data == rolls.roll_bytes(reversed(rolls.parse_roll(data)))
    assert FILES["rolls/index.json"] == rolls.rolls_index(nested)


def test_entry_zero_holds_the_digests_of_what_we_would_make() -> None:
    """Rules, page, policy and rolls."""
    body = parse_json_entry(ENTRIES[0], tiny_parts().origin).body
    assert body["page"] == page_digest(under("page/", keep="page/"))
    assert body["rolls"] == sha256_hex(FILES["rolls/index.json"])
    assert body["policy"] == sha256_hex(policy_text(FILES["policy.txt"].split()[1].decode()).encode())
    assert body["rules"] == sha256_hex(FILES["rules.toml"])


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".openings")])
def test_openings_are_written_the_same(name: str) -> None:
    """Rising, one line a counted ballot."""
    rows = [line.split(" ") for line in FILES[name].decode().splitlines()]
    made = openings_file([(int(index), unb64(nonce), choice) for index, nonce, choice in rows])
    assert FILES[name] == made


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith((".counts", ".json"))])
def test_json_files_are_one_canonical_line(name: str) -> None:
    """Read and written again without a difference."""
    assert FILES[name] == canonical.encode(canonical.decode(FILES[name].removesuffix(b"\n"))) + b"\n"


def test_every_act_of_the_tiny_session_is_read() -> None:
    """And nothing in it is of a form we refuse."""
    acts = [entry for entry in ENTRIES if entry.split(b"\n")[0] not in (b"c1/ballot", b"c1/present")]
    tags = [parse_json_entry(entry, tiny_parts().origin).tag for entry in acts]
    assert ("session", "seal") == (tags[0], tags[-1])
