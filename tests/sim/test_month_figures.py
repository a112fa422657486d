"""The figures of a simulated month, as the hub's own book gives them, against the books of the plant."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

import pytest

from hub.clock import Clock
from hub.core.event import Record, wire_name
from hub.core.kpi.figures import By, FiguresView
from hub.server.books.alarms import AlarmBook
from hub.server.books.figures import FigureBook
from hub.server.books.rounds import RoundBook
from hub.server.books.tickets import TicketBook
from hub.testing.clock import FakeClock
from tests.sim.book_cameras import DayBook, length, union, within
from tests.sim.book_tickets import Run
from tests.sim.conftest import Plant
from tests.sim.plant import CAMERAS, LEADERS, wall_clock
from tests.sim.served import MISSING

PRODUCTION = frozenset(camera for camera, domain in CAMERAS.items() if domain == "production")
SCOPES: tuple[tuple[By, str, frozenset[str]], ...] = (
    ("site", "", frozenset(CAMERAS)),
    ("domain", "production", PRODUCTION),
)
_AHEAD = timedelta(hours=8)


class Kept:
    """The records of a month as a book reads them from the journal."""

    def __init__(self, records: Sequence[Record], now: datetime) -> None:
        self._records = records
        self._clock = FakeClock(now)

    @property
    def clock(self) -> Clock:
        return self._clock

    def read(self, after: int, limit: int, *, types: Sequence[str] = ()) -> list[Record]:
        found = (
            self._records[after:] if not types else [r for r in self._records[after:] if wire_name(r.event) in types]
        )
        return list(found[:limit])

    def read_last(
        self, limit: int, *, types: Sequence[str] = (), subject: str = "", before: int | None = None
    ) -> list[Record]:
        assert not subject
        found = [
            r
            for r in self._records[: None if before is None else before - 1]
            if not types or wire_name(r.event) in types
        ]
        return list(reversed(found[-limit:]))


@pytest.fixture(scope="module")
def book(plant: Plant) -> FigureBook:
    kept = Kept(plant.records, plant.month.end_at)
    return FigureBook(kept, lambda: "Asia/Shanghai", AlarmBook(kept), TicketBook(kept), RoundBook(kept))


def view(book: FigureBook, plant: Plant, by: By) -> FiguresView:
    account = plant.state.staff.people[LEADERS[0]].account
    last = plant.month.first + timedelta(days=plant.month.days - 1)
    return book.figures(account, plant.state, first=plant.month.first, last=last, by=by)


NOT_IN_THE_BOOKS = {
    *("online_worst", "recorded_days", "recording_cameras", "register"),
    *("releases_asked", "releases_approved", "release_decision", "release_handed_over", "viewings"),
}
"""In these months nobody asks for footage or looks at it, and nothing is recorded."""


@pytest.mark.parametrize(("by", "group", "cameras"), SCOPES, ids=["site", "domain"])
def test_every_figure_has_the_numerator_and_the_denominator_of_the_books(
    plant: Plant, book: FigureBook, by: By, group: str, cameras: frozenset[str]
) -> None:
    found = next(each for each in view(book, plant, by).groups if each.id == group)
    mine = {**of_cameras(plant, cameras), **of_alarms(plant, cameras, by), **of_repairs(plant, cameras, by)}
    mine |= {**of_rounds(plant, cameras, by), **of_permits(plant, cameras)}
    if by == "site":
        mine |= of_posts(plant)
    theirs = {figure.id: (figure.numerator, figure.denominator) for figure in found.figures}
    wrong = {
        name: (theirs.get(name), pair)
        for name, pair in mine.items()
        if theirs.get(name) != pytest.approx(pair, abs=1.0)
    }
    assert wrong == {}
    assert set(theirs) - set(mine) == NOT_IN_THE_BOOKS & set(theirs)


def test_what_permits_excuse_stands_beside_the_figures(plant: Plant, book: FigureBook) -> None:
    (site,) = view(book, plant, "site").groups
    days = [day for camera in CAMERAS for day in days_of(plant, camera)]
    lost_s, whole_s = sum(day.excused_lost_s for day in days), sum(day.excused_s for day in days)
    for name, excused_s in (
        ("online_time", lost_s),
        ("picture_judged", whole_s - lost_s),
        ("picture_watched", whole_s),
    ):
        figure = site.figure(name)
        assert figure is not None
        assert figure.excused == pytest.approx(excused_s, abs=1.0), name
    assert whole_s > lost_s > 0


def test_the_camera_that_was_lost_most_is_named(plant: Plant, book: FigureBook) -> None:
    (site,) = view(book, plant, "site").groups
    worst = site.figure("online_worst")
    shares = {c: sum(day.lost_s for day in days_of(plant, c)) / sum(map(watched, days_of(plant, c))) for c in CAMERAS}
    assert worst is not None
    assert worst.about == max(shares, key=lambda camera: shares[camera])
    assert worst.value == pytest.approx(1 - max(shares.values()))


# --- the figures by the books: numerator and denominator --------------------------------------------------------------

Pairs = dict[str, tuple[float, float]]


def of_cameras(plant: Plant, cameras: frozenset[str]) -> Pairs:
    days = [day for camera in cameras for day in days_of(plant, camera)]
    watched_s, whole_s = sum(map(watched, days)), sum(watched(day) + day.unwatched_s for day in days)
    good_s, fault_s = sum(day.good_s for day in days), sum(day.fault_s for day in days)
    lost_s, unjudged_s = sum(day.lost_s for day in days), sum(day.not_judged_s for day in days)
    month = [(begin_of(plant), plant.month.end_at)]
    gaps = [within(union(plant.month.cameras.spans(c, MISSING, plant.month.end_at)), month) for c in cameras]
    planned_s = length(month) * len(cameras)
    return {
        "online_time": (watched_s - lost_s, watched_s),
        "online_probes": (sum(day.probes_with_signal for day in days), sum(day.probes for day in days)),
        "picture_judged": (good_s, good_s + fault_s),
        "picture_watched": (good_s, watched_s),
        "not_judged": (unjudged_s, watched_s),
        "unwatched": (whole_s - watched_s, whole_s),
        "recording": (planned_s - sum(map(length, gaps)), planned_s),
    }


def of_alarms(plant: Plant, cameras: frozenset[str], by: By) -> Pairs:
    book = plant.month.alarms
    desks = 2 if by == "site" else 1
    loud = [each for each in book.raisings if not each.quiet and in_month(plant, each.at)]
    disturbing = sum((desks if each.camera is None else each.camera in cameras) for each in loud)
    noted = [n.waited_s for n in book.noted if in_month(plant, n.at) and (n.camera is None or n.camera in cameras)]
    said = [
        (alarm.camera, verdict)
        for alarm, verdict, _ in book.verdicts.values()
        if alarm.camera in cameras and in_month(plant, alarm.first_at)
    ]
    false = sum(verdict == "false" for _, verdict in said)
    slots = plant.month.days * 24 * 6 * desks
    watched_s = sum(watched(day) for camera in cameras for day in days_of(plant, camera))
    return {
        "alarm_rate": (disturbing, slots),
        "acknowledge": (sum(noted), len(noted)),
        "false_share": (false, len(said)),
        "false_camera_day": (false, watched_s / 86400),
    }


def of_repairs(plant: Plant, cameras: frozenset[str], by: By) -> Pairs:
    book = plant.month.tickets
    mine = [
        run
        for run in (*book.ended, *book.open)
        if not run.cancelled and (run.camera in cameras or (by == "site" and run.camera is None))
    ]
    closed = [run for run in mine if run.closed_at is not None and in_month(plant, run.closed_at)]
    estimated = [run for run in closed if run.estimate_at is not None]
    began = [run for run in mine if run.camera is not None and in_month(plant, run.opened_at)]
    days = [day for camera in cameras for day in days_of(plant, camera)]
    return {
        "repair": phase(closed, lambda run: (run.opened_at, run.restored_at)),
        "repair_acknowledge": phase(closed, lambda run: (run.opened_at, run.taken_note_at)),
        "repair_dispatch": phase(closed, lambda run: (run.taken_note_at, run.assigned_at)),
        "repair_repair": phase(
            closed, lambda run: (run.arrived_at or run.assigned_at, run.repaired_at), without_wait=True
        ),
        "repair_verify": phase(closed, lambda run: (run.repaired_at, run.verified_at)),
        "repair_in_time": (sum(run.restored_at <= run.estimate_at for run in estimated), len(estimated)),  # type: ignore[operator]
        "mtbf": (sum(day.good_s + day.not_judged_s for day in days), len(began)),
    }


def of_rounds(plant: Plant, cameras: frozenset[str], by: By) -> Pairs:
    ended = [
        each
        for each in plant.walks.rounds
        if in_month(plant, each.due_at) and (each.camera in cameras or (by == "site" and each.camera is None))
    ]
    judged = [each for each in ended if each.missed or each.done_at or each.handed_in]
    return {"rounds": (sum(not each.missed for each in judged), len(judged))}


def of_permits(plant: Plant, cameras: frozenset[str]) -> Pairs:
    ended = [
        permit
        for permit in plant.month.permits.permits
        if permit.began_at and permit.over_at and in_month(plant, permit.over_at) and cameras & set(permit.cameras)
    ]
    return {"permits": (sum(not permit.left for permit in ended), len(ended))}


def of_posts(plant: Plant) -> Pairs:
    ended = [place for place in plant.month.duty.ended if local(place.stint.from_at) >= plant.month.first]
    verdicts = [place.verdict for place in ended]
    came = sum(verdict in ("attended", "late") for verdict in verdicts)
    seen = came + verdicts.count("absent")
    checks = plant.month.checks
    every = [*checks.past, *checks.open.values()]
    missed = [check for check in every if check.missed_at is not None and in_month(plant, check.missed_at)]
    answered = sum(
        check.delay_s is not None
        and check.missed_at is None
        and in_month(plant, check.asked_at + timedelta(seconds=check.delay_s))
        for check in every
    )
    unwatched_s = sum(
        round(check.unwatched_s)
        for check in checks.past
        if in_month(plant, check.asked_at + timedelta(seconds=check.unwatched_s))
    )
    walks_missed = sum(in_month(plant, at) for at, _ in checks.walks_missed)
    walks_made = sum(in_month(plant, at) for at in checks.walks_in_time)
    return {
        "attendance": (came, seen),
        "attendance_late": (verdicts.count("late"), seen),
        "attention": (answered, answered + len(missed)),
        "attention_unwatched": (unwatched_s, plant.month.days),
        "patrol": (walks_made, walks_made + walks_missed),
    }


# --- parts ------------------------------------------------------------------------------------------------------------


def phase(
    runs: Iterable[Run], ends: Callable[[Run], tuple[datetime | None, datetime | None]], *, without_wait: bool = False
) -> tuple[float, float]:
    """The seconds of one part of the repairs, and of how many."""
    spans = [(*ends(run), run) for run in runs]
    found = [
        max(0.0, (end - begin).total_seconds() - (waited(run) if without_wait else 0.0))
        for begin, end, run in spans
        if begin is not None and end is not None
    ]
    return sum(found), len(found)


def waited(run: Run) -> float:
    return run.waited_s - (run.waited_away_s if run.arrived_at else 0.0)


def days_of(plant: Plant, camera: str) -> list[DayBook]:
    """The days of the month; it was gone into a little before."""
    found = plant.month.camera_days(camera)
    return [book for day, book in found.items() if date.fromisoformat(day) >= plant.month.first]


def watched(day: DayBook) -> float:
    return day.good_s + day.fault_s + day.lost_s + day.not_judged_s


def begin_of(plant: Plant) -> datetime:
    return wall_clock(plant.month.first, 0)


def in_month(plant: Plant, at: datetime) -> bool:
    return begin_of(plant) <= at < plant.month.end_at


def local(at: datetime) -> date:
    return (at + _AHEAD).date()
