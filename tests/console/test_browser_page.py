"""When a page opens by itself, and when only its link is shown."""

from __future__ import annotations

from console.browser_page import has_desktop


def test_a_browser_is_told_only_in_front_of_a_desktop() -> None:
    """Not over ssh, whose screen is elsewhere, and never a browser of the terminal."""
    assert has_desktop({"DISPLAY": ":0"}, "linux")
    assert has_desktop({"WAYLAND_DISPLAY": "wayland-0"}, "linux")
    assert has_desktop({}, "darwin")
    assert not has_desktop({}, "linux")
    assert not has_desktop({"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "10.0.0.2 1 10.0.0.1 22"}, "linux")
