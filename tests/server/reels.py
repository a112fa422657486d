"""Recordings that lie in memory, for the tests of the API: what a `hub.server.footage.FootageDesk` has to show."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hub.client.release_packages import PackageProgress, ReleaseKey
from hub.client.storages import StorageView
from hub.core.recorded import Span
from hub.core.recordings import Stream
from hub.core.storage_forecast import Forecast
from hub.core.viewings.limits import ViewingLimits
from hub.core.viewings.reel import Part, Piece, index_of, patched

BEGIN = datetime(2026, 1, 5, 8, tzinfo=UTC)
HEAD = b"ftyp-and-moov"
PIECES = (b"A" * 1000, b"B" * 700, b"C" * 1300)


class MemoryShow:
    media = "video/mp2t"

    def __init__(self, reels: "MemoryReels") -> None:
        self._reels = reels

    async def chunks(self) -> AsyncIterator[bytes]:
        self._reels.looking += 1
        while True:
            yield b"picture"
            await asyncio.sleep(0.01)

    async def close(self) -> None:
        self._reels.looking -= 1


class MemoryReels:
    """Half an hour of every camera in three pieces, and a live picture without end."""

    def __init__(self) -> None:
        self.limits = ViewingLimits()
        self.pictures: dict[datetime, bytes] = {}
        self.looking = 0

    async def parts(self, camera: str, span: Span) -> list[Part]:
        if span.from_at >= BEGIN + timedelta(minutes=30) or span.to_at <= BEGIN:
            return []
        pieces = tuple(
            Piece(f"{camera}/{number}", 0, len(data), 600.0, BEGIN + number * timedelta(minutes=10), ())
            for number, data in enumerate(PIECES)
        )
        return [Part(f"{camera}/0", len(HEAD), 90_000, pieces)]

    async def opening(self, part: Part) -> bytes:
        return HEAD + index_of(part)

    async def piece(self, piece: Piece) -> bytes:
        return patched(PIECES[int(piece.name.rpartition("/")[2])], piece.patches)

    async def still(self, camera: str, at: datetime, width: int) -> bytes | None:
        return self.pictures.get(at)

    async def live(self, camera: str, stream: Stream) -> MemoryShow:
        return MemoryShow(self)


class MemoryPackages:
    """Packages of releases in a folder; `folder` is set by who uses them."""

    def __init__(self) -> None:
        self.folder = Path()
        self.under_way: dict[str, PackageProgress] = {}

    def key(self) -> ReleaseKey:
        return ReleaseKey(fingerprint="ab" * 32, pem="-----BEGIN PUBLIC KEY-----\n")

    def progress(self, release: str) -> PackageProgress | None:
        return self.under_way.get(release)

    def file(self, name: str) -> Path:
        return self.folder / name


class MemoryFootage:
    def __init__(self) -> None:
        self.room: Forecast | None = None
        self.places: list[StorageView] = []
        self.viewing = MemoryReels()
        self.packages = MemoryPackages()

    async def forecast(self) -> Forecast | None:
        return self.room

    async def storages(self) -> list[StorageView]:
        return self.places

    def verify_days(self) -> float:
        return 30.0
