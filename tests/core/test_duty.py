"""Duty on record: what stands follows the roster, whenever and however often it is asked."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.core.duty.changes import gap_changes, next_look, shift_changes
from hub.core.duty.coverage import coverage
from hub.core.duty.roster import Cover, Leave, Pattern, Person, Post, Roster, Shift, Team, Turn, shifts_between
from hub.core.duty.shifts import Duty, DutyEvent, RosterFilled, RosterGap, ShiftBegun, ShiftEnded, ShiftEndsSoon, follow
from hub.core.people.model import Paper, qualified_until
from hub.core.text import Text
from hub.core.walltime import midnight
from tests.core.rosters import DAY, DAYS, is_workday, rosters

SHANGHAI = ZoneInfo("Asia/Shanghai")
PEOPLE = ("ann", "bob")
NAME = Text(en="x")
ROSTER = Roster(
    people=tuple(Person(id=name, name=Text(en=name.title())) for name in PEOPLE),
    teams=tuple(Team(id=name[0], name=NAME, people=(name,)) for name in PEOPLE),
    posts=(Post(id="desk", name=Text(en="Desk", zh="监控台")),),
    shifts=(
        Shift(id="day", name=NAME, begin=time(8), end=time(20)),
        Shift(id="night", name=NAME, begin=time(20), end=time(8)),
    ),
    patterns=(
        Pattern(
            id="main",
            post="desk",
            cycle=("day", "night"),
            start_on=date(2026, 1, 1),
            turns=(Turn(team="a"), Turn(team="b", offset=1)),
        ),
    ),
)
"""Ann has the day of the odd dates of January 2026, bob its night, and the other way round on the even ones."""


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


class Story:
    """Duty as it goes on record."""

    def __init__(self, roster: Roster = ROSTER, zone: ZoneInfo = SHANGHAI) -> None:
        self.roster, self.zone, self.duty = roster, zone, Duty()

    def shifts(self, now: datetime, *, changed: bool = False) -> list[tuple[type[DutyEvent], str, str]]:
        events = shift_changes(self.duty, self.roster, now, self.zone, is_workday, changed=changed)
        for event in events:
            self.duty = follow(self.duty, None, event)
        return [(type(event), event.shift, ",".join(event.people)) for event in events]

    def gaps(self, now: datetime) -> list[RosterGap | RosterFilled]:
        events = gap_changes(self.duty, self.roster, now, self.zone, is_workday)
        for event in events:
            self.duty = follow(self.duty, None, event)
        return events


def test_shifts_end_and_begin_at_their_instants_and_are_announced_once() -> None:
    story = Story()
    assert story.shifts(at(5, 7)) == [(ShiftBegun, "night", "ann")]
    assert next_look(story.duty, ROSTER, at(5, 7), SHANGHAI, is_workday) == at(5, 7, 45)
    assert story.shifts(at(5, 7, 45)) == [(ShiftEndsSoon, "night", "ann")]
    assert story.shifts(at(5, 7, 46)) == []
    assert next_look(story.duty, ROSTER, at(5, 7, 46), SHANGHAI, is_workday) == at(5, 8)
    assert story.shifts(at(5, 8)) == [(ShiftEnded, "night", "ann"), (ShiftBegun, "day", "ann")]
    assert story.duty.at_post("desk") == ("ann",)
    assert story.shifts(at(5, 8)) == []


def test_the_announcement_names_the_relief() -> None:
    story = Story()
    story.shifts(at(5, 10))
    (soon,) = shift_changes(story.duty, ROSTER, at(5, 19, 50), SHANGHAI, is_workday, changed=False)
    assert isinstance(soon, ShiftEndsSoon)
    assert (soon.relief, soon.relief_names, soon.post_name.zh) == (["bob"], Text(en="Bob", zh="Bob"), "监控台")
    alone = replace(ROSTER, patterns=(replace(ROSTER.patterns[0], turns=(Turn(team="a"),)),))
    (soon,) = shift_changes(story.duty, alone, at(5, 19, 50), SHANGHAI, is_workday, changed=False)
    assert isinstance(soon, ShiftEndsSoon)
    assert soon.relief_names == Text(en="nobody", zh="无人")


def test_after_days_without_the_hub_only_what_stands_now_is_put_right() -> None:
    story = Story()
    story.shifts(at(5, 10))
    assert story.shifts(at(8, 23)) == [(ShiftEnded, "day", "ann"), (ShiftBegun, "night", "ann")]


def test_a_clock_set_back_a_little_ends_and_begins_nothing_twice() -> None:
    story = Story()
    story.shifts(at(5, 7, 50))
    story.shifts(at(5, 8))
    assert story.shifts(at(5, 7, 30)) == []
    assert story.shifts(at(5, 8)) == []


def test_a_clock_that_was_years_ahead_leaves_nothing_behind() -> None:
    story = Story()
    story.shifts(at(5, 10) + 1000 * DAY)
    assert [kind for kind, _, _ in story.shifts(at(5, 10))] == [ShiftEnded, ShiftBegun]
    assert [shift.from_at for shift in story.duty.shifts.values()] == [at(5, 8)]


def test_somebody_who_stands_in_from_now_on_ends_one_shift_and_begins_another() -> None:
    story = Story()
    story.shifts(at(5, 10))
    story.roster = replace(ROSTER, covers=(Cover(on=date(2026, 1, 5), person="bob", instead_of="ann"),))
    assert story.shifts(at(5, 11), changed=True) == [(ShiftEnded, "day", "ann"), (ShiftBegun, "day", "bob")]
    story.roster = ROSTER
    assert story.shifts(at(5, 12), changed=True) == [(ShiftEnded, "day", "bob"), (ShiftBegun, "day", "ann")]
    leave = Leave(person="ann", first_on=date(2026, 1, 5), last_on=date(2026, 1, 5))
    story.roster = replace(ROSTER, leaves=(leave,))
    assert story.shifts(at(5, 13), changed=True) == [(ShiftEnded, "day", "ann")]
    assert story.duty.at_post("desk") == ()


def test_a_gap_is_told_once_and_closed_when_somebody_is_there() -> None:
    leave = Leave(person="bob", first_on=date(2026, 1, 9), last_on=date(2026, 1, 9))
    story = Story(replace(ROSTER, leaves=(leave,)))
    (gap,) = story.gaps(at(5, 10))
    assert isinstance(gap, RosterGap)
    assert (gap.post, gap.from_at, gap.to_at, gap.need, gap.have) == ("desk", at(9, 20), at(10, 8), 1, 0)
    assert gap.why.en == "Bob is on leave"
    assert story.gaps(at(5, 10)) == story.gaps(at(7, 3)) == []
    story.roster = replace(
        story.roster, covers=(Cover(on=date(2026, 1, 9), person="ann", instead_of="bob", shift="night"),)
    )
    (filled,) = story.gaps(at(7, 4))
    assert isinstance(filled, RosterFilled)
    assert (filled.gap, filled.how) == (gap.gap, "filled")
    assert story.duty.gaps == {}


def test_a_gap_beyond_the_next_days_is_told_when_its_day_comes_into_sight() -> None:
    story = Story(replace(ROSTER, patterns=(replace(ROSTER.patterns[0], until_on=date(2026, 1, 15)),)))
    assert story.gaps(at(8, 23)) == []
    (gap,) = story.gaps(at(9, 0))
    assert isinstance(gap, RosterGap)
    assert (gap.from_at, gap.why.en) == (at(16, 8), "nobody is rostered")


def test_a_gap_without_an_end_is_told_for_what_is_in_sight_and_then_day_by_day() -> None:
    story = Story(replace(ROSTER, patterns=()))
    (first,) = story.gaps(at(5, 10))
    (second,) = story.gaps(at(6, 0))
    assert isinstance(first, RosterGap)
    assert isinstance(second, RosterGap)
    assert (first.from_at, second.from_at) == (at(5, 10), first.to_at)
    assert second.to_at - second.from_at == DAY


def test_a_gap_whose_reason_or_size_is_another_one_is_told_anew() -> None:
    leave = Leave(person="bob", first_on=date(2026, 1, 9), last_on=date(2026, 1, 9))
    story = Story(replace(ROSTER, leaves=(leave,)))
    (gap,) = story.gaps(at(5, 10))
    story.roster = replace(ROSTER, patterns=(replace(ROSTER.patterns[0], turns=(Turn(team="a"),)),))
    filled, *told = story.gaps(at(5, 11))
    assert isinstance(filled, RosterFilled)
    assert (filled.gap, filled.how) == (gap.gap, "changed")
    assert {each.why.en for each in told if isinstance(each, RosterGap)} == {"nobody is rostered"}


def test_a_gap_that_nobody_closed_is_past_in_the_end() -> None:
    leave = Leave(person="bob", first_on=date(2026, 1, 5), last_on=date(2026, 1, 5))
    story = Story(replace(ROSTER, leaves=(leave,)))
    story.gaps(at(5, 10))
    assert next_look(story.duty, story.roster, at(6, 7), SHANGHAI, is_workday) == at(6, 8)
    assert [event.how for event in story.gaps(at(6, 8)) if isinstance(event, RosterFilled)] == ["past"]


@settings(max_examples=40, deadline=None)
@given(made=rosters(), hours=st.lists(st.integers(0, DAYS * 24 - 1), min_size=1, max_size=12).map(sorted))
def test_what_stands_is_what_the_roster_says_however_seldom_it_is_looked_at(made, hours):
    roster, zone, first = made
    story = Story(roster, zone)
    for hour in hours:
        now = midnight(first, zone) + timedelta(hours=hour)
        story.shifts(now, changed=True)
        now_on = shifts_between(roster, now, now + DAY / 1440, zone, is_workday)
        wanted = {
            (each.post, each.shift, each.team, each.from_at): each.people
            for each in now_on
            if each.from_at <= now < each.to_at and each.people
        }
        stands = {(s.post, s.shift, s.team, s.from_at): s.people for s in story.duty.shifts.values()}
        assert stands == wanted
        story.gaps(now)
        assert story.gaps(now) == []
        last = midnight(now.astimezone(zone).date() + 8 * DAY, zone)
        for gap in coverage(roster, now, last, zone, is_workday).gaps:
            told = sorted((s.from_at, s.to_at) for s in story.duty.gaps.values() if s.post == gap.post)
            reached = gap.from_at
            for begin, end in told:
                if begin <= reached:
                    reached = max(reached, end)
            assert reached >= gap.to_at
        for standing in story.duty.gaps.values():
            assert standing.to_at > now


@settings(max_examples=30, deadline=None)
@given(made=rosters())
def test_looking_whenever_it_says_puts_every_shift_on_record_at_its_instants(made):
    roster, zone, first = made
    now, end = midnight(first, zone), midnight(first + DAYS * DAY, zone)
    story, begun = Story(roster, zone), {}
    while now < end:
        for event in shift_changes(story.duty, roster, now, zone, is_workday, changed=False):
            story.duty = follow(story.duty, None, event)
            if isinstance(event, ShiftBegun):
                key = (event.post, event.shift, event.team, event.from_at)
                assert key not in begun
                begun[key] = now
        now = next_look(story.duty, roster, now, zone, is_workday)
    for (_, _, _, from_at), seen_at in begun.items():
        assert seen_at == max(from_at, midnight(first, zone))


def test_only_those_with_papers_on_record_count_where_the_roster_says_so() -> None:
    now = at(5, 9)
    around = (now, SHANGHAI, is_workday)
    papers = {"ann": None, "bob": at(6, 8)}
    assert gap_changes(Duty(), ROSTER, *around, papers=papers) == [], "nobody asked"
    wanted = replace(ROSTER, on_record=True)
    assert gap_changes(Duty(), wanted, *around, papers={"ann": None, "bob": None}) == []
    gaps = gap_changes(Duty(), wanted, *around, papers=papers)
    bobs = [
        stint for stint in shifts_between(ROSTER, at(6, 8), at(13, 0), SHANGHAI, is_workday) if "bob" in stint.people
    ]
    assert gaps[0].from_at == bobs[0].from_at
    assert gaps[0].why.en == "Bob's training or confidentiality agreement ends on 2026-01-06"
    unknown = gap_changes(Duty(), wanted, *around, papers={"bob": None})
    assert unknown[0].from_at == now
    assert unknown[0].why.zh == "Ann没有有效的培训记录或保密协议"


@given(rosters(), st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_with_everybody_on_record_a_roster_holds_as_without_and_with_nobody_never_better(
    given_: tuple[Roster, ZoneInfo, date], data: st.DataObject
) -> None:
    roster, zone, first = given_
    begin = midnight(first, zone)
    period = (begin, begin + DAYS * DAY, zone, is_workday)
    wanted = replace(roster, on_record=True)
    everybody = {person.id: None for person in roster.people}
    assert coverage(wanted, *period, everybody) == coverage(roster, *period)
    some = {person.id: None for person in roster.people if data.draw(st.booleans())}
    held = coverage(wanted, *period, some)
    assert all(person in some for span in (*held.spans, *held.gaps) for person in span.people)


def test_papers_end_with_the_agreement_or_the_last_training_whichever_comes_first() -> None:
    def paper(what: str, until: datetime | None) -> Paper:
        return Paper(what=what, day="2026-01-01", valid_until_at=until)  # type: ignore[arg-type]

    endless = paper("confidentiality", None)
    assert qualified_until([endless, paper("training", None), paper("training", at(5, 0))]) is None
    assert qualified_until([endless, paper("training", at(7, 0)), paper("training", at(5, 0))]) == at(7, 0)
    assert qualified_until([paper("confidentiality", at(6, 0)), paper("training", at(7, 0))]) == at(6, 0)
