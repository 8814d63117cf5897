"""What is signed when the record is sealed, and that every witness can make the evidence from its own copy."""

from __future__ import annotations

from pathlib import Path

from audience_server.notary.bundle import build_bundle
from audience_server.notary.evidence import standing_windows
from audience_server.notary.verify import verify
from tests.witness_rig import RigWitness, WitnessedShow, until


def bundle_of(witness: RigWitness) -> bytes:
    """From its own copy alone."""
    assert witness.witness is not None
    assert witness.witness.mirror is not None
    assert witness.witness.follower is not None
    return build_bundle(witness.witness.mirror, standing_windows(witness.witness.follower))


def has_manifest(witness: RigWitness) -> bool:
    mirror = None if witness.witness is None else witness.witness.mirror
    return mirror is not None and mirror.file("manifest.note") is not None


async def test_observers_alone_make_the_evidence_from_their_copies(tmp_path: Path) -> None:
    """No notary signs the manifest; the log does, and the bytes are those of the server's bundle."""
    show = WitnessedShow(tmp_path, notaries=0, observers=2, quorum=(0, 1))
    await show.start()
    for each in show.witnesses.values():
        await each.come()
    await show.do("zero")
    phones = await show.phones(6)
    await show.hold("r01", phones, ["1", "2", "1", "3", "1", "4"])
    await show.do("not-held", round="r02", reason="时间不够")
    for each in show.witnesses.values():
        await each.follows()
    await show.do("seal")
    await until(lambda: has_manifest(show["丙"]) and has_manifest(show["丁"]))
    _, mine = await show.session.evidence()
    assert [mine, mine] == [bundle_of(each) for each in show.witnesses.values()]
    report = verify(mine).as_json()
    assert [] == report["failures"]
    await show.leave()


async def test_the_seal_waits_for_its_quorum_and_what_was_signed_stays_after_a_restart(tmp_path: Path) -> None:
    """An observer that comes later fetches the same files, and its copy gives the same bundle."""
    show = WitnessedShow(tmp_path, notaries=0, observers=2, quorum=(0, 1))
    await show.start()
    await show["丙"].come()
    await show.do("zero")
    for round_id in ("r01", "r02"):
        await show.do("not-held", round=round_id, reason="时间不够")
    await show["丙"].leave()
    assert "witnesses_missing" == await show.refused("seal")
    await show["丙"].come()
    await show.do("seal")
    await until(lambda: has_manifest(show["丙"]))
    _, before = await show.session.evidence()
    await show.put_back(show.copy())
    await show["丙"].come()
    await show["丁"].come()
    await until(lambda: has_manifest(show["丁"]))
    assert before == bundle_of(show["丁"]) == (await show.session.evidence())[1]
    await show.leave()
