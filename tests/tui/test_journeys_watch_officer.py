"""A watch officer's shift at the TUI, from Home, in both languages."""

import pytest

from hub.core.alarms.commands import AcknowledgeAlarm
from hub.core.dutylog.commands import WriteEntry
from hub.core.posts.commands import BeginHandover, SignHandover, SignOn
from hub.tui.screens.handover import HandoverScreen
from tests.tui.conftest import Watch
from tests.tui.duty_plant import on_duty
from tests.tui.fake_hub import FakeHub
from tests.tui.journey import IN_BOTH_LANGUAGES, WIDE, commanded, fill, from_home, tongue


@pytest.fixture
def duty(hub: FakeHub) -> FakeHub:
    return on_duty(hub)


@IN_BOTH_LANGUAGES
async def test_comes_on_duty_sees_to_an_alarm_and_writes_it_down(watch: Watch, duty: FakeHub, language: str) -> None:
    say = tongue(language)
    async with watch(duty, account="zhang", panel="home", language=language, size=WIDE) as w:
        await from_home(w, "place:room")
        assert w.table("duty").chosen == "room|zhang", "the cursor is on one's own place"
        await w.press("o")
        assert await commanded(w, SignOn) == SignOn(post="room")
        await w.until_seen(say("✓ there", "✓ 在岗"), say("Control room", "监控室"))

        alarm = duty.find("gate-1", "view.obstructed", priority="critical")
        await from_home(w, f"alarm:{alarm}")
        await w.until_seen(say("! Unacknowledged", "! 未确认"), say("Clear the lens", "清除遮挡物"))
        await w.press("a")
        assert await commanded(w, AcknowledgeAlarm) == AcknowledgeAlarm(alarm=alarm)
        await w.until_seen(say("✓ Acknowledged", "✓ 已确认"))

        await w.press("4", "e")
        await fill(w, text=say("Sheet over the lens, taken down", "镜头被布遮挡，已取下"))
        assert (await commanded(w, WriteEntry)).text == say("Sheet over the lens, taken down", "镜头被布遮挡，已取下")
        await w.press("0")
        await w.until(lambda: not [key for key in w.table("home").row_keys if key.startswith(("place", "alarm"))])


@IN_BOTH_LANGUAGES
async def test_hands_the_post_over_at_the_end(watch: Watch, duty: FakeHub, language: str) -> None:
    say = tongue(language)
    async with watch(duty, account="zhang", panel="duty", language=language, size=WIDE) as w:
        await w.press("o")
        await commanded(w, SignOn)
        await w.press("h")
        await w.until(lambda: isinstance(w.app.screen, HandoverScreen), "the handover")
        await w.press("B")
        assert await commanded(w, BeginHandover) == BeginHandover(post="room")
        await w.until_seen("H-1")
        await w.press("escape")
        await from_home(w, "handover:H-1")
        await w.press("h")
        await w.until_seen("H-1", say("not signed yet", "未签字"))
        await w.press("s")
        room = {"answer_clean": "yes", "answer_dry": "yes", "answer_ventilated": "yes"}
        await fill(w, **room, answer_flammable="no", answer_wet_cloths="no")
        assert (await commanded(w, SignHandover)).handover == "H-1"
        (handover,) = duty.state.posts.handovers.values()
        assert (handover.id, handover.signed_by) == ("H-1", "zhang")
