"""A site with sealed recordings on a real journal, and the part that makes packages of them.

`python -m tests.runtime.releasing_stage FOLDER` goes on where the journal stands and ends when nothing is to be made:
what the tests kill at any moment.
"""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from hub.clock import SystemClock
from hub.core.catalogue import SiteConfigured
from hub.core.devices.events import ConfiguredDevice, DevicesConfigured
from hub.core.event import Draft, Event, Record
from hub.core.recordings import Segment
from hub.core.releases.events import (
    BlurRegion,
    ReleaseApproved,
    ReleaseChecked,
    ReleasePrepared,
    ReleasePreparing,
    ReleaseRequested,
)
from hub.core.releases.model import Release
from hub.core.retention import Keeping
from hub.core.site import Area, Camera, Site
from hub.core.text import Text
from hub.devices.calls import Calls
from hub.devices.fleet import DeviceSpec, Fleet
from hub.footage import verify
from hub.runtime.core_loop import CoreLoop
from hub.runtime.recording.keeper import Keeper
from hub.runtime.recording.places import RecordPlaces
from hub.runtime.recording.reading import RecordReading
from hub.runtime.releases.releasing import FOLDER, Releasing
from tests.footage.packing import BEGIN, SECONDS, make_pieces, unpacked
from tests.runtime.running import journal_of, running

CAMERAS = ("gate-1", "gate-2")
SITE = Site(
    name=Text(en="Plant", zh="工厂"),
    areas=[Area(id="yard", name=Text(en="Yard"))],
    cameras=[Camera(id=name, name=Text(en=name), area="yard", domain="security") for name in CAMERAS],
)


INDEX = "recordings.db"


class Stage:
    """The parts, running."""

    def __init__(self, folder: Path, core: CoreLoop, fleet: Fleet, reserve_bytes: int) -> None:
        self.folder, self.core, self.fleet = folder, core, fleet
        self.recordings = folder / "recordings"
        clock = SystemClock()
        self.reading = RecordReading(folder / INDEX, self.recordings, clock, "Asia/Shanghai", dict)
        self.releasing = Releasing(
            core,
            journal_of(core),
            clock,
            reading=self.reading,
            places=RecordPlaces(folder / INDEX, self.recordings, {}),
            fleet=fleet,
            recordings=self.recordings,
            data=folder,
            timezone=lambda: "Asia/Shanghai",
            reserve_bytes=reserve_bytes,
        )

    @property
    def packages(self) -> Path:
        return self.folder / FOLDER

    def release(self) -> Release:
        found = self.core.state.releases.find("F-1")
        assert found is not None
        return found

    def records(self, *kinds: type[Event]) -> list[Record]:
        return [one for one in journal_of(self.core).read(0, 10_000) if isinstance(one.event, kinds)]

    async def write(self, *events: Event) -> None:
        await self.core.propose(lambda state: [Draft(event, actor="person:zhang") for event in events])

    async def settled(self, within_s: float = 40.0) -> Release:
        """The release when its package is there, or is given up."""
        async with asyncio.timeout(within_s):
            while self.release().state == "preparing":
                await asyncio.sleep(0.02)
        return self.release()


def requested(cameras: Sequence[str] = CAMERAS, seconds: float = 2 * SECONDS) -> list[Event]:
    """Everything up to the approval."""
    return [
        ReleaseRequested(
            release="F-1",
            kind="external",
            agency="Police",
            reason="Theft",
            content="Who left",
            cameras=list(cameras),
            from_at=BEGIN,
            to_at=BEGIN + timedelta(seconds=seconds),
            domain="security",
        ),
        ReleaseChecked(release="F-1", note="cards seen"),
        ReleaseApproved(release="F-1"),
    ]


def preparing(
    *, copy: bool = False, blur: Sequence[BlurRegion] = (), recipient: str = "", without_recorders: bool = False
) -> ReleasePreparing:
    return ReleasePreparing(
        release="F-1", copy=copy, blur=list(blur), recipient=recipient, without_recorders=without_recorders
    )


async def record_and_seal(core: CoreLoop, folder: Path) -> None:
    """Recordings in their place, in the index, and sealed on record."""
    keeper = Keeper(folder / "recordings", folder, SystemClock(), Keeping())
    keeper.open()
    keeper.look()
    pieces = make_pieces(folder / "recordings", CAMERAS)
    keeper.index.add(
        Segment(
            camera=one.camera,
            stream=one.stream,
            begin_at=one.begin_at,
            end_at=one.end_at,
            media_s=SECONDS,
            frames=SECONDS,
            bytes=one.bytes,
            sha256=one.sha256,
            codec="h264",
            ended="rolled",
        )
        for one in pieces
    )
    seal = keeper.look(last=True).seal
    assert seal is not None
    await core.propose(lambda state: [Draft(seal.event, actor="hub")])
    keeper.sealed(seal)
    keeper.close()


def fleet_of() -> Fleet:
    return Fleet(
        Calls(max_threads=2),
        SystemClock(),
        on_look=lambda name, look: None,
        on_news=lambda name: None,
        on_fault=lambda part, plugin, error: None,
    )


@asynccontextmanager
async def stage(
    folder: Path, *, specs: Sequence[DeviceSpec] = (), keep: bool = True, reserve_bytes: int = 0
) -> AsyncIterator[Stage]:
    """The parts on the journal in `folder`, with recordings when it is new; `keep`: packages are made, which leave
    `reserve_bytes` of the disk free."""
    fleet = fleet_of()
    async with running(folder, SystemClock()) as core:
        if core.state.site != SITE:
            await core.propose(lambda state: [Draft(SiteConfigured(site=SITE), actor="hub")])
            await record_and_seal(core, folder)
        if specs:
            devices = [ConfiguredDevice(id=spec.id, name=Text(en=spec.id), cameras={7: CAMERAS[0]}) for spec in specs]
            await core.propose(lambda state: [Draft(DevicesConfigured(devices=devices), actor="hub")])
            await fleet.use({spec.id: spec for spec in specs})
        made = Stage(folder, core, fleet, reserve_bytes)
        core.on_change = made.releasing.follow
        task = asyncio.create_task(made.releasing.keep()) if keep else None
        try:
            yield made
        finally:
            if task is not None:
                task.cancel()
                await asyncio.wait({task})
            await fleet.stop()


async def _go_on(folder: Path) -> None:
    async with stage(folder) as made:
        await made.settled()
        assert made.records(ReleasePrepared)


if __name__ == "__main__":
    asyncio.run(_go_on(Path(sys.argv[1])))


def report_on(made: Stage) -> verify.Report:
    package = made.release().package
    assert package is not None
    path = made.releasing.file(package.name)
    data = path.read_bytes()
    assert (package.sha256, package.bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    return verify.check(str(path), made.releasing.key().fingerprint)


def opened(made: Stage, into: Path) -> Path:
    """The package's folder as it was unpacked."""
    package = made.release().package
    assert package is not None
    return unpacked(made.releasing.file(package.name), into / "unpacked")


def custody_of(bag: Path) -> str:
    return (bag / "data/custody.html").read_text()
