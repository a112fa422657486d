"""Walking the wall on the screen: one key a channel, bad ones reported, paused and gone on with."""

import pytest

from hub.core.attention.events import AttentionPlanned
from hub.core.attention.posts import PostPlan
from hub.core.patrol.commands import BeginPatrol, ConfirmChannels
from hub.core.posts.events import PostSignedOn
from hub.core.text import Text
from hub.tui.screens.patrol import WalkWall
from tests.tui.conftest import Watch, Watching
from tests.tui.fake_hub import FakeHub

DESK = Text(en="Control room", zh="监控室")


@pytest.fixture
def posted(hub: FakeHub) -> FakeHub:
    plan = PostPlan(id="desk", name=DESK, cameras=["press-1", "furnace", "gate-1"], patrol_s=4 * 3600.0)
    here = PostSignedOn(post="desk", post_name=DESK, account="zhang", name=Text(en="Zhang Wei"), how="in_time")
    hub.happen(AttentionPlanned(posts=[plan]), here)
    return hub


async def walking(w: Watching) -> WalkWall:
    await w.press("1", "o")
    await w.until_seen("Control room: 1 of 3: Press line 1", "Space: good")
    screen = w.app.screen
    assert isinstance(screen, WalkWall)
    return screen


async def looked(w: Watching, seconds: float = 3.0) -> None:
    await w.until(lambda: w.app.screen.query_one("#walk-live").has_picture, "the picture")  # type: ignore[attr-defined]
    await w.tick(seconds)


async def test_each_channel_is_confirmed_with_a_key_and_the_walk_is_done(watch: Watch, posted: FakeHub) -> None:
    async with watch(posted, account="zhang") as w:
        await walking(w)
        await w.until(lambda: posted.commands == [BeginPatrol(post="desk")], "the walk has begun")
        for said in ("2 of 3: Furnace mouth", "3 of 3: Main gate"):
            await looked(w)
            await w.press("space")
            await w.until_seen(said)
        await looked(w)
        await w.press("space")
        await w.until(lambda: posted.state.patrols.done_by == {"desk": "person:zhang"}, "done")
        await w.until_seen("Every channel is confirmed", "by Zhang Wei")
        (confirmed,) = [command for command in posted.commands if isinstance(command, ConfirmChannels)]
        assert [look.camera for look in confirmed.looks] == ["press-1", "furnace", "gate-1"]
        assert all(look.looked_s >= 2.0 for look in confirmed.looks)


async def test_a_glance_is_not_enough(watch: Watch, posted: FakeHub) -> None:
    async with watch(posted, account="zhang") as w:
        await walking(w)
        await looked(w, 1.0)
        await w.press("space")
        await w.until_seen("Look at it for 2 s at least.", "1 of 3")


async def test_a_bad_picture_is_reported_with_a_remark_and_opens_a_ticket(watch: Watch, posted: FakeHub) -> None:
    async with watch(posted, account="zhang") as w:
        await walking(w)
        await looked(w)
        await w.press("space")
        await w.until_seen("2 of 3")
        await w.press("x")
        await w.until_seen("Report Furnace mouth")
        await w.press(*"cobweb", "enter")
        await w.until(lambda: posted.state.tickets)
        (ticket,) = posted.state.tickets.values()
        assert (ticket.camera, "cobweb" in ticket.title.en) == ("furnace", True)
        await w.until_seen("3 of 3: Main gate")
        assert set(posted.state.patrols.open["desk"].seen) == {"press-1", "furnace"}


async def test_a_walk_that_was_paused_goes_on_where_it_was(watch: Watch, posted: FakeHub) -> None:
    async with watch(posted, account="zhang") as w:
        await walking(w)
        await looked(w)
        await w.press("space")
        await w.until_seen("2 of 3")
        await w.press("escape")
        await w.until(lambda: "press-1" in posted.state.patrols.open["desk"].seen, "on record")
        await w.press("o")
        await w.until_seen("2 of 3: Furnace mouth")
        assert len([command for command in posted.commands if isinstance(command, BeginPatrol)]) == 1


async def test_where_no_wall_is_to_be_walked_it_says_what_to_do(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, account="zhang") as w:
        await w.press("1", "o")
        await w.until_seen("give a post cameras and `patrol`")
