"""verify.py as its users run it: by path, isolated, on a machine without PyNaCl, with every exit status."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from audience_server.notary import verify as v
from tests.notary.bundle_bytes import anchor
from tests.notary.bundle_maker import Show
from tests.notary.defects.defect import filed, spoil

PROGRAM = Path(v.__file__)
VECTORS = Path(__file__).resolve().parent.parent / "vectors"
TINY = VECTORS / "tiny.c1.tar"
WITHOUT_PYNACL = """
import runpy, sys
sys.modules["nacl"] = None
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


STRANGE_PYNACL = """
import runpy, sys, types
class Strange(types.ModuleType):
    has_crypto_core_ed25519 = True
    def __getattr__(self, name):
        if name.startswith("__") or {damaged}:
            raise OSError("not the library that it was")
        return lambda *given: True
for name in ("nacl", "nacl.bindings", "nacl.exceptions"):
    sys.modules[name] = Strange(name)
sys.modules["nacl"].bindings = sys.modules["nacl.bindings"]
sys.modules["nacl"].exceptions = sys.modules["nacl.exceptions"]
sys.modules["nacl.exceptions"].BadSignatureError = ValueError
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def run(*arguments: str | Path, pynacl: bool = True) -> subprocess.CompletedProcess[bytes]:
    start = [sys.executable, "-I"] if pynacl else [sys.executable, "-I", "-c", WITHOUT_PYNACL]
    return subprocess.run([*start, PROGRAM, *arguments], capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("pynacl", [True, False], ids=["pynacl", "pure"])
def test_the_tiny_session_verifies_exactly_as_its_report_says(tmp_path: Path, pynacl: bool) -> None:
    """Made by other code from the same pages: verdict, findings, rounds, results, fingerprint, size and root agree."""
    report = tmp_path / "report.json"
    done = run(TINY, "--report", report, pynacl=pynacl)
    found, expected = (
        json.loads(report.read_text("utf-8")),
        json.loads((VECTORS / "tiny.report.json").read_text("utf-8")),
    )
    assert (2, b"") == (done.returncode, done.stderr)
    assert expected == {key: found[key] for key in expected}
    assert found["score_verified"] == {"edu": "69.65", "env": "64.93"}


@pytest.mark.parametrize("damaged", [True, False], ids=["damaged", "lax"])
def test_a_library_that_judges_otherwise_is_not_used(tmp_path: Path, damaged: bool) -> None:
    """Whatever calls itself nacl: one that raises, and one that takes every signature for good."""
    bundle = write(tmp_path, filed(lambda _, files: files.update(checkpoint=spoil(files["checkpoint"])))())
    report = tmp_path / "report.json"
    start = [sys.executable, "-I", "-c", STRANGE_PYNACL.replace("{damaged}", str(damaged))]
    done = subprocess.run([*start, PROGRAM, bundle, "--report", report], capture_output=True, timeout=60, check=False)
    assert (1, b"") == (done.returncode, done.stderr)
    assert ["E204"] == [row["code"] for row in json.loads(report.read_text("utf-8"))["failures"]]
    assert "签名由 Python 核对" in done.stdout.decode()


def test_the_program_imports_nothing_but_the_standard_library_and_pynacl() -> None:
    """It must be readable and runnable alone."""
    tree = ast.parse(PROGRAM.read_text("utf-8"))
    names = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    names |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names - set(sys.stdlib_module_names) == {"nacl"}


def write(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "show-1.c1.tar"
    path.write_bytes(data)
    return path


def test_exit_statuses_are_pass_warn_fail_and_not_a_bundle(tmp_path: Path) -> None:
    """0 pass, 2 pass with warnings, 1 fail, 3 not a bundle."""
    good = write(tmp_path, Show(witnessed=True).play().bundle())
    assert run(good, "--anchor", anchor()).returncode == 0
    assert run(good).returncode == 2
    assert run(good, "--anchor", "A" * 22).returncode == 1
    assert run(write(tmp_path, b"not a bundle")).returncode == 3
    assert run(write(tmp_path, b"")).returncode == 3
    assert run(tmp_path / "nowhere.c1.tar").returncode == 3


def test_an_anchor_and_receipts_may_be_files(tmp_path: Path) -> None:
    """What stands on the card may have been typed into a file; receipts come as files."""
    show = Show(witnessed=True).play()
    bundle = write(tmp_path, show.bundle())
    (tmp_path / "anchor").write_text(anchor() + "\n")
    (tmp_path / "receipt").write_bytes(show.receipt(30, 42))
    assert run(bundle, "--anchor", tmp_path / "anchor", "--receipt", tmp_path / "receipt").returncode == 0
    (tmp_path / "receipt").write_bytes(show.receipt(30, 42).replace(b"index 30", b"index 29"))
    assert run(bundle, "--anchor", tmp_path / "anchor", "--receipt", tmp_path / "receipt").returncode == 1


def test_an_anchor_is_never_taken_for_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever can put a file beside the bundle must not choose what the card says."""
    bundle = write(tmp_path, Show(witnessed=True).play().bundle())
    monkeypatch.chdir(tmp_path)
    Path("A" * 22).write_text(anchor())
    assert run(bundle, "--anchor", "A" * 22).returncode == 1
    assert run(bundle, "--anchor", "./" + "A" * 22).returncode == 0


def test_the_same_report_comes_from_a_call_in_process(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`touchstone notary verify` calls main(argv)."""
    report = tmp_path / "report.json"
    assert v.main([str(TINY), "--report", str(report), "--lang", "en", "--plain"]) == 2
    assert json.loads(report.read_text("utf-8"))["fingerprint"] in capsys.readouterr().out


def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """The verdict stands on the screen all the same."""
    done = run(TINY, "--report", tmp_path / "no" / "report.json")
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr


def test_wrong_usage_never_reads_as_a_pass() -> None:
    """argparse would leave with 2, which here means: pass with warnings."""
    assert run().returncode == 3
    assert run(TINY, "--langue", "en").returncode == 3


def test_an_anchor_may_begin_with_a_hyphen(tmp_path: Path) -> None:
    """It is base64url, and options begin so too."""
    report = tmp_path / "report.json"
    done = run(TINY, "--anchor", "-DlAZaCnXKLOVA2mAbZXmg", "--report", report)
    assert (1, b"") == (done.returncode, done.stderr)
    assert ["E105"] == [each["code"] for each in json.loads(report.read_text("utf-8"))["failures"]]
