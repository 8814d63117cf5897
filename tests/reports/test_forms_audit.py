"""Audit cards on paper and on the page to read aloud: how many, and whether they agree; in no other number."""

from __future__ import annotations

import pytest

from audience_server.locale.catalogue import catalogue
from audience_server.notary.verify import Page, verify
from audience_server.reports.forms_count_sheet import count_sheet
from audience_server.reports.forms_document import Text
from audience_server.reports.forms_facts import Facts
from audience_server.reports.forms_parts import Parts
from audience_server.reports.forms_scrutineers import scrutineers_report
from audience_server.reports.forms_told import told
from tests.notary.defects.audit import audited

SAID = "本轮抽验卡1张,收回1张,内容与事先封存的一致,不计入以上各数。"


@pytest.fixture(scope="module")
def parts() -> Parts:
    return Parts(Facts(verify(audited()()).as_json()), catalogue("zh-Hans", "forms"))


def texts_of(form: object) -> list[str]:
    return [block.text for block in form.blocks if isinstance(block, Text)]  # type: ignore[attr-defined]


def test_count_sheet_and_scrutineers_report_say_it_once(parts: Parts) -> None:
    for form in (count_sheet(parts), scrutineers_report(parts)):
        assert 1 == texts_of(form).count(SAID)


def test_the_acts_are_told(parts: Parts) -> None:
    fixed, opened = parts.facts.acts_of("audit", "audit-open")
    assert "摘要" in told(parts, fixed)
    assert "公开抽验卡1张" in told(parts, opened)


def test_the_page_to_read_aloud_says_the_same() -> None:
    report = verify(audited()())
    assert SAID in Page(report, chinese=True).text()
    assert "audit cards in this round: 1" in Page(report, chinese=False).text()
