"""Keys of a notary: made once, locked by a passphrase, read by nobody else; their lines hold for the verifier."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path

import pytest
from nacl.public import PublicKey, SealedBox

from audience_server.domain.rundown_file import read_rundown
from audience_server.notary import verify as v
from audience_server.notary.keys import KeysRefused, anchor, load_keys, make_keys, read_public, session_file_line
from tests.processes import touchstone
from tests.show_rig import SMALL_SESSION

WORDS = "correct horse battery"


def made(tmp_path: Path, role: str = "notary") -> Path:
    path = tmp_path / role / "notary.keys"
    make_keys(path, "公证员甲", "gongzheng.example/n1", role, WORDS)
    return path


def test_keys_open_with_their_passphrase_only(tmp_path: Path) -> None:
    path = made(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    keys = load_keys(path, WORDS)
    assert keys.witness_vkey == read_public(path)["witness"]
    with pytest.raises(KeysRefused, match="passphrase"):
        load_keys(path, WORDS + "x")


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    path = made(tmp_path)
    before = path.read_bytes()
    with pytest.raises(KeysRefused, match="keys_exist"):
        make_keys(path, "x", "a.example/b", "notary", WORDS)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("label", "name", "role", "words"),
    [
        ("", "a.example/b", "notary", WORDS),
        ("甲\n乙", "a.example/b", "notary", WORDS),
        ("甲", "a b", "notary", WORDS),
        ("甲", "a.example/b+c", "notary", WORDS),
        ("甲", "a.example/b", "judge", WORDS),
        ("甲", "a.example/b", "notary", "short"),
    ],
)
def test_what_is_not_right_is_refused_and_nothing_is_made(
    tmp_path: Path, label: str, name: str, role: str, words: str
) -> None:
    with pytest.raises(KeysRefused):
        make_keys(tmp_path / "notary.keys", label, name, role, words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["version", "kdf", "sealed", "witness"])
def test_a_damaged_file_is_refused_in_words(tmp_path: Path, damage: str) -> None:
    path = made(tmp_path)
    body = json.loads(path.read_text("utf-8"))
    body[damage] = {"version": 9, "kdf": {"name": "x"}, "sealed": "AAAA", "witness": "x"}[damage]
    path.write_text(json.dumps(body), "utf-8")
    with pytest.raises(KeysRefused):
        load_keys(path, WORDS)


def test_the_lines_hold_for_the_verifier(tmp_path: Path) -> None:
    """Cosignature (0x04) and statement (0x01), read by verify.py."""
    keys = load_keys(made(tmp_path), WORDS)
    text = "o.example/s\n1\n" + v.b64(bytes(32)) + "\n"
    witness = v.read_vkey(keys.witness_vkey, v.WITNESS_KEY)
    statement = v.read_vkey(keys.statement_vkey or "", v.LOG_KEY)
    note = v.read_note(f"{text}\n{keys.cosign(text, 1234)}{keys.sign(text)}".encode())
    signers = v.who_signed(note, statement, [witness])
    assert signers.log
    assert signers.times == {witness.vkey: 1234}
    assert not signers.failed


def test_the_line_is_accepted_by_a_session_file(tmp_path: Path) -> None:
    """And the anchor is that of the verifier."""
    public = read_public(made(tmp_path))
    text = SMALL_SESSION + f"\n[witnesses]\nnotaries = [ {session_file_line(public)} ]\n"
    rundown = read_rundown(text.encode(), "s.toml")
    assert rundown.witnesses is not None
    assert rundown.witnesses.notaries[0].box == public["box"]
    assert anchor(public) == v.anchor_of(public["witness"], public["statement"])


def test_an_observer_signs_no_statement(tmp_path: Path) -> None:
    path = made(tmp_path, "observer")
    keys = load_keys(path, WORDS)
    assert (keys.statement_vkey, keys.box_public, anchor(read_public(path))) == (None, None, None)
    with pytest.raises(KeysRefused):
        keys.sign("x\n")


def test_a_sealed_box_opens_with_the_notarys_key(tmp_path: Path) -> None:
    """The same format as reports of misconduct: libsodium's sealed box."""
    keys = load_keys(made(tmp_path), WORDS)
    sealed = SealedBox(PublicKey(v.unb64(keys.box_public or "", 32))).encrypt("号码".encode())
    assert keys.open_box(bytes(sealed)).decode() == "号码"
    with pytest.raises(KeysRefused):
        keys.open_box(bytes(sealed)[:-1])


def test_init_prints_the_line_and_a_sheet(tmp_path: Path) -> None:
    """By the command, with the passphrase from a file; a second time is refused."""
    words = tmp_path / "words"
    words.write_text(WORDS + "\n")
    asked = ["notary", "init", tmp_path / "n", "--name", "公证员甲", "--key-name", "g.example/n1"]
    done = touchstone(*asked, "--passphrase-file", words)
    assert done.returncode == 0, done.stderr
    public = read_public(tmp_path / "n" / "notary.keys")
    assert session_file_line(public) in done.stdout
    assert str(anchor(public)) in done.stdout
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "n" / "key-sheet.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "公证员甲" in text
    assert "不是公证书" in text
    told = touchstone("notary", "state", tmp_path / "n")
    assert told.returncode == 0
    assert {"name": "公证员甲", "anchor": anchor(public), "sessions": 0}.items() <= json.loads(told.stdout).items()
    assert "还没有跟随" in told.stderr
    nothing = touchstone("notary", "state", tmp_path / "other")
    assert (nothing.returncode, nothing.stdout, "notary init" in nothing.stderr) == (2, "", True)
    again = touchstone(*asked, "--passphrase-file", words)
    assert (again.returncode, "密钥从不覆盖" in again.stderr) == (2, True)
