"""What whoever watches does with alarms at the TUI, from key to screen, on a hub made of the real core."""

from textual import events

from hub.core.alarms.commands import AcknowledgeAlarm, ShelveAlarm
from hub.tui import messages
from hub.tui.widgets.cameras import EvidencePicture, LivePicture
from tests.tui.conftest import Watch, Watching
from tests.tui.fake_hub import FakeHub


async def test_an_alarm_appears_is_read_acknowledged_and_returns_to_normal(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        assert w.sees("no unacknowledged alarms")
        alarm = hub.find("gate-1", "view.obstructed", priority="critical")
        await w.until_seen("Critical 1", "! Obstructed", "2 Al 1", "! 1 faulty")
        assert w.app.rung == 1
        assert len(w.of(messages.AlarmRaised)) == 1

        await w.press("2")
        await w.until_seen("! Unacknowledged", "Camera obstructed", "Main gate", "What to do", "Clear the lens")
        await w.until(lambda: all(p.has_picture for p in w.room.query(EvidencePicture)), "both pictures")
        assert w.sees("before", "at 10:30:00")

        await w.press("a")
        await w.until_seen("✓ A-1 is acknowledged.", "✓ Acknowledged", "no unacknowledged alarms")
        assert hub.commands == [AcknowledgeAlarm(alarm=alarm)]

        hub.clear("gate-1", "view.obstructed")
        await w.until_seen("No alarms stand.")
        await w.press("1")
        await w.until_gone("Obstructed")
        assert w.sees("! 0 faulty")


async def test_marked_alarms_are_acknowledged_together(watch: Watch, hub: FakeHub) -> None:
    for camera in ("gate-1", "gate-2", "store"):
        hub.find(camera, "view.obstructed", evidence=False)
    async with watch(hub) as w:
        await w.press("2", "space", "space")
        await w.until_seen("(2 marked)")
        await w.press("a")
        await w.until_seen("2 alarms are acknowledged.", "High 1")
        assert len(hub.commands) == 2


async def test_a_key_that_was_meant_for_another_alarm_does_nothing(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.obstructed", priority="critical", evidence=False)
    hub.find("store", "view.moved", evidence=False)
    async with watch(hub) as w:
        await w.press("2")
        table = w.table("alarms")
        await w.until(lambda: table.chosen == "A-1", "cursor on A-1")
        await hub.send(AcknowledgeAlarm(alarm="A-1"))
        hub.clear("gate-1", "view.obstructed")
        await w.until(lambda: table.chosen == "A-2", "A-1 is gone")
        hub.commands.clear()
        await w.press("a")
        await w.until_seen("The list has just moved", "A-2")
        assert hub.commands == []
        w.clock.advance(1)
        await w.press("a")
        await w.until_seen("A-2 is acknowledged.")


async def test_the_cursor_stays_on_its_alarm_while_graver_ones_come_in_above(watch: Watch, hub: FakeHub) -> None:
    hub.find("store", "view.moved", priority="low", evidence=False)
    async with watch(hub) as w:
        await w.press("2")
        table = w.table("alarms")
        await w.until(lambda: table.row_keys == ["A-1"], "the first alarm")
        for camera in ("gate-1", "gate-2"):
            hub.find(camera, "signal.lost", priority="critical", evidence=False)
        await w.until(lambda: table.row_keys == ["A-2", "A-3", "A-1"], "all three, gravest first")
        await w.pilot.pause()
        assert table.chosen == "A-1"
        await w.press("a")
        await w.until(lambda: hub.commands == [AcknowledgeAlarm(alarm="A-1")], "A-1 acknowledged")


async def test_shelving_says_what_is_wrong_while_typing_then_shelves(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.obstructed", evidence=False)
    async with watch(hub) as w:
        await w.press("2", "s")
        await w.until_seen("Shelve A-1", "or once: until it returns")
        await w.press(*"paint", "tab", "end", *"0h")
        await w.until_seen("✗ Write a duration such as 30m")
        await w.press("backspace", "backspace", "backspace", "backspace", "backspace", *"13h", "enter")
        await w.until_seen("✗ 12 hours at most: whoever comes next")
        assert hub.commands == []
        await w.press("backspace", "backspace", "backspace", *"2h", "enter")
        await w.until_seen("✓ A-1 is shelved.", "z Shelved")
        [command] = hub.commands
        assert isinstance(command, ShelveAlarm)
        assert command.reason == "paint"
        assert (command.until_at - w.clock.now()).total_seconds() == 7200
        await w.until_seen("until 12:30:00 by Wang Fang: paint")
        await w.press("u")
        await w.until_seen("is back from the shelf", "! Unacknowledged")


async def test_a_lost_hub_is_shown_at_once_and_a_draft_is_kept_over_it(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.obstructed", evidence=False)
    async with watch(hub) as w:
        await w.press("2", "s", *"roof work")
        hub.lose()
        await w.press("enter", "enter")
        await w.until_seen("✗ Connection refused.", "roof work")
        await w.press("escape")
        await w.until_seen("The hub has not answered since 10:30:00.", "true at 10:30:00", "✗ no hub")
        await w.until_seen("? Unacknowledged")
        await w.press("1")
        await w.until_seen("? Obstructed", "? Good")
        assert not w.sees("✓ Good"), "what nobody knows is not shown as good"
        await w.until(lambda: w.room.query_one(LivePicture).drawn_grey, "the picture greyed")
        assert w.sees("not live, no hub")
        w.clock.advance(30)
        hub.recover()
        await w.until_seen("✓ hub", "✓ Good")
        assert not w.sees("has not answered")
        await w.press("2", "s")
        await w.until_seen("Shelve A-1", "roof work")
        await w.press("enter", "enter")
        await w.until_seen("✓ A-1 is shelved.")
        assert w.of(messages.LinkLost)
        assert len(w.of(messages.LinkBack)) == 2


async def test_an_alarm_raised_while_the_link_was_down_still_rings(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        hub.lose()
        await w.until_seen("has not answered")
        hub.find("gate-1", "signal.lost", priority="critical", evidence=False)
        hub.recover()
        await w.until_seen("Critical 1")
        await w.until(lambda: w.app.rung == 1, "the bell")


async def test_a_sign_in_that_ended_keeps_the_form_and_its_draft(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.obstructed", evidence=False)
    async with watch(hub) as w:
        await w.press("2", "s", *"scaffold")
        hub.account = None
        hub.pulse()
        await w.until_seen("Your sign-in has ended.")
        assert not w.sees("scaffold")
        await w.press(*"wang", "enter", *"watchroom", "enter")
        await w.until_seen("Shelve A-1", "scaffold")
        await w.press("escape")
        await w.until_seen("✓ hub", "! Unacknowledged")
        assert len(w.of(messages.LinkBack)) == 2, "nothing was shown as true before the hub had answered again"


def burst(w: Watching, *keys: str) -> None:
    """Keys that arrive all at once, as over a line that had stalled."""
    for key in keys:
        w.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_keys_that_come_in_a_burst_each_find_what_the_one_before_did(watch: Watch, hub: FakeHub) -> None:
    for camera in ("gate-1", "gate-2", "store"):
        hub.clock.advance(600)  # what comes at once may have one cause, and is one line
        hub.find(camera, "view.obstructed", evidence=False)
    async with watch(hub) as w:
        await w.until_seen("High 3")
        burst(w, "2", "down", "a", "down", "s", *"roof", "enter", "end", "backspace", "backspace", *"5m", "enter")
        await w.until_seen("✓ A-1 is shelved.")
        acknowledge, shelve = hub.commands
        assert acknowledge == AcknowledgeAlarm(alarm="A-2")
        assert isinstance(shelve, ShelveAlarm)
        assert (shelve.alarm, shelve.reason) == ("A-1", "roof")
        assert (shelve.until_at - w.clock.now()).total_seconds() == 35 * 60
