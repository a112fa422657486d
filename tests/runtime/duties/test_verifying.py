"""A repair is verified only while somebody looks: fresh statuses and a growing recording, on the real core loop."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from hub.client.views import RecordingNow
from hub.core.catalogue import HubStarted, SiteConfigured
from hub.core.event import Draft, Event
from hub.core.findings import CameraJudged
from hub.core.recordings import RecordingPlanned
from hub.core.site import Area, Camera, Site
from hub.core.state import State
from hub.core.status import CameraStatus
from hub.core.text import Text
from hub.core.tickets.events import (
    TicketClosed,
    TicketInterrupted,
    TicketOpened,
    TicketRepaired,
    TicketVerified,
    TicketVerifying,
)
from hub.runtime.core_loop import CoreLoop
from hub.runtime.duties.verifying import RepairWatch, proven
from hub.testing.clock import FakeClock
from tests.runtime.running import happens, records_of, running, settled

SITE = Site(
    areas=[Area(id="yard", name=Text(en="Yard"))],
    cameras=[Camera(id="gate", name=Text(en="Gate"), area="yard", domain="security")],
)
REPAIRED: Sequence[Event] = (
    SiteConfigured(site=SITE),
    RecordingPlanned(camera="gate", stream="watched"),
    CameraJudged(camera="gate"),
    TicketOpened(ticket="T-1", title=Text(en="Bracket"), subject="camera:gate", camera="gate"),
    TicketRepaired(ticket="T-1", cause="screw"),
)
GROWING = {"gate": RecordingNow(stream="watched", state="recording")}


class Bench:
    """A core loop and what comes in from the camera, in the test's hands."""

    def __init__(self, core: CoreLoop, clock: FakeClock) -> None:
        self.core, self.clock = core, clock
        self.status: dict[str, CameraStatus] = {}
        self.recorded = dict(GROWING)
        self.watch = RepairWatch(core, clock, statuses=lambda: self.status, recorded=lambda: self.recorded)

    async def minutes(self, count: int, *, seen: bool = True) -> None:
        for _ in range(count * 2):
            self.clock.advance(30)
            if seen:
                self.status["gate"] = CameraStatus(camera="gate", at=self.clock.now(), signal="live")
            await self.watch.look()
            await settled(self.core)

    def state(self) -> str:
        return self.core.state.tickets["T-1"].state


async def test_a_repair_that_is_seen_good_throughout_is_verified_and_closed(tmp_path: Path, clock: FakeClock) -> None:
    async with running(tmp_path, clock) as core:
        bench = Bench(core, clock)
        await happens(core, *(Draft(event, actor="hub") for event in REPAIRED))
        await bench.minutes(9)
        assert bench.state() == "verifying"
        await bench.minutes(3)
        assert [type(each.event) for each in records_of(core, TicketVerified, TicketClosed)] == [
            TicketVerified,
            TicketClosed,
        ]


@pytest.mark.parametrize("lacking", ["status", "recording"])
async def test_while_nobody_looks_or_nothing_comes_on_disk_no_time_of_verifying_passes(
    tmp_path: Path, clock: FakeClock, lacking: str
) -> None:
    async with running(tmp_path, clock) as core:
        bench = Bench(core, clock)
        await happens(core, *(Draft(event, actor="hub") for event in REPAIRED))
        await bench.minutes(5)
        if lacking == "recording":
            bench.recorded = {"gate": RecordingNow(stream="watched", state="missing")}
        await bench.minutes(20, seen=lacking != "status")
        (interrupted,) = records_of(core, TicketInterrupted)
        assert interrupted.event == TicketInterrupted(ticket="T-1", reason="unwatched")
        assert bench.state() == "repaired"
        bench.recorded = dict(GROWING)
        await bench.minutes(9)
        assert bench.state() == "verifying"
        await bench.minutes(3)
        assert records_of(core, TicketClosed)


async def test_after_a_start_the_time_begins_when_the_watch_is_there_again(tmp_path: Path, clock: FakeClock) -> None:
    async with running(tmp_path, clock) as core:
        bench = Bench(core, clock)
        await happens(core, *(Draft(event, actor="hub") for event in REPAIRED))
        await bench.minutes(9)
        await happens(core, Draft(HubStarted(version="1", last_stop="unclean"), actor="hub"))
        await bench.minutes(30, seen=False)
        assert bench.state() == "repaired"
        begun = len(records_of(core, TicketVerifying))
        await bench.minutes(1)
        assert len(records_of(core, TicketVerifying)) == begun + 1
        await bench.minutes(11)
        assert records_of(core, TicketClosed)


async def test_the_watch_looks_by_itself_every_few_seconds(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.runtime.duties.verifying.LOOK_EVERY_S", 0.01)
    async with running(tmp_path, clock) as core:
        bench = Bench(core, clock)
        await happens(core, *(Draft(event, actor="hub") for event in REPAIRED))
        task = asyncio.create_task(bench.watch.keep())
        async with asyncio.timeout(10):
            while not records_of(core, TicketInterrupted):
                await asyncio.sleep(0.01)
        task.cancel()


def test_proof_is_a_fresh_status_of_a_live_and_judged_camera(clock: FakeClock) -> None:
    good = CameraStatus(camera="gate", at=clock.now(), signal="live")

    def says(status: CameraStatus | None, later: float = 0.0) -> bool:
        at = clock.now() + timedelta(seconds=later)
        return proven("gate", State(), {"gate": status} if status else {}, {}, at)

    assert says(good, 44)
    assert not says(good, 46)
    assert not says(None)
    assert not says(CameraStatus(camera="gate", at=clock.now(), signal="stalled"))
    assert not says(CameraStatus(camera="gate", at=clock.now(), signal="live", not_judged="view"))
