"""Releases of recordings, as the API tells of them."""

from datetime import datetime
from typing import Literal

import msgspec

from hub.client import EventView, HubClient
from hub.client.attachments import AttachmentView
from hub.core.releases.model import Release
from hub.core.releases.register import Entry
from hub.core.text import Text


class ReleaseView(msgspec.Struct, frozen=True, kw_only=True):
    release: Release
    camera_names: list[Text] = []
    """In the order of `release.cameras`."""
    purpose_name: Text | None = None
    """Of an internal release, as hub.toml calls its purpose now."""


class ReleaseDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One release with the records of its course, oldest first."""

    view: ReleaseView
    records: list[EventView] = []
    files: list[AttachmentView] = []
    """The letter and the receipt, where the reader may see them."""


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """The register of retrievals in a period, oldest first."""

    from_at: datetime
    to_at: datetime
    entries: list[Entry] = []


async def releases(client: HubClient, *, which: Literal["open", "all"] = "all") -> list[ReleaseView]:
    """Releases, newest first: those that are open; with `all` also the last 200 that are over."""
    return await client.read("releases", list[ReleaseView], {"which": which})


async def release(client: HubClient, release_id: str) -> ReleaseDetail:
    """One release, however old. Raises `NotFound`."""
    return await client.read(f"releases/{release_id}", ReleaseDetail)


async def register(client: HubClient, from_at: datetime, to_at: datetime) -> Register:
    """Every retrieval that was asked for, and every look at recordings, in a period."""
    return await client.read(
        "releases/register", Register, {"from_at": from_at.isoformat(), "to_at": to_at.isoformat()}
    )
