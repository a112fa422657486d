"""What people look at: recorded files as one that plays, single pictures of them, and cameras live.

Whether somebody may look, and for how long, is decided by the API (`hub.server.books.viewings`).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from hub.client.views import RecordingView
from hub.clock import Clock
from hub.core.recorded import Span
from hub.core.recordings import Stream
from hub.core.viewings.limits import ViewingLimits
from hub.core.viewings.reel import Film, Part, Piece, Taken, index_of, parts_of, patched, still_of
from hub.errors import NotFound, SiteError, StorageError, Unsupported
from hub.ports import CameraDriver, NamedStreams
from hub.runtime.recording.reading import RecordReading
from hub.runtime.viewing.files import RecordFiles
from hub.runtime.viewing.live import LiveLines, LiveShow
from hub.runtime.viewing.stills import StillMaker
from hub.secret import redact
from hub.watch.messages import WatchSettings
from hub.watch.recording.fragments import read_film
from hub.watch.viewing_pipes import LiveOrder

log = structlog.get_logger("hub.viewing")

_FILMS_KEPT = 1024
_MOST_FILES = 10_000
_LARGEST_PIECE = 64 * 1024 * 1024
_MOMENT = timedelta(milliseconds=1)
_ADDRESS_S = 10.0


class Viewings:
    """On the hub's event loop; files are read in threads. `stop` at the end."""

    def __init__(
        self,
        *,
        clock: Clock,
        reading: RecordReading,
        files: RecordFiles,
        driver: Callable[[str], CameraDriver | None],
        limits: Callable[[], ViewingLimits],
    ) -> None:
        """`driver` is that of a camera, None for one that hub.toml has not."""
        self._reading = reading
        self._files = files
        self._driver = driver
        self._limits = limits
        self._films: OrderedDict[str, Film] = OrderedDict()
        self._stills = StillMaker(clock)
        self._live = LiveLines()

    @property
    def limits(self) -> ViewingLimits:
        """As hub.toml has them now."""
        return self._limits()

    async def parts(self, camera: str, span: Span) -> list[Part]:
        """What of a period can be played. Raises `SiteError`, `OSError`."""
        return await asyncio.to_thread(self._parts, camera, span)

    async def opening(self, part: Part) -> bytes:
        """What a part begins with: the head and the index. Raises `NotFound`, `OSError`."""
        return await asyncio.to_thread(self._files.read, part.name, 0, part.head) + index_of(part)

    async def piece(self, piece: Piece) -> bytes:
        """The bytes of a piece. Raises `NotFound` when it was deleted meanwhile, `OSError`."""
        if piece.length > _LARGEST_PIECE:
            raise NotFound("This piece of the recording is too large to be played.")
        data = await asyncio.to_thread(self._files.read, piece.name, piece.begin, piece.length)
        if len(data) < piece.length:
            raise NotFound("The file of the recording is shorter than it was.", hint="See `hub recordings check`.")
        return patched(data, piece.patches)

    async def still(self, camera: str, at: datetime, width: int) -> bytes | None:
        """The last key frame at or before a time, as JPEG; None when nothing was recorded then, or it cannot be
        decoded. Raises `SiteError`, `OSError`."""
        found = await asyncio.to_thread(self._key_frame, camera, at)
        return await self._stills.make(*found, width) if found is not None else None

    async def live(self, camera: str, stream: Stream) -> LiveShow:
        """A camera's stream as it comes. Raises `DeviceError` when the camera cannot be reached, `NotFound`."""
        driver = self._driver(camera)
        if driver is None:
            raise NotFound(f"No camera {camera} in hub.toml.")
        async with asyncio.timeout(_ADDRESS_S):
            if stream == "watched":
                spec = await driver.stream()
            elif isinstance(driver, NamedStreams):
                spec = await driver.named_stream(stream)
            else:
                raise Unsupported(f"The driver of {camera} knows one stream only.")
        order = LiveOrder(camera=camera, stream=spec, settings=WatchSettings())
        return await self._live.show((camera, stream), order)

    async def keep(self) -> None:
        """End processes that nobody has use for; runs for ever."""
        await self._stills.keep()

    async def stop(self) -> None:
        await self._live.stop()
        await self._stills.stop()

    def _parts(self, camera: str, span: Span) -> list[Part]:
        return parts_of(self._taken(camera, span), span)

    def _taken(self, camera: str, span: Span) -> Sequence[Taken]:
        taken = []
        for view in self._reading.find(span, camera=camera, limit=_MOST_FILES):
            film = self._films.get(view.name) or self._film(view)
            if film is not None:
                taken.append(Taken(view.name, view.begin_at, film))
        return taken

    def _film(self, view: RecordingView) -> Film | None:
        name = view.name
        try:
            size = self._files.size_of_open(name) if view.open else view.bytes
            film = read_film(lambda start, length: self._files.read(name, start, length), size)
        except (NotFound, SiteError, OSError, StorageError) as error:
            # Deleted while we looked, or out of reach: what else there is of the period is played.
            log.warning("a recording cannot be played", name=name, reason=redact(str(error)))
            return None
        if film is not None and not view.open:
            self._films[name] = film
            while len(self._films) > _FILMS_KEPT:
                self._films.popitem(last=False)
        return film

    def _key_frame(self, camera: str, at: datetime) -> tuple[bytes, bytes] | None:
        for one in self._taken(camera, Span(at, at + _MOMENT)):
            fragment = still_of(one.film, (at - one.begin_at).total_seconds())
            if fragment is not None and fragment.length <= _LARGEST_PIECE:
                head = self._files.read(one.name, 0, one.film.head)
                return head, self._files.read(one.name, fragment.begin, fragment.length)
        return None
