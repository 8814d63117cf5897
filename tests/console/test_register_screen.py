"""The register at the desk: from a question or a call to the closed case, with keys alone, in the real app."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from textual.widgets import Input

from console.screens.register import RegisterScreen
from tests.console.console_rig import Desk, asking, asks, desk, screen_text, until, watching
from tests.console.test_queue_screen import at_the_queue

SMALL = (80, 24)


def case(running: Desk, number: str = "J0001") -> Any:
    return running.show.session.register.register.cases[number]


async def test_a_question_becomes_a_case_and_is_closed_from_the_desk_alone(tmp_path: Path) -> None:
    """Registered at the queue; on the register's screen enter asks for what the case needs next, up to its end."""
    async with at_the_queue(tmp_path) as (pilot, app, running):
        await pilot.press("alt+c")
        await until(pilot, lambda: "Q0001 还没有通过" in screen_text(app) and not app.busy)
        await pilot.press("home", "enter")
        await until(pilot, lambda: "已通过 Q0001" in screen_text(app) and not app.busy)
        await pilot.press("home")
        app.act("q_case", "Q0001")
        await until(pilot, asks(app, "登记到登记表"))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "J0001 已登记" in screen_text(app) and not app.busy)
        assert ("registered", "a1", "edu") == (case(running).state, case(running).problem, case(running).unit)
        await pilot.press("6")
        await until(pilot, lambda: isinstance(app.screen, RegisterScreen) and "J0001 已登记" in screen_text(app))
        for title, typed, state in (
            ("交办", {"person": "王科长"}, "assigned"),
            ("办理", {"measures": "换灯"}, "handling"),
            ("答复提问人", {"reply": "已修好"}, "replied"),
        ):
            await pilot.press("enter")
            await until(pilot, asks(app, title))
            for name, text in typed.items():
                app.screen.query_one(f"#line-{name}", Input).value = text
            app.screen.query(Input).last().focus()
            await pilot.press("enter")
            await until(pilot, partial(_stands, running, app, state))
        assert "2026-" in case(running).deadline
        await pilot.press("alt+d")
        await until(pilot, asks(app, "办结"))
        await pilot.press("enter")
        await until(pilot, lambda: asking(app) and "clarified" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: not app.busy)
        await pilot.press("enter")
        await until(pilot, asks(app, "四不放过"))
        await pilot.press("space", "down", "space", "down", "space", "down", "space", "tab", "enter")
        await until(pilot, lambda: len(case(running).tests) == 4 and not app.busy)
        await until(pilot, lambda: not app_case(app).missing)
        await pilot.press("enter")
        await until(pilot, asks(app, "办结"))
        await pilot.press("enter")
        await until(pilot, lambda: case(running).state == "closed" and not app.busy)
        await until(pilot, lambda: "办结 1/1" in screen_text(app) and "100.0%" in screen_text(app))


def _stands(running: Desk, app: Any, state: str) -> bool:
    """In the session, and on the screen."""
    return case(running).state == app_case(app).state == state and not app.busy


def app_case(app: Any) -> Any:
    [found] = app.screen._cases
    return found


async def test_a_call_is_registered_and_its_code_is_told_once(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("6")
            await until(pilot, lambda: "登记表里还没有" in screen_text(app))
            await pilot.press("insert")
            await until(pilot, asks(app, "登记热线"))
            app.screen.query_one(Input).value = "小区停水三天"
            await pilot.press("enter", "enter")
            await until(pilot, asks(app, "查询码只显示这一次"))
            assert case(running).code in screen_text(app)
            await pilot.press("enter")
            await until(pilot, lambda: "小区停水三天" in screen_text(app) and not app.busy)
            assert case(running).code not in screen_text(app).replace(case(running).code, "", 1)


async def test_what_was_typed_stands_again_when_the_session_refuses_it(tmp_path: Path) -> None:
    """A date that is none: the reason is told, the person's name is still there."""
    async with desk(tmp_path) as running:
        app = running.console()
        await running.show.do(
            "case", do="make", number="", fields={"source": "letter", "content": "停水", "unit": "edu"}
        )
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("6")
            await until(pilot, lambda: "停水" in screen_text(app))
            await pilot.press("alt+a")
            await until(pilot, asks(app, "交办"))
            app.screen.query_one("#line-person", Input).value = "王科长"
            app.screen.query_one("#line-deadline", Input).value = "下周"
            app.screen.query_one("#line-deadline", Input).focus()
            dialog = app.screen
            await pilot.press("enter")
            await until(pilot, lambda: app.screen is not dialog and asking(app) and "2026-12-15" in screen_text(app))
            assert "王科长" == app.screen.query_one("#line-person", Input).value
            app.screen.query_one("#line-deadline", Input).value = "2027-01-15"
            app.screen.query_one("#line-deadline", Input).focus()
            await pilot.press("enter")
            await until(pilot, lambda: case(running).state == "assigned" and not app.busy)
            assert ("王科长", "2027-01-15", "edu") == (case(running).person, case(running).deadline, case(running).unit)


async def test_cases_of_another_desk_appear_by_themselves_and_the_list_can_be_narrowed(tmp_path: Path) -> None:
    """What is overdue stands in the status on every screen."""
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("6")
            await until(pilot, lambda: "登记表里还没有" in screen_text(app))
            for text in ("停水", "停电"):
                await running.show.do("case", do="make", number="", fields={"source": "letter", "content": text})
            fields = {"person": "王科长", "unit": "edu", "deadline": "2020-01-01"}
            await running.show.do("case", do="assign", number="J0001", fields=fields)
            await until(pilot, lambda: "停电" in screen_text(app) and "逾期 1" in screen_text(app))
            await pilot.press("alt+g", "alt+g")
            await until(pilot, lambda: "停水" in screen_text(app) and "停电" not in screen_text(app))
            await pilot.press("1")
            await until(pilot, lambda: "逾期 1" in screen_text(app))
