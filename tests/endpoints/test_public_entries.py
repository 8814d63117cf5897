"""Entries on the public port: after the seal, where the session file gives them to everybody, and never else."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest

from audience_server.notary import verify as v
from audience_server.record.tiles import entries_at
from audience_server.stores.memory import MemoryStore
from audience_server.stores.port import StoreFailed
from tests.endpoints.doors import House, house, http
from tests.show_rig import SMALL_SESSION

OPEN = SMALL_SESSION.replace("[session]\n", "[session]\npublic_entries = true\n", 1)


class GatedStore(MemoryStore):
    """Reading waits for the gate, or fails."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()
        self.fails = False

    async def read(self, first: int = 0) -> AsyncIterator[bytes]:
        self.asked.set()
        await self.gate.wait()
        if self.fails:
            raise StoreFailed("the disk is gone")
        async for entry in super().read(first):
            yield entry


def asking(home: House, path: str, *headers: str, method: str = "GET") -> bytes:
    return "\r\n".join([f"{method} /record/{path} HTTP/1.1", f"Host: {home.host}", *headers, "", ""]).encode()


async def get(home: House, path: str, *headers: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    return await http(home, asking(home, path, *headers, method=method))


async def seal(home: House) -> int:
    show = home.show
    await show.do("zero")
    for round_id in ("r01", "r02"):
        await show.do("not-held", round=round_id, reason="时间不够")
    await show.do("seal")
    return show.session.record.size


async def test_everybody_can_read_the_whole_record_after_the_seal() -> None:
    """As any C2SP client does: checkpoint, then tiles of entries, whose hashes must give the signed root."""
    async with house(OPEN) as home:
        for number in range(260):
            await home.show.do("incident", kind="note", text=f"第{number}件")
        size = await seal(home)
        head = v.read_checkpoint(v.read_note((await get(home, "checkpoint"))[2]).text)
        assert size == head.size
        entries, last = v.Entries(), f"tile/entries/001.p/{size - 256}"
        for path in ("tile/entries/000", last):
            status, headers, body = await get(home, path)
            assert (200, "application/octet-stream") == (status, headers["content-type"])
            assert "immutable" in headers["cache-control"]
            assert entries.add_tile(memoryview(body))
        assert head.root == v.root_of([v.leaf_hash(entry) for entry in entries])
        status, headers, packed = await get(home, last, "Accept-Encoding: gzip")
        assert (200, "gzip", body) == (status, headers["content-encoding"], gzip.decompress(packed))
        status, headers, nothing = await get(home, last, method="HEAD")
        assert (200, str(len(body)), b"") == (status, headers["content-length"], nothing)
        assert 405 == (await get(home, last, method="POST"))[0]


@pytest.mark.parametrize(("text", "is_open"), [(OPEN, True), (SMALL_SESSION, False)], ids=["with", "without"])
async def test_entries_need_the_flag_and_the_seal(text: str, is_open: bool) -> None:
    async with house(text) as home:
        assert 404 == (await get(home, "tile/entries/000.p/1"))[0]
        size = await seal(home)
        assert (200 if is_open else 404) == (await get(home, f"tile/entries/000.p/{size}"))[0]
        assert 404 == (await get(home, "tile/entries/000.p/1"))[0]


async def test_who_stops_sending_still_gets_the_answer() -> None:
    """Some clients close their side behind the request; the store may take its time."""
    store = GatedStore()
    async with house(OPEN, store) as home:
        size = await seal(home)
        store.gate.clear()
        store.asked.clear()
        reader, writer = await asyncio.open_connection("127.0.0.1", home.public.port)
        writer.write(asking(home, f"tile/entries/000.p/{size}") + asking(home, "checkpoint"))
        writer.write_eof()
        await store.asked.wait()
        assert 200 == (await get(home, "checkpoint"))[0]
        store.gate.set()
        answer = await reader.read()
        assert (1, True) == (answer.count(b"HTTP/1.1 "), answer.startswith(b"HTTP/1.1 200 "))
        writer.close()


async def test_a_store_that_fails_says_so() -> None:
    """503 and not 404: the entries are there, only not now."""
    store = GatedStore()
    async with house(OPEN, store) as home:
        size = await seal(home)
        store.fails = True
        assert 503 == (await get(home, f"tile/entries/000.p/{size}"))[0]


@pytest.mark.parametrize(
    ("path", "size", "place"),
    [
        ("tile/entries/000", 256, (0, 256)),
        ("tile/entries/000", 255, None),
        ("tile/entries/000.p/255", 255, (0, 255)),
        ("tile/entries/000.p/255", 256, None),
        ("tile/entries/000.p/256", 256, None),
        ("tile/entries/000.p/1", 2, None),
        ("tile/entries/001", 256, None),
        ("tile/entries/001.p/1", 257, (256, 257)),
        ("tile/entries/001.p/01", 257, None),
        ("tile/entries/001.p/0", 256, None),
        ("tile/entries/000.p/0", 0, None),
        ("tile/entries/x001/x234/067", 2**40, (1234067 * 256, 1234068 * 256)),
        ("tile/entries/x000/000", 300, None),
        ("tile/entries/0", 300, None),
        ("tile/entries/../000", 300, None),
        ("tile/0/000", 300, None),
        ("tile/entries/000\n", 300, None),
    ],
)
def test_a_tile_of_entries_has_one_path(path: str, size: int, place: tuple[int, int] | None) -> None:
    """The partial one at the right edge with its whole width only; every other spelling is nothing."""
    assert place == entries_at(path, size)
