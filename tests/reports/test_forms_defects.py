"""Every defect of the verifier's own tests, on paper: no form is silent about it, and none holds a result."""

from __future__ import annotations

import json

import pytest

from audience_server.locale.catalogue import catalogue
from audience_server.notary.verify import verify
from audience_server.reports.forms import PRINTED
from audience_server.reports.forms_document import Loud
from audience_server.reports.forms_facts import Facts
from audience_server.reports.forms_parts import Parts
from audience_server.reports.forms_statement import statement
from audience_server.reports.forms_txt import form_txt
from tests.notary.defects.defect import Defect
from tests.notary.test_defects import EVERY


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
