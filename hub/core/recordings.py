"""Recordings: what happens to them (events), what a segment is, and the digest that binds many segments into one.

How much was recorded is worked out in `hub.core.recorded`, what may be deleted in `hub.core.retention`.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from hub.core.event import AlarmId, CameraId, Event

Stream = Literal["watched", "main", "sub"]
"""Which stream of a camera: the one that is watched, or one that its driver knows by this name."""
STREAMS: tuple[Stream, ...] = ("watched", "main", "sub")

Ended = Literal["rolled", "timestamps", "picture", "camera", "network", "storage", "stopped", "crash"]
"""Why a segment ended: its time was up; timestamps jumped; the picture's format changed; the camera ended the stream;
nothing came any more, or the connection broke; the disk; recording was stopped in order; the process died, or failed,
before it could say."""

Cause = Literal["camera", "network", "hub", "storage", "unknown"]
"""Why nothing was recorded. `hub`: the hub did not run, or its watch was being restarted."""

Rule = Literal["days", "space", "free"]
"""Why a recording may be deleted: too old; recordings take more than they may; the volume has too little room."""

Adopted = Literal["", "journal", "folder"]
"""How a record came back after a backup had been put back that did not have it. `journal`: it stands in the journal
that was put aside, whose chain held and went on from the backup; `folder`: its list lay in the folder of recordings,
and nothing proves what the recordings were before. Empty: it is the hub's own."""

SHA256 = Annotated[str, Meta(description="SHA-256, hexadecimal.")]
_AdoptedName = Annotated[
    Adopted,
    Meta(
        description="Put back on record by a restore: as the journal had it that was put aside (`journal`), or as the "
        "list lay in the folder (`folder`); empty otherwise."
    ),
]
_StreamName = Annotated[Stream, Meta(description="Which stream of the camera.")]


class RecordingPlanned(Event, tag="recording.planned", frozen=True, kw_only=True):
    """From now on the camera is to be recorded."""

    camera: CameraId
    stream: _StreamName


class RecordingUnplanned(Event, tag="recording.unplanned", frozen=True, kw_only=True):
    """From now on the camera is not to be recorded."""

    camera: CameraId


class RecordingGap(Event, tag="recording.gap", frozen=True, kw_only=True):
    """For a while the camera was not recorded although it should have been; it is recorded again."""

    camera: CameraId
    from_at: Annotated[datetime, Meta(description="The end of what is recorded before.")]
    to_at: Annotated[datetime, Meta(description="The beginning of what is recorded after.")]
    cause: Annotated[Cause, Meta(description="Why, as far as it can be known.")]


class RecordingRecovered(Event, tag="recording.recovered", frozen=True, kw_only=True):
    """A segment that a crash had left open was cut to its last whole fragment and kept."""

    camera: CameraId
    segment: Annotated[str, Meta(description="The file, below the folder of recordings.")]
    begin_at: Annotated[datetime, Meta(description="When it begins.")]
    end_at: Annotated[datetime, Meta(description="When it ends.")]
    lost_bytes: Annotated[int, Meta(description="What was cut off; less than a fragment.", ge=0)]
    sha256: SHA256


class RecordingsSealed(Event, tag="recordings.sealed", frozen=True, kw_only=True):
    """Segments of all cameras that were finished since the last seal; the root proves every one of them."""

    manifest: Annotated[str, Meta(description="The list of the segments, below the folder of recordings.")]
    count: Annotated[int, Meta(description="How many segments.", ge=1)]
    bytes: Annotated[int, Meta(description="How many bytes they have together.", ge=0)]
    first_at: Annotated[datetime, Meta(description="When the earliest begins.")]
    last_at: Annotated[datetime, Meta(description="When the latest ends.")]
    root: Annotated[str, Meta(description="Merkle root over the segments in the order of the list, hexadecimal.")]
    folder: Annotated[str, Meta(description="The folder of recordings, as in hub.toml; empty in older records.")] = ""
    adopted: _AdoptedName = ""


class RecordingProtected(Event, tag="recording.protected", frozen=True, kw_only=True):
    """What a camera recorded in a period is kept, whatever the space."""

    camera: CameraId
    from_at: Annotated[datetime, Meta(description="Beginning of the period.")]
    to_at: Annotated[datetime, Meta(description="End of the period.")]
    until_at: Annotated[datetime | None, Meta(description="Until when it is kept; without it, for ever.")] = None
    alarm: Annotated[AlarmId | None, Meta(description="The alarm that it belongs to.")] = None
    reason: Annotated[str, Meta(description="Why.")] = ""


class RemovedRun(msgspec.Struct, frozen=True):
    """Segments of one camera that were deleted, or moved, together: all that began from `from_at` to before `to_at`."""

    camera: CameraId
    stream: _StreamName
    from_at: Annotated[datetime, Meta(description="When the earliest began.")]
    to_at: Annotated[datetime, Meta(description="When the latest ended.")]
    count: Annotated[int, Meta(description="How many segments.", ge=1)]
    bytes: Annotated[int, Meta(description="How many bytes.", ge=0)]


class RecordingsRemoved(Event, tag="recordings.removed", frozen=True, kw_only=True):
    """Recordings are deleted by a rule of hub.toml. Written before the first of them goes."""

    rule: Annotated[
        Rule,
        Meta(description="`days`: older than `keep_days`; `space`: above `max_gb`; `free`: below `min_free_gb`."),
    ]
    runs: Annotated[list[RemovedRun], Meta(description="What, by camera.")]
    by: Annotated[
        str,
        Meta(description="Where hub.toml says so: `site`, `domain:NAME` or `camera:ID`; empty in older records."),
    ] = ""
    days: Annotated[float | None, Meta(description="The `keep_days` that it had outlived; only by `days`.")] = None
    adopted: _AdoptedName = ""


class RecordingsMoved(Event, tag="recordings.moved", frozen=True, kw_only=True):
    """Recordings lie in a storage now: copied, read back and found the same. Written before the files they were copied
    from go."""

    storage: Annotated[str, Meta(description="The storage that they lie in, as in hub.toml.")]
    runs: Annotated[list[RemovedRun], Meta(description="What, by camera.")]
    adopted: _AdoptedName = ""


class RecordingViewed(Event, tag="recording.viewed", frozen=True, kw_only=True):
    """Somebody asked to see what was recorded; who, says the record's actor."""

    camera: CameraId
    from_at: Annotated[datetime, Meta(description="Beginning of the period.")]
    to_at: Annotated[datetime, Meta(description="End of the period.")]
    reason: Annotated[str, Meta(description="Why, as that person gave it.")]
    viewing: Annotated[str, Meta(description="Id of the viewing, as `viewing.ended` has it.")] = ""


class Hole(NamedTuple):
    """A time within a segment in which the camera sent nothing. Times are microseconds since 1970 UTC."""

    from_us: int
    to_us: int


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """One finished file. `begin_at` and `end_at` are the hub's time; `media_s` is what the camera's clock says."""

    camera: str
    stream: Stream
    begin_at: datetime
    end_at: datetime
    media_s: float
    frames: int
    bytes: int
    sha256: str
    codec: str
    ended: Ended
    recovered: bool = False
    device_offset_s: float | None = None
    """Seconds that the camera's clock was ahead of the hub's; None where no plugin told the camera's clock."""
    holes: list[Hole] = []

    @property
    def name(self) -> str:
        return segment_name(self.camera, self.stream, self.begin_at)


_STAMP = "%Y%m%dT%H%M%S"
_NAME = re.compile(r"([a-z0-9][a-z0-9_-]*)_(watched|main|sub)_(\d{8}T\d{6})\.(\d{3})Z\.mp4")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def us_of(at: datetime) -> int:
    """Microseconds since 1970 UTC."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def at_of(us: int) -> datetime:
    """The reverse of `us_of`."""
    return _EPOCH + timedelta(microseconds=us)


def stamp(at: datetime) -> str:
    """A time as file names carry it, in UTC to the millisecond: `20260105T080000.000Z`."""
    at = at.astimezone(UTC)
    return f"{at:{_STAMP}}.{at.microsecond // 1000:03}Z"


def file_name(camera: str, stream: Stream, begin_at: datetime) -> str:
    """The bare name of a segment's file."""
    return f"{camera}_{stream}_{stamp(begin_at)}.mp4"


def segment_name(camera: str, stream: Stream, begin_at: datetime) -> str:
    """Where a finished segment lies below the folder of recordings: by camera and UTC day."""
    return f"{camera}/{begin_at.astimezone(UTC):%Y-%m-%d}/{file_name(camera, stream, begin_at)}"


def parse_file_name(name: str) -> tuple[str, Stream, datetime] | None:
    """Camera, stream and beginning, from a file's bare name; None when it is none of ours.

    >>> parse_file_name("gate-1_main_20260105T080000.250Z.mp4")[0]
    'gate-1'
    """
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        begin_at = datetime.strptime(found[3], _STAMP).replace(tzinfo=UTC) + timedelta(milliseconds=int(found[4]))
    except ValueError:
        return None
    return found[1], found[2], begin_at  # type: ignore[return-value] # the pattern names the streams


def leaf_of(name: str, size: int, sha256: str) -> bytes:
    """What a seal says of one segment: its name (camera, stream and time are in it), its length and its content."""
    return f"{name}\n{size}\n{sha256}\n".encode()


class Listed(NamedTuple):
    """One line of a manifest."""

    name: str
    bytes: int
    sha256: str


def manifest_of(segments: Sequence[Segment]) -> str:
    """The list behind a seal, a segment a line: hash, length, name."""
    return "".join(f"{one.sha256} {one.bytes} {one.name}\n" for one in segments)


def parse_manifest(text: str) -> list[Listed]:
    """The reverse of `manifest_of`. Raises `ValueError` for anything else."""
    lines = [line.split(" ", 2) for line in text.splitlines()]
    return [Listed(name, int(size), sha256) for sha256, size, name in lines]


def seal_of(listed: Sequence[Listed]) -> str:
    """The Merkle root over a manifest, hexadecimal."""
    return merkle_root([leaf_of(*one) for one in listed]).hex()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root of the hash tree over `leaves`, as RFC 6962 (section 2.1) defines it, with SHA-256.

    A leaf is hashed behind a zero byte and a pair behind a one, so that no pair can be passed off as a leaf. Any one
    segment can be proven against the root without the others' contents.
    """
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + merkle_root(leaves[:left]) + merkle_root(leaves[left:])).digest()


SAME_RUN_S = 0.5
"""Between two segments that lie so close no third one can lie that was kept."""


def runs_of(segments: Sequence[Segment]) -> list[RemovedRun]:
    """The segments by camera and stream, for the record; a run ends where a segment between them may have been kept,
    so that everything that began within a run is gone, and nothing else."""
    groups: dict[tuple[str, Stream], list[Segment]] = {}
    for segment in segments:
        groups.setdefault((segment.camera, segment.stream), []).append(segment)
    return [_run(part) for _, group in sorted(groups.items()) for part in _close_together(group)]


def _close_together(segments: Sequence[Segment]) -> list[list[Segment]]:
    parts: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda one: one.begin_at):
        if parts and (segment.begin_at - parts[-1][-1].end_at).total_seconds() <= SAME_RUN_S:
            parts[-1].append(segment)
        else:
            parts.append([segment])
    return parts


def _run(segments: Sequence[Segment]) -> RemovedRun:
    return RemovedRun(
        camera=segments[0].camera,
        stream=segments[0].stream,
        from_at=segments[0].begin_at,
        to_at=max(segment.end_at for segment in segments),
        count=len(segments),
        bytes=sum(segment.bytes for segment in segments),
    )
