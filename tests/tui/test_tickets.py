"""The tickets panel: reporting a fault, the repair step by step, whose list it is, the whole of one ticket, figures."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub.client import TicketView
from hub.client.tickets import TicketDetail
from hub.core.people.events import AccountCreated
from hub.core.text import Text
from hub.core.tickets.commands import (
    AcknowledgeTicket,
    ArriveAtFault,
    AssignTicket,
    CancelTicket,
    ReopenTicket,
    ReportFault,
    ReportRepair,
    SignTicket,
    WaitWithRepair,
)
from hub.core.tickets.events import (
    Part,
    TicketAcknowledged,
    TicketAssigned,
    TicketClosed,
    TicketOpened,
    TicketRepaired,
    TicketVerified,
)
from hub.core.tickets.figures import figures
from hub.core.tickets.parts import parse_parts, written
from hub.core.tickets.tally import TicketTally
from hub.errors import SiteError
from hub.locale import set_language
from hub.testing.clock import FakeClock
from hub.tui.forms import tickets as forms
from hub.tui.forms.form import Form
from hub.tui.rows import ticket_figures, tickets
from hub.tui.situation import Link, Situation
from tests.tui.conftest import NOW, Watch
from tests.tui.fake_hub import ACCOUNTS, FakeHub, troubled_plant

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENED = TicketOpened(ticket="T-1", title=Text(en="Bracket loose", zh="支架松动"), camera="gate-2", opened_from="hand")


@pytest.fixture
def faulty(hub: FakeHub) -> FakeHub:
    hub.account = ACCOUNTS["wang"]
    for account, name in (("li", "Li"), ("zhao", "Zhao")):
        hub.happen(AccountCreated(account=account, name=name, role="repairer", domains=["security"]))
    hub.happen(OPENED)
    return hub


def detail_of(hub: FakeHub, number: str) -> TicketDetail:
    known = hub.state.tickets.get(number) or hub.state.closed_tickets[number]
    return TicketDetail(view=TicketView(ticket=known, state=known.state))


async def situation(hub: FakeHub) -> Situation:
    return Situation(now=hub.clock.now(), zone=SHANGHAI, link=Link(up=True), site=await hub.site())


async def test_a_repair_goes_by_one_key_at_a_time(watch: Watch, faulty: FakeHub) -> None:
    async with watch(faulty) as w:
        await w.press("3")
        await w.until_seen("! Open", "Bracket loose")
        await w.press("a")
        await w.until_seen("T-1: noted.", "o Noted")
        await w.press("r")
        await w.until_seen("Assign T-1")
        await w.press(*"Li", "enter", "enter", *"4h", "enter")
        await w.until_seen("> Assigned")
        await w.press("v")
        await w.until_seen("@ At the place")
        await w.press("h")
        await w.until_seen("T-1 has to wait")
        await w.press(*"ladder", "enter", *"1h", "enter")
        await w.until_seen("z On hold", "ladder until 11:30:00")
        await w.press("p")
        await w.until_seen("T-1 is repaired")
        await w.press(*"screw", "enter", "enter", *"2 x M6 #A2", "enter", "enter")
        await w.until_seen("r Repaired", "2 x M6 #A2")
    given = [type(command) for command in faulty.commands]
    assert given == [AcknowledgeTicket, AssignTicket, ArriveAtFault, WaitWithRepair, ReportRepair]


async def test_a_fault_is_reported_with_a_photo(watch: Watch, hub: FakeHub, tmp_path: Path) -> None:
    photo = tmp_path / "fan.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\nxx")
    async with watch(hub) as w:
        await w.press("3", "n")
        await w.until_seen("Report a fault", "no camera")
        await w.press("tab", *"asset:SW-3", "enter", *"Fan noisy", "enter")
        await w.press("tab", "tab", *str(photo), "enter")
        await w.until_seen("The fault is reported.", "Fan noisy", "asset SW-3")
    (command,) = hub.commands
    assert isinstance(command, ReportFault)
    assert (command.subject, command.camera, command.title) == ("asset:SW-3", None, "Fan noisy")
    assert command.photos == list(hub.attached)


async def test_ones_own_tickets_stand_first_and_the_list_is_cut(watch: Watch, faulty: FakeHub) -> None:
    faulty.happen(
        TicketOpened(ticket="T-2", title=Text(en="Fan noisy"), subject="asset:SW-3"),
        TicketAssigned(ticket="T-2", repairer="Wang", account="wang", estimate_at=NOW - timedelta(hours=1)),
    )
    async with watch(faulty) as w:
        await w.press("3")
        await w.until_seen("Fan noisy")
        assert w.table("tickets").row_keys == ["T-2", "T-1"]
        await w.press("f")
        await w.until(lambda: w.table("tickets").row_keys == ["T-2"], "mine")
        assert w.sees("only: mine")
        await w.press("f")
        await w.until(lambda: w.table("tickets").row_keys == ["T-1"], "nobody named")
        await w.press("f")
        await w.until(lambda: w.table("tickets").row_keys == ["T-2"], "overdue")


async def test_closed_tickets_are_listed_and_reopened(watch: Watch, faulty: FakeHub) -> None:
    faulty.happen(
        TicketRepaired(ticket="T-1", cause="screw"),
        TicketVerified(ticket="T-1", by="watch", since_at=NOW),
        TicketClosed(ticket="T-1", cause="screw"),
    )
    faulty.answers["tickets"] = [detail_of(faulty, "T-1").view]
    async with watch(faulty) as w:
        await w.press("3", "f", "f", "f", "f")
        await w.until_seen("- Closed", "Bracket loose")
        await w.press("a")
        await w.until_seen("T-1 is closed.")
        await w.press("b")
        await w.until_seen("Reopen T-1")
        await w.press(*"again", "enter")
        await w.until(lambda: faulty.commands, "the command")
    assert faulty.commands == [ReopenTicket(ticket="T-1", reason="again")]
    assert faulty.state.tickets["T-1"].reopened == 1


async def test_a_leader_signs_and_cancels_with_a_reason_and_nobody_signs_for_the_own_repair(
    watch: Watch, faulty: FakeHub
) -> None:
    faulty.happen(TicketRepaired(ticket="T-1", cause="screw"), actor="person:wang")
    faulty.happen(TicketOpened(ticket="T-2", title=Text(en="Fan noisy"), subject="asset:SW-3"))
    async with watch(faulty) as w:
        await w.press("3")
        await w.until_seen("Bracket loose")
        w.room.query_one("#tickets").choose("T-1")  # type: ignore[attr-defined]
        await w.press("g")
        await w.until_seen("Sign for T-1")
        await w.press(*"seen", "enter")
        await w.until_seen("nobody signs for a repair of their own")
        await w.press("escape")
        faulty.happen(TicketRepaired(ticket="T-1", cause="screw"), actor="person:li")
        await w.press("g", "enter")
        await w.until_seen("T-1 is signed for.")
        await w.until(lambda: w.table("tickets").row_keys == ["T-2"], "T-1 closed")
        await w.press("x")
        await w.until_seen("Cancel T-2")
        await w.press(*"none", "enter", "enter")
        await w.until_seen("No ticket is open")
    assert faulty.commands[-2:] == [
        SignTicket(ticket="T-1", reason="seen"),
        CancelTicket(ticket="T-2", reason="none"),
    ]


async def test_all_of_one_ticket_with_its_history(watch: Watch, faulty: FakeHub) -> None:
    faulty.happen(TicketAcknowledged(ticket="T-1"), actor="person:li")
    detail = detail_of(faulty, "T-1")
    history = [view for view in await faulty.events(limit=50) if view.type.startswith("ticket.")]
    faulty.answers["tickets/T-1"] = TicketDetail(view=detail.view, history=history)
    async with watch(faulty, size=(140, 40)) as w:
        await w.press("3", "enter")
        await w.until_seen("Ticket T-1", "Ticket T-1: the technical department took note (Li)")
        await w.press("escape")
        faulty.answers["tickets/T-1"] = SiteError("The past is still being counted.")
        await w.press("enter")
        await w.until_seen("o Noted")


async def test_the_figures_say_what_they_are_counted_over(watch: Watch, faulty: FakeHub) -> None:
    tally = TicketTally()
    for record in faulty.records:
        tally.take(record)
    runs = [life.ticket for life in tally.lives.values()]
    faulty.answers["tickets/figures"] = figures(runs, from_at=NOW - timedelta(days=30), to_at=NOW + timedelta(1))
    async with watch(faulty) as w:
        await w.press("3", "i")
        await w.until_seen("Repairs of the last 30 days", "open at the")
        await w.press("t")
        await w.until_seen("Repairs of the last 90 days")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_every_state_fits_and_has_words(clock: FakeClock, language: str) -> None:
    set_language(language)  # type: ignore[arg-type]
    hub = troubled_plant(clock)
    hub.account = ACCOUNTS["wang"]
    now = await situation(hub)
    assert len(tickets.rows(now)) == 2, "rounds have a panel of their own"
    assert [row.key for row in tickets.rows(now, "unassigned")] == ["T-1"]
    assert tickets.rows(now, "closed") == []
    assert now.site is not None
    for view in now.site.tickets:
        assert tickets.facts(view, now)
    empty = figures([], from_at=NOW - timedelta(days=1), to_at=NOW)
    assert all(value for _name, value, _of in ticket_figures.summary(empty, str))


def wrong(form: Form, values: dict[str, str]) -> set[str]:
    """The fields that a form finds something wrong with."""
    found = form.read(values, NOW)
    assert isinstance(found, dict)
    return set(found)


async def test_forms_say_what_is_wrong_before_anything_is_sent(faulty: FakeHub) -> None:
    faulty.happen(TicketAssigned(ticket="T-1", repairer="Li", estimate_at=NOW + timedelta(hours=2)))
    view = (await faulty.site()).tickets[0]
    assign = forms.assign(view, SHANGHAI)
    assert assign.read({"repairer": "Li", "estimate": "8h"}, NOW) == {
        "reason": "Say why the estimate changes: the former one stays on record."
    }
    changed = assign.read({"repairer": "Li", "estimate": "8h", "reason": "no lift"}, NOW)
    assert isinstance(changed, AssignTicket)
    assert (changed.estimate_at, changed.reason) == (NOW + timedelta(hours=8), "no lift")
    wait = forms.wait(view, SHANGHAI)
    assert wrong(wait, {"until": "soon"}) == {"reason", "until"}
    assert wrong(wait, {"reason": "x", "until": "0m"}) == {"until"}
    repaired = forms.repaired(view)
    assert wrong(repaired, {"parts": "0 x screw"}) == {"cause", "parts"}
    report = forms.report((await faulty.site()).cameras)
    assert wrong(report, {}) == {"title", "subject"}
    for form in (forms.sign(view), forms.cancel(view), forms.reopen(view)):
        assert wrong(form, {"reason": " "}) == {"reason"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("RJ45 plug", [Part(name="RJ45 plug")]),
        (
            "2 x M6 screw #A2-70; 3×网线",
            [Part(name="M6 screw", number="A2-70", quantity=2), Part(name="网线", quantity=3)],
        ),
        ("12V supply", [Part(name="12V supply")]),
        ("0 x screw", None),
        ("# only", None),
    ],
)
def test_parts_are_read_as_people_write_them(text: str, parts: list[Part] | None) -> None:
    assert parse_parts(text) == parts
    assert parts is None or parse_parts("\n".join(map(written, parts))) == parts
