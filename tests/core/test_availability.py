"""How long each camera was good, faulty, dark, not judged and not watched: every second counts once, on its own day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.catalogue import FINDINGS, ClockStepped, HubStarted, HubStopped, SiteConfigured
from hub.core.event import Event, Record
from hub.core.findings import CameraJudged, CameraNotJudged
from hub.core.kpi.availability import Availability, CameraDay
from hub.core.permits.events import PermitBegan, PermitEnded, PermitRevoked
from hub.core.permits.kinds import PermitKind
from hub.core.site import Camera, Site
from hub.core.text import Text

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
"""Midnight in the plant."""
HOUR = 3600.0


class Story:
    """Records at stated hours."""

    def __init__(self, *cameras: str) -> None:
        self.availability = Availability(ZONE)
        self.seq = 0
        self.at(0, SiteConfigured(site=site(*cameras)), HubStarted(version="1", last_stop="first"))

    def at(self, hours: float, *events: Event) -> None:
        seen_at = START + timedelta(hours=hours)
        for event in events:
            self.seq += 1
            self.availability.take([Record(self.seq, seen_at, seen_at, "watch", None, event, None, b"")])

    def day(self, hours: float, camera: str = "a", day: int = 2) -> CameraDay:
        days = self.availability.days(START + timedelta(hours=hours))
        return next(each for each in days if each.camera == camera and each.day.day == day)


def site(*cameras: str) -> Site:
    return Site(cameras=[Camera(id=each, name=Text(en=each), area="x", domain="security") for each in cameras])


def found(kind: str, camera: str = "a") -> Event:
    return FINDINGS[kind][0](camera=camera, since_at=START)


def over(kind: str, camera: str = "a") -> Event:
    return FINDINGS[kind][1](camera=camera)


def test_a_camera_is_not_judged_until_it_is_and_then_good() -> None:
    story = Story("a")
    story.at(2, CameraJudged(camera="a"))
    day = story.day(10)
    assert (day.not_judged_s, day.good_s, day.watched_s) == (2 * HOUR, 8 * HOUR, 10 * HOUR)


def test_without_a_signal_counts_before_faulty_and_faulty_before_not_judged() -> None:
    story = Story("a")
    story.at(1, CameraJudged(camera="a"), found("picture.blurred"))
    story.at(3, found("signal.lost"), CameraNotJudged(camera="a", reason="view"))
    story.at(4, over("signal.lost"))
    story.at(5, over("picture.blurred"))
    day = story.day(6)
    assert (day.fault_s, day.lost_s, day.not_judged_s, day.good_s) == (3 * HOUR, HOUR, 2 * HOUR, 0.0)


def test_what_is_for_cleaning_and_recording_says_nothing_against_the_picture() -> None:
    story = Story("a")
    story.at(0, CameraJudged(camera="a"), found("lens.soiled"), found("recording.missing"))
    assert story.day(5).good_s == 5 * HOUR


def test_a_time_is_divided_between_its_days_by_the_clocks_of_the_plant() -> None:
    story = Story("a")
    story.at(20, CameraJudged(camera="a"), found("signal.lost"))
    assert story.day(30).lost_s == 4 * HOUR
    assert story.day(30, day=3).lost_s == 6 * HOUR


def test_while_the_hub_is_stopped_nobody_watches() -> None:
    story = Story("a")
    story.at(0, CameraJudged(camera="a"))
    story.at(4, HubStopped(reason="update"))
    story.at(5, HubStarted(version="1", last_stop="clean"))
    day = story.day(8)
    assert (day.good_s, day.unwatched_s, day.watched_s, day.whole_s) == (7 * HOUR, HOUR, 7 * HOUR, 8 * HOUR)


def test_a_run_that_nobody_ended_counts_up_to_its_last_record_only() -> None:
    story = Story("a")
    story.at(0, CameraJudged(camera="a"))
    story.at(3, found("picture.dark"))
    story.at(7, HubStarted(version="1", last_stop="unclean"))
    day = story.day(8)
    assert (day.good_s, day.unwatched_s, day.fault_s) == (3 * HOUR, 4 * HOUR, HOUR)


def test_a_run_that_nobody_ended_counts_up_to_when_it_noted_that_it_was_alive() -> None:
    story = Story("a")
    story.at(0, CameraJudged(camera="a"))
    story.at(3, found("signal.lost"))
    alive_until = START + timedelta(hours=6.5)
    story.at(7, HubStarted(version="1", last_stop="unclean", alive_until=alive_until))
    day = story.day(8)
    assert (day.good_s, day.lost_s, day.unwatched_s) == (3 * HOUR, 4.5 * HOUR, 0.5 * HOUR)


@given(st.floats(0, 20), st.floats(0, 20), st.floats(-30, 50))
def test_whatever_it_noted_no_second_is_lost_or_unwatched_before_the_last_record(
    last: float, down: float, alive: float
) -> None:
    story = Story("a")
    story.at(last, CameraJudged(camera="a"))
    until_at = START + timedelta(hours=alive)
    story.at(last + down, HubStarted(version="1", last_stop="unclean", alive_until=until_at))
    days = story.availability.days(START + timedelta(hours=45))
    assert sum(day.whole_s for day in days) == pytest.approx(45 * HOUR)
    unwatched = min(max(last + down - max(alive, last), 0.0), down)
    assert sum(day.unwatched_s for day in days) == pytest.approx(unwatched * HOUR, abs=0.01)


def test_a_fleet_that_was_dark_between_two_probes_is_seen_by_time_and_not_by_probes() -> None:
    story = Story("a")
    story.at(0, CameraJudged(camera="a"))
    story.at(8.1, found("signal.lost"))
    story.at(8.9, over("signal.lost"))
    day = story.day(24)
    assert (day.probes, day.probes_with_signal) == (24, 24)
    assert day.lost_s == 0.8 * HOUR
    story.at(33.5, found("signal.lost"))
    story.at(35.5, over("signal.lost"))
    day = story.day(48, day=3)
    assert (day.probes, day.probes_with_signal) == (24, 22)


def test_a_camera_counts_from_when_it_came_until_it_went() -> None:
    story = Story("a")
    story.at(2, SiteConfigured(site=site("a", "b")))
    story.at(6, SiteConfigured(site=site("a")))
    assert story.day(10, "b").whole_s == 4 * HOUR
    assert story.day(10, "a").whole_s == 10 * HOUR


def test_a_clock_that_is_set_makes_no_time_longer_or_shorter() -> None:
    story = Story("a")
    story.at(0, CameraJudged(camera="a"))
    story.at(4 - 1, ClockStepped(by_s=-HOUR))
    assert story.day(6).good_s == 7 * HOUR, "four hours, the clock an hour back to three, and three more"


def permit(to_hours: float, *kinds: PermitKind, name: str = "P-1") -> Event:
    return PermitBegan(permit=name, cameras=["a"], kinds=list(kinds), to_at=START + timedelta(hours=to_hours))


def test_what_a_permit_covers_is_excused_and_counts_all_the_same() -> None:
    story = Story("a", "b")
    story.at(0, CameraJudged(camera="a"), CameraJudged(camera="b"))
    story.at(1, permit(6, "obstruction"))
    story.at(2, found("view.obstructed"), found("view.obstructed", "b"))
    story.at(4, PermitEnded(permit="P-1", how="done"))
    day = story.day(5)
    assert (day.fault_s, day.excused_s, day.excused_lost_s) == (3 * HOUR, 2 * HOUR, 0.0)
    assert story.day(5, "b").excused_s == 0.0, "it is not its permit"


def test_a_permit_excuses_nothing_after_its_end_even_if_that_is_on_record_late() -> None:
    story = Story("a")
    story.at(1, permit(3, "signal"), found("signal.lost"))
    story.at(8, PermitEnded(permit="P-1", how="time"))
    day = story.day(9)
    assert (day.lost_s, day.excused_s, day.excused_lost_s) == (8 * HOUR, 2 * HOUR, 2 * HOUR)


def test_a_fault_that_no_permit_covers_is_not_excused_by_one_that_stands_beside_it() -> None:
    story = Story("a")
    story.at(0, permit(20, "obstruction"), found("view.obstructed"))
    story.at(2, found("picture.blurred"))
    story.at(5, over("picture.blurred"))
    story.at(7, PermitRevoked(permit="P-1", reason="x"))
    day = story.day(9)
    assert (day.fault_s, day.excused_s) == (9 * HOUR, 4 * HOUR)


def test_one_permit_takes_over_from_another_and_both_may_end_while_the_hub_is_down() -> None:
    story = Story("a")
    story.at(0, permit(4, "signal"), found("signal.lost"))
    story.at(3, permit(10, "signal", name="P-2"))
    story.at(4, PermitEnded(permit="P-1", how="time"))
    story.at(6, HubStopped(reason="x"))
    story.at(12, HubStarted(version="1", last_stop="clean"), PermitEnded(permit="P-2", how="time"))
    day = story.day(13)
    assert (day.lost_s, day.unwatched_s, day.excused_s) == (7 * HOUR, 6 * HOUR, 6 * HOUR)


def test_what_a_permit_covers_is_divided_between_its_days_too() -> None:
    story = Story("a")
    story.at(20, permit(30, "signal"), found("signal.lost"))
    assert (story.day(40).excused_s, story.day(40, day=3).excused_s) == (4 * HOUR, 6 * HOUR)
    assert story.day(40, day=3).lost_s == 16 * HOUR


def test_a_run_that_nobody_ended_counts_up_to_any_record_that_is_known() -> None:
    story = Story("a")
    story.at(0, CameraJudged(camera="a"))
    story.availability.seen(START + timedelta(hours=6))
    story.at(7, HubStarted(version="1", last_stop="unclean"))
    assert story.day(8).unwatched_s == HOUR


def test_days_together_are_the_sum_of_the_days() -> None:
    story = Story("a", "b")
    story.at(5, CameraJudged(camera="a"), found("signal.lost", "b"))
    now = START + timedelta(hours=70)
    days = story.availability.days(now)
    first, last = days[0].day, days[-1].day
    together = story.availability.between(first, last, now)
    for camera in "ab":
        mine = [day for day in days if day.camera == camera]
        assert together[camera].whole_s == sum(day.whole_s for day in mine) == 70 * HOUR
        assert together[camera].probes == sum(day.probes for day in mine)
    assert story.availability.between(last, last, now)["a"].whole_s == mine[-1].whole_s < 24 * HOUR


def test_days_that_were_dropped_are_gone_and_the_others_go_on() -> None:
    story = Story("a")
    story.day(30)
    story.availability.drop_before(START.astimezone(ZONE).date() + timedelta(days=1))
    (day,) = story.availability.days(START + timedelta(hours=31))
    assert day.whole_s == 7 * HOUR


KINDS = st.sampled_from(["signal.lost", "picture.blurred", "view.moved", "lens.soiled", "access.refused"])


PERMITS = st.sampled_from(["signal", "blur", "view"])
STEPS = st.tuples(st.floats(0.01, 5.0), KINDS, st.sampled_from("ab"), st.booleans(), st.none() | PERMITS)


@given(st.lists(STEPS, max_size=30))
def test_every_second_is_counted_once(steps: list[tuple[float, str, str, bool, PermitKind | None]]) -> None:
    story, at = Story("a", "b"), 0.0
    for number, (hours, kind, camera, begins, allowed) in enumerate(steps):
        at += hours
        story.at(at, (found if begins else over)(kind, camera))
        if allowed is not None:
            story.at(at, permit(at + 3, allowed, name=f"P-{number}"))
    at += 1.0
    days = story.availability.days(START + timedelta(hours=at))
    for camera in "ab":
        whole = sum(day.whole_s for day in days if day.camera == camera)
        assert abs(whole - at * HOUR) < 0.01
    for day in days:
        assert day.probes <= 24
        assert day.probes_with_signal <= day.probes
        assert day.whole_s <= 24 * HOUR + 0.01
        assert 0 <= day.excused_lost_s <= day.lost_s + 0.01
        assert 0 <= day.excused_s <= day.lost_s + day.fault_s + 0.01
        assert day.camera == "a" or not day.excused_s
