"""The notary's keys F2 to F8 on a real line, in one process: what each does to the record, and what the screen says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Input

from audience_server.endpoints.control_door import ControlDoor
from audience_server.locale.catalogue import catalogue
from audience_server.notary import verify as v
from audience_server.notary.audit import written
from audience_server.record.ed25519 import public_key
from audience_server.reports.card_serials import boxes_of, serials_file
from console.notary.app import NotaryApp
from console.notary.ask import Ask
from tests.notary.hall import Hall, hall, keys_named, session_naming
from tests.notary.test_demands import shown
from tests.show_rig import TOKEN

KEYS = keys_named("公证员甲", "gongzheng.example/n1")
OTHER = keys_named("公证员乙", "gongzheng.example/n2")
PATIENCE = 30


@dataclass(slots=True)
class Sitting:
    """The app, its keys and what stands on the screen."""

    held: Hall
    app: NotaryApp
    pilot: Pilot[None]

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await self.pilot.pause()

    def text(self) -> str:
        """Line by line, as it is painted."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    async def reads(self, words: str) -> None:
        try:
            await self.until(lambda: words in self.text())
        except TimeoutError:
            raise AssertionError(self.text()) from None

    async def press(self, key: str, typed: str = "", sure: str = "") -> None:
        """A key that asks, and its answer; `sure`: what the second question shows, before it is answered too."""
        await self.asked(key)
        question = self.app.screen
        if typed:
            question.query_one(Input).value = typed
        await self.pilot.press("enter")
        await self.until(lambda: self.app.screen is not question)
        if sure:
            await self.until(self._asks)
            await self.reads(sure)
            await self.pilot.press("enter")
        await self.until(lambda: not isinstance(self.app.screen, Ask))

    async def unsure(self, key: str, typed: str, question: str) -> None:
        """The second question is left, and nothing has been done."""
        await self.asked(key)
        self.app.screen.query_one(Input).value = typed
        await self.pilot.press("enter")
        await self.reads(question)
        await self.pilot.press("escape")
        await self.until(lambda: not isinstance(self.app.screen, Ask))

    async def asked(self, key: str) -> None:
        await self.until(lambda: not isinstance(self.app.screen, Ask))
        await self.pilot.press(key)
        await self.until(self._asks)

    def _asks(self) -> bool:
        """A question stands there, and reads what is typed."""
        screen = self.app.screen
        ready = isinstance(screen, Ask) and screen.is_mounted and bool(screen.query("#ask-hint"))
        return ready and (not screen.query(Input) or isinstance(self.app.focused, Input))

    async def drafted(self, kind: str) -> None:
        """The first draft is of this kind, true, and chosen."""
        await self.until(lambda: any(each.kind == kind for each in self.app.witness.desk.drafts.values()))
        desk = self.app.witness.desk
        await self.until(lambda: not any(desk.untrue(each) for each in desk.drafts.values()))
        number = next(each.id for each in desk.drafts.values() if each.kind == kind)
        await self.until(lambda: self.app._chosen() == ("draft", str(number)))

    async def signed(self, kind: str) -> None:
        """F2 on the first draft, and the statement is in the record."""
        await self.drafted(kind)
        await self.press("f2", "今天的头条" if kind == "session" else "")
        await self.recorded(kind)

    async def recorded(self, kind: str, times: int = 1) -> None:
        await self.until(lambda: self.acts().count(kind) >= times)

    def acts(self) -> list[str]:
        follower = self.app.witness.follower
        return [] if follower is None else [str(act["kind"]) for act in follower.report.acts]


@asynccontextmanager
async def sitting(folder: Path, size: tuple[int, int], text: str | None = None) -> AsyncIterator[Sitting]:
    async with hall(folder, text or session_naming([KEYS], 1)) as held:
        words, desk_words = catalogue("zh-Hans", "notary"), catalogue("zh-Hans", "console")
        app = NotaryApp(KEYS, folder, held.url, TOKEN, words, desk_words, held.show.clock.unix)
        async with app.run_test(size=size) as pilot:
            yield Sitting(held, app, pilot)


async def begun(at: Sitting) -> None:
    await at.signed("session")
    await at.held.show.do("zero")
    await at.signed("zero")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_key_does_what_it_says(tmp_path: Path, size: tuple[int, int]) -> None:
    """A remark, a refusal, a void round, a lost card, a ballot shown here, the evidence: the screen says of each."""
    async with sitting(tmp_path, size) as at:
        show = at.held.show
        await begun(at)
        listed = tmp_path / "cards.serials"
        listed.write_bytes(serials_file(show.issue, show.rundown, boxes_of(show.rundown)))
        at.app.witness.serials = listed
        await at.press("f4", "到场")
        await at.recorded("remark")
        await at.reads("说明:已办,记录序号")
        await show.do("remark", text="甲方要求补记")
        await at.reads("签署 说明")
        await at.press("f3", "与事实不符")
        await at.until(lambda: not show.session.statements.pending)
        assert at.acts().count("remark") == 1
        await show.hold("r01", await show.phones(4), ["1", "1", "2", "3"])
        await at.press("f5", "r01 停电", "这一轮的票全部不计")
        await at.recorded("void-round")
        await at.unsure("f6", "6 遗失", "6号评议卡作废?")
        await at.press("f6", "7 遗失", "评议团:人大代表")
        await at.recorded("void")
        assert (at.acts().count("void"), show.session.statements.pending) == (1, {})
        sealed_file = tmp_path / "r02.json"
        names = {"check_in": "r00", "key": "r02"}
        keys = {name: v.b64(public_key(show.phone(1).seed(round_id))) for name, round_id in names.items()}
        card = keys | {"choice": "1"}
        sealed_file.write_bytes(written({"window": "r02", "cards": [card], "salt": v.b64(bytes(32))}))
        await at.unsure("f9", str(sealed_file), "固定这个抽验文件?")
        await show.do("open", round="r01")
        await at.until(lambda: "r01.2" in at.app.witness.follower.case.windows)  # type: ignore[union-attr]
        await at.press("f7", shown(show.phone(0), window="r01.2"))
        await at.held.pass_time(lambda: any(about == "demand" for about, _, _ in at.app.witness.desk.answers))
        await at.reads("代表出示的票:已办")
        assert all(cell_len(line) <= size[0] for line in at.text().split("\n"))
        await sealed(at)
        await at.reads("F8 存证据包")
        await at.pilot.press("f8")
        await at.reads("证据包和公开版已存")
        name, evidence = await show.session.evidence()
        assert (name, evidence) == ("small-1.c1.tar", (tmp_path / "small-1.c1.tar").read_bytes())
        public = await show.session.public_bundle()
        assert public == ("small-1.public.c1.tar", (tmp_path / "small-1-public" / "small-1.public.c1.tar").read_bytes())


async def sealed(at: Sitting) -> None:
    show = at.held.show
    await show.clock.advance(200)
    await show.do("lock", round="r01")
    await show.do("not-held", round="r02", reason="没有时间")
    await at.until(lambda: at.app.witness.cosigned == show.session.record.size)
    await show.do("seal")
    await at.until(lambda: any(each.kind == "manifest" for each in at.app.witness.desk.drafts.values()))
    await at.reads("封存清单:✓")
    await at.press("f2")
    await at.until(lambda: show.session.final.signed)


async def test_the_session_is_not_signed_with_words_anybody_could_have_written_before(tmp_path: Path) -> None:
    """The headline of today is what shows that nothing was drawn up earlier: an empty field signs nothing."""
    async with sitting(tmp_path, (80, 24)) as at:
        await at.drafted("session")
        await at.press("f2", " ")
        await at.reads("没有签")
        await at.asked("f2")
        await at.reads("场次性质:正式场次")
        await at.pilot.press("ctrl+t")
        await at.reads('"codes_exported":false')
        await at.pilot.press("ctrl+t", "escape")
        await at.until(lambda: not isinstance(at.app.screen, Ask))
        assert "session" not in at.acts()
        await at.signed("session")


async def test_what_cannot_be_done_is_said_and_changes_nothing(tmp_path: Path) -> None:
    """A round that is not known, a card without a list, a code that is none, a refusal without a draft."""
    async with sitting(tmp_path, (80, 24)) as at:
        await begun(at)
        before = at.held.show.session.record.size
        for key, typed, said in (
            ("f5", "r01 停电", "没有执行:r01 不是已开始的轮次"),
            ("f6", "7 遗失", "没有执行:没有号码对照表"),
            ("f6", "7", "没有执行:请写号码"),
            ("f7", "{}", "没有执行:这不是手机出示的码"),
            ("f9", "x.json", "没有执行:读不了 x.json:没有这个文件"),
        ):
            await at.press(key, typed)
            await at.reads(said)
        await at.pilot.press("f3")
        await at.reads("先选中一件待签内容")
        assert at.held.show.session.record.size == before


async def test_without_a_line_the_screen_says_what_waits_and_what_did_not_go_out(tmp_path: Path) -> None:
    async with sitting(tmp_path, (80, 24)) as at:
        await begun(at)
        await at.held.show.do("remark", text="甲方要求补记")
        await at.reads("签署 说明")
        port = at.held.door.port
        await at.held.door.close()
        await at.until(lambda: not at.app.witness.on_line)
        await at.press("f2")
        await at.reads("没有送出:连接断开")
        await at.press("f4", "断线")
        await at.reads("恢复后自动送出")
        base = "http://127.0.0.1:8080/"
        at.held.door = await ControlDoor.start(at.held.show.session, "127.0.0.1", port, join_url=base)
        await at.recorded("remark")


async def test_a_ballot_demanded_in_vain_waits_for_the_notarys_word(tmp_path: Path) -> None:
    """F2 writes the remark that stands there, and nothing in it leads to the ballot."""
    async with sitting(tmp_path, (120, 40)) as at:
        show, witness = at.held.show, at.app.witness
        await begun(at)
        await show.phones(2)
        await show.do("open", round="r01")
        await at.until(lambda: "r01" in witness.follower.case.windows)  # type: ignore[union-attr]
        send = witness.send
        witness.send = lambda message: None if message["type"] == "demand" else send(message)
        await at.press("f7", shown(show.phone(0)))
        await show.clock.advance(200)
        await at.reads("要求记入的票截止时没有记入")
        await at.asked("f3")
        await at.reads("不写说明,从待办去掉?")
        await at.pilot.press("escape")
        await at.press("f2")
        await at.recorded("remark")
        (entry,) = [act["body"]["text"] for act in witness.follower.report.acts if act["kind"] == "remark"]  # type: ignore[union-attr]
        assert "r01:代表出示的一张评议票" in entry
        await at.until(lambda: witness.demands is not None and not witness.demands.missed)


async def test_stretches_that_too_few_have_cosigned_are_named(tmp_path: Path) -> None:
    """Both notaries are asked for, and the second has no line."""
    async with sitting(tmp_path, (80, 24), session_naming([KEYS, OTHER], 2)) as at:
        second = at.held.sit_down(OTHER)
        await at.held.agree(second, "session")
        await at.signed("session")
        await at.reads("各段记录都有足够副署")
        await at.held.leave(second)
        await at.held.show.do("incident", kind="note", text="x")
        await at.reads("缺少足够副署的记录共1段:第2条")


def test_answers_and_notes_fit_and_are_harmless() -> None:
    """Whatever a server answers is text, cut, and says how it stands."""
    from console.notary import lines

    words, forms = catalogue("zh-Hans", "notary"), catalogue("zh-Hans", "forms")
    told: list[dict[str, Any]] = [
        {"about": "remark", "done": True, "text": '{"index": 12, "size": 13}'},
        {"about": "consent", "done": True, "text": '{"agreed": 1, "pending": ["notary"]}'},
        {"about": "remark", "done": False, "text": "line_broke"},
        {"about": "\x1b[2J", "done": False, "text": "\x1b[2J" * 200},
        {"about": "demand", "done": True, "text": "[" * 5000},
    ]
    shown_lines = lines.answers({"answers": told}, words)
    assert "已办,记录序号12" in shown_lines[4]
    assert "等另一位公证员" in shown_lines[3]
    assert "不知是否送达" in shown_lines[2]
    assert "\x1b" not in "".join(shown_lines)
    picture = {"unwitnessed": [[3, 3], [5, 9]], "size": 9, "manifest_agrees": False, "evidence": False}
    picture |= {"drafts": [{"kind": "manifest"}], "warnings": [{"code": "W108"}, {"code": "W109"}, {"code": "W109"}]}
    found = lines.notes(picture, words, forms)
    assert found == [
        "封存清单:✗ 与本机副本不同,原因见警报",
        "⚠ 缺少足够副署的记录共2段:第3、5–9条",
        f"提示 W109 {forms.text('code_W109')}",
    ]
