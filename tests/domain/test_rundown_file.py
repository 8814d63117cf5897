"""A session file is read whole or refused whole, with every error, its line and what would be right."""

import pytest

from audience_server.domain.rundown_file import RundownErrors, read_rundown
from tests.rules_samples import changed, errors_of, line_of, read


def test_all_errors_are_told_at_once() -> None:
    """Three mistakes in three tables: three errors, in the order of their lines."""
    text = changed('name = "服务态度"', 'nam = "服务态度"')
    text = changed('category = "gov"\n\n[[unit]]', 'category = "goverment"\n\n[[unit]]', text)
    text = changed("places = 2", "places = 2.0", text)
    lines = [line for line, _ in errors_of(text)]
    assert [line_of('id = "attitude"', text) - 1, line_of("nam =", text), line_of("goverment", text)] == lines[:3]
    assert line_of("places", text) == lines[3]


def test_an_error_reads_as_file_line_and_what_would_be_right() -> None:
    with pytest.raises(RundownErrors) as caught:
        read(changed("weight = 60", "weight = 60.5"))
    assert 'show.toml:13: weight = 60.5 is a binary float; write it exactly: weight = "60.5"' == str(
        caught.value.errors[0]
    )


@pytest.mark.parametrize(
    ("data", "line", "told"),
    [
        (b'[session]\nid = "a\n', 2, "not TOML"),
        (b"[session]\nid = 1\nid = 2\n", 3, "not TOML"),
        (b"[session]\nid = ", 2, "not TOML"),
        (b"[session]\n\nid = '\xff'\n", 3, "not UTF-8"),
        (b"\xef\xbb\xbf[session]\n", 1, "byte order mark"),
        (b"", 1, "[session] is missing"),
        (b"x = " + b"[" * 20_000, 1, "nested"),
        (b"x = " + b"9" * 10_000, 1, "digits"),
        (b"#" * 1_000_001, 1, "at most 1000000"),
    ],
)
def test_a_file_that_is_not_toml_is_refused_with_its_line(data: bytes, line: int, told: str) -> None:
    with pytest.raises(RundownErrors) as caught:
        read_rundown(data, "show.toml")
    assert any(error.line == line and told in error.message for error in caught.value.errors), str(caught.value)
