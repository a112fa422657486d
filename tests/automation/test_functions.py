"""What the functions of conditions say: of alarms, tickets and rounds, of the time, and of what came before."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.automation.language.condition import ConditionErrors, compile_condition
from hub.automation.language.context import Context
from hub.core.alarms.model import Alarm
from hub.core.calendar import Calendar
from hub.core.permits.model import Permit, Permits
from hub.core.rounds.model import Round
from hub.core.state import State
from hub.core.text import Text

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""Monday, 12:00 in Shanghai."""


def holds(source: str, *, state: State = State(), **context: object) -> bool:
    around = Context(**{"at": NOON, "zone": SHANGHAI, **context})  # type: ignore[arg-type]
    return compile_condition(source, {}).holds({}, state, around)


@pytest.mark.parametrize(
    ("local", "by_night", "by_day"),
    [("21:59", False, False), ("22:00", True, False), ("23:59", True, False), ("00:00", True, False),
     ("05:59", True, False), ("06:00", False, False), ("08:00", False, True), ("19:59", False, True),
     ("20:00", False, False)],
)  # fmt: skip
def test_between_begins_at_the_first_time_ends_before_the_second_and_goes_over_midnight(local, by_night, by_day):
    at = datetime.fromisoformat(f"2026-03-02T{local}").replace(tzinfo=SHANGHAI)
    assert holds('between("22:00", "06:00")', at=at) is by_night
    assert holds('between("08:00", "20:00")', at=at) is by_day


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439))
def test_a_time_is_between_two_or_between_the_second_and_the_first(start, end, now):
    assume(start != end)
    at = datetime(2026, 3, 2, now // 60, now % 60, tzinfo=UTC)
    first, second = (f"{minute // 60:02}:{minute % 60:02}" for minute in (start, end))
    inside = holds(f"between('{first}', '{second}')", at=at, zone=UTC)
    outside = holds(f"between('{second}', '{first}')", at=at, zone=UTC)
    assert inside != outside


def test_the_day_is_that_of_the_site():
    late_on_sunday = datetime(2026, 3, 1, 17, tzinfo=UTC)  # Monday 01:00 in Shanghai
    assert holds('weekday() == "mon"', at=late_on_sunday)
    assert holds('weekday() == "sun"', at=late_on_sunday, zone=UTC)


def test_workdays_follow_the_calendar_with_its_make_up_days():
    monday, saturday = date(2026, 3, 2), date(2026, 3, 7)
    at_saturday = NOON + timedelta(days=5)
    assert holds("workday() and not holiday()")
    assert holds("holiday() and not workday()", at=at_saturday)
    moved = Calendar(holidays={monday: Text(en="Day off")}, workdays={saturday: Text(en="Made up")})
    assert holds("holiday()", calendar=moved)
    assert holds("workday()", at=at_saturday, calendar=moved)


def test_count_says_how_often_it_came_within_the_time_the_present_one_included():
    matched = tuple(NOON - timedelta(minutes=minutes) for minutes in (90, 60, 59, 5, 0))
    assert holds('count("1h") == 3', matched=matched)
    assert holds('count("61m") == 4', matched=matched)
    assert holds('count("1d") == 5', matched=matched)
    assert holds('count("1h") == 0')


def test_a_post_is_manned_by_the_roster_at_that_instant():
    asked = []

    def manned(post: str, at: datetime) -> bool:
        asked.append((post, at))
        return post == "gate"

    assert holds('on_duty("gate") and not on_duty("yard")', manned=manned)
    assert asked == [("gate", NOON), ("yard", NOON)]
    assert not holds('on_duty("gate")')


def alarm(number: int, kind: str, *, active: bool) -> Alarm:
    return Alarm(
        id=f"A-{number}", rule="r", kind=kind, subject="hub", camera=None, priority="low", title=Text(en="x"),
        response=Text(en=""), clause="", raised_at=NOON, cause=None, active=active,
    )  # fmt: skip


def test_open_alarms_counts_those_of_the_kind_that_have_not_returned():
    alarms = [alarm(1, "signal", active=True), alarm(2, "signal", active=True), alarm(3, "signal", active=False),
              alarm(4, "view", active=True)]  # fmt: skip
    state = State(alarms={each.id: each for each in alarms})
    assert holds('open_alarms("signal") == 2 and open_alarms("view") == 1 and open_alarms("x") == 0', state=state)


def test_a_round_is_open_until_it_is_made():
    due = Round(
        id="R-1", kind="technical", title=Text(en="x"), team="", since_at=NOON, due_at=None, rule=None, clause=""
    )
    assert holds('round_open("technical") and not round_open("cleaning")', state=State(rounds={"R-1": due}))


def test_a_permit_covers_its_kinds_on_its_cameras_from_its_beginning_to_its_end():
    permit = Permit(
        id="P-1",
        state="active",
        cameras=("gate-1",),
        kinds=("obstruction",),
        from_at=NOON,
        to_at=NOON + timedelta(hours=1),
        reason="r",
        work="",
        firm="",
        attachments=(),
        extends="",
        domain="security",
        applicant="person:zhao",
        applied_at=NOON,
    )
    state = State(at=NOON, permits=Permits(permits={"P-1": permit}))
    assert holds("permit_covers('gate-1', 'obstruction')", state=state)
    assert holds("permit_covers('gate-1', 'view.obstructed')", state=state)
    assert not holds("permit_covers('gate-1', 'signal')", state=state)
    assert not holds("permit_covers('gate-2', 'obstruction')", state=state)
    later = State(at=NOON + timedelta(hours=1), permits=state.permits)
    assert not holds("permit_covers('gate-1', 'obstruction')", state=later)
    with pytest.raises(ConditionErrors, match="obstruction"):
        compile_condition("permit_covers('gate-1', 'obstruktion')", {})
