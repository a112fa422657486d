"""The home panel: what is wrong, what must be done, by when, and the way there."""

from datetime import UTC, timedelta

from msgspec.structs import replace

from hub.client.views import ReviewLine
from hub.core.attention.commands import AskAttention
from hub.core.attention.events import AttentionPlanned
from hub.core.attention.posts import PostPlan
from hub.core.catalogue import ConfigRejected
from hub.core.command import Command
from hub.core.decisions import decide
from hub.core.duty.commands import AgreeSwap, AskCover
from hub.core.permits.commands import ApplyPermit, ApprovePermit
from hub.core.permits.decisions import due as permits_due
from hub.core.posts.commands import BeginHandover, SignOn
from hub.core.rounds.events import RoundDue
from hub.core.text import Text
from hub.core.tickets.commands import AssignTicket, ReportFault, ReportRepair
from hub.core.tickets.events import TicketAssigned, TicketOpened
from hub.testing.clock import FakeClock
from hub.tui.rows import home
from hub.tui.rows.task import Task
from hub.tui.situation import Link, Situation
from tests.tui.assets_plant import stock
from tests.tui.conftest import NOW, Watch
from tests.tui.duty_plant import look, on_duty
from tests.tui.fake_hub import ACCOUNTS, FakeHub


async def situation(hub: FakeHub, account: str = "wang") -> Situation:
    hub.account = ACCOUNTS[account]
    return Situation(now=NOW, zone=UTC, link=Link(up=True), site=await hub.site())


def give(hub: FakeHub, who: str, command: Command) -> None:
    actor = f"person:{who}"
    hub.happen(*decide(hub.state, command, actor, hub.clock.now()), actor=actor)


async def seen_by(hub: FakeHub, account: str, kind: str) -> list[Task]:
    """The tasks of one kind that an account is shown."""
    here = await situation(hub, account)
    here = Situation(now=hub.clock.now(), zone=here.zone, link=here.link, site=here.site)
    return [task for task in home.tasks(here) if task.key.startswith(f"{kind}:")]


def ticket(hub: FakeHub, number: int, repairer: str, hours: float) -> None:
    hub.happen(TicketOpened(ticket=f"T-{number}", title=Text(en=f"Fault {number}"), camera="crane-3"))
    estimate_at = NOW + timedelta(hours=hours)
    hub.happen(TicketAssigned(ticket=f"T-{number}", repairer=repairer, estimate_at=estimate_at))


async def test_it_is_what_one_sees_first_and_says_when_nothing_waits(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, panel="home") as w:
        await w.until_seen("Nothing waits. All is well.", "8 good, 0 faulty, 0 not judged")


async def test_what_nobody_has_seen_to_comes_before_what_is_late_and_that_before_what_is_due(hub: FakeHub) -> None:
    hub.happen(RoundDue(round="R-1", kind="weekly", title=Text(en="Weekly round"), due_at=NOW + timedelta(hours=3)))
    ticket(hub, 1, "Li Na", -1)
    hub.find("gate-2", "signal.lost", priority="critical")
    hub.find("gate-1", "view.obstructed", priority="high")
    found = home.tasks(await situation(hub))
    assert [(task.urgency, task.key.partition(":")[0]) for task in found] == [
        ("now", "alarm"),
        ("now", "alarm"),
        ("late", "ticket"),
        ("soon", "round"),
    ]
    assert found[0].about == "Goods gate", "the critical one first"


async def test_what_waits_for_the_person_comes_first_among_equals(hub: FakeHub) -> None:
    ticket(hub, 1, "Zhao", 2)
    ticket(hub, 2, "li", 3)
    found = home.tasks(await situation(hub, "li"))
    assert [(task.item, task.mine) for task in found] == [("T-2", True), ("T-1", False)]


async def test_enter_goes_to_where_the_task_is_dealt_with(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.obstructed")
    alarm = hub.find("gate-2", "signal.lost", priority="low")
    async with watch(hub, panel="home") as w:
        await w.until_seen("Low: Signal lost")
        await w.press("down", "enter")
        await w.until_seen("What to do")
        assert w.room.where == "alarms"
        await w.until(lambda: w.table("alarms").chosen == alarm)


async def test_one_key_leaves_only_what_waits_for_the_person(watch: Watch, hub: FakeHub) -> None:
    ticket(hub, 1, "Zhao", 2)
    ticket(hub, 2, "li", 3)
    async with watch(hub, panel="home", account="li", size=(120, 30)) as w:
        await w.until_seen("Fault 1", "Fault 2")
        await w.press("f")
        await w.until_gone("Fault 1")
        await w.until_seen("Fault 2", "(only mine)")
        await w.press("f")
        await w.until_seen("Fault 1")


async def test_a_broken_file_is_there_until_it_is_good(watch: Watch, hub: FakeHub) -> None:
    hub.happen(ConfigRejected(file="rules/watch.toml", problems=[Text(en="rules/watch.toml:3:1: x")]))
    async with watch(hub, panel="home", size=(120, 30)) as w:
        await w.until_seen("rules/watch.toml is broken", "9 Health")


async def test_while_the_hub_is_lost_nothing_is_shown_as_certain(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.obstructed")
    async with watch(hub, panel="home") as w:
        await w.until_seen("! Now")
        hub.lose()
        await w.until_seen("? Now")


async def test_a_permit_waits_for_those_who_may_approve_it_and_not_for_its_applicant(
    hub: FakeHub, clock: FakeClock
) -> None:
    to_at = NOW + timedelta(hours=2)
    give(hub, "zhao", ApplyPermit(cameras=["gate-1"], kinds=["obstruction"], to_at=to_at, reason="painting"))
    (asked,) = await seen_by(hub, "wang", "permit")
    assert (asked.what, asked.about, asked.mine, asked.item) == ("Permit P-1 to approve", "Main gate", True, "P-1")
    (asked,) = await seen_by(hub, "zhao", "permit")
    assert (asked.what, asked.mine) == ("Permit P-1 waits for approval", False)
    assert await seen_by(hub, "zhang", "permit") == [], "who neither asked nor decides has nothing to do with it"
    give(hub, "wang", ApprovePermit(permit="P-1"))
    hub.happen(*permits_due(hub.state, NOW))
    assert await seen_by(hub, "zhao", "permit") == [], "in force, and nothing to do for hours"
    clock.advance(90 * 60)
    (ends,) = await seen_by(hub, "zhao", "permit")
    assert (ends.urgency, ends.by_at, ends.mine) == ("soon", to_at, True)


async def test_signing_on_is_asked_of_those_whose_shift_runs_until_they_did(hub: FakeHub, clock: FakeClock) -> None:
    on_duty(hub)
    (due,) = await seen_by(hub, "zhang", "place")
    assert (due.what, due.about, due.urgency, due.mine) == ("Sign on", "Control room", "late", True)
    assert due.item == "room|zhang"
    assert await seen_by(hub, "li", "place") == [], "on duty at night"
    give(hub, "zhang", SignOn(post="room"))
    assert await seen_by(hub, "zhang", "place") == []
    assert home.summary(await situation(hub, "zhang"))[0].text == "on duty: Control room"
    clock.advance(10 * 3600)
    look(hub)
    (over,) = await seen_by(hub, "zhang", "place")
    assert (over.urgency, over.what) == ("now", "Your shift is over: hand over and sign off")


async def test_alarms_are_those_of_whoever_is_at_a_post(hub: FakeHub) -> None:
    hub.find("gate-1", "view.obstructed")
    assert [task.mine for task in await seen_by(hub, "zhang", "alarm")] == [True], "no post, everybody's"
    on_duty(hub)
    assert [task.mine for task in await seen_by(hub, "zhang", "alarm")] == [False]
    give(hub, "zhang", SignOn(post="room"))
    assert [task.mine for task in await seen_by(hub, "zhang", "alarm")] == [True]
    assert [task.mine for task in await seen_by(hub, "wang", "alarm")] == [False], "leads, and is at no post"


async def test_an_alarm_is_not_urgent_for_those_who_may_not_acknowledge_it(hub: FakeHub) -> None:
    hub.find("crane-3", "view.obstructed")
    assert [task.urgency for task in await seen_by(hub, "zhang", "alarm")] == ["now"]
    assert [task.urgency for task in await seen_by(hub, "li", "alarm")] == ["open"]


async def test_a_handover_waits_for_whoever_goes_and_then_for_whoever_comes(hub: FakeHub) -> None:
    on_duty(hub)
    give(hub, "zhang", SignOn(post="room"))
    give(hub, "zhang", BeginHandover(post="room"))
    (goes,) = await seen_by(hub, "zhang", "handover")
    assert (goes.urgency, goes.mine, goes.what) == ("now", True, "Handover H-1: read the sheet and sign")
    (waits,) = await seen_by(hub, "li", "handover")
    assert (waits.urgency, waits.mine) == ("open", False)


async def test_a_change_of_shifts_waits_for_the_one_asked_and_then_for_a_leader(hub: FakeHub) -> None:
    on_duty(hub)
    day = (NOW + timedelta(days=3)).date()
    give(hub, "wu", AskCover(other="li", on=day, reason="parents' evening"))
    (asked,) = await seen_by(hub, "li", "swap")
    assert (asked.what, asked.mine, asked.item) == ("Wu Jie asks you for a change of shifts", True, "S-1")
    assert await seen_by(hub, "wang", "swap") == []
    give(hub, "li", AgreeSwap(swap="S-1"))
    (asked,) = await seen_by(hub, "wang", "swap")
    assert (asked.what, asked.mine) == ("Change of shifts to approve, Wu Jie", True)
    assert await seen_by(hub, "li", "swap") == []


async def test_a_repair_that_the_watch_cannot_see_waits_for_a_leader_who_did_not_make_it(hub: FakeHub) -> None:
    give(hub, "zhang", ReportFault(subject="wall monitor", title="Flickers"))
    (fault,) = await seen_by(hub, "li", "ticket")
    assert fault.mine, "repairers take note of it"
    give(hub, "wang", AssignTicket(ticket="T-1", repairer="Li Na"))
    assert [task.mine for task in await seen_by(hub, "wang", "ticket")] == [False]
    give(hub, "li", ReportRepair(ticket="T-1", cause="loose plug"))
    (sign,) = await seen_by(hub, "wang", "ticket")
    assert (sign.what, sign.mine) == ("Repaired, to be signed for: Flickers", True)
    assert [task.mine for task in await seen_by(hub, "li", "ticket")] == [False]


async def test_a_replacement_waits_for_those_who_may_sign_and_did_not(hub: FakeHub) -> None:
    stock(hub)
    (wanted,) = await seen_by(hub, "wang", "proposal")
    assert (wanted.what, wanted.about, wanted.mine) == ("Replacement X-1 to sign: Main gate", "gate-1", True)
    assert await seen_by(hub, "zhang", "proposal") == []


async def test_an_open_check_and_a_wall_to_be_walked_are_for_those_at_the_post(hub: FakeHub) -> None:
    on_duty(hub)
    give(hub, "zhang", SignOn(post="room"))
    name = Text(en="Control room", zh="监控室")
    plan = PostPlan(id="room", name=name, cameras=["furnace", "press-1"], day_s=7200.0, patrol_s=4 * 3600.0)
    hub.happen(AttentionPlanned(posts=[plan]))
    ask = AskAttention(post="room", shown="furnace", choices=("furnace", "press-1"))
    hub.happen(*decide(hub.state, ask, "hub", hub.clock.now()))
    (check,) = await seen_by(hub, "zhang", "check")
    assert (check.urgency, check.mine, check.what) == ("now", True, "Attention check: answer it")
    assert await seen_by(hub, "wang", "patrol") == []
    (walk,) = await seen_by(hub, "zhang", "patrol")
    assert (walk.what, walk.mine, walk.panel) == ("Walk the wall", True, "wall")


async def test_a_view_waits_for_those_who_may_approve_it(hub: FakeHub) -> None:
    hub.learn("press-1", "day-1")
    (task,) = [task for task in home.tasks(await situation(hub, "wang")) if task.key == "references"]
    assert (task.what, task.mine) == ("A reference view waits for approval: Press line 1", True)
    assert [task for task in home.tasks(await situation(hub, "li")) if task.key == "references"] == []


async def test_a_review_waits_for_appeals_and_then_for_a_leader(hub: FakeHub) -> None:
    until = NOW + timedelta(days=5)
    line = ReviewLine(id="V-1", month="2026-10", state="open", made_at=NOW, appeal_until_at=until, people=1)

    async def shown(account: str, review: ReviewLine) -> list[tuple[str, bool]]:
        here = await situation(hub, account)
        assert here.site is not None
        site = replace(here.site, reviews=[review])
        found = home.tasks(Situation(now=here.now, zone=UTC, link=here.link, site=site))
        return [(task.what, task.mine) for task in found if task.key == "review:V-1"]

    look = [("Look at your review; you can appeal until then", True)]
    assert await shown("zhang", line) == look
    assert await shown("wang", replace(line, waiting=2)) == [("2 appeals to decide on", True)]
    over = replace(line, appeal_until_at=NOW)
    assert await shown("wang", replace(over, unsigned=1)) == [("The review is to be signed", True)]
    assert await shown("wang", over) == [], "others are still to sign for theirs"
    assert await shown("zhang", replace(line, appeal_until_at=NOW)) == []


async def test_many_alarms_of_one_priority_are_one_line_and_other_tasks_stay_in_sight(
    watch: Watch, hub: FakeHub
) -> None:
    for camera in ("press-1", "press-2", "furnace", "gate-1", "fence-east"):
        hub.find(camera, "picture.blurred", priority="medium", evidence=False)
    async with watch(hub, size=(100, 24), panel="home") as w:
        await w.until_seen("Medium: Picture blurred (Press line 1)", "Medium: Picture blurred (East fence)")
        w.clock.advance(1)
        newest = hub.find("store", "picture.blurred", priority="medium", evidence=False)
        await w.until_seen("Medium: 6 alarms (newest: Picture blurred: Chemical store)")
        assert not w.sees("(Press line 1)")
        await w.press("enter")
        await w.until(lambda: w.room.where == "alarms")
        await w.until(lambda: w.table("alarms").chosen == newest)
