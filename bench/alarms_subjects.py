"""What `bench.alarms` measures, each in a process of its own: `python -m bench.alarms_subjects NAME` prints JSON."""

import asyncio
import random
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import msgspec
from hub_sqlite.options import SqliteOptions
from hub_sqlite.store import SqliteStore

from bench.scratch import scratch
from hub.client import HubClient
from hub.clock import SystemClock
from hub.core.alarms.events import (
    PRIORITIES,
    VERDICTS,
    AlarmAcknowledged,
    AlarmJudged,
    AlarmRaised,
    AlarmReturned,
)
from hub.core.catalogue import SiteConfigured
from hub.core.event import Draft, Event, Record
from hub.core.fold import fold
from hub.core.people.account import Account
from hub.core.site import Camera, Site
from hub.core.state import State
from hub.core.text import Text
from hub.errors import SiteError
from hub.journal.codec import to_record
from hub.journal.log import Journal
from hub.ports import PluginContext
from hub.server.books.alarms import AlarmBook
from hub.server.views.state import site_view
from hub.testing.clock import FakeClock
from tests.tui.fake_hub import ACCOUNTS, FakeHub, troubled_plant

DAYS = 90
ALARMS = 100_000
CAMERAS = 500
STANDING = 100


class Counted(msgspec.Struct, frozen=True):
    """Figures of `DAYS` days with `ALARMS` alarms: the first answer, and the next ones with new alarms between."""

    records: int
    first_s: float
    asked: int
    """How often had to be asked for the first answer."""
    again_s: float
    history_s: float


class Shown(msgspec.Struct, frozen=True):
    """From a key to the screen, with `STANDING` alarms and `CAMERAS` cameras: the best of each key, in milliseconds of
    processor time (what else the machine does is not its doing)."""

    keys: dict[str, float]
    view_ms: float
    """What the hub takes to put together what is sent."""


# --- the figures ------------------------------------------------------------------------------------------------


def counted() -> Counted:
    with scratch() as folder:
        return asyncio.run(_counted(folder))


class _Steps:
    """A clock that is where the journal's writer needs it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return time.monotonic()


async def _counted(folder: Path) -> Counted:
    end = datetime(2026, 6, 1, 8, tzinfo=UTC)
    clock = _Steps(end - timedelta(days=DAYS))
    journal = Journal(_store(folder), clock)
    await journal.start()
    site = Site(
        cameras=[
            Camera(f"cam-{n}", Text(en=f"Camera {n}"), "hall", ("production", "security")[n % 2])
            for n in range(CAMERAS)
        ]
    )
    state = State()
    await _write(journal, clock, [SiteConfigured(site=site)])
    chance = random.Random(62682)
    every = timedelta(days=DAYS) / ALARMS
    batch: list[Event] = []
    for number in range(1, ALARMS + 1):
        clock.at += every
        batch += _life(number, chance)
        if len(batch) >= 900:
            await _write(journal, clock, batch)
            batch = []
    await _write(journal, clock, batch)
    state = fold(state, journal.read(0, 1)[0])
    state = msgspec.structs.replace(state, position=journal.head.seq, alarm_count=ALARMS)
    account = Account("wang", "Wang", "leader", ["production", "security"])

    class Records:
        def __init__(self) -> None:
            self.clock = clock

        def read(self, after: int, limit: int, *, types: object = ()) -> list[Record]:
            stored = journal.stored.read(after, limit, types=types)  # type: ignore[arg-type]
            return [to_record(each) for each in stored]

        def read_last(
            self, limit: int, *, types: Sequence[str] = (), subject: str = "", before: int | None = None
        ) -> list[Record]:
            return journal.read_last(limit, types=types, subject=subject, before=before)

    book = AlarmBook(Records())
    begin = end - timedelta(days=DAYS)
    asked = 0
    started = time.perf_counter()
    while True:
        asked += 1
        try:
            found = book.figures(account, state, from_at=begin, to_at=clock.at)
            break
        except SiteError:
            if asked > 20:
                raise
    first_s = time.perf_counter() - started
    if found.alarms < ALARMS * 0.9:
        raise SystemExit(f"only {found.alarms} alarms were counted")
    more = [event for number in range(ALARMS + 1, ALARMS + 101) for event in _life(number, chance)]
    await _write(journal, clock, more)
    state = msgspec.structs.replace(state, position=journal.head.seq)
    started = time.perf_counter()
    book.figures(account, state, from_at=begin, to_at=clock.at)
    again_s = time.perf_counter() - started
    started = time.perf_counter()
    book.history(account, state, limit=200)
    history_s = time.perf_counter() - started
    records = journal.head.seq
    await journal.stop()
    return Counted(records=records, first_s=first_s, asked=asked, again_s=again_s, history_s=history_s)


async def _write(journal: Journal, clock: _Steps, events: list[Event]) -> None:
    if events:
        await journal.append([Draft(event, actor="person:wang") for event in events], seen_at=clock.at)


def _life(number: int, chance: random.Random) -> list[Event]:
    camera = min(int(chance.expovariate(1 / 60)), CAMERAS - 1)
    alarm = f"A-{number}"
    rule = chance.choice(("signal-lost", "view-obstructed", "picture-blurred"))
    events: list[Event] = [
        AlarmRaised(
            alarm=alarm,
            rule=rule,
            kind=rule,
            subject=f"camera:cam-{camera}",
            camera=f"cam-{camera}",
            priority=chance.choice(PRIORITIES),
            title=Text(en="Something", zh="报警"),
            domain=("production", "security")[camera % 2],
        ),
        AlarmAcknowledged(alarm=alarm),
        AlarmReturned(alarm=alarm),
    ]
    if number % 5 == 0:
        events.append(AlarmJudged(alarm=alarm, verdict=chance.choice(VERDICTS)))
    return events


def _store(folder: Path) -> SqliteStore:
    context = PluginContext(plugin="sqlite", data=folder, site=folder, clock=SystemClock(), language="en")
    return SqliteStore(SqliteOptions(), context)


# --- the screen -------------------------------------------------------------------------------------------------


def shown() -> Shown:
    return asyncio.run(_shown())


_KEYS = ("2", "x", "down", "pagedown", "space", "f", "f", "f", "f", "f", "end", "home", "x", "1")


async def _shown() -> Shown:
    from hub.tui.app import HubTui

    hub: FakeHub = troubled_plant(FakeClock(SystemClock().now()), cameras=CAMERAS, alarms=STANDING)
    hub.account = ACCOUNTS["wang"]
    view_ms = min(_view_ms(hub) for _ in range(5))
    app = HubTui(cast(HubClient, hub), signed_in=True)
    keys: dict[str, float] = {}
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.pause(1.0)
        for _ in range(4):
            for nth, key in enumerate(_KEYS):
                started = time.process_time()
                await pilot.press(key)
                await pilot.pause()
                took = (time.process_time() - started) * 1e3
                if key != "1":
                    keys[f"{key} {nth}"] = min(keys.get(f"{key} {nth}", took), took)
    return Shown(keys=keys, view_ms=view_ms)


def _view_ms(hub: FakeHub) -> float:
    started = time.perf_counter()
    view = site_view(
        ACCOUNTS["wang"], hub.state, hub.statuses, hub._health(), now=hub.clock.now(), timezone="Asia/Shanghai"
    )
    msgspec.json.encode(view)
    return (time.perf_counter() - started) * 1e3


if __name__ == "__main__":
    found = {"counted": counted, "shown": shown}[sys.argv[1]]()
    sys.stdout.write(msgspec.json.encode(found).decode())
