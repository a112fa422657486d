"""VAPIX's answers in XML: disks and recordings. Pure; raises nothing but kinds of `DeviceError`."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from lxml import etree

from hub.api import DeviceRecording, DeviceRejected, ProtocolError, Unsupported, Volume, redact
from hub_axis.parse_json import parse_instant

_FORBIDDEN = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MOST_DISKS = 64
_SAFE = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
_WRONG_VALUE = frozenset({"20", "110", "120", "130", "140", "150", "160"})
_CANNOT = frozenset({"40", "170", "180"})

VolumeState = Literal["ok", "full", "absent", "unformatted", "formatting", "degraded", "failed", "unknown"]
_STATES: dict[str, VolumeState] = {
    "ok": "ok",
    "connected": "ok",
    "mounted": "ok",
    "formatting": "formatting",
    "unformatted": "unformatted",
    "checking": "degraded",
    "repairing": "degraded",
    "unmounted": "failed",
    "failed": "failed",
    "error": "failed",
}
_CHINESE = {
    "disconnected": "已断开",
    "read-only": "只读",
    "locked": "已锁定",
    "no state told": "未报告状态",
    "checking": "正在检查",
    "repairing": "正在修复",
    "unmounted": "未挂载",
    "failed": "故障",
    "error": "出错",
}
"""What is told of a disk."""


def parse_tree(body: bytes) -> etree._Element:
    """The root of an XML answer, without following anything that it names. Raises `ProtocolError`."""
    if _FORBIDDEN.search(body) or body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ProtocolError("The device's answer declares entities, which is not accepted.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise ProtocolError("The device's answer is not well-formed XML.") from None
    return root


def elements(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """All elements of this name, at any depth, in any namespace."""
    yield from root.iterfind(f".//{{*}}{name}")


def attributes(element: etree._Element) -> dict[str, str]:
    """Names in small letters: devices differ."""
    return {etree.QName(str(key)).localname.lower(): str(value)[:500] for key, value in element.attrib.items()}


def parse_volumes(body: bytes) -> tuple[Volume, ...]:
    """What `disks/list.cgi` gives. Sizes there are in units of 1,024 bytes."""
    root = parse_tree(body)
    if root.find(".//{*}disks") is None and root.find(".//{*}disk") is None:
        raise ProtocolError("The device's list of disks cannot be read.")
    disks = [attributes(disk) for _, disk in zip(range(_MOST_DISKS), elements(root, "disk"), strict=False)]
    volumes = tuple(_volume(disk) for disk in disks)
    if len({volume.id for volume in volumes}) < len(volumes):
        raise ProtocolError("The device lists a disk twice.")
    return volumes


def _volume(disk: dict[str, str]) -> Volume:
    size, free = _bytes(disk.get("totalsize")), _bytes(disk.get("freesize"))
    if size is not None and free is not None and free > size:
        free = None
    state, detail = _state(disk, size)
    known = state not in ("absent", "unknown")
    return Volume(
        id=disk.get("diskid", "")[:100] or "disk",
        state=state,
        size_bytes=size if known else None,
        free_bytes=free if known else None,
        detail=detail,
        detail_zh=_CHINESE.get(detail, ""),
    )


def _state(disk: dict[str, str], size: int | None) -> tuple[VolumeState, str]:
    word = disk.get("status", "").strip().lower()
    if word == "disconnected":
        # An empty slot and a share that nobody set up say the same; a share with a name is one that is missed.
        is_share = disk.get("filesystem", "").lower() == "cifs" or disk.get("diskid", "").startswith("NetworkShare")
        missed = bool(size) or (is_share and bool(disk.get("name", "").strip()))
        return ("failed", "disconnected") if missed else ("absent", "")
    state = _STATES.get(word)
    if state is None:
        return "unknown", word[:100] or "no state told"
    if state == "ok" and _is(disk, "readonly"):
        return "failed", "read-only"
    if state == "ok" and _is(disk, "locked"):
        return "failed", "locked"
    if state == "ok" and _is(disk, "full") and disk.get("cleanuppolicy", "").lower() != "fifo":
        return "full", ""
    return state, "" if state == "ok" else word


def _is(disk: dict[str, str], name: str) -> bool:
    return disk.get(name, "").strip().lower() in ("yes", "true", "1")


def _bytes(text: str | None) -> int | None:
    return int(text) * 1024 if text is not None and text.isascii() and text.isdigit() and len(text) < 16 else None


class Listed(DeviceRecording, frozen=True, kw_only=True):
    """A recording as the device lists it."""

    running: bool


def parse_recordings(body: bytes, now: datetime) -> tuple[Listed, ...]:
    """What `record/list.cgi` gives; one that still runs ends `now`. `source` is missing where there is one source."""
    root = parse_tree(body)
    if root.find(".//{*}recordings") is None:
        raise export_refusal(root) or ProtocolError("The device's list of recordings cannot be read.")
    return tuple(_recording(attributes(one), now) for one in elements(root, "recording"))


def _recording(one: dict[str, str], now: datetime) -> Listed:
    disk, name = one.get("diskid", ""), one.get("recordingid", "")
    if not _SAFE.fullmatch(disk) or not _SAFE.fullmatch(name):
        raise ProtocolError("The device lists a recording without a name.")
    start = parse_instant(one.get("starttime", ""))
    running = one.get("recordingstatus", "").lower() == "recording"
    stop = one.get("stoptime", "")
    source = one.get("source", "")
    return Listed(
        id=f"{disk}/{name}",
        channel=int(source) if re.fullmatch(r"[0-9]{1,6}", source) and 0 < int(source) <= 64 else 1,
        start_at=start,
        end_at=max(start, parse_instant(stop) if stop else now),
        reason=(one.get("eventid", "") or one.get("recordingtype", ""))[:100],
        running=running,
    )


def parse_recording_id(text: str) -> tuple[str, str]:
    """Disk and name, of the id that a recording was listed with. Raises `DeviceRejected`."""
    disk, _, name = text.partition("/")
    if not _SAFE.fullmatch(disk) or not _SAFE.fullmatch(name):
        raise DeviceRejected("This is no recording of an Axis device.", hint="Search for it again.")
    return disk, name


def export_refusal(root: etree._Element) -> Exception | None:
    """What a `GeneralError` means."""
    if root.find(".//{*}GeneralError") is None and etree.QName(root).localname != "GeneralError":
        return None
    code = (root.findtext(".//{*}ErrorCode") or "").strip()[:10]
    words = redact(" ".join((root.findtext(".//{*}ErrorDescription") or "").split()))[:200] or "no reason given"
    if code in _CANNOT:
        return Unsupported(f"The device cannot do this: {words} ({code}).")
    if code in _WRONG_VALUE:
        return DeviceRejected(f"The device refused: {words} ({code}).", hint="Search for the recording again.")
    return ProtocolError(f"The device reports a fault of its own: {words} ({code}).")
