"""What a footage specialist, a planner and an administrator do at the TUI, in both languages."""

from textual.widgets import Input

from hub.core.assets.commands import ProposeReplacement
from hub.core.dutylog.commands import WriteEntry
from hub.core.people.commands import CreateAccount, RecordConfidentiality, RecordTraining
from hub.tui.screens.asset import ArchiveScreen
from hub.tui.screens.form import FormScreen
from tests.tui.assets_plant import stock
from tests.tui.conftest import Watch
from tests.tui.fake_hub import FakeHub
from tests.tui.journey import IN_BOTH_LANGUAGES, WIDE, commanded, fill, from_home, tongue
from tests.tui.test_people import staffed


@IN_BOTH_LANGUAGES
async def test_a_specialist_looks_reads_and_writes_down_but_handles_no_alarm(
    watch: Watch, hub: FakeHub, language: str
) -> None:
    say = tongue(language)
    alarm = hub.find("gate-1", "view.obstructed", evidence=False)
    async with watch(hub, account="he", panel="home", language=language, size=WIDE) as w:
        await w.until_seen(say("Camera obstructed", "摄像机被遮挡"), say("footage specialist", "调取专员"))
        await w.press("f")
        await w.until_seen(say("Nothing waits. All is well.", "无待办事项，一切正常。"))
        await w.press("f")
        await from_home(w, f"alarm:{alarm}")
        assert not w.sees(say("a Acknowledge", "a 确认"))
        await w.press("a")
        await w.until_seen(say("may not do this", "无权"))
        await w.press("4", "e")
        await fill(w, text=say("The police asked for 14:00 to 15:00", "公安要求调取 14:00 至 15:00"))
        assert (await commanded(w, WriteEntry)).kind == "note"


@IN_BOTH_LANGUAGES
async def test_a_planner_proposes_to_replace_what_is_worn_out(watch: Watch, hub: FakeHub, language: str) -> None:
    say = tongue(language)
    stock(hub)
    async with watch(hub, account="guo", panel="home", language=language, size=WIDE) as w:
        await from_home(w, "proposal:X-1")
        await w.until(lambda: "SW-1" in w.table("assets").row_keys, "the register")
        w.table("assets").choose("SW-1")
        await w.tick(1)
        await w.press("enter")
        await w.until(lambda: isinstance(w.app.screen, ArchiveScreen), "the archive")
        await w.until_seen("TAHB01")
        await w.press("o")
        await fill(w, reason=say("no spare parts any more", "已无备件"))
        assert (await commanded(w, ProposeReplacement)).asset == "SW-1"
        await w.press("escape", "0")
        await w.until_seen("X-2")


@IN_BOTH_LANGUAGES
async def test_an_administrator_lets_somebody_in_with_training_and_agreement_on_record(
    watch: Watch, hub: FakeHub, language: str
) -> None:
    say = tongue(language)
    staffed(hub)
    async with watch(hub, account="zhao", panel="home", language=language, size=WIDE) as w:
        await w.press("f2")
        await w.until_seen("Zhang Wei", say("watch officer", "值班员"))
        await w.press("n")
        await w.until(lambda: isinstance(w.app.screen, FormScreen), "the form")
        form = w.app.screen
        for name, value in (("account", "hu"), ("name", "Hu Bo")):
            form.query_one(f"#{name}", Input).value = value
        form.query_one("#domains").select_all()  # type: ignore[attr-defined]
        await fill(w, password="first of Hu Bo", again="first of Hu Bo")
        made = await commanded(w, CreateAccount)
        assert (made.account, made.role) == ("hu", "watch_officer")
        await w.until(lambda: "hu" in hub.state.staff.people, "the account")
        w.room.panel.choose("zhang")
        await w.tick(1)
        await w.press("t")
        await fill(w, course=say("Watching", "视频监控值班"), day="2026-11-23")
        assert (await commanded(w, RecordTraining)).account == "zhang"
        await w.tick(1)
        await w.press("y")
        await fill(w, day="2026-11-23")
        assert (await commanded(w, RecordConfidentiality)).account == "zhang"
        assert hub.state.staff.qualified("zhang")
