"""Looks for recordings in a device, and fetches them."""

from collections.abc import Callable, Iterator
from datetime import datetime

from hub.api import (
    DeviceError,
    DeviceRecording,
    DeviceRejected,
    DeviceUnreachable,
    Export,
    Flow,
    ProtocolError,
    Unsupported,
)
from hub_dahua.cgi import Cgi
from hub_dahua.layout import read_zone
from hub_dahua.parse_footage import (
    MOST_RECORDINGS,
    PAGE,
    file_path,
    find_query,
    in_window,
    parse_finder,
    parse_found,
    parse_items,
    time_path,
)
from hub_dahua.parse_table import Table, is_error

_TIDY_S = 2.0
"""Kept back of a call's time, to give the finder back."""
_MOST_PAGES = 1000
"""Firmware may give one recording a page."""
_IDLE_S = 60.0
_LARGEST = 64 * 1024**3
_VIDEO = {"video/mp4": "video/mp4", "video/x-matroska": "video/x-matroska"}


class Finders:
    """The device's finders that we hold. It has few of them, so one that could not be given back in time is kept in
    mind until it is."""

    def __init__(self, cgi: Cgi) -> None:
        self._cgi = cgi
        self._held: list[str] = []

    def make(self) -> str:
        """A new finder, after those that are left over were given back."""
        self.give_back()
        finder = parse_finder(self._cgi.table("mediaFileFind.cgi?action=factory.create", "its recordings"))
        self._held.append(finder)
        return finder

    def give_back(self) -> None:
        """Close and destroy whatever is held; what does not succeed stays in mind."""
        for finder in tuple(self._held):
            try:
                for step in ("close", "destroy"):
                    self._cgi.body(f"mediaFileFind.cgi?action={step}&object={finder}", "the end of a search")
            except (Unsupported, DeviceRejected):
                pass  # It does not know this one any more.
            except DeviceError:
                return
            self._held.remove(finder)


def search(cgi: Cgi, finders: Finders, channel: int, start_at: datetime, end_at: datetime) -> Iterator[DeviceRecording]:
    """The recordings of a channel between two times. All pages are fetched before the first is given, so that the
    finder is not held while somebody reads."""
    zone = read_zone(cgi)
    finder = finders.make()
    try:
        cgi.write(f"mediaFileFind.cgi?{find_query(finder, channel, start_at, end_at, zone)}", "the search")
        found = [item for page in _pages(cgi, finder) for item in parse_items(page, channel, zone)]
    finally:
        finders.give_back()
    wanted = filter(in_window(start_at, end_at), found)
    yield from sorted(wanted, key=lambda recording: recording.start_at)[:MOST_RECORDINGS]


def _pages(cgi: Cgi, finder: str) -> Iterator[Table]:
    count = 0
    for _ in range(_MOST_PAGES):
        if cgi.access.left_s() < _TIDY_S:
            raise DeviceUnreachable("The search took too long.", hint="Search in a shorter time.")
        page = cgi.table(f"mediaFileFind.cgi?action=findNextFile&object={finder}&count={PAGE}", "its recordings")
        found = parse_found(page)
        if found == 0 or count >= MOST_RECORDINGS:
            return
        count += found
        yield page


def export(cgi: Cgi, recording: DeviceRecording, write: Callable[[bytes], object]) -> Export:
    """Fetch a recording: by its file, or where the device does not give files, by its times."""
    by_file = file_path(recording)
    if by_file is not None:
        try:
            return _fetch(cgi, by_file, write)
        except Unsupported:
            pass  # Cameras without a disk of their own often have only the other way; nothing was written.
    return _fetch(cgi, time_path(recording, read_zone(cgi)), write)


def _fetch(cgi: Cgi, path: str, write: Callable[[bytes], object]) -> Export:
    with cgi.stream(path, "the recording", idle_s=_IDLE_S) as flow:
        size = 0
        for data in flow:
            if size == 0 and data and _is_words(flow, data):
                raise Unsupported("The device does not give this recording.")
            size += len(data)
            if size > _LARGEST:
                raise ProtocolError("The recording does not end.")
            write(data)
        if cgi.access.closed:
            raise DeviceUnreachable("The export was broken off.")
        if size == 0:
            raise ProtocolError("The device gave an empty recording.")
        media = flow.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Export(media_type=_VIDEO.get(media, "application/octet-stream"), size_bytes=size)


def _is_words(flow: Flow, data: bytes) -> bool:
    return is_error(data) or flow.headers.get("content-type", "").lower().startswith("text/html")
