"""The places that an error names are the places in the file, however the TOML is written."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from audience_server.domain.toml_lines import Path, line_map

TRICKY = '''\
# a comment with [brackets] and = signs
top = 1
dotted . "quo ted" = "x"
long = """
[not] = "a table"
"""
literal = \'\'\'
# not a comment
\'\'\'

[session]
id = "a#b" # [c]

[[unit]]
id = "one"
  [[unit.pledge]]
  text = "p"
  [[unit.pledge]]
  text = "q"
[[unit]]
id = 'two'
[unit.extra]
"key = odd" = [
  1, # first

  { a = 1, b = [ "x,y]" ] },
  2012-12-15 08:00:00,
]
'''


def test_every_key_table_and_element_has_its_line() -> None:
    lines = line_map(TRICKY)
    expected: dict[Path, int] = {
        ("top",): 2,
        ("dotted", "quo ted"): 3,
        ("long",): 4,
        ("literal",): 7,
        ("session",): 11,
        ("session", "id"): 12,
        ("unit", 0): 14,
        ("unit", 0, "pledge", 0): 16,
        ("unit", 0, "pledge", 1, "text"): 19,
        ("unit", 1): 20,
        ("unit", 1, "extra", "key = odd"): 23,
        ("unit", 1, "extra", "key = odd", 0): 24,
        ("unit", 1, "extra", "key = odd", 1, "b"): 26,
        ("unit", 1, "extra", "key = odd", 1, "b", 0): 26,
        ("unit", 1, "extra", "key = odd", 2): 27,
    }
    assert expected == {path: lines[path] for path in expected}


def paths(value: object, path: Path = ()) -> set[Path]:
    found: set[Path] = {path}
    if isinstance(value, dict):
        for key, inner in value.items():
            found |= paths(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            found |= paths(inner, (*path, number))
    return found


def test_the_places_cover_what_the_reader_of_values_finds() -> None:
    """Every path of the parsed document has a line, but for tables that were never written out."""
    assert paths(tomllib.loads(TRICKY)) - {("dotted",)} <= set(line_map(TRICKY)) | {("unit", 0, "pledge")}


FRAGMENTS = st.lists(
    st.sampled_from(
        ["[a]", "[[b]]", "[b.c]", "x = 1", 'y = "]"', "z = [1, [2], {q = 1}]", "w = '''\n'''", "", "# [", 'v = "\\""']
    ),
    max_size=12,
)


@given(FRAGMENTS)
def test_any_document_that_parses_gets_lines_within_it(fragments: list[str]) -> None:
    text = "\n".join(fragments)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = line_map(text)
    assert paths(values) <= set(lines)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())
