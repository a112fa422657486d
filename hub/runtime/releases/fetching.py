"""Footage that the hub has not and a recorder has: searched, fetched and hashed as it comes."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple

import structlog

from hub.clock import Clock
from hub.core.devices.events import ConfiguredDevice
from hub.core.recorded import SEAM_S, Span, without
from hub.core.recordings import stamp
from hub.core.releases.model import Release
from hub.core.state import State
from hub.core.text import Text
from hub.devices.fleet import Fleet
from hub.errors import (
    AuthRejected,
    DeviceError,
    DeviceRejected,
    DeviceUnreachable,
    DeviceUntrusted,
    NotActivated,
    PluginError,
    Unsupported,
    WrongState,
)
from hub.footage.plan import Fetched, Gap, Piece
from hub.footage.room import check_room
from hub.vendor.session import Recordings
from hub.vendor.values import DeviceRecording, Export

log = structlog.get_logger("releases")

MOST_FETCHED = 500
_SILENT_S = 180.0
"""So long a recorder is waited for that does not answer: after the start of the hub, or a break of the line."""
_LOOK_EVERY_S = 0.5
_SEARCH_AGAIN_S = 15.0
_SEARCH_S = 120.0
_TRIES = 2
"""A line that broke while a piece came may hold the second time."""
_EXPORT_S = 3600.0
_LOOK_EVERY = 64 * 1024 * 1024
_SUFFIXES: Mapping[str, str] = {"video/mp4": ".mp4", "video/x-matroska": ".mkv", "video/mp2t": ".ts"}
_NO_DEVICE = Text(
    en="The hub has no recording of it, and the camera belongs to no recorder.",
    zh="系统没有该时段的录像，该摄像机不属于任何录像机。",
)


class NotAnswering(WrongState):
    """A recorder may have what the hub has not, and cannot be asked: whether it has is not known."""

    def __init__(self, device: str, camera: str, why: str) -> None:
        super().__init__(
            f"{device} may have recordings of {camera} that the hub has not, and cannot be asked: {why} Order the "
            "package again when it answers, or order it without recorders: it then names what is missing."
        )


class Found(NamedTuple):
    """What was fetched, and what is missing all the same."""

    fetched: list[Fetched]
    gaps: list[Gap]


def missing(pieces: Sequence[Piece], cameras: Sequence[str], period: Span) -> dict[str, list[Span]]:
    """What of the period the hub has not, by camera; cameras of which all is there are left out. Pure."""
    found: dict[str, list[Span]] = {}
    for camera in cameras:
        covered = [Span(one.begin_at, one.end_at) for one in pieces if one.camera == camera]
        if spans := without([period], covered, shortest_s=SEAM_S):
            found[camera] = spans
    return found


async def fetch_missing(
    fleet: Fleet,
    state: State,
    release: Release,
    wanted: Mapping[str, Sequence[Span]],
    work: Path,
    *,
    reserve_bytes: int,
    clock: Clock,
    asking: Callable[[str], None],
) -> Found:
    """Ask the devices of the cameras for what is missing; `work` is where it goes, `asking` is told which is asked.

    What a device that was asked refuses or has not is a gap with its reason, never a failure of the whole. Of one that
    cannot be asked nobody knows what it has: raises `NotAnswering` then, after three minutes where waiting may help.
    Raises `OSError`: the disk.
    """
    fetched: list[Fetched] = []
    gaps: list[Gap] = []
    for camera, spans in wanted.items():
        device, why = state.devices.camera_device(camera), _NO_DEVICE
        if device is not None and release.without_recorders:
            why = Text(
                en=f"The hub has no recording of it; the package was ordered without asking {device.id}.",
                zh=f"系统没有该时段的录像；按制作要求未向 {device.id} 查询。",
            )
        elif device is not None:
            asking(device.id)
            why = Text(
                en=f"The hub has no recording of it, and {device.id} has none either.",
                zh=f"系统没有该时段的录像，{device.id} 也没有。",
            )
            found, error = await _fetch_all(fleet, device, camera, spans, work, reserve_bytes, clock)
            fetched += found
            if error is not None:
                log.warning("footage_not_fetched", device=device.id, camera=camera, reason=error.message)
                why = Text(
                    en=f"The hub has no recording of it, and {device.id} gave none: {error.message}",
                    zh=f"系统没有该时段的录像，{device.id} 未能提供：{error.message}",
                )
        held = [Span(one.begin_at, one.end_at) for one in fetched if one.camera == camera]
        rest = without(spans, held, shortest_s=SEAM_S)
        gaps += [Gap(camera=camera, from_at=span.from_at, to_at=span.to_at, why=why) for span in rest]
    return Found(fetched, gaps)


async def _search_when_it_answers(
    fleet: Fleet, device: ConfiguredDevice, camera: str, spans: Sequence[Span], clock: Clock
) -> list[DeviceRecording]:
    """What the device has of these times, oldest first. Raises what it answers instead, and `NotAnswering`."""
    channel = next(number for number, name in device.cameras.items() if name == camera)
    until_s, pause_s = clock.monotonic() + _SILENT_S, _LOOK_EVERY_S
    while True:
        try:
            offers = fleet.offers(device.id, Recordings, "export")
            if offers:
                return await _search_all(fleet, device.id, channel, spans)
            if offers is False:
                raise Unsupported("It hands out no recordings.")
            why, contact = fleet.now()[device.id].why, fleet.now()[device.id].contact
            if contact in ("refused", "untrusted"):
                raise NotAnswering(device.id, camera, why)
        except (AuthRejected, DeviceUntrusted, NotActivated, PluginError) as error:
            raise NotAnswering(device.id, camera, error.message) from error  # a person must act
        except DeviceUnreachable as error:
            why, pause_s = error.message, _SEARCH_AGAIN_S
        if clock.monotonic() >= until_s:
            raise NotAnswering(device.id, camera, why or "It has not answered since the hub was started.")
        await asyncio.sleep(pause_s)


async def _search_all(fleet: Fleet, device: str, channel: int, spans: Sequence[Span]) -> list[DeviceRecording]:
    found: dict[str, DeviceRecording] = {}
    for span in spans:
        for one in await fleet.ask(device, Recordings, _search(channel, span), within_s=_SEARCH_S):
            found[one.id] = one
    return sorted(found.values(), key=lambda each: each.start_at)


async def _fetch_all(
    fleet: Fleet,
    device: ConfiguredDevice,
    camera: str,
    spans: Sequence[Span],
    work: Path,
    reserve_bytes: int,
    clock: Clock,
) -> tuple[list[Fetched], DeviceError | PluginError | None]:
    """What the device gives of these times, and what it said last instead of giving something. Raises `NotAnswering`,
    `OSError`."""
    fetched: list[Fetched] = []
    failed: DeviceError | PluginError | None = None
    try:
        there = await _search_when_it_answers(fleet, device, camera, spans, clock)
    except DeviceError as error:
        return [], error
    lost = 0
    for number, one in enumerate(there):
        for attempt in range(_TRIES):
            path = work / f"fetched-{camera}-{number}-{attempt}"
            try:
                fetched.append(await _fetch(fleet, device, camera, one, number, path, reserve_bytes))
            except DeviceUnreachable as error:
                failed, lost = error, lost + 1
                continue
            except (DeviceError, PluginError) as error:
                failed = error
            else:
                lost = 0
            break
        if lost >= _TRIES:
            break  # it is gone, and would be waited for with every piece
    return fetched, failed


async def _fetch(
    fleet: Fleet,
    device: ConfiguredDevice,
    camera: str,
    one: DeviceRecording,
    number: int,
    path: Path,
    reserve_bytes: int,
) -> Fetched:
    taking = _Taking(path, reserve_bytes)
    try:
        export = await fleet.ask(device.id, Recordings, taking.of(one), within_s=_EXPORT_S)
    except (DeviceError, PluginError):
        if taking.error is not None:
            raise taking.error from None
        await asyncio.to_thread(path.unlink)
        raise
    finally:
        # A call that took too long may write still: its file is nobody's then.
        await asyncio.to_thread(taking.close)
    begin_at = export.begin_at or one.start_at
    return Fetched(
        name=f"{camera}/{camera}_{stamp(begin_at)}_{number}{_SUFFIXES.get(export.media_type, '.bin')}",
        path=str(path),
        camera=camera,
        device=device.id,
        begin_at=begin_at,
        end_at=export.end_at or one.end_at,
        bytes=taking.size,
        sha256=taking.digest.hexdigest(),
        device_hash=export.device_hash,
        media_type=export.media_type,
    )


def _search(channel: int, span: Span) -> Callable[[Recordings], list[DeviceRecording]]:
    def search(session: Recordings) -> list[DeviceRecording]:
        found: list[DeviceRecording] = []
        for one in session.search(channel, span.from_at - timedelta(seconds=1), span.to_at):
            if one.start_at < span.to_at and one.end_at > span.from_at:
                found.append(one)
            if len(found) > MOST_FETCHED:
                raise DeviceRejected(f"More than {MOST_FETCHED} pieces lie in that period on the device.")
        return found

    return search


class _Taking:
    """A file that a device fills, in a thread of the devices' calls."""

    def __init__(self, path: Path, reserve_bytes: int) -> None:
        self.digest = hashlib.sha256()
        self.size = 0
        self.error: OSError | None = None
        self._reserve_bytes = reserve_bytes
        self._path = path
        self._looked = 0
        self._file: BinaryIO | None = path.open("xb")

    def of(self, recording: DeviceRecording) -> Callable[[Recordings], Export]:
        def export(session: Recordings) -> Export:
            return session.export(recording, self._write)

        return export

    def close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _write(self, data: bytes) -> None:
        """What the disk refuses must not look like a fault of the plugin."""
        try:
            if self._file is None:
                raise DeviceRejected("Nobody waits for this any more.")
            if self.size >= self._looked:
                check_room(self._path.parent, self._reserve_bytes, len(data))
                self._looked = self.size + _LOOK_EVERY
            self._file.write(data)
        except OSError as error:
            self.error = error
            raise DeviceRejected(f"The hub's disk takes no more: {error.strerror}.") from error
        self.digest.update(data)
        self.size += len(data)
