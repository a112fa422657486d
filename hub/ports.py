"""What a plugin implements, and what it is given. Plugins import these through `hub.api`.

Every port says who calls it, on which thread, and which errors of `hub.errors` it may raise; any other exception is
taken as a fault of the plugin, which is then marked failed while everything else goes on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

import msgspec

from hub.clock import Clock
from hub.core.alarms.events import Priority
from hub.core.text import Language, Text
from hub.errors import HubError


class PluginContext(msgspec.Struct, frozen=True):
    """What the hub hands to a plugin: its own corner of the site and nothing more."""

    plugin: str
    data: Path
    """A folder of the plugin's own below the site's data folder; it exists."""
    site: Path
    """The site's folder; secrets given as `file:` are relative to it."""
    clock: Clock
    language: Language


class StreamSpec(msgspec.Struct, frozen=True):
    """Where a camera's stream is. `url` may hold credentials: it is handed to the watch and never shown.

    `options` are FFmpeg's demuxer options (`rtsp_transport`, `max_delay` …); the watch adds its time limits.
    """

    url: str
    options: dict[str, str] = {}

    def __repr__(self) -> str:
        return "StreamSpec('***')"


class CameraDriver(Protocol):
    """One camera. Made once per camera with its options; called on the hub's event loop."""

    async def stream(self) -> StreamSpec:
        """Where the stream to watch is.

        Asked again before every (re)connection round that a changed address could explain. Raises
        `DeviceUnreachable`, `AuthRejected`, `Unsupported` or `ProtocolError`.
        """
        ...


@runtime_checkable
class NamedStreams(Protocol):
    """What a camera driver has in addition when it knows several streams of its camera, for recording."""

    async def named_stream(self, name: Literal["main", "sub"]) -> StreamSpec:
        """Where the main or the sub stream is. Called and raising like `CameraDriver.stream`."""
        ...


@runtime_checkable
class Presets(Protocol):
    """What a camera driver has in addition when it can turn its camera to positions that are kept in the camera."""

    async def turn_to(self, preset: str) -> None:
        """Turn the camera to the preset of this name or number; return when it points there.

        Called on the hub's event loop; cancelled after 30 s. Raises like `CameraDriver.stream`; `Unsupported` where
        there is no such preset.
        """
        ...


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What a notifier sends. Texts are in both languages; `language` is the one the recipients read."""

    id: str
    """The effect's key: the same message tried again has the same id, so that the far side can drop doubles."""
    language: Language
    title: Text
    body: Text
    priority: Priority = "medium"
    site: Text = Text(en="")
    camera: str | None = None
    clause: str = ""
    event: str = ""
    """Wire name of the event that led to it, such as `view.obstructed`."""
    pictures: tuple[Path, ...] = ()
    """Pictures kept as evidence, before first; at most two JPEG files of a few hundred kilobytes."""
    files: tuple[Path, ...] = ()
    """Documents that go with it, such as a report: at most four, of some megabytes. The body says where else they are,
    for those who cannot take files."""
    topic: str = ""
    """Where a machine looks for it, such as `alarms/gate-1`; empty: wherever the target says."""
    payload: dict[str, str] = {}
    """Data for a machine, to be handed over instead of the texts; empty: the message itself."""
    retain: bool = False
    """Whether the far side is to keep it for those who ask later."""


class Notifier(Protocol):
    """Sends messages. Made once per plugin with its options; called on the hub's event loop."""

    async def send(self, message: Message, target: Any) -> str:
        """Send `message` to one `target` (an instance of the target model given at registration).

        Returns what the far side said, in a few words without secrets. Raises `DeliveryFailed`; the hub retries with
        back-off where `.retry` is True, so an implementation tries once and never sleeps. Cancelled after 30 s.
        """
        ...


class Service(Protocol):
    """Something that runs beside the hub. Called on the hub's event loop."""

    async def start(self) -> None:
        """Begin; return when it works. Called once, before any camera is opened."""
        ...

    async def stop(self) -> None:
        """End within 5 s and leave nothing behind. Called once, also after `start` failed."""
        ...


class FollowedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One record of the journal, as a service reads it. It never holds a secret."""

    seq: int
    at: datetime
    """When it happened, by the clock of whoever told it."""
    seen_at: datetime
    """When the hub took it in."""
    actor: str
    """`person:wang`, `rule:view-obstructed`, `watch:w1`, `hub` …"""
    cause: int | None
    """The `seq` of the record that led to it."""
    type: str
    """Wire name of the event, such as `view.obstructed`."""
    camera: str | None
    """The camera that it is about, as far as the record itself names one."""
    body: dict[str, Any]
    """The event's fields as JSON has them: times are text, texts have `en` and `zh`."""
    hash: str
    """Of this record and of all before it, in hexadecimal."""


class AlarmNow(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm that stands."""

    id: str
    rule: str
    title: Text
    priority: Priority
    state: str
    """unacknowledged, acknowledged, returned, shelved, suppressed or out_of_service."""
    camera: str | None
    raised_at: datetime


class CameraNow(msgspec.Struct, frozen=True, kw_only=True):
    """A camera of the site, as the wall shows it now."""

    id: str
    name: Text
    area: Text
    domain: str
    condition: str
    """good, fault, lost or not_judged; the last is neither good nor bad."""
    signal: str
    """connecting, live, stalled, lost, refused; `unknown` when nobody watches it."""
    findings: list[str]
    """Wire names of the conditions that hold, such as `view.obstructed`."""
    recording: str | None
    """recording, starting or missing; None: it is not to be recorded."""
    last_picture_at: datetime | None
    fps: float
    """Frames a second; 0 where nobody knows."""
    kbps: float
    """Kilobits a second; 0 where nobody knows."""


class SiteNow(msgspec.Struct, frozen=True, kw_only=True):
    """The site now. `position` is the journal record that it is true for."""

    name: Text
    position: int
    cameras: list[CameraNow]
    alarms: list[AlarmNow]


class RecordStream(Protocol):
    """Batches of records in order, without gaps or doubles: at most 1,000 at once, at the reader's own pace.

    What is not read waits in the journal and costs nothing. It ends when the hub stops.
    """

    def __aiter__(self) -> "RecordStream": ...

    async def __anext__(self) -> list[FollowedRecord]: ...

    def close(self) -> None:
        """End it; called once, on the event loop."""
        ...


class SiteFeed(Protocol):
    """What a service that follows the site is given. Called on the hub's event loop."""

    def site(self) -> SiteNow:
        """The site now. It is put together when asked: once a second is often enough."""
        ...

    @property
    def head(self) -> int:
        """The `seq` of the newest record."""
        ...

    def records(self, after: int) -> RecordStream:
        """The records above `after`, and then each as it is written."""
        ...

    async def changed(self, since: int) -> int:
        """Wait until the count of changes (of cameras, and of what is on record) differs from `since`; return it.

        Returns at once when it differs already; -1 never equals it.
        """
        ...

    def trouble(self, reason: HubError | None) -> None:
        """Say what keeps the service from its work, such as a server that is away; None: it works (again).

        Staff see it as a fault of the plugin, and it goes on record. To be called as often as one likes.
        """
        ...


@runtime_checkable
class Follower(Protocol):
    """What a service has in addition when it follows the site: what goes on record, and how the cameras are."""

    async def follow(self, feed: SiteFeed) -> None:
        """Follow until it is cancelled, which comes before `stop`.

        Called once after `start`, as a task of its own on the hub's event loop: it must never block, and what it reads
        slowly delays nobody. Returning ends it; raising costs the plugin only, which is then marked failed.
        """
        ...


class StoredObject(NamedTuple):
    """One thing that a storage holds."""

    name: str
    bytes: int


class StorageSpace(NamedTuple):
    """How much room there is, in bytes; None where nobody knows."""

    free: int | None = None
    total: int | None = None


class Storage(Protocol):
    """Keeps finished recordings away from the disk they were written to. Made once for each `[[storages]]` table.

    Every method may block, and is called from threads of the hub, up to four at once; one that takes longer than its
    time is left behind, and the storage counts as away. Besides what each says, all raise `StorageUnavailable` (away,
    full, no answer: asked again later) and `StorageRefused` (a person must act).

    Names are parts joined by `/`, each of letters, digits, `.`, `_` and `-` and none of them `.` or `..`; 200
    characters at most.
    """

    def put(self, name: str, source: Path, *, sha256: str, keep_until_at: datetime | None) -> None:
        """Store a copy of `source` under `name`, in place of what is there. 600 s at most.

        Returns when the copy survives a power cut; until then nothing of it is seen under the name. `sha256` is what
        the copy must have; the hub reads the copy back and checks it in any case. `keep_until_at` is when the hub
        means to delete it: a storage that can refuse to delete earlier should.
        """
        ...

    def read(self, name: str, start: int, length: int) -> bytes:
        """`length` bytes from `start`; fewer at the end, none behind it. 60 s at most. Raises `NotStored`."""
        ...

    def delete(self, name: str) -> None:
        """Delete it for good; nothing there is as good. 60 s at most. Raises `StorageLocked`."""
        ...

    def names(self, prefix: str) -> Iterator[StoredObject]:
        """What is there whose name begins with `prefix`, in any order, read as it is asked for."""
        ...

    def space(self) -> StorageSpace:
        """Whether the storage can be written now, found out by asking it, and how much room there is. 60 s at most."""
        ...

    def close(self) -> None:
        """Let go of connections. Called once, when the hub ends."""
        ...


class StoredRecord(NamedTuple):
    """One journal record as a store keeps it; times are microseconds since 1970 UTC, `body` is JSON."""

    seq: int
    at_us: int
    seen_at_us: int
    actor: str
    cause: int | None
    type: str
    version: int
    body: bytes
    key: str | None
    hash: bytes


class OutboxEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An effect that must get out. `state` is `pending`, `done` or `failed`; `payload` is JSON."""

    key: str
    kind: str
    payload: bytes
    cause: int
    created_at_us: int
    next_at_us: int
    attempts: int = 0
    state: str = "pending"


class Transaction(msgspec.Struct, frozen=True):
    """What is written together or not at all."""

    records: Sequence[StoredRecord] = ()
    outbox_new: Sequence[OutboxEntry] = ()
    """Ignored where the key is there already."""
    outbox_changed: Sequence[OutboxEntry] = ()
    documents: Mapping[str, bytes] = {}
    """Small named values: positions of subscribers, snapshots of state. Replaced."""


class Store(Protocol):
    """Keeps the journal. `commit` is called by one thread at a time; the readers by any thread, at any time.

    Readers raise `SiteError` or `OSError` when the medium cannot be read.
    """

    def open(self, *, create: bool) -> None:
        """Open for writing, made if missing and locked against others, when `create`; else for reading only, without
        a lock and without writing. Raises `SiteError` with the reason: missing, unreadable, locked, not ours."""
        ...

    def commit(self, transactions: Sequence[Transaction]) -> None:
        """Write all of them durably: when this returns they survive a power cut.

        Raises `OSError` when the medium cannot take them now (disk full); nothing is then written, and the same
        call is made again later.
        """
        ...

    def head(self) -> StoredRecord | None:
        """The newest record."""
        ...

    def read(self, after: int, limit: int, *, types: Iterable[str] = ()) -> list[StoredRecord]:
        """Up to `limit` records with `seq` above `after`, in order; only those of `types` (wire names) if there are."""
        ...

    def read_last(
        self, limit: int, *, types: Iterable[str] = (), subject: str = "", before: int | None = None
    ) -> list[StoredRecord]:
        """The newest records, oldest first. `subject` is `field:value`, or words that all stand in the body."""
        ...

    def known_keys(self, keys: Iterable[str]) -> dict[str, int]:
        """Which of `keys` are in the journal already, and as which `seq`."""
        ...

    def document(self, name: str) -> bytes | None: ...

    def outbox_due(self, now_us: int, limit: int) -> list[OutboxEntry]:
        """Pending entries whose time has come, oldest first."""
        ...

    def outbox_counts(self) -> dict[str, int]:
        """How many entries are in each state."""
        ...

    def close(self) -> None: ...
