"""What the hub and its watch workers say to each other, over the worker's stdin and stdout.

Every message is msgpack behind four bytes of length (big-endian). Streams carry credentials: they travel here and
nowhere else, never on a command line or in the environment.
"""

from datetime import datetime
from typing import BinaryIO, Literal

import msgspec

from hub.core.explanation import Explanation
from hub.core.findings import Light, Picture
from hub.core.recordings import Stream
from hub.core.references import ReferenceState
from hub.core.status import CameraStatus
from hub.errors import ProtocolError
from hub.ports import StreamSpec

LARGEST_MESSAGE = 8 * 1024 * 1024
"""Bytes; a longer message in either direction is a fault of the sender."""
HEADER = 4

RecordTrouble = Literal["", "nothing", "storage", "full", "codec", "slow"]
"""Nothing comes from the camera; the disk cannot be written; it has too little room; the stream's format cannot be
kept in a file; the disk is slower than the cameras."""


class WatchSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How one camera is watched; seconds throughout."""

    lost_after_s: float = 6.0
    """No packet for so long: the signal is lost."""
    stalled_after_s: float = 2.0
    """No packet for so long: the stream is shown as stalled."""
    steady_s: float = 2.0
    """Packets must flow for so long before a lost signal counts as restored."""
    blind_after_s: float = 30.0
    """Packets arrive, yet no picture could be judged for so long: the camera counts as not judged."""
    learn_s: float = 30.0
    """How long a new camera's view is learned."""
    persist_s: float = 4.0
    """How long a picture fault must last before it is a finding."""
    clear_s: float = 3.0
    """How long the picture must be good before the finding ends."""
    picture_every_s: float = 2.0
    """At most one key frame in so long is decoded and judged; more seldom while the worker cannot keep up."""
    open_timeout_s: float = 5.0
    """How long the camera may take to answer, and again to name its streams."""
    retry_first_s: float = 0.5
    """Pause before the first new connection; it doubles up to `retry_longest_s`, with jitter."""
    retry_longest_s: float = 15.0
    stable_s: float = 10.0
    """A connection that delivered for so long starts the pauses from the beginning."""
    sensitivity: dict[str, float] = {}
    """By kind of finding, as `hub.vision.limits.Limits.sensitivity`. A change disturbs nothing."""


class Pointing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a steered camera points, as its driver says."""

    preset: str = ""
    """The name of its position; empty for none that is known."""
    moving: bool = False
    """It is being steered, or on its way."""


class RecordOrder(msgspec.Struct, frozen=True, kw_only=True):
    """How a camera is recorded."""

    folder: str
    """The folder of recordings."""
    name: Stream = "watched"
    stream: StreamSpec | None = None
    """The stream to record over a connection of its own; None: the one that is watched, over the same connection."""
    segment_s: float = 60.0
    """A file is ended at the first key frame after so many seconds."""
    floor_bytes: int = 0
    """Nothing is recorded while the volume has less room than this."""
    device_offset_s: float | None = None
    """Seconds that the camera's clock is ahead of the hub's (of a channel, its recorder's); None where no device tells.
    A change disturbs nothing: a file says what was known at its end."""


class WatchOrder(msgspec.Struct, frozen=True):
    """One camera to watch."""

    camera: str
    stream: StreamSpec
    settings: WatchSettings = WatchSettings()
    refused_at: datetime | None = None
    """The camera refused these credentials then: it is not asked before somebody retries. Devices lock accounts."""
    recording: RecordOrder | None = None
    """None: the camera is not recorded."""
    decided: dict[str, ReferenceState] = {}
    """What people said of the camera's reference views, by id. A level: it holds whatever message was lost before."""
    proposed: list[str] = []
    """The views that the hub knows and nobody has decided about."""
    ignored: list[int] = []
    """Cells of the view that are not judged, packed as in `hub.core.findings.Finding.cells`."""
    timezone: str = ""
    """IANA name of the site's time zone, for what is learned by time of day; empty: unknown."""
    ptz: bool = False
    """The camera is steered: its view is compared only while somebody says where it points."""
    pointing: Pointing | None = None
    """Where it points now; None: nobody said."""


# --- from the hub -----------------------------------------------------------------------------------------------


class Watch(msgspec.Struct, frozen=True, tag=True):
    """The complete set of cameras of this worker; what is unchanged goes on undisturbed."""

    orders: list[WatchOrder]


class Retry(msgspec.Struct, frozen=True, tag=True):
    """Try a refused camera again."""

    camera: str


class Relearn(msgspec.Struct, frozen=True, tag=True):
    """Forget the camera's reference view and learn it anew."""

    camera: str


class Point(msgspec.Struct, frozen=True, tag=True):
    """A steered camera points there now."""

    camera: str
    pointing: Pointing


class TakePicture(msgspec.Struct, frozen=True, tag=True):
    """Send the newest picture of a camera."""

    camera: str
    request: int


class Explain(msgspec.Struct, frozen=True, tag=True):
    """Say why a camera is judged as it is."""

    camera: str
    request: int


# --- from a worker ----------------------------------------------------------------------------------------------


class Vital(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a camera that change all the time."""

    idle_s: float
    """How long ago the camera's thread last did anything; a healthy one never reaches a minute."""
    last_picture_at: datetime | None = None
    fps: float = 0.0
    kbps: float = 0.0
    recording: RecordTrouble = ""
    """What keeps a camera that should be recorded from it, as far as the worker knows."""


class WorkerLoad(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a worker keeps up."""

    lag_s: float = 0.0
    """How late its threads wake, on average over a few seconds; well below 0.1 when it keeps up."""
    cpu: float = 0.0
    """Share of one core that it takes."""
    picture_factor: float = 1.0
    """It looks at pictures this many times more seldom than asked for, so that it keeps up with the signals."""
    picture_every_s: float = 0.0
    """How often it should look at a camera's picture, as asked for of most of its cameras; 0 without cameras."""


class Beat(msgspec.Struct, frozen=True, tag=True):
    """Sent every second: the worker lives, and so do these cameras' threads."""

    vitals: dict[str, Vital] = {}
    load: WorkerLoad = WorkerLoad()


class Report(msgspec.Struct, frozen=True, tag=True):
    """The whole status of one camera."""

    status: CameraStatus


class Learned(msgspec.Struct, frozen=True, tag=True):
    """A camera's reference view was learned, now or before; `picture` is None when it could not be kept."""

    camera: str
    picture: Picture | None = None
    reference: str = ""
    light: Light = "day"
    preset: str = ""
    beside: bool = False
    """It surely shows the same place as the views before, in another light."""
    outdated: bool = False
    """It was learned before the view was to be learned anew: the hub may have heard of it only after that."""


class PictureTaken(msgspec.Struct, frozen=True, tag=True):
    """The answer to `TakePicture`: a JPEG, or None when there is none."""

    request: int
    jpeg: bytes | None = None


class Explained(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Explain`; None for a camera that this worker does not watch."""

    request: int
    explanation: Explanation | None = None


ToWorker = Watch | Retry | Relearn | Point | TakePicture | Explain
FromWorker = Beat | Report | Learned | PictureTaken | Explained


def pack(message: ToWorker | FromWorker) -> bytes:
    """`message` with its length in front. Raises `ProtocolError` when it is too long."""
    body = msgspec.msgpack.encode(message)
    return parse_length(len(body).to_bytes(HEADER, "big")).to_bytes(HEADER, "big") + body


def parse_length(header: bytes) -> int:
    """The length that a header announces. Raises `ProtocolError` when it is beyond `LARGEST_MESSAGE`."""
    length = int.from_bytes(header, "big")
    if length > LARGEST_MESSAGE:
        raise ProtocolError(f"A watch message of {length} bytes; at most {LARGEST_MESSAGE} are taken.")
    return length


def parse_from_worker(body: bytes) -> FromWorker:
    """What a worker said. Raises `ProtocolError` for anything else."""
    try:
        message: FromWorker = msgspec.msgpack.decode(body, type=FromWorker)
        return message
    except (msgspec.MsgspecError, ValueError) as error:
        raise ProtocolError(f"A watch worker sent a message that is none: {error}.") from error


def read_from_hub(file: BinaryIO) -> ToWorker | None:
    """The next message of the hub; None when it closed the pipe, which ends the worker. Blocks."""
    header = file.read(HEADER)
    if len(header) < HEADER:
        return None
    length = parse_length(header)
    body = file.read(length)
    if len(body) < length:
        return None
    try:
        message: ToWorker = msgspec.msgpack.decode(body, type=ToWorker)
        return message
    except (msgspec.MsgspecError, ValueError) as error:
        raise ProtocolError("The hub sent a message that is none.") from error
