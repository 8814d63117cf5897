"""A store that fails on command: before the write, or after it with the answer lost.  The rest is the real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

from audience_server.stores.port import Batch, Cosignature, Head, Opening, Store, StoreFailed


class FaultyStore:
    """`fail_before` / `fail_after` count how many appends from now on fail in that way; `gate` holds appends back."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self.fail_before = 0
        self.fail_after = 0
        self.fail_size = 0
        self.gate: asyncio.Event | None = None

    async def append(self, batch: Batch) -> None:
        if self.gate is not None:
            await self.gate.wait()
        if self.fail_before:
            self.fail_before -= 1
            raise StoreFailed("the disk said no")
        await self._inner.append(batch)
        if self.fail_after:
            self.fail_after -= 1
            raise StoreFailed("the disk did it and said nothing")

    async def size(self) -> int:
        if self.fail_size:
            self.fail_size -= 1
            raise StoreFailed("the disk is gone")
        return await self._inner.size()

    def read(self, first: int = 0) -> AsyncIterator[bytes]:
        return self._inner.read(first)

    async def heads(self) -> list[Head]:
        return await self._inner.heads()

    async def keep_cosignatures(self, cosignatures: Sequence[Cosignature]) -> None:
        await self._inner.keep_cosignatures(cosignatures)

    async def cosignatures(self) -> list[Cosignature]:
        return await self._inner.cosignatures()

    async def keep_openings(self, openings: Sequence[Opening]) -> None:
        await self._inner.keep_openings(openings)

    async def keep_files(self, files: Mapping[str, bytes]) -> None:
        await self._inner.keep_files(files)

    async def openings(self, group: str) -> list[Opening]:
        return await self._inner.openings(group)

    async def erase(self, indices: Sequence[int]) -> None:
        await self._inner.erase(indices)

    async def file(self, name: str) -> bytes | None:
        return await self._inner.file(name)

    async def file_names(self) -> list[str]:
        return await self._inner.file_names()

    async def close(self) -> None:
        await self._inner.close()
