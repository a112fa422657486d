"""Copies of the site by schedule, and the record of them and of those that were made by hand."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from hub.clock import Clock
from hub.config.hub_toml.backup import BackupTable
from hub.core.backup_times import is_due
from hub.core.backups import BackupFailed, BackupMade
from hub.core.event import Draft, Event
from hub.core.state import State
from hub.errors import HubError
from hub.runtime.backup.age import parse_recipient
from hub.runtime.backup.making import Made, Wish, make_backup
from hub.runtime.backup.notes import left_notes
from hub.runtime.core_loop import CoreLoop

log = structlog.get_logger("backup")

LOOK_EVERY_S = 20.0
AGAIN_S = 1800.0
"""How long after one that failed it is tried again."""


class _Stopped(Exception):
    """The hub stops: a copy that is under way is given up."""


class BackupSchedule:
    """On the hub's event loop; copies are made by a thread of their own, one at a time."""

    def __init__(
        self,
        core: CoreLoop,
        clock: Clock,
        site: Path,
        *,
        data: Path,
        wanted: Callable[[], BackupTable | None],
        timezone: Callable[[], str],
    ) -> None:
        """`data`: the site's data folder. `wanted`: what hub.toml says of copies now; None: none are made."""
        self._core = core
        self._clock = clock
        self._site = site
        self._data = data
        self._wanted = wanted
        self._timezone = timezone
        self._stopping = threading.Event()
        self._failed_s: float | None = None
        self._tried: BackupTable | None = None

    async def keep(self) -> None:
        """Make a copy whenever one is due. Runs for ever."""
        while True:
            try:
                await self.take_notes()
                await self.look()
            except (HubError, OSError) as error:
                log.error("backup_not_recorded", error=str(error), doing="trying again")
            await asyncio.sleep(LOOK_EVERY_S)

    async def take_notes(self) -> None:
        """Put on record what was made by hand. Raises what the journal raises, and `OSError`."""
        for path, event in await asyncio.to_thread(lambda: list(left_notes(self._data))):
            # By its hash: a note that outlived a crash is not told twice.
            await self._record(event, key=f"backup:{event.sha256}")
            await asyncio.to_thread(path.unlink, missing_ok=True)
            log.info("backup_taken", archive=event.archive, user=event.user)

    async def look(self) -> None:
        """Make a copy if one is due, and put on record what came of it. Raises what the journal raises."""
        wanted = self._wanted()
        if wanted is None:
            return
        if not is_due(self._clock.now(), self._core.state.backups.made_at, wanted.time, self._timezone()):
            return
        if self._failed_s is not None and wanted == self._tried and self._clock.monotonic() - self._failed_s < AGAIN_S:
            return
        self._tried = wanted
        try:
            made = await self._make(wanted)
        except HubError as error:
            self._failed_s = self._clock.monotonic()
            log.error("backup_failed", folder=wanted.folder, error=error.message)
            failed = BackupFailed(folder=wanted.folder, reason=error.message)
            await self._core.propose(lambda state: _once(state, failed))
            return
        self._failed_s = None
        log.info("backup_made", archive=made.path.name, bytes=made.bytes)
        event = BackupMade(
            archive=made.path.name,
            folder=wanted.folder,
            bytes=made.bytes,
            sha256=made.sha256,
            files=made.files,
            head=made.head,
            encrypted=made.path.suffix == ".age",
            removed=made.removed,
        )
        await self._record(event)

    async def _record(self, event: Event, key: str | None = None) -> None:
        await self._core.propose(lambda state: [Draft(event, actor="hub", key=key)])

    async def _make(self, wanted: BackupTable) -> Made:
        wish = Wish(
            folder=self._site / wanted.folder,
            secrets=wanted.secrets,
            recipients=[parse_recipient(one) for one in wanted.encrypt],
            keep=wanted.keep,
        )
        making = asyncio.create_task(asyncio.to_thread(make_backup, self._site, wish, self._clock, self._step))
        try:
            return await asyncio.shield(making)
        except asyncio.CancelledError:
            self._stopping.set()
            await asyncio.wait({making})
            making.exception()
            raise

    def _step(self, done: int, total: int) -> None:
        if self._stopping.is_set():
            raise _Stopped


def _once(state: State, failed: BackupFailed) -> list[Draft]:
    """What fails the same way again is not told again."""
    return [] if state.backups.failing == failed.reason else [Draft(failed, actor="hub")]
