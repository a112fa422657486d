"""Reading recordings for people: the files of a period, and the account of a day."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from hub.client.views import RecordingView
from hub.clock import Clock
from hub.core.recorded import Covered, DayAccount, Span, account, cut, day_of, union
from hub.core.recordings import at_of, segment_name
from hub.core.retention import is_protected
from hub.errors import SiteError
from hub.runtime.recording.index import RecordIndex, Sealed
from hub.runtime.recording.keeper import Growing
from hub.watch.recording.file import OPEN

SEEN_LATE_S = 15.0
"""Bytes reach the disk when a fragment ends, with the next key frame as a rule, and are seen with the next look."""


class RecordReading:
    """Reads the index beside its writer. All methods may be called from any thread, and block for the disk."""

    def __init__(
        self, index: Path, folder: Path, clock: Clock, timezone: str, growing: Callable[[], Mapping[str, Growing]]
    ) -> None:
        """`growing` gives what is being written now, by file."""
        self._index = index
        self._folder = folder
        self._clock = clock
        self._timezone = timezone
        self._growing = growing

    def find(self, span: Span, *, camera: str | None, limit: int) -> list[RecordingView]:
        """The files with any part in a period, by camera and time. Raises `SiteError`."""
        with self._opened() as index:
            sealed = index.within(span, camera, limit=limit)
            protected = {one: union(spans) for one, spans in index.protected(self._clock.now()).items()}
        views = [self._view(one, protected) for one in sealed]
        views += [
            RecordingView(
                camera=one.camera,
                stream=one.stream,
                begin_at=one.begin_at,
                end_at=one.grown_at,
                bytes=one.size,
                path=str(self._folder / OPEN / name),
                name=segment_name(one.camera, one.stream, one.begin_at),
                open=True,
            )
            for name, one in self._growing().items()
            if camera in (None, one.camera) and one.begin_at < span.to_at and one.grown_at > span.from_at
        ]
        return sorted(views, key=lambda view: (view.camera, view.begin_at))[:limit]

    def days(self, cameras: Sequence[str], days: Sequence[date]) -> list[DayAccount]:
        """What was planned and recorded; nothing of days on which nothing was planned. Raises `SiteError`."""
        now = self._clock.now()
        accounts = []
        with self._opened() as index:
            planned, down = index.planned(now), index.down()
            for camera in cameras:
                for day in days:
                    span = day_of(day, self._timezone)
                    if wanted := cut(planned.get(camera, []), span):
                        accounts.append(self._account(index, camera, day, span, wanted, down))
        return accounts

    def _account(
        self, index: RecordIndex, camera: str, day: date, span: Span, planned: list[Span], down: list[Span]
    ) -> DayAccount:
        segments = [one.segment for one in index.within(span, camera)]
        before = index.last_before(camera, span.from_at)
        covered = [Covered(one.begin_at, one.end_at, one.ended) for one in ([before] if before else []) + segments]
        covered += [
            Covered(one.begin_at, one.grown_at, None)
            for one in self._growing().values()
            if one.camera == camera and one.size
        ]
        holes = [Span(at_of(hole.from_us), at_of(hole.to_us)) for one in segments for hole in one.holes]
        # What is written is seen a little late, which is no gap; later than that, nothing comes any more.
        last = max((one.to_at for one in covered), default=None)
        if last is not None and (self._clock.now() - last).total_seconds() <= SEEN_LATE_S:
            planned = cut(planned, Span(span.from_at, last)) if last > span.from_at else []
        return account(camera, day, span, planned=planned, covered=covered, holes=holes, hub_down=down)

    def _view(self, one: Sealed, protected: Mapping[str, Sequence[Span]]) -> RecordingView:
        segment = one.segment
        return RecordingView(
            camera=segment.camera,
            stream=segment.stream,
            begin_at=segment.begin_at,
            end_at=segment.end_at,
            bytes=segment.bytes,
            path=str(self._folder / segment.name) if one.place == "" else "",
            storage=one.place,
            name=segment.name,
            media_s=segment.media_s,
            frames=segment.frames,
            codec=segment.codec,
            sha256=segment.sha256,
            ended=segment.ended,
            recovered=segment.recovered,
            device_offset_s=segment.device_offset_s,
            protected=is_protected(segment, protected),
            seal=one.seal or "",
        )

    @contextmanager
    def _opened(self) -> Iterator[RecordIndex]:
        try:
            index = RecordIndex(self._index, create=False)
            try:
                yield index
            finally:
                index.close()
        except sqlite3.Error as error:
            raise SiteError(
                f"The index of recordings cannot be read: {error}.", hint="See the log; it can be made anew."
            ) from error
