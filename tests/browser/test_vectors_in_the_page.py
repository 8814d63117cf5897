"""The shared vectors, run by the page's own modules in a real browser over plain http."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext

from audience_server.record.forms import b64
from audience_server.record.tiles import hash_tiles
from audience_server.record.tree import Tree, leaf_hash
from tests.browser.hall import Hall

pytestmark = pytest.mark.browser

VECTORS = Path(__file__).parents[1] / "vectors"
RUNNER = Path(__file__).parent / "js" / "vectors.js"


@pytest.mark.parametrize(
    ("name", "fewest"),
    [
        ("c1-basics", 45),
        ("rfc6962", 110),
        ("signed-note", 25),
        ("checkpoint", 16),
        ("tlog-proof", 8),
        ("ed25519-strict", 20),
    ],
)
async def test_the_page_agrees_with_the_vectors(phone: BrowserContext, hall: Hall, name: str, fewest: int) -> None:
    """Rejections included; `fewest` keeps a runner that skips from passing."""
    hall.extra_files = {"tests-vectors.js": RUNNER.read_bytes()}
    page = await phone.new_page()
    await page.goto(hall.url)
    found: dict[str, Any] = await page.evaluate(
        "async ([name, vectors]) => (await import('/tests-vectors.js')).runVectors(name, vectors)",
        [name, json.loads((VECTORS / f"{name}.json").read_text("utf-8"))],
    )
    assert [] == found["wrong"]
    assert fewest <= found["ran"]


SIZES = (1, 255, 256, 257, 511, 512, 65_536, 65_537, 65_793, 69_999, 70_000)
NUMBERS = {0: "000", 67: "067", 1000: "x001/000", 1_234_067: "x001/x234/067"}


async def test_roots_and_proofs_made_from_tiles_are_those_of_the_tree(phone: BrowserContext, hall: Hall) -> None:
    """Three levels of tiles, full and partial ones; only the tiles of the largest tree are there."""
    hall.extra_files = {"tests-vectors.js": RUNNER.read_bytes()}
    page = await phone.new_page()
    await page.goto(hall.url)
    leaves = [leaf_hash(str(number).encode()) for number in range(SIZES[-1])]
    tree = Tree()
    tree.extend(leaves)
    facts = {
        "size": tree.size,
        "tiles": {path: b64(tile) for path, tile in hash_tiles(leaves).items()},
        "roots": {size: tree.root(size).hex() for size in SIZES},
        "proofs": {size: [each.hex() for each in tree.consistency_proof(size, tree.size)] for size in SIZES},
    }
    found: dict[str, Any] = await page.evaluate(
        "async (vectors) => (await import('/tests-vectors.js')).runVectors('tiles', vectors)",
        {"tree": facts, "paths": {str(number): path for number, path in NUMBERS.items()}},
    )
    assert [] == found["wrong"]
    assert 3 * len(SIZES) + len(NUMBERS) == found["ran"]


async def test_plain_http_has_no_subtle_crypto_and_the_page_does_not_miss_it(phone: BrowserContext, hall: Hall) -> None:
    """On loopback the browser would call the page secure, and hide what a hall's network lacks."""
    if hall.address.startswith("127."):
        pytest.skip("this machine has no address but loopback")
    page = await phone.new_page()
    await page.goto(hall.url)
    assert [False, "undefined"] == await page.evaluate("[window.isSecureContext, typeof crypto.subtle]")
