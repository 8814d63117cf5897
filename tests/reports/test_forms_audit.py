"""Audit cards on paper and on the page to read aloud: how many, and whether they agree; in no other number."""

from __future__ import annotations

import pytest

from audience_server.locale.catalogue import catalogue
from audience_server.notary.verify import Page, verify
from audience_server.reports.forms_cards import card_register
from audience_server.reports.forms_count_sheet import count_sheet
from audience_server.reports.forms_document import Grid, Text
from audience_server.reports.forms_facts import Facts
from audience_server.reports.forms_parts import Parts
from audience_server.reports.forms_scrutineers import scrutineers_report
from audience_server.reports.forms_told import told
from tests.notary.defects.audit import audited
from tests.reports.forms_reports import report_of

SAID = "本轮抽验卡1张,收回1张,内容与事先封存的一致,不计入以上各数。"


@pytest.fixture(scope="module")
def parts() -> Parts:
    return Parts(Facts(verify(audited()()).as_json()), catalogue("zh-Hans", "forms"))


def texts_of(form: object) -> list[str]:
    return [block.text for block in form.blocks if isinstance(block, Text)]  # type: ignore[attr-defined]


def test_count_sheet_and_scrutineers_report_say_it_once(parts: Parts) -> None:
    for form in (count_sheet(parts), scrutineers_report(parts)):
        assert 1 == texts_of(form).count(SAID)


def test_the_register_of_cards_has_room_for_how_many_testers_hold_and_never_for_which(parts: Parts) -> None:
    """Printed = handed out + audit + unused + void; a panel without testers has no box; no key and no serial."""
    form = card_register(parts)
    assert "印制数 = 发出数 + 抽验卡数 + 备用未用数 + 作废数" in texts_of(form)
    account = next(block for block in form.blocks if isinstance(block, Grid))
    place = [column.title for column in account.columns].index("抽验卡\n(手填)")
    assert ["至多2张:", "——"] == [row[place] for row in account.rows]
    (opened,) = parts.facts.acts_of("audit-open")
    told_of = str(form)
    assert not [key for card in opened.body["cards"] for key in (card["key"], card["check_in"]) if key in told_of]


def test_a_session_without_testers_has_a_register_without_them() -> None:
    plain = Parts(Facts(report_of("witnessed")), catalogue("zh-Hans", "forms"))
    assert "抽验" not in str(card_register(plain))


def test_the_acts_are_told(parts: Parts) -> None:
    fixed, opened = parts.facts.acts_of("audit", "audit-open")
    assert "摘要" in told(parts, fixed)
    assert "公开抽验卡1张" in told(parts, opened)


def test_the_page_to_read_aloud_says_the_same() -> None:
    report = verify(audited()())
    assert SAID in Page(report, chinese=True).text()
    assert "audit cards in this round: 1" in Page(report, chinese=False).text()
