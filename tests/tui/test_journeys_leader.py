"""What waits for a leader at the TUI, from Home, in both languages."""

from datetime import timedelta

from hub.core.duty.commands import AgreeSwap, ApproveSwap, AskCover
from hub.core.permits.commands import ApplyPermit, ApprovePermit
from hub.core.tickets.commands import AssignTicket, ReportFault, ReportRepair, SignTicket
from tests.tui.conftest import NOW, Watch
from tests.tui.duty_plant import on_duty
from tests.tui.fake_hub import FakeHub
from tests.tui.journey import IN_BOTH_LANGUAGES, WIDE, commanded, fill, from_home, give, tongue


@IN_BOTH_LANGUAGES
async def test_approves_a_permit_and_a_change_of_shifts_and_signs_for_a_repair(
    watch: Watch, hub: FakeHub, language: str
) -> None:
    say = tongue(language)
    on_duty(hub)
    to_at = NOW + timedelta(hours=5)
    give(hub, "zhang", ApplyPermit(cameras=["gate-1"], kinds=["obstruction"], to_at=to_at, reason="painting"))
    give(hub, "wu", AskCover(other="li", on=(NOW + timedelta(days=3)).date(), reason="parents' evening"))
    give(hub, "li", AgreeSwap(swap="S-1"))
    give(hub, "zhang", ReportFault(subject="monitor", title="Flickers"))
    give(hub, "zhang", AssignTicket(ticket="T-1", repairer="Sun"))
    give(hub, "li", ReportRepair(ticket="T-1", cause="loose plug"))
    async with watch(hub, account="wang", panel="home", language=language, size=WIDE) as w:
        await w.until_seen("P-1", say("Main gate", "大门"), "Flickers", say("Wu Jie", "吴杰"))
        await from_home(w, "permit:P-1")
        await w.until_seen(say("! Waits", "! 等待"), say("View obstructed", "画面被遮挡"))
        await w.press("a")
        await fill(w)
        assert await commanded(w, ApprovePermit) == ApprovePermit(permit="P-1")

        await from_home(w, "swap:S-1")
        assert w.table("duty").chosen == "S-1"
        await w.press("a")
        assert await commanded(w, ApproveSwap) == ApproveSwap(swap="S-1")
        await w.until(lambda: hub.state.duty.changes, "the roster is changed")

        await from_home(w, "ticket:T-1")
        await w.press("g")
        await fill(w, reason=say("seen steady for an hour", "已观察一小时，正常"))
        assert (await commanded(w, SignTicket)).ticket == "T-1"
        await w.press("0", "f")
        await w.until_seen(say("Nothing waits. All is well.", "无待办事项，一切正常。"))
