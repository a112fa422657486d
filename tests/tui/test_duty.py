"""Duty on the screen: who is there, signing on and off in two keys, changes of shifts, handing over."""

import pytest

from hub.core.duty.commands import AgreeSwap, ApproveSwap, AskSwap, DeclineSwap
from hub.core.posts.commands import BeginHandover, CoverPost, EndPresence, SignHandover, SignOff, SignOn, TakeOver
from hub.core.posts.events import PostSignedOn
from hub.tui.screens.duty_days import DutyDaysScreen
from hub.tui.screens.form import FormScreen
from hub.tui.screens.handover import HandoverScreen
from hub.tui.widgets.table import RowTable
from tests.tui.conftest import Watch, Watching
from tests.tui.duty_plant import PEOPLE, look, on_duty
from tests.tui.fake_hub import ACCOUNTS, FakeHub


@pytest.fixture
def duty(hub: FakeHub) -> FakeHub:
    """It is Monday, 10:30: zhang's shift in the control room, wu's at the gate."""
    return on_duty(hub)


def signed_on(hub: FakeHub, account: str, post: str) -> None:
    hub.happen(
        *[PostSignedOn(post=post, post_name=PEOPLE[account], account=account, name=PEOPLE[account], how="in_time")]
    )


async def choose(w: Watching, key: str) -> None:
    table = w.app.screen.query_one(RowTable) if not isinstance(w.app.screen, type(w.room)) else w.table("duty")
    await w.until(lambda: key in table.row_keys, f"{key} in the list")
    table.choose(key)
    w.clock.advance(1)
    await w.pilot.pause()


async def test_the_panel_says_who_is_there_now_and_next_and_what_is_mine(watch: Watch, duty: FakeHub) -> None:
    async with watch(duty, account="zhang", panel="duty", size=(140, 40)) as w:
        await w.until_seen(
            "On duty now", "Control room", "Zhang Wei", "> expected", "Gate house", "Wu Jie", "Next", "Li Na"
        )
        await w.until_seen("can sign on at Control room", "11-23 Mon 08:00–20:00 Control room")


async def test_two_keys_sign_on_and_two_sign_off_with_a_reason_before_the_end(watch: Watch, duty: FakeHub) -> None:
    async with watch(duty, account="zhang") as w:
        await w.press("5")
        await w.until_seen("can sign on at Control room")
        await w.press("o")
        await w.until(lambda: duty.commands == [SignOn(post="room")], "the sign-on")
        await w.until_seen("Signed on at Control room", "✓ there", "signed on at Control room")
        await w.press("o")
        await w.until_seen("You are signed on already.")
        await w.press("f")
        await w.until_seen("Your shift is not over yet.")
        await w.press(*"ill", "enter")
        await w.until(lambda: duty.commands[-1:] == [SignOff(post="room", reason="ill")], "the sign-off")
        await w.until_seen("left early")


async def test_whoever_is_not_relieved_is_asked_to_stay(watch: Watch, duty: FakeHub) -> None:
    signed_on(duty, "zhang", "room")
    duty.clock.advance(9 * 3600 + 35 * 60)
    look(duty)
    async with watch(duty, account="zhang", panel="duty") as w:
        await w.until_seen("Li Na", "there still")
        await w.press("f")
        await w.until_seen("Nobody has relieved you yet")


async def test_nobody_without_a_shift_signs_on_by_a_slip(watch: Watch, duty: FakeHub) -> None:
    async with watch(duty, account="wang", panel="duty") as w:
        await w.until_seen("not on duty")
        await w.press("o")
        await w.until_seen("You have no shift that begins soon.")
        await w.press("f")
        await w.until_seen("You are not signed on.")
        assert duty.commands == []


async def test_a_leader_lets_somebody_stand_in_and_signs_off_who_forgot(watch: Watch, duty: FakeHub) -> None:
    signed_on(duty, "wu", "gate")
    async with watch(duty, account="wang", panel="duty") as w:
        await choose(w, "room|zhang")
        await w.press("c")
        await w.until_seen("Let somebody stand in at Control room")
        form = w.app.screen
        assert isinstance(form, FormScreen)
        form.query_one("#account").value = "li"  # type: ignore[attr-defined]
        form.query_one("#reason").value = "Zhang is ill"  # type: ignore[attr-defined]
        form.query_one("#submit").press()  # type: ignore[attr-defined]
        wanted = CoverPost(post="room", account="li", instead_of="zhang", reason="Zhang is ill")
        await w.until(lambda: duty.commands == [wanted], "the cover")
        await w.until_seen("excused")
        await choose(w, "gate|wu")
        await w.press("e")
        await w.until_seen("Sign off Wu Jie at Gate house")
        await w.press(*"gone", "enter")
        await w.until(lambda: duty.commands[-1:] == [EndPresence(account="wu", reason="gone")], "signed off")


async def test_a_swap_is_asked_agreed_and_approved_by_key(watch: Watch, duty: FakeHub) -> None:
    async with watch(duty, account="zhang", panel="duty", size=(140, 40)) as w:
        await w.until_seen("My shifts")
        await w.press("s")
        await w.until_seen("Exchange shifts")
        form = w.app.screen
        form.query_one("#mine").value = "1"  # type: ignore[attr-defined]
        form.query_one("#other").value = "wu"  # type: ignore[attr-defined]
        form.query_one("#day").value = "2026-11-24"  # type: ignore[attr-defined]
        form.query_one("#reason").value = "exam"  # type: ignore[attr-defined]
        form.query_one("#submit").press()  # type: ignore[attr-defined]
        await w.until(lambda: duty.commands, "the question")
        assert isinstance(duty.commands[0], AskSwap)
        await w.until_seen("Shift changes", "S-1 swap", "Zhang Wei → Wu", "> asked")
        await choose(w, "S-1")
        await w.press("a")
        await w.until_seen("This is not yours to answer.")
    ACCOUNTS["wu"] = ACCOUNTS["zhang"].__class__("wu", "Wu Jie", "watch_officer", ["production", "security"])
    try:
        async with watch(duty, account="wu", panel="duty") as w:
            await choose(w, "S-1")
            await w.press("a")
            await w.until(lambda: AgreeSwap(swap="S-1") in duty.commands, "agreed")
    finally:
        del ACCOUNTS["wu"]
    async with watch(duty, account="wang", panel="duty") as w:
        await w.until_seen("! to approve")
        await choose(w, "S-1")
        await w.press("a")
        await w.until(lambda: ApproveSwap(swap="S-1") in duty.commands, "approved")
        await w.until_gone("S-1 swap")
    assert len(duty.state.duty.changes) == 2


async def test_no_needs_a_reason(watch: Watch, duty: FakeHub) -> None:
    duty.account = ACCOUNTS["li"]
    ask = AskSwap(
        other="zhang", on=duty.clock.now().date(), other_on=duty.clock.now().date().replace(day=28), reason="r"
    )
    duty.account = ACCOUNTS["li"]
    await duty.send(ask)
    async with watch(duty, account="zhang", panel="duty") as w:
        await choose(w, "S-1")
        await w.press("x")
        await w.until_seen("Say no to S-1")
        await w.press("enter")
        await w.until_seen("Say why.")
        await w.press(*"no", "enter")
        await w.until(lambda: duty.commands[-1:] == [DeclineSwap(swap="S-1", reason="no")], "declined")


async def test_fourteen_days_are_one_key_away(watch: Watch, duty: FakeHub) -> None:
    async with watch(duty, account="zhang", panel="duty") as w:
        await w.press("v")
        await w.until_seen("Who is on duty, the next 14 days", "11-23 Mon", "Day shift", "08:00–20:00")
        assert isinstance(w.app.screen, DutyDaysScreen)
        assert len(w.app.screen.query_one(RowTable).row_keys) == 14 * 3
        await w.press("escape")
        await w.until(lambda: w.app.screen is w.room, "back")


async def test_a_post_is_handed_over_on_the_screen(watch: Watch, duty: FakeHub) -> None:
    signed_on(duty, "zhang", "room")
    duty.find("press-1", "picture.blurred", priority="medium")
    async with watch(duty, account="zhang", panel="duty", size=(140, 40)) as w:
        await w.press("h")
        await w.until_seen("Handover of Control room", "Press B to make the sheet")
        await w.press("b")
        await w.until(lambda: duty.commands == [BeginHandover(post="room")], "begun")
        await w.until_seen("H-1", "Alarms", "medium, unacknowledged: Picture blurred, Press line 1", "The room")
        assert isinstance(w.app.screen, HandoverScreen)
        await w.press("s")
        await w.until_seen("Sign handover H-1", "Clean and tidy")
        form = w.app.screen
        for item in ("clean", "dry", "ventilated"):
            form.query_one(f"#answer-{item}").value = "yes"  # type: ignore[attr-defined]
        form.query_one("#answer-flammable").value = "no"  # type: ignore[attr-defined]
        form.query_one("#answer-wet-cloths").value = "yes"  # type: ignore[attr-defined]
        form.query_one("#submit").press()  # type: ignore[attr-defined]
        await w.until_seen("Say what is wrong")
        form.query_one("#remark-wet-cloths").value = "taken out"  # type: ignore[attr-defined]
        form.query_one("#submit").press()  # type: ignore[attr-defined]
        await w.until(lambda: isinstance(duty.commands[-1], SignHandover), "signed")
        await w.until_seen("waits for whoever comes", "Wet cloths in the room: yes (taken out)")
        await w.press("t")
        await w.until_seen("The second signature is that of whoever comes.")
    duty.clock.advance(9 * 3600)
    look(duty)
    async with watch(duty, account="li", panel="duty", size=(140, 40)) as w:
        await choose(w, "room|zhang")
        await w.press("h")
        await w.until_seen("Handover of Control room H-1")
        duty.find("press-2", "picture.frozen")
        await w.until_seen("Picture frozen, Press line 2", "lines since it was made or signed")
        await w.press("t")
        await w.until_seen("Take over Control room", "changed since it was signed")
        await w.press("enter")
        await w.until(lambda: isinstance(duty.commands[-1], TakeOver), "taken over")
        await w.until(lambda: duty.state.posts.present == {"room": ("li",)}, "signed on by it")


async def test_critical_alarms_keep_it_until_a_leader_allows_it(watch: Watch, duty: FakeHub) -> None:
    signed_on(duty, "zhang", "room")
    duty.find("press-1", "signal.lost", priority="critical")
    duty.account = ACCOUNTS["zhang"]
    await duty.send(BeginHandover(post="room"))
    async with watch(duty, account="wang", panel="duty") as w:
        await choose(w, "room|zhang")
        await w.press("h")
        await w.until_seen("critical alarms are not acknowledged: A-1", "O: allow it")
        await w.press("o")
        await w.until_seen("Allow handover H-1")
        await w.press(*"seen", "enter", "enter")
        await w.until(lambda: bool(duty.state.posts.handovers["room"].allowed), "allowed")
        await w.until_seen("A-1, by a leader: seen")
