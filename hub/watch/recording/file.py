"""A recording on disk: written at its end only, hashed as the bytes go out, locked while somebody writes it.

Below the folder of recordings: `.open/` holds what is being written, one file for each camera, so that a look at one
short list says what is recorded now; `.closed/` holds what is finished and not in the index yet, with its SHA-256 in
its name, so that one rename hands over both; then it lies in `CAMERA/DAY/`.
"""

import fcntl
import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from hub.core.recordings import Ended, Hole, Segment, Stream, at_of, file_name, parse_file_name, us_of
from hub.watch.recording.boxes import BoxTracker, facts_box, read_contents

OPEN, CLOSED, SEALS = ".open", ".closed", ".seals"
_HASHED = re.compile(r"(?P<name>[^~/]+\.mp4)~(?P<sha256>[0-9a-f]{64})")
_BLOCK = 1024 * 1024


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says of itself in its last box, in JSON."""

    camera: str
    stream: Stream
    begin_us: int
    end_us: int
    ended: Ended
    recovered: bool = False
    device_offset_s: float | None = None
    holes: list[Hole] = []


class SegmentFile:
    """One file while it is written. For one thread. `write` never raises: libav must not see the disk's faults."""

    def __init__(self, path: Path) -> None:
        """Make the file. Raises `OSError`."""
        self.path = path
        self.error: OSError | None = None
        """The first fault of the disk; nothing is written after it."""
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        # Whoever finds the file unlocked knows that its writer is dead.
        fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._tracker = BoxTracker()
        self._hash = hashlib.sha256()
        self._hash_whole = self._hash.copy()

    @property
    def size(self) -> int:
        return self._tracker.size

    @property
    def whole(self) -> int:
        """Bytes up to the end of the last whole fragment."""
        return self._tracker.whole

    def write(self, data: bytes | memoryview) -> int:
        """Append `data`; returns its length whatever became of it."""
        if self.error is None:
            view = memoryview(data)
            try:
                while view:
                    view = view[os.write(self._fd, view) :]
            except OSError as error:
                self.error = error
            else:
                self._take_in(memoryview(data))
        return len(data)

    def _take_in(self, data: memoryview) -> None:
        ends = self._tracker.feed(data)
        if ends:
            self._hash.update(data[: ends[-1]])
            self._hash_whole = self._hash.copy()
            data = data[ends[-1] :]
        self._hash.update(data)

    def sync(self) -> None:
        """Make sure that what is written survives a power cut. Raises `OSError`."""
        os.fdatasync(self._fd)

    def finish(self, facts: Facts) -> bool:
        """Cut off what is no whole fragment, add the facts, and hand the file over; whether anything was worth it.

        Raises `OSError` when the disk refuses: the file then stays where it is, to be recovered later.
        """
        try:
            if self.whole == 0:
                self.path.unlink()
                return False
            if self.size > self.whole or self.error is not None:
                os.ftruncate(self._fd, self.whole)
            sha256 = _close_up(self._fd, facts, self._hash_whole)
            hand_over(self.path, sha256)
            return True
        finally:
            os.close(self._fd)

    def abandon(self) -> None:
        """Let go of the file as it is."""
        with suppress(OSError):
            os.close(self._fd)


def _close_up(fd: int, facts: Facts, digest: "hashlib._Hash") -> str:
    box = facts_box(msgspec.json.encode(facts))
    end = os.lseek(fd, 0, os.SEEK_END)
    try:
        written = os.write(fd, box)
        if written < len(box):
            raise OSError("cut off")
    except OSError:
        # A full disk may not have room even for this; the recording is worth more than its label.
        os.ftruncate(fd, end)
    else:
        digest.update(box)
    os.fsync(fd)
    # What was recorded is seldom looked at soon; the memory is better used otherwise.
    with suppress(OSError):
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    return digest.hexdigest()


def hand_over(path: Path, sha256: str) -> Path:
    """Move a finished file out of `.open/`, its hash in its name. Raises `OSError`."""
    target = path.parent.parent / CLOSED / f"{path.name}~{sha256}"
    path.rename(target)
    sync_folder(target.parent)
    return target


def sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder survive a power cut. Raises `OSError`."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def open_path(folder: Path, camera: str, stream: Stream, begin_us: int) -> Path:
    """Where a segment that begins now is written."""
    return folder / OPEN / file_name(camera, stream, at_of(begin_us))


class Recovered(NamedTuple):
    """What was saved of a file that its writer left open. `segment` is None when it held no whole fragment."""

    segment: Segment | None
    lost_bytes: int


def recover(path: Path, ended: Ended = "crash") -> Recovered | None:
    """Cut a file in `.open/` to its last whole fragment, mark it and hand it over. `ended` is why it was left.

    None when somebody writes it still, or it is none of ours. Raises `OSError`.
    """
    named = parse_file_name(path.name)
    if named is None:
        return None
    camera, stream, begin_at = named
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        contents = read_contents(file)
        lost = file.seek(0, os.SEEK_END) - contents.whole
        if contents.whole == 0:
            path.unlink()
            return Recovered(None, lost)
        os.ftruncate(file.fileno(), contents.whole)
        digest = hash_of(file)
        begin_us = us_of(begin_at)
        facts = Facts(
            camera=camera,
            stream=stream,
            begin_us=begin_us,
            end_us=begin_us + round(contents.media_s * 1_000_000),
            ended=ended,
            recovered=True,
        )
        if contents.facts is None:
            sha256 = _close_up(file.fileno(), facts, digest)
        else:
            sha256 = digest.hexdigest()
        closed = hand_over(path, sha256)
    return Recovered(read_closed(closed), lost)


def read_closed(path: Path) -> Segment | None:
    """What a file in `.closed/` is; None when it is none of ours. Raises `OSError`."""
    found = _HASHED.fullmatch(path.name)
    return read_segment(path, found["name"], found["sha256"]) if found else None


def read_segment(path: Path, name: str, sha256: str) -> Segment | None:
    """What a finished file is, by its name and contents; None when it is none of ours. Raises `OSError`."""
    named = parse_file_name(name)
    if named is None:
        return None
    camera, stream, begin_at = named
    with path.open("rb") as file:
        contents = read_contents(file)
        size = file.seek(0, os.SEEK_END)
    try:
        facts = msgspec.json.decode(contents.facts or b"", type=Facts)
    except msgspec.MsgspecError:
        facts = None
    end_us = facts.end_us if facts else us_of(begin_at) + round(contents.media_s * 1_000_000)
    return Segment(
        camera=camera,
        stream=stream,
        begin_at=begin_at,
        end_at=at_of(end_us),
        media_s=round(contents.media_s, 6),
        frames=contents.frames,
        bytes=size,
        sha256=sha256,
        codec=contents.codec,
        ended=facts.ended if facts else "crash",
        recovered=facts.recovered if facts else False,
        device_offset_s=facts.device_offset_s if facts else None,
        holes=facts.holes if facts else [],
    )


def hash_of(file: BinaryIO) -> "hashlib._Hash":
    """The digest over all that a file holds, ready to take in more."""
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest
