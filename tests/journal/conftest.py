from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hub_sqlite.store import SqliteStore

from hub.journal.log import Journal
from hub.testing.clock import FakeClock
from tests.journal.making import store_in


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty store, open for writing."""
    store = store_in(tmp_path)
    store.open(create=True)
    yield store
    store.close()


@pytest.fixture
async def journal(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Journal]:
    """A running journal in an empty folder."""
    journal = Journal(store_in(tmp_path), clock)
    await journal.start()
    yield journal
    await journal.stop()
