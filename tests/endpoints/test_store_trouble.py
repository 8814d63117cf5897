"""A phone's questions while the disk does not answer."""

from __future__ import annotations

from collections.abc import AsyncIterator

from audience_server.live_seats import Recorded
from audience_server.record.ed25519 import public_key
from audience_server.record.forms import b64
from audience_server.stores.memory import MemoryStore
from audience_server.stores.port import StoreFailed
from tests.endpoints.doors import ask, dial, house
from tests.endpoints.test_phone_door import HELLO


class Unreadable(MemoryStore):
    """Takes entries, and cannot find them again."""

    broken = False

    async def read(self, first: int = 0) -> AsyncIterator[bytes]:
        if self.broken:
            raise StoreFailed("no such sector")
        async for entry in super().read(first):
            yield entry


async def test_where_a_key_stands_may_be_asked_again_when_the_disk_is_back() -> None:
    """`try_again` instead of no answer at all; a key without a ballot needs no disk."""
    store = Unreadable()
    async with house(store=store) as home, await dial(home) as line:
        show = home.show
        phones = await show.phones(2)
        await show.do("zero")
        await show.do("open", round="r01")
        recorded = await show.cast_all(phones[:1], "r01", ["1"])
        assert isinstance(recorded[0], Recorded)
        await ask(line, HELLO)
        voted, silent = (b64(public_key(phone.seed("r01"))) for phone in phones)
        slot = {"type": "slot", "id": 2, "window": "r01", "key": voted}
        store.broken = True
        assert "try_again" == (await ask(line, slot))["code"]
        assert 0 == (await ask(line, {**slot, "id": 3, "key": silent}))["next"]
        store.broken = False
        assert 1 == (await ask(line, {**slot, "id": 4}))["next"]
