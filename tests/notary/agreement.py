"""The second verifier in a page of a real browser, and what two reports must have in common."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from audience_server.notary.verify import Report, verify
from audience_server.pages.verify_page import VERIFY_FOLDER, in_import_order, joined

PAGE = """<!doctype html><meta charset="utf-8"><title>engine</title>
<script id="engine">
"use strict";
{engine}</script>
"""
# As the composed page does it: workers are started from the engine's own text.
WORKERS = """<script>globalThis.VERIFY_WORKER_SOURCE = document.getElementById("engine").textContent;</script>
"""
RUN = """async ([data, anchor, receipts, curve]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const given = { anchor, receipts: receipts.map(bytes), curve };
  return JSON.stringify(await verifyBundle(bytes(data), given));
}"""
SAME = (
    "verdict", "more", "skipped", "rounds", "results", "score_verified", "fingerprint", "origin", "kind", "size",
    "root", "archive", "names", "acts", "files",
)  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """What both verifiers are given."""

    name: str
    data: bytes
    anchor: str | None = None
    receipts: tuple[bytes, ...] = ()


@asynccontextmanager
async def engine_page(browser: Browser, folder: Path, has_workers: bool = True) -> AsyncIterator[Page]:
    """A page from disk that holds the engine and nothing else; a mistake in it fails the test.

    Workers are started anew for every bundle, which takes longer than a small bundle does without them.
    """
    engine = joined(in_import_order(VERIFY_FOLDER / "engine.js"), {})
    path = folder / "engine.html"
    path.write_text(PAGE.format(engine=engine) + (WORKERS if has_workers else ""), "utf-8")
    page = await browser.new_page()
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    await page.goto(path.as_uri())
    yield page
    await page.close()
    assert mistakes == []


def text64(data: bytes) -> str:
    return base64.b64encode(data).decode()


async def page_report(page: Page, evidence: Evidence, curve: str = "auto") -> dict[str, Any]:
    """What the verifier in the page reports."""
    given = [text64(evidence.data), evidence.anchor, [*map(text64, evidence.receipts)], curve]
    report: dict[str, Any] = json.loads(await page.evaluate(RUN, given))
    return report


def codes_of(report: dict[str, Any]) -> list[tuple[str, int]]:
    """(code, index) of every finding; an index beyond what JavaScript counts exactly comes as text."""
    rows = [*report["failures"], *report["warnings"]]
    return sorted((row["code"], -1 if row["index"] is None else int(row["index"])) for row in rows)


def difference(ours: Report, theirs: dict[str, Any]) -> list[str]:
    """Where two reports differ in what two verifiers must agree on."""
    mine = json.loads(json.dumps(ours.as_json()))
    told = [f"{key}: {mine[key]} / {theirs[key]}" for key in SAME if mine[key] != theirs[key]]
    if codes_of(mine) != codes_of(theirs):
        told.append(f"codes: {codes_of(mine)} / {codes_of(theirs)}")
    return told


async def differences(page: Page, all_evidence: Iterable[Evidence], curve: str = "auto") -> list[str]:
    """Run both on each; while the page works on one, Python is at the next."""
    found: list[str] = []
    running: asyncio.Task[list[str]] | None = None
    for evidence in all_evidence:
        task = asyncio.create_task(_differences_of(page, evidence, curve))
        await asyncio.sleep(0)
        if running is not None:
            found += await running
        running = task
    return found + (await running if running is not None else [])


async def _differences_of(page: Page, evidence: Evidence, curve: str) -> list[str]:
    asked = asyncio.ensure_future(page_report(page, evidence, curve))
    await asyncio.sleep(0)
    ours = verify(evidence.data, evidence.anchor, evidence.receipts)
    return [f"{evidence.name}: {text}" for text in difference(ours, await asked)]


async def outcomes(page: Page, function: str, inputs: Sequence[bytes]) -> list[Any]:
    """What a reader of the page makes of each input: its value, or None where it refuses."""
    script = """([name, inputs]) => inputs.map((text) => {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      try {
        return { value: READERS[name](bytes) };
      } catch (error) {
        if (error instanceof FormError) return null;
        throw error;
      }
    })"""
    found: list[Any] = await page.evaluate(script, [function, [*map(text64, inputs)]])
    return found
