"""A core loop on a real journal, and what the tests hand to it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub_sqlite.options import SqliteOptions
from hub_sqlite.store import SqliteStore

from hub.automation.engine import RuleIndex, build_index
from hub.automation.model import Rule
from hub.clock import Clock
from hub.config.problems import errors_of
from hub.config.rules.file import Known, parse_rules
from hub.core.event import Draft, Event, Record, wire_name
from hub.core.findings import SignalLost, SignalRestored
from hub.journal.log import Journal
from hub.ports import OutboxEntry, PluginContext, Store
from hub.runtime.core_loop import CoreLoop
from hub.testing.clock import FakeClock

SINCE = datetime(2026, 1, 5, 7, 59, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)

LOST_RULE = """
[[rule]]
id = "lost"
title = { en = "Signal lost" }
on = "signal.lost"
do = [{ alarm = "signal", priority = "high" }, { ticket = "No signal" }, { notify = "duty" }]
"""
LONG_LOST_RULE = """
[[rule]]
id = "long-lost"
title = { en = "Signal lost for long" }
on = "signal.lost"
for = "30s"
do = [{ alarm = "long", priority = "critical" }]
"""


def rules_of(text: str, *, cameras: Sequence[str] = ()) -> list[Rule]:
    known = Known(cameras=frozenset(cameras), routes=frozenset({"duty"}))
    rules, problems = parse_rules(text, "rules/test.toml", known=known)
    assert not errors_of(problems), problems
    return rules


def index_of(text: str) -> RuleIndex:
    return build_index(rules_of(text))


def store_in(folder: Path) -> SqliteStore:
    context = PluginContext(plugin="sqlite", data=folder, site=folder, clock=FakeClock(), language="en")
    return SqliteStore(SqliteOptions(file=Path("journal.db")), context)


@asynccontextmanager
async def running(
    folder: Path,
    clock: Clock,
    rules: str = "",
    *,
    targets: Callable[[str], Sequence[str]] = lambda route: ["paper"],
    store: Store | None = None,
    time_stands: bool = False,
) -> AsyncIterator[CoreLoop]:
    """A core loop under `rules`, on the journal in `folder`; stopped cleanly at the end."""
    journal = Journal(store or store_in(folder), clock)
    await journal.start()
    core = CoreLoop(journal, clock, targets=targets)
    core.journal = journal  # type: ignore[attr-defined] # for the tests to look at
    await core.start(index_of(rules), time_stands=time_stands)
    try:
        yield core
    finally:
        await core.stop()
        await journal.stop()


def journal_of(core: CoreLoop) -> Journal:
    journal: Journal = core.journal  # type: ignore[attr-defined]
    return journal


def lost(camera: str) -> Draft:
    return Draft(SignalLost(camera=camera, since_at=SINCE), actor="watch")


def restored(camera: str) -> Draft:
    return Draft(SignalRestored(camera=camera, since_at=SINCE), actor="watch")


async def happens(core: CoreLoop, *drafts: Draft) -> list[Record]:
    """Put drafts on record and let everything that follows from them be done."""
    records = await core.propose(lambda state: drafts)
    await settled(core)
    return records


async def settled(core: CoreLoop) -> None:
    """Let the loop carry out what it knows, whatever the clock says now."""
    for _ in range(3):
        await core.propose(lambda state: [])


def records_of(core: CoreLoop, *kinds: type[Event]) -> list[Record]:
    """Everything on record, or what is of these kinds."""
    everything = journal_of(core).read(0, 1_000_000)
    return [record for record in everything if not kinds or isinstance(record.event, kinds)]


def names_of(records: Sequence[Record]) -> list[str]:
    return [wire_name(record.event) for record in records]


def waiting(core: CoreLoop) -> list[OutboxEntry]:
    """What waits in the outbox, due or not."""
    return journal_of(core).outbox_due(FAR, 10_000)


async def until(condition: Callable[[], Any], within_s: float = 10.0) -> None:
    """Wait until `condition` holds."""
    try:
        async with asyncio.timeout(within_s):
            while not condition():
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"it did not come about within {within_s} s") from None
