"""What an operator needs when somebody does not come, or paper takes over: all of it by keys, in the real app."""

from __future__ import annotations

import json
from pathlib import Path

from textual.widgets import Input

from console.commands.card_request import of_code
from tests.console.console_rig import asks, desk, says, screen_text, until, watching
from tests.notary.bundle_bytes import NOTARY_WITNESS
from tests.show_rig import SMALL_SESSION

SMALL = (80, 24)
CONFIRMED = SMALL_SESSION.replace("small_cell = 3", 'small_cell = 3\nconfirm = { lock = ["operator", "teller"] }')
OBSERVED = (
    SMALL_SESSION
    + f"""
[witnesses]
observers = [ {{ name = "市统计局", witness = "{NOTARY_WITNESS.vkey}" }} ]
quorum = {{ notaries = 0, observers = 1 }}
"""
)
PAPER = """round = "r01"
panel = "deputies"
present = 2
issued = 2
returned = 2
valid = 1
invalid = 1
abstained = 0
[counts.edu.overall]
yes = 1
"""


async def test_the_operator_goes_on_without_a_nod_and_the_record_keeps_why(tmp_path: Path) -> None:
    """The key stands where the waiting nod is shown; one dialog, no way without a reason."""
    async with desk(tmp_path, CONFIRMED) as running:
        show = running.show
        phones = await show.phones(4)
        await show.do("zero")
        await show.do("open", round="r01")
        await show.cast_all(phones, "r01", ["1", "1", "2", "3"])
        await show.clock.advance(80)
        await show.do("lock", round="r01")
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("3")
            await until(pilot, lambda: "等待:计票员" in screen_text(app) and "Alt+Y 不再等" in screen_text(app))
            await pilot.press("alt+y")
            await until(pilot, asks(app, "不再等待"))
            await pilot.press("enter", "enter")
            await until(pilot, lambda: "请填写" in screen_text(app))
            assert "closed" == show.session.state.windows["r01"].state
            app.screen.query_one(Input).value = "计票员突发疾病"
            await pilot.press("enter")
            await until(pilot, lambda: show.session.state.windows["r01"].state == "locked" and not app.busy)
            await until(pilot, lambda: "原因已写入记录" in screen_text(app))
            [override] = [line for line in show.session.show_log.search("override", None, 9) if line.do == "override"]
            assert "计票员突发疾病" in override.detail


async def test_after_a_restart_the_operator_goes_on_although_no_witness_came(tmp_path: Path) -> None:
    """Every screen says that the record waits, the record screen says which key."""
    async with desk(tmp_path, OBSERVED) as running:
        await running.show.restart()
        await running.door.close()
        await running.open_door()
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await until(pilot, lambda: "待核对记录" in screen_text(app))
            await pilot.press("5")
            await until(pilot, lambda: "Alt+Y" in screen_text(app))
            await pilot.press("alt+y")
            await until(pilot, asks(app, "不再等待"))
            app.screen.query_one(Input).value = "公证处电脑坏了"
            await pilot.press("enter", "enter")
            await until(pilot, lambda: running.show.session.record.held == "" and not app.busy)
            await until(pilot, lambda: "待核对记录" not in screen_text(app))


async def test_a_paper_count_is_recorded_from_its_file(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        show = running.show
        await show.phones(3)
        await show.do("zero")
        await show.do("open", round="r01")
        await show.clock.advance(80)
        (tmp_path / "paper.toml").write_text(PAPER, "utf-8")
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("3")
            for name, told in (("none.toml", "读不了文件"), ("paper.toml", "纸质票 paper.toml 已录入")):
                await pilot.press("alt+h")
                await until(pilot, asks(app, "录入纸质票"))
                app.screen.query_one(Input).value = str(tmp_path / name)
                await pilot.press("enter")
                await until(pilot, says(app, told))
        locked = await show.do("lock", round="r01")
        assert 1 == locked["by"]["deputies"]["invalid"]


async def test_a_card_is_voided_by_the_notarys_request_or_by_its_code(tmp_path: Path) -> None:
    """Something else is refused before anything is sent."""
    async with desk(tmp_path) as running:
        show = running.show
        await show.phones(2)
        await show.do("zero")
        rounds = [each.id for each in show.rundown.rounds]
        first = of_code(show.issue.cards[0].code.encode(), 1, show.origin, rounds, "")
        (tmp_path / "request.json").write_text(json.dumps({"serial": 1, "keys": first.keys}), "utf-8")
        (tmp_path / "code.txt").write_text(show.issue.cards[1].code + "\n", "ascii")
        (tmp_path / "other.txt").write_text("not a code", "ascii")
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            files = (("other.txt", "读不了文件"), ("request.json", "已作废"), ("code.txt", "已作废"))
            for done, (name, told) in enumerate(files):
                await pilot.press("alt+v")
                await until(pilot, asks(app, "评议卡作废"))
                app.screen.query_one("#line-path", Input).value = str(tmp_path / name)
                app.screen.query_one("#line-serial", Input).value = "２" if name == "code.txt" else ""
                app.screen.query_one("#line-reason", Input).value = "卡片遗失"
                app.screen.query_one("#line-reason", Input).focus()
                await pilot.press("enter")
                await until(pilot, says(app, told))
                assert max(0, done) == len(show.session.state.void_keys.get("r01", {}))
