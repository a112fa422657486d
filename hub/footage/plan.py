"""What goes into a package, in full, before anything of it is made. It travels as JSON to the process that makes it."""

from datetime import datetime

import msgspec

from hub.core.recordings import Stream
from hub.core.releases.events import BlurRegion, Officer, ReleaseKind
from hub.core.text import Text


class SealRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The journal's record of one seal, with everything that its hash covers."""

    manifest: str
    root: str
    count: int
    previous: str
    """Hash of the record before, hexadecimal."""
    seq: int
    at_us: int
    seen_at_us: int
    actor: str
    cause: int | None
    type: str
    version: int
    body: str
    """JSON, exactly as stored."""
    key: str | None
    hash: str


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One original segment."""

    name: str
    """Below the folder of recordings; the package keeps it."""
    path: str
    """Where its bytes are now."""
    camera: str
    stream: Stream
    begin_at: datetime
    end_at: datetime
    bytes: int
    sha256: str
    """As the index has it, and its seal."""
    codec: str = ""
    device_offset_s: float | None = None
    recovered: bool = False
    seal: int | None = None
    """Which of `PackagePlan.seals` it belongs to; None: it is not sealed."""
    index: int = 0
    """Its place in the list of the seal."""
    proof: list[str] = []
    """The way from it to the seal's root (RFC 6962), hexadecimal."""


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """Footage that a device held and the hub did not, fetched for this release and hashed as it came."""

    name: str
    path: str
    camera: str
    device: str
    begin_at: datetime
    end_at: datetime
    bytes: int
    sha256: str
    device_hash: str = ""
    media_type: str = ""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the period of which there is nothing."""

    camera: str
    from_at: datetime
    to_at: datetime
    why: Text


class Custody(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the originals' way into the package: what was done, by whom, when."""

    at: datetime
    who: str
    what: Text
    note: str = ""


class PackagePlan(msgspec.Struct, frozen=True, kw_only=True):
    """Paths are absolute; times are aware."""

    release: str
    site: Text
    timezone: str
    kind: ReleaseKind
    agency: str
    officers: list[Officer] = []
    letter: str = ""
    letter_number: str = ""
    purpose: str = ""
    reason: str
    content: str
    cameras: dict[str, Text]
    from_at: datetime
    to_at: datetime
    made_at: datetime
    steps: list[Custody] = []
    pieces: list[Piece] = []
    seals: list[SealRecord] = []
    fetched: list[Fetched] = []
    gaps: list[Gap] = []
    head_seq: int = 0
    head_hash: str = ""
    """The journal when the package was made."""
    copy: bool = True
    blur: list[BlurRegion] = []
    recipient: str = ""
    """An age recipient, or an SSH public key; empty: not encrypted."""
    work: str
    """A folder of its own in which it is made; on the file system of `target`."""
    target: str
    """What the finished package is called."""
    key: str
    """File of the site's private key."""
    reserve_bytes: int
    """What must stay free on the disk whatever happens: the journal is written there."""


class Progress(msgspec.Struct, frozen=True, kw_only=True, tag="progress"):
    """How far it is. `step`: originals, copy, seal, encrypt."""

    step: str
    done: int
    total: int


class Made(msgspec.Struct, frozen=True, kw_only=True, tag="made"):
    """The package is on the disk, whole and durable."""

    package: str
    sha256: str
    bytes: int
    segments: int
    key: str
    missing_s: float = 0.0
    """How much of the period it holds nothing of, of all cameras together."""


class NotMade(msgspec.Struct, frozen=True, kw_only=True, tag="not_made"):
    """It could not be made; nothing of it is left."""

    reason: str


Said = Progress | Made | NotMade
"""What the process that makes it says, a line each."""
