"""The public bundle: what may be published of a sealed session, verified like the evidence, giving no vote away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from audience_server.notary.bundle import build_bundle, build_public_bundle, is_signed
from audience_server.notary.evidence import standing_windows
from audience_server.notary.link import Line, Outbox
from audience_server.notary.verify import read_note, read_tar, verify
from audience_server.notary.witness import Witness
from audience_server.record.forms import b64
from tests.endpoints.doors import House, house
from tests.notary.bundle_bytes import NOTARY, NOTARY_WITNESS, anchor
from tests.notary.live_rig import RigKeys
from tests.show_rig import SMALL_SESSION, TOKEN, Show

NARROW = SMALL_SESSION.replace("small_cell = 3", "small_cell = 12")
WITNESSED = (
    SMALL_SESSION
    + f"""
[witnesses]
notaries = [ {{ name = "公证员甲", witness = "{NOTARY_WITNESS.vkey}", statement = "{NOTARY.vkey}" }} ]
quorum = {{ notaries = 1, observers = 0 }}
"""
)


async def vote_and_seal(show: Show) -> None:
    """Six votes in the first round, one of them changed; the second was not held."""
    phones = await show.phones(6)
    opened = await show.do("open", round="r01")
    await show.cast_all(phones, "r01", ["1", "1", "2", "2", "3", "4"])
    await show.cast_all(phones[:1], "r01", ["3"])
    await show.clock.advance(opened["seconds"] + 10)
    await show.do("lock", round="r01")
    await show.do("not-held", round="r02", reason="时间不够")


async def sealed(text: str = NARROW) -> Show:
    show = await Show(text).start()
    await show.do("zero")
    await vote_and_seal(show)
    await show.do("seal")
    return show


async def public_of(show: Show) -> bytes:
    made = await show.session.public_bundle()
    assert made is not None
    return made[1]


def files_of(bundle: bytes) -> dict[str, bytes]:
    return {path: bytes(data) for path, data in read_tar(memoryview(bundle)).files.items()}


async def test_it_verifies_all_but_openings_and_counts_and_says_so() -> None:
    """The same fingerprint, rounds and identities as the evidence; what was not checked is named."""
    show = await sealed()
    _, bundle = await show.session.evidence()
    whole, public = verify(bundle), verify(await public_of(show))
    assert ("warn", ["W106"]) == (public.verdict, [finding.code for finding in public.findings])
    assert public.public
    assert ["E421–E423 and the counts"] == public.as_json()["skipped"]
    assert whole.fingerprint == public.fingerprint
    told = json.loads(json.dumps(whole.rounds))
    for panel in told[0]["by"].values():
        del panel["counts"]
    assert told == public.rounds


async def test_nothing_in_it_gives_a_vote_away() -> None:
    """No nonce, no opening, no count; of a small panel no figure but the score."""
    show = await sealed()
    openings = await show.store.openings("r01")
    evidence, public = (await show.session.evidence())[1], await public_of(show)
    counts = files_of(evidence)["rounds/r01.counts"]
    lines = [f"{each.index} {b64(each.nonce)} {each.choice}".encode() for each in openings]
    secrets = [each.nonce for each in openings] + [b64(each.nonce).encode() for each in openings]
    secrets += [*lines, counts, b'"yes":', json.loads(counts)["salt"].encode()]
    assert 6 == len(openings)
    assert [] == [secret for secret in secrets if secret in public]
    assert [] == [line for line in lines if line not in evidence]
    assert set(files_of(evidence)) - {"rounds/r01.counts", "rounds/r01.openings"} == set(files_of(public))
    row = json.loads(files_of(public)["results.json"])["units"][0]
    assert row["score"] is not None
    assert {"deputies": {"overall": None}} == row["panels"]


async def test_its_manifest_is_its_own() -> None:
    """The evidence's would name files that are not there."""
    show = await sealed()
    evidence, public = files_of((await show.session.evidence())[1]), files_of(await public_of(show))
    mine, its = (read_note(files["manifest.note"]).text.split("\n") for files in (evidence, public))
    assert [line for line in mine if " rounds/" not in line] == its
    assert {path for path in evidence if evidence[path] != public.get(path)} == {
        "manifest.note",
        "rounds/r01.counts",
        "rounds/r01.openings",
    }


async def test_there_is_none_before_the_seal() -> None:
    show = await Show().start()
    assert await show.session.public_bundle() is None


class Notary:
    """The notary's own program on the line of a real control port; it agrees to whatever it finds true."""

    def __init__(self, home: House, directory: Path) -> None:
        self.bell = asyncio.Event()
        outbox = Outbox()
        self.signed: list[tuple[int, str]] = []
        self.witness = Witness(RigKeys(), directory, outbox.put, home.show.clock.unix)
        self.line = Line(self.witness, outbox, f"ws://127.0.0.1:{home.control.port}/witness", TOKEN, self._heard)

    def _heard(self, state: str) -> None:
        desk = self.witness.desk
        for draft in list(desk.drafts.values()):
            if not draft.agreed and not desk.untrue(draft):
                desk.consent(draft.id)
        self.bell.set()

    async def until(self, holds: Callable[[], Any]) -> None:
        while not holds():
            self.bell.clear()
            await self.bell.wait()


async def test_one_consent_signs_both_manifests_and_the_notary_builds_both_alone(tmp_path: Path) -> None:
    """Server and notary each make evidence and public bundle; both signatures are under both."""
    async with house(WITNESSED) as home:
        show, session = home.show, home.show.session
        notary = Notary(home, tmp_path)
        following = asyncio.ensure_future(notary.line.run())
        witness = notary.witness
        await notary.until(lambda: session.record.size == 1 == witness.cosigned)
        await show.do("zero")
        await notary.until(lambda: session.state.zero_index is not None)
        await vote_and_seal(show)
        await notary.until(lambda: witness.cosigned == session.record.size)
        await show.do("seal")
        mirror = witness.mirror
        assert mirror is not None
        await notary.until(lambda: is_signed(mirror))
        assert [] == witness.alarms
        told = [about for about, done, _ in witness.desk.answers if done]
        assert ["consent"] * 3 + ["manifest", "session", "zero"] == sorted(told)
        assert witness.follower is not None
        (_, evidence), public = await session.evidence(), await public_of(show)
        assert evidence == build_bundle(mirror, standing_windows(witness.follower))
        assert public == build_public_bundle(mirror)
        following.cancel()
        mirror.close()
    for bundle in (evidence, public):
        report = verify(bundle, anchor())
        assert ("pass", []) == (report.verdict, report.findings)
        signers = [each.name for each in read_note(files_of(bundle)["manifest.note"]).signatures]
        assert [show.origin, NOTARY.name] == signers
