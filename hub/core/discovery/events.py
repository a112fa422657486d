"""Facts about taking devices in: which address a person approved, and what came into hub.toml."""

from typing import Annotated

from msgspec import Meta

from hub.core.event import Event

_Address = Annotated[str, Meta(description="Host and, where it is told, port.")]
_Driver = Annotated[str, Meta(description="The kind of device, as hub.toml calls it.")]


class AddressApproved(Event, tag="discovery.approved", frozen=True, kw_only=True):
    """A person said that the device at an address is the one it should be, before the hub signed in there."""

    address: _Address
    driver: _Driver
    fingerprint: Annotated[str, Meta(description="SHA-256 of the certificate that was compared; empty: none was.")] = ""


class CamerasAdded(Event, tag="discovery.added", frozen=True, kw_only=True):
    """A person wrote a device and its cameras into hub.toml through the hub."""

    address: _Address
    driver: _Driver
    device: Annotated[str, Meta(description="Id of the recorder, or of the one camera that is the device by itself.")]
    cameras: Annotated[list[str], Meta(description="Ids of the cameras.")]
