"""The alarms panel: parents, verdicts, laying aside, floods, the past and the figures."""

from datetime import timedelta

import pytest

from hub.client.alarms import PastAlarm
from hub.core.alarms.commands import (
    AcknowledgeAlarm,
    ConfirmResponse,
    JudgeAlarm,
    PrioritiseAlarm,
    RaiseAlarm,
    ReturnToService,
    ShelveAlarm,
    TakeOutOfService,
)
from hub.core.alarms.events import AlarmSuppressed, Priority
from hub.core.alarms.figures import figures
from hub.core.alarms.tally import Life, Tally
from hub.core.decisions import decide
from hub.core.text import Text
from hub.testing.clock import FakeClock
from hub.tui.rows import alarms as rows
from hub.tui.screens.alarm_figures import AlarmFiguresScreen
from hub.tui.screens.alarm_history import AlarmHistoryScreen
from hub.tui.screens.closeup import Closeup
from hub.tui.screens.verdict import VerdictScreen
from hub.tui.widgets.facts import FactsView
from tests.tui.conftest import Watch, Watching
from tests.tui.fake_hub import FakeHub, plant, troubled_plant


def raise_again(hub: FakeHub, kind: str, camera: str, priority: Priority) -> None:
    rule = kind.replace(".", "-")
    order = RaiseAlarm(
        rule=rule,
        kind=kind,
        subject=f"camera:{camera}",
        camera=camera,
        priority=priority,
        title=Text(en="Signal lost", zh="视频信号丢失"),
        response=Text(en=""),
        clause="",
        evidence=None,
        lasting=True,
    )
    hub.happen(*decide(hub.state, order, f"rule:{rule}", hub.clock.now()), actor=f"rule:{rule}")


def area_lost(hub: FakeHub, cameras: int = 4) -> list[str]:
    """The first cameras of the plant are lost at once: they are in one area."""
    return [hub.find(camera.id, "signal.lost", evidence=False) for camera in hub.state.site.cameras[:cameras]]


async def open_alarms(w: Watching) -> None:
    await w.press("2")
    await w.until(lambda: bool(w.table("alarms").row_keys), "the alarms")


async def test_alarms_with_a_common_cause_are_one_line_that_opens_and_closes(watch: Watch, hub: FakeHub) -> None:
    numbers = area_lost(hub)
    async with watch(hub, size=(140, 40)) as w:
        await open_alarms(w)
        table = w.table("alarms")
        assert len(table.row_keys) == 5
        assert table.row_keys[0].startswith(rows.PARENT)
        await w.until_seen("area Workshop")
        await w.press("x")
        await w.until(lambda: len(table.row_keys) == 1, "closed")
        await w.press("enter")
        await w.until(lambda: set(numbers) < set(table.row_keys), "open again")


async def test_a_parents_line_acknowledges_all_below_it(watch: Watch, hub: FakeHub) -> None:
    numbers = area_lost(hub)
    async with watch(hub) as w:
        await open_alarms(w)
        await w.press("a")
        await w.until(lambda: len(hub.commands) == 4, "all of them")
        assert {command.alarm for command in hub.commands if isinstance(command, AcknowledgeAlarm)} == set(numbers)


async def test_a_verdict_takes_two_keys(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.moved", evidence=False)
    async with watch(hub) as w:
        await open_alarms(w)
        await w.press("v", "f")
        await w.until(lambda: hub.commands == [JudgeAlarm(alarm="A-1", verdict="false")], "the verdict")
        judged = hub.state.alarms["A-1"].judged
        assert judged is not None
        assert judged.by == "person:wang"
        await w.until(lambda: not isinstance(w.app.screen, VerdictScreen), "back in the room")


async def test_a_verdict_with_its_cause(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.moved", evidence=False)
    async with watch(hub) as w:
        await open_alarms(w)
        await w.press("v", "N", *"wind", "enter")
        await w.until(lambda: bool(hub.commands), "the verdict")
        assert hub.commands == [JudgeAlarm(alarm="A-1", verdict="nuisance", cause="wind")]


async def test_what_was_asked_for_is_confirmed_by_one_key(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.moved", evidence=False)
    async with watch(hub, size=(140, 40)) as w:
        await open_alarms(w)
        await w.press("d")
        await w.until(lambda: hub.commands == [ConfirmResponse(alarm="A-1")], "it is on record")
        await w.until_seen("[ok]")


async def test_shelving_until_it_returns(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.moved", evidence=False)
    async with watch(hub) as w:
        await open_alarms(w)
        await w.press("s", *"tests", "enter", "ctrl+u", *"once", "enter")
        await w.until(lambda: bool(hub.commands), "shelved")
        assert hub.commands == [ShelveAlarm(alarm="A-1", reason="tests", once=True)]


async def test_a_leader_takes_an_alarm_out_of_service_and_puts_it_back(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.moved", evidence=False)
    async with watch(hub, size=(140, 40)) as w:
        await open_alarms(w)
        await w.press("o", *"rebuilt", "enter", "enter")
        await w.until(lambda: bool(hub.commands), "out of service")
        (command,) = hub.commands
        assert isinstance(command, TakeOutOfService)
        assert command.until_at == hub.clock.now() + timedelta(hours=24)
        await w.until_seen("Out of service")
        await w.press("o")
        await w.until(lambda: hub.commands[1:] == [ReturnToService(alarm="A-1")], "back")


async def test_a_leader_changes_the_priority(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.moved", priority="low", evidence=False)
    async with watch(hub) as w:
        await open_alarms(w)
        await w.press("p")
        await w.until_seen("Priority of A-1")
        form = w.app.screen
        form.query_one("#priority").value = "high"  # type: ignore[attr-defined]
        form.query_one("#reason").focus()
        await w.press(*"visitors", "enter")
        await w.until(lambda: bool(hub.commands), "the priority")
        assert hub.commands == [PrioritiseAlarm(alarm="A-1", priority="high", reason="visitors")]


async def test_filters_and_words_narrow_the_list(watch: Watch, clock: FakeClock) -> None:
    hub = troubled_plant(clock)
    async with watch(hub) as w:
        await open_alarms(w)
        every = len(w.table("alarms").row_keys)
        await w.press("f", "f")
        await w.until_seen("critical and high")
        assert len(w.table("alarms").row_keys) < every
        await w.press("f", "f")
        await w.until_seen("No alarm matches.")
        await w.press("escape", "slash", *"goods")
        await w.until(lambda: len(w.table("alarms").row_keys) == 1, "the one at the goods gate")
        await w.press("escape")
        await w.until(lambda: len(w.table("alarms").row_keys) == every, "all again")


async def test_a_flood_is_said_and_closes_what_belongs_together(watch: Watch, clock: FakeClock) -> None:
    hub = plant(clock, cameras=60)
    for camera in hub.state.site.cameras[8:60:2]:
        hub.find(camera.id, "signal.lost", evidence=False)
    async with watch(hub, size=(100, 30)) as w:
        await open_alarms(w)
        await w.until_seen("Flood of alarms. production: 26")
        assert len(w.table("alarms").row_keys) == 1
        await w.press("x")
        await w.until(lambda: len(w.table("alarms").row_keys) == 27, "open")


async def test_only_what_may_disturb_rings(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "signal.lost", priority="critical", evidence=False)
    hub.clear("gate-1", "signal.lost")
    async with watch(hub) as w:
        await open_alarms(w)
        shelve = ShelveAlarm(alarm="A-1", reason="r", until_at=hub.clock.now() + timedelta(hours=12))
        hub.happen(
            *decide(hub.state, shelve, "person:wang", hub.clock.now()),
            actor="person:wang",
        )
        await w.until_seen("Shelved")
        hub.find("gate-1", "signal.lost", priority="critical", evidence=False)
        await w.until(lambda: hub.state.alarms["A-1"].times == 2, "raised again")
        await w.tick(2)
        assert w.app.rung == 0  # type: ignore[attr-defined]
        hub.find("press-1", "signal.lost", priority="critical", evidence=False)
        await w.until(lambda: w.app.rung == 1, "the other one rings")  # type: ignore[attr-defined]


async def test_what_a_permit_covers_at_once_does_not_ring_and_a_raised_priority_does(
    watch: Watch, hub: FakeHub
) -> None:
    async with watch(hub) as w:
        order_of = len(hub.records)
        hub.find("gate-1", "view.moved", priority="medium", evidence=False)
        hub.happen(AlarmSuppressed(alarm="A-1", by="permit:P-1"))
        hub.find("press-1", "signal.lost", priority="medium", evidence=False)
        await w.until(lambda: w.app.room.panel.situation.site.position > order_of, "the site")  # type: ignore[union-attr]
        await w.tick(2)
        raise_again(hub, "view.moved", "gate-1", "critical")
        await w.tick(2)
        assert w.app.rung == 0  # type: ignore[attr-defined]
        raise_again(hub, "signal.lost", "press-1", "critical")
        await w.until(lambda: w.app.rung == 1, "more urgent than it was")  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_the_figures_are_shown_for_a_period(watch: Watch, hub: FakeHub, language: str) -> None:
    now = hub.clock.now()
    hub.answers["alarms/figures"] = lambda asked: figures(
        _counted(hub),
        from_at=now - timedelta(hours=24),
        to_at=now + timedelta(hours=1),
        now=now + timedelta(minutes=1),
        desks=["production", "security"],
        standing=hub.state.alarms.values(),
    )
    area_lost(hub)
    async with watch(hub, size=(140, 50), language=language) as w:  # type: ignore[arg-type]
        await open_alarms(w)
        await w.press("t")
        await w.until(lambda: isinstance(w.app.screen, AlarmFiguresScreen), "the page")
        await w.until(lambda: w.sees("signal-lost"), "what is most frequent")
        await w.press("t")
        await w.until(lambda: len(hub.asked) == 2, "asked for a week")
        first, second = (asked["from_at"] for _path, asked in hub.asked)
        assert first > second


async def test_an_alarm_of_the_past_is_judged_in_the_history(watch: Watch, hub: FakeHub) -> None:
    def past(number: int) -> PastAlarm:
        life = Life(
            alarm=f"A-{number}",
            rule="signal-lost",
            kind="signal.lost",
            subject="camera:gate-1",
            camera="gate-1",
            domain="security",
            priority="high",
            title=Text(en="Signal lost", zh="视频信号丢失"),
            raised_at=hub.clock.now() - timedelta(hours=number),
            cleared_at=hub.clock.now(),
            acknowledged_by="person:zhang",
            acknowledged_at=hub.clock.now(),
        )
        return PastAlarm(life=life, camera_name=Text(en="Main gate", zh="大门"))

    hub.answers["alarms/history"] = lambda asked: [past(2), past(1)] if not asked.get("verdict") else []
    area_lost(hub, 2)
    async with watch(hub, size=(100, 30)) as w:
        await w.press("2", "h")
        await w.until(lambda: isinstance(w.app.screen, AlarmHistoryScreen), "the history")
        await w.until_seen("Main gate", "A-2")
        await w.press("v", "n")
        await w.until(lambda: hub.commands == [JudgeAlarm(alarm="A-2", verdict="nuisance")], "judged")
        await w.press("f")
        await w.until_seen("without a verdict", "There are none.")
        await w.press("escape")
        await w.until(lambda: w.app.screen is w.app.room, "back")


async def test_the_list_is_in_order_with_the_most_urgent_of_a_group_in_its_place(clock: FakeClock) -> None:
    hub = plant(clock)
    area_lost(hub)
    hub.find("gate-1", "view.moved", priority="critical", evidence=False)
    hub.find("gate-2", "view.moved", priority="low", evidence=False)
    hub.account = None
    await hub.sign_in("wang", "watchroom")
    site = await hub.site()
    lines = [parent.id if parent else views[0].alarm.id for parent, views in rows.groups(rows.ordered(site.alarms))]
    assert lines == ["A-5", "workshop", "A-6"]


async def test_an_alarm_without_pictures_leaves_their_room_to_its_words(watch: Watching, clock: FakeClock) -> None:
    hub = plant(clock)
    hub.find("gate-1", "view.moved", priority="critical")
    hub.find("gate-2", "signal.lost", priority="low", evidence=False)
    async with watch(hub, size=(140, 40)) as w:
        await w.press("2", "enter")
        await w.until(lambda: isinstance(w.app.screen, Closeup), "the first alarm, as large as the screen allows")
        assert w.app.screen.query_one(".pictures").display
        words = w.app.screen.query_one(FactsView).size.height
        await w.press("escape")
        await w.until(lambda: w.app.screen is w.app.room, "back")
        await w.press("down", "enter")
        await w.until(lambda: isinstance(w.app.screen, Closeup), "the other one")
        await w.until(lambda: not w.app.screen.query_one(".pictures").display, "no pictures, and no room for them")
        await w.until(lambda: w.app.screen.query_one(FactsView).size.height > 2 * words, "the words have the room")


def _counted(hub: FakeHub) -> Tally:
    tally = Tally()
    for record in hub.records:
        tally.take(record)
    return tally
