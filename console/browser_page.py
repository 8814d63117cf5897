"""A page in the browser of this desktop, where there is one.

Never in a browser of the terminal: it would draw over the console.
"""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Mapping


def has_desktop(environ: Mapping[str, str], platform: str) -> bool:
    """Somebody who came by ssh sits in front of another one."""
    if environ.get("SSH_CONNECTION"):
        return False
    return platform in ("darwin", "win32") or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def open_page(link: str) -> bool:
    """Whether a browser was told."""
    if not has_desktop(os.environ, sys.platform):
        return False
    try:
        return webbrowser.open(link)
    except webbrowser.Error:
        return False
