"""The office program: checks evidence on a locked-down computer, by a menu of six items.  Standard library only.

Ships as one file, `touchstone-office.pyz`, beside a Python of 3.11 or newer; it needs no installation and no network.
It reads what it is shown and writes only where it is told to.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from audience_server.notary import verify as v

MENU = """
试金石 公证处办公版(不联网,不安装)
  1 核验证据包
  2 查验回执是否在记录中
  3 计算文件摘要(与封存清单比对)
  4 宣读页(按轮次)
  5 生成公证词素材(文本,留空白)
  6 退出
请输入 1–6 后回车:"""
USAGE = """用法:office.pyz                    按菜单操作
      office.pyz verify BUNDLE …    与 verify.py 相同,选项见 office.pyz verify --help"""
FOOTER = "本件由软件生成,供核对使用,不是公证书。"
Say = Callable[[str], None]
Ask = Callable[[str], str]


class Office:
    """One sitting.  `ask` shows a question and gives the answer; `say` writes one piece of text."""

    def __init__(self, ask: Ask, say: Say) -> None:
        self._ask = ask
        self._say = say

    def run(self) -> int:
        """Until 6 or the end of the input; the exit code of the last verification."""
        status = 0
        items = {"1": self.verify, "2": self.receipt, "3": self.digest, "4": self.read_aloud, "5": self.material}
        while True:
            try:
                choice = self._ask(MENU).strip()
            except EOFError:
                return status
            if choice == "6":
                return status
            item = items.get(choice)
            if item is None:
                self._say("请输入 1 到 6 的数字。")
                continue
            try:
                status = item()
            except (OSError, EOFError) as error:
                self._say(f"没有完成:{v.clean(str(error))}")

    def verify(self) -> int:
        report = self._report()
        self._say(v.Page(report, True).text())
        return report.exit_status

    def receipt(self) -> int:
        """Is the ballot of this receipt in the record?  Never how it was cast."""
        data = self._bundle()
        receipt = Path(self._ask("回执文件:").strip().strip('"')).read_bytes()
        report = v.verify(data, None, [receipt])
        found = not report.has("E511") and report.is_bundle
        self._say("回执对应的评议票在记录中。" if found else "这张回执不在本记录中,请保存原件并写入异常情况记录。")
        return 0 if found else 1

    def digest(self) -> int:
        path = Path(self._ask("文件:").strip().strip('"'))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        self._say("SHA-256  " + " ".join(digest[place : place + 4] for place in range(0, 64, 4)))
        wanted = "".join(self._ask("清单上的摘要(可不填):").split()).lower()
        if wanted:
            self._say("一致" if wanted == digest else "不一致")
        return 0 if wanted in ("", digest) else 1

    def read_aloud(self) -> int:
        """One round after the other, waiting for the reader."""
        report = self._report()
        if report.verdict == "fail":
            self._say("数据核验不一致,没有可以宣读的内容。")
            return report.exit_status
        for row in report.rounds:
            if row["state"] == "locked" and row.get("by"):
                self._say(f"【{row['window']}】校验码 {row['fingerprint']}")
                for panel, numbers in row["by"].items():
                    name = report.rules.panels[panel].name if report.rules is not None else panel
                    self._say(f"{v.clean(name)}:{v.read_aloud(numbers)}")
                self._ask("(回车继续)")
        return report.exit_status

    def material(self) -> int:
        report = self._report()
        place = self._ask("存为(文件名):").strip().strip('"')
        Path(place).write_text(material(report), encoding="utf-8")
        self._say(f"已写入 {place}。措辞和结论由公证员填写。")
        return report.exit_status

    def _bundle(self) -> bytes:
        return Path(self._ask("证据包文件(可拖入窗口):").strip().strip('"')).read_bytes()

    def _report(self) -> v.Report:
        data = self._bundle()
        anchor = self._ask("锚点(卡上或密钥单上,可不填):").strip()
        self._say("正在核验…")
        return v.verify(data, anchor or None)


def material(report: v.Report) -> str:
    """Facts with blanks; the wording and the verdict are the notary's own."""
    rules = report.rules
    title = v.clean(rules.title) if rules is not None else "____"
    place = v.clean(rules.place) if rules is not None else "____"
    date = v.clean(rules.date) if rules is not None else "____"
    lines = ["公证词素材", "", f"场次:{title}", f"时间:{date}  地点:{place}", f"场次标识:{report.origin or '____'}"]
    lines += [f"校验码:{report.fingerprint or '____'}", f"数据核验:{VERDICTS[report.verdict]}", ""]
    if report.verdict != "fail":
        for row in report.rounds:
            if row["state"] == "locked" and row.get("by"):
                lines.append(f"【{row['window']}】校验码 {row['fingerprint']}")
                for panel, numbers in row["by"].items():
                    name = rules.panels[panel].name if rules is not None else panel
                    lines.append(f"{v.clean(name)}:{v.read_aloud(numbers)}")
    lines += ["", "公证员现场监督了:____________________", "发现的情况:____________________"]
    lines += ["结论(由公证员填写):____________________", "", "公证员:__________    日期:__________", "", FOOTER]
    return "\n".join(lines) + "\n"


VERDICTS = {"pass": "一致", "warn": "一致(有提示)", "fail": "不一致"}


def main(words: Sequence[str] | None = None) -> int:
    """Without words the menu; `verify BUNDLE …` as verify.py."""
    for stream in (sys.stdin, sys.stdout):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = list(sys.argv[1:] if words is None else words)
    if given and given[0] == "verify":
        return v.main(given[1:])
    if given and given[0] in ("--help", "-h"):
        print(USAGE)
        return 0
    if given:
        print(USAGE, file=sys.stderr)
        return 2
    return Office(_ask, _say).run()


def _ask(question: str) -> str:
    return input(question)


def _say(text: str) -> None:
    print(text, flush=True)


def build(target: Path) -> None:
    """The one file: verify.py and this menu, the same bytes from the same sources."""
    folder = Path(__file__).parent
    start = "import sys\n\nfrom audience_server.notary.office import main\n\nsys.exit(main())\n"
    files = {
        "__main__.py": start.encode(),
        "audience_server/__init__.py": b"",
        "audience_server/notary/__init__.py": b"",
    }
    files |= {f"audience_server/notary/{name}": (folder / name).read_bytes() for name in ("office.py", "verify.py")}
    with tempfile.SpooledTemporaryFile() as packed:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, files[name])
        packed.seek(0)
        target.write_bytes(b"#!/usr/bin/env python3\n" + packed.read())
    target.chmod(0o755)
