"""Chattering alarms and floods: when they begin, what they count, and when they are over."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.alarms.arrivals import CALM_AFTER, FLOOD_WITHIN
from hub.core.alarms.commands import AcknowledgeAlarm, RaiseAlarm, ReturnAlarm, ShelveAlarm
from hub.core.alarms.events import (
    AlarmCalmed,
    AlarmChattering,
    AlarmFloodBegan,
    AlarmFloodEnded,
    AlarmRaised,
)
from hub.core.catalogue import SiteConfigured
from hub.core.command import Command, Order
from hub.core.decisions import decide, due, next_due
from hub.core.event import Event, Record
from hub.core.fold import fold
from hub.core.site import Camera, Site
from hub.core.state import State
from hub.core.text import Text

from .conftest import START


class Desk:
    """A site with many cameras, and time that passes as the test says."""

    def __init__(self) -> None:
        self.now: datetime = START
        self.state = State()
        self.seq = 0
        cameras = [
            Camera(id=f"cam-{n}", name=Text(en=f"Camera {n}"), area="hall", domain=("production", "security")[n % 2])
            for n in range(60)
        ]
        self.happen([SiteConfigured(site=Site(cameras=cameras))])

    def happen(self, events: list[Event], actor: str = "hub") -> list[Event]:
        for event in events:
            self.seq += 1
            self.state = fold(self.state, Record(self.seq, self.now, self.now, actor, None, event, None, b""))
        return events

    def do(self, command: Command | Order) -> list[Event]:
        return self.happen(list(decide(self.state, command, "rule:lost", self.now)), "rule:lost")

    def lose(self, number: int | None) -> list[Event]:
        camera = f"cam-{number}" if number is not None else None
        return self.do(
            RaiseAlarm(
                rule="lost",
                kind="signal",
                subject=f"camera:{camera}" if camera else f"plugin:{self.seq}",
                camera=camera,
                priority="high",
                title=Text(en="Lost"),
                response=Text(en=""),
                clause="",
                evidence=None,
                lasting=True,
            )
        )

    def restore(self, number: int) -> list[Event]:
        return self.do(ReturnAlarm(rule="lost", subject=f"camera:cam-{number}"))

    def passing(self, **span: float) -> list[Event]:
        self.now += timedelta(**span)
        return self.happen(list(due(self.state, self.now)))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def kinds(events: list[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


def flap(desk: Desk, times: int, every_s: float) -> list[Event]:
    said: list[Event] = []
    for _ in range(times):
        said += desk.lose(1)
        desk.now += timedelta(seconds=every_s / 2)
        desk.restore(1)
        desk.now += timedelta(seconds=every_s / 2)
    return said


def test_three_times_within_a_minute_is_chattering(desk: Desk) -> None:
    said = flap(desk, 3, 20)
    assert kinds(said) == [AlarmRaised, AlarmRaised, AlarmRaised, AlarmChattering]
    assert said[-1] == AlarmChattering(alarm="A-1", rule="lost", about="camera:cam-1", times=3, within_s=60.0)
    assert desk.state.alarms["A-1"].quiet == "chattering"


def test_three_times_in_more_than_a_minute_is_not(desk: Desk) -> None:
    assert AlarmChattering not in kinds(flap(desk, 5, 31))


def test_it_is_said_once_and_its_repeats_count(desk: Desk) -> None:
    said = flap(desk, 8, 10)
    assert kinds(said).count(AlarmChattering) == 1
    assert desk.state.alarms["A-1"].times == 8


def test_acknowledging_between_does_not_hide_it(desk: Desk) -> None:
    numbers = []
    for _ in range(4):
        raised = desk.lose(1)
        numbers.append(raised[0].alarm)  # type: ignore[attr-defined]
        desk.do(AcknowledgeAlarm(alarm=numbers[-1]))
        desk.now += timedelta(seconds=10)
        desk.restore(1)
    assert numbers == ["A-1", "A-2", "A-3", "A-4"]
    desk.lose(1)
    assert desk.state.alarms["A-5"].chattering
    calmed = desk.passing(minutes=6)
    assert calmed == [AlarmCalmed(alarm="A-3", rule="lost", about="camera:cam-1")]
    assert not desk.state.alarms["A-5"].chattering


def test_it_is_quiet_when_it_was_not_raised_for_a_while(desk: Desk) -> None:
    flap(desk, 3, 10)
    last = desk.state.arrivals.chattering["lost|camera:cam-1"].last_at
    assert next_due(desk.state) == last + CALM_AFTER
    assert due(desk.state, last + CALM_AFTER - timedelta(seconds=1)) == []
    assert kinds(desk.passing(minutes=5)) == [AlarmCalmed]
    assert next_due(desk.state) is None


def test_eleven_alarms_in_ten_minutes_are_a_flood_at_the_desk_they_come_to(desk: Desk) -> None:
    said = [event for n in range(0, 22, 2) for event in desk.lose(n)]
    assert kinds(said)[-2:] == [AlarmRaised, AlarmFloodBegan]
    assert said[-1] == AlarmFloodBegan(desk="production", alarms=11, within_s=600.0)
    assert list(desk.state.arrivals.floods) == ["production"]
    assert AlarmFloodBegan not in kinds(desk.lose(1))


def test_ten_are_none(desk: Desk) -> None:
    assert AlarmFloodBegan not in kinds([event for n in range(0, 20, 2) for event in desk.lose(n)])


def test_what_is_about_no_camera_comes_to_every_desk(desk: Desk) -> None:
    for n in range(0, 20, 2):
        desk.lose(n)
    said = desk.lose(None)
    assert [event.desk for event in said if isinstance(event, AlarmFloodBegan)] == ["production"]
    for _ in range(9):
        desk.lose(None)
    assert [event.desk for event in desk.lose(None) if isinstance(event, AlarmFloodBegan)] == ["security"]


def test_a_flood_ends_when_fewer_than_five_come_in_ten_minutes(desk: Desk) -> None:
    begun = desk.now
    for n in range(0, 30, 2):
        desk.now += timedelta(seconds=10)
        desk.lose(n)
    last_five = begun + timedelta(seconds=110)
    assert next_due(desk.state) == last_five + FLOOD_WITHIN
    assert desk.passing(seconds=599 - 40) == []
    (ended,) = desk.passing(seconds=1)
    assert isinstance(ended, AlarmFloodEnded)
    assert (ended.desk, ended.alarms, ended.peak) == ("production", 15, 15)
    assert desk.state.arrivals.floods == {}


def test_what_is_shelved_or_chatters_makes_no_flood(desk: Desk) -> None:
    desk.lose(0)
    desk.do(ShelveAlarm(alarm="A-1", reason="r", until_at=desk.now + timedelta(hours=12)))
    for _ in range(20):
        desk.now += timedelta(seconds=10)
        desk.restore(0)
        desk.lose(0)
    assert desk.state.arrivals.floods == {}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 130)), max_size=60))
def test_floods_and_chattering_agree_with_counting_by_hand(steps: list[tuple[int, int]]) -> None:
    desk = Desk()
    raised: list[tuple[datetime, int]] = []
    for number, wait_s in steps:
        desk.passing(seconds=wait_s)
        said = desk.lose(number)
        if any(isinstance(event, AlarmRaised) for event in said):
            raised.append((desk.now, number))
        desk.restore(number)
        lately = [n for at, n in raised if desk.now - at < timedelta(seconds=60) and n == number]
        if len(lately) >= 3:
            assert f"lost|camera:cam-{number}" in desk.state.arrivals.chattering
        for name, parity in (("production", 0), ("security", 1)):
            count = sum(n % 2 == parity and desk.now - at < FLOOD_WITHIN for at, n in raised)
            if count <= 4:
                assert name not in desk.state.arrivals.floods
            if name in desk.state.arrivals.floods:
                assert desk.state.arrivals.floods[name].peak >= 11
