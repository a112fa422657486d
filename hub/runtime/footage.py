"""What is done with recordings once they are there: proven, looked at, handed out, put away, reported.

The composition root builds it beside the recordings and starts it after them; each part stands in a module of its own.
"""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec

from hub.client.storages import StorageView
from hub.clock import Clock
from hub.config.hub_toml.site import SiteConfig
from hub.core.event import Record
from hub.core.storage_forecast import Forecast
from hub.core.text import Text
from hub.devices.fleet import Fleet
from hub.journal.log import Journal
from hub.runtime.backup.backups import BackupSchedule
from hub.runtime.core_loop import CoreLoop
from hub.runtime.minding import Minder
from hub.runtime.proof.proving import ProofPlan, Proving
from hub.runtime.recording.device_clocks import DeviceClocks
from hub.runtime.recording.places import RecordPlaces
from hub.runtime.recording.plan import tiers_of
from hub.runtime.recording.reading import RecordReading
from hub.runtime.recording.recordings import Recordings
from hub.runtime.releases.releasing import Releasing
from hub.runtime.storages.room import StorageWatch
from hub.runtime.storages.tiering import Tiering
from hub.runtime.viewing.files import RecordFiles
from hub.runtime.viewing.viewing import Viewings
from hub.runtime.watch.drivers import Drivers


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """What the parts work with."""

    core: CoreLoop
    journal: Journal
    clock: Clock
    recordings: Recordings
    reading: RecordReading
    places: RecordPlaces
    """Bytes of segments, wherever they lie."""
    drivers: Drivers
    fleet: Fleet
    minder: Minder
    folder: Path
    """The site's folder."""
    data: Path
    """The site's data folder."""
    config: Callable[[], SiteConfig]
    """hub.toml as it is in force."""


class Footage:
    """On the hub's event loop."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self.viewing = Viewings(
            clock=sources.clock,
            reading=sources.reading,
            files=RecordFiles(sources.recordings.folder, sources.places.open_range),
            driver=sources.drivers.of,
            limits=lambda: sources.config().viewing.limits(),
        )

        self.clocks = DeviceClocks(lambda: sources.core.state.devices, sources.fleet.now)
        self.proving = Proving(
            sources.core,
            sources.journal,
            sources.clock,
            folder=sources.recordings.folder,
            index=sources.recordings.index_path,
            plan=self._proof_plan,
            elsewhere=sources.places,
        )

        self.tiering = Tiering(
            sources.core,
            sources.clock,
            sources.recordings,
            sources.places,
            tiers=lambda: tiers_of(sources.config()),
            data=sources.data,
            bytes_per_s=self._moving_rate,
        )

        self.packages = Releasing(
            sources.core,
            sources.journal,
            sources.clock,
            reading=sources.reading,
            places=sources.places,
            fleet=sources.fleet,
            recordings=sources.recordings.folder,
            data=sources.data,
            timezone=lambda: sources.config().site.timezone,
        )

        self.storage = StorageWatch(
            sources.core, sources.clock, sources.recordings, tiers=lambda: tiers_of(sources.config())
        )
        self.backups = BackupSchedule(
            sources.core,
            sources.clock,
            sources.folder,
            data=sources.data,
            wanted=lambda: sources.config().backup,
            timezone=lambda: sources.config().site.timezone,
        )

    async def start(self, stack: AsyncExitStack) -> None:
        """Start every part; `stack` stops them."""
        stack.push_async_callback(self.viewing.stop)
        self._sources.minder.run(stack, self.viewing.keep())
        self._sources.minder.run(stack, self.proving.keep())
        self._sources.minder.run(stack, self.tiering.keep())
        self._sources.minder.run(stack, self.clocks.keep())
        self._sources.minder.run(stack, self.packages.keep())
        self._sources.minder.run(stack, self.storage.keep())
        self._sources.minder.run(stack, self.backups.keep())

    async def storages(self) -> list[StorageView]:
        return await self.tiering.now()

    def storage_reasons(self) -> dict[str, Text]:
        return self.tiering.reasons()

    def follow(self, records: Sequence[Record]) -> None:
        """What went on record."""
        self.packages.follow(records)

    def verify_days(self) -> float:
        return self._sources.config().recording.verify_days

    async def forecast(self) -> Forecast | None:
        return self.storage.latest or await self.storage.look()

    def _moving_rate(self) -> float | None:
        rate = self._sources.config().recording.move_mb_s
        return rate * 1_000_000 if rate is not None else None

    def _proof_plan(self) -> ProofPlan:
        table = self._sources.config().recording
        return ProofPlan(
            days=table.verify_days,
            bytes_per_s=table.verify_mb_s * 1_000_000,
            volume=self._sources.recordings.plan.volume,
        )
