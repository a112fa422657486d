import asyncio
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hub_sqlite.store import SqliteStore

from hub.core.catalogue import HubStarted
from hub.core.event import Draft
from hub.core.findings import SignalLost
from hub.errors import JournalBlocked, JournalError, SiteError
from hub.journal.chain import START, Head
from hub.journal.log import LONGEST_LINE, Journal
from hub.journal.positions import load_position, position_document
from hub.journal.verify import verify
from hub.ports import OutboxEntry, Transaction
from hub.testing.clock import START as MONDAY
from hub.testing.clock import FakeClock
from tests.journal.making import lost, store_in


class Watched:
    """A real store that lets a test see and hold up its commits."""

    def __init__(self, store: SqliteStore, before: Callable[[], object] = lambda: None) -> None:
        self._store = store
        self._before = before
        self.sizes: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, transactions: Sequence[Transaction]) -> None:
        self._before()
        self._store.commit(transactions)
        self.sizes.append(sum(len(transaction.records) for transaction in transactions))


class SlowToOpen(Watched):
    """A real store that is opened only when the test lets it."""

    def __init__(self, store: SqliteStore) -> None:
        super().__init__(store)
        self.opening, self.go_on = threading.Event(), threading.Event()
        self.steps: list[str] = []

    def open(self, *, create: bool) -> None:
        self.opening.set()
        self.go_on.wait(10)
        self._store.open(create=create)
        self.steps.append("open")

    def close(self) -> None:
        self._store.close()
        self.steps.append("closed")


async def test_a_start_that_is_cancelled_closes_nothing_under_the_thread_that_opens(
    tmp_path: Path, clock: FakeClock
) -> None:
    store = SlowToOpen(store_in(tmp_path))
    starting = asyncio.create_task(Journal(store, clock).start())
    await asyncio.to_thread(store.opening.wait, 10)
    starting.cancel()
    await asyncio.wait({starting}, timeout=0.2)
    store.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert store.steps == ["open", "closed"]
    again = Journal(store_in(tmp_path), clock)
    await again.start()
    await again.stop()


async def test_what_was_appended_is_read_back_after_a_restart(tmp_path: Path, clock: FakeClock) -> None:
    journal = Journal(store_in(tmp_path), clock)
    await journal.start()
    assert journal.head == START
    at = MONDAY - timedelta(seconds=3)
    records = await journal.append([lost("gate-1", key="a", at=at), lost("gate-2", cause=1)])
    await journal.stop()

    again = Journal(store_in(tmp_path), clock)
    await again.start()
    try:
        assert again.read(0, 10) == records
        assert again.head == Head(2, records[1].hash)
        assert [(r.seq, r.at, r.seen_at, r.actor, r.cause, r.key) for r in records] == [
            (1, at, MONDAY, "watch:w1", None, "a"),
            (2, MONDAY, MONDAY, "watch:w1", 1, None),
        ]
        assert [r.seq for r in await again.append([lost("gate-3")])] == [3]
    finally:
        await again.stop()


async def test_many_who_append_at_once_share_commits_and_keep_their_order(tmp_path: Path, clock: FakeClock) -> None:
    store = Watched(store_in(tmp_path))
    journal = Journal(store, clock)
    await journal.start()
    finished: list[int] = []

    async def one(number: int) -> None:
        records = await journal.append([lost(f"c{number}-{i}") for i in range(number % 3 + 1)])
        finished.append(number)
        assert [r.event.camera for r in records if isinstance(r.event, SignalLost)] == [
            f"c{number}-{i}" for i in range(number % 3 + 1)
        ]
        assert [r.seq for r in records] == list(range(records[0].seq, records[0].seq + len(records)))

    await asyncio.gather(*(one(number) for number in range(500)))
    await journal.stop()

    assert finished == sorted(finished)
    assert sum(store.sizes) == sum(number % 3 + 1 for number in range(500))
    assert len(store.sizes) < 50
    with_order = store_in(tmp_path)
    with_order.open(create=False)
    firsts = [r.body for r in with_order.read(0, 2_000) if b"-0" in r.body]
    assert firsts == sorted(firsts, key=lambda body: int(body.split(b':"c')[1].split(b"-")[0]))
    assert verify(with_order).ok
    with_order.close()


async def test_append_returns_only_when_it_is_on_the_disk(tmp_path: Path, clock: FakeClock) -> None:
    gate = threading.Event()
    journal = Journal(Watched(store_in(tmp_path), gate.wait), clock)
    await journal.start()
    subscription = journal.subscribe()
    appending = asyncio.create_task(journal.append([lost("gate-1")]))
    following = asyncio.create_task(anext(subscription))

    done, _ = await asyncio.wait([appending, following], timeout=0.2)
    assert not done
    assert (journal.waiting, journal.head) == (1, START)

    gate.set()
    assert await appending == await following
    assert (journal.waiting, journal.head.seq) == (0, 1)
    await journal.stop()


async def test_a_key_that_is_known_is_left_out(journal: Journal) -> None:
    first = await journal.append([lost("gate-1", key="k"), lost("gate-2", key="k"), lost("gate-3")])
    assert [r.event.camera for r in first] == ["gate-1", "gate-3"]  # type: ignore[attr-defined]

    assert await journal.append([lost("gate-4", key="k")]) == []
    assert [r.seq for r in await journal.append([lost("gate-5", key="k2")])] == [3]
    twice = await asyncio.gather(*(journal.append([lost("gate-6", key="k3")]) for _ in range(20)))
    assert sum(map(len, twice)) == 1
    assert journal.head.seq == 4


async def test_what_goes_with_dropped_drafts_is_written_all_the_same(journal: Journal) -> None:
    await journal.append([lost("gate-1", key="k")])
    assert await journal.append([lost("gate-1", key="k")], documents={"state": b"2"}) == []
    assert journal.document("state") == b"2"


async def test_outbox_and_documents_are_written_together_with_the_records(journal: Journal) -> None:
    entry = OutboxEntry(key="r:1:0", kind="message", payload=b"{}", cause=1, created_at_us=5, next_at_us=10)
    await journal.append(
        [lost("gate-1")], outbox_new=[entry], documents=position_document("automation", 1) | {"state": b"x"}
    )
    assert journal.outbox_due(datetime.fromtimestamp(0, UTC), 10) == []
    assert journal.outbox_due(MONDAY, 10) == [entry]
    assert load_position(journal, "automation") == 1
    assert load_position(journal, "nobody") == 0

    done = OutboxEntry(
        key="r:1:0", kind="message", payload=b"{}", cause=1, created_at_us=5, next_at_us=10, attempts=1, state="done"
    )
    await journal.append([], outbox_changed=[done], outbox_new=[entry])
    assert journal.outbox_due(MONDAY, 10) == []
    assert journal.outbox_counts() == {"done": 1}


async def test_a_clock_that_is_set_back_does_not_undo_the_order(journal: Journal, clock: FakeClock) -> None:
    clock.advance(60)
    [before] = await journal.append([lost("gate-1")])
    clock.step(-3_600)
    [after] = await journal.append([lost("gate-2")])
    assert after.seen_at == before.seen_at
    assert after.at == before.seen_at - timedelta(hours=1)

    clock.advance(3_700)
    [later] = await journal.append([lost("gate-3")])
    assert later.seen_at == clock.now()


async def test_a_clock_that_was_set_back_while_the_hub_was_down_does_not_undo_it_either(
    tmp_path: Path, clock: FakeClock
) -> None:
    journal = Journal(store_in(tmp_path), clock)
    await journal.start()
    await journal.append([lost("gate-1")])
    await journal.stop()
    clock.step(-600)
    await journal.start()
    [record] = await journal.append([lost("gate-1")])
    await journal.stop()
    assert record.seen_at == MONDAY


async def test_what_waits_when_the_journal_stops_is_written(tmp_path: Path, clock: FakeClock) -> None:
    gate = threading.Event()
    journal = Journal(Watched(store_in(tmp_path), gate.wait), clock)
    await journal.start()
    waiting = [asyncio.create_task(journal.append([lost(f"c{n}")])) for n in range(10)]
    await asyncio.sleep(0)
    stopping = asyncio.create_task(journal.stop())
    await asyncio.sleep(0)
    gate.set()
    await stopping
    assert [r.seq for task in waiting for r in await task] == list(range(1, 11))


async def test_a_caller_that_is_cancelled_does_not_disturb_the_others(tmp_path: Path, clock: FakeClock) -> None:
    gate = threading.Event()
    journal = Journal(Watched(store_in(tmp_path), gate.wait), clock)
    await journal.start()
    gone = asyncio.create_task(journal.append([lost("gate-1")]))
    stays = asyncio.create_task(journal.append([lost("gate-2")]))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    gate.set()
    assert [r.seq for r in await stays] == [2]
    assert (journal.waiting, len(journal.read(0, 10))) == (0, 2)
    await journal.stop()


async def test_a_full_line_refuses_more_and_loses_nothing(tmp_path: Path, clock: FakeClock) -> None:
    gate = threading.Event()
    journal = Journal(Watched(store_in(tmp_path), gate.wait), clock)
    await journal.start()
    waiting = [asyncio.create_task(journal.append([lost("c")] * 1_000)) for _ in range(LONGEST_LINE // 1_000)]
    await asyncio.sleep(0)
    assert journal.waiting == LONGEST_LINE
    with pytest.raises(JournalBlocked, match="the line is full"):
        await journal.append([lost("one too many")])
    gate.set()
    await asyncio.gather(*waiting)
    assert [r.seq for r in await journal.append([lost("welcome again")])] == [LONGEST_LINE + 1]
    await journal.stop()


@pytest.mark.parametrize(
    "draft",
    [
        Draft(HubStarted(version="1", last_stop="sometimes"), "hub"),  # type: ignore[arg-type]
        Draft(HubStarted(version="1", last_stop="clean"), "hub\ud800"),
        Draft(HubStarted(version="1", last_stop="clean"), "hub", key="\ud800"),
        Draft(HubStarted(version="1", last_stop="clean"), "hub", cause=0),
        Draft(HubStarted(version="1", last_stop="clean"), "hub", cause=2**63),
        Draft(HubStarted(version="1", last_stop="clean"), "hub", at=datetime(2026, 1, 1)),
    ],
)
async def test_a_draft_that_could_not_be_read_back_is_refused_to_its_caller(journal: Journal, draft: Draft) -> None:
    with pytest.raises(JournalError, match="HubStarted cannot be written"):
        await journal.append([lost("gate-1"), draft])
    assert (journal.waiting, journal.head) == (0, START)
    assert [r.seq for r in await journal.append([lost("gate-1")])] == [1]


async def test_a_request_that_the_store_cannot_take_is_refused_and_its_neighbours_are_not(
    tmp_path: Path, clock: FakeClock
) -> None:
    gate = threading.Event()
    journal = Journal(Watched(store_in(tmp_path), gate.wait), clock)
    await journal.start()
    no_bytes: Any = {"state": object()}
    requests = [
        asyncio.create_task(journal.append([lost(f"c{n}")], documents=no_bytes if n == 2 else {})) for n in range(5)
    ]
    await asyncio.sleep(0)
    gate.set()
    results = await asyncio.gather(*requests, return_exceptions=True)
    assert isinstance(results[2], JournalError)
    assert [r[0].seq for r in results if isinstance(r, list)] == [1, 2, 3, 4]
    assert journal.blocked == ""
    await journal.stop()


async def test_two_hubs_cannot_write_one_journal(journal: Journal, tmp_path: Path, clock: FakeClock) -> None:
    with pytest.raises(SiteError, match="in use by another hub"):
        await Journal(store_in(tmp_path), clock).start()
    assert [r.seq for r in await journal.append([lost("gate-1")])] == [1]


async def test_a_journal_that_does_not_run_says_so(tmp_path: Path, clock: FakeClock) -> None:
    journal = Journal(store_in(tmp_path), clock)
    await journal.stop()
    with pytest.raises(JournalError, match="not running"):
        await journal.append([lost("gate-1")])
    with pytest.raises(JournalError, match="not running"):
        journal.subscribe()
    assert journal.blocked == ""


async def test_the_newest_records_are_found_by_type_and_subject(journal: Journal) -> None:
    await journal.append([lost("gate-1"), lost("gate-2"), Draft(HubStarted(version="1", last_stop="clean"), "hub")])
    assert [r.seq for r in journal.read_last(10)] == [1, 2, 3]
    assert [r.seq for r in journal.read_last(2)] == [2, 3]
    assert [r.seq for r in journal.read_last(10, before=3)] == [1, 2]
    assert [r.seq for r in journal.read_last(10, types=["signal.lost"])] == [1, 2]
    assert [r.seq for r in journal.read_last(10, subject="camera:gate-2")] == [2]
