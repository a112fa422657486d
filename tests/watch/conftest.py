import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import av
import pytest

from hub.clock import SystemClock
from hub.core.catalogue import WorkerDied, WorkerStarted
from hub.core.findings import ReferenceLearned
from hub.core.status import CameraStatus
from hub.ports import StreamSpec
from hub.vision.judge import Limits, fresh, judge
from hub.vision.reference import Reference
from hub.watch.frames import frame_of
from hub.watch.messages import WatchOrder, WatchSettings
from hub.watch.pool import WatchPool
from tests.servers.clips import Clips, render
from tests.servers.fixtures import camera_farm  # noqa: F401

QUICK = WatchSettings(
    lost_after_s=2.0,
    stalled_after_s=1.0,
    steady_s=0.5,
    learn_s=3.0,
    persist_s=1.5,
    clear_s=1.0,
    picture_every_s=0.5,
    open_timeout_s=2.0,
    retry_longest_s=1.0,
)


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    """Clips with a key frame every half second, so that learning takes half the time."""
    return Clips(tmp_path_factory.mktemp("clips"), key_every=5)


def order(camera: str, url: str, settings: WatchSettings = QUICK) -> WatchOrder:
    return WatchOrder(camera, StreamSpec(url), settings)


class Watched:
    """A running pool and everything it said, with waits that have an end."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.folder = folder
        self.statuses: list[CameraStatus] = []
        self.now: dict[str, CameraStatus] = {}
        self.workers: list[WorkerStarted | WorkerDied] = []
        self.learned: list[ReferenceLearned] = []
        self._changed = asyncio.Event()
        self.pool = WatchPool(
            workers=workers,
            folder=folder,
            clock=SystemClock(),
            on_status=self._on_status,
            on_worker=self._keep(self.workers),
            on_learned=self._keep(self.learned),
            status_every_s=5.0,
        )

    def _on_status(self, status: CameraStatus) -> None:
        self.statuses.append(status)
        self.now[status.camera] = status
        self._changed.set()

    def _keep(self, kept: list) -> Callable[[object], None]:
        def keep(event: object) -> None:
            kept.append(event)
            self._changed.set()

        return keep

    async def until(self, condition: Callable[[], bool], within_s: float = 20.0) -> None:
        """Wait until `condition` holds, looking at every message of the pool and ten times a second."""
        try:
            async with asyncio.timeout(within_s):
                while not condition():
                    self._changed.clear()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._changed.wait(), 0.1)
        except TimeoutError:
            raise AssertionError(f"not within {within_s} s; last: {self.now}, {self.workers}") from None

    def kinds(self, camera: str) -> set[str]:
        """The findings that hold now for a camera."""
        return {finding.kind for finding in self.now[camera].findings} if camera in self.now else set()

    def live(self, *cameras: str) -> bool:
        return all(camera in self.now and self.now[camera].signal == "live" for camera in cameras)

    def judged(self, camera: str) -> bool:
        status = self.now.get(camera)
        return status is not None and status.signal == "live" and status.not_judged is None


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Callable[..., Watched]]:
    """`watch(workers=1)` makes a `Watched`; its pool is started and surely stopped."""
    made: list[Watched] = []

    async def make(workers: int = 1) -> Watched:
        watched = Watched(tmp_path / "data", workers)
        made.append(watched)
        await watched.pool.start()
        return watched

    yield make
    for watched in made:
        pids = list(watched.pool.processes.values())
        await watched.pool.stop()
        for pid in pids:
            assert not os.path.exists(f"/proc/{pid}"), f"worker {pid} outlives its pool"


@pytest.fixture(scope="session")
def learned_view() -> Reference:
    """What the judge really learns from a plain scene."""
    seen = fresh()
    for second, picture in enumerate(render("plain", fps=5)):
        frame = av.VideoFrame.from_ndarray(picture, format="gray")
        seen, verdict = judge(seen, frame_of(frame), float(second), Limits(learn_s=10))
        if verdict.learned is not None:
            return verdict.learned
    raise AssertionError("the judge learned nothing")
