"""The duty log: what the API answers, and the questions."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

import msgspec

from hub.client import HubClient, Parameters
from hub.client.attachments import AttachmentView
from hub.core.dutylog.events import EntryKind
from hub.core.dutylog.model import Entry


class KeptPictureView(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that the hub kept with an entry: `path` is that of `GET /api/evidence/PATH`."""

    camera: str
    path: str


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the duty log, with what later ones say of it."""

    entry: Entry
    corrected_by: str = ""
    """The entry that took its place; this one is shown struck through."""
    left_at: datetime | None = None
    """When the visitor went."""
    left: str = ""
    """The entry that says so."""
    pictures: list[KeptPictureView] = []
    attachments: list[AttachmentView] = []


class EntryDetail(msgspec.Struct, frozen=True, kw_only=True):
    """An entry with those around it that the reader may see."""

    view: EntryView
    about: EntryView | None = None
    """The entry that it follows."""
    corrects: EntryView | None = None
    """The entry whose place it took."""
    following: list[EntryView] = []
    """The measures taken, the leaving; oldest first."""


async def entries(
    client: HubClient,
    *,
    limit: int = 200,
    before: int | None = None,
    kinds: Sequence[EntryKind] = (),
    camera: str = "",
    from_at: datetime | None = None,
    to_at: datetime | None = None,
    query: str = "",
) -> list[EntryView]:
    """The newest entries (below the record `before`), newest first. The period is that in which they happened."""
    parameters: Parameters = {"limit": limit}
    if kinds:
        parameters["kinds"] = list(kinds)
    for name, value in (("camera", camera), ("q", query)):
        if value:
            parameters[name] = value
    if before is not None:
        parameters["before"] = before
    for name, at in (("from", from_at), ("to", to_at)):
        if at is not None:
            parameters[name] = at.isoformat()
    return await client.read("log", list[EntryView], parameters)


async def entry(client: HubClient, entry_id: str) -> EntryDetail:
    """One entry. Raises `NotFound`."""
    return await client.read(f"log/{quote(entry_id, safe='')}", EntryDetail)
