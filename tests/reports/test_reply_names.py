"""The names of published replies."""

from __future__ import annotations

from audience_server.reports.reply_pages import reply_name


def test_a_reply_s_name_tells_neither_number_nor_code() -> None:
    """And differs for every one of them, and for every session."""
    names = {
        reply_name(origin, "Q0012", code)
        for origin in ("pingyi.example/tv-2026", "other")
        for code in ("123456", "123457")
    }
    assert 4 == len(names)
    assert {64} == {len(name) for name in names}
