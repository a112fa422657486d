"""A small site, and a way to let events happen to it."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest

from hub.core.catalogue import SiteConfigured
from hub.core.decisions import due, next_due
from hub.core.event import Event, Record
from hub.core.fold import fold
from hub.core.site import Area, Camera, Site
from hub.core.state import State
from hub.core.text import Text

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class History:
    """Folds events one after another, a second apart."""

    def __init__(self) -> None:
        self.state = State()
        self.records: list[Record] = []
        self.passed = timedelta()

    @property
    def now(self) -> datetime:
        return START + self.passed + timedelta(seconds=len(self.records))

    def happen(self, *events: Event, actor: str = "hub") -> State:
        for event in events:
            record = Record(len(self.records) + 1, self.now, self.now, actor, None, event, None, b"")
            self.records.append(record)
            self.state = fold(self.state, record)
        return self.state

    def decide(self, decide: Callable[..., Iterable[Event]], command: object, actor: str = "hub") -> list[Event]:
        events = list(decide(self.state, command, actor, self.now))
        self.happen(*events, actor=actor)
        return events

    def pass_time(self, **by: float) -> list[Event]:
        """Let time pass (`minutes=10`), with what it brings; a jump from one instant at which something is due to the
        next. Returns what it brought."""
        until, brought = self.passed + timedelta(**by), len(self.records)
        while True:
            while events := due(self.state, self.now):
                self.happen(*events)
            following = next_due(self.state)
            step = following - self.now if following is not None else timedelta(days=36500)
            if self.passed + step > until:
                self.passed = max(self.passed, until)
                self.happen(*due(self.state, self.now))
                return [record.event for record in self.records[brought:]]
            self.passed += max(step, timedelta(microseconds=1))


SITE = Site(
    name=Text(en="Plant", zh="工厂"),
    areas=[Area(id="hall", name=Text(en="Hall", zh="车间")), Area(id="yard", name=Text(en="Yard", zh="厂区"))],
    cameras=[
        Camera(id="press-1", name=Text(en="Press", zh="冲压"), area="hall", domain="production"),
        Camera(id="gate-1", name=Text(en="Gate", zh="大门"), area="yard", domain="security"),
    ],
)


@pytest.fixture
def history() -> History:
    history = History()
    history.happen(SiteConfigured(site=SITE))
    return history
