"""How much was recorded, from the record: exact gaps, what is missing still, and what permits excuse."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.core.event import Event, Record
from hub.core.findings import MissingCause, RecordingMissing, RecordingResumed
from hub.core.kpi.recording import Recorded, RecordedTime
from hub.core.permits.events import PermitBegan, PermitEnded, PermitRevoked
from hub.core.permits.kinds import PermitKind
from hub.core.recorded import Span
from hub.core.recordings import Cause, RecordingGap, RecordingPlanned, RecordingUnplanned

START = datetime(2026, 3, 1, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


class Story:
    def __init__(self) -> None:
        self.recorded = Recorded()

    def at(self, minutes: float, *events: Event) -> None:
        for event in events:
            self.recorded.take(Record(1, at(minutes), at(minutes), "hub", None, event, None, b""))

    def between(self, begin: float, end: float, now: float = 1000) -> RecordedTime:
        return self.recorded.between(Span(at(begin), at(end)), at(now))["a"]


def planned() -> Event:
    return RecordingPlanned(camera="a", stream="watched")


def missing(since: float, cause: MissingCause = "unknown") -> Event:
    return RecordingMissing(camera="a", since_at=at(since), cause=cause)


def gap(begin: float, end: float, cause: Cause = "camera") -> Event:
    return RecordingGap(camera="a", from_at=at(begin), to_at=at(end), cause=cause)


def permit(to: float, *kinds: PermitKind) -> Event:
    return PermitBegan(permit="P-1", cameras=["a"], kinds=list(kinds), to_at=at(to))


def test_what_was_planned_and_not_missing_is_recorded() -> None:
    story = Story()
    story.at(10, planned())
    story.at(60, gap(30, 40))
    story.at(100, RecordingUnplanned(camera="a"))
    found = story.between(0, 500)
    assert (found.planned_s, found.missing_s, found.recorded_s) == (90 * 60, 10 * 60, 80 * 60)
    assert story.between(35, 50).missing_s == 5 * 60, "the part of the gap that lies in the period"


def test_a_camera_that_was_not_to_be_recorded_is_not_told_of() -> None:
    story = Story()
    story.at(10, planned())
    story.at(20, RecordingUnplanned(camera="a"))
    assert story.recorded.between(Span(at(50), at(60)), at(100)) == {}
    assert story.recorded.between(Span(at(200), at(300)), at(100)) == {}, "what lies in the future is not planned yet"


def test_what_is_missing_still_counts_up_to_now() -> None:
    story = Story()
    story.at(0, planned())
    story.at(25, missing(20))
    assert story.between(0, 100, now=50).missing_s == 30 * 60
    assert story.between(0, 100, now=50).planned_s == 50 * 60


def test_the_exact_gap_takes_the_place_of_what_was_noticed() -> None:
    story = Story()
    story.at(0, planned())
    story.at(25, missing(20))
    story.at(45, RecordingResumed(camera="a"))
    assert story.between(0, 100).missing_s == 25 * 60
    story.at(60, gap(19, 41))
    assert story.between(0, 100).missing_s == 22 * 60


def test_a_permit_excuses_what_work_at_the_camera_brings_about_and_nothing_else() -> None:
    story = Story()
    story.at(0, planned(), permit(30, "signal"))
    story.at(50, gap(10, 20), gap(22, 26, "storage"), gap(28, 35, "network"), PermitEnded(permit="P-1", how="time"))
    found = story.between(0, 100)
    assert (found.missing_s, found.excused_s) == (21 * 60, 12 * 60)


def test_a_permit_for_something_else_excuses_no_gap() -> None:
    story = Story()
    story.at(0, planned(), permit(30, "obstruction"))
    story.at(50, gap(10, 20))
    assert story.between(0, 100).excused_s == 0.0


def test_a_permit_that_was_taken_back_excuses_up_to_then() -> None:
    story = Story()
    story.at(0, planned(), permit(100, "recording"))
    story.at(15, PermitRevoked(permit="P-1", reason="x"))
    story.at(50, gap(10, 20))
    assert story.between(0, 100).excused_s == 5 * 60


def test_when_the_cause_changes_only_the_time_of_the_excusable_one_is_excused() -> None:
    story = Story()
    story.at(0, planned(), permit(100, "signal"))
    story.at(10, missing(5, "storage"))
    story.at(20, missing(5, "signal"))
    found = story.between(0, 100, now=40)
    assert (found.missing_s, found.excused_s) == (35 * 60, 20 * 60)


def test_what_is_long_over_is_forgotten_without_changing_the_rest() -> None:
    story = Story()
    story.at(0, planned(), permit(20, "signal"))
    story.at(50, gap(10, 15), gap(30, 40))
    before = story.between(28, 100)
    story.recorded.drop_before(at(25))
    assert story.between(28, 100) == before


EVENTS = st.sampled_from(["planned", "unplanned", "missing", "resumed", "gap", "permit", "ended"])


@given(st.lists(st.tuples(st.integers(1, 30), EVENTS), max_size=25), st.integers(0, 300), st.integers(0, 300))
def test_no_more_is_missing_than_was_planned_and_no_more_excused_than_is_missing(
    steps: list[tuple[int, str]], begin: int, length: int
) -> None:
    story, now = Story(), 0
    for minutes, what in steps:
        now += minutes
        event: Event
        match what:
            case "planned":
                event = planned()
            case "unplanned":
                event = RecordingUnplanned(camera="a")
            case "missing":
                event = missing(now - 3, "signal")
            case "resumed":
                event = RecordingResumed(camera="a")
            case "gap":
                event = gap(now - 10, now - 1)
            case "permit":
                event = permit(now + 15, "signal")
            case _:
                event = PermitEnded(permit="P-1", how="done")
        story.at(now, event)
    for found in story.recorded.between(Span(at(begin), at(begin + length)), at(now)).values():
        assert 0 <= found.excused_s <= found.missing_s <= found.planned_s <= length * 60
