"""The address under which phones on the same network reach this machine."""

from __future__ import annotations

import socket


def lan_address() -> str:
    """The machine's own address on the network it would use; the loopback address when there is none.

    A datagram socket is connected, which sends nothing, and asked which address it would send from.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
