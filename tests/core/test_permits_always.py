"""What holds for permits whatever happens, in whatever order, and however the clock is set."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.catalogue import SiteConfigured
from hub.core.event import Record, wire_name
from hub.core.fold import fold
from hub.core.permits.commands import (
    ApplyPermit,
    ApprovePermit,
    EndPermit,
    ExtendPermit,
    RefusePermit,
    RevokePermit,
    WithdrawPermit,
)
from hub.core.permits.events import PermitApplied, PermitApproved
from hub.core.permits.model import TRANSITIONS
from hub.core.state import State
from hub.errors import Refused

from .conftest import SITE, START
from .test_permits import Room

PEOPLE = ("wang", "zhao", "li")
CAMERAS = ("gate-1", "press-1")
KINDS = ("obstruction", "signal")

_numbers = st.integers(1, 4)
_who = st.sampled_from(PEOPLE)
_camera, _kind = st.sampled_from(CAMERAS), st.sampled_from(KINDS)
_permit = st.tuples(st.just("permit"), _camera, _kind, st.integers(60, 9000))
_cover = st.tuples(st.just("cover"), _camera, _kind)
_steps = st.one_of(
    *(_permit, _permit, _cover, _cover),
    st.tuples(st.just("time"), st.integers(-7200, 20000)),
    st.tuples(st.just("uncover"), _camera),
    st.tuples(st.just("apply"), _who, _camera, _kind, st.integers(0, 9000), st.integers(60, 9000)),
    st.tuples(st.just("approve"), _who, _numbers),
    st.tuples(st.just("end"), _who, _numbers),
    st.tuples(st.just("revoke"), _who, _numbers),
    st.tuples(st.just("refuse"), _who, _numbers),
    st.tuples(st.just("withdraw"), _who, _numbers),
    st.tuples(st.just("extend"), _who, _numbers, st.integers(0, 20000)),
)  # fmt: skip


def take(room: Room, step: tuple[Any, ...]) -> None:
    match step:
        case ("time", seconds):
            room.go(seconds=seconds)
        case ("cover", camera, kind):
            room.cover(camera, kind)
        case ("uncover", camera):
            room.uncover(camera)
        case ("apply", who, camera, kind, after, lasts):
            from_at = room.now + timedelta(seconds=after)
            to_at = from_at + timedelta(seconds=lasts)
            room.ask(ApplyPermit(cameras=[camera], kinds=[kind], from_at=from_at, to_at=to_at, reason="r"), who)
        case ("permit", camera, kind, lasts):
            to_at = room.now + timedelta(seconds=lasts)
            room.ask(ApplyPermit(cameras=[camera], kinds=[kind], to_at=to_at, reason="r"), "zhao")
            room.ask(ApprovePermit(permit=f"P-{room.state.permits.count}"), "wang")
        case ("approve", who, number):
            room.ask(ApprovePermit(permit=f"P-{number}"), who)
        case ("end", who, number):
            room.ask(EndPermit(permit=f"P-{number}"), who)
        case ("revoke", who, number):
            room.ask(RevokePermit(permit=f"P-{number}", reason="r"), who)
        case ("refuse", who, number):
            room.ask(RefusePermit(permit=f"P-{number}", reason="r"), who)
        case ("withdraw", who, number):
            room.ask(WithdrawPermit(permit=f"P-{number}"), who)
        case ("extend", who, number, seconds):
            to_at = room.now + timedelta(seconds=seconds)
            room.ask(ExtendPermit(permit=f"P-{number}", to_at=to_at, reason="r"), who)


def fresh() -> Room:
    room = Room(fold(State(), Record(1, START, START, "hub", None, SiteConfigured(site=SITE), None, b"")))
    room.now = START
    return room


@settings(max_examples=150, deadline=None)
@given(st.lists(_steps, min_size=8, max_size=40))
def test_an_alarm_is_silent_exactly_while_a_permit_in_force_covers_its_camera_and_kind(steps: list[Any]) -> None:
    room = fresh()
    for step in steps:
        try:
            take(room, step)
        except Refused:
            room.look()
        for alarm in room.state.alarms.values():
            assert alarm.camera is not None
            covering = {
                permit.actor
                for permit in room.state.permits.permits.values()
                if permit.state == "active"
                and permit.from_at <= room.now < permit.to_at
                and alarm.camera in permit.cameras
                and alarm.kind in permit.kinds
            }
            silent = set(alarm.suppressors)
            if alarm.active:
                assert silent == covering, (step, alarm)
            else:
                assert silent <= covering, (step, alarm)


@settings(max_examples=150, deadline=None)
@given(st.lists(_steps, min_size=8, max_size=40))
def test_no_permit_outlives_its_end_and_nobody_approves_their_own(steps: list[Any]) -> None:
    room = fresh()
    for step in steps:
        try:
            take(room, step)
        except Refused:
            room.look()
        for permit in room.state.permits.permits.values():
            assert room.now < permit.to_at, step
            assert permit.state in ("applied", "approved", "active")
            assert permit.decided_by != permit.applicant
        for permit in room.state.permits.past:
            assert permit.over_at is not None
            assert permit.decided_by != permit.applicant
            assert not permit.in_force(room.now)
    applied = {event.permit for event in room.events if isinstance(event, PermitApplied)}
    approvals = [event.permit for event in room.events if isinstance(event, PermitApproved)]
    assert len(approvals) == len(set(approvals))
    assert set(approvals) <= applied


@settings(max_examples=150, deadline=None)
@given(st.lists(_steps, min_size=8, max_size=40))
def test_every_step_of_a_permit_is_one_of_the_table(steps: list[Any]) -> None:
    room = fresh()
    allowed = {(before, event, after) for before, event, after in TRANSITIONS}
    states: dict[str, str] = {}
    at = 0
    replayed = fresh()
    for step in steps:
        try:
            take(room, step)
        except Refused:
            room.look()
        for event in room.events[at:]:
            replayed.write(event)
            name = getattr(event, "permit", None)
            if name is None:
                continue
            permit = replayed.state.permits.find(name)
            assert permit is not None
            before = states.get(name, "[*]")
            if permit.state != before:
                assert (before, wire_name(event), permit.state) in allowed
            states[name] = permit.state
        at = len(room.events)
