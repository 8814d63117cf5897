"""Two verifiers, written apart, say the same of the same evidence: verdict, codes, counts, results, fingerprint."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from audience_server.notary.verify import PUBLIC_SKIPS, SENTENCES, pure_ed25519
from tests.browser.conftest import chromium  # noqa: F401
from tests.notary.agreement import Evidence, differences, engine_page, page_report, text64
from tests.notary.agreement_sessions import changed_files, random_session
from tests.notary.test_defects import KINDS, TABLES
from tests.test_public_bundle import public_of, sealed

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
TINY = Evidence("tiny", (VECTORS / "tiny.c1.tar").read_bytes())
CURVES = ("webcrypto", "noble")
FORBIDDEN = ("公证通过", "已公证", "不可篡改", "绝对安全", "绝对匿名", "官方认证", "区块链存证")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def engine(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:  # noqa: F811
    async with engine_page(chromium, tmp_path_factory.mktemp("engine")) as page:
        yield page


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def plain_engine(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:  # noqa: F811
    """Without workers: what hundreds of small bundles are tried on."""
    async with engine_page(chromium, tmp_path_factory.mktemp("plain-engine"), has_workers=False) as page:
        yield page


@pytest.mark.parametrize("curve", CURVES)
async def test_they_agree_on_the_tiny_session(engine: Page, curve: str) -> None:
    assert [] == await differences(engine, [TINY], curve)


@pytest.mark.parametrize("kind", KINDS)
async def test_they_agree_on_every_defect(plain_engine: Page, kind: str) -> None:
    """Every bundle of the tables, with its anchor and its receipts."""
    table = TABLES[kind]
    evidence = (Evidence(defect.name, defect.make(), defect.anchor, defect.receipts) for defect in table)
    assert [] == await differences(plain_engine, evidence)


async def test_they_agree_without_the_browsers_own_curve(engine: Page) -> None:
    """Some of each table; signatures and keys go to workers."""
    defects = [defect for table in TABLES.values() for defect in table[::12]]
    evidence = (Evidence(defect.name, defect.make(), defect.anchor, defect.receipts) for defect in defects)
    assert [] == await differences(engine, evidence, "noble")


async def test_they_agree_on_sessions_of_every_kind(plain_engine: Page) -> None:
    """Other rules, votes, papers, witnesses; whole, public and unfinished; some with an act that is not right."""
    assert [] == await differences(plain_engine, map(random_session, range(40)))


async def test_they_agree_on_files_with_changed_bytes(plain_engine: Page) -> None:
    assert [] == await differences(plain_engine, changed_files(40))


async def test_they_agree_on_the_public_bundle_of_a_served_session(engine: Page) -> None:
    """As the server makes it: nothing fails, and both say what was not checked."""
    public = await public_of(await sealed())
    report = await page_report(engine, Evidence("public", public))
    assert ("warn", ["W106"], [PUBLIC_SKIPS]) == (
        report["verdict"],
        [row["code"] for row in report["warnings"]],
        report["skipped"],
    )
    assert [] == await differences(engine, [Evidence("public", public)])


async def test_they_agree_on_what_is_no_bundle(plain_engine: Page) -> None:
    everything = [b"", b"no tar", bytes(1024), TINY.data[:700], TINY.data[512:], TINY.data[:-1], TINY.data + b"x"]
    assert [] == await differences(plain_engine, [Evidence(str(n), data) for n, data in enumerate(everything)])


@pytest.mark.parametrize("curve", CURVES)
async def test_signatures_are_judged_by_the_one_strict_rule(engine: Page, curve: str) -> None:
    """Where libraries differ: small order, other encodings, S above L, the equation with the cofactor."""
    cases: list[dict[str, Any]] = json.loads((VECTORS / "ed25519-strict.json").read_text("utf-8"))["cases"]
    script = """async ([cases, curve]) => {
      const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
      const house = await openCurve(curve);
      const jobs = cases.map((each) => ({
        key: bytes(each.public_key), message: utf8Bytes(each.message), signature: bytes(each.signature),
      }));
      const plain = await house.verify(jobs);
      const sound = await Promise.all(jobs.map(({ key }) => house.haveSoundKeys([key])));
      house.end();
      return [house.name, plain, plain.map((good, place) => good && sound[place])];
    }"""
    name, plain, on_rolls = await engine.evaluate(script, [cases, curve])
    assert [curve, [each["want"] for each in cases]] == [name, plain]
    assert [each["want_with_roll_rule"] for each in cases] == on_rolls
    mine = [
        pure_ed25519(bytes.fromhex(c["public_key"]), c["message"].encode(), bytes.fromhex(c["signature"]))
        for c in cases
    ]
    assert mine == plain


async def test_one_bad_key_among_many_is_found(engine: Page) -> None:
    """Many keys are tried together; one of them with a part of small order spoils the answer wherever it stands."""
    script = """async () => {
      const good = await Promise.all(Array.from({ length: 150 }, async () => {
        const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
        return new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
      }));
      const digits = ORDER_EIGHT_Y.toString(16).padStart(64, "0").match(/../g).reverse();
      const eight = Point.fromBytes(Uint8Array.from(digits, (byte) => parseInt(byte, 16)));
      const found = [];
      for (const curve of ["webcrypto", "noble"]) {
        const house = await openCurve(curve);
        for (const place of [-1, 0, 77, 149]) {
          const keys = [...good];
          if (place >= 0) keys[place] = Point.fromBytes(keys[place]).add(eight).toBytes();
          found.push([place < 0, await house.haveSoundKeys(keys), await firstUnsound(keys) === place]);
        }
        house.end();
      }
      return found;
    }"""
    found: list[list[bool]] = await engine.evaluate(script)
    assert 8 == len(found)
    assert [] == [row for row in found if row[0] != row[1] or not row[2]]


async def test_a_receipt_is_told_with_its_place_and_never_with_the_choice(engine: Page) -> None:
    """Index, kind and window of each receipt handed in, in the order given."""
    defect = next(defect for table in TABLES.values() for defect in table if defect.receipts)
    report = await page_report(engine, Evidence(defect.name, defect.make(), defect.anchor, defect.receipts))
    assert len(defect.receipts) == len(report["receipts"])
    assert [{"index", "found", "window", "kind"}] * len(report["receipts"]) == [set(row) for row in report["receipts"]]


async def test_the_page_says_of_each_code_what_verify_says(engine: Page) -> None:
    """Word for word in Chinese and English, and in traditional characters too; none of the words that promise more."""
    told: dict[str, dict[str, str]] = await engine.evaluate("SENTENCES")
    assert {code: (row["zh-Hans"], row["en"]) for code, row in told.items()} == SENTENCES
    assert all({"zh-Hans", "zh-Hant", "en"} == set(row) and row["zh-Hant"] for row in told.values())
    assert [] == [word for row in told.values() for word in FORBIDDEN if word in "".join(row.values())]


async def test_progress_rises_and_can_stop_the_work(engine: Page) -> None:
    """Every step is named in its order; what `progress` throws ends the verification and its workers."""
    script = """async (data) => {
      const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
      const steps = [];
      await verifyBundle(bytes, { progress: (done, total, step) => steps.at(-1) !== step && steps.push(step) });
      let stopped = "";
      const stop = (done, total, step) => { if (step === "tree") throw new Error("enough"); };
      await verifyBundle(bytes, { progress: stop }).catch((error) => { stopped = error.message; });
      return [steps, VERIFY_STEPS, stopped];
    }"""
    steps, names, stopped = await engine.evaluate(script, text64(TINY.data))
    assert [names, "enough"] == [steps, stopped]
