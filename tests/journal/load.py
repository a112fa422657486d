"""The write load that `test_kill.py` kills: run in a process of its own."""

import asyncio
from multiprocessing.connection import Connection
from pathlib import Path

from hub.clock import SystemClock
from hub.journal.log import Journal
from tests.journal.making import lost, store_in

PRODUCERS = 16


def write_until_killed(folder: Path, run: int, told: Connection) -> None:
    """Append without end; after every append that returned, send the `seq` and key of its records."""
    asyncio.run(_write(folder, run, told))


async def _write(folder: Path, run: int, told: Connection) -> None:
    journal = Journal(store_in(folder), SystemClock())
    await journal.start()

    async def produce(producer: int) -> None:
        number = 0
        while True:
            number += 1
            drafts = [lost(f"c{producer}", key=f"{run}:{producer}:{number}:{i}") for i in range(number % 4 + 1)]
            records = await journal.append(drafts, documents={f"last:{producer}": f"{run}:{number}".encode()})
            told.send([(record.seq, record.key) for record in records])

    await asyncio.gather(*(produce(producer) for producer in range(PRODUCERS)))
