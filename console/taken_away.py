"""How a screen ends when it is told to, or its terminal is taken away."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from typing import Any

from textual.app import App

LAST_WRITES_SECONDS = 2.0


def end_on_signals(app: App[Any]) -> None:
    """SIGTERM and SIGHUP put the terminal in order and end `app`; its exit code is 128 and the signal's number."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, _end, app, number)


def _end(app: App[Any], number: int) -> None:
    """Where the terminal is gone, the last writes may block for ever."""
    forced = threading.Timer(LAST_WRITES_SECONDS, os._exit, (128 + number,))
    forced.daemon = True
    forced.start()
    app.exit(None, 128 + number)
