"""The settings of a device: what differs is seen, accepted with a reason, put back."""

from typing import Any

import pytest
from msgspec.structs import replace
from textual.widgets import Input

from hub.client.devices import DeviceView
from hub.client.settings import SettingsDetail, SettingsView
from hub.core.baselines.commands import ApproveSettings, RestoreSettings
from hub.core.baselines.events import SettingChange
from hub.core.text import Text
from hub.tui.screens.form import FormScreen
from hub.tui.screens.settings import SettingsScreen
from tests.tui.conftest import NOW, Watch, Watching
from tests.tui.fake_hub import FakeHub
from tests.tui.journey import commanded

CHANGES = [
    SettingChange(setting="Image/Sharpness", was="50", now="10"),
    SettingChange(setting="Users/guest", was=None, now="viewer"),
]


def detail(**fields: Any) -> SettingsDetail:
    view = {
        "device": "nvr-1",
        "name": Text(en="Recorder 1", zh="录像机 1"),
        "state": "drifted",
        "digest": "d" * 64,
        "entries": 300,
        "approved": "a" * 64,
        "approved_at": NOW,
        "approved_by": "person:wang",
        "count": 2,
        "since_at": NOW,
        "may_restore": True,
    }
    return SettingsDetail(view=SettingsView(**(view | fields)), changes=CHANGES if fields.get("count", 2) else [])


@pytest.fixture
def recorder(hub: FakeHub) -> FakeHub:
    hub.answers["devices"] = [DeviceView(id="nvr-1", name=Text(en="Recorder 1", zh="录像机 1"), driver="hikvision")]
    hub.answers["settings/nvr-1"] = detail()
    return hub


async def looked_at(w: Watching) -> None:
    await w.until_seen("nvr-1")
    w.table("devices").choose("nvr-1")
    await w.tick(2)
    await w.press("s")
    await w.until(lambda: isinstance(w.app.screen, SettingsScreen), "the screen")


async def typed(w: Watching, reason: str) -> None:
    await w.until(lambda: isinstance(w.app.screen, FormScreen), "the form")
    w.app.screen.query_one("#reason", Input).value = reason
    await w.pilot.pause()
    await w.press("ctrl+s")


async def test_every_setting_that_differs_is_seen_with_both_values(watch: Watch, recorder: FakeHub) -> None:
    async with watch(recorder, panel="devices", size=(140, 40)) as w:
        await looked_at(w)
        await w.until_seen("Settings of Recorder 1", "changed", "Wang Fang", "Image/Sharpness", "50 → 10")
        await w.until_seen("(not there) → viewer", "a: approve", "b: put back")


async def test_settings_that_wait_for_approval_are_seen_before_they_are_approved(
    watch: Watch, recorder: FakeHub
) -> None:
    first = detail(state="proposed", approved="", approved_at=None, approved_by="", count=0)
    changes = [SettingChange(setting="Image/Sharpness", was=None, now="50")]
    recorder.answers["settings/nvr-1"] = replace(first, changes=changes)
    async with watch(recorder, panel="devices", size=(140, 40)) as w:
        await looked_at(w)
        await w.until_seen("waits for approval", "300 settings", "Image/Sharpness", "50", "a: approve")
        assert not w.sees("(not there)")


async def test_a_change_is_accepted_with_its_reason_and_not_without(watch: Watch, recorder: FakeHub) -> None:
    async with watch(recorder, panel="devices") as w:
        await looked_at(w)
        await w.until_seen("Image/Sharpness")
        await w.press("a")
        await typed(w, "")
        await w.until_seen("Say who changed them, and why.")
        await typed(w, "work order 77")
        given = await commanded(w, ApproveSettings)
        assert given == ApproveSettings(device="nvr-1", digest="d" * 64, reason="work order 77")


async def test_what_can_be_put_back_is_named_before_it_is_written(watch: Watch, recorder: FakeHub) -> None:
    async with watch(recorder, panel="devices", size=(140, 40)) as w:
        await looked_at(w)
        await w.until_seen("b: put back")
        await w.press("b")
        await w.until_seen("Written to the device: Image/Sharpness")
        await typed(w, "not agreed")
        await w.until_seen("Are you sure?")
        await w.press("ctrl+s")
        given = await commanded(w, RestoreSettings)
        assert given == RestoreSettings(device="nvr-1", found="d" * 64, only=("Image/Sharpness",), reason="not agreed")


async def test_what_only_came_in_addition_is_not_put_back(watch: Watch, recorder: FakeHub) -> None:
    added = detail(count=1)
    recorder.answers["settings/nvr-1"] = SettingsDetail(view=added.view, changes=CHANGES[1:])
    async with watch(recorder, panel="devices") as w:
        await looked_at(w)
        await w.until_seen("Users/guest")
        await w.press("b")
        await w.until_seen("What was added is removed by hand, or accepted.")
        assert recorder.commands == []


async def test_settings_as_approved_offer_nothing_but_reading_them(watch: Watch, recorder: FakeHub) -> None:
    recorder.answers["settings/nvr-1"] = detail(state="approved", count=0, since_at=None)
    async with watch(recorder, panel="devices") as w:
        await looked_at(w)
        await w.until_seen("as approved", "Nothing differs.", "u: read now")
        assert not w.sees("a: approve")
        await w.press("a", "b")
        assert isinstance(w.app.screen, SettingsScreen)
