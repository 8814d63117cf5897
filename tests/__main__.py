"""`python -m tests`: everything that must hold before a change lands, in one command.

Debian packages that the tests drive are installed when missing (as root); with CI=true a missing one is
a failure.  Then ruff, strict mypy, and the whole suite.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEEDED = {
    "chromium": "chromium",
    "tmux": "tmux",
    "pdftoppm": "poppler-utils",
    "pdffonts": "poppler-utils",
    "fc-list": "fontconfig",
}
CHINESE_FONT = "fonts-noto-cjk"


def missing_packages() -> list[str]:
    """Debian packages whose programs or fonts are not there."""
    missing = {package for program, package in NEEDED.items() if shutil.which(program) is None}
    if not has_chinese_font():
        missing.add(CHINESE_FONT)
    return sorted(missing)


def has_chinese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    found = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip())


def install(packages: list[str]) -> None:
    """Install through apt as root; otherwise say what to do."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)
    left = missing_packages()
    if left:
        print(f"missing: {' '.join(left)} (apt-get install {' '.join(left)})", file=sys.stderr)
        if os.environ.get("CI") == "true":
            sys.exit(1)


def at_once() -> list[str]:
    """The whole suite waits more than it computes: three workers a core, slow files first (tests/conftest.py)."""
    workers = min(6, 3 * (os.cpu_count() or 1))
    return ["-n", str(workers), "--dist", "loadfile", "--no-loadscope-reorder"]


def main(arguments: list[str]) -> int:
    packages = missing_packages()
    if packages:
        install(packages)
    checks = [
        [sys.executable, "-m", "ruff", "check", "."],
        [sys.executable, "-m", "ruff", "format", "--check", "."],
        [sys.executable, "-m", "mypy"],
        [sys.executable, "-m", "pytest", *(arguments or at_once())],
    ]
    for check in checks:
        print("$", *check[1:], flush=True)
        status = subprocess.run(check, cwd=ROOT, check=False).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
