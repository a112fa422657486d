"""What the API needs of the parts that prove recordings, show them and hand them out. The runtime implements it."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from hub.client.release_packages import PackageProgress, ReleaseKey
from hub.client.storages import StorageView
from hub.core.recorded import Span
from hub.core.recordings import Stream
from hub.core.storage_forecast import Forecast
from hub.core.viewings.limits import ViewingLimits
from hub.core.viewings.reel import Part, Piece


class LiveShow(Protocol):
    """A camera's stream for one who looks."""

    @property
    def media(self) -> str:
        """Its media type."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """What comes, from a key frame on, until the stream ends."""
        ...

    async def close(self) -> None:
        """Called once, whatever happened."""
        ...


class ViewingDesk(Protocol):
    """What there is to be looked at. Whether somebody may, is not asked here."""

    @property
    def limits(self) -> ViewingLimits: ...

    async def parts(self, camera: str, span: Span) -> list[Part]:
        """What of a period can be played. Raises `SiteError`, `OSError`."""
        ...

    async def opening(self, part: Part) -> bytes:
        """What a part begins with. Raises `NotFound`, `OSError`."""
        ...

    async def piece(self, piece: Piece) -> bytes:
        """The bytes of a piece. Raises `NotFound`, `OSError`."""
        ...

    async def still(self, camera: str, at: datetime, width: int) -> bytes | None:
        """The picture at a time as JPEG; None when there is none. Raises `SiteError`, `OSError`."""
        ...

    async def live(self, camera: str, stream: Stream) -> LiveShow:
        """A camera's stream as it comes. Raises `DeviceError`, `NotFound`."""
        ...


class PackageDesk(Protocol):
    """The sealed packages of releases. Who may fetch them is not asked here."""

    def key(self) -> ReleaseKey:
        """The key that signs them. Raises `NotFound`."""
        ...

    def progress(self, release: str) -> PackageProgress | None:
        """How far the package of a release is; None when none is being made."""
        ...

    def file(self, name: str) -> Path:
        """Where a package lies."""
        ...


class FootageDesk(Protocol):
    """Called on the hub's event loop."""

    @property
    def viewing(self) -> ViewingDesk: ...

    @property
    def packages(self) -> PackageDesk: ...

    async def forecast(self) -> Forecast | None:
        """Whether recordings will have room; None while there is no index. Raises `SiteError`."""
        ...

    async def storages(self) -> list[StorageView]:
        """Where recordings lie, and what waits to be moved; the folder of recordings first. Raises `SiteError`."""
        ...

    def verify_days(self) -> float:
        """In how many days every recording is to be proven once."""
        ...
