"""Strict tables: what is wrong with a value is told with what would be right."""

import pytest

from tests.rules_samples import changed, errors_of

REFUSED = [
    ('id = "small-1"', 'id = "-small"', "is not an id"),
    ('id = "small-1"', "id = 7", "write a text in quotes"),
    ('authority = "pingyi.example"', 'authority = "Ping Yi"', "a host name in lower case"),
    ("date = 2012-12-15", 'date = "2012-12-15"', "write a date without quotes"),
    ("date = 2012-12-15", "date = 2012-12-15T08:00:00", "write a date without quotes"),
    ("small_cell = 3", 'small_cell = "3"', "a whole number from 0"),
    ("small_cell = 3", "small_cell = true", "a whole number from 0"),
    ("small_cell = 3", "batch_seconds = 0.1", "from 0.2 to 5"),
    ("small_cell = 3", "batch_seconds = nan", "from 0.2 to 5"),
    ("small_cell = 3", "batch_wait = 10.5", "from 0 to 10"),
    ("small_cell = 3", "window_seconds = 0", "a whole number from 1 to 86400"),
    ("small_cell = 3", 'late = "never"', '"next-round", "until-close"'),
    ("small_cell = 3", 'confirm = { lock = ["boss"] }', "operator, teller, scrutineer, notary"),
    ("small_cell = 3", 'confirm = { lock = ["notary", "notary"] }', "each once"),
    ("small_cell = 3", "confirm = { unlock = [] }", "did you mean lock?"),
    ("small_cell = 3", 'public_entries = "no"', "true or false"),
    ("small_cell = 3", 'url = "192.168.8.2:8080"', "http://192.168.8.2:8080"),
    ("small_cell = 3", "tolerence_ms = 1000", "did you mean tolerance_ms?"),
    ('admission = "card"', 'admission = "paper"', '"card", "open"'),
    ("seats = 20", "seats = 0", "from 1 to"),
    ("seats = 20", "seats = 20\nair_delay_seconds = 20", "belongs to open panels"),
    ("unverified = true", "seats = 5\nunverified = true", "belongs to card panels"),
    ("unverified = true", "unverified = false\nair_delay_seconds = 20", "needs unverified = true"),
    ("weight = 40", "weight = 39", "60 + 39 = 99; they must sum to 100"),
    ("weight = 40", 'weight = "4e1"', "an integer or a decimal in quotes"),
    ("weight = 40", "weight = -40", "0 to 100"),
    ('id = "offsite"', 'id = "deputies"', '"deputies" is there twice'),
    ("score = 60", "score = 60.0", 'score = "60.0"'),
    ('{ id = "dk", name = "不了解" }', '{ id = "yes", name = "不了解" }', 'option "yes" is there twice'),
    ('{ id = "dk", name = "不了解" }', '{ id = "blank", name = "不了解" }', "is not an id"),
    ("range = [0, 100]", "range = [0, 10]", "range = [0, 100] is right"),
    ("range = [0, 100]\ntrim = 1", "trim = 1", "either options"),
    ("trim = 1", "trim = -1", "a whole number from 0"),
    ('\n[[scale]]\nid = "marks"', 'trim = 1\n\n[[scale]]\nid = "marks"', "it needs range = [0, 100]"),
    ('scale = "sat"', 'scale = "satt"', "known: sat, marks"),
    ("bottom = 1", "bottom = 3", "the category has 2 units"),
    ('id = "env"', 'id = "r00"', "is not an id"),
    ('id = "env"', 'id = "r907"', "is not an id"),
    ('id = "env"', 'id = "edu"', 'unit "edu" is there twice'),
    ('name = "市教育局"', 'name = ""', "name is empty"),
    ('name = "市教育局"', 'name = "市\\n教育局"', "a line break or a control character"),
    ("places = 2", "places = 7", "from 0 to 6"),
    ('id = "vote"', 'id = "poll"', 'no channel has id = "vote"'),
    ("weight = 30 }", "weight = 31 }", "70 + 31 = 101"),
    ("weight = 30 }", "weight = 30.0 }", 'weight = "30.0"'),
    ("[result]", "[results]", "did you mean result?"),
    ("[[category]]", "[category]", "two brackets"),
]


@pytest.mark.parametrize(("old", "new", "told"), REFUSED)
def test_what_is_wrong_is_refused_with_what_would_be_right(old: str, new: str, told: str) -> None:
    found = errors_of(changed(old, new))
    assert any(told in message for _, message in found), found
