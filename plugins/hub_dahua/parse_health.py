"""Disks, recording and the time since the start, from the device's answers. Pure."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from hub.api import ProtocolError, Reading, Volume
from hub_dahua.parse_table import Table, flag, number, rows, text_of

State = Literal["ok", "full", "absent", "unformatted", "formatting", "degraded", "failed", "unknown"]

_MOST_CHANNELS = 1024
_MEGABYTES_BELOW = 256 * 1024 * 1024
"""A size below this is in megabytes: no disk has less than 256 MiB, and none 256 TB."""
_MB = 1024 * 1024
_LARGEST = 1 << 60
_FULL_BELOW = 0.005
"""Share of free space below which a disk that is not overwritten takes no more."""
_STATES: dict[State, tuple[str, ...]] = {
    "ok": ("success", "normal", "ok", "running", "active", "good", "sleep", "sleeping", "idle"),
    "failed": ("failure", "failed", "fail", "error", "abnormal", "bad", "inactive", "broken"),
    "degraded": (
        "degraded",
        "degrade",
        "rebuilding",
        "building",
        "recovering",
        "recovery",
        "warning",
        "syncing",
        "readonly",
    ),
    "formatting": ("formatting", "formating", "initializing", "initialising", "initing"),
    "unformatted": ("unformatted", "notformat", "unformat", "uninitialized", "notinitialized"),
    "absent": ("notexist", "none", "removed", "absent", "nodisk", "empty"),
}
_WORSE: tuple[State, ...] = ("failed", "degraded")
_UPTIME_KEYS = ("up", "uptime", "last", "result")


def parse_volumes(table: Table, *, overwrites: bool | None) -> tuple[Volume, ...]:
    """The disks, cards and arrays. `overwrites`: whether the oldest is overwritten; None: not told.

    Firmware differs: `list.info[0]…` or `list[0]…` or `info[0]…`; bytes, or megabytes. Raises `ProtocolError` where
    no disk is described.
    """
    for prefix in ("list.info", "list", "info"):
        if found := rows(table, prefix):
            volumes = [_volume(n, row, overwrites) for n, row in found.items()]
            ids = Counter(volume.id for volume in volumes)
            return tuple(
                volume if ids[volume.id] == 1 else msgspec.structs.replace(volume, id=f"{volume.id} {n}")
                for n, volume in enumerate(volumes)
            )
    raise ProtocolError("The device describes no disk in a way that is known.")


def parse_overwrites(storage_group: Table) -> bool | None:
    """Whether full disks are overwritten; None where the device does not say."""
    said = [flag(row.get("OverWrite")) for row in rows(storage_group, "table.StorageGroup").values()]
    known = [one for one in said if one is not None]
    return all(known) if known else None


def parse_recording(
    mode: Table, channels: Iterable[int], volumes: tuple[Volume, ...] | None, now: Mapping[int, bool]
) -> dict[int, Reading[bool]]:
    """Whether each channel is being recorded, by its mode and by what is written just now (`now`, where it is told).

    A schedule may be in a pause, or wait for something to move: "automatic" alone says neither yes nor no, and "not
    just now" does not make it a no. Without a volume (a camera without a card) nothing is said at all."""
    there = [volume for volume in volumes or () if volume.state != "absent"]
    if volumes is not None and not there:
        return {}
    dead = bool(there) and all(volume.state in ("failed", "full", "unformatted", "formatting") for volume in there)
    modes = {n + 1: row.get("Mode", "") for n, row in rows(mode, "table.RecordMode").items()}
    return {channel: _recorded(modes[channel], dead, now.get(channel)) for channel in channels if channel in modes}


def parse_recording_now(body: bytes) -> dict[int, bool]:
    """Which channels are being written just now, as newer firmware tells it in JSON. Raises `ProtocolError`."""
    try:
        said = json.loads(text_of(body))
    except (ValueError, RecursionError):
        said = None
    states = said.get("state") if isinstance(said, dict) else None
    if not isinstance(states, list):
        raise ProtocolError("The device does not say in a known way what it is recording.")
    mains = [one.get("Main") if isinstance(one, dict) else None for one in states[:_MOST_CHANNELS]]
    words = [main.get("State") if isinstance(main, dict) else None for main in mains]
    return {n + 1: word == 1 for n, word in enumerate(words) if type(word) is int and word in (0, 1)}


def parse_uptime_s(table: Table) -> float:
    """Seconds since the device started. Raises `ProtocolError`."""
    for key, value in table.items():
        seconds = number(value)
        if key.rpartition(".")[2].lower() in _UPTIME_KEYS and seconds is not None and 0 <= seconds < 1e9:
            return seconds
    raise ProtocolError("The device does not tell since when it has been running.")


def _recorded(mode: str, dead: bool, now: bool | None) -> Reading[bool]:
    if mode == "2" or dead:
        return Reading(status="ok", value=False)
    if mode == "1":
        return Reading(status="ok", value=now is not False)
    if mode == "0" and now:
        return Reading(status="ok", value=True)
    if mode == "0":
        return Reading(detail="recorded by a schedule, which may be in a pause")
    return Reading(detail=f"recording mode {mode[:20]!r} is not known")


def _volume(n: int, row: dict[str, str], overwrites: bool | None) -> Volume:
    parts = rows(row, "Detail")
    told = list(parts.values()) or [row]
    size = _sum(_bytes(_either(part, "Total")) for part in told)
    used = _sum(_bytes(_either(part, "Used"), like=_either(part, "Total")) for part in told)
    free = None
    # What is used may be rounded up to a little more than all; far more is no number to judge by.
    if size is not None and used is not None and used <= size * 1.01:
        free = max(0, size - used)
    word = row.get("State", row.get("Status", ""))
    state = _state(word)
    faulty = [part for part in (*parts.values(), row) if flag(part.get("IsError")) is True]
    locked = [part for part in parts.values() if re.fullmatch(r"(?i)read-?only", part.get("Type", ""))]
    detail, detail_zh = "" if state == "ok" else word, ""
    if faulty and state not in _WORSE:
        state, detail, detail_zh = "failed", "a partition has errors", "有分区出错"
    elif locked and state == "ok":
        state, detail, detail_zh = "degraded", "a partition can only be read", "有分区只读"
    elif state == "ok" and overwrites is False and size and free is not None and free < size * _FULL_BELOW:
        state, detail, detail_zh = "full", "full, and the oldest is not overwritten", "已满且未设置循环覆盖"
    name = row.get("Name") or row.get("Path") or next((part["Path"] for part in parts.values() if part.get("Path")), "")
    return Volume(
        id=name[:100] or str(n),
        state=state,
        size_bytes=size,
        free_bytes=free,
        detail=detail[:100],
        detail_zh=detail_zh,
    )


def _sum(sizes: Iterable[int | None]) -> int | None:
    """None where one of them is not known: a part of a disk says nothing of the whole."""
    known = list(sizes)
    return None if None in known else sum(size for size in known if size is not None)


def _state(word: str) -> State:
    plain = re.sub(r"[^a-z]", "", word.lower())
    return next((state for state, words in _STATES.items() if plain in words), "unknown")


def _either(row: dict[str, str], start: str) -> float | None:
    return next(
        (found for end in ("Bytes", "Space", "Size") if (found := number(row.get(start + end))) is not None), None
    )


def _bytes(value: float | None, *, like: float | None = None) -> int | None:
    """`like`: the size that tells the unit, as what is used may be small in any."""
    if value is None or value < 0:
        return None
    unit = like if like is not None else value
    size = int(value * _MB) if 0 < unit < _MEGABYTES_BELOW else int(value)
    return size if size < _LARGEST else None
