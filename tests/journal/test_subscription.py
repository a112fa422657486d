import asyncio
from pathlib import Path

import pytest

from hub.core.event import Record
from hub.errors import JournalDamaged
from hub.journal.log import Journal
from hub.journal.positions import load_position, position_document
from hub.journal.subscription import LARGEST_BATCH, Subscription
from hub.testing.clock import FakeClock
from tests.journal.making import lost, store_in, tamper

FAR_BEHIND = 12_000
"""More than the records kept in memory."""


async def fill(journal: Journal, count: int) -> None:
    for first in range(0, count, 4_000):
        await journal.append([lost(f"c{n}") for n in range(first, min(first + 4_000, count))])


async def take(subscription: Subscription, count: int) -> list[Record]:
    records: list[Record] = []
    async with asyncio.timeout(20):
        while len(records) < count:
            batch = await anext(subscription)
            assert 0 < len(batch) <= LARGEST_BATCH
            records += batch
    return records


async def test_a_follower_gets_every_record_once_and_in_order(journal: Journal) -> None:
    subscription = journal.subscribe()
    following = asyncio.create_task(take(subscription, 3_000))
    await asyncio.gather(*(journal.append([lost(f"c{n}-{i}") for i in range(10)]) for n in range(300)))
    records = await following
    assert [r.seq for r in records] == list(range(1, 3_001))
    assert records == journal.read(0, 5_000)


async def test_a_follower_from_now_on_gets_nothing_of_before(journal: Journal) -> None:
    await journal.append([lost("before")])
    subscription = journal.subscribe()
    await journal.append([lost("after")])
    assert [r.seq for r in await anext(subscription)] == [2]


async def test_one_who_lags_reads_the_store_and_holds_up_nobody(journal: Journal) -> None:
    slow, quick = journal.subscribe(0), journal.subscribe(0)
    following = asyncio.create_task(take(quick, FAR_BEHIND))
    await fill(journal, FAR_BEHIND)
    assert [r.seq for r in await following] == list(range(1, FAR_BEHIND + 1))

    caught_up = await take(slow, FAR_BEHIND)
    assert [r.seq for r in caught_up] == list(range(1, FAR_BEHIND + 1))
    assert slow.position == FAR_BEHIND
    [news] = await journal.append([lost("news")])
    assert await anext(slow) == [news]


async def test_a_follower_that_lags_while_the_journal_is_written_misses_nothing(journal: Journal) -> None:
    subscription = journal.subscribe(0)
    writing = asyncio.create_task(fill(journal, FAR_BEHIND))
    seen: list[int] = []
    async with asyncio.timeout(20):
        while len(seen) < FAR_BEHIND:
            seen += [r.seq for r in await anext(subscription)]
            await asyncio.sleep(0.005)
    await writing
    assert seen == list(range(1, FAR_BEHIND + 1))


async def test_a_follower_goes_on_from_its_stored_position_after_a_restart(tmp_path: Path, clock: FakeClock) -> None:
    journal = Journal(store_in(tmp_path), clock)
    await journal.start()
    await journal.append([lost("gate-1"), lost("gate-2"), lost("gate-3")])
    await journal.append([lost("gate-4")], documents=position_document("automation", 2))
    await journal.stop()

    await journal.start()
    subscription = journal.subscribe(load_position(journal, "automation"))
    assert [r.seq for r in await take(subscription, 2)] == [3, 4]
    await journal.stop()


async def test_a_cancelled_wait_loses_nothing(journal: Journal) -> None:
    subscription = journal.subscribe(0)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(subscription), 0.01)
    seen: list[int] = []
    for number in range(20):
        await journal.append([lost(f"c{number}")])
        waiting = asyncio.create_task(anext(subscription))
        for _ in range(number % 4):
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        if not waiting.cancelled():
            seen += [r.seq for r in waiting.result()]
    if len(seen) < 20:
        seen += [r.seq for r in await take(subscription, 20 - len(seen))]
    assert seen == list(range(1, 21))


async def test_closing_ends_the_iteration_also_of_one_who_waits(journal: Journal) -> None:
    subscription = journal.subscribe()
    waiting = asyncio.create_task(_all(subscription))
    await asyncio.sleep(0)
    subscription.close()
    subscription.close()
    assert await waiting == []


async def test_the_end_of_the_journal_ends_every_subscription(tmp_path: Path, clock: FakeClock) -> None:
    journal = Journal(store_in(tmp_path), clock)
    await journal.start()
    waiting = [asyncio.create_task(_all(journal.subscribe())) for _ in range(3)]
    await asyncio.sleep(0)
    [record] = await journal.append([lost("gate-1")])
    await journal.stop()
    assert await asyncio.gather(*waiting) == [[record]] * 3


async def test_a_record_that_is_gone_from_the_store_is_not_passed_over_in_silence(
    tmp_path: Path, clock: FakeClock
) -> None:
    journal = Journal(store_in(tmp_path), clock)
    await journal.start()
    await fill(journal, 20)
    await journal.stop()
    tamper(tmp_path / "journal.db", ("DELETE FROM record WHERE seq = 7", ()))
    await journal.start()
    subscription = journal.subscribe(0)
    await journal.append([lost("news")])
    with pytest.raises(JournalDamaged) as caught:
        await anext(subscription)
    assert caught.value.seq == 7
    await journal.stop()


async def _all(subscription: Subscription) -> list[Record]:
    return [record async for batch in subscription for record in batch]
