"""The settings of a device: what is compared, and how a change is written. Pure.

Theory: the device's own `table.Name[0].Key=value` is already flat and stable, so a setting is named
`Name/[0].Key`, with the value as the device writes it; left out is what changes by itself, and what is secret.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote

from hub.api import Unsupported
from hub_dahua.parse_table import Table, flag

SECTIONS = (
    *("General", "NTP", "Locales", "Network", "RTSP", "UserGlobal", "StorageGroup", "RecordMode"),
    *("MotionDetect", "BlindDetect", "LossDetect", "VideoAbnormalDetection", "StorageNotExist", "StorageFailure"),
    *("StorageLowSpace", "NetAbort", "IPConflict", "ChannelTitle", "VideoInOptions", "VideoColor", "Encode"),
    *("VideoWidget", "Record"),
)
"""The largest last: a recorder with many channels may not fit whole."""
_BY_HAND = ("Network", "RTSP", "UserGlobal")
"""Changing these over the network can lock everybody out."""
MOST_SETTINGS = 20_000
_SECRET = re.compile(r"(?i)passw|pwd|secret|psk|token|community|salt|credential|privatekey|authkey|encryptkey")
_VOLATILE = re.compile(r"Locales\.DST(?:Start|End)\.Year|.*\.(?:UTC|CurrentTime|UpTime|LastTime)")
_LEASED = re.compile(r"(Network\.[^.]+)\.(?:IPAddress|SubnetMask|DefaultGateway|DnsServers\[\d+\])")
_NAME = re.compile(r"[A-Za-z0-9_.\[\]-]{1,300}")
_LONGEST_VALUE = 500
_LONGEST_QUERY = 1500
"""Characters of one order; old firmware cuts addresses at 2,048."""


def parse_settings(section: str, table: Table) -> dict[str, str]:
    """The settings of one section, named for the hub."""
    start = f"table.{section}"
    own = {key.removeprefix("table."): value for key, value in table.items() if _is_of(key, start)}
    leased = {
        match[1] for key, value in own.items() if (match := re.fullmatch(r"(.+)\.DhcpEnable", key)) and flag(value)
    }
    return {
        _named(section, key): value
        for key, value in own.items()
        if not _SECRET.search(key) and not _VOLATILE.fullmatch(key) and not _is_leased(key, leased)
    }


def joined(sections: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """All settings, sorted. A section that would go over the limit is left out as a whole, so that the same device
    always gives the same set."""
    whole: dict[str, str] = {}
    for settings in sections.values():
        if len(whole) + len(settings) <= MOST_SETTINGS:
            whole |= settings
    return dict(sorted(whole.items()))


def sections_of(changes: Mapping[str, str]) -> tuple[str, ...]:
    """The sections that changes are about. Raises `Unsupported` for what is set by hand only."""
    wanted = dict.fromkeys(name.partition("/")[0] for name in changes)
    for section in wanted:
        if section not in SECTIONS:
            raise Unsupported(f"{section[:60]!r} is not a section of this device's settings.")
        if section in _BY_HAND:
            raise Unsupported(
                f"Settings of {section} are not changed from here: a slip would lock everybody out.",
                hint="Change them on the device's own page.",
            )
    return tuple(wanted)


def change_queries(changes: Mapping[str, str], present: Mapping[str, str]) -> tuple[str, ...]:
    """The orders that carry out the changes, several in each. Raises `Unsupported` for a setting that the device does
    not have (`present`), or a value that cannot be written."""
    queries: list[str] = []
    for name, value in sorted(changes.items()):
        if name not in present:
            raise Unsupported(f"The device has no setting {name[:100]!r}.")
        order = f"&{device_name(name)}={_written(name, value)}"
        if queries and len(queries[-1]) + len(order) <= _LONGEST_QUERY:
            queries[-1] += order
        else:
            queries.append(f"action=setConfig{order}")
    return tuple(queries)


def device_name(name: str) -> str:
    """What the device calls a setting.

    >>> device_name("Encode/[0].MainFormat[0].Video.FPS"), device_name("NTP/Address")
    ('Encode[0].MainFormat[0].Video.FPS', 'NTP.Address')
    """
    section, _, rest = name.partition("/")
    written = f"{section}{rest}" if rest.startswith("[") else f"{section}.{rest}"
    if not _NAME.fullmatch(written):
        raise Unsupported(f"The setting {name[:100]!r} cannot be written from here.")
    return written


def _named(section: str, key: str) -> str:
    return f"{section}/{key.removeprefix(section).removeprefix('.')}"


def _is_of(key: str, start: str) -> bool:
    return key.startswith(start) and key[len(start) : len(start) + 1] in (".", "[")


def _is_leased(key: str, leased: set[str]) -> bool:
    return (match := _LEASED.fullmatch(key)) is not None and match[1] in leased


def _written(name: str, value: str) -> str:
    if len(value) > _LONGEST_VALUE or not (value.isprintable() or not value):
        raise Unsupported(f"The value for {name[:100]!r} is too long, or holds signs that cannot be written.")
    return quote(value, safe=":/,.*-_()[]")
