"""The queue at the console: kept up to date, filtered, searched, ordered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from audience_server.locale.catalogue import catalogue
from audience_server.wire.questions import QuestionView
from console.queue_board import Filter, QueueBoard
from console.queue_rows import detail_of, line_of
from console.safe_text import safe_message
from console.show_view import ShowView

WORDS = catalogue("zh-Hans", "console")


def question(number: str, at: int = 0, state: str = "received", text: str = "为什么?", **more: object) -> QuestionView:
    facts = {"kind": "question", "unit": "edu", "language": "zh-Hans", "version": 1} | more
    return QuestionView(number=number, state=state, at=at, text=text, **facts)  # type: ignore[arg-type]


def board(*questions: QuestionView) -> QueueBoard:
    made = QueueBoard()
    made.take(questions, complete=True)
    return made


def test_what_needs_somebody_comes_first_and_starred_before_others() -> None:
    """Waiting, then on air, cued, approved; within that stars, then who waits longest."""
    made = board(
        question("Q0001", 1, "approved"),
        question("Q0002", 2),
        question("Q0003", 3, starred=True),
        question("Q0004", 4, "on_air"),
        question("Q0005", 5, "refused"),
    )
    assert ("Q0003", "Q0002", "Q0004", "Q0001", "Q0005") == made.listed(Filter())
    assert ("Q0005", "Q0004", "Q0003", "Q0002", "Q0001") == made.listed(Filter(order="newest"))


def test_a_changed_question_replaces_the_old_one() -> None:
    """By its number; the list is made anew."""
    made = board(question("Q0001"))
    first = made.listed(Filter())
    assert first is made.listed(Filter()), "nothing changed, nothing is made anew"
    made.take([question("Q0001", state="approved", version=2)], complete=False)
    assert () == made.listed(Filter(state="received"))
    assert 1 == made.count("approved")


def test_a_new_line_tells_the_whole_queue_and_what_it_does_not_name_is_gone() -> None:
    """After a restart that forgot; until everything was told, what was known stays."""
    made = board(question("Q0001"), question("Q0002"))
    made.begin_again()
    made.take([question("Q0002")], complete=False)
    assert ("Q0001", "Q0002") == made.listed(Filter())
    made.take([question("Q0003")], complete=True)
    assert ("Q0002", "Q0003") == made.listed(Filter())
    made.take([question("Q0004")], complete=True)
    assert ("Q0002", "Q0003", "Q0004") == made.listed(Filter()), "changes come after the whole telling"


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Filter(unit="env"), ("Q0002",)),
        (Filter(kind="suggestion"), ("Q0003",)),
        (Filter(language="en"), ("Q0004",)),
        (Filter(starred=True), ("Q0001",)),
        (Filter(flagged=True), ("Q0002",)),
        (Filter(supporters=10), ("Q0003",)),
        (Filter(text="ＢＵＳ"), ("Q0004",)),
        (Filter(text="q0003"), ("Q0003",)),
        (Filter(text="巴士", found=frozenset({"Q0004"})), ("Q0004",)),
    ],
)
def test_a_filter_keeps_what_fits(wanted: Filter, numbers: tuple[str, ...]) -> None:
    """Each by itself; what the session found by other letters counts too."""
    made = board(
        question("Q0001", starred=True),
        question("Q0002", unit="env", flags=("骗子",)),
        question("Q0003", kind="suggestion", supporters=12),
        question("Q0004", language="en", text="When will the bus come?"),
    )
    assert numbers == made.listed(wanted)


HOSTILE = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        ["[/nope]", "[@click=app.quit]x[/]", "家👨‍👩‍👧‍👦" * 40, "\x1b]52;c;xx\x07", "\u202e\u2066x", "长" * 100_000]
    ),
)


@given(HOSTILE, st.integers(30, 160))
def test_a_line_has_exactly_its_columns_whatever_was_written(text: str, columns: int) -> None:
    """Wide characters align; nothing a terminal obeys is left once the message was made safe."""
    safe = safe_message(question("Q0001", text=text))
    line, _ = line_of(safe, ShowView(), WORDS, columns)
    assert columns == cell_len(line)
    assert not {character for character in line if ord(character) < 32 or 0x7F <= ord(character) < 0xA0}


def test_the_detail_holds_everything_and_no_markup() -> None:
    """Text, original, flags, likeness, decision; brackets stay brackets."""
    told = question(
        "Q0007",
        text="[b]改过的[/b]",
        original="原来的 [/x]",
        flags=("骗子",),
        similar=("Q0002",),
        promise="一周内修好",
        due="2026-12-01",
        by="王",
    )
    plain = detail_of(told, ShowView(), WORDS, 60).plain
    for part in ("[b]改过的[/b]", "原来的 [/x]", "骗子", "Q0002", "一周内修好", "2026-12-01", "王"):
        assert part in plain


def test_no_line_of_a_question_begins_with_a_comma() -> None:
    """The lines of its text are broken as a reader expects."""
    told = question("Q0007", text="学校周边的路灯坏了三个月，打电话都没有人来修，请问什么时候能修好？" * 3)
    for columns in range(20, 60):
        lines = detail_of(told, ShowView(), WORDS, columns).plain.split("\n")
        assert [line for line in lines if line[:1] in ("，", "？")] == []


def test_what_warns_stands_above_the_text_in_one_line_each() -> None:
    """However many ask the same, the text stays in sight in a low terminal."""
    flood = question("Q0001", text="路灯?", similar=tuple(f"Q{number:04d}" for number in range(2, 60)), flags=("骗子",))
    lines = detail_of(flood, ShowView(), WORDS, 60).plain.split("\n")
    assert 3 == lines.index("路灯?")
    assert lines[2].endswith("Q0005 … +54")
