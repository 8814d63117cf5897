"""What the page writes as a choice is what the server's rules read, for every kind of round."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from playwright.async_api import Browser, Page

from audience_server.domain.ballots import BallotForm, Choice
from audience_server.domain.rundown import Round, Rundown
from audience_server.endpoints.phone_facts import session_facts, state_message
from tests.browser.test_real_show import real_hall
from tests.show_rig import SMALL_SESSION

pytestmark = pytest.mark.browser

KINDS = """
[[scale]]
id = "marks"
range = [0, 100]

[[criterion]]
id = "total"
name = "总体打分"
scale = "marks"
weight = 1

[[unit]]
id = "tax"
name = "市税务局"
category = "gov"

[[round]]
id = "t01"
kind = "trial"

[[round]]
id = "r01"
kind = "ballot"
units = ["edu"]
criteria = ["overall"]

[[round]]
id = "r02"
kind = "sheet"
units = ["edu", "env"]
criteria = ["total"]

[[round]]
id = "r03"
kind = "ballot"
units = ["tax"]
criteria = ["overall", "total"]

[[round]]
id = "r04"
kind = "select"
units = ["tax", "edu", "env"]
choose = 2
"""
WRITE = """async ([window, session, drafts]) => {
  const { choiceOf, draftOf, formOf } = await import("/choices.js");
  const form = formOf(window, session);
  return drafts.map((draft) => {
    const choice = choiceOf(form, draft);
    return [choice, choiceOf(form, draftOf(form, choice))];
  });
}"""


def some_draft(form: BallotForm, round_: Round, chance: random.Random) -> dict[str, Any]:
    """What fingers could do: any answers, some left open, units tapped in any order."""
    answers = {item.label: chance.choice(list(item.answers)) for item in form.items if chance.random() < 0.7}
    numbers = list(range(1, len(round_.units) + 1))
    selected = chance.sample(numbers, chance.randint(0, round_.choose)) if round_.kind == "select" else []
    return {"answers": answers, "selected": selected, "abstains": chance.random() < 0.1}


def meant(form: BallotForm, round_: Round, draft: dict[str, Any]) -> Choice:
    answers, selected = draft["answers"], draft["selected"]
    if draft["abstains"] or not (answers or selected):
        return Choice(blank=True)
    items = {item.key: item.answers.get(answers.get(item.label, ""), "blank") for item in form.items}
    return Choice(blank=False, items=items, selected=tuple(round_.units[number - 1] for number in sorted(selected)))


async def agree(page: Page, rundown: Rundown, round_: Round, window: Any, facts: Any, chance: random.Random) -> None:
    form = BallotForm(round_, rundown)
    drafts = [some_draft(form, round_, chance) for _ in range(60)]
    written = await page.evaluate(WRITE, [window, facts, drafts])
    assert [meant(form, round_, draft) for draft in drafts] == [form.check(choice) for choice, _ in written]
    assert [choice for choice, _ in written] == [again for _, again in written]


async def test_the_page_writes_what_the_rules_read(chromium: Browser) -> None:
    async with real_hall(chromium, SMALL_SESSION.replace("[result]", f"{KINDS}\n[result]")) as hall:
        session = hall.show.session
        page = await (await hall.phone()).new_page()
        await page.goto(hall.url)
        facts = msgspec.to_builtins(session_facts(session))
        chance = random.Random(20121215)
        for round_ in hall.show.rundown.rounds:
            if round_.counts and session.state.zero_index is None:
                await hall.show.do("zero")
            await hall.show.do("open", round=round_.id)
            window = msgspec.to_builtins(state_message(session.phone_picture(), session.rundown, session.questions))[
                "window"
            ]
            await agree(page, session.rundown, round_, window, facts, chance)
            await hall.show.do("close", round=round_.id, reason="试")
        assert ["t01", "r01", "r02", "r03", "r04"] == [window.round for window in session.state.windows.values()]
