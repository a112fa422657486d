"""The home panel: what is wrong, what must be done, by when, and the way there."""

from datetime import timedelta

from hub.core.catalogue import ConfigRejected
from hub.core.rounds.events import RoundDue
from hub.core.text import Text
from hub.core.tickets.events import TicketAssigned, TicketOpened
from hub.tui.rows import home
from hub.tui.situation import Link, Situation
from tests.tui.conftest import NOW, Watch
from tests.tui.fake_hub import ACCOUNTS, FakeHub


async def situation(hub: FakeHub, account: str = "wang") -> Situation:
    hub.account = ACCOUNTS[account]
    return Situation(now=NOW, zone=NOW.tzinfo, link=Link(up=True), site=await hub.site())


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
    hub.happen(ConfigRejected(file="rules/watch.toml", problems=["rules/watch.toml:3:1: x"]))
    async with watch(hub, panel="home", size=(120, 30)) as w:
        await w.until_seen("rules/watch.toml is broken", "9 Health")


async def test_while_the_hub_is_lost_nothing_is_shown_as_certain(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.obstructed")
    async with watch(hub, panel="home") as w:
        await w.until_seen("! Now")
        hub.lose()
        await w.until_seen("? Now")
