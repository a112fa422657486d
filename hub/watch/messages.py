"""What the hub and its watch workers say to each other, over the worker's stdin and stdout.

Every message is msgpack behind four bytes of length (big-endian). Streams carry credentials: they travel here and
nowhere else, never on a command line or in the environment.
"""

from datetime import datetime
from typing import BinaryIO

import msgspec

from hub.core.findings import Picture
from hub.core.status import CameraStatus
from hub.errors import ProtocolError
from hub.ports import StreamSpec

LARGEST_MESSAGE = 8 * 1024 * 1024
"""Bytes; a longer message in either direction is a fault of the sender."""
HEADER = 4


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
    picture_every_s: float = 1.0
    """At most one key frame in so long is decoded and judged."""
    open_timeout_s: float = 5.0
    """How long the camera may take to answer, and again to name its streams."""
    retry_first_s: float = 0.5
    """Pause before the first new connection; it doubles up to `retry_longest_s`, with jitter."""
    retry_longest_s: float = 15.0
    stable_s: float = 10.0
    """A connection that delivered for so long starts the pauses from the beginning."""


class WatchOrder(msgspec.Struct, frozen=True):
    """One camera to watch."""

    camera: str
    stream: StreamSpec
    settings: WatchSettings = WatchSettings()
    refused_at: datetime | None = None
    """The camera refused these credentials then: it is not asked before somebody retries. Devices lock accounts."""


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


class TakePicture(msgspec.Struct, frozen=True, tag=True):
    """Send the newest picture of a camera."""

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


class Beat(msgspec.Struct, frozen=True, tag=True):
    """Sent every second: the worker lives, and so do these cameras' threads."""

    vitals: dict[str, Vital] = {}


class Report(msgspec.Struct, frozen=True, tag=True):
    """The whole status of one camera."""

    status: CameraStatus


class Learned(msgspec.Struct, frozen=True, tag=True):
    """A camera's reference view was learned; `picture` is None when it could not be kept."""

    camera: str
    picture: Picture | None = None


class PictureTaken(msgspec.Struct, frozen=True, tag=True):
    """The answer to `TakePicture`: a JPEG, or None when there is none."""

    request: int
    jpeg: bytes | None = None


ToWorker = Watch | Retry | Relearn | TakePicture
FromWorker = Beat | Report | Learned | PictureTaken


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
