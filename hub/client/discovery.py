"""Looking for devices around the hub and taking them into hub.toml: what the API takes and says of it.

A search is the hub's, not the caller's: there is one at a time, everybody who may sees the same, and it goes on when a
client leaves.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from hub.client import HubClient

LARGEST_BATCH = 500
"""Cameras that are added at once."""
LARGEST_BODY = 1024 * 1024
STREAM_PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
"""How the address of a stream may begin, and the port where it names none."""
PROBE_S = 60.0
"""Asking a recorder takes its time."""

Host = Annotated[str, Meta(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:_%\-]+$", description="IP or name.")]
Port = Annotated[int, Meta(ge=1, le=65535)]
NewId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$", description="Small letters, digits, `-`, `_`.")]
Driver = Annotated[str, Meta(min_length=1, max_length=40, description="As hub.toml calls it: `onvif` …")]
Fingerprint = Annotated[
    str, Meta(max_length=100, description="SHA-256 of the certificate that a person compared; empty: none was.")
]
Short = Annotated[str, Meta(max_length=200)]


class SearchWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to look for devices."""

    seconds: Annotated[float, Meta(gt=0, le=60)] = 5.0
    interfaces: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=16)] = []
    """IPv4 addresses of the hub's own to ask from; empty: all."""
    passive: bool = False
    """Only listen; send nothing."""
    by: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=20)] = []
    """Only these ways to search; empty: all that there are."""


class ClaimView(msgspec.Struct, frozen=True):
    """One value that is claimed of a device, and by which ways it was told."""

    field: str
    value: str
    by: list[str]


class FoundView(msgspec.Struct, frozen=True, kw_only=True):
    """What is claimed of one device that answered. Nobody has proven any of it."""

    address: str
    port: int | None = None
    tls: bool = False
    drivers: list[str] = []
    maker: str = ""
    model: str = ""
    serial: str = ""
    mac: str = ""
    name: str = ""
    firmware: str = ""
    activated: bool | None = None
    by: list[str] = []
    differing: list[ClaimView] = []
    """Fields about which the answers do not agree, each value with who says so."""
    shared: list[str] = []
    """`address`, `serial`: what another device claims to have as well."""
    known_as: str = ""
    """The id of the camera or device of hub.toml at this address; empty: it is not in hub.toml."""
    driver: str = ""
    """The first of `drivers` that the hub has."""


class ProgressView(msgspec.Struct, frozen=True, kw_only=True):
    """How far one way to search is."""

    by: str
    state: Literal["searching", "done", "failed", "late"]
    found: int = 0
    problem: str = ""


class SearchView(msgspec.Struct, frozen=True, kw_only=True):
    """The present search, or the last one."""

    running: bool = False
    seconds: float = 0.0
    left_s: float = 0.0
    progress: list[ProgressView] = []
    devices: list[FoundView] = []
    finders: list[str] = []
    """The ways to search that the hub has."""
    drivers: list[str] = []
    """The kinds of device that can be added."""
    stream_drivers: list[str] = []
    """The drivers of cameras that are known by the address of their stream."""
    areas: list[str] = []
    """Ids of the areas of hub.toml."""
    ids: list[str] = []
    """Ids that are taken in hub.toml, of devices and cameras."""


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device that a person wants asked, and what to sign in with.

    `approved`: the person has looked at the address, and at the certificate where there is one; without it nothing is
    sent. The password is given as it is, or as a reference (`env:NAME`, `file:PATH`) that the hub resolves.
    `url`: the address of the stream, without credentials, for a camera that is known by nothing else.
    """

    driver: Driver
    host: Host
    port: Port | None = None
    url: Annotated[str, Meta(max_length=1000)] = ""
    tls: bool = False
    fingerprint: Fingerprint = ""
    user: Annotated[str, Meta(max_length=100)] = ""
    password: Annotated[str, Meta(max_length=1024)] = ""
    approved: bool = False

    def __repr__(self) -> str:
        return f"Target({self.driver!r}, {self.host!r}, ***)"


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where somebody looks for a certificate."""

    host: Host
    port: Port = 443


class CertificateView(msgspec.Struct, frozen=True, kw_only=True):
    """The certificate that a device shows to whoever asks."""

    fingerprint: str
    ends_at: str = ""


class StreamView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    codec: str = ""
    width: int | None = None
    height: int | None = None
    fps: float | None = None


class ProposalView(msgspec.Struct, frozen=True, kw_only=True):
    """What hub.toml could say; empty where nothing speaks for anything."""

    id: str
    name: str
    area: str = ""
    domain: str = ""


class ChannelView(msgspec.Struct, frozen=True, kw_only=True):
    """One picture source of a device that was asked."""

    number: int
    name: str = ""
    online: bool | None = None
    streams: list[StreamView] = []
    steered: bool | None = None
    """Whether it can be turned; None: it does not say."""
    proposal: ProposalView


class ProbeView(msgspec.Struct, frozen=True, kw_only=True):
    """What a device answered when it was asked with its credentials."""

    maker: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    mac: str = ""
    name: str = ""
    kind: str = "unknown"
    capabilities: dict[str, str] = {}
    channels: list[ChannelView] = []
    proposal: ProposalView
    """For the device as a whole, where it has several channels."""
    picture: bytes = b""
    """A JPEG; empty where the device gave none."""
    pictured: int = 0
    problems: list[str] = []
    known_as: str = ""


class NewCamera(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One camera to write into hub.toml."""

    id: NewId
    name_en: Short = ""
    name_zh: Short = ""
    area: NewId
    domain: Literal["production", "security"]
    channel: Annotated[int, Meta(ge=1, le=4096)] = 1
    ptz: bool = False
    tags: Annotated[list[Annotated[str, Meta(max_length=130)]], Meta(max_length=32)] = []


class Adding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device and its cameras, to be written into hub.toml.

    `device`: the id of a recorder, which gets a table of its own; empty: the one camera is the device.
    """

    target: Target
    cameras: Annotated[list[NewCamera], Meta(min_length=1, max_length=LARGEST_BATCH)]
    device: Annotated[str, Meta(max_length=63)] = ""
    device_name: Short = ""


class AddWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of these are added, or none. `dry`: nothing is written."""

    adding: Annotated[list[Adding], Meta(min_length=1, max_length=LARGEST_BATCH)]
    dry: bool = False


class AddedView(msgspec.Struct, frozen=True, kw_only=True):
    """What was written, or would be."""

    text: str
    """The new tables as they stand in hub.toml; no secret is in them."""
    cameras: list[str]
    secrets: list[str] = []
    """Files that hold the passwords, relative to the site's folder."""
    backup: str = ""
    """Where hub.toml as it was before is kept; empty: nothing was written."""


async def begin(client: HubClient, wish: SearchWish) -> SearchView:
    """Begin a search. Raises `WrongState` while one is running."""
    return await client.post("discovery/search", wish, SearchView)


async def search(client: HubClient) -> SearchView:
    """The present search, or the last one."""
    return await client.read("discovery/search", SearchView)


async def certificate(client: HubClient, place: Place) -> CertificateView:
    """The certificate shown at an address; nothing is said there. Raises `ClientError` when there is none."""
    return await client.post("discovery/certificate", place, CertificateView)


async def probe(client: HubClient, target: Target) -> ProbeView:
    """Ask a device, with its credentials, what it is. That it was approved is on record first."""
    return await client.post("discovery/probe", target, ProbeView, within_s=PROBE_S)


async def add(client: HubClient, wish: AddWish) -> AddedView:
    """Write devices and cameras into hub.toml, checked first; the hub takes them up by itself."""
    return await client.post("discovery/add", wish, AddedView)
