"""What hub.toml says of recordings, as the parts that record want it."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from hub.config.hub_toml.site import CameraTable, SiteConfig
from hub.core.recordings import Stream
from hub.core.retention import Keeping, Terms
from hub.core.tiers import Tier
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
    storages: frozenset[str] = frozenset()
    """The ids of the storages that recordings are moved to."""


def plan_of(config: SiteConfig, *, volume: str) -> RecordingPlan:
    """What is to be recorded and kept. `volume`: the folder that is in use, which changes with a restart only."""
    table = config.recording
    return RecordingPlan(
        volume=volume,
        storages=frozenset(storage.id for storage in config.storages),
        cameras={camera.id: camera.recording.stream for camera in config.cameras if camera.recording is not None},
        keeping=Keeping(
            keep_days=table.keep_days,
            min_days=table.min_days,
            max_bytes=round(table.max_gb * _GB) if table.max_gb is not None else None,
            min_free_bytes=round(table.min_free_gb * _GB),
            cameras=_own_terms(config),
        ),
        missing_after_s=table.missing_after_s,
        alarm_before_s=table.alarm_before_s,
        alarm_after_s=table.alarm_after_s,
        alarm_days=table.alarm_days,
    )


def tiers_of(config: SiteConfig) -> tuple[Tier, ...]:
    """From which age on the recordings of which cameras belong where."""
    return tuple(
        Tier(
            storage=tier.storage,
            after_days=tier.after_days,
            cameras=frozenset(
                camera.id
                for camera in config.cameras
                if (not tier.cameras or camera.id in tier.cameras)
                and (not tier.domains or camera.domain in tier.domains)
            ),
        )
        for tier in config.recording.tiers
    )


def _own_terms(config: SiteConfig) -> dict[str, Terms]:
    """Of the cameras that are kept otherwise than the site; one that is no longer recorded is still kept."""
    table = config.recording
    found = {camera.id: table.terms(camera.id, camera.domain, camera.recording) for camera in config.cameras}
    site = table.keep_days, table.min_days
    return {camera: terms for camera, terms in found.items() if (terms.keep_days, terms.min_days) != site}


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
