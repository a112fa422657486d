"""The figures of alarms against counting them by hand."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.alarms.commands import (
    AcknowledgeAlarm,
    JudgeAlarm,
    RaiseAlarm,
    ReturnAlarm,
    ShelveAlarm,
    TakeOutOfService,
    UnshelveAlarm,
)
from hub.core.alarms.events import AlarmRaised, AlarmSuppressed, Priority
from hub.core.alarms.figures import PRIORITY_TARGETS, TARGETS, AlarmFigures, figures
from hub.core.alarms.tally import EVENTS, MOST_LIVES, Tally
from hub.core.catalogue import SiteConfigured
from hub.core.command import Command, Order
from hub.core.decisions import decide, due
from hub.core.event import Event, Record
from hub.core.fold import fold
from hub.core.site import Camera, Site
from hub.core.state import State
from hub.core.text import Text
from hub.errors import Refused

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CAMERAS = [
    Camera(id=f"cam-{n}", name=Text(en=f"Camera {n}"), area="hall", domain=("production", "security")[n % 2])
    for n in range(20)
]


class Watch:
    """A site whose alarms are counted as they come."""

    def __init__(self) -> None:
        self.now = NOON
        self.state = State()
        self.tally = Tally({camera.id: camera.domain for camera in CAMERAS})
        self.records: list[Record] = []
        self.happen([SiteConfigured(site=Site(cameras=CAMERAS))], "hub")

    def happen(self, events: list[Event], actor: str) -> list[Event]:
        for event in events:
            record = Record(len(self.records) + 1, self.now, self.now, actor, None, event, None, b"")
            self.records.append(record)
            self.state = fold(self.state, record)
            self.tally.take(record)
        return events

    def do(self, command: Command | Order, actor: str = "person:wang") -> list[Event]:
        return self.happen(list(decide(self.state, command, actor, self.now)), actor)

    def lose(self, number: int, priority: Priority = "high", rule: str = "lost") -> str:
        raised = self.do(
            RaiseAlarm(
                rule=rule,
                kind="signal",
                subject=f"camera:cam-{number}",
                camera=f"cam-{number}",
                priority=priority,
                title=Text(en="Lost"),
                response=Text(en=""),
                clause="",
                evidence=None,
                lasting=True,
            ),
            "rule:lost",
        )
        return next((event.alarm for event in raised if isinstance(event, AlarmRaised)), "")

    def restore(self, number: int) -> None:
        self.do(ReturnAlarm(rule="lost", subject=f"camera:cam-{number}"), "rule:lost")

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.happen(list(due(self.state, self.now)), "hub")

    def figures(self, *, hours: float = 24, desks: tuple[str, ...] = ("production", "security")) -> AlarmFigures:
        return figures(
            self.tally,
            from_at=self.now - timedelta(hours=hours),
            to_at=self.now,
            now=self.now,
            desks=desks,
            standing=self.state.alarms.values(),
        )


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_without_alarms_there_are_no_shares(watch: Watch) -> None:
    found = watch.figures()
    assert (found.alarms, found.top, found.acknowledge_median_s, found.verdicts.false_share) == (0, [], None, None)
    assert [desk.average for desk in found.desks] == [0.0, 0.0]


def test_alarms_are_counted_by_desk_and_ten_minutes(watch: Watch) -> None:
    for number in (0, 2, 4, 1):
        watch.lose(number)
    watch.wait(minutes=25)
    watch.lose(6)
    watch.wait(minutes=35)
    found = watch.figures(hours=1)
    production, security = found.desks
    assert (production.alarms, production.slots, production.average) == (4, 6, 4 / 6)
    assert (production.peak, production.peak_at) == (3, NOON)
    assert (security.alarms, security.peak) == (1, 1)
    assert found.alarms == 5


def test_the_share_of_time_in_flood_is_of_all_periods_of_ten_minutes(watch: Watch) -> None:
    for number in range(0, 20, 2):
        watch.lose(number)
    watch.lose(0, rule="other")
    watch.wait(minutes=60)
    (production,) = watch.figures(hours=1, desks=("production",)).desks
    assert (production.flooded, production.slots, production.flood_share) == (1, 6, 1 / 6)


def test_no_average_is_over_a_time_before_the_first_record(watch: Watch) -> None:
    began_at = watch.now
    for number in range(74):
        watch.lose(2 * (number % 10), rule=f"rule-{number // 10}")
    watch.wait(minutes=23)

    def counted(hours: float) -> AlarmFigures:
        return figures(
            watch.tally,
            from_at=watch.now - timedelta(hours=hours),
            to_at=watch.now,
            now=watch.now,
            desks=("production",),
            standing=(),
            began_at=began_at,
        )

    found = counted(24)
    (desk,) = found.desks
    assert (desk.alarms, desk.slots, desk.average, desk.flood_share) == (74, 3, 74 / 3, 1 / 3)
    assert (found.counted_from_at, found.collecting) == (began_at, True)
    watch.wait(hours=24)
    found = counted(24)
    assert (found.counted_from_at, found.collecting, found.desks[0].slots) == (began_at, False, 147)


def test_what_disturbs_nobody_is_counted_apart(watch: Watch) -> None:
    number = watch.lose(0)
    watch.do(ShelveAlarm(alarm=number, reason="r", until_at=watch.now + timedelta(hours=12)))
    watch.restore(0)
    watch.wait(seconds=50)
    watch.lose(0)
    watch.wait(minutes=59)
    found = watch.figures(hours=1)
    assert (found.alarms, found.quiet, found.laid_aside, found.standing) == (1, 1, 1, 0)


def test_what_a_permit_covers_from_the_first_moment_on_disturbs_nobody(watch: Watch) -> None:
    for number in range(0, 20, 2):
        raised = watch.lose(number)
        watch.happen([AlarmSuppressed(alarm=raised, by="permit:P-1")], "hub")
    late = watch.lose(1)
    watch.wait(minutes=1)
    watch.happen([AlarmSuppressed(alarm=late, by="permit:P-1")], "hub")
    found = watch.figures()
    assert (found.alarms, found.quiet, found.laid_aside) == (1, 10, 11)
    assert [(each.camera, each.times) for each in found.top] == [("cam-1", 1)]
    assert len(watch.state.arrivals.rang) == 1


def test_the_time_to_acknowledge_runs_from_when_the_alarm_waited(watch: Watch) -> None:
    first = watch.lose(0)
    watch.wait(seconds=30)
    watch.do(AcknowledgeAlarm(alarm=first))
    second = watch.lose(1)
    watch.do(ShelveAlarm(alarm=second, reason="r", until_at=watch.now + timedelta(hours=12)))
    watch.wait(minutes=10)
    watch.do(UnshelveAlarm(alarm=second))
    watch.wait(seconds=90)
    watch.do(AcknowledgeAlarm(alarm=second))
    third = watch.lose(2)
    watch.do(TakeOutOfService(alarm=third, reason="r", until_at=watch.now + timedelta(hours=2)))
    watch.do(AcknowledgeAlarm(alarm=third))
    found = watch.figures()
    assert found.acknowledged == 2
    assert (found.acknowledge_median_s, found.acknowledge_p95_s) == (30.0, 90.0)


def test_the_ten_most_frequent_and_what_chatters_are_named_with_their_share(watch: Watch) -> None:
    for _ in range(5):
        watch.lose(1)
        watch.wait(seconds=10)
        watch.restore(1)
    watch.lose(2)
    found = watch.figures()
    assert [(each.subject, each.times, each.share) for each in found.top] == [
        ("camera:cam-1", 3, 0.75),
        ("camera:cam-2", 1, 0.25),
    ]
    assert found.top_share == 1.0
    assert [(each.camera, each.times) for each in found.chattered] == [("cam-1", 1)]
    assert (found.quiet, found.chattering) == (2, 1)


def test_verdicts_are_counted_for_the_alarm_and_a_correction_takes_the_place_of_the_first(watch: Watch) -> None:
    one, two = watch.lose(0), watch.lose(1)
    watch.do(JudgeAlarm(alarm=one, verdict="false"))
    watch.do(JudgeAlarm(alarm=two, verdict="nuisance"))
    watch.wait(hours=2)
    watch.do(JudgeAlarm(alarm=one, verdict="real"))
    found = watch.figures()
    assert (found.verdicts.judged, found.verdicts.real, found.verdicts.nuisance) == (2, 1, 1)
    assert found.verdicts.false_share == 0.0
    assert [(each.of, each.nuisance) for each in found.by_camera] == [("cam-1", 1), ("cam-0", 0)]
    # It counts for the time at which the alarm was raised.
    assert watch.figures(hours=0.5).verdicts.judged == 0


def test_a_person_of_one_domain_gets_the_figures_of_that_one(watch: Watch) -> None:
    watch.lose(0)
    watch.lose(1)
    watch.wait(minutes=1)
    found = watch.figures(desks=("security",))
    assert (found.alarms, [each.camera for each in found.top]) == (1, ["cam-1"])


def test_priorities_are_given_with_what_the_norm_recommends(watch: Watch) -> None:
    for number, priority in enumerate(("low", "low", "medium", "critical")):
        watch.lose(number, priority)
    watch.wait(minutes=1)
    found = {each.priority: (each.alarms, each.share) for each in watch.figures().priorities}
    assert found == {"critical": (1, 0.25), "high": (0, 0.0), "medium": (1, 0.25), "low": (2, 0.5)}
    assert sum(PRIORITY_TARGETS.values()) == pytest.approx(1.01)
    assert TARGETS["average"] == 1.0


def test_an_old_record_that_names_no_domain_has_that_of_its_camera_now(watch: Watch) -> None:
    plain = AlarmRaised(
        alarm="A-7", rule="r", kind="k", subject="camera:cam-1", camera="cam-1", priority="low", title=Text(en="x")
    )
    watch.happen([plain], "rule:r")
    gone = AlarmRaised(
        alarm="A-8", rule="r", kind="k", subject="camera:old", camera="old", priority="low", title=Text(en="x")
    )
    watch.happen([gone], "rule:r")
    watch.wait(minutes=1)
    assert [desk.alarms for desk in watch.figures().desks] == [0, 1]
    assert [life.domain for life in watch.tally.lives.values()] == ["security", "?"]


def test_the_life_of_an_alarm_is_told_from_raising_to_clearing(watch: Watch) -> None:
    number = watch.lose(3, "low")
    watch.wait(seconds=40)
    watch.do(AcknowledgeAlarm(alarm=number))
    watch.restore(3)
    watch.do(JudgeAlarm(alarm=number, verdict="false", cause="a spider"))
    life = watch.tally.lives[number]
    assert (life.raised_at, life.acknowledged_by) == (NOON, "person:wang")
    assert life.cleared_at == NOON + timedelta(seconds=40)
    assert (life.verdict, life.verdict_by, life.cause) == ("false", "person:wang", "a spider")


def test_only_the_newest_lives_are_kept() -> None:
    tally = Tally()
    for number in range(MOST_LIVES + 5):
        event = AlarmRaised(alarm=f"A-{number}", rule="r", kind="k", subject="hub", priority="low", title=Text(en="x"))
        tally.take(Record(number, NOON, NOON, "rule:r", None, event, None, b""))
    assert len(tally.lives) == MOST_LIVES
    assert next(iter(tally.lives)) == "A-5"


steps = st.lists(
    st.tuples(
        st.sampled_from(("lose", "restore", "ack", "shelve", "unshelve", "wait", "wait long")), st.integers(0, 5)
    ),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(steps)
def test_the_counts_agree_with_a_second_way_of_counting(drawn: list[tuple[str, int]]) -> None:
    watch = Watch()
    rang: list[tuple[datetime, int]] = []
    waits: list[float] = []
    for what, number in drawn:
        standing = watch.state.alarm_about("lost", f"camera:cam-{number}")
        alarm = standing.id if standing is not None else "A-0"
        watch.now += timedelta(seconds=7)
        try:
            match what:
                case "lose":
                    before = list(watch.records)
                    if watch.lose(number) and (standing is None or not standing.laid_aside):
                        # The third within a minute still rings: it is what the mark is made of.
                        rang += [] if _chattered(before, number) else [(watch.now, number)]
                case "restore":
                    watch.restore(number)
                case "ack" if standing is not None:
                    if standing.acknowledged_by is None and not standing.laid_aside:
                        assert standing.waiting_at is not None
                        waits.append((watch.now - standing.waiting_at).total_seconds())
                    watch.do(AcknowledgeAlarm(alarm=alarm))
                case "shelve":
                    watch.do(ShelveAlarm(alarm=alarm, reason="r", until_at=watch.now + timedelta(hours=12)))
                case "unshelve":
                    watch.do(UnshelveAlarm(alarm=alarm))
                case "wait":
                    watch.wait(minutes=number + 1)
                case "wait long":
                    watch.wait(hours=number + 1)
        except Refused:
            continue
    watch.wait(seconds=1)
    found = watch.figures(hours=24 * 20)
    assert found.alarms == len(rang)
    by_desk = [
        Counter(at.replace(minute=at.minute // 10 * 10, second=0) for at, n in rang if n % 2 == k) for k in (0, 1)
    ]
    assert [desk.alarms for desk in found.desks] == [slots.total() for slots in by_desk]
    assert [desk.peak for desk in found.desks] == [max(slots.values(), default=0) for slots in by_desk]
    assert found.acknowledged == len(waits)
    if waits:
        low = sorted(waits)[(len(waits) - 1) // 2]
        assert found.acknowledge_median_s == pytest.approx(low)
        assert found.acknowledge_median_s <= median(waits)
    assert all(isinstance(record.event, EVENTS) or record.seq == 1 for record in watch.records)


def _chattered(records: list[Record], number: int) -> bool:
    """Whether the camera's alarm chatters after these records."""
    marked = False
    for record in records:
        if getattr(record.event, "about", "") == f"camera:cam-{number}":
            marked = type(record.event).__name__ == "AlarmChattering"
    return marked


def test_what_a_person_may_not_see_is_counted_and_not_named(watch: Watch) -> None:
    for number in (0, 2):
        watch.do(JudgeAlarm(alarm=watch.lose(number), verdict="false"))
    watch.wait(minutes=1)
    found = figures(
        watch.tally,
        from_at=NOON,
        to_at=watch.now,
        now=watch.now,
        desks=["production"],
        standing=(),
        sees=lambda camera: camera == "cam-2",
    )
    assert (found.alarms, found.verdicts.judged, found.top_share) == (2, 2, 1.0)
    assert [each.camera for each in found.top] == ["cam-2"]
    assert [each.of for each in found.by_camera] == ["cam-2"]
