"""What the screen says is made by pure functions from the view: rows, tables, clocks, the next step, the QR."""

from __future__ import annotations

from itertools import pairwise

import pytest
import zxingcpp
from rich.cells import cell_len
from textual.content import Content
from textual.style import Style

from audience_server.locale.catalogue import LANGUAGES, catalogue
from audience_server.wire.control import View
from console.actions import ACTIONS, BARS, EVERYWHERE, SCREENS, next_step
from console.big_text import big_text
from console.counts import CountTable, count_tables, has_counts, identity_rows, read_aloud, vote_score
from console.keys import STANDARD
from console.questions import CHOICE, Answer, Line, Question, missing
from console.round_texts import clock
from console.rundown_rows import rundown_rows
from console.screens.results import standings
from console.show_view import LineUp, ShowView, ViewArrived, fold
from console.widgets.count_board import table_lines
from console.widgets.join_code import qr_lines
from console.widgets.turnout_board import turnout
from tests.console.views import OPTIONS, at_cue, counted, cue, round_view, view

WORDS = catalogue("zh-Hans", "console")


def seeing(shown: View) -> ShowView:
    return fold(fold(ShowView(), LineUp(), 100.0), ViewArrived(shown), 100.0)


def locked_view() -> View:
    by = {"deputies": counted(5, yes=3, no=2), "citizens": counted(8, yes=4, fair=4)}
    locked = round_view("r01", "edu", "locked", by=by, index=39, size=40, fingerprint="1 2 3 4 5")
    units = [
        {"unit": "edu", "category": "gov", "score": "85.19", "rank": 1, "tied": True, "bottom": False,
         "channels": {"vote": "85.19"}},
        {"unit": "env", "category": "gov", "score": None, "rank": None, "tied": False, "bottom": False,
         "channels": {}},
    ]  # fmt: skip
    return view(rounds=(locked, round_view("r02", "env")), results={"units": units, "complete": False})


# the rundown


def test_only_the_current_unit_is_unfolded() -> None:
    """Thirty units fit the screen; the one on stage shows its cues."""
    rows = rundown_rows(seeing(at_cue(view(), "edu-vote")), frozenset(), WORDS)
    assert ["开场", "市教育局", "述职", "测评", "市生态环境局"] == [row.text for row in rows]
    assert ["✓", "▸", "✓", "▸", " "] == [row.mark for row in rows]
    assert ["1:00", "r01", "1:00", "1:00", "r02"] == [row.right for row in rows]


def test_an_unfolded_unit_shows_its_cues_and_its_round_by_word() -> None:
    """Colour is never the only sign."""
    folded = rundown_rows(seeing(locked_view()), frozenset(), WORDS)
    assert "已锁定" == folded[1].right
    unfolded = rundown_rows(seeing(locked_view()), frozenset({folded[2].id}), WORDS)
    assert ["cue:env-report", "cue:env-vote"] == [row.id for row in unfolded[-2:]]


def test_a_units_row_tells_of_its_vote_and_not_of_the_mood_before_it() -> None:
    """What runs or waits for its lock comes first; a locked mood is no locked vote."""
    cues = (cue("edu-mood", "mood", "edu", "r03"), cue("edu-vote", "vote", "edu", "r01"))
    told = []
    for mood, vote in (("locked", "planned"), ("closed", "planned"), ("locked", "locked"), ("open", "locked")):
        rounds = (round_view("r01", "edu", vote), round_view("r03", "edu", mood, kind="mood", criteria=()))
        told.append(rundown_rows(seeing(view(cues=cues, rounds=rounds)), frozenset(), WORDS)[0].right)
    assert ["r01", "待锁定", "已锁定", "测评中"] == told


# turnout and counts


def test_turnout_is_of_persons_before_the_round_and_of_ballots_in_it() -> None:
    before = turnout(seeing(view()))
    assert [("人大代表", "6", "5", "-", "-"), ("城乡居民代表", "10", "9", "-", "-"), ("", "16", "14", "-", "-")] == [
        (row.name, *(row.cell(name) for name in ("expected", "present", "issued", "returned"))) for row in before
    ]
    by = {"deputies": {"expected": 6, "present": 5, "issued": 5, "returned": 2}}
    (row,) = turnout(seeing(view(rounds=(round_view("r01", "edu", "open", panels=("deputies",), by=by),))))
    assert ("5", "2", "3", "-") == tuple(row.cell(name) for name in ("issued", "returned", "not_cast", "valid"))


def test_counts_are_shown_only_when_the_view_holds_them() -> None:
    """Turnout alone makes no table, whatever the state says."""
    by = {"deputies": {"expected": 6, "present": 5, "issued": 5, "returned": 2}}
    for state in ("open", "closed", "locked"):
        round_ = round_view("r01", "edu", state, by=by)
        assert not has_counts(round_)
        assert () == count_tables(round_, view(), WORDS)
        assert () == identity_rows(round_, view())


def test_a_ballots_table_has_options_across_and_panels_down() -> None:
    shown = locked_view()
    (table,) = count_tables(shown.rounds[0], shown, WORDS)
    rows = (("人大代表", (3, 0, 2, 0)), ("城乡居民代表", (4, 4, 0, 0)), ("合计", (7, 4, 2, 0)))
    assert CountTable("", tuple(OPTIONS.values()), rows) == table


def test_a_sheet_has_a_table_for_every_question_with_marks_rising_and_blanks_last() -> None:
    cells = {"edu": {"overall": {"9": 1, "85": 2, "100": 1, "blank": 1}}, "env": {"overall": {"70": 4}}}
    sheet = round_view("r01", "edu", "locked", kind="sheet", units=("edu", "env"), by={"deputies": {"counts": cells}})
    shown = view(rounds=(sheet,), scales={"overall": {}})
    first, second = count_tables(sheet, shown, WORDS)
    assert ("市教育局", ("9", "85", "100", "未填")) == (first.title, first.columns)
    assert ("市生态环境局", ("70",)) == (second.title, second.columns)


def test_a_trial_and_a_selection_have_one_table() -> None:
    by = {"deputies": {"counts": {"a": 2}}}
    own = {"a": "步行", "b": "公交"}
    trial = round_view("t01", "", "locked", kind="trial", units=(), criteria=(), by=by, options=own)
    (table,) = count_tables(trial, view(), WORDS)
    assert ("", ("步行", "公交"), (("人大代表", (2, 0)),)) == (table.title, table.columns, table.rows)
    select = round_view(
        "r01", "edu", "locked", kind="select", units=("edu", "env"), by={"deputies": {"counts": {"env": 3}}}
    )
    (table,) = count_tables(select, view(), WORDS)
    assert (("市教育局", "市生态环境局"), (("人大代表", (0, 3)),)) == (table.columns, table.rows)


def test_a_wide_table_is_folded_and_no_line_is_too_long() -> None:
    table = CountTable("题", tuple(f"选项{number}" for number in range(12)), (("城乡居民代表代表", tuple(range(12))),))
    lines = [line.plain for line in table_lines(table, 50)]
    assert max(cell_len(line) for line in lines) <= 50
    assert all(any(f"选项{number}" in line for line in lines) for number in range(12))


def test_the_sentence_read_aloud_is_the_one_of_the_rules() -> None:
    numbers = {"expected": 60, "present": 58, "issued": 58, "returned": 57}
    numbers |= {"valid": 56, "invalid": 0, "abstained": 1, "not_cast": 1}
    expected = (
        "评议代表:应到评议代表60名,实到58名。本轮发出评议票58张,收回57张,收回数少于发出数,本轮测评有效。"
        "其中有效票56张,无效票0张,弃权1张;另有1张未投。"
    )
    assert expected == read_aloud("评议代表", numbers, WORDS)
    assert "收回数等于发出数" in read_aloud("评议代表", numbers | {"returned": 58}, WORDS)


def test_the_score_is_the_sessions_own() -> None:
    shown = locked_view()
    assert ("85.19", None) == (vote_score(shown.rounds[0], shown), vote_score(shown.rounds[1], shown))
    assert None is vote_score(shown.rounds[0], view())


def test_standings_go_by_category_and_rank_with_marks_in_words() -> None:
    assert [
        ("", "— 政府部门 —", "", "", ""),
        ("1", "市教育局", "85.19", "并列", "85.19"),
        ("-", "市生态环境局", "-", "", "-"),
    ] == standings(locked_view(), WORDS)


# the next step


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (view(zeroed=False, phase="before"), "zero"),
        (view(), "next_cue"),
        (at_cue(view(), "edu-report"), "next_cue"),
        (at_cue(view(), "edu-vote"), "open"),
        (at_cue(view(rounds=(round_view("r01", "edu", "open"), round_view("r02", "env"))), "edu-vote"), None),
        (at_cue(view(rounds=(round_view("r01", "edu", "closed"), round_view("r02", "env"))), "edu-vote"), "lock"),
        (at_cue(locked_view(), "edu-vote"), "reveal"),
        (view(phase="sealed"), None),
    ],
)
def test_the_step_that_the_show_needs_stands_out(shown: View, expected: str | None) -> None:
    assert expected == next_step(seeing(shown))


def test_no_key_means_two_things_and_every_action_is_named_in_every_language() -> None:
    assert len(ACTIONS) == len({action.id for action in ACTIONS})
    for screen in SCREENS:
        keys = [action.key for action in ACTIONS if action.key and action.scope in (EVERYWHERE, screen)]
        assert len(keys) == len(set(keys))
    for language in LANGUAGES:
        words = catalogue(language, "console")
        for action in ACTIONS:
            assert words.text(f"do_{action.id}")
            assert words.text(f"help_{action.id}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_of_the_bar_fits_a_button_at_80_columns(language: str) -> None:
    """Six buttons a row, a column between them."""
    words = catalogue(language, "console")
    for actions in BARS.values():
        labels = [f"{STANDARD.text(each)} {words.text(f'short_{each}')}" for each in actions]
        assert 0 == len(labels) % 6
        assert [] == [label for label in labels if cell_len(label) > 12]


# dialogs


def test_a_dialog_misses_what_is_empty_and_what_is_not_the_word() -> None:
    question = Question("", "", (("r01", ""), ("r02", "")), lines=(Line("reason", "原因"), Line("word", must=CHOICE)))

    def lacking(choice: str, **lines: str) -> str | None:
        line = missing(question, Answer(choice, lines))
        return None if line is None else line.id

    assert "reason" == lacking("r01", reason=" ", word="r01")
    assert "word" == lacking("r01", reason="x", word="r02")
    assert None is lacking("r02", reason="x", word="r02")


# clocks and codes


def test_clocks_are_minutes_and_seconds() -> None:
    assert ["0:00", "0:09", "1:05", "61:01", "-0:20"] == [clock(each) for each in (0, 9, 65, 3661, -20)]


@pytest.mark.parametrize(("wide", "rows"), [(True, 5), (False, 3)])
def test_big_digits_are_a_block_of_equal_lines(wide: bool, rows: int) -> None:
    lines = big_text("-12:34567890", wide).split("\n")
    assert (rows, 1) == (len(lines), len({len(line) for line in lines}))


@pytest.mark.parametrize(
    "url", ["http://192.168.8.2:8080/#open.offsite", "http://10.0.0.1:8080/#c1." + "A" * 20 + ".xyz"]
)
def test_the_join_code_is_black_on_white_with_a_quiet_zone_and_can_be_read(url: str) -> None:
    """Decoded from the very characters and colours that go to the terminal, at 80×24."""
    code = qr_lines(url, 80, 21)
    assert code is not None
    pixels = _pixels(code)
    assert {0, 255} == {each for row in pixels for each in row}
    assert all(255 == each for row in (*pixels[:2], *pixels[-2:]) for each in row)
    (found,) = zxingcpp.read_barcodes(_image(pixels))
    assert url == found.text


def test_a_code_that_does_not_fit_is_not_drawn() -> None:
    assert None is qr_lines("http://192.168.8.2:8080/", 20, 10)


def _pixels(code: Content) -> list[list[int]]:
    """Two rows of pixels for every line of half blocks, from the styles of its characters."""
    rows: list[list[int]] = []
    for line in code.split("\n"):
        upper, lower = [], []
        for place in range(len(line.plain)):
            (style,) = {span.style for span in line.spans if span.start <= place < span.end}
            assert isinstance(style, Style)
            front, back = style.foreground, style.background
            assert front is not None
            assert back is not None
            upper.append(front.r)
            lower.append(back.r)
        rows += [upper, lower]
    return rows


def _image(pixels: list[list[int]], scale: int = 6) -> object:
    """A greyscale picture as a buffer of rows."""
    width, height = len(pixels[0]) * scale, len(pixels) * scale
    data = bytearray(width * height)
    for y in range(height):
        for x in range(width):
            data[y * width + x] = pixels[y // scale][x // scale]
    return memoryview(bytes(data)).cast("B", (height, width))


def test_the_pixels_of_the_code_are_square() -> None:
    """Two modules a character, one above the other; neighbours differ in colour only."""
    code = qr_lines("http://a/", 80, 24)
    assert code is not None
    assert {"▀"} == set(code.plain) - {"\n"}
    lengths = [len(line) for line in code.plain.split("\n")]
    assert all(first == second for first, second in pairwise(lengths))
