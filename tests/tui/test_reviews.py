"""Reviews on the screen: from the months down to the records, appeals, decisions, signatures; and the figures."""

from hub.core.decisions import decide
from hub.core.people.events import AccountCreated
from hub.core.reviews.commands import AppealPoint, CloseReview, CommendPerson, DecideAppeal, MakeReview, WithdrawReview
from hub.tui.describe.record import describe
from hub.tui.names import Names
from hub.tui.screens.closeup import Closeup
from hub.tui.screens.form import FormScreen
from hub.tui.widgets.table import RowTable
from tests.tui.conftest import Watch, Watching
from tests.tui.fake_hub import FakeHub
from tests.tui.reviews_plant import ZONE, reviewed


def appeal(hub: FakeHub, number: int = 2) -> None:
    asked = AppealPoint(review="V-1", number=number, reason="the bus broke down")
    hub.happen(*decide(hub.state, asked, "person:zhang", hub.clock.now()), actor="person:zhang")


def choose(w: Watching, key: str) -> None:
    w.room.query_one("#reviews-table", RowTable).choose(key)


async def at_points(w: Watching, person: str = "zhang") -> None:
    """From the months to the points of a person whom one may see."""
    await w.until_seen("2026-10", "! not signed")
    await w.press("enter")
    await w.until_seen("Against", "Zhang Wei")
    choose(w, person)
    await w.press("enter")
    await w.until_seen("No.", "Late for the shift")


async def test_enter_leads_from_the_month_to_the_record_and_backspace_back(watch: Watch, hub: FakeHub) -> None:
    reviewed(hub)
    async with watch(hub, size=(80, 24), panel="reviews") as w:
        await w.until_seen("2026-10", "! not signed", "V-1", "Appeal until")
        await w.press("enter")
        await w.until_seen("Zhang Wei", "-0.5", "Li Na", "F3 Reviews (2026-10)")
        choose(w, "zhang")
        await w.until_seen("Late for the shift × 2")
        await w.press("enter")
        await w.until_seen("Commended by a leader", "A critical alarm waited", "10-13 08:06")
        await w.press("down", "enter")
        await w.until_seen("What happened", "Control room", "F3 Reviews (point 3)")
        await w.until(lambda: w.room.query_one("#reviews-table", RowTable).row_keys)
        await w.press("enter")
        await w.until(lambda: isinstance(w.app.screen, Closeup))
        await w.until_seen("post.attendance")
        await w.press("escape", "backspace")
        await w.until_seen("No.", "F3 Reviews (Zhang Wei)")
        await w.press("backspace", "backspace")
        await w.until_seen("Signed by", "V-1")


async def test_a_watch_officer_sees_only_the_own_points_and_appeals_against_one(watch: Watch, hub: FakeHub) -> None:
    reviewed(hub)
    async with watch(hub, account="zhang", size=(120, 40), panel="reviews") as w:
        await at_points(w)
        assert not w.sees("Li Na")
        await w.press("down", "a")
        await w.until_seen("Appeal against point 3", "-1  Late for the shift")
        await w.press(*"the bus", "ctrl+s")
        await w.until(lambda: hub.commands, "the appeal")
        assert hub.commands[-1] == AppealPoint(review="V-1", number=3, reason="the bus")
        await w.until_seen("! appeal waits")
        await w.press("a")
        await w.until_seen("There is an appeal against this point already.")
        await w.press("up", "d")
        assert not any(isinstance(command, DecideAppeal) for command in hub.commands)


async def test_a_leader_decides_on_an_appeal_and_the_total_changes(watch: Watch, hub: FakeHub) -> None:
    reviewed(hub)
    appeal(hub)
    async with watch(hub, size=(140, 40), panel="reviews") as w:
        await w.until_seen("! 1", "1 wait for a decision", "F3 Reviews 1")
        await at_points(w)
        await w.press("down", "down")
        await w.until_seen("broke down")
        await w.press("d")
        await w.until_seen("Decide on the appeal of Zhang Wei", "the bus broke down")
        form = w.app.screen
        assert isinstance(form, FormScreen)
        await w.press("enter", "down", "enter")
        await w.press("tab", *"so it was", "enter")
        await w.until(lambda: hub.commands, "the decision")
        decided = hub.commands[-1]
        assert isinstance(decided, DecideAppeal)
        assert (decided.person, decided.number, decided.reason) == ("zhang", 2, "so it was")
        await w.until_seen("Wang Fang: so it was")


async def test_what_cannot_be_done_is_said(watch: Watch, hub: FakeHub) -> None:
    reviewed(hub)
    appeal(hub)
    async with watch(hub, size=(120, 30), panel="reviews") as w:
        await w.until_seen("2026-10", "! 1")
        await w.press("c")
        await w.until_seen("Appeals wait: decide on them first.")
        await w.press("a")
        await w.until_seen("This is for a point")
        await at_points(w)
        await w.press("a")
        await w.until_seen("Only the person appeals; a leader decides.")
        await w.press("d")
        await w.until_seen("No appeal against this point waits for a decision.")
        assert hub.commands == []


async def test_a_review_is_signed_when_the_time_to_appeal_is_over(watch: Watch, hub: FakeHub) -> None:
    reviewed(hub)
    async with watch(hub, size=(120, 30), panel="reviews") as w:
        await w.until_seen("2026-10")
        await w.press("c")
        await w.until_seen("People may still appeal")
        w.clock.advance(15 * 86400)
        hub.pulse()
        await w.until_seen("You can sign it: key c.")
        await w.press("c")
        await w.until_seen("Sign the review of 2026-10")
        await w.press(*"seen", "enter")
        await w.until(lambda: hub.commands, "the signature")
        assert hub.commands[-1] == CloseReview(review="V-1", note="seen")
        await w.until_seen("✓ signed", "Wang Fang, ")
        await w.press("w")
        await w.until_seen("V-1 is over")


async def test_everybody_who_signed_is_named(watch: Watch, hub: FakeHub) -> None:
    reviewed(hub)
    hub.happen(AccountCreated(account="ma", name="Ma Jun", role="leader", domains=["production"]))
    async with watch(hub, size=(120, 30), panel="reviews") as w:
        await w.until_seen("2026-10")
        w.clock.advance(15 * 86400)
        signed = decide(hub.state, CloseReview(review="V-1"), "person:ma", hub.clock.now())
        hub.happen(*signed, actor="person:ma")
        await w.until_seen("! not signed", "You can sign it: key c.", "Signed by    Ma Jun")
        closed = decide(hub.state, CloseReview(review="V-1"), "person:wang", hub.clock.now())
        hub.happen(*closed, actor="person:wang")
        await w.until_seen("✓ signed", "Signed by Ma Jun", "Signed    Wang Fang, ")


async def test_a_review_is_taken_back_and_made_anew(watch: Watch, hub: FakeHub) -> None:
    reviewed(hub)
    async with watch(hub, size=(120, 30), panel="reviews") as w:
        await w.until_seen("2026-10")
        await w.press("w")
        await w.until_seen("Take back the review of 2026-10")
        await w.press(*"scheme", "enter")
        await w.until_seen("Are you sure?")
        await w.press("enter")
        await w.until(lambda: hub.commands, "taking back")
        assert hub.commands[-1] == WithdrawReview(review="V-1", reason="scheme")
        await w.until_seen("- taken back")
        await w.press("m")
        await w.until_seen("Review a month", "2026-10")
        await w.press("enter")
        await w.until(lambda: isinstance(hub.commands[-1], MakeReview))
        assert hub.commands[-1] == MakeReview(month="2026-10")


async def test_good_work_is_commended_with_its_points(watch: Watch, hub: FakeHub) -> None:
    reviewed(hub)
    async with watch(hub, size=(120, 40), panel="reviews") as w:
        await w.until_seen("2026-10")
        await w.press("enter")
        await w.until_seen("Zhang Wei", "Against")
        choose(w, "li")
        await w.press("b")
        await w.until_seen("Commend somebody", "Li Na")
        await w.press("tab", *"welded", "tab", "end", "backspace", *"200", "enter")
        await w.until_seen("A number above 0, at most 100.")
        await w.press("backspace", "backspace", "enter")
        await w.until(lambda: hub.commands, "the commendation")
        assert hub.commands[-1] == CommendPerson(account="li", points=2, reason="welded")


async def test_the_present_month_is_looked_at_without_being_reviewed(watch: Watch, hub: FakeHub) -> None:
    reviewed(hub)
    async with watch(hub, size=(120, 30), panel="reviews") as w:
        await w.until_seen("2026-10")
        await w.press("s")
        await w.until_seen("2026-11, so far", "Against")
        await w.press("c")
        await w.until_seen("put the cursor on one")
        await w.press("backspace")
        await w.until_seen("V-1")


async def test_the_figures_are_the_other_view_of_the_month_by_group_and_before(watch: Watch, hub: FakeHub) -> None:
    reviewed(hub)
    async with watch(hub, size=(80, 24), panel="reviews") as w:
        await w.until_seen("2026-10")
        await w.press("v")
        await w.until_seen("Online, by time", "98.98 %", "collecting", "2026-11 of the site")
        await w.press("t")
        await w.until_seen("2026-10 of the site", "at least 98 %")
        await w.press("y")
        await w.until_seen("Production", "Security", "by domain")
        await w.press("down", "enter")
        await w.until_seen("Online, by time", "F3 Reviews (Security)", "94.9 %")
        await w.press("backspace")
        await w.until_seen("Production")
        await w.press("v")
        await w.until_seen("V-1")
    asked = [parameters for path, parameters in hub.asked if path == "figures"]
    assert [each["by"] for each in asked] == ["site", "site", "domain"]
    assert asked[1]["from_at"].startswith("2026-09-30T16:00")


async def test_it_is_all_there_in_chinese(watch: Watch, hub: FakeHub) -> None:
    reviewed(hub)
    async with watch(hub, size=(80, 24), panel="reviews", language="zh_CN") as w:
        await w.until_seen("2026-10", "V-1")
        await w.press("enter")
        await w.until_seen("Zhang Wei")
        choose(w, "zhang")
        await w.press("enter")
        await w.until_seen("迟到", "紧急报警确认超过5分钟", "领导表扬")


def test_each_record_of_a_review_is_said_in_words(hub: FakeHub) -> None:
    reviewed(hub)
    appeal(hub)
    said = [describe(record.event, Names(ZONE)) for record in hub.records]
    assert any(each.startswith("V-1: ") and "people reviewed for 2026-10" in each for each in said)
    assert "V-1: Zhang Wei has a score of -0.5 for 2026-10" in said
    assert "V-1: zhang appeals against point 2: the bus broke down" in said
