"""The shared vectors, run by the page's own modules in a real browser over plain http."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext

from tests.browser.hall import Hall

pytestmark = pytest.mark.browser

VECTORS = Path(__file__).parents[1] / "vectors"
RUNNER = Path(__file__).parent / "js" / "vectors.js"


@pytest.mark.parametrize(
    ("name", "fewest"),
    [
        ("c1-basics", 45),
        ("rfc6962", 70),
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


async def test_plain_http_has_no_subtle_crypto_and_the_page_does_not_miss_it(phone: BrowserContext, hall: Hall) -> None:
    """On loopback the browser would call the page secure, and hide what a hall's network lacks."""
    if hall.address.startswith("127."):
        pytest.skip("this machine has no address but loopback")
    page = await phone.new_page()
    await page.goto(hall.url)
    assert [False, "undefined"] == await page.evaluate("[window.isSecureContext, typeof crypto.subtle]")
