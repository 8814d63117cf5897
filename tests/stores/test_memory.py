"""The store without a disk keeps the contract."""

from __future__ import annotations

import pytest

from audience_server.stores.memory import MemoryStore
from tests.stores.store_contract import StoreContract


class TestMemoryStore(StoreContract):
    """Every duty, in memory."""

    @pytest.fixture
    async def store(self) -> MemoryStore:
        return MemoryStore()
