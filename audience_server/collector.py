"""How a process that holds much for a whole show keeps Python's garbage collector from walking through all of it."""

from __future__ import annotations

import gc


def calm_collector() -> None:
    """What is held is garbage to nobody.  Of 10,000 connections a quarter of the server's time went into looking at
    them; with 5,000 questions every tenth key of the console waited 60 ms for it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 1000)
