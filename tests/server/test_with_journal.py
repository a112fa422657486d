"""The API before a real journal in a real file."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest
from hub_sqlite.options import SqliteOptions
from hub_sqlite.store import SqliteStore

from hub.client.http import HttpClient, find_hub
from hub.core.alarms.events import AlarmAcknowledged, AlarmReturned
from hub.core.command import Command, Order
from hub.core.decisions import decide
from hub.core.delivery import EffectDone
from hub.core.event import Draft, Event, Record
from hub.core.findings import Evidence, Picture, SignalRestored, ViewClear, ViewObstructed
from hub.core.fold import fold
from hub.errors import NotAllowed
from hub.journal.log import Journal
from hub.journal.subscription import Subscription
from hub.ports import PluginContext
from hub.server.accounts.sign_in import SignInDesk
from hub.server.serve import ApiServer
from hub.testing.clock import FakeClock
from tests.server.conftest import PASSWORD, SITE, WEAK, MemoryBackend, furnish


class KeptBackend(MemoryBackend):
    """As the one in memory, with the records in a journal."""

    def __init__(self, journal: Journal, clock: FakeClock, evidence: Path) -> None:
        super().__init__(clock, evidence)
        self.journal = journal

    async def keep(self, drafts: Sequence[Draft]) -> list[Record]:
        records = await self.journal.append(drafts)
        for record in records:
            self._state = fold(self._state, record)
        return records

    def read_last(
        self, limit: int, *, types: Sequence[str] = (), subject: str = "", before: int | None = None
    ) -> list[Record]:
        return self.journal.read_last(limit, types=types, subject=subject, before=before)

    def subscribe(self, after: int | None) -> Subscription:
        return self.journal.subscribe(after)

    async def submit(self, command: Command | Order, actor: str) -> list[Record]:
        events = decide(self._state, command, "person:wang", self.clock.now())
        return await self.keep([Draft(event, actor) for event in events])

    async def record(self, event: Event, actor: str, key: str | None = None) -> list[Record]:
        return await self.keep([Draft(event, actor, key=key)])


@pytest.fixture
async def kept(site: Path, clock: FakeClock, enrolled: Path) -> AsyncIterator[tuple[KeptBackend, ApiServer]]:
    data = site / "data"
    data.mkdir()
    (data / "accounts.db").write_bytes(enrolled.read_bytes())
    context = PluginContext(plugin="sqlite", data=data, site=site, clock=clock, language="en")
    journal = Journal(SqliteStore(SqliteOptions(), context), clock)
    await journal.start()
    backend = KeptBackend(journal, clock, data / "evidence")
    model = MemoryBackend(clock, data / "evidence")
    furnish(model)
    await backend.keep([Draft(record.event, "hub") for record in model.records])
    server = ApiServer(backend, data, tcp="127.0.0.1:0", desk=SignInDesk(data, backend, hasher=WEAK, refusal_s=0))
    await server.start()
    yield backend, server
    await server.stop()
    await journal.stop()


async def test_history_and_evidence_of_another_domain_stay_there(
    kept: tuple[KeptBackend, ApiServer], site: Path
) -> None:
    backend, _ = kept
    path = "2026/01/05/gate-1-080000-view.obstructed-after.jpg"
    (backend.evidence / path).parent.mkdir(parents=True)
    (backend.evidence / path).write_bytes(b"\xff\xd8")
    evidence = Evidence(after=Picture(path=path, sha256=""))
    seen = await backend.keep(
        [Draft(ViewObstructed(camera="gate-1", since_at=backend.clock.now(), evidence=evidence), "watch:w1")]
    )
    await backend.keep([Draft(EffectDone(key="k", kind="mail", target="gate"), "hub", cause=seen[0].seq)])
    await backend.keep([Draft(AlarmAcknowledged(alarm="A-2", note="secret"), "person:x")])
    await backend.keep([Draft(AlarmReturned(alarm="A-2"), "hub")])
    await backend.keep([Draft(ViewClear(camera="gate-1"), "watch:w1")])
    assert "A-2" not in backend.state().alarms
    clients = {}
    for account in ("leader.p", "leader.s"):
        clients[account] = await connect(site, account)
    shown = repr(await clients["leader.p"].events(limit=1000))
    theirs = repr(await clients["leader.s"].events(limit=1000))
    for word in ("gate-1", "secret", "'gate'", "A-2"):
        assert word not in shown
        assert word in theirs
    assert await clients["leader.s"].evidence(path) == b"\xff\xd8"
    with pytest.raises(NotAllowed):
        await clients["leader.p"].evidence(path)
    for client in clients.values():
        await client.close()


async def connect(site: Path, account: str) -> HttpClient:
    client = HttpClient(find_hub(site))
    await client.sign_in(account, PASSWORD)
    return client


async def test_followers_that_come_and_go_see_each_record_once_while_it_is_written(
    kept: tuple[KeptBackend, ApiServer], site: Path
) -> None:
    backend, _ = kept
    client = await connect(site, "leader.ps")
    start = backend.journal.head.seq
    total = 1500
    seen: list[int] = []

    async def write() -> None:
        for _ in range(total // 10):
            await backend.keep([Draft(SignalRestored(camera="press-1"), "watch:w1")] * 10)

    async def follow() -> None:
        while len(seen) < total:
            async with aclosing(client.follow(after=seen[-1] if seen else start)) as stream:
                goal = len(seen) + 150
                async for batch in stream:
                    seen.extend(event.seq for event in batch)
                    if len(seen) >= min(goal, total):
                        break

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        tasks.create_task(write())
        tasks.create_task(follow())
    assert seen == list(range(start + 1, start + total + 1))
    events = await client.events(limit=1)
    assert events[0].hash == backend.journal.head.hash.hex()
    assert (await client.site()).name == SITE.name
    await client.close()
