"""Footage that the hub has not and a recorder has: searched, fetched and hashed as it comes."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple

import structlog

from hub.core.devices.events import ConfiguredDevice
from hub.core.recorded import SEAM_S, Span, without
from hub.core.recordings import stamp
from hub.core.state import State
from hub.core.text import Text
from hub.devices.fleet import Fleet
from hub.errors import DeviceError, DeviceRejected, PluginError
from hub.footage.plan import Fetched, Gap, Piece
from hub.footage.room import check_room
from hub.vendor.session import Recordings
from hub.vendor.values import DeviceRecording, Export

log = structlog.get_logger("releases")

MOST_FETCHED = 500
_SEARCH_S = 120.0
_EXPORT_S = 3600.0
_LOOK_EVERY = 64 * 1024 * 1024
_SUFFIXES: Mapping[str, str] = {"video/mp4": ".mp4", "video/x-matroska": ".mkv", "video/mp2t": ".ts"}
_NOTHING = Text(en="The hub has no recording of it, and no device gave one.", zh="主机没有该时段的录像，设备也未提供。")


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
    fleet: Fleet, state: State, wanted: Mapping[str, Sequence[Span]], work: Path, reserve_bytes: int
) -> Found:
    """Ask the devices of the cameras for what is missing; `work` is where it goes. Raises `OSError`: the disk.

    What a device refuses or has not is a gap with its reason, never a failure of the whole.
    """
    fetched: list[Fetched] = []
    gaps: list[Gap] = []
    for camera, spans in wanted.items():
        device, why = state.devices.camera_device(camera), _NOTHING
        if device is not None and device.id in fleet.offering(Recordings, "export"):
            try:
                fetched += await _fetch(fleet, device, camera, spans, work, reserve_bytes)
            except (DeviceError, PluginError) as error:
                log.warning("footage_not_fetched", device=device.id, camera=camera, reason=error.message)
                why = Text(
                    en=f"The hub has no recording of it, and {device.id} gave none: {error.message}",
                    zh=f"主机没有该时段的录像，{device.id} 未能提供：{error.message}",
                )
        held = [Span(one.begin_at, one.end_at) for one in fetched if one.camera == camera]
        rest = without(spans, held, shortest_s=SEAM_S)
        gaps += [Gap(camera=camera, from_at=span.from_at, to_at=span.to_at, why=why) for span in rest]
    return Found(fetched, gaps)


async def _fetch(
    fleet: Fleet, device: ConfiguredDevice, camera: str, spans: Sequence[Span], work: Path, reserve_bytes: int
) -> list[Fetched]:
    channel = next(number for number, name in device.cameras.items() if name == camera)
    recordings: dict[str, DeviceRecording] = {}
    for span in spans:
        for one in await fleet.ask(device.id, Recordings, _search(channel, span), within_s=_SEARCH_S):
            recordings[one.id] = one
    found = []
    for number, one in enumerate(sorted(recordings.values(), key=lambda each: each.start_at)):
        path = work / f"fetched-{camera}-{number}"
        taking = _Taking(path, reserve_bytes)
        try:
            export = await fleet.ask(device.id, Recordings, taking.of(one), within_s=_EXPORT_S)
        except (DeviceError, PluginError):
            if taking.error is not None:
                raise taking.error from None
            raise
        finally:
            # A call that took too long may write still: its file is nobody's then.
            await asyncio.to_thread(taking.close)
        begin_at = export.begin_at or one.start_at
        name = f"{camera}/{camera}_{stamp(begin_at)}_{number}{_SUFFIXES.get(export.media_type, '.bin')}"
        found.append(
            Fetched(
                name=name,
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
        )
    return found


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
