"""Permits to cover a camera, as the API tells of them."""

from typing import Literal

import msgspec

from hub.client import EventView, HubClient
from hub.core.permits.model import Permit
from hub.core.text import Text


class PermitView(msgspec.Struct, frozen=True, kw_only=True):
    permit: Permit
    camera_names: list[Text] = []
    """In the order of `permit.cameras`."""
    covered: list[str] = []
    """Those of its cameras on which the watch sees now what it allows."""
    alarms: list[str] = []
    """The alarms that it keeps silent now."""


class PermitDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One permit with the records of its course, oldest first."""

    view: PermitView
    records: list[EventView] = []


async def permits(client: HubClient, *, which: Literal["open", "all"] = "all", camera: str = "") -> list[PermitView]:
    """Permits, newest first: those that wait or are in force; with `all` also the last 200 that are over."""
    return await client.read("permits", list[PermitView], {"which": which, "camera": camera})


async def permit(client: HubClient, permit_id: str) -> PermitDetail:
    """One permit, however old. Raises `NotFound`."""
    return await client.read(f"permits/{permit_id}", PermitDetail)
