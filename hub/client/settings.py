"""The settings of devices against those approved, as the API tells of them."""

from datetime import datetime

import msgspec

from hub.client import HubClient, Parameters
from hub.core.baselines.events import SettingChange
from hub.core.baselines.model import BaselineState
from hub.core.text import Text


class SettingsView(msgspec.Struct, frozen=True, kw_only=True):
    """How the settings of one device stand."""

    device: str
    name: Text
    state: BaselineState
    digest: str
    """What it has, as far as it was read; commands name it, so that nobody decides on what they have not seen."""
    entries: int
    approved: str = ""
    approved_at: datetime | None = None
    approved_by: str = ""
    count: int = 0
    """How many settings differ."""
    since_at: datetime | None = None
    restoring: bool = False
    undo: str = ""
    """What they were before they were put back last; empty: they were not."""
    may_restore: bool = False
    """Whether hub.toml allows the hub to write settings of the device."""


class SettingsDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One device with all that differs, up to 2,000 settings; where nothing was approved yet, all that it has."""

    view: SettingsView
    changes: list[SettingChange]
    problem: str = ""
    """Why not all changes can be told, or why the device could not be read now."""


async def settings(client: HubClient) -> list[SettingsView]:
    """How the settings of every device stand that tells its settings; those that differ first."""
    return await client.read("settings", list[SettingsView])


async def settings_of(client: HubClient, device: str, *, fresh: bool = False, target: str = "") -> SettingsDetail:
    """One device. `fresh`: read it now, which takes some seconds. `target`: compare with this kept snapshot instead of
    the approved one, to see what undoing would do. Raises `NotFound`."""
    parameters: Parameters = {"fresh": str(fresh).lower(), "target": target}
    return await client.read(f"settings/{device}", SettingsDetail, parameters)
