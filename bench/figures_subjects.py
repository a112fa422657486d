"""What `bench.figures` measures: `python -m bench.figures_subjects` prints JSON."""

import asyncio
import random
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
from hub_sqlite.options import SqliteOptions
from hub_sqlite.store import SqliteStore

from bench.scratch import scratch
from hub.clock import SystemClock
from hub.core.alarms.events import PRIORITIES, VERDICTS, AlarmAcknowledged, AlarmJudged, AlarmRaised, AlarmReturned
from hub.core.attention.events import AttentionAnswered
from hub.core.catalogue import FINDINGS, HubStarted, SiteConfigured
from hub.core.event import Draft, Event, Record, wire_name
from hub.core.findings import CameraJudged, CameraNotJudged, Finding
from hub.core.fold import fold
from hub.core.kpi.figures import By
from hub.core.people.account import Account
from hub.core.posts.events import PostAttendance
from hub.core.recordings import RecordingGap, RecordingPlanned, RecordingsSealed
from hub.core.rounds.events import RoundDone, RoundDue
from hub.core.site import Area, Camera, Department, Site
from hub.core.state import State
from hub.core.text import Text
from hub.core.tickets.events import TicketClosed, TicketOpened, TicketRestored
from hub.errors import SiteError
from hub.journal.codec import to_record
from hub.journal.log import Journal
from hub.ports import PluginContext
from hub.server.books.alarms import AlarmBook
from hub.server.books.figures import FigureBook
from hub.server.books.rounds import RoundBook
from hub.server.books.tickets import TicketBook

DAYS = 30
CAMERAS = 60
TROUBLES_A_DAY = 8
"""Of each camera: a condition that comes and goes, with its alarm. That is a bad month: 480 alarms a day."""
_KINDS = ("signal.lost", "picture.blurred", "view.obstructed", "picture.dark", "view.moved", "lens.soiled")
ZONE = "Asia/Shanghai"


class Measured(msgspec.Struct, frozen=True):
    """Seconds of processor time (what else the machine does is not its doing), and bytes of the answer, by group."""

    records: int
    first_s: float
    again: dict[str, tuple[float, int]]


class Steps:
    """A clock that is where the journal's writer needs it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return time.monotonic()


class Month(NamedTuple):
    """A month on record in the real store, and what asks about it."""

    journal: Journal
    clock: "Steps"
    state: State
    """As a start would have it; of what is folded, the site only."""
    records: "Kept"
    first: date
    last: date


class Kept:
    """The records of a journal, as the books read them."""

    def __init__(self, journal: Journal, clock: "Steps") -> None:
        self._journal = journal
        self.clock = clock

    def read(self, after: int, limit: int, *, types: Sequence[str] = ()) -> list[Record]:
        return [to_record(each) for each in self._journal.stored.read(after, limit, types=types)]

    def read_last(
        self, limit: int, *, types: Sequence[str] = (), subject: str = "", before: int | None = None
    ) -> list[Record]:
        found = self._journal.stored.read_last(limit, types=types, subject=subject, before=before)
        return [to_record(each) for each in found]


async def written(folder: Path) -> Month:
    """Write the month. Stop its journal in the end."""
    begin = datetime(2026, 5, 31, 16, tzinfo=UTC)
    clock = Steps(begin)
    context = PluginContext(plugin="sqlite", data=folder, site=folder, clock=SystemClock(), language="en")
    journal = Journal(SqliteStore(SqliteOptions(), context), clock)
    await journal.start()
    site = Site(
        departments=[Department(f"dep-{n}", Text(en=f"Department {n}")) for n in range(4)],
        areas=[Area(f"area-{n}", Text(en=f"Area {n}"), f"dep-{n % 4}") for n in range(8)],
        cameras=[
            Camera(f"cam-{n}", Text(en=f"Camera {n}"), f"area-{n % 8}", ("production", "security")[n % 2])
            for n in range(CAMERAS)
        ],
    )
    first: list[Event] = [SiteConfigured(site=site), HubStarted(version="1", last_stop="first")]
    for camera in site.cameras:
        first += [RecordingPlanned(camera=camera.id, stream="watched"), CameraJudged(camera=camera.id)]
    await _write(journal, clock, first)
    for at, events in _month(begin, random.Random(5)):
        clock.at = at
        await _write(journal, clock, events)
    clock.at = begin + timedelta(days=DAYS)
    state = fold(State(), to_record(journal.stored.read(0, 1)[0]))
    state = msgspec.structs.replace(state, position=journal.head.seq)
    first_day, last_day = begin.date() + timedelta(days=1), begin.date() + timedelta(days=DAYS)
    return Month(journal, clock, state, Kept(journal, clock), first_day, last_day)


async def measured(folder: Path) -> Measured:
    journal, clock, state, records, first_day, last_day = await written(folder)
    account = Account("wang", "Wang", "leader", ["production", "security"])
    book = FigureBook(records, lambda: ZONE, AlarmBook(records), TicketBook(records), RoundBook(records))
    started = time.process_time()
    while True:
        try:
            view = book.figures(account, state, first=first_day, last=last_day)
            break
        except SiteError:
            continue
    first_s = time.process_time() - started
    online = view.groups[0].figure("online_time")
    if online is None or online.value is None or not 0.5 < online.value < 1 or view.groups[0].coverage < 0.99:
        raise SystemExit(f"this is no month: {online}, {view.groups[0].coverage:.2f} of it watched")
    again: dict[str, tuple[float, int]] = {}
    wanted: tuple[By, ...] = ("site", "domain", "department", "camera")
    for by in wanted:
        await _write(journal, clock, [event for n in range(50) for event in _trouble(n, 10**6 + n, random.Random(n))])
        state = msgspec.structs.replace(state, position=journal.head.seq)
        started = time.process_time()
        size = len(msgspec.json.encode(book.figures(account, state, first=first_day, last=last_day, by=by)))
        again[by] = time.process_time() - started, size
    count = journal.head.seq
    await journal.stop()
    return Measured(records=count, first_s=first_s, again=again)


def _month(begin: datetime, chance: random.Random) -> list[tuple[datetime, list[Event]]]:
    """Troubles of every camera all day, a seal every five minutes, shifts, checks, rounds and repairs."""
    found: list[tuple[datetime, list[Event]]] = []
    number = 0
    for hour in range(DAYS * 24):
        at = begin + timedelta(hours=hour)
        events: list[Event] = []
        for camera in range(CAMERAS):
            if chance.random() < TROUBLES_A_DAY / 24:
                number += 1
                events += _trouble(camera, number, chance)
        events += [_seal(at)] * 12
        if hour % 8 == 0:
            events += [_attended(n, at) for n in range(4)]
        events.append(AttentionAnswered(check=f"C-{hour}", post="desk", delay_s=12.0, right=True))
        if hour % 24 == 8:
            events += [
                RoundDue(round=f"R-{hour}", kind="daily", title=Text(en="Daily"), due_at=at + timedelta(hours=4))
            ]
            events.append(RoundDone(round=f"R-{hour}", makers=["person:li"], answered=60))
        found.append((at, events))
        ends: list[Event] = [
            FINDINGS[wire_name(event)][1](camera=event.camera) for event in events if isinstance(event, Finding)
        ]
        found.append((at + timedelta(minutes=7), ends))
    return found


def _trouble(camera: int, number: int, chance: random.Random) -> list[Event]:
    name, kind, alarm = f"cam-{camera}", chance.choice(_KINDS), f"A-{number}"
    at = datetime(2026, 6, 1, tzinfo=UTC)
    events: list[Event] = [
        FINDINGS[kind][0](camera=name, since_at=at),
        AlarmRaised(
            alarm=alarm,
            rule=kind.replace(".", "-"),
            kind=kind,
            subject=f"camera:{name}",
            camera=name,
            priority=chance.choice(PRIORITIES),
            title=Text(en="Something", zh="报警"),
            domain=("production", "security")[camera % 2],
        ),
        AlarmAcknowledged(alarm=alarm),
        AlarmReturned(alarm=alarm),
    ]
    if number % 3 == 0:
        events += [CameraNotJudged(camera=name, reason="view"), CameraJudged(camera=name)]
    if number % 5 == 0:
        events.append(AlarmJudged(alarm=alarm, verdict=chance.choice(VERDICTS)))
    if number % 7 == 0:
        ticket = f"T-{number}"
        events += [
            RecordingGap(camera=name, from_at=at, to_at=at + timedelta(seconds=40), cause="network"),
            TicketOpened(ticket=ticket, title=Text(en="Fault"), camera=name, subject=f"camera:{name}"),
            TicketRestored(ticket=ticket),
            TicketClosed(ticket=ticket, cause="cable", note=""),
        ]
    return events


def _attended(place: int, at: datetime) -> PostAttendance:
    return PostAttendance(
        post="desk",
        post_name=Text(en="Desk"),
        account=f"p{place}",
        name=Text(en="P"),
        shift="day",
        shift_name=Text(en="Day"),
        team="",
        from_at=at - timedelta(hours=8),
        to_at=at,
        verdict=("attended", "attended", "late", "absent")[place],
    )


def _seal(at: datetime) -> RecordingsSealed:
    return RecordingsSealed(manifest="seals/x.txt", count=60, bytes=10**9, first_at=at, last_at=at, root="0" * 64)


async def _write(journal: Journal, clock: Steps, events: Sequence[Event]) -> None:
    if events:
        await journal.append([Draft(event, actor="person:wang") for event in events], seen_at=clock.at)


if __name__ == "__main__":
    with scratch() as place:
        sys.stdout.write(msgspec.json.encode(asyncio.run(measured(place))).decode())
