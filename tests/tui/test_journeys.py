"""What staff do at the TUI, from key to screen, on a hub made of the real core."""

import asyncio

import pytest
from textual.geometry import Region

from hub.client import EventView
from hub.core.alarms.events import AlarmAcknowledged, AlarmReturned
from hub.core.command import Command
from hub.core.text import Text
from hub.core.tickets.commands import CloseTicket
from hub.core.tickets.events import TicketOpened, TicketVerified
from hub.testing.clock import FakeClock
from hub.tui.screens.form import FormScreen
from hub.tui.widgets.cameras import LivePicture
from tests.tui.conftest import Watch, seen
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


async def test_a_ticket_is_assigned_with_an_estimate(watch: Watch, clock: FakeClock) -> None:
    hub = troubled_plant(clock)
    async with watch(hub) as w:
        await w.press("3", "r")
        await w.until_seen("Assign T-1")
        await w.press(*"Li", "enter", "enter", *"4h", "enter")
        await w.until_seen("✓ T-1 is assigned.", "> Assigned", "14:30:00")


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
                ("T-1", "! Open", "< Restored", "nobody yet"),
                ("R-1", "> Round due", "Weekly technical", "11-26 10:30"),
            ),
            "zh_CN": (
                ("紧急 1", "高 1", "中 1", "! 2 路故障", "? 1 路未判定", "✓ 系统", "? 帮助", "L English"),
                ("! 画面遮挡", "? 未判定", "✗ 信号丢失", "7 分"),
                ("1 紧急", "! 未确认", "检查摄像机供电与网络", "a 确认"),
                ("T-1", "! 未派工", "< 已恢复", "尚未派工"),
                ("R-1", "> 待巡检", "每周技术维护", "11-26 10:30"),
            ),
        }[language]
        await w.until_seen(*words[0], *words[1])
        await w.press("2")
        await w.until_seen(*words[0], *words[2])
        await w.press("3")
        await w.until_seen(*words[0], *words[3])
        await w.press("7")
        await w.until_seen(*words[0], *words[4])
        assert all(len(line.encode("gbk", "replace")) <= 80 for line in seen(w.app).splitlines())


async def test_five_hundred_cameras_and_a_hundred_alarms_stay_usable(
    watch: Watch, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = troubled_plant(clock, cameras=500, alarms=100)
    async with watch(hub, size=(200, 60)) as w:
        table = w.table("wall")
        await w.until(lambda: len(table.row_keys) == 502, "500 cameras in two areas")
        await w.press("end")
        drawn: list[Region] = []
        refresh = table.refresh

        def counted(*regions: Region, **options: bool) -> object:
            drawn.extend(regions)
            return refresh(*regions, **options)

        monkeypatch.setattr(table, "refresh", counted)
        hub.find("cam-499", "view.moved", evidence=False)
        await w.until(lambda: drawn, "the row of the camera changed")
        assert len({region.y for region in drawn}) == 1, "only what differs, and is in sight, is drawn anew"
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


async def test_the_palette_leads_to_what_another_panel_can_do(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        await w.press("ctrl+p", *"shelve")
        await w.until_seen("Alarms › Shelve (s)")
        await w.press("enter")
        await w.until_seen("s Shelve")


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
