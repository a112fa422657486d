"""The packages of releases: made when one is ordered, one after another, anew after a crash; deleted when not needed.

A release in the state `preparing` is the order; nothing else is kept. So it survives the hub: whatever was made before
its record is thrown away at the start.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

import msgspec
import structlog

from hub.client.release_packages import PackageProgress, ReleaseKey
from hub.client.views import RecordingView
from hub.clock import Clock
from hub.core.event import Draft, Event, Record, wire_name
from hub.core.recorded import Span
from hub.core.recordings import stamp
from hub.core.releases.events import ReleaseEvent, ReleasePreparationFailed, ReleasePrepared
from hub.core.releases.model import Release
from hub.core.state import State
from hub.devices.fleet import Fleet
from hub.errors import HubError, JournalError, NotFound
from hub.footage.keys import SiteKey, make_key
from hub.footage.plan import Made, NotMade, PackagePlan, Progress, Said
from hub.journal.log import Journal
from hub.runtime.core_loop import CoreLoop
from hub.runtime.recording.places import RecordPlaces
from hub.runtime.recording.reading import RecordReading
from hub.runtime.releases.fetching import fetch_missing, missing
from hub.runtime.releases.pieces import Originals, Unsealed, bring_here, check_sealed, find_views, prove
from hub.runtime.releases.plan import build_plan, end_of, fetched_events
from hub.runtime.viewing.process import ViewingProcess

log = structlog.get_logger("releases")

FOLDER = "releases"
"""Below the data folder: the packages."""
RESERVE_BYTES = 512 * 1024 * 1024
"""What a package leaves free: the journal lies on the same disk."""
_WORK = ".work-"
_SEAL_WAIT_S = 420.0
"""The hub seals every five minutes what is finished; so long a package waits for it."""
_LOOK_EVERY_S = 5.0
_SILENT_S = 3600.0
_TELL_AGAIN_S = 5.0
_MOST_STEPS = 500
_COURSE = [wire_name(kind) for kind in get_args(ReleaseEvent)]
_BROKE = "The hub failed over it; its log says where."
_LEFT = "The process that makes packages ended before it had said anything."


class Releasing:
    """On the hub's event loop; files are touched in threads and in a process of their own."""

    def __init__(
        self,
        core: CoreLoop,
        journal: Journal,
        clock: Clock,
        *,
        reading: RecordReading,
        places: RecordPlaces,
        fleet: Fleet,
        recordings: Path,
        data: Path,
        timezone: Callable[[], str],
        reserve_bytes: int = RESERVE_BYTES,
    ) -> None:
        """`recordings`: the folder of recordings. `data`: the site's data folder."""
        self._core = core
        self._journal = journal
        self._clock = clock
        self._reading = reading
        self._places = places
        self._fleet = fleet
        self._recordings = recordings
        self._data = data
        self._folder = data / FOLDER
        self._timezone = timezone
        self._reserve_bytes = reserve_bytes
        self._key: SiteKey | None = None
        self._progress: dict[str, PackageProgress] = {}
        self._wake = asyncio.Event()

    # --- what the API asks ---

    def key(self) -> ReleaseKey:
        """The key that signs packages. Raises `NotFound` while it cannot be made."""
        if self._key is None:
            raise NotFound("The site has no key to sign with yet.", hint="See the log of the hub.")
        return ReleaseKey(fingerprint=self._key.fingerprint, pem=self._key.pem.decode())

    def progress(self, release: str) -> PackageProgress | None:
        """How far a package that is being made is; None for any other."""
        return self._progress.get(release)

    def file(self, name: str) -> Path:
        """Where a package lies."""
        return self._folder / Path(name).name

    # --- the work ---

    def follow(self, records: Sequence[Record]) -> None:
        """Something may be to be made, or to be thrown away."""
        if any(isinstance(record.event, ReleaseEvent) for record in records):
            self._wake.set()

    async def keep(self) -> None:
        """Make what is ordered. Runs for ever."""
        await self._begin()
        while True:
            self._wake.clear()
            await self._tidy()
            ordered = [one for one in self._core.state.releases.releases.values() if one.state == "preparing"]
            for release in sorted(ordered, key=lambda one: one.since_at):
                await self._prepare(release)
            await self._wake.wait()

    async def _begin(self) -> None:
        try:
            await asyncio.to_thread(lambda: self._folder.mkdir(mode=0o700, exist_ok=True))
            self._key = await asyncio.to_thread(make_key, self._data)
        except (HubError, OSError) as error:
            log.error("release_key_missing", error=str(error))

    async def _tidy(self) -> None:
        """Throw away what no release names: packages that are not needed any more, and what a crash left."""
        named = {one.package.name for one in self._core.state.releases.releases.values() if one.package is not None}
        try:
            left = await asyncio.to_thread(lambda: [path for path in self._folder.iterdir() if path.name not in named])
            for path in left:
                await self._record_end(path.name)
                await asyncio.to_thread(lambda path: shutil.rmtree(path) if path.is_dir() else path.unlink(), path)
        except OSError as error:
            log.warning("packages_not_deleted", error=str(error))

    async def _record_end(self, name: str) -> None:
        """Put on record that a package goes, before it does; what never was on record is nobody's package."""
        release, _, _ = name.rpartition("_")
        if not release or name.startswith(_WORK):
            return
        course = await asyncio.to_thread(self._course, release)
        if (draft := end_of(name, course)) is not None:
            await self._put(lambda state: [draft])

    async def _prepare(self, release: Release) -> None:
        self._progress[release.id] = PackageProgress(step="originals", done=0, total=0)
        work: Path | None = None
        try:
            await self._begin()
            work = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix=_WORK, dir=self._folder))
            said = await self._make(release, work)
        except HubError as error:
            said = NotMade(reason=error.message)
        except (OSError, EOFError, msgspec.MsgspecError) as error:
            log.error("package_not_made", release=release.id, error=f"{type(error).__name__}: {error}")
            said = NotMade(reason=_of_disk(error) if isinstance(error, OSError) else _LEFT)
        except Exception as error:
            # The order stands until it is answered: a hub that ended over it would end again after every start.
            log.error("package_not_made", release=release.id, error=f"{type(error).__name__}: {error}", exc_info=error)
            said = NotMade(reason=_BROKE)
        finally:
            self._progress.pop(release.id, None)
            if work is not None:
                shutil.rmtree(work, ignore_errors=True)
        await self._tell(release, said)

    async def _tell(self, release: Release, said: Made | NotMade) -> None:
        event: Event
        if isinstance(said, Made):
            event = ReleasePrepared(
                release=release.id,
                package=said.package,
                sha256=said.sha256,
                bytes=said.bytes,
                segments=said.segments,
                key=said.key,
                missing_s=said.missing_s,
            )
        else:
            event = ReleasePreparationFailed(release=release.id, reason=said.reason)
        log.info("package", release=release.id, made=isinstance(said, Made), reason=getattr(said, "reason", ""))

        def think(state: State) -> list[Draft]:
            known = state.releases.find(release.id)
            same = known is not None and known.state == "preparing" and known.since_at == release.since_at
            return [Draft(event, actor="hub")] if same else []

        await self._put(think)

    async def _put(self, think: Callable[[State], list[Draft]]) -> None:
        while True:
            try:
                await self._core.propose(think)
            except JournalError as failed:
                # A full disk stops both: the journal goes on when there is room, and then this is told.
                log.warning("package_not_recorded", error=failed.message)
                await asyncio.sleep(_TELL_AGAIN_S)
            else:
                return

    def _course(self, release: str) -> list[Record]:
        return self._journal.read_last(_MOST_STEPS, types=_COURSE, subject=f"release:{release}")

    async def _make(self, release: Release, work: Path) -> Made | NotMade:
        views = await self._sealed_views(release)
        proven = await asyncio.to_thread(prove, views, self._journal.stored, self._recordings)
        period = Span(release.from_at, release.to_at)
        wanted = missing(proven.pieces, release.cameras, period)
        found = await fetch_missing(
            self._fleet,
            self._core.state,
            release,
            wanted,
            work,
            reserve_bytes=self._reserve_bytes,
            clock=self._clock,
            asking=lambda device: self._progress.update({release.id: _asking(device)}),
        )
        if not proven.pieces and not found.fetched:
            why = found.gaps[0].why.en if found.gaps else "It is all of no length."
            return NotMade(reason=f"There is nothing of that period. {why}")
        if events := fetched_events(release, found):
            await self._core.propose(lambda state: [Draft(event, actor="hub") for event in events])
        pieces = await asyncio.to_thread(bring_here, proven.pieces, self._places, work, self._reserve_bytes)
        course = await asyncio.to_thread(self._course, release.id)
        now = self._clock.now()
        suffix = ".tar.age" if release.recipient else ".tar"
        plan = build_plan(
            release,
            self._core.state,
            course=course,
            originals=Originals(pieces, proven.seals),
            found=found,
            head=self._journal.head,
            timezone=self._timezone(),
            made_at=now,
            work=work,
            target=self._folder / f"{release.id}_{stamp(now)}{suffix}",
            data=self._data,
            reserve_bytes=self._reserve_bytes,
        )
        return await self._run(release, plan)

    async def _sealed_views(self, release: Release) -> list[RecordingView]:
        """The files, when all of them are sealed."""
        until = self._clock.monotonic() + _SEAL_WAIT_S
        while True:
            views = await asyncio.to_thread(find_views, self._reading, release)
            try:
                check_sealed(views)
            except Unsealed:
                if self._clock.monotonic() >= until:
                    raise
                self._progress[release.id] = PackageProgress(step="waiting", done=0, total=0)
                await asyncio.sleep(_LOOK_EVERY_S)
            else:
                return views

    async def _run(self, release: Release, plan: PackagePlan) -> Made | NotMade:
        process = await ViewingProcess.start("hub.footage.work")
        try:
            process.stdin.write(msgspec.json.encode(plan) + b"\n")
            await process.stdin.drain()
            while True:
                async with asyncio.timeout(_SILENT_S):
                    line = await process.stdout.readline()
                if not line:
                    raise EOFError(_LEFT)
                said: Said = msgspec.json.decode(line, type=Said)
                if not isinstance(said, Progress):
                    return said
                self._progress[release.id] = PackageProgress(step=said.step, done=said.done, total=said.total)
        except TimeoutError:
            return NotMade(reason=_LEFT)
        finally:
            await process.close()


def _asking(device: str) -> PackageProgress:
    return PackageProgress(step="recorder", done=0, total=0, device=device)


def _of_disk(error: OSError) -> str:
    return f"The disk of the data folder refuses: {error.strerror or error}."
