"""The Discover screen: a search as it grows, a device asked, looked at and added, in both languages and sizes."""

from typing import Any

import pytest
from msgspec.structs import replace
from textual.widgets import Button, Input, Select

from hub.client.discovery import (
    AddedView,
    AddWish,
    CertificateView,
    ChannelView,
    ClaimView,
    FoundView,
    ProbeView,
    ProgressView,
    ProposalView,
    SearchView,
    StreamView,
)
from hub.errors import Refused
from hub.tui.screens.adding import AddingScreen
from hub.tui.screens.discover import DiscoverScreen
from hub.tui.widgets.picture import PictureView
from hub.tui.widgets.table import RowTable
from tests.discovery import toycam
from tests.tui.conftest import Watch, Watching
from tests.tui.fake_hub import FakeHub

ADMIN = "zhao"
SITE = SearchView(
    finders=["mdns", "sadp"],
    drivers=["hikvision", "onvif"],
    stream_drivers=["rtsp"],
    areas=["gates", "workshop"],
    ids=["gate-1"],
)
CAMERA = FoundView(
    address="10.1.0.7",
    port=8000,
    drivers=["hikvision", "onvif"],
    driver="hikvision",
    maker="Hikvision",
    model="DS-2CD",
    name="North gate",
    mac="02:00:5e:10:00:01",
    by=["sadp"],
)
IMPOSTOR = FoundView(
    address="10.1.0.8",
    drivers=["onvif"],
    driver="onvif",
    activated=False,
    shared=["serial"],
    by=["mdns"],
    differing=[ClaimView("mac", "02:00:5e:10:00:01", ["mdns"]), ClaimView("mac", "02:00:5e:10:00:02", ["sadp"])],
)
RUNNING = replace(
    SITE,
    running=True,
    seconds=5.0,
    left_s=2.5,
    progress=[ProgressView(by="sadp", state="searching", found=1)],
    devices=[CAMERA],
)
ENDED = replace(
    SITE,
    progress=[ProgressView(by="sadp", state="done", found=2), ProgressView(by="mdns", state="failed", problem="broke")],
    devices=[CAMERA, IMPOSTOR],
)
PROBED = ProbeView(
    maker="Hikvision",
    model="DS-2CD",
    serial="S-1",
    capabilities={"streams": "yes", "events": "unknown"},
    channels=[
        ChannelView(
            number=1,
            name="North gate",
            online=True,
            streams=[StreamView(name="main", codec="H264", width=1920, height=1080)],
            steered=True,
            proposal=ProposalView(id="north-gate", name="North gate", area="gates", domain="security"),
        )
    ],
    proposal=ProposalView(id="north-gate", name="North gate", area="gates", domain="security"),
    picture=toycam.JPEG(),
    pictured=1,
)


def prepare(fake: FakeHub, **answers: Any) -> FakeHub:
    fake.answers["discovery/search"] = SITE
    fake.answers["POST discovery/search"] = RUNNING
    fake.answers["POST discovery/certificate"] = CertificateView(fingerprint="ab" * 32)
    fake.answers["POST discovery/probe"] = PROBED
    fake.answers["POST discovery/add"] = AddedView(text="", cameras=["north-gate"], backup="hub.toml.bak")
    fake.answers.update(answers)
    return fake


async def opened(w: Watching) -> DiscoverScreen:
    await w.press("f9")
    await w.until(lambda: isinstance(w.app.screen, DiscoverScreen), "the screen")
    screen = w.app.screen
    assert isinstance(screen, DiscoverScreen)
    await w.until(lambda: screen._view is not None, "what the hub has")
    return screen


async def searched(w: Watching, fake: FakeHub) -> DiscoverScreen:
    screen = await opened(w)
    fake.answers["discovery/search"] = ENDED
    await w.press("s")
    await w.until(lambda: len(screen.query_one(RowTable).row_keys) == 2, "two devices")
    return screen


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_search_grows_and_what_is_doubtful_is_said(watch: Watch, hub: FakeHub, size: tuple[int, int]) -> None:
    async with watch(prepare(hub), size=size, account=ADMIN) as w:
        screen = await opened(w)
        await w.until_seen("Press s to search.")
        hub.answers["discovery/search"] = RUNNING
        await w.press("s")
        await w.until_seen("█", "sadp searching 1", "10.1.0.7:8000", "new")
        hub.answers["discovery/search"] = ENDED
        await w.until_seen("The search has ended.", "mdns went wrong")
        await w.until(lambda: screen.focused is screen.query_one(RowTable), "the table has the keyboard")
        await w.press("down")
        await w.until_seen("It has no password yet", "the same serial")
        assert hub.posted[0][1].seconds == 5.0
        await w.press("ctrl+l")
        await w.until_seen("返回")


async def test_a_device_is_asked_only_when_its_address_was_confirmed(watch: Watch, hub: FakeHub) -> None:
    async with watch(prepare(hub), size=(80, 24), account=ADMIN) as w:
        await searched(w, hub)
        await w.press("enter")
        await w.until(lambda: isinstance(w.app.screen, AddingScreen), "the form")
        form = w.app.screen
        form.query_one("#user", Input).value = "watch"
        form.query_one("#password", Input).value = "secret-4471"
        await w.press("ctrl+s")
        await w.until_seen("10.1.0.7:8000", "on record with your name")
        assert not [path for path, _ in hub.posted if path == "discovery/probe"]
        # Another address than the one that was confirmed has to be confirmed anew.
        form.query_one("#host", Input).value = "10.1.0.9"
        await w.until(lambda: form._target is None, "no longer confirmed")
        await w.press("ctrl+s")
        await w.until_seen("10.1.0.9:8000")
        await w.press("ctrl+s")
        await w.until(lambda: form._probed is not None, "the answer")
        (target,) = [body for path, body in hub.posted if path == "discovery/probe"]
        assert (target.host, target.user, target.password, target.approved) == (
            "10.1.0.9",
            "watch",
            "secret-4471",
            True,
        )
        assert "secret-4471" not in str(vars(w.app.drafts))


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_what_the_device_shows_is_looked_at_and_written(
    watch: Watch, hub: FakeHub, size: tuple[int, int]
) -> None:
    async with watch(prepare(hub), size=size, account=ADMIN) as w:
        await searched(w, hub)
        await w.press("enter")
        await w.until(lambda: isinstance(w.app.screen, AddingScreen), "the form")
        form = w.app.screen
        await w.press("ctrl+s")
        await w.until_seen("Yes: this is the device")
        await w.press("ctrl+s")
        await w.until_seen("Write into hub.toml", "H264 1920x1080", "Channel 1, now")
        assert form.query_one(PictureView).has_picture
        assert form.query_one("#submit", Button).region.bottom <= size[1]
        form.query_one("#area", Select).value = "workshop"
        await w.press("ctrl+s")
        await w.until(lambda: isinstance(w.app.screen, DiscoverScreen), "back at the list")
        (wish,) = [body for path, body in hub.posted if path == "discovery/add"]
        assert isinstance(wish, AddWish)
        (camera,) = wish.adding[0].cameras
        assert (camera.id, camera.area, camera.domain) == ("north-gate", "workshop", "security")
        assert camera.ptz, "as it says itself"


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_certificate_is_read_for_the_person_to_compare(
    watch: Watch, hub: FakeHub, size: tuple[int, int]
) -> None:
    async with watch(prepare(hub), size=size, account=ADMIN) as w:
        await searched(w, hub)
        await w.press("enter")
        await w.until(lambda: isinstance(w.app.screen, AddingScreen), "the form")
        form = w.app.screen
        form.query_one("#tls", Select).value = "yes"
        await w.press("ctrl+s")
        await w.until(lambda: form.query_one("#fingerprint", Input).value == "ab" * 32, "the fingerprint")
        await w.until_seen("Compare the fingerprint", "ab" * 32)
        assert [path for path, _ in hub.posted if "discovery/probe" in path] == []


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_camera_that_is_known_by_its_stream_alone_is_asked_and_added(
    watch: Watch, hub: FakeHub, size: tuple[int, int]
) -> None:
    async with watch(prepare(hub), size=size, account=ADMIN) as w:
        await opened(w)
        await w.press("a")
        await w.until(lambda: isinstance(w.app.screen, AddingScreen), "the form")
        form = w.app.screen
        host, driver = form.query_one("#host", Input), form.query_one("#driver", Select)
        driver.value, host.value = "onvif", "rtsp://watch:secret-4471@10.1.0.70/live?channel=1"
        await w.press("ctrl+s")
        await w.until_seen("Without user and password", "The address of a stream goes with: rtsp.")
        driver.value, host.value = "rtsp", "10.1.0.70"
        await w.press("ctrl+s")
        await w.until_seen("by the address of its stream")
        host.value = "rtsp://10.1.0.70/live?channel=1"
        form.query_one("#user", Input).value = "watch"
        await w.press("ctrl+s")
        await w.until_seen("rtsp://10.1.0.70/live?channel=1", "on record with your name")
        await w.press("ctrl+s")
        await w.until(lambda: form._probed is not None, "the answer")
        (target,) = [body for path, body in hub.posted if path == "discovery/probe"]
        assert (target.host, target.port, target.url) == ("10.1.0.70", 554, "rtsp://10.1.0.70/live?channel=1")
        await w.press("ctrl+s")
        await w.until(lambda: isinstance(w.app.screen, DiscoverScreen), "back at the list")
        (wish,) = [body for path, body in hub.posted if path == "discovery/add"]
        assert wish.adding[0].target.url == "rtsp://10.1.0.70/live?channel=1"


async def test_why_it_went_wrong_is_said_and_what_was_typed_stays(watch: Watch, hub: FakeHub) -> None:
    refusal = Refused("The device refuses the name or the password.")
    async with watch(prepare(hub, **{"POST discovery/probe": refusal}), account=ADMIN) as w:
        await searched(w, hub)
        await w.press("enter")
        await w.until(lambda: isinstance(w.app.screen, AddingScreen), "the form")
        form = w.app.screen
        form.query_one("#user", Input).value = "watch"
        await w.press("ctrl+s")
        await w.until(lambda: form._target is not None, "confirmed once")
        await w.press("ctrl+s")
        await w.until_seen("✗ The device refuses the name or the password.")
        assert form.query_one("#user", Input).value == "watch"
        assert form._target is None


async def test_who_does_not_administer_is_not_offered_it(watch: Watch, hub: FakeHub) -> None:
    async with watch(hub) as w:
        await w.press("f9")
        await w.until_seen("Only administrators")
        assert w.app.screen is w.room
