"""A repairer's work at the TUI, from Home, in both languages."""

from hub.core.text import Text
from hub.core.tickets.commands import AcknowledgeTicket, ArriveAtFault, ReportRepair
from hub.core.tickets.events import TicketOpened
from tests.tui.conftest import Watch
from tests.tui.fake_hub import FakeHub
from tests.tui.journey import IN_BOTH_LANGUAGES, WIDE, commanded, fill, from_home, tongue


@IN_BOTH_LANGUAGES
async def test_takes_note_of_a_fault_goes_there_and_reports_it_repaired(
    watch: Watch, hub: FakeHub, language: str
) -> None:
    say = tongue(language)
    title = Text(en="Fan noisy", zh="风扇异响")
    hub.happen(TicketOpened(ticket="T-1", title=title, subject="asset:SW-3"))
    async with watch(hub, account="li", panel="home", language=language, size=WIDE) as w:
        await w.until_seen(say("Fan noisy", "风扇异响"), say("3 Tickets", "3 故障单"))
        await from_home(w, "ticket:T-1")
        await w.press("a")
        assert (await commanded(w, AcknowledgeTicket)).ticket == "T-1"
        await w.until_seen(say("o Noted", "o 已受理"))
        await w.press("v")
        assert await commanded(w, ArriveAtFault) == ArriveAtFault(ticket="T-1")
        await w.until_seen(say("@ At the place", "@ 已到场"))
        await w.press("p")
        await fill(w, cause=say("worn bearing", "轴承磨损"), done=say("new fan", "更换风扇"))
        repair = await commanded(w, ReportRepair)
        assert (repair.cause, repair.done) == (say("worn bearing", "轴承磨损"), say("new fan", "更换风扇"))
        await w.until_seen(say("r Repaired", "r 已维修"))
        await w.press("0")
        await w.press("f")
        await w.until_seen(say("Nothing waits. All is well.", "无待办事项，一切正常。"))
