"""Requests, decisions, packages and viewings, counted on the days of the plant."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.core.event import Event, Record
from hub.core.kpi.counted import Counted
from hub.core.kpi.figures import Figure
from hub.core.kpi.footage import Footage
from hub.core.kpi.groups import Group
from hub.core.kpi.ratios import figures_of
from hub.core.recordings import RecordingViewed
from hub.core.releases.events import (
    ReleaseApproved,
    ReleaseClosed,
    ReleaseHandedOver,
    ReleaseRefused,
    ReleaseRequested,
    ReleaseWithdrawn,
)
from hub.core.text import Text

START = datetime(2026, 3, 1, 16, tzinfo=UTC)
"""Midnight in the plant, of the second of March."""
FIRST = date(2026, 3, 2)


class Story:
    def __init__(self) -> None:
        self.footage = Footage(ZoneInfo("Asia/Shanghai"))

    def at(self, hours: float, event: Event) -> None:
        seen_at = START + timedelta(hours=hours)
        self.footage.take(Record(1, seen_at, seen_at, "person:wang", None, event, None, b""))

    def figures(self, *cameras: str, day: int = 0) -> dict[str, Figure]:
        """Those of a day, of these cameras."""
        from_at, on = START + timedelta(days=day), FIRST + timedelta(days=day)
        counted = Counted(
            from_at=from_at,
            to_at=from_at + timedelta(days=1),
            began_at=START,
            now=from_at + timedelta(days=1),
            footage=self.footage.between(on, on),
        )
        group = Group(id="", name=Text(en="Plant"), by="site", cameras=cameras or ("gate-1", "press-1"))
        return {figure.id: figure for figure in figures_of(group, counted, {}, over=True).figures}


def asked(release: str, camera: str = "gate-1", *, again: bool = False) -> Event:
    return ReleaseRequested(
        release=release,
        kind="internal",
        agency="Safety",
        reason="a fall",
        content="the stairs",
        cameras=[camera],
        from_at=START,
        to_at=START,
        domain="security",
        again=again,
    )


def approved(release: str) -> Event:
    return ReleaseApproved(release=release)


def refused(release: str) -> Event:
    return ReleaseRefused(release=release, reason="no letter")


def handed_over(release: str) -> Event:
    return ReleaseHandedOver(release=release, receiver="Sun Li", receipt="a" * 64)


def viewed(camera: str) -> Event:
    return RecordingViewed(camera=camera, from_at=START, to_at=START, reason="why")


def test_what_was_asked_is_counted_with_how_it_was_decided_and_how_long_each_step_took() -> None:
    story = Story()
    story.at(1, asked("F-1"))
    story.at(2, asked("F-2", "press-1"))
    story.at(3, approved("F-1"))
    story.at(4, refused("F-2"))
    story.at(6, handed_over("F-1"))
    story.at(7, ReleaseClosed(release="F-1"))
    found = story.figures()
    assert (found["releases_asked"].numerator, found["releases_asked"].denominator) == (2, 1.0)
    assert (found["releases_approved"].numerator, found["releases_approved"].denominator) == (1, 2)
    assert found["release_decision"].value == 2 * 3600.0
    assert found["release_handed_over"].value == 5 * 3600.0


def test_each_step_counts_for_the_day_on_which_it_was_taken() -> None:
    story = Story()
    story.at(23, asked("F-1"))
    story.at(25, approved("F-1"))
    assert story.figures()["releases_asked"].numerator == 1
    assert story.figures()["releases_approved"].value is None
    assert story.figures(day=1)["releases_asked"].numerator == 0
    assert story.figures(day=1)["release_decision"].value == 2 * 3600.0


def test_a_request_that_was_mended_is_one_and_waits_since_it_was_first_made() -> None:
    story = Story()
    story.at(1, asked("F-1"))
    story.at(2, asked("F-1", "press-1", again=True))
    story.at(5, approved("F-1"))
    assert story.figures("press-1")["releases_asked"].numerator == 1
    assert story.figures("gate-1")["releases_asked"].numerator == 0
    assert story.figures("press-1")["release_decision"].value == 4 * 3600.0


def test_an_approval_that_was_taken_back_is_a_refusal_and_a_withdrawn_request_is_neither() -> None:
    story = Story()
    story.at(1, asked("F-1"))
    story.at(2, approved("F-1"))
    story.at(3, refused("F-1"))
    story.at(4, asked("F-2"))
    story.at(5, ReleaseWithdrawn(release="F-2"))
    found = story.figures()
    assert (found["releases_approved"].numerator, found["releases_approved"].denominator) == (0, 1)
    assert found["release_decision"].value == 2 * 3600.0


def test_viewings_are_those_of_the_cameras_that_are_asked_for() -> None:
    story = Story()
    for hours, camera in ((1, "gate-1"), (2, "gate-1"), (3, "press-1"), (30, "gate-1")):
        story.at(hours, viewed(camera))
    assert story.figures()["viewings"].value == 3.0
    assert story.figures("gate-1")["viewings"].value == 2.0


def test_days_that_are_dropped_leave_what_is_still_open() -> None:
    story = Story()
    story.at(1, asked("F-1"))
    story.at(2, viewed("gate-1"))
    story.footage.drop_before(FIRST + timedelta(days=1))
    assert story.figures()["releases_asked"].numerator == 0
    assert story.figures()["viewings"].numerator == 0
    story.at(25, approved("F-1"))
    assert story.figures(day=1)["release_decision"].value == 24 * 3600.0
