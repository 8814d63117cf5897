"""Every setting of the server once: its name, its default, its meaning, and where it may come from.

A setting is read from the flag, else from the environment variable, else it is the default.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """`flag` as on the command line, `variable` in the environment, `default` as text."""

    flag: str
    variable: str
    default: str
    meaning: str


LISTEN = Setting("--listen", "TOUCHSTONE_LISTEN", "0.0.0.0:8080", "public port: pages and phone socket")
CONTROL = Setting("--control", "TOUCHSTONE_CONTROL", "127.0.0.1:8081", "control port; keep it on loopback")
DATA = Setting("--data", "TOUCHSTONE_DATA", "", "the session's data directory")
CONTROL_URL = Setting("--url", "TOUCHSTONE_URL", "ws://127.0.0.1:8081/control", "a running session's control port")
TOKEN_FILE = Setting("--token-file", "TOUCHSTONE_TOKEN_FILE", "", "file with the operator's token")
LANGUAGE = Setting("--lang", "TOUCHSTONE_LANG", "", "language of what is printed and shown; else the session's")


class BadAddress(ValueError):
    """Not HOST:PORT; the text says what would be right."""


def parse_address(text: str) -> tuple[str, int]:
    """`HOST:PORT` (IPv6 in brackets) -> host, port; port 0 means any free one."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise BadAddress(f"{text!r} is not HOST:PORT; for instance 0.0.0.0:8080")
    return host.removeprefix("[").removesuffix("]"), int(port)
