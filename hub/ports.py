"""What a plugin implements, and what it is given. Plugins import these through `hub.api`.

Every port says who calls it, on which thread, and which errors of `hub.errors` it may raise; any other exception is
taken as a fault of the plugin, which is then marked failed while everything else goes on.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

import msgspec

from hub.clock import Clock
from hub.core.alarms.events import Priority
from hub.core.text import Language, Text


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
