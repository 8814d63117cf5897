"""A cosignature that never arrived is sent again, the very same line; one that a crash prevented is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from audience_server.notary.link import Outbox
from audience_server.notary.statements import Drafted, Unsignable, check_text
from tests.notary.bundle_maker import Show
from tests.notary.live_rig import Teller


@pytest.fixture(scope="module")
def bundle() -> bytes:
    return Show(witnessed=True).play().bundle()


def lines_of(teller: Teller) -> list[tuple[int, str]]:
    return [(int(each["size"]), str(each["line"])) for each in teller.said if each["type"] == "cosigned"]


def test_entries_told_again_are_answered_with_the_lines_kept(bundle: bytes, tmp_path: Path) -> None:
    teller = Teller(bundle, tmp_path)
    teller.tell_everything()
    first = lines_of(teller)
    teller.said.clear()
    teller.now += 60
    assert teller.witness.mirror is not None
    teller.witness.mirror.close()
    teller.witness = teller.new_witness()
    teller.tell_everything()
    assert first == lines_of(teller)


def test_a_line_that_a_crash_prevented_is_made(bundle: bytes, tmp_path: Path) -> None:
    """Entries were kept, the line for the last head was not."""
    teller = Teller(bundle, tmp_path)
    teller.tell_everything()
    [*_, (last, _)] = lines_of(teller)
    mirror = teller.witness.mirror
    assert mirror is not None
    mirror._connection.execute("DELETE FROM line WHERE size = ?", (last,))
    mirror.close()
    teller.said.clear()
    teller.witness = teller.new_witness()
    teller.tell_everything()
    assert last == max(teller.cosigned())


def test_what_the_notary_wants_waits_for_the_next_line() -> None:
    """Behind the `follow`, which comes first on every line; what the server asks anew is dropped."""
    outbox = Outbox()
    for kind in ("consent", "demand", "cosigned", "propose"):
        outbox.put({"type": kind})
    outbox.clear()
    outbox.put({"type": "follow"})
    outbox.put({"type": "want"})
    assert ["follow", "demand", "propose", "want"] == [each["type"] for each in outbox._messages]


def zero_text(at: int) -> str:
    body = f'{{"at":{at},"ballots":0,"printed":{{}},"size":9,"spare":{{}}}}'
    return f"c1/zero\nmaker.example/show-1\n{body}\n"


def test_one_consent_signs_one_text(bundle: bytes, tmp_path: Path) -> None:
    """Again and again the same one; another needs another consent."""
    teller = Teller(bundle, tmp_path)
    teller.tell_everything()
    follower = teller.witness.follower
    assert follower is not None
    follower.tree.size = 9
    drafted = Drafted(1, "zero", {"ballots": 0, "printed": {}, "spare": {}}, "operator", agreed=True)
    check_text(drafted, follower, zero_text(teller.now), teller.now, True)
    drafted.signed = zero_text(teller.now)
    check_text(drafted, follower, zero_text(teller.now), teller.now, True)
    with pytest.raises(Unsignable, match="signed_other_text"):
        check_text(drafted, follower, zero_text(teller.now + 1), teller.now, True)
