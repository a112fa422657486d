"""Alarms of a simulated month: each as it came and went, and the figures about them, against the books."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from hub.core.alarms.events import AlarmChattering, AlarmRaised, AlarmSuppressed, AlarmUnsuppressed
from hub.core.alarms.figures import AlarmFigures, figures, percentile
from hub.core.alarms.tally import Tally
from hub.core.tickets.events import TicketOverdue, TicketUnassigned
from tests.sim.book_alarms import Raising
from tests.sim.conftest import Plant
from tests.sim.plant import CAMERAS

TOGETHER = timedelta(seconds=3)
"""So long a message waits for others of its kind."""
DESKS = ("production", "security")


@pytest.fixture(scope="module")
def counted(plant: Plant) -> AlarmFigures:
    tally = Tally(CAMERAS)
    for record in plant.records:
        tally.take(record)
    return figures(
        tally,
        from_at=plant.month.start_at.replace(minute=0),
        to_at=plant.month.end_at,
        now=plant.month.end_at,
        desks=DESKS,
        standing=plant.state.alarms.values(),
    )


def test_every_alarm_was_raised_when_the_books_say(plant: Plant) -> None:
    theirs = sorted(
        (record.seen_at, record.event.rule, record.event.camera or "")
        for record in plant.records
        if isinstance(record.event, AlarmRaised)
    )
    mine = sorted((each.at, each.rule, each.camera or "") for each in plant.month.alarms.raisings)
    assert (first_difference(theirs, mine), len(theirs)) == (None, len(mine))


def test_an_alarm_about_a_ticket_is_about_no_other_ticket_of_its_camera(plant: Plant) -> None:
    told = {
        record.seq: record.event.ticket
        for record in plant.records
        if isinstance(record.event, TicketOverdue | TicketUnassigned)
    }
    raised = [
        (record.event, told[record.cause])
        for record in plant.records
        if isinstance(record.event, AlarmRaised) and record.cause in told
    ]
    assert len(raised) == len(told) > 10
    assert all(event.subject == f"ticket:{ticket}" and ticket in event.title.en for event, ticket in raised)


def test_what_stands_at_the_end_is_what_the_books_have(plant: Plant) -> None:
    theirs = Counter((a.rule, a.camera, a.active, a.acknowledged_by is not None) for a in plant.state.alarms.values())
    mine = Counter((a.rule, a.camera, a.active, a.noted) for a in plant.month.alarms.standing.values())
    assert theirs == mine


def test_permits_silence_alarms_exactly_as_long_as_they_cover_them(plant: Plant) -> None:
    of_alarm: dict[str, tuple[str, str]] = {}
    theirs: list[tuple[datetime, str, str, str, bool]] = []
    for record in plant.records:
        match record.event:
            case AlarmRaised(alarm=name, rule=rule, subject=subject):
                of_alarm[name] = (rule, subject)
            case AlarmSuppressed(alarm=name, by=by) | AlarmUnsuppressed(alarm=name, by=by):
                rule, subject = of_alarm[name]
                begins = isinstance(record.event, AlarmSuppressed)
                theirs.append((record.seen_at, rule, subject, by.removeprefix("permit:"), begins))
    assert sorted(theirs) == sorted(plant.month.alarms.suppressed)
    assert len(theirs) > 10


def test_the_figures_count_what_disturbed_somebody(plant: Plant, counted: AlarmFigures) -> None:
    raisings = plant.month.alarms.raisings
    loud = [each for each in raisings if not each.quiet]
    assert (counted.alarms, counted.quiet) == (len(loud), len(raisings) - len(loud))
    for desk in counted.desks:
        mine = [each.at for each in loud if each.camera is None or CAMERAS[each.camera] == desk.desk]
        slots = Counter(at.replace(minute=at.minute // 10 * 10, second=0, microsecond=0) for at in mine)
        assert (desk.alarms, desk.peak) == (len(mine), max(slots.values()))
        assert desk.flooded == sum(number > 10 for number in slots.values())
    most = Counter((each.rule, each.about) for each in loud).most_common(10)
    assert [each.times for each in counted.top] == [times for _, times in most]


def test_the_figures_have_the_time_that_alarms_waited(plant: Plant, counted: AlarmFigures) -> None:
    waited = sorted(each.waited_s for each in plant.month.alarms.noted)
    assert counted.acknowledged == len(waited)
    assert counted.acknowledge_median_s == pytest.approx(percentile(waited, 0.5))
    assert counted.acknowledge_p95_s == pytest.approx(percentile(waited, 0.95))


def test_a_loose_plug_chatters_once_and_then_only_counts(plant: Plant) -> None:
    theirs = [record for record in plant.records if isinstance(record.event, AlarmChattering)]
    assert len(theirs) == plant.month.alarms.chattered > 0


def test_the_leader_is_told_of_a_lost_signal_that_nobody_takes_note_of_and_of_no_other(plant: Plant) -> None:
    month = plant.month
    theirs = {
        (at - TOGETHER, message.camera)
        for at, rule, message in month.hub.messages
        if rule == "signal-lost" and message.to == "leader" and not near_a_downtime(plant, at)
    }
    mine = {
        (at, each.camera)
        for each in month.alarms.raisings
        if each.rule == "signal-lost"
        for at in reminders(plant, each)
        if not near_a_downtime(plant, at)
    }
    assert theirs == mine
    assert len(mine) > 5


def reminders(plant: Plant, raising: Raising) -> Iterator[datetime]:
    """After five minutes and five times more; what falls in a silence is heard at its end, and the others as much
    later."""
    over_at = min(raising.ended_at or plant.month.end_at, plant.month.closed_at)
    held = timedelta()
    for number in range(6):
        planned = raising.at + timedelta(minutes=5 + 10 * number) + held
        at = plant.month.alarms.heard(raising.rule, raising.about, planned)
        if at >= over_at:
            return
        held += at - planned
        yield at


def near_a_downtime(plant: Plant, at: datetime) -> bool:
    """Whether what is due then is made up for when the hub is started again."""
    return any(begin - TOGETHER <= at <= end + TOGETHER for _, begin, end in plant.month.down)


def first_difference(theirs: list[tuple[datetime, str, str]], mine: list[tuple[datetime, str, str]]) -> object:
    return next(((one, other) for one, other in zip(theirs, mine, strict=False) if one != other), None)
