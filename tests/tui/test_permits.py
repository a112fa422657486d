"""Permits on the screen: applying, deciding, ending, and what the list and the details say."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from hub.core.decisions import decide
from hub.core.permits.commands import ApplyPermit, ApprovePermit, EndPermit, ExtendPermit
from hub.core.permits.decisions import due
from hub.tui.forms.permits import approve as approve_form
from hub.tui.forms.permits import find_cameras
from hub.tui.rows import permits as rows
from hub.tui.screens.form import FormScreen
from hub.tui.situation import Situation
from tests.tui.conftest import Watch, Watching
from tests.tui.fake_hub import FakeHub


def apply_(hub: FakeHub, who: str = "zhang", **changes: object) -> None:
    asked: dict[str, object] = {
        "cameras": ["gate-1"],
        "kinds": ["obstruction"],
        "to_at": hub.clock.now() + timedelta(hours=4),
        "reason": "painting the gate",
        "firm": "Hongda",
    }
    command = ApplyPermit(**{**asked, **changes})  # type: ignore[arg-type]
    hub.happen(*decide(hub.state, command, f"person:{who}", hub.clock.now()), actor=f"person:{who}")


def approve(hub: FakeHub, permit: str = "P-1", who: str = "wang") -> None:
    events = decide(hub.state, ApprovePermit(permit=permit), f"person:{who}", hub.clock.now())
    hub.happen(*events, actor=f"person:{who}")
    pass_time(hub)


def pass_time(hub: FakeHub) -> None:
    while events := due(hub.state, hub.clock.now()):
        hub.happen(*events)


async def at_permits(w: Watching) -> None:
    await w.press("6")
    await w.until(lambda: w.room.where == "permits")


async def test_a_watch_officer_applies_for_a_permit(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, account="zhang", size=(80, 40)) as w:
        await at_permits(w)
        await w.until_seen("No permit is in force or applied for.")
        await w.press("n")
        await w.until_seen("Apply for a permit to cover cameras", "Press line 1", "Main gate")
        await w.press("down", "down", "down", "down", "space", "tab")
        await w.press(*"paint", "enter")
        await w.press("enter", "enter", *"Paint", "enter", *"HD", "enter")
        await w.pilot.click("#submit")
        await w.until(lambda: hub.commands, "the command")
        command = hub.commands[-1]
        assert isinstance(command, ApplyPermit)
        assert (command.cameras, command.kinds) == (["gate-1"], ["obstruction", "black"])
        assert (command.reason, command.work, command.firm, command.from_at) == ("paint", "Paint", "HD", None)
        await w.until_seen("P-1", "! Waits", "Main gate", "Zhang Wei")


async def test_a_leader_approves_and_the_permit_is_in_force(watch: Watch, hub: FakeHub) -> None:
    apply_(hub)
    async with watch(hub, size=(140, 40)) as w:
        await at_permits(w)
        await w.until_seen("! Waits", "painting the gate", "Hongda")
        await w.press("a")
        await w.until_seen("Approve P-1")
        await w.press("enter")
        await w.until(lambda: hub.state.permits.permits["P-1"].state == "approved")
        pass_time(hub)
        await w.until_seen("In force", "Wang Fang, ")


def test_who_approves_reads_what_is_allowed_and_for_how_long(hub: FakeHub) -> None:
    apply_(hub)
    begin = hub.clock.now()
    situation = Situation(now=begin, zone=ZoneInfo("Asia/Shanghai"))
    about = approve_form(hub.state.permits.permits["P-1"], situation).about
    assert "View obstructed" in about
    local, end = (at.astimezone(situation.zone) for at in (begin, begin + timedelta(hours=4)))
    assert f"{local:%H:%M:%S} to {end:%H:%M:%S}" in about


async def test_ones_own_application_is_not_for_oneself_to_decide(watch: Watch, hub: FakeHub) -> None:
    apply_(hub, "wang")
    async with watch(hub) as w:
        await at_permits(w)
        await w.until_seen("! Waits")
        await w.press("a")
        await w.until_seen("somebody else must decide on it")
        await w.press("x")
        await w.until_seen("withdraw it instead")
        await w.press("w")
        await w.until_seen("Withdraw P-1")
        await w.press("enter")
        await w.until_seen("P-1 is withdrawn.", "No permit is in force or applied for.")
        assert hub.commands[-1].permit == "P-1"  # type: ignore[attr-defined]


async def test_work_that_is_done_ends_a_permit_and_more_time_is_another_application(watch: Watch, hub: FakeHub) -> None:
    apply_(hub)
    approve(hub)
    async with watch(hub) as w:
        await at_permits(w)
        await w.until_seen("In force")
        await w.press("t")
        await w.until_seen("More time for P-1")
        await w.press("enter", *"rain", "enter")
        await w.until(lambda: isinstance(hub.commands[-1], ExtendPermit) if hub.commands else False)
        await w.until_seen("P-2", "! Waits")
        await w.press("home", "e")
        await w.until_seen("End P-1: the work is done")
        await w.press("enter")
        await w.until(lambda: isinstance(hub.commands[-1], EndPermit))
        await w.until(lambda: "P-1" not in hub.state.permits.permits)


async def test_what_is_covered_and_ends_soon_is_marked(watch: Watch, hub: FakeHub) -> None:
    apply_(hub)
    approve(hub)
    hub.find("gate-1", "view.obstructed")
    async with watch(hub, size=(140, 40)) as w:
        await at_permits(w)
        await w.until_seen("In force", "Covered")
        w.clock.advance(3.8 * 3600)
        hub.pulse()
        await w.until_seen("! 14:30:00")


async def test_former_permits_are_shown_when_asked_for(watch: Watch, hub: FakeHub) -> None:
    from hub.client.permits import PermitView

    apply_(hub)
    approve(hub)
    hub.happen(*decide(hub.state, EndPermit(permit="P-1", note="all clean"), "person:zhang", hub.clock.now()))
    hub.answers["permits"] = lambda asked: [PermitView(permit=permit) for permit in hub.state.permits.past]
    async with watch(hub, size=(140, 40)) as w:
        await at_permits(w)
        await w.until_seen("No permit is in force or applied for.")
        await w.press("f")
        await w.until_seen("P-1", "Ended", "all clean", "former ones too")
        await w.press("f")
        await w.until_seen("No permit is in force or applied for.")


async def test_a_form_for_many_cameras_takes_their_names(watch: Watch, hub: FakeHub) -> None:
    from tests.tui.fake_hub import plant

    many = plant(hub.clock, cameras=60)
    async with watch(many, size=(100, 40)) as w:
        await at_permits(w)
        await w.press("n")
        await w.until_seen("names or ids, with commas between")
        await w.press(*"main gat", "tab", *"paint", "tab")
        await w.until_seen("Did you mean main gate?")
        assert isinstance(w.app.screen, FormScreen)


def test_cameras_are_found_by_id_and_by_name_in_both_languages(hub: FakeHub) -> None:
    from hub.client import HealthView, JournalHealth
    from hub.core.people.account import Account
    from hub.server.views.state import site_view

    account = Account("wang", "Wang", "leader", ["production", "security"])
    health = HealthView(
        version="1",
        started_at=hub.clock.now(),
        journal=JournalHealth(seq=1, hash="", store="s"),
        plugins={},
        workers={},
        config_problems={},
    )
    site = site_view(account, hub.state, {}, health, now=hub.clock.now(), timezone="Asia/Shanghai")
    assert find_cameras("gate-1，大门, Goods gate", site.cameras) == (["gate-1", "gate-2"], "")
    found, problem = find_cameras("gatte-1", site.cameras)
    assert found == []
    assert "gate-1" in problem


def test_the_list_has_what_is_in_force_first_then_what_waits(hub: FakeHub) -> None:
    from zoneinfo import ZoneInfo

    from hub.server.views.state import site_view
    from tests.tui.fake_hub import ACCOUNTS

    apply_(hub, reason="second")
    apply_(hub, reason="first")
    approve(hub, "P-2")
    site = site_view(ACCOUNTS["wang"], hub.state, {}, hub._health(), now=hub.clock.now(), timezone="Asia/Shanghai")
    situation = Situation(now=hub.clock.now(), zone=ZoneInfo("Asia/Shanghai"), site=site)
    assert [row.key for row in rows.rows(situation)] == ["P-2", "P-1"]


async def test_everything_is_said_in_chinese_too(watch: Watch, hub: FakeHub) -> None:
    apply_(hub)
    async with watch(hub, size=(140, 40), language="zh_CN") as w:
        await at_permits(w)
        await w.until_seen("大门", "P-1")
