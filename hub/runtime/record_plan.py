"""What hub.toml says of recordings, as the parts that record want it."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from hub.config.site import CameraTable, SiteConfig
from hub.core.recordings import Stream
from hub.core.retention import Keeping
from hub.watch.messages import RecordOrder

_GB = 1_000_000_000
_FLOOR = 0.25
"""Below this share of the room to leave, nothing is recorded: the journal may lie on the same disk."""


class RecordingPlan(NamedTuple):
    """What hub.toml says of recordings."""

    volume: str
    """The folder as hub.toml has it."""
    cameras: Mapping[str, Stream]
    keeping: Keeping
    missing_after_s: float
    alarm_before_s: float
    alarm_after_s: float
    alarm_days: float


def plan_of(config: SiteConfig, *, volume: str) -> RecordingPlan:
    """What is to be recorded and kept. `volume`: the folder that is in use, which changes with a restart only."""
    table = config.recording
    return RecordingPlan(
        volume=volume,
        cameras={camera.id: camera.recording.stream for camera in config.cameras if camera.recording is not None},
        keeping=Keeping(
            keep_days=table.keep_days,
            min_days=table.min_days,
            max_bytes=round(table.max_gb * _GB) if table.max_gb is not None else None,
            min_free_bytes=round(table.min_free_gb * _GB),
        ),
        missing_after_s=table.missing_after_s,
        alarm_before_s=table.alarm_before_s,
        alarm_after_s=table.alarm_after_s,
        alarm_days=table.alarm_days,
    )


def record_order(config: SiteConfig, camera: CameraTable, folder: Path) -> RecordOrder | None:
    """How one camera is to be recorded, into the folder that is in use; None: not at all."""
    if camera.recording is None:
        return None
    return RecordOrder(
        folder=str(folder.absolute()),
        name=camera.recording.stream,
        segment_s=config.recording.segment_s,
        floor_bytes=round(config.recording.min_free_gb * _GB * _FLOOR),
    )
