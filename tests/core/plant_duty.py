"""A control room with a roster of two people, for tests of posts, swaps and handovers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.core import decisions
from hub.core.alarms.commands import RaiseAlarm
from hub.core.catalogue import HubStarted, SiteConfigured
from hub.core.command import Command
from hub.core.duty.changes import passed_shifts, shift_changes
from hub.core.duty.decisions import zone_of
from hub.core.duty.roster import Pattern, Person, Post, Roster, Shift, Team, Turn
from hub.core.duty.shifts import RosterLoaded
from hub.core.event import Event, Record
from hub.core.fold import fold
from hub.core.people.events import AccountCreated, ConfidentialitySigned, TrainingRecorded
from hub.core.state import State
from hub.core.text import Text
from tests.core.conftest import SITE

ZONE = "Asia/Shanghai"
NAME = Text(en="x")
PEOPLE = ("ann", "bob", "cid", "dan")
ROSTER = Roster(
    people=tuple(Person(id=name, name=Text(en=name.title(), zh=f"{name}某")) for name in PEOPLE),
    teams=tuple(Team(id=name[0], name=NAME, people=(name,)) for name in PEOPLE),
    posts=(
        Post(id="desk", name=Text(en="Desk", zh="监控台"), cameras=("press-1",)),
        Post(id="gate", name=Text(en="Gate", zh="门卫室"), cameras=("gate-1",)),
    ),
    shifts=(
        Shift(id="day", name=Text(en="Day", zh="白班"), begin=time(8), end=time(20)),
        Shift(id="night", name=Text(en="Night", zh="夜班"), begin=time(20), end=time(8)),
    ),
    patterns=(
        Pattern(
            id="desk",
            post="desk",
            cycle=("day", "night"),
            start_on=date(2026, 1, 1),
            turns=(Turn(team="a"), Turn(team="b", offset=1)),
        ),
        Pattern(id="gate", post="gate", cycle=("day",), start_on=date(2026, 1, 1), turns=(Turn(team="c"),)),
    ),
    rest_s=8 * 3600.0,
)
"""At the desk ann has the day of the odd dates of January 2026 and bob the night, the other way round on even ones; cid
is at the gate by day. Dan has no shifts."""


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A time of January 2026 in the plant."""
    return datetime(2026, 1, day, hour, minute, second, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


LOST = Text(en="Signal lost", zh="信号丢失")


class Plant:
    """The core with its clock: what the roster and the passing of time bring goes on record, as in a running hub."""

    def __init__(self, now: datetime, roster: Roster = ROSTER) -> None:
        self.now = now
        self.state = State()
        self.records: list[Record] = []
        self.happen(HubStarted(version="1", last_stop="first"), SiteConfigured(site=SITE))
        for name in PEOPLE:
            self.train(name)
        self.happen(RosterLoaded(roster=roster, zone=ZONE))
        self.settle()

    def happen(self, *events: Event, actor: str = "hub") -> list[Event]:
        for event in events:
            record = Record(len(self.records) + 1, self.now, self.now, actor, None, event, None, b"")
            self.records.append(record)
            self.state = fold(self.state, record)
        return list(events)

    def train(self, account: str, until_at: datetime | None = None) -> None:
        """Somebody with an account, trained and bound to secrecy."""
        self.happen(
            AccountCreated(
                account=account, name=account.title(), role="watch_officer", domains=["production", "security"]
            ),
            TrainingRecorded(account=account, course="watch", held_on="2025-12-01", valid_until_at=until_at),
            ConfidentialitySigned(account=account, signed_on="2025-12-01"),
        )

    def settle(self) -> None:
        """What the roster has begun and ended by now, and what time alone brings, until there is no more of it."""
        self._shifts()
        for _ in range(1000):
            if not self.happen(*decisions.due(self.state, self.now)):
                return
        raise AssertionError("time brings ever more")

    def until(self, then: datetime) -> None:
        """Let time pass, by every instant at which something is due, and by every full minute near a shift's edge."""
        while self.now < then:
            due = decisions.next_due(self.state)
            steps = [then, self.now + timedelta(hours=1), *_edges(self.now)]
            if due is not None and due > self.now:
                steps.append(due)
            self.now = min(step for step in steps if step > self.now)
            self.settle()

    def down_until(self, then: datetime) -> None:
        """The hub is down until then, and is started."""
        self.now = then
        self.happen(HubStarted(version="1", last_stop="clean"))
        passed = passed_shifts(self.state.duty, self.now, zone_of(self.state), lambda day: True)
        self.happen(*passed)
        self.settle()

    def do(self, who: str, command: Command) -> list[Event]:
        actor = f"person:{who}"
        return self.happen(*decisions.decide(self.state, command, actor, self.now), actor=actor)

    def alarm(
        self, kind: str = "lost", *, priority: str = "critical", subject: str = "camera:press-1", title: Text = LOST
    ) -> str:
        what, _colon, name = subject.partition(":")
        order = RaiseAlarm(
            rule=kind,
            kind=kind,
            subject=subject,
            camera=name if what == "camera" else None,
            priority=priority,  # type: ignore[arg-type]
            title=title,
            response=Text(en=""),
            clause="3.1",
            evidence=None,
            lasting=True,
        )
        (raised, *_) = self.happen(*decisions.decide(self.state, order, "rule:lost", self.now), actor="rule:lost")
        return raised.alarm  # type: ignore[attr-defined,no-any-return]

    def of(self, *kinds: type[Event]) -> list[Event]:
        return [record.event for record in self.records if isinstance(record.event, kinds)]

    def _shifts(self) -> None:
        duty = self.state.duty
        self.happen(*shift_changes(duty, duty.roster, self.now, zone_of(self.state), lambda day: True, changed=True))


def _edges(now: datetime) -> Iterator[datetime]:
    local = now.astimezone(ZoneInfo(ZONE))
    for hour in (8, 20):
        edge = local.replace(hour=hour, minute=0, second=0, microsecond=0)
        yield edge.astimezone(UTC)
        yield (edge + timedelta(days=1)).astimezone(UTC)
