"""Every defect of the verifier's own tests, on paper: no form is silent about it, and none holds a result."""

from __future__ import annotations

import json

import pytest

from audience_server.domain.objections import DECISION, KINDS, OF_THE_SERVER
from audience_server.locale.catalogue import LANGUAGES, Language, catalogue
from audience_server.notary.verify import verify
from audience_server.reports.forms import PRINTED
from audience_server.reports.forms_document import Loud
from audience_server.reports.forms_facts import Act, Facts
from audience_server.reports.forms_parts import Parts
from audience_server.reports.forms_statement import statement
from audience_server.reports.forms_told import told
from audience_server.reports.forms_txt import form_txt
from tests.notary.defects.defect import Defect
from tests.notary.test_defects import EVERY
from tests.reports.forms_reports import report_of


@pytest.mark.parametrize("defect", EVERY)
def test_no_form_is_silent_about_a_defect(defect: Defect) -> None:
    """An error stands in large letters with its codes; a warning stands in every head."""
    report = json.loads(json.dumps(verify(defect.make(), defect.anchor, defect.receipts).as_json()))
    parts = Parts(Facts(report), catalogue("zh-Hans", "forms"))
    errors = {row["code"] for row in report["failures"]}
    for form in [make(parts) for make in (*PRINTED, statement)]:
        text = form_txt(form).decode("utf-8-sig")
        codes = errors or {row["code"] for row in report["warnings"]}
        assert not [code for code in codes if code not in text], form.id
        assert bool(errors) == any(isinstance(block, Loud) for block in form.blocks), form.id
        if errors:
            assert "数据核验不一致" in form.head.bands
            assert "本轮测评有效" not in text
            assert "得分与名次" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_incident_has_a_name(language: Language) -> None:
    """No code of ours is printed; a decision names the objection's entry; another kind stands as it is."""
    parts = Parts(Facts(report_of("witnessed")), catalogue(language, "forms"))
    for kind in (*KINDS, *OF_THE_SERVER):
        said = told(parts, Act(9, "incident", {"at": 1, "kind": kind, "text": "甲"}, None))
        assert kind not in said.split(), said
        assert "甲" in said
    decision = told(parts, Act(9, "incident", {"at": 1, "kind": DECISION, "text": "812: 维持"}, None))
    assert DECISION not in decision.split()
    assert "812" in decision
    assert "812: " not in decision
    assert "天气" in told(parts, Act(9, "incident", {"at": 1, "kind": "天气", "text": "雨"}, None))
