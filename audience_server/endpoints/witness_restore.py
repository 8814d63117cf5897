"""What a witness sends of the entries and files that the server lost, put together again from its parts."""

from __future__ import annotations

import asyncio

from audience_server.live_witnesses import WitnessRefused
from audience_server.record.forms import FormError, unb64
from audience_server.wire import witness

MOST_BYTES = 1_000_000_000

Restored = tuple[list[tuple[list[bytes], bytes]], dict[str, bytes]]


class Restoring:
    """One restoring: `done` holds (entries, checkpoint) pieces and files, or why they cannot be had."""

    def __init__(self) -> None:
        self.done: asyncio.Future[Restored] = asyncio.get_running_loop().create_future()
        self._entries: list[bytes] = []
        self._pieces: list[tuple[list[bytes], bytes]] = []
        self._files: dict[str, bytearray] = {}
        self._bytes = 0

    def take(self, said: witness.Mirrored | witness.MirroredFile) -> None:
        """The next part.  What comes after the end changes nothing."""
        if self.done.done():
            return
        try:
            if isinstance(said, witness.Mirrored):
                self._take_entries(said)
            elif said.path:
                self._take_file(said)
            if isinstance(said, witness.MirroredFile) and said.last:
                files = {path: bytes(data) for path, data in self._files.items()}
                self.done.set_result((self._pieces, files))
        except FormError as error:
            self.done.set_exception(WitnessRefused(f"what it kept: {error}"))

    def _take_entries(self, said: witness.Mirrored) -> None:
        """A checkpoint ends the piece that it covers."""
        entries = [unb64(entry) for entry in said.entries]
        self._count(sum(map(len, entries)))
        self._entries += entries
        if said.checkpoint:
            self._pieces.append((self._entries, said.checkpoint.encode()))
            self._entries = []

    def _take_file(self, said: witness.MirroredFile) -> None:
        data, held = unb64(said.data), self._files.setdefault(said.path, bytearray())
        if said.offset != len(held):
            raise FormError(f"{said.path}: {len(held)} bytes came, {said.offset} are said to be here")
        self._count(len(data))
        held += data

    def _count(self, more: int) -> None:
        self._bytes += more
        if self._bytes > MOST_BYTES:
            raise FormError(f"more than {MOST_BYTES} bytes")
