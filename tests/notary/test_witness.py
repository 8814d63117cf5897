"""The live witness: what it takes, what it cosigns, what it never signs.  No socket; the messages are a server's."""

from __future__ import annotations

import base64
import importlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from audience_server.notary import verify as v
from audience_server.notary.mirror import KeptHead, Mirror, MirrorRefused
from audience_server.notary.register import KnownSession, Register
from audience_server.notary.statements import Unsignable
from audience_server.notary.witness import NotFollowed
from audience_server.wire.witness import MAX_WITNESS_FRAME
from tests.notary.bundle_bytes import NOTARY, NOTARY_WITNESS, Card
from tests.notary.bundle_maker import Show
from tests.notary.defects.defect import Defect
from tests.notary.live_rig import Teller

LIVE_CODES = ("E306", "E401", "E402", "E403", "E404", "E405", "E406", "E411", "E412", "E413", "E414", "E415", "E416")
STORY: list[Defect] = importlib.import_module("tests.notary.defects.story").DEFECTS
LIES = [defect for defect in STORY if defect.at is not None and set(defect.codes) & set(LIVE_CODES)]


@pytest.fixture(scope="module")
def honest() -> bytes:
    return Show(witnessed=True).play().bundle()


def one_line_a_size(teller: Teller) -> bool:
    """What is sent again is the very same line: no size is ever signed twice."""
    lines = {(int(each["size"]), str(each["line"])) for each in teller.said if each["type"] == "cosigned"}
    return len(lines) == len({size for size, _ in lines})


def test_an_honest_session_is_cosigned_head_by_head(tmp_path: Path, honest: bytes) -> None:
    """Every checkpoint once, each signature good, and every locked round counted to the same numbers."""
    teller = Teller(honest, tmp_path)
    assert teller.tell_everything() == ""
    follower = teller.witness.follower
    assert follower is not None
    assert [] == [finding.row() for finding in follower.errors()]
    assert teller.cosigned() == [int(note.split("\n")[1]) for note in teller.notes]
    for said, note in zip((each for each in teller.said if each["type"] == "cosigned"), teller.notes, strict=True):
        text = note.partition("\n\n")[0] + "\n"
        signers = v.who_signed(
            v.read_note(f"{text}\n{said['line']}".encode()), follower.case.log, [v.read_vkey(NOTARY_WITNESS.vkey, 4)]
        )
        assert list(signers.times) == [NOTARY_WITNESS.vkey]
    report = v.verify(honest)
    expected = {row["window"]: row["by"] for row in report.rounds if row["state"] == "locked"}
    assert expected == {row["window"]: row["by"] for row in follower.report.rounds if row["state"] == "locked"}


@pytest.mark.parametrize("defect", LIES, ids=lambda defect: defect.name)
def test_a_record_that_breaks_a_rule_is_never_cosigned_from_there_on(tmp_path: Path, defect: Defect) -> None:
    """The same code at the same entry as the verifier finds afterwards, and no signature behind it."""
    teller = Teller(defect.make(), tmp_path)
    teller.tell_everything()
    follower = teller.witness.follower
    assert follower is not None
    found = {(finding.code, finding.index) for finding in follower.errors()}
    code = next(code for code in defect.codes if code in LIVE_CODES)
    assert (code, defect.at) in found or any(known == code for known, _ in found), found
    assert code in {code for _, code, _ in teller.witness.alarms}
    first = min(index for known, index in found if known == code and index is not None)
    assert [size for size in teller.cosigned() if size > first] == []


def test_a_head_that_the_entries_do_not_give_ends_it(tmp_path: Path, honest: bytes) -> None:
    """An entry changed on the way: the root is another one, nothing is kept."""
    teller = Teller(honest, tmp_path)
    teller.entries[5] = teller.entries[5].replace(b"c1/", b"c2/", 1)
    assert "root" in teller.tell_everything()
    assert "E303" in {code for _, code, _ in teller.witness.alarms}
    assert max(teller.cosigned()) == 5


def test_a_checkpoint_by_another_key_is_not_taken(tmp_path: Path, honest: bytes) -> None:
    """The log's signature is checked before anything else."""
    teller = Teller(honest, tmp_path)
    other = Show(witnessed=True)
    other.log = type(other.log)(other.origin, 1, v.sha256(b"another log"))
    text = teller.notes[3].partition("\n\n")[0] + "\n"
    teller.notes[3] = f"{text}\n{other.log.line(text.encode()).decode()}"
    teller.tell_everything()
    assert "E204" in {code for _, code, _ in teller.witness.alarms}
    assert max(teller.cosigned()) == 3


def test_a_smaller_tree_or_a_second_one_is_never_signed(tmp_path: Path, honest: bytes) -> None:
    """Entries that are here already must be the same ones; a hole ends it too."""
    teller = Teller(honest, tmp_path)
    teller.greet()
    teller.tell_entries(10)
    entries = [v.b64(entry) for entry in teller.entries[:3]]
    teller.tell({"type": "entries", "first": 0, "entries": entries, "checkpoint": teller.notes[2]})
    with pytest.raises(NotFollowed, match="other_bytes"):
        teller.tell({"type": "entries", "first": 1, "entries": entries, "checkpoint": teller.notes[3]})
    with pytest.raises(NotFollowed, match="entry_gap"):
        teller.tell({"type": "entries", "first": 500, "entries": entries, "checkpoint": teller.notes[3]})
    assert one_line_a_size(teller)


def test_what_was_answered_is_on_the_disk_before(tmp_path: Path, honest: bytes) -> None:
    """A witness that starts again knows what it has signed, and goes on from there without signing it twice."""
    teller = Teller(honest, tmp_path)
    teller.greet()
    teller.tell_entries(12)
    signed = teller.cosigned()
    assert teller.witness.mirror is not None
    teller.witness.mirror.close()
    teller.said.clear()
    teller.witness = teller.new_witness()
    teller.greet()
    follow = next(each for each in teller.said if each["type"] == "follow")
    assert follow["size"] == signed[-1]
    assert follow["checkpoint"].startswith(teller.notes[11].partition("\n\n")[0])
    teller.tell_entries()
    assert one_line_a_size(teller)
    assert max(teller.cosigned()) > signed[-1]
    assert teller.witness.adds_up


def test_a_clock_put_back_never_makes_a_time_fall(tmp_path: Path, honest: bytes) -> None:
    """E461 would be in the evidence for ever."""
    teller = Teller(honest, tmp_path)
    teller.greet()
    teller.tell_entries(5)
    teller.now -= 3600
    teller.tell_entries()
    lines = [str(each["line"]) for each in teller.said if each["type"] == "cosigned"]
    times = [int.from_bytes(base64.b64decode(line.split(" ")[2])[4:12], "big") for line in lines]
    assert times == sorted(times)


def test_a_second_session_under_the_same_name_is_noticed(tmp_path: Path, honest: bytes) -> None:
    """The notary's own register knows the first one's key."""
    first = Teller(honest, tmp_path)
    assert first.tell_everything() == ""
    second = Teller(honest, tmp_path)
    name, _, rest = second.log_vkey.partition("+")
    other = v.sha256(b"another key")
    second.log_vkey = f"{name}+{v.key_id(name, 1, other).hex()}+{v.b64(bytes([1]) + other)}"
    assert "second_session" in second.tell_everything()
    assert "second_session" in {code for _, code, _ in second.witness.alarms}
    assert rest


# statements


def drafted(teller: Teller, kind: str, body: dict[str, object], number: int = 1) -> None:
    teller.tell({"type": "draft", "id": number, "kind": kind, "body": body, "by": "operator"})


def at_zero(teller: Teller) -> dict[str, object]:
    """The zero confirmation as the honest session made it, told up to the entry before it."""
    place = next(i for i, entry in enumerate(teller.entries) if entry.startswith(b"c1/zero"))
    teller.greet()
    teller.tell_entries(place)
    return dict(v.canonical_json(teller.entries[place].split(b"\n")[2].decode()))


def zero_text(teller: Teller, body: dict[str, object]) -> str:
    origin = teller.witness.origin
    line = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"c1/zero\n{origin}\n{line}\n"


def test_nothing_is_signed_that_was_not_agreed_to(tmp_path: Path, honest: bytes) -> None:
    """Neither before the notary agrees nor with another content; position and time may differ."""
    teller = Teller(honest, tmp_path)
    body = at_zero(teller)
    drafted(teller, "zero", body)
    teller.tell({"type": "sign", "id": 1, "text": zero_text(teller, body)})
    assert "agreed" in str(teller.said[-1]["reason"])
    teller.witness.desk.consent(1)
    other = {**body, "ballots": 3}
    teller.tell({"type": "sign", "id": 1, "text": zero_text(teller, other)})
    assert "ballots" in str(teller.said[-1]["reason"])
    assert not teller.witness.desk.drafts[1].agreed
    teller.witness.desk.consent(1)
    later = {**body, "at": teller.now + 60}
    teller.tell({"type": "sign", "id": 1, "text": zero_text(teller, later)})
    text = zero_text(teller, later)
    assert teller.said[-1] == {"type": "signature", "id": 1, "line": NOTARY.line(text.encode()).decode()}


def test_a_draft_that_is_not_true_cannot_be_agreed_to(tmp_path: Path, honest: bytes) -> None:
    """This computer knows how many cards were printed."""
    teller = Teller(honest, tmp_path)
    body = at_zero(teller)
    drafted(teller, "zero", {**body, "printed": {"deputies": 1}})
    with pytest.raises(Unsignable):
        teller.witness.desk.consent(1)


def test_a_text_an_hour_away_is_not_signed(tmp_path: Path, honest: bytes) -> None:
    """A server that dates its acts as it likes is asked why."""
    teller = Teller(honest, tmp_path)
    body = at_zero(teller)
    drafted(teller, "zero", body)
    teller.witness.desk.consent(1)
    teller.tell({"type": "sign", "id": 1, "text": zero_text(teller, {**body, "at": teller.now - 7200})})
    assert teller.said[-1]["type"] == "unsigned"


def test_a_broken_record_gets_no_signature_and_no_nod(tmp_path: Path) -> None:
    """Refusing is all that the program can do, and it does it everywhere."""
    show = Show(witnessed=True, hooks={"r01 voted": stuff})
    teller = Teller(show.play().bundle(), tmp_path)
    teller.tell_everything()
    drafted(teller, "remark", {"at": 1, "text": "x"})
    desk = teller.witness.desk
    with pytest.raises(Unsignable):
        desk.consent(1)
    with pytest.raises(Unsignable):
        desk.nod("reveal", "r01")
    with pytest.raises(Unsignable):
        desk.propose("remark", {"text": "x"})


def stuff(show: Show) -> None:
    """A ballot by a card that was never printed."""
    show.append(show.ballot_entry(Card("deputies", 999), "r01", 0, [1, 1]))


def test_a_round_that_was_not_counted_here_gets_no_nod(tmp_path: Path, honest: bytes) -> None:
    """核对一致 comes before 同意公布."""
    teller = Teller(honest, tmp_path)
    place = next(i for i, entry in enumerate(teller.entries) if entry.startswith(b"c1/tally"))
    teller.greet()
    teller.tell_entries(place)
    with pytest.raises(Unsignable):
        teller.witness.desk.nod("reveal", "r01")


def test_a_damaged_mirror_is_found_when_it_is_read_again(tmp_path: Path, honest: bytes) -> None:
    """Somebody was at the notary's disk: the entries no longer give the checkpoints."""
    teller = Teller(honest, tmp_path)
    teller.greet()
    teller.tell_entries(30)
    mirror = teller.witness.mirror
    assert mirror is not None
    ballot = next(i for i, entry in enumerate(mirror.entries()) if entry.startswith(b"c1/present"))
    mirror._connection.execute("UPDATE entry SET bytes = ? WHERE place = ?", (teller.entries[ballot + 1], ballot))
    mirror.close()
    again = Teller(honest, tmp_path)
    again.tell_everything()
    assert not again.witness.adds_up or "E303" in {code for _, code, _ in again.witness.alarms}


def test_two_programs_do_not_write_one_mirror(tmp_path: Path) -> None:
    """The file's own lock."""
    first = Mirror.open(tmp_path / "m.sqlite")
    first.append(0, [b"x"], KeptHead(1, "n"))
    with pytest.raises(MirrorRefused):
        Mirror.open(tmp_path / "m.sqlite")
    first.close()


def test_what_the_server_lost_goes_out_in_parts_that_its_socket_takes(tmp_path: Path, honest: bytes) -> None:
    """A window of 100,000 ballots and a batch of 10,000 are many frames; put together they are the same bytes."""
    teller = Teller(honest, tmp_path)
    teller.tell_everything()
    mirror = teller.witness.mirror
    assert mirror is not None
    openings, batch = bytes(range(256)) * 40_000, [bytes([number % 256]) * 400 for number in range(10_000)]
    mirror.keep_file("rounds/r01.openings", openings)
    size = mirror.size()
    mirror.append(size, batch, KeptHead(size + len(batch), "head\n"))
    teller.said.clear()
    teller.tell({"type": "restore", "first": 1})
    assert max(len(json.dumps(each)) for each in teller.said) < MAX_WITNESS_FRAME / 2
    assert {"type": "mirrored_file", "path": "", "data": "", "last": True} == teller.said[-1]
    entries = [entry for each in teller.said if each["type"] == "mirrored" for entry in each["entries"]]
    assert [v.b64(entry) for entry in mirror.entries(1)] == entries
    parts = [each for each in teller.said if each.get("path") == "rounds/r01.openings"]
    assert b"".join(base64.b64decode(each["data"]) for each in parts) == openings
    lengths = [len(base64.b64decode(each["data"])) for each in parts]
    assert [sum(lengths[:place]) for place in range(len(parts))] == [each["offset"] for each in parts]


def test_only_figures_of_windows_that_were_lost_are_sent_back(tmp_path: Path, honest: bytes) -> None:
    """The others are still with the server."""
    teller = Teller(honest, tmp_path)
    teller.tell_everything()
    tallies = [place for place, entry in enumerate(teller.entries) if entry.startswith(b"c1/tally")]
    teller.said.clear()
    teller.tell({"type": "restore", "first": tallies[-1]})
    assert 1 == len({str(each["path"]).split(".")[0] for each in teller.said if each.get("path")})


def test_keys_that_only_end_alike_are_two_keys(tmp_path: Path) -> None:
    """Base64 has a plus of its own; what stands behind it is not the key."""
    register = Register(tmp_path / "register.json")
    rehearsal = KnownSession("a.example/rehearsal-1", "a.example/rehearsal-1+0a0a0a0a+AQab+cd", "rehearsal", "t", 1)
    assert [] == register.meet(rehearsal)
    assert [] == register.meet(KnownSession("a.example", "a.example+0b0b0b0b+AQxy+cd", "live", "t", 2))
    same = KnownSession("b.example", "b.example+0c0c0c0c+AQab+cd", "live", "t", 3)
    assert ["rehearsal_as_live"] == register.meet(same)


# manifests


def manifests() -> dict[str, str]:
    """What the honest session's server puts before the notary after the seal."""
    show = Show(witnessed=True).play()
    made = {"text": show.bundle(), "public": show.bundle(public=True)}
    return {name: v.read_note(v.read_tar(memoryview(data)).files["manifest.note"]).text for name, data in made.items()}


def test_one_consent_signs_the_manifests_of_evidence_and_public_bundle_and_no_third_text(
    tmp_path: Path, honest: bytes
) -> None:
    """Both are those that this copy gives."""
    teller = Teller(honest, tmp_path)
    teller.tell_everything()
    body = manifests()
    drafted(teller, "manifest", dict(body))
    teller.witness.desk.consent(1)
    for text in body.values():
        teller.tell({"type": "sign", "id": 1, "text": text})
        assert teller.said[-1] == {"type": "signature", "id": 1, "line": NOTARY.line(text.encode()).decode()}
    teller.tell({"type": "sign", "id": 1, "text": body["public"].replace("page/app.js", "page/app.mjs")})
    assert teller.said[-1]["type"] == "unsigned"


def test_a_manifest_without_the_public_one_is_no_message(tmp_path: Path, honest: bytes) -> None:
    """It is not even shown to the notary."""
    teller = Teller(honest, tmp_path)
    teller.tell_everything()
    with pytest.raises(NotFollowed, match="draft_manifests"):
        drafted(teller, "manifest", {"text": manifests()["text"]})
    assert {} == teller.witness.desk.drafts


@pytest.mark.parametrize(
    "lie",
    [
        lambda text, public: {"text": text, "public": text},
        lambda text, public: {"text": public, "public": public},
        lambda text, public: {"text": text, "public": public.replace("page/app.js", "page/app.mjs")},
    ],
    ids=["openings in the public one", "no openings in the evidence", "a file more"],
)
def test_a_manifest_that_this_copy_does_not_give_is_not_signed(
    tmp_path: Path, honest: bytes, lie: Callable[[str, str], dict[str, str]]
) -> None:
    """Neither of the two, when one of them is another."""
    teller = Teller(honest, tmp_path)
    teller.tell_everything()
    body = manifests()
    drafted(teller, "manifest", dict(lie(body["text"], body["public"])))
    with pytest.raises(Unsignable, match="manifest"):
        teller.witness.desk.consent(1)
    assert "E103" in {code for _, code, _ in teller.witness.alarms}
