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
    "tmux": "tmux",
    "pdftoppm": "poppler-utils",
    "pdffonts": "poppler-utils",
    "fc-list": "fontconfig",
}
# either will do; the first is half the work for the processor, and not in every release
BROWSERS = ("chromium-headless-shell", "chromium")
CHINESE_FONT = "fonts-noto-cjk"


def missing_packages() -> list[str]:
    """Debian packages whose programs or fonts are not there."""
    missing = {package for program, package in NEEDED.items() if shutil.which(program) is None}
    if not any(map(shutil.which, BROWSERS)):
        missing.add(BROWSERS[-1])
    if not has_chinese_font():
        missing.add(CHINESE_FONT)
    return sorted(missing)


def wanted_packages() -> list[str]:
    """The same, with the browser that is best."""
    better = [] if shutil.which(BROWSERS[0]) else [BROWSERS[0]]
    return [*(each for each in missing_packages() if each not in BROWSERS), *better]


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
        apt_install(packages, environment)
        apt_install(missing_packages(), environment)
    left = missing_packages()
    if left:
        print(f"missing: {' '.join(left)} (apt-get install {' '.join(left)})", file=sys.stderr)
        if os.environ.get("CI") == "true":
            sys.exit(1)


def apt_install(packages: list[str], environment: dict[str, str]) -> None:
    """One by one: a package that a release does not have must not keep the others away."""
    for package in packages:
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
        subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)


def at_once() -> list[str]:
    """Three workers a core, for with two some wait while a core is free; slow files first (tests/conftest.py)."""
    workers = min(6, 3 * (os.cpu_count() or 1))
    return ["-n", str(workers), "--dist", "loadfile", "--no-loadscope-reorder"]


def main(arguments: list[str]) -> int:
    packages = wanted_packages()
    if packages:
        install(packages)
    for check in (["ruff", "check", "."], ["ruff", "format", "--check", "."]):
        if status := run(check):
            return status
    # while mypy keeps one core busy, the other reads the tests once, so that no worker has to rewrite them
    reading = [sys.executable, "-m", "pytest", "--collect-only", "-q"]
    with subprocess.Popen(reading, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        status = run(["mypy"])
    return status or run(["pytest", *(arguments or at_once())])


def run(check: list[str]) -> int:
    """One check, its output as it comes; its status."""
    print("$", "python -m", *check, flush=True)
    return subprocess.run([sys.executable, "-m", *check], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
