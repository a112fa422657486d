"""How long each camera was good, faulty, dark, not judged and not watched: every second counts once, on its own day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hub.core.catalogue import FINDINGS, ClockStepped, HubStarted, HubStopped, SiteConfigured
from hub.core.event import Event, Record
from hub.core.findings import CameraJudged, CameraNotJudged
from hub.core.kpi.availability import Availability, CameraDay
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


KINDS = st.sampled_from(["signal.lost", "picture.blurred", "view.moved", "lens.soiled", "access.refused"])


@given(st.lists(st.tuples(st.floats(0.01, 5.0), KINDS, st.sampled_from("ab"), st.booleans()), max_size=30))
def test_every_second_is_counted_once(steps: list[tuple[float, str, str, bool]]) -> None:
    story, at = Story("a", "b"), 0.0
    for hours, kind, camera, begins in steps:
        at += hours
        story.at(at, (found if begins else over)(kind, camera))
    at += 1.0
    days = story.availability.days(START + timedelta(hours=at))
    for camera in "ab":
        whole = sum(day.whole_s for day in days if day.camera == camera)
        assert abs(whole - at * HOUR) < 0.01
    for day in days:
        assert day.probes <= 24
        assert day.probes_with_signal <= day.probes
        assert day.whole_s <= 24 * HOUR + 0.01
