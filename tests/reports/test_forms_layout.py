"""Pages of forms: nothing runs over an edge or over the foot, nothing stands alone that belongs to something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
from fpdf import FPDF

from audience_server.locale.catalogue import LANGUAGES, Language, catalogue
from audience_server.reports.fonts import Fonts
from audience_server.reports.forms import PRINTED
from audience_server.reports.forms_count_sheet import PAGE_ROWS, TIGHT_PAGE_ROWS
from audience_server.reports.forms_document import Block, Column, Form, Grid, Head, Heading, NewPage, Signatures, Text
from audience_server.reports.forms_facts import Facts
from audience_server.reports.forms_layout import BOTTOM, LEFT, RIGHT, Frame, Layout, Page, Rule, Word
from audience_server.reports.forms_parts import Parts
from tests.reports.forms_reports import report_of
from tests.reports.test_forms_hostile import HOSTILE, renamed

SLACK = 0.3
HEAD = Head("场次", (("地点:", "一号厅"),), (), ("甲",), "第{page}页", "完", "zh-Hans")


@contextmanager
def laid(form: Form) -> Iterator[tuple[Layout, list[Page], Fonts]]:
    with closing(Fonts(FPDF())) as fonts:
        layout = Layout(form, fonts.measure)
        yield layout, layout.lay(), fonts


def of_blocks(*blocks: Block) -> Form:
    return Form("x", "表", HEAD, blocks)


def words_of(pages: list[Page]) -> list[list[str]]:
    return [[mark.text for mark in page.marks if isinstance(mark, Word)] for page in pages]


def check_edges(form: Form) -> None:
    with laid(form) as (layout, pages, fonts):
        right, foot = layout.width - RIGHT + SLACK, layout.height - BOTTOM + 4 + SLACK
        for page in pages:
            for mark in page.marks:
                assert mark.x >= LEFT - SLACK, (form.id, mark)
                assert mark.y >= 0, (form.id, mark)
                if isinstance(mark, Word):
                    assert mark.x + fonts.measure(mark.text, mark.size) <= right, (form.id, mark)
                    assert mark.y <= foot, (form.id, mark)
                elif isinstance(mark, Frame):
                    assert mark.x + mark.width <= right, (form.id, mark)
                    assert mark.y + mark.height <= foot, (form.id, mark)
                else:
                    assert isinstance(mark, Rule)
                    assert mark.x + mark.width <= right, (form.id, mark)


def forms_of(report: dict[str, object], language: Language) -> list[Form]:
    parts = Parts(Facts(report), catalogue(language, "forms"))
    return [make(parts) for make in PRINTED]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["witnessed", "rehearsal", "broken", "public"])
def test_nothing_runs_over_the_edges_or_the_foot(kind: str, language: Language) -> None:
    for form in forms_of(report_of(kind), language):
        check_edges(form)


@pytest.mark.parametrize("kind", HOSTILE)
def test_nothing_runs_over_the_edges_whatever_the_names_are(kind: str) -> None:
    for form in forms_of(renamed(report_of("rehearsal"), HOSTILE[kind]), "zh-Hans"):
        check_edges(form)


def test_a_word_stands_inside_its_frame() -> None:
    """Cells hold what they frame, split over as many pages as it takes."""
    grid = Grid((Column("甲", 1), Column("乙", 3)), (("一", "第一句。" * 900), ("二", "短")))
    with laid(of_blocks(grid)) as (_, pages, _):
        assert len(pages) > 2
        told = "".join("".join(words) for words in words_of(pages))
        assert 900 == told.count("第一句。")
        for words in words_of(pages):
            assert "甲" in words


def test_a_row_that_fits_a_page_is_not_split() -> None:
    rows = tuple((f"r{number}", "字" * 200) for number in range(30))
    with laid(of_blocks(Grid((Column("甲", 1), Column("乙", 3)), rows))) as (_, pages, _):
        for words in words_of(pages):
            assert 0 == sum(word.count("字") for word in words) % 200


def test_signatures_never_stand_on_a_page_of_their_own() -> None:
    """Whatever comes before them comes along."""
    for lines in range(20, 60):
        blocks = [Text("字" * 10) for _ in range(lines)]
        with laid(of_blocks(*blocks, Signatures(("监票人", "公证员"), "日期"))) as (_, pages, _):
            last = words_of(pages)[-1]
            assert "监票人" in last
            assert "字" * 10 in last


def test_a_heading_stays_with_what_it_heads() -> None:
    grid = Grid((Column("甲", 1),), (("一",), ("二",)))
    for lines in range(20, 60):
        blocks: list[Block] = [Text("字")] * lines
        with laid(of_blocks(*blocks, Heading("标题"), Text("小标题", bold=True), grid)) as (_, pages, _):
            page = next(words for words in words_of(pages) if "标题" in words)
            assert {"小标题", "甲", "一", "二"} <= set(page)


def test_a_conclusion_stays_with_what_it_concludes() -> None:
    """Bold words between a table and the next heading belong to the table, whatever the next one needs."""
    first, second = Grid((Column("甲", 1),), (("一",),)), Grid((Column("乙", 1),), (("二",),) * 8)
    for lines in range(10, 40):
        blocks: list[Block] = [Text("字")] * lines
        with laid(of_blocks(*blocks, first, Text("结论", bold=True), Heading("标题"), second)) as (_, pages, _):
            page = next(words for words in words_of(pages) if "结论" in words)
            assert {"甲", "一"} <= set(page)


@pytest.mark.parametrize(("rows", "small"), [(PAGE_ROWS, False), (TIGHT_PAGE_ROWS, True)])
def test_a_rounds_tables_stand_on_one_page_with_the_lines_to_sign_on(rows: int, small: bool) -> None:
    """As many rows as the count sheet takes for a page, under every band, in four tables, with testers' cards."""
    grids = [
        Grid((Column("甲", 1),), (("一",),) * ((rows - 4) // 4 + (place < (rows - 4) % 4)), small=small)
        for place in range(4)
    ]
    blocks: list[Block] = [NewPage(), Heading("第一轮"), Text("校验码"), *grids, Text("本轮抽验卡")]
    signed = Signatures(("计票人", "监票人", "监票人", "总监票人"), "日期")
    head = replace(HEAD, bands=("彩排", "自行出具"))
    with laid(Form("x", "表", head, (Text("字"), *blocks, signed))) as (_, pages, _):
        assert 2 == len(pages)
        assert rows == sum(len(grid.rows) + 1 for grid in grids)


def test_a_cell_breaks_between_a_number_and_its_words_first() -> None:
    """113名 壹佰壹拾叁名: neither is broken while both fit a line of their own."""
    narrow = Grid((Column("甲", 1.4), Column("乙", 6)), (("113名  壹佰壹拾叁名", ""),))
    with laid(of_blocks(narrow)) as (_, pages, _):
        assert {"113名", "壹佰壹拾叁名"} <= set(words_of(pages)[0])


def test_a_page_that_goes_on_names_what_it_goes_on_with() -> None:
    """A sheet that falls out of the stack still says which round it is about."""
    blocks: list[Block] = [Heading("第三轮"), *[Text("字")] * 60, NewPage(), Heading("第四轮")]
    with laid(of_blocks(*blocks)) as (_, pages, _):
        assert any("第三轮" in word and "表" in word for word in words_of(pages)[1])
        assert not any("第三轮" in word for word in words_of(pages)[-1])


def test_a_table_head_taller_than_any_page_is_cut_visibly() -> None:
    """Hostile names in narrow columns; the rows still come."""
    grid = Grid(tuple(Column("长" * 60, 1) for _ in range(40)), (tuple("一" for _ in range(40)),))
    with laid(of_blocks(grid)) as (_, pages, _):
        told = words_of(pages)
        assert "…" in told[0]
        assert 40 == sum(words.count("一") for words in told)
