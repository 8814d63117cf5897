"""The office program as it is used: one file, any Python, nothing installed, no network, by menu."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from audience_server.notary.office import FOOTER, build, main
from tests.notary.bundle_maker import Show


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("office") / "office.pyz"
    build(target)
    return target


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "s.c1.tar"
    path.write_bytes(Show().play().bundle())
    return path


def other_pythons() -> list[str]:
    """Interpreters of this machine that are not the suite's and not too old, one of a version."""
    named = [shutil.which(f"python3{minor}") for minor in ("", ".11", ".12", ".13", ".14", ".15")]
    kept = sorted(Path.home().glob(".pyenv/versions/3.*/bin/python3"))
    found: dict[str, str] = {}
    for program in (*filter(None, named), "/usr/bin/python3", *map(str, kept)):
        if Path(program).exists():
            done = subprocess.run([program, "-I", "-c", ASK], capture_output=True, text=True, check=False)
            if done.returncode == 0 and done.stdout.strip() != sys.version.split()[0]:
                found.setdefault(done.stdout.strip(), program)
    return list(found.values())


ASK = "import sys; print(sys.version.split()[0]); sys.exit(sys.version_info < (3, 11))"


def sit(office: Path, *lines: object, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    """An isolated interpreter with the standard library only."""
    return subprocess.run(
        [python, "-I", "-E", "-S", str(office)],
        input="\n".join(map(str, lines)) + "\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PYTHONUTF8": "1"},
    )


def test_the_menu_has_six_items_and_checks_a_bundle(office: Path, bundle: Path) -> None:
    done = sit(office, 1, bundle, "", 6)
    assert (done.returncode, done.stderr) == (2, "")
    assert [f"  {number} " in done.stdout for number in range(1, 8)] == [True] * 6 + [False]
    assert "数据核验一致" in done.stdout
    assert "应到评议代表" in done.stdout


def test_any_python_runs_it(office: Path, bundle: Path) -> None:
    """Every other interpreter of this machine that is new enough; where there is none, the suite's own stands alone."""
    for python in other_pythons():
        done = sit(office, 1, bundle, "", 6, python=python)
        assert (done.returncode, done.stderr) == (2, ""), python
        assert "数据核验一致" in done.stdout


def test_a_changed_bundle_is_called_so(office: Path, bundle: Path, tmp_path: Path) -> None:
    data = bytearray(bundle.read_bytes())
    data[data.index(b"c1/tally") + 120] ^= 1
    changed = tmp_path / "changed.tar"
    changed.write_bytes(data)
    done = sit(office, 1, changed, "", 4, changed, "", 6)
    assert done.returncode == 1
    assert "不一致" in done.stdout
    assert "没有可以宣读的内容" in done.stdout


def test_a_digest_is_compared_in_groups(office: Path, bundle: Path) -> None:
    digest = hashlib.sha256(bundle.read_bytes()).hexdigest()
    grouped = " ".join(digest[place : place + 4] for place in range(0, 64, 4)).upper()
    assert "一致" in sit(office, 3, bundle, grouped, 6).stdout
    assert "不一致" in sit(office, 3, bundle, "0" * 64, 6).stdout


def test_the_material_leaves_the_verdict_to_the_notary(office: Path, bundle: Path, tmp_path: Path) -> None:
    target = tmp_path / "material.txt"
    sit(office, 5, bundle, "", target, 6)
    text = target.read_text("utf-8")
    assert "结论(由公证员填写):____" in text
    assert FOOTER in text


def test_nonsense_ends_nothing(office: Path, tmp_path: Path) -> None:
    """Wrong numbers, missing files, an input that ends: words, never a traceback."""
    done = sit(office, 9, "x", 1, tmp_path / "none.tar", 3, tmp_path)
    assert done.stderr == ""
    assert "没有完成" in done.stdout


def test_a_receipt_that_is_not_in_the_record_is_told(office: Path, bundle: Path, tmp_path: Path) -> None:
    receipt = tmp_path / "r.txt"
    receipt.write_text("not a receipt\n")
    assert "不在本记录中" in sit(office, 2, bundle, receipt, 6).stdout


def test_two_builds_are_the_same_bytes(office: Path, tmp_path: Path) -> None:
    build(tmp_path / "again.pyz")
    assert (tmp_path / "again.pyz").read_bytes() == office.read_bytes()


@pytest.mark.parametrize(("words", "told"), [(["--help"], "verify --help"), (["verify", "--help"], "证据包文件")])
def test_it_answers_help(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In Chinese, on the way that a script reads, and as a success."""
    try:
        status = main(words)
    except SystemExit as left:
        status = int(left.code or 0)
    assert (0, True) == (status, told in capsys.readouterr().out)


def test_it_is_scriptable(office: Path, bundle: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", str(office), "verify", str(bundle), "--plain"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
