"""Both verifiers take the same bytes for well formed, and read the same from them: a great number of small inputs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.conftest import chromium  # noqa: F401
from tests.notary.agreement import engine_page, outcomes
from tests.notary.agreement_readers import CORPUS, ORIGIN, READERS, READERS_IN_THE_PAGE, ROUNDS, changed, outcome, seeds

pytestmark = pytest.mark.browser

MANY = 3000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def readers(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:  # noqa: F811
    async with engine_page(chromium, tmp_path_factory.mktemp("readers")) as page:
        rules = (CORPUS / "rules" / "show.toml").read_text("utf-8")
        await page.evaluate(READERS_IN_THE_PAGE, [rules, ORIGIN, ROUNDS])
        yield page


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("name", sorted(READERS))
async def test_both_read_the_same_or_refuse(readers: Page, name: str) -> None:
    inputs = [*dict.fromkeys(changed(name, MANY))]
    theirs = await outcomes(readers, name, inputs)
    if name == "json":
        theirs = [row and {"value": json.loads(row["value"])} for row in theirs]
    ours = [outcome(name, data) for data in inputs]
    wrong = [(data, a, b) for data, a, b in zip(inputs, ours, theirs, strict=True) if a != b]
    assert [] == wrong[:5]
    assert len({repr(row) for row in ours}) > 1, "a reader that answers always the same was not tried"


@pytest.mark.parametrize("name", sorted(READERS))
def test_every_kept_input_is_worth_keeping(name: str) -> None:
    """Small, and at least one of a kind is well formed."""
    kept = seeds(name)
    assert max(map(len, kept)) < 8000
    assert any(outcome(name, data) is not None for data in kept)
