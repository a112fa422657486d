"""What staff do at the TUI, from key to screen, on a hub made of the real core."""

import asyncio

import pytest
from textual import events

from hub.client import EventView
from hub.core.alarms.commands import AcknowledgeAlarm, ShelveAlarm
from hub.core.alarms.events import AlarmAcknowledged, AlarmReturned
from hub.core.command import Command
from hub.core.text import Text
from hub.core.tickets.commands import CloseTicket
from hub.core.tickets.events import TicketOpened, TicketVerified
from hub.testing.clock import FakeClock
from hub.tui import messages
from hub.tui.screens.form import FormScreen
from hub.tui.widgets.cameras import EvidencePicture, LivePicture
from tests.tui.conftest import Watch, Watching, seen
from tests.tui.fake_hub import ACCOUNTS, FakeHub, plant, troubled_plant


async def test_signing_in_shows_the_wall_and_who_one_is(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, account="") as w:
        await w.until_seen("Sign in with your own account.", "Account", "Password")
        assert not w.sees("Demo plant"), "nothing of the site may be seen before"
        await w.press(*"zhang", "enter", *"watchroom", "enter")
        await w.until_seen("Demo plant", "Zhang Wei (watch officer; production, security)", "✓ hub")
        assert w.sees("✓ Good", "Press line 1", "Workshop", "Yard and gates")


async def test_a_wrong_password_is_told_in_words_and_can_be_typed_again(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, account="") as w:
        await w.press(*"zhang", "enter", *"wrong", "enter")
        await w.until_seen("✗ The name or the password is wrong", "locked for a minute")
        assert w.sees("zhang"), "the account stays typed"
        await w.press("ctrl+l")
        await w.until_seen("请用本人账号登录。", "密码")
        await w.press(*"watchroom", "enter")
        await w.until_seen("示范工厂", "值班员")


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
        await w.until_seen("until 12:30:00 by wang: paint")
        await w.press("u")
        await w.until_seen("is back from the shelf", "! Unacknowledged")


async def test_a_ticket_is_refused_with_the_reason_and_closed_when_the_fault_is_over(
    watch: Watch, hub: FakeHub
) -> None:
    hub.find("gate-2", "signal.lost", evidence=False)
    hub.happen(TicketOpened(ticket="T-1", title=Text(en="No signal", zh="无信号"), camera="gate-2", rule="signal-lost"))
    async with watch(hub) as w:
        await w.press("3", "c")
        await w.until_seen("Close T-1", "only when the watch sees the camera good again")
        await w.press("enter", "enter")
        await w.until_seen("✗ Say what the cause was.")
        await w.press(*"fuse", "enter", *"new", "enter")
        await w.until_seen("✗ T-1 cannot be closed: the watch still sees Signal lost.", "verified good again")
        assert w.sees("fuse", "new"), "nothing typed is lost by a refusal"
        hub.clear("gate-2", "signal.lost")
        await w.press("enter")
        await w.until_seen("✗ T-1 cannot be closed: it is not verified.")
        hub.happen(TicketVerified(ticket="T-1", by="watch", since_at=w.clock.now()))
        await w.press("enter")
        await w.until_seen("✓ T-1 is closed.", "No ticket is open")
        assert hub.commands[-1] == CloseTicket(ticket="T-1", cause="fuse", note="new")


async def test_a_ticket_is_assigned_and_a_round_reported(watch: Watch, clock: FakeClock) -> None:
    hub = troubled_plant(clock)
    async with watch(hub) as w:
        await w.press("3", "r")
        await w.until_seen("Assign T-1")
        await w.press(*"Li", "enter", "enter", *"4h", "enter")
        await w.until_seen("✓ T-1 is assigned.", "> Assigned", "14:30:00")
        await w.press("end", "d")
        await w.until_seen("Report round R-1 as made")
        await w.press("enter")
        await w.until_seen("✓ Round R-1 is reported.")
        assert hub.state.rounds == {}


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


async def test_the_language_changes_everything_at_once_and_back(watch: Watch, clock: FakeClock) -> None:
    hub = troubled_plant(clock)
    async with watch(hub) as w:
        await w.until_seen("! Obstructed", "Only faults", "State")
        await w.press("L")
        await w.until_seen("! 画面遮挡", "只看故障", "状态", "示范工厂", "炉口", "安全生产", "紧急 1", "1 画面墙")
        left = [word for word in ("Good", "State", "Workshop", "Signal", "Help", "faulty") if w.sees(word)]
        assert left == []
        await w.press("2")
        await w.until_seen("! 未确认", "检查摄像机供电与网络", "处置", "优先级")
        await w.press("a")
        await w.until_seen("A-1 已确认。")
        await w.press("s", "ctrl+l")
        await w.until_seen("For how long, or until")
        await w.press("escape", "4")
        await w.until_seen("Alarm A-1 acknowledged")
        await w.press("L")
        await w.until_seen("报警 A-1 已确认")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_nothing_essential_is_cut_at_80_by_24(watch: Watch, clock: FakeClock, language: str) -> None:
    hub = troubled_plant(clock)
    async with watch(hub, language=language) as w:
        words = {
            "en": (
                ("Critical 1", "High 1", "Medium 1", "! 2 faulty", "? 1 not judged", "✓ hub", "? Help", "L 中文"),
                ("! Obstructed", "? Not judged", "✗ Signal lost", "7 min"),
                ("1 Critical", "! Unacknowledged", "Check the camera's power and network", "a Acknowledge"),
                ("T-1", "! Open", "< Restored", "R-1", "> Round due", "Nobody yet".lower()),
            ),
            "zh_CN": (
                ("紧急 1", "高 1", "中 1", "! 2 路故障", "? 1 路未判定", "✓ 系统", "? 帮助", "L English"),
                ("! 画面遮挡", "? 未判定", "✗ 信号丢失", "7 分"),
                ("1 紧急", "! 未确认", "检查摄像机供电与网络", "a 确认"),
                ("T-1", "! 未派工", "< 已恢复", "R-1", "> 待巡检", "尚未派工"),
            ),
        }[language]
        await w.until_seen(*words[0], *words[1])
        await w.press("2")
        await w.until_seen(*words[0], *words[2])
        await w.press("3")
        await w.until_seen(*words[0], *words[3])
        assert all(len(line.encode("gbk", "replace")) <= 80 for line in seen(w.app).splitlines())


async def test_five_hundred_cameras_and_a_hundred_alarms_stay_usable(
    watch: Watch, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = troubled_plant(clock, cameras=500, alarms=100)
    async with watch(hub, size=(200, 60)) as w:
        table = w.table("wall")
        await w.until(lambda: len(table.row_keys) == 502, "500 cameras in two areas")
        changed: list[str] = []
        update = table.update_cell

        def counted(row: str, column: str, value: object, **options: bool) -> None:
            changed.append(row)
            update(row, column, value, **options)

        monkeypatch.setattr(table, "update_cell", counted)
        hub.find("cam-499", "view.moved", evidence=False)
        await w.until(lambda: "cam-499" in changed, "the row of the camera changed")
        assert set(changed) == {"cam-499", "area:yard"}, "only what differs is drawn anew"
        await w.press("2")
        await w.until(lambda: 4 < len(w.table("alarms").row_keys) < 20, "the alarms, what belongs together in one line")
        await w.until_seen("Alarms 101")
        hub.find("cam-400", "signal.lost", priority="critical", evidence=False)
        await w.until_seen("Camera 400")
        await w.press("a")
        await w.until_seen("is acknowledged.")


async def test_the_wall_shows_only_faults_and_finds_by_name(watch: Watch, clock: FakeClock) -> None:
    hub = troubled_plant(clock)
    async with watch(hub) as w:
        await w.press("f")
        await w.until_gone("Chemical store")
        await w.until_seen("Furnace mouth", "Goods gate", "(only faults)")
        await w.press("f", "slash", *"gate")
        await w.until_gone("Furnace mouth")
        await w.until_seen("Main gate", "Goods gate")
        await w.press("escape")
        await w.until_seen("Furnace mouth", "Chemical store")


async def test_a_camera_shows_its_picture_with_its_age_and_why_it_is_not_judged(watch: Watch, clock: FakeClock) -> None:
    hub = troubled_plant(clock)
    async with watch(hub) as w:
        picture = w.room.query_one(LivePicture)
        await w.until(lambda: picture.has_picture, "a picture")
        assert not picture.drawn_grey
        assert "live, 0 s old" in picture.caption
        await w.tick(3)
        assert "3 s old" in picture.caption
        await w.tick(20)
        assert picture.drawn_grey, "an old picture is not shown as live, whatever the signal says"
        await w.press("down", "down", "down")
        await w.until_seen("its reference view", "is being learned")
        await w.press("enter")
        await w.until_seen("Esc: back", "Crane 3, north span")
        await w.press("escape")
        await w.until_gone("Esc: back")


async def test_pictures_that_differ_prove_a_camera_live_between_two_reports_of_the_watch(
    watch: Watch, clock: FakeClock
) -> None:
    hub = plant(clock)
    async with watch(hub) as w:
        picture = w.room.query_one(LivePicture)
        await w.until(lambda: picture.has_picture, "a picture")
        for _ in range(4):
            await w.tick(4)
            await w.pilot.pause(0.05)
        await w.until(lambda: "live, 4 s old" in picture.caption, "age from the pictures themselves")


async def test_the_log_follows_finds_and_fetches_older_pages(watch: Watch, clock: FakeClock) -> None:
    hub = plant(clock, cameras=150)
    async with watch(hub) as w:
        await w.press("4")
        table = w.table("log")
        await w.until(lambda: len(table.row_keys) == 200, "the newest page")
        hub.find("gate-1", "signal.lost", evidence=False)
        await w.until_seen("Main gate: signal lost", "Signal lost Main gate")
        await w.press("home", "o")
        await w.until(lambda: len(table.row_keys) > 300, "an older page")
        await w.press("slash", *"signal lost")
        await w.until(lambda: len(table.row_keys) == 2, "two records about it")
        await w.press("enter", "enter")
        await w.until_seen("Record 310", "Because of   record 309", "Alarm A-1 raised, High: Signal lost Main gate")
        await w.press("escape", "escape")
        await w.until(lambda: len(table.row_keys) > 300, "everything again")


async def test_the_log_of_one_camera_is_a_key_away_from_the_wall(watch: Watch, clock: FakeClock) -> None:
    hub = troubled_plant(clock)
    async with watch(hub) as w:
        await w.press("g")
        await w.until_seen("(only Press line 1; Esc shows all)", "Press line 1: judged again")
        assert not w.sees("Main gate")
        await w.press("escape")
        await w.until_seen("Goods gate")


async def test_rules_and_health_say_what_is_due_and_what_is_broken(watch: Watch, clock: FakeClock) -> None:
    hub = troubled_plant(clock)
    async with watch(hub) as w:
        await w.press("f4")
        await w.until_seen("Weekly technical round", "every Monday at 08:30", "11-26 10:30", "rules/rounds.toml")
        hub.blocked = "no space left on device"
        hub.pulse()
        await w.press("9")
        await w.until_seen(
            "✗ blocked",
            "Nothing can be written to the journal: no space left on device",
            "✗ failed",
            "connection to 10.0.0.9",
        )
        await w.press("end")
        await w.until_seen("✗ broken", "no event view.obstruct;", "view.obstructed?")


async def test_a_dangerous_command_asks_twice_and_needs_a_reason(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        await w.press("9", "X", "enter")
        await w.until_seen("✗ Every interruption has a reason on record.")
        await w.press(*"move", "enter")
        await w.until_seen("Are you sure?", "Yes: Stop the hub")
        assert hub.commands == []
        await w.press("enter")
        await w.until_seen("The hub is stopping.")
        assert [type(command).__name__ for command in hub.commands] == ["StopHub"]


async def test_what_a_role_may_not_do_is_not_offered_and_refused_in_words(watch: Watch, hub: FakeHub) -> None:
    hub.find("furnace", "view.obstructed", evidence=False)
    async with watch(hub, account="li") as w:
        assert not w.sees("Main gate"), "another domain's cameras are not seen"
        await w.press("2")
        await w.until_seen("Furnace mouth")
        assert not w.sees("a Acknowledge")
        await w.press("a")
        await w.until_seen("✗ Li Na (repairer) may not do this.", "watch officer")


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


async def test_another_person_finds_nothing_of_the_one_before(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.obstructed", evidence=False)
    async with watch(hub) as w:
        await w.press("2", "s", *"private", "escape", "ctrl+o")
        await w.until_seen("Sign in with your own account.")
        await w.press(*"zhang", "enter", *"watchroom", "enter")
        await w.until_seen("Zhang Wei")
        await w.press("s")
        await w.until_seen("Shelve A-1")
        assert not w.sees("private")
        assert ACCOUNTS["zhang"] == hub.account


async def test_help_and_commands_speak_the_language_and_carry_out(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, language="zh_CN") as w:
        await w.press("question_mark")
        await w.until_seen("帮助：画面墙", "只看故障", "未判定")
        await w.press("escape", "ctrl+p")
        await w.until_seen("查找命令", "只显示不正常的摄像机")
        await w.press(*"报警", "enter")
        await w.until_seen("当前没有报警。")


async def test_the_mouse_reaches_tabs_and_keys(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        line = seen(w.app).splitlines()[2]
        await w.pilot.click("#tabs", offset=(line.index(" 3 ") + 1, 0))
        await w.until_seen("No ticket is open")
        line = seen(w.app).splitlines()[-1]
        await w.pilot.click("#keys", offset=(line.index("Help"), 0))
        await w.until_seen("Help: Tickets")


async def test_a_form_that_is_sent_twice_asks_the_hub_once(watch: Watch, hub: FakeHub) -> None:
    hub.find("gate-1", "view.obstructed", evidence=False)
    async with watch(hub) as w:
        await w.press("2", "A")
        await w.until_seen("Acknowledge A-1 with a note")
        screen = w.app.screen
        assert isinstance(screen, FormScreen)
        screen._send()
        screen._send()
        await w.until_seen("A-1 is acknowledged.")
        assert len(hub.commands) == 1


async def test_a_refusal_is_told_even_when_its_form_was_left_meanwhile(
    watch: Watch, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.find("gate-1", "view.obstructed", evidence=False)
    answer = asyncio.Event()
    send = hub.send

    async def slowly(command: Command) -> list[EventView]:
        await answer.wait()
        return await send(command)

    monkeypatch.setattr(hub, "send", slowly)
    async with watch(hub, account="zhang") as w:
        await w.press("2", "s", *"roof", "enter", "enter")
        await w.until_seen("Sending")
        await w.press("escape")
        await w.until_gone("Shelve A-1")
        hub.happen(AlarmReturned(alarm="A-1"), AlarmAcknowledged(alarm="A-1"))
        answer.set()
        await w.until_seen("✗ No alarm A-1 stands.")
        assert w.app.drafts.of("shelve:A-1")["reason"] == "roof"


async def test_leaving_while_things_happen_is_quiet(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        for _ in range(5):
            hub.find("gate-1", "view.moved", evidence=False)
            hub.clear("gate-1", "view.moved")
        await w.press("ctrl+q")
        hub.find("gate-1", "signal.lost", priority="critical", evidence=False)
        w.app.tick()
    assert w.app.return_code == 0


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
