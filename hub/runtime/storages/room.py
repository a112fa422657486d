"""Watches, days ahead, whether the volume of recordings will hold what should be kept; and the record of that."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

import structlog

from hub.clock import Clock
from hub.core.event import Draft, Event, wire_name
from hub.core.retention import Keeping
from hub.core.state import State
from hub.core.storage import StorageAmple, StorageShort
from hub.core.storage_forecast import Forecast, forecast, is_over
from hub.core.tiers import Tier
from hub.errors import HubError, SiteError
from hub.runtime.core_loop import CoreLoop
from hub.runtime.recording.figures import read_written
from hub.runtime.recording.recordings import Recordings

log = structlog.get_logger("storage")

FIRST_S = 60.0
"""After a start: until then the index has found what is on disk."""
EVERY_S = 1800.0


class StorageWatch:
    """On the hub's event loop; the disk and the index are read by threads."""

    def __init__(
        self, core: CoreLoop, clock: Clock, recordings: Recordings, *, tiers: Callable[[], tuple[Tier, ...]]
    ) -> None:
        """`tiers`: from which age on recordings do not lie in the folder any more."""
        self.latest: Forecast | None = None
        """As of the last look; None before the first, and while there is nothing to say."""
        self._core = core
        self._clock = clock
        self._recordings = recordings
        self._tiers = tiers

    @property
    def short_at(self) -> datetime | None:
        """When recordings will lack room, as of the last look."""
        return self.latest.short_at if self.latest is not None else None

    async def keep(self) -> None:
        """Look every half hour. Runs for ever."""
        await asyncio.sleep(FIRST_S)
        while True:
            try:
                await self.look()
            except HubError as error:
                log.error("forecast_not_made", error=str(error), doing="trying again")
            await asyncio.sleep(EVERY_S)

    async def look(self) -> Forecast | None:
        """Make a forecast and put on record what it changes. Raises `SiteError`, and what the journal raises."""
        plan = self._recordings.plan
        recorded = frozenset(plan.cameras)
        wanted = wanted_here(plan.keeping, recorded, self._tiers())
        site_days = plan.keeping.site.wanted_days
        index, folder, now = self._recordings.index_path, self._recordings.folder, self._clock.now()
        if not index.is_file():
            return None
        made = await asyncio.to_thread(
            partial(_forecast, index, folder, plan.keeping, wanted, recorded, site_days, now)
        )
        self.latest = made
        await self._core.propose(
            lambda state: [Draft(event, actor="hub") for event in changes(state, plan.volume, made)]
        )
        return made


def wanted_here(keeping: Keeping, cameras: frozenset[str], tiers: tuple[Tier, ...]) -> dict[str, float]:
    """For how many days each camera's recordings have to lie in the folder: no longer than until they are moved."""
    return {
        camera: min(
            [keeping.terms_of(camera).wanted_days, *(tier.after_days for tier in tiers if camera in tier.cameras)]
        )
        for camera in cameras | keeping.cameras.keys()
    }


def changes(state: State, volume: str, made: Forecast) -> list[Event]:
    """What the forecast says that is not on record yet. A volume that is no longer used is not short."""
    short = wire_name(StorageShort)
    events: list[Event] = [
        StorageAmple(volume=name) for name, standing in state.storage.items() if short in standing and name != volume
    ]
    standing = short in state.storage.get(volume, [])
    if made.short_at is not None and not standing:
        events.append(
            StorageShort(
                volume=volume,
                short_at=made.short_at,
                room_bytes=made.room_bytes,
                needed_bytes=made.needed_bytes,
                day_bytes=made.day_bytes,
            )
        )
    elif standing and is_over(made):
        events.append(StorageAmple(volume=volume))
    return events


def _forecast(
    index: Path,
    folder: Path,
    keeping: Keeping,
    wanted: Mapping[str, float],
    recorded: frozenset[str],
    site_days: float,
    now: datetime,
) -> Forecast:
    written, kept, used = read_written(index, wanted, recorded, site_days, now)
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise SiteError(
            f"The folder of recordings {folder} cannot be looked at: {error.strerror}.", hint="See `storage.gone`."
        ) from error
    return forecast(
        written,
        used_bytes=used,
        free_bytes=free,
        min_free_bytes=keeping.min_free_bytes,
        max_bytes=keeping.max_bytes,
        kept_bytes=kept,
        now=now,
    )
