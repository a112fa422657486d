"""The search for recordings: its questions and its answers. Pure.

Theory: the device keeps a finder for each search, of which it has few, so each is closed and destroyed. Times are the
device's wall time, in questions and answers. A short page is not the last one; only `found=0` is.
"""

import re
from collections.abc import Callable
from datetime import datetime

from hub.api import DeviceRecording, DeviceRejected, ProtocolError
from hub_dahua.parse_clock import Zone, parse_local, to_local, to_utc
from hub_dahua.parse_table import Table, rows, whole

PAGE = 100
"""The most that firmware gives at once."""
MOST_RECORDINGS = 10_000
_FINDER = re.compile(r"[A-Za-z0-9]{1,32}")
_PATH = re.compile(r"/[A-Za-z0-9_./\[\]@:,+()~=-]{1,500}(?: [A-Za-z0-9_./\[\]@:,+()~=-]{1,500}){0,4}")
_BY_FILE, _BY_TIME = "file:", "time:"


def parse_finder(table: Table) -> str:
    """The finder that the device has made. Raises `ProtocolError`."""
    finder = table.get("result", "")
    if not _FINDER.fullmatch(finder):
        raise ProtocolError("The device made no finder for the search.")
    return finder


def find_query(finder: str, channel: int, start_at: datetime, end_at: datetime, zone: Zone) -> str:
    """The question for everything that was recorded of a channel between two times."""
    return (
        f"action=findFile&object={finder}&condition.Channel={channel}"
        f"&condition.StartTime={_written(start_at, zone)}&condition.EndTime={_written(end_at, zone)}"
        "&condition.Types[0]=dav"
    )


def parse_found(table: Table) -> int:
    """How many are on this page. Raises `ProtocolError`."""
    found = whole(table.get("found"))
    if found is None or not 0 <= found <= MOST_RECORDINGS:
        raise ProtocolError("The device does not say how many recordings it has found.")
    return found


def parse_items(table: Table, channel: int, zone: Zone) -> tuple[DeviceRecording, ...]:
    """The recordings of a page, in order of time; only those of the main stream where several are kept."""
    items = []
    for row in rows(table, "items").values():
        if row.get("VideoStream", "Main").lower() not in ("main", ""):
            continue
        start_at, end_at = (to_utc(parse_local(row.get(key, "")), zone) for key in ("StartTime", "EndTime"))
        if end_at < start_at:  # The hour that comes twice: the end is in its second time.
            start_at, end_at = end_at, start_at
        size = whole(row.get("Length") or row.get("CutLength"))
        items.append(
            DeviceRecording(
                id=_id(row.get("FilePath", "")),
                channel=channel,
                start_at=start_at,
                end_at=end_at,
                size_bytes=size if size is not None and size >= 0 else None,
                reason=_reason(row),
            )
        )
    return tuple(sorted(items, key=lambda item: item.start_at))


def file_path(recording: DeviceRecording) -> str | None:
    """Where the footage can be fetched by its file; None where only its times are known. Raises `DeviceRejected` for
    a name that no device gives."""
    if recording.id == _BY_TIME:
        return None
    path = recording.id.removeprefix(_BY_FILE)
    if not recording.id.startswith(_BY_FILE) or not _is_path(path):
        raise DeviceRejected("That recording was not found by a search on this device.", hint="Search again.")
    return f"/cgi-bin/RPC_Loadfile{path.replace(' ', '%20')}"


def time_path(recording: DeviceRecording, zone: Zone) -> str:
    """Where the footage can be fetched by its times."""
    return (
        f"/cgi-bin/loadfile.cgi?action=startLoad&channel={recording.channel}"
        f"&startTime={_written(recording.start_at, zone)}&endTime={_written(recording.end_at, zone)}&subtype=0"
    )


def in_window(start_at: datetime, end_at: datetime) -> Callable[[DeviceRecording], bool]:
    """Whether a recording touches the time that was asked for: firmware gives what lies just outside, too."""
    return lambda recording: recording.end_at > start_at and recording.start_at < end_at


def _id(path: str) -> str:
    return f"{_BY_FILE}{path}" if _is_path(path) else _BY_TIME


def _is_path(path: str) -> bool:
    return bool(_PATH.fullmatch(path)) and ".." not in path


def _reason(row: dict[str, str]) -> str:
    words = [value for key, value in row.items() if re.fullmatch(r"(?:Flags|Events)\[\d{1,3}\]", key) and value]
    return ", ".join(dict.fromkeys(words))[:100]


def _written(at: datetime, zone: Zone) -> str:
    return to_local(at, zone).strftime("%Y-%m-%d%%20%H:%M:%S")
