"""Footage that lies on a device and was fetched from there, because the hub has none of that time."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from hub.core.attachments.events import AttachmentId
from hub.core.devices.events import DeviceId
from hub.core.event import CameraId, Event


class FootageFetched(Event, tag="footage.fetched", frozen=True, kw_only=True):
    """Footage was fetched from the device that recorded it, for a release; it was hashed as it came."""

    camera: CameraId
    device: DeviceId
    release: Annotated[str, Meta(description="The release that it is for.")]
    from_at: Annotated[datetime, Meta(description="Beginning, as the device has it.")]
    to_at: Annotated[datetime, Meta(description="End, as the device has it.")]
    bytes: Annotated[int, Meta(ge=0, description="Its size.")]
    sha256: AttachmentId
    device_hash: Annotated[str, Meta(description="The device's own hash; empty where it gives none.")] = ""
