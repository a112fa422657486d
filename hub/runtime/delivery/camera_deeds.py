"""What rules want done with cameras: a picture kept, a camera turned. One try each; who calls tries again."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import structlog

from hub.automation.model import TakeSnapshot, TurnToPreset
from hub.clock import Clock
from hub.core.deeds import CameraTurned, SnapshotTaken
from hub.core.event import Event
from hub.core.findings import Evidence, Picture
from hub.core.status import CameraStatus
from hub.errors import AuthRejected, DeliveryFailed, DeviceError, PluginError, Unsupported
from hub.ports import CameraDriver, Presets
from hub.runtime.delivery.outbox import Errand
from hub.watch.files import write_whole
from hub.watch.picture_paths import evidence_path
from hub.watch.pool import WatchPool

log = structlog.get_logger("effects")

FRESH = timedelta(seconds=30)
"""An older picture does not show what the camera shows now."""


class CameraDeeds:
    """Carries out errands with cameras. On the hub's event loop; the disk is written in a thread."""

    def __init__(
        self,
        pool: WatchPool,
        clock: Clock,
        *,
        status: Callable[[str], CameraStatus | None],
        driver: Callable[[str], CameraDriver | None],
        on_answer: Callable[[str, Exception | None], None],
        evidence: Path,
    ) -> None:
        """`status`: how a camera is now. `driver` makes the driver of a camera, None for one that hub.toml has not.

        `on_answer` is called with a camera and what its driver raised that it may not raise, None when it worked.
        `evidence`: the folder of kept pictures.
        """
        self._pool = pool
        self._clock = clock
        self._status = status
        self._driver = driver
        self._on_answer = on_answer
        self._evidence = evidence

    async def carry_out(self, errand: Errand, key: str) -> list[Event]:
        """Do it; returns what to put on record. `key` is that of the outbox entry. Raises `DeliveryFailed`."""
        if isinstance(errand.do, TakeSnapshot):
            return [await self._snapshot(errand.do, errand.rule, key)]
        return [await self.turn(errand.do, errand.rule)]

    async def _snapshot(self, do: TakeSnapshot, rule: str, key: str) -> Event:
        self._check_sight(do.camera)
        data = await self._pool.picture(do.camera)
        if data is None:
            raise DeliveryFailed("The watch gave no picture in time.")
        # Two rules may want a picture in the same second.
        what = f"snapshot-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
        path = evidence_path(do.camera, self._clock.now(), what)
        try:
            await asyncio.to_thread(write_whole, self._evidence / path, data)
        except OSError as error:
            raise DeliveryFailed(f"The picture could not be kept: {error.strerror or error}.") from error
        picture = Picture(path=path, sha256=hashlib.sha256(data).hexdigest())
        return SnapshotTaken(camera=do.camera, rule=rule, evidence=Evidence(after=picture))

    def _check_sight(self, camera: str) -> None:
        """Raise unless the watch has a picture that shows what the camera shows now."""
        status = self._status(camera)
        if status is None:
            raise DeliveryFailed("The camera is not watched; see hub.toml.", retry=False)
        vital = self._pool.vital(camera)
        seen_at = vital.last_picture_at if vital is not None else None
        # A camera that is just connecting, or whose worker is being restarted, may have a picture in a moment.
        passing = status.signal in ("connecting", "live")
        if status.signal != "live" or seen_at is None:
            judged = f" and it is not judged ({status.not_judged})" if status.not_judged else ""
            raise DeliveryFailed(f"There is no picture: the signal is {status.signal}{judged}.", retry=passing)
        age_s = (self._clock.now() - seen_at).total_seconds()
        if age_s > FRESH.total_seconds():
            raise DeliveryFailed(f"The newest picture is {age_s:.0f} s old.", retry=passing)

    async def turn(self, do: TurnToPreset, rule: str = "") -> Event:
        """Turn a camera, for a rule or for a person; returns what to put on record. Raises `DeliveryFailed`."""
        camera = do.camera
        try:
            driver = self._driver(camera)
        except PluginError as error:
            raise DeliveryFailed(str(error)) from error
        if driver is None:
            raise DeliveryFailed("The camera is not in hub.toml.", retry=False)
        if not isinstance(driver, Presets):
            raise DeliveryFailed("This camera's driver cannot turn it.", retry=False)
        # While it moves, and if nobody can say where it stopped, its view is not compared with any reference.
        await self._pool.point(camera, "", moving=True)
        arrived = ""
        try:
            await driver.turn_to(do.preset)
            arrived = do.preset
        except DeviceError as error:
            self._on_answer(camera, None)
            for_good = isinstance(error, AuthRejected | Unsupported)
            raise DeliveryFailed(error.message, retry=not for_good, hint=error.hint) from error
        except Exception as error:  # a driver is a plugin: it may raise anything, and costs this errand only
            log.exception("driver_broke", camera=camera)
            self._on_answer(camera, error)
            raise DeliveryFailed(f"The driver broke: {type(error).__name__}: {error}") from error
        finally:
            await self._pool.point(camera, arrived, moving=False)
        self._on_answer(camera, None)
        return CameraTurned(camera=camera, rule=rule, preset=do.preset)


async def nobody(errand: Errand, key: str) -> list[Event]:
    """Carries out nothing: there are no cameras here."""
    raise DeliveryFailed("No cameras are watched here.", retry=False)


CarryOut = Callable[[Errand, str], Awaitable[list[Event]]]
