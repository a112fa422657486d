"""Duty over the real API: who is where, shifts ahead, handovers and attendance."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from hub.client.duty import attendance, calendar, duty, handovers, past_handovers
from hub.core.command import Command
from hub.core.decisions import decide, due
from hub.core.duty.changes import shift_changes
from hub.core.duty.commands import AskCover
from hub.core.duty.decisions import zone_of
from hub.core.duty.roster import Pattern, Person, Post, Roster, Shift, Team, Turn
from hub.core.duty.shifts import RosterLoaded
from hub.core.event import Event
from hub.core.people.events import AccountCreated, ConfidentialitySigned, PersonLeft, TrainingRecorded
from hub.core.posts.commands import BeginHandover, RoomAnswer, SignHandover, SignOn, TakeOver
from hub.core.posts.events import PostAttendance
from hub.core.text import Text
from hub.errors import NotSignedIn, Refused
from tests.server.conftest import Plant

NAME = Text(en="x")
DAY, NIGHT = "watch_officer.ps", "leader.ps"
PEOPLE = (DAY, NIGHT)
ROSTER = Roster(
    people=tuple(Person(id=each, name=Text(en=each.title(), zh="值班员")) for each in PEOPLE),
    teams=tuple(Team(id=str(number), name=NAME, people=(each,)) for number, each in enumerate(PEOPLE)),
    posts=(Post(id="desk", name=Text(en="Desk", zh="监控台")),),
    shifts=(
        Shift(id="day", name=Text(en="Day"), begin=time(8), end=time(20)),
        Shift(id="night", name=Text(en="Night"), begin=time(20), end=time(8)),
    ),
    patterns=tuple(
        Pattern(id=shift, post="desk", cycle=(shift,), start_on=date(2025, 1, 1), turns=(Turn(team=team),))
        for team, shift in (("0", "day"), ("1", "night"))
    ),
)


def settle(plant: Plant) -> None:
    """What the roster and the time bring."""
    backend, now = plant.backend, plant.clock.now()
    state = backend.state()
    backend.write(*shift_changes(state.duty, state.duty.roster, now, zone_of(state), lambda day: True, changed=True))
    while events := due(backend.state(), now):
        backend.write(*events)


def do(plant: Plant, who: str, command: Command) -> Sequence[Event]:
    """As the hub carries it out."""
    events = decide(plant.backend.state(), command, f"person:{who}", plant.clock.now())
    plant.backend.write(*events, actor=f"person:{who}")
    return events


@pytest.fixture
def manned(plant: Plant) -> Plant:
    """A roster in force; it is at the beginning of the day shift."""
    local = plant.clock.now().astimezone(zone_of_site())
    plant.clock.advance((local.replace(hour=8, minute=0, second=0, microsecond=0) - local).total_seconds() % 86_400)
    for account in PEOPLE:
        plant.backend.write(
            AccountCreated(account=account, name=account, role="watch_officer", domains=["production", "security"]),
            TrainingRecorded(account=account, course="watch", held_on="2025-01-01"),
            ConfidentialitySigned(account=account, signed_on="2025-01-01"),
        )
    plant.backend.write(RosterLoaded(roster=ROSTER, zone="Asia/Shanghai"))
    settle(plant)
    return plant


def zone_of_site() -> ZoneInfo:
    return ZoneInfo("Asia/Shanghai")


async def test_duty_says_who_is_there_who_comes_next_and_what_is_mine(manned: Plant) -> None:
    client = await manned.signed_in(DAY)
    view = await duty(client)
    (post,) = view.posts
    assert [(each.account, each.state, each.present) for each in post.people] == [(DAY, "expected", False)]
    assert (view.sign_on_at, view.my_post) == ("desk", "")
    assert [(shift.shift, [person.account for person in shift.people]) for shift in view.next] == [("night", [NIGHT])]
    assert len(view.mine) == 14
    do(manned, DAY, SignOn(post="desk"))
    view = await duty(client)
    assert (view.sign_on_at, view.my_post) == ("", "desk")
    site = await client.site()
    assert [(each.account, each.present) for each in site.posts[0].people] == [(DAY, True)]


async def test_who_signed_on_early_is_there_and_not_there_still(manned: Plant) -> None:
    do(manned, DAY, SignOn(post="desk"))
    manned.clock.advance(timedelta(hours=11, minutes=30).total_seconds())
    settle(manned)
    do(manned, NIGHT, SignOn(post="desk"))
    client = await manned.signed_in(DAY)
    (post,) = (await duty(client)).posts
    assert {each.account: each.state for each in post.people} == {DAY: "present", NIGHT: "present"}
    manned.clock.advance(timedelta(minutes=40).total_seconds())
    settle(manned)
    (post,) = (await duty(client)).posts
    assert {each.account: each.state for each in post.people} == {DAY: "staying", NIGHT: "present"}


async def test_everybody_reads_the_names_of_people_teams_and_shifts(manned: Plant) -> None:
    manned.backend.write(PersonLeft(account=NIGHT, name=NIGHT, successor=None))
    site = await (await manned.signed_in(DAY)).site()
    assert {DAY: DAY, NIGHT: NIGHT}.items() <= site.people.items()
    assert site.teams == {"0": NAME, "1": NAME}
    assert site.shifts == {"day": Text(en="Day"), "night": Text(en="Night")}


async def test_the_calendar_has_every_shift_of_the_days_asked_for(manned: Plant) -> None:
    client = await manned.signed_in(DAY)
    first = manned.clock.now().astimezone(zone_of_site()).date()
    shifts = await calendar(client, days=2)
    assert [(each.on, each.shift) for each in shifts] == [
        (first, "day"),
        (first, "night"),
        (first + timedelta(days=1), "day"),
        (first + timedelta(days=1), "night"),
    ]
    assert [each.on for each in await calendar(client, first=date(2026, 3, 1), days=1)] == [date(2026, 3, 1)] * 2
    for wrong in ({"first": "soon"}, {"days": 100}, {"first": "1812-01-01"}):
        with pytest.raises(Refused):
            await client.read("duty/calendar", list, wrong)  # type: ignore[arg-type]
    with pytest.raises(NotSignedIn):
        await manned.client().read("duty", dict)


async def test_a_handover_is_read_signed_and_kept_with_its_sheet(manned: Plant) -> None:
    do(manned, DAY, SignOn(post="desk"))
    do(manned, DAY, BeginHandover(post="desk"))
    client = await manned.signed_in(DAY)
    (view,) = await handovers(client)
    assert (view.state, view.begun_by, view.changes, view.waiting) == ("begun", DAY, [], [])
    room = [RoomAnswer(item=item.id, answer="yes" if getattr(item, "good", True) else "no") for item in view.items]
    do(manned, DAY, SignHandover(handover=view.handover, digest=view.digest, room=room))
    manned.clock.advance(12 * 3600)
    settle(manned)
    client = await manned.signed_in(DAY)
    (view,) = await handovers(client)
    assert view.state == "signed"
    do(manned, NIGHT, TakeOver(handover=view.handover, digest=view.digest, note="all well"))
    assert await handovers(client) == []
    (past,) = await past_handovers(client)
    assert (past.outgoing, past.incoming, past.note) == (DAY, NIGHT, "all well")
    assert past.sheet == view.sheet
    assert await past_handovers(client, post="gate") == []


async def test_a_sheet_is_for_people_with_rights_in_all_its_domains(manned: Plant) -> None:
    do(manned, DAY, SignOn(post="desk"))
    do(manned, DAY, BeginHandover(post="desk"))
    for account, sees in (("watch_officer.p", 0), ("leader.ps", 1)):
        client = await manned.signed_in(account)
        assert len(await handovers(client)) == sees
        assert len(await client.events(types=["handover.begun"])) == sees
        assert len(await client.events(types=["post.signed_on"])) == 1


async def test_attendance_is_counted_by_person_and_month_from_the_record(manned: Plant) -> None:
    do(manned, DAY, SignOn(post="desk"))
    manned.clock.advance(12 * 3600)
    settle(manned)
    manned.clock.advance(1200)
    settle(manned)
    month = manned.clock.now().astimezone(zone_of_site())
    client = await manned.signed_in(DAY)
    view = await attendance(client)
    assert view.month == f"{month:%Y-%m}"
    assert [(row.account, row.shifts, row.attended, row.absent) for row in view.rows] == [(DAY, 1, 1, 0)]
    manned.clock.advance(12 * 3600)
    settle(manned)
    client = await manned.signed_in(DAY)
    view = await attendance(client, account=NIGHT)
    assert [(entry.verdict, entry.account) for entry in view.entries] == [("absent", NIGHT)]
    assert (await attendance(client, month="2020-01")).rows == []
    with pytest.raises(Refused):
        await attendance(client, month="2020-13")


async def test_attendance_goes_back_over_many_pages(manned: Plant) -> None:
    do(manned, DAY, SignOn(post="desk"))
    manned.clock.advance(12 * 3600)
    settle(manned)
    one = next(r.event for r in manned.backend.records if isinstance(r.event, PostAttendance))
    manned.backend.write(*(replace(one, account=f"p{number % 7}") for number in range(2500)))
    client = await manned.signed_in(DAY)
    view = await attendance(client)
    assert sum(row.shifts for row in view.rows) == 2501
    assert view.whole


async def test_changes_of_shifts_are_part_of_the_site(manned: Plant) -> None:
    on = manned.clock.now().astimezone(zone_of_site()).date() + timedelta(days=2)
    spare = replace(ROSTER, people=(*ROSTER.people, Person(id="spare", name=NAME)))
    manned.backend.write(
        AccountCreated(account="spare", name="s", role="watch_officer", domains=["production"]),
        TrainingRecorded(account="spare", course="watch", held_on="2025-01-01"),
        ConfidentialitySigned(account="spare", signed_on="2025-01-01"),
        RosterLoaded(roster=spare, zone="Asia/Shanghai"),
    )
    do(manned, DAY, AskCover(other="spare", on=on, reason="r"))
    client = await manned.signed_in(NIGHT)
    (item,) = (await client.site()).swaps
    assert (item.swap.id, item.state, item.swap.asker) == ("S-1", "asked", DAY)
