"""Permits to cover a camera: who may, for how long, what they keep silent, and that nothing outlives its end."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.core.alarms.commands import RaiseAlarm, ReturnAlarm
from hub.core.attachments.events import AttachmentAdded
from hub.core.catalogue import subject_of
from hub.core.decisions import decide, due, next_due
from hub.core.event import Event, Record, wire_name
from hub.core.findings import ViewClear, ViewObstructed
from hub.core.fold import fold
from hub.core.people.account import Account
from hub.core.people.rights import check
from hub.core.permits.commands import (
    ApplyPermit,
    ApprovePermit,
    EndPermit,
    ExtendPermit,
    RefusePermit,
    RevokePermit,
    WithdrawPermit,
)
from hub.core.permits.decisions import covering, in_force_between
from hub.core.permits.events import (
    PermitApproved,
    PermitEnded,
    PermitEndedWhileObstructed,
    PermitEndsSoon,
    PermitObstructionRemoved,
)
from hub.core.permits.excused import excused
from hub.core.recorded import Gap
from hub.core.site import Camera
from hub.core.state import State
from hub.core.text import Text
from hub.errors import NotAllowed, NotFound, Refused, WrongState

from .conftest import SITE, START, History


class Room:
    """A site whose clock is in the test's hands: what time brings is put on record with every second look."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.now = START
        self.events: list[Event] = []

    def write(self, *events: Event, actor: str = "hub") -> list[Event]:
        for event in events:
            seq = self.state.position + 1
            self.state = fold(self.state, Record(seq, self.now, self.now, actor, None, event, None, b""))
            self.events.append(event)
        return list(events)

    def look(self) -> list[Event]:
        """What time alone brings, until it brings nothing more."""
        found: list[Event] = []
        for _ in range(5):
            if not (more := due(self.state, self.now)):
                return found
            found += self.write(*more)
        raise AssertionError(f"time brings ever more: {more}")

    def ask(self, command: object, who: str = "zhao") -> list[Event]:
        events = decide(self.state, command, f"person:{who}", self.now)  # type: ignore[arg-type]
        return [*self.write(*events, actor=f"person:{who}"), *self.look()]

    def go(self, **by: float) -> list[Event]:
        self.now += timedelta(**by)
        return self.look()

    def cover(self, camera: str = "gate-1", kind: str = "obstruction") -> str:
        """The watch sees it covered, and a rule raises its alarm. Returns the alarm's id."""
        self.write(ViewObstructed(camera=camera, since_at=self.now), actor="watch")
        self.write(*decide(self.state, raise_(camera, kind), f"rule:{kind}", self.now))
        self.look()
        return next(a.id for a in self.state.alarms.values() if a.camera == camera and a.kind == kind)

    def uncover(self, camera: str = "gate-1") -> None:
        self.write(ViewClear(camera=camera), actor="watch")
        for kind in ("obstruction", "signal"):
            back = ReturnAlarm(rule=kind, subject=f"camera:{camera}")
            self.write(*decide(self.state, back, f"rule:{kind}", self.now))
        self.look()

    @property
    def names(self) -> list[str]:
        return [wire_name(event) for event in self.events]

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


def raise_(camera: str, kind: str) -> RaiseAlarm:
    return RaiseAlarm(
        rule=kind,
        kind=kind,
        subject=f"camera:{camera}",
        camera=camera,
        priority="high",
        title=Text(en="Camera obstructed"),
        response=Text(en=""),
        clause="3.6b",
        evidence=None,
        lasting=True,
    )


def apply_(**changes: object) -> ApplyPermit:
    asked: dict[str, object] = {
        "cameras": ["gate-1"],
        "kinds": ["obstruction"],
        "to_at": START + timedelta(hours=4),
        "reason": "painting the gate",
    }
    return ApplyPermit(**{**asked, **changes})  # type: ignore[arg-type]


@pytest.fixture
def room(history: History) -> Room:
    room = Room(history.state)
    room.now = history.now
    return room


def permitted(room: Room, **changes: object) -> None:
    room.ask(apply_(**changes))
    room.ask(ApprovePermit(permit=f"P-{room.state.permits.count}"), "wang")


def test_a_permit_goes_from_application_to_its_end(room: Room) -> None:
    room.ask(apply_(from_at=START + timedelta(hours=1), work="Painting", firm="Hongda"))
    assert room.state.permits.permits["P-1"].state == "applied"
    room.ask(ApprovePermit(permit="P-1", note="keep the lane free"), "wang")
    assert room.state.permits.permits["P-1"].state == "approved"
    room.go(hours=1)
    assert room.state.permits.permits["P-1"].state == "active"
    room.go(hours=3)
    assert room.state.permits.permits == {}
    (over,) = room.state.permits.past
    assert (over.state, over.applicant, over.decided_by, over.firm) == ("ended", "person:zhao", "person:wang", "Hongda")
    assert room.names == ["permit.applied", "permit.approved", "permit.began", "permit.ended"]


def test_nobody_approves_or_refuses_what_they_applied_for_themselves(room: Room) -> None:
    room.ask(apply_(), "wang")
    with pytest.raises(NotAllowed, match="your own"):
        room.ask(ApprovePermit(permit="P-1"), "wang")
    with pytest.raises(NotAllowed, match="your own"):
        room.ask(RefusePermit(permit="P-1", reason="r"), "wang")
    room.ask(ApprovePermit(permit="P-1"), "chen")
    assert room.state.permits.permits["P-1"].decided_by == "person:chen"


def test_nobody_approves_a_permit_for_a_camera_of_another_domain(room: Room) -> None:
    room.ask(apply_())
    leader = Account("sun", "Sun", "leader", ["production"])
    with pytest.raises(NotAllowed, match="gate-1"):
        check(leader, ApprovePermit(permit="P-1"), room.state)
    check(Account("wang", "Wang", "leader", ["security"]), ApprovePermit(permit="P-1"), room.state)


def test_a_watch_officer_may_apply_and_not_approve(room: Room) -> None:
    officer = Account("zhang", "Zhang", "watch_officer", ["security"])
    check(officer, apply_(), room.state)
    with pytest.raises(NotAllowed):
        check(officer, apply_(cameras=["press-1"]), room.state)
    with pytest.raises(NotAllowed):
        check(officer, ApprovePermit(permit="P-1"), room.state)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"from_at": START - timedelta(hours=1)}, "past"),
        ({"to_at": START - timedelta(seconds=1)}, "end before it begins"),
        ({"to_at": START + timedelta(days=14, minutes=1)}, "14 days at most"),
        ({"from_at": START + timedelta(days=61), "to_at": START + timedelta(days=62)}, "ahead"),
        ({"cameras": ["gate-1", "press-1"]}, "two domains"),
    ],
)
def test_what_cannot_be_applied_for_is_refused(room: Room, changes: dict[str, object], said: str) -> None:
    with pytest.raises(WrongState, match=said):
        room.ask(apply_(**changes))


def test_cameras_and_letters_that_are_not_there_cannot_be_named(room: Room) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        room.ask(apply_(cameras=["nowhere"]))
    letter = "a" * 64
    with pytest.raises(Refused, match="handed over"):
        room.ask(apply_(attachments=[letter]))
    room.write(AttachmentAdded(attachment=letter, name="letter.pdf", media="application/pdf", bytes=9, domains=[]))
    room.ask(apply_(attachments=[letter]))
    assert room.state.permits.permits["P-1"].attachments == (letter,)


def test_a_permit_of_fourteen_days_is_the_longest(room: Room) -> None:
    room.ask(apply_(from_at=room.now, to_at=room.now + timedelta(days=14)))
    assert room.state.permits.count == 1


def test_what_nobody_decided_on_lapses_with_its_time(room: Room) -> None:
    room.ask(apply_())
    assert next_due(room.state) == START + timedelta(hours=4)
    room.go(hours=5)
    assert room.state.permits.past[0].state == "lapsed"
    with pytest.raises(WrongState, match="is lapsed"):
        room.ask(ApprovePermit(permit="P-1"), "wang")


def test_only_the_applicant_withdraws_and_only_what_is_not_in_force(room: Room) -> None:
    room.ask(apply_())
    with pytest.raises(NotAllowed, match="somebody else"):
        room.ask(WithdrawPermit(permit="P-1"), "wang")
    room.ask(WithdrawPermit(permit="P-1", reason="rain"))
    assert room.state.permits.past[0].state == "withdrawn"
    permitted(room)
    with pytest.raises(WrongState, match="is active"):
        room.ask(WithdrawPermit(permit="P-2"))


def test_the_alarm_it_covers_is_kept_silent_and_the_finding_stays_on_record(room: Room) -> None:
    permitted(room)
    alarm = room.cover()
    assert room.state.alarms[alarm].state == "suppressed"
    assert room.state.alarms[alarm].suppressed_by == "permit:P-1"
    assert "view.obstructed" in room.state.cameras["gate-1"].findings


def test_other_kinds_and_other_cameras_are_not_silenced(room: Room) -> None:
    permitted(room)
    lost = room.cover("gate-1", "signal")
    elsewhere = room.cover("press-1")
    assert room.state.alarms[lost].state == "unacknowledged"
    assert room.state.alarms[elsewhere].state == "unacknowledged"


def test_what_stands_at_the_approval_is_silenced_and_named_in_it(room: Room) -> None:
    alarm = room.cover()
    room.ask(apply_())
    assert room.state.alarms[alarm].state == "unacknowledged"
    room.ask(ApprovePermit(permit="P-1"), "wang")
    assert room.state.alarms[alarm].state == "suppressed"
    assert [event.standing for event in room.of(PermitApproved)] == [[alarm]]  # type: ignore[attr-defined]


def test_an_alarm_comes_back_at_the_end_when_the_camera_is_still_covered(room: Room) -> None:
    permitted(room)
    alarm = room.cover()
    room.go(hours=4)
    assert room.state.alarms[alarm].state == "unacknowledged"
    assert room.state.alarms[alarm].waiting_at == room.now
    assert room.of(PermitEndedWhileObstructed) == [
        PermitEndedWhileObstructed(camera="gate-1", permit="P-1", kind="obstruction", alarm=alarm)
    ]
    room.go(minutes=7)
    room.uncover()
    (removed,) = room.of(PermitObstructionRemoved)
    assert (removed.camera, removed.after_s) == ("gate-1", 420.0)  # type: ignore[attr-defined]
    assert room.state.permits.left == {}


def test_a_camera_that_is_free_at_the_end_leaves_nothing_to_acknowledge(room: Room) -> None:
    permitted(room)
    room.cover()
    room.uncover()
    room.go(hours=4)
    assert room.state.alarms == {}
    assert room.of(PermitEndedWhileObstructed) == []


def test_a_camera_still_covered_without_any_alarm_is_told_of_all_the_same(room: Room) -> None:
    permitted(room)
    room.write(ViewObstructed(camera="gate-1", since_at=room.now))
    room.go(hours=4)
    assert [event.alarm for event in room.of(PermitEndedWhileObstructed)] == [""]  # type: ignore[attr-defined]


@pytest.mark.parametrize("how", [EndPermit(permit="P-1", note="done"), RevokePermit(permit="P-1", reason="wind")])
def test_an_early_end_and_a_revocation_bring_the_alarm_back_at_once(room: Room, how: object) -> None:
    permitted(room)
    alarm = room.cover()
    room.ask(how, "wang")
    assert room.state.alarms[alarm].state == "unacknowledged"
    assert len(room.of(PermitEndedWhileObstructed)) == 1
    room.go(hours=5)
    assert len(room.of(PermitEndedWhileObstructed)) == 1


def test_more_time_is_a_new_approval_and_goes_over_without_a_gap(room: Room) -> None:
    permitted(room)
    alarm = room.cover()
    room.ask(ExtendPermit(permit="P-1", to_at=START + timedelta(hours=8), reason="rain"))
    more = room.state.permits.permits["P-2"]
    assert (more.state, more.extends, more.from_at) == ("applied", "P-1", START + timedelta(hours=4))
    with pytest.raises(WrongState, match="already"):
        room.ask(ExtendPermit(permit="P-1", to_at=START + timedelta(hours=9), reason="again"))
    with pytest.raises(NotAllowed):
        room.ask(ApprovePermit(permit="P-2"), "zhao")
    room.ask(ApprovePermit(permit="P-2"), "wang")
    room.go(hours=4)
    assert room.state.alarms[alarm].suppressed_by == "permit:P-2"
    assert room.of(PermitEndedWhileObstructed) == []
    room.go(hours=4)
    assert room.state.alarms[alarm].state == "unacknowledged"
    assert len(room.of(PermitEndedWhileObstructed)) == 1


def test_without_approval_of_more_time_the_old_permit_ends_on_time(room: Room) -> None:
    permitted(room)
    alarm = room.cover()
    room.ask(ExtendPermit(permit="P-1", to_at=START + timedelta(hours=8), reason="rain"))
    room.go(hours=4)
    assert room.state.alarms[alarm].state == "unacknowledged"
    room.ask(ApprovePermit(permit="P-2"), "wang")
    assert room.state.alarms[alarm].suppressed_by == "permit:P-2"
    assert len(room.of(PermitObstructionRemoved)) == 1


def test_whoever_still_covers_a_camera_is_reminded_a_quarter_of_an_hour_before_the_end(room: Room) -> None:
    permitted(room)
    room.cover()
    room.go(hours=3, minutes=44)
    assert room.of(PermitEndsSoon) == []
    room.go(minutes=1)
    (soon,) = room.of(PermitEndsSoon)
    assert (soon.covered, soon.applicant) == (["gate-1"], "zhao")  # type: ignore[attr-defined]
    room.go(minutes=5)
    assert len(room.of(PermitEndsSoon)) == 1


def test_nobody_is_reminded_of_a_short_permit_whose_cameras_are_free(room: Room) -> None:
    permitted(room)
    room.go(hours=3, minutes=50)
    assert room.of(PermitEndsSoon) == []


def test_the_end_of_a_long_permit_is_told_two_hours_before_and_again_when_still_covered(room: Room) -> None:
    permitted(room, to_at=START + timedelta(days=3))
    room.go(days=2, hours=22, minutes=1)
    assert [event.covered for event in room.of(PermitEndsSoon)] == [[]]  # type: ignore[attr-defined]
    room.cover()
    room.go(hours=1, minutes=45)
    assert [event.covered for event in room.of(PermitEndsSoon)] == [[], ["gate-1"]]  # type: ignore[attr-defined]


def test_a_hub_that_was_down_over_the_end_ends_it_when_it_is_back(room: Room) -> None:
    permitted(room)
    alarm = room.cover()
    room.now += timedelta(days=1)
    assert covering(room.state, "gate-1", "obstruction", room.now) is None
    room.look()
    assert room.state.alarms[alarm].state == "unacknowledged"
    assert [event.how for event in room.of(PermitEnded)] == ["time"]  # type: ignore[attr-defined]


def test_a_clock_set_back_before_the_beginning_silences_nothing(room: Room) -> None:
    permitted(room, from_at=START + timedelta(hours=1))
    room.go(hours=1)
    alarm = room.cover()
    assert room.state.alarms[alarm].state == "suppressed"
    room.go(hours=-1)
    assert room.state.alarms[alarm].state == "unacknowledged"
    room.go(hours=1)
    assert room.state.alarms[alarm].state == "suppressed"


def test_a_kind_may_be_named_by_its_word_or_by_the_finding(room: Room) -> None:
    permitted(room)
    for name in ("obstruction", "view.obstructed"):
        permit = covering(room.state, "gate-1", name, room.now)
        assert permit is not None
        assert permit.id == "P-1"
    assert covering(room.state, "gate-1", "signal.lost", room.now) is None
    assert covering(room.state, "press-1", "obstruction", room.now) is None


def test_the_periods_in_which_a_camera_was_permitted_outlive_the_permit(room: Room) -> None:
    permitted(room)
    begun = room.now
    room.go(hours=1)
    room.ask(EndPermit(permit="P-1"))
    ((permit, from_at, to_at),) = in_force_between(room.state, "gate-1")
    assert (permit.id, from_at, to_at) == ("P-1", begun, room.now)
    assert list(in_force_between(room.state, "press-1")) == []


def test_what_is_still_covered_when_its_camera_left_the_site_is_forgotten(room: Room) -> None:
    permitted(room)
    room.cover()
    room.go(hours=4)
    from msgspec.structs import replace

    from hub.core.catalogue import SiteConfigured

    fewer: list[Camera] = [camera for camera in SITE.cameras if camera.id != "gate-1"]
    room.write(SiteConfigured(site=replace(SITE, cameras=fewer)))
    room.uncover()
    assert room.state.permits.left == {}


def test_events_of_one_permit_have_one_subject_and_those_of_a_camera_its_own() -> None:
    assert subject_of(PermitEnded(permit="P-1", how="time")) == "permit:P-1"
    still = PermitEndedWhileObstructed(camera="gate-1", permit="P-1", kind="obstruction")
    assert subject_of(still) == "camera:gate-1"


def test_a_time_with_another_zone_is_the_same_instant(room: Room) -> None:
    to_at = datetime(2026, 3, 2, 20, tzinfo=UTC)
    room.ask(apply_(to_at=to_at.astimezone()))
    assert room.state.permits.permits["P-1"].to_at == to_at


# --- recordings ---


def test_a_gap_is_excused_for_as_long_as_a_permit_allowed_the_signal_to_be_gone(room: Room) -> None:
    permitted(room, kinds=["signal"])
    begun = room.now
    room.go(hours=1)
    room.ask(EndPermit(permit="P-1"))
    periods = list(in_force_between(room.state, "gate-1"))
    before, during, after = begun - timedelta(minutes=5), begun, begun + timedelta(hours=1)
    gaps = [Gap(before, after + timedelta(minutes=5), "camera")]
    assert excused(gaps, periods) == [
        Gap(before, during, "camera"),
        Gap(during, after, "camera", "P-1"),
        Gap(after, after + timedelta(minutes=5), "camera"),
    ]


def test_no_permit_excuses_a_full_disk_and_none_for_an_obstruction_excuses_a_gap(room: Room) -> None:
    permitted(room)
    periods = list(in_force_between(room.state, "gate-1"))
    gap = Gap(room.now, room.now + timedelta(minutes=5), "camera")
    assert excused([gap], periods) == [gap]
    permitted(room, kinds=["signal"])
    periods = list(in_force_between(room.state, "gate-1"))
    full = Gap(room.now, room.now + timedelta(minutes=5), "storage")
    assert excused([full], periods) == [full]
    assert [part.permit for part in excused([gap], periods)] == ["P-2"]
