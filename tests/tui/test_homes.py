"""The home preset of a steered camera on the wall: where it stands, one key to send it back, a form for a new place."""

from msgspec.structs import replace
from textual.widgets import Input

from hub.core.catalogue import SiteConfigured
from hub.core.deeds import CameraTurned
from hub.core.homes.events import CameraStrayed, HomeLearned
from hub.core.homes.position import Position
from hub.tui.screens.form import FormScreen
from tests.tui.conftest import Watch
from tests.tui.fake_hub import FakeHub

HOME = Position(pan=120.0, tilt=10.0, zoom=1.0, pan_span=360.0, tilt_span=90.0, zoom_span=30.0)
AWAY = replace(HOME, pan=200.0)


def give_home(hub: FakeHub) -> None:
    """The camera that the cursor is on first is steered, and has a home preset."""
    site = hub.state.site
    cameras = [replace(camera, home="1") if camera.id == "press-1" else camera for camera in site.cameras]
    hub.happen(SiteConfigured(site=replace(site, cameras=cameras)))


def stray(hub: FakeHub) -> None:
    hub.happen(
        HomeLearned(camera="press-1", preset="1", position=HOME),
        CameraStrayed(camera="press-1", preset="1", position=AWAY, since_at=hub.clock.now()),
    )


async def test_one_key_sends_the_camera_home_and_the_wall_says_where_it_is(watch: Watch, hub: FakeHub) -> None:
    give_home(hub)
    async with watch(hub, size=(140, 40)) as w:
        w.table("wall").choose("press-1")
        await w.until_seen("Home preset 1: nobody has sent it there yet (h)")
        stray(hub)
        await w.until_seen("1: it stands elsewhere since 10:30")
        await w.press("h")
        await w.until_seen("Press line 1 is sent to its home preset.")
        await w.until_seen("1: on its way")
        hub.happen(CameraTurned(camera="press-1", rule="", preset="1"))
        hub.happen(HomeLearned(camera="press-1", preset="1", position=HOME))
        await w.until_seen("1: it stands there")


async def test_a_camera_without_a_home_says_what_to_do(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub, size=(140, 40)) as w:
        w.table("wall").choose("press-1")
        await w.press("h")
        await w.until_seen("No home preset is named for press-1 in hub.toml.")


async def test_another_place_is_approved_with_a_reason_in_both_languages(watch: Watch, hub: FakeHub) -> None:
    give_home(hub)
    stray(hub)
    async with watch(hub, size=(140, 40), language="zh") as w:
        w.table("wall").choose("press-1")
        await w.until_seen("归位预置位", "起停在别处")
        await w.press("H")
        await w.until_seen("的归位预置位改为此处")
        await w.until(lambda: isinstance(w.app.screen, FormScreen), "the form")
        w.app.screen.query_one("#reason", Input).value = "领导批准"
        await w.pilot.pause()
        await w.press("ctrl+s")
        await w.until_seen("确定吗？")
        await w.press("ctrl+s")
        await w.until(lambda: hub.state.homes.cameras["press-1"].position == AWAY)
        await w.until_seen("1：已在该处")
