"""A disk that refuses, for real: a small tmpfs where mounting is allowed, else the system's limit on file sizes."""

import asyncio
import os
import resource
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from hub.core.catalogue import JournalBlockedFor
from hub.core.event import Record
from hub.errors import JournalBlocked
from hub.journal import log
from hub.journal.log import Journal
from hub.journal.subscription import Subscription
from hub.journal.verify import verify
from hub.testing.clock import FakeClock
from tests.journal.making import lost, store_in

MEGABYTE = 1024 * 1024


class SmallDisk(NamedTuple):
    folder: Path
    fill: Callable[[], None]
    free: Callable[[], None]


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallDisk]:
    """A folder on a disk of 2 MB that a test can fill and free."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() == 0 and _run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)):
        try:
            yield SmallDisk(folder, lambda: _fill(folder / "ballast"), (folder / "ballast").unlink)
        finally:
            _run("umount", str(folder))
    else:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        # A module's compiled form would be cut off too, and break whoever imports it next.
        monkeypatch.setattr(sys, "dont_write_bytecode", True)

        def limit(size: int) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))

        try:
            yield SmallDisk(folder, lambda: limit(MEGABYTE), lambda: limit(soft))
        finally:
            limit(soft)


@pytest.fixture
async def running(small_disk: SmallDisk, clock: FakeClock) -> AsyncIterator[Journal]:
    journal = Journal(store_in(small_disk.folder), clock)
    await journal.start()
    yield journal
    await journal.stop()


async def test_what_waits_for_a_full_disk_is_written_when_there_is_space_again(
    small_disk: SmallDisk, running: Journal, clock: FakeClock
) -> None:
    acknowledged = await running.append([lost("before")])
    subscription = running.subscribe()
    small_disk.fill()
    waiting = await _until_blocked(running)
    assert running.blocked == "the disk is full" or "input/output" in running.blocked
    reason = running.blocked
    assert running.read(0, 10_000)[: len(acknowledged)] == acknowledged
    assert not any(task.done() for task in waiting)
    later = [asyncio.create_task(running.append([lost("later")])) for _ in range(5)]
    await asyncio.sleep(0)
    assert running.waiting >= 6

    clock.advance(90)
    small_disk.free()
    async with asyncio.timeout(10):
        written = [record for task in [*waiting, *later] for record in await task]
        seen = [record async for batch in _until_unblocked(subscription) for record in batch]
    assert running.blocked == ""
    everything = running.read(0, 10_000)
    assert [r.seq for r in everything] == list(range(1, len(everything) + 1))
    assert everything[len(acknowledged) :] == seen
    assert seen[-1].event == JournalBlockedFor(seconds=90.0, reason=reason)
    assert seen[-1].actor == "hub"
    assert {r.seq for r in written} < {r.seq for r in seen}
    assert running.waiting == 0

    await running.stop()
    copy = store_in(small_disk.folder)
    copy.open(create=False)
    assert verify(copy).ok
    copy.close()


async def test_events_are_dated_when_they_came_not_when_the_disk_took_them(
    small_disk: SmallDisk, running: Journal, clock: FakeClock
) -> None:
    small_disk.fill()
    waiting = await _until_blocked(running)
    came = clock.now()
    late = asyncio.create_task(running.append([lost("late")]))
    await asyncio.sleep(0)
    clock.advance(600)
    small_disk.free()
    async with asyncio.timeout(10):
        [record] = await late
        await asyncio.gather(*waiting)
    assert record.seen_at == came


async def test_a_blocked_journal_refuses_when_its_line_is_full(
    small_disk: SmallDisk, running: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "LONGEST_LINE", 5_000)
    small_disk.fill()
    waiting = await _until_blocked(running)
    waiting.append(asyncio.create_task(running.append([lost("c")] * (5_000 - running.waiting))))
    await asyncio.sleep(0)
    with pytest.raises(JournalBlocked) as caught:
        await running.append([lost("one too many")])
    assert running.blocked in str(caught.value)
    small_disk.free()
    async with asyncio.timeout(10):
        await asyncio.gather(*waiting)


async def test_a_journal_that_is_stopped_while_blocked_tells_those_who_wait(
    small_disk: SmallDisk, running: Journal, clock: FakeClock
) -> None:
    acknowledged = await running.append([lost("before")])
    small_disk.fill()
    waiting = await _until_blocked(running)
    async with asyncio.timeout(10):
        await running.stop()
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(outcome, JournalBlocked) for outcome in outcomes)
    small_disk.free()

    again = Journal(store_in(small_disk.folder), clock)
    await again.start()
    assert again.read(0, 1) == acknowledged
    [record] = await again.append([lost("after")])
    assert again.head.seq == record.seq
    await again.stop()


async def _until_blocked(journal: Journal) -> list[asyncio.Task[list[Record]]]:
    """Append until the disk refuses; returns the requests that wait."""
    async with asyncio.timeout(20):
        while True:
            task = asyncio.create_task(journal.append([lost(f"c{n}") for n in range(500)]))
            while not task.done() and not journal.blocked:
                await asyncio.sleep(0.005)
            if not task.done():
                return [task]


async def _until_unblocked(subscription: Subscription) -> AsyncIterator[list[Record]]:
    async for batch in subscription:
        yield batch
        if isinstance(batch[-1].event, JournalBlockedFor):
            return


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(4096))
        except OSError:
            return


def _run(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
