"""Where a camera points, and turning it."""

import re
from collections.abc import Callable
from typing import TypeVar

from hub.api import DeviceForbidden, DeviceRejected, PtzPosition, PtzPreset, Unsupported
from hub_hikvision.isapi import Isapi
from hub_hikvision.parse_ptz import (
    SPACE,
    Range,
    parse_position,
    parse_presets,
    parse_ranges,
    write_position,
)

OWN = "/ISAPI/PTZCtrl/channels"
PROXIED = "/ISAPI/ContentMgmt/PTZCtrlProxy/channels"
"""Of a recorder's network cameras."""
_T = TypeVar("_T")
_Ranges = tuple[Range | None, Range | None, Range | None]
_UNTOLD: _Ranges = (None, None, None)


def ask_position(isapi: Isapi, channel: int) -> PtzPosition:
    """Raises `Unsupported` for a camera that does not turn."""

    def ask(base: str) -> PtzPosition:
        root = isapi.tree(f"{base}/{channel}/status", "PTZStatus")
        return parse_position(root, _ask_ranges(isapi, f"{base}/{channel}/capabilities"))

    return _either(ask)


def ask_presets(isapi: Isapi, channel: int) -> tuple[PtzPreset, ...]:
    return _either(lambda base: parse_presets(isapi.tree(f"{base}/{channel}/presets", "PTZPresetList")))


def turn_to_preset(isapi: Isapi, channel: int, preset: str) -> None:
    """By id, or by name."""
    number = preset if re.fullmatch(r"[0-9]{1,5}", preset) else _number_of(ask_presets(isapi, channel), preset)
    _either(lambda base: isapi.put(f"{base}/{channel}/presets/{number}/goto"))


def turn_to(isapi: Isapi, channel: int, position: PtzPosition) -> None:
    if position.space not in ("", SPACE):
        raise DeviceRejected(f"A position of the space {position.space!r} means nothing to this device.")
    _either(lambda base: isapi.put(f"{base}/{channel}/absolute", write_position(position)))


def _ask_ranges(isapi: Isapi, path: str) -> _Ranges:
    return isapi.kept(path, parse_ranges, _UNTOLD)


def _number_of(presets: tuple[PtzPreset, ...], name: str) -> str:
    found = next((preset.id for preset in presets if preset.name == name), None)
    if found is None:
        raise DeviceRejected(f"The camera has no preset {name[:60]!r}.", hint="Look at its presets.")
    return found


def _either(ask: Callable[[str], _T]) -> _T:
    """As the device's own camera, or else as one behind it."""
    try:
        return ask(OWN)
    except (Unsupported, DeviceForbidden) as error:
        try:
            return ask(PROXIED)
        except (Unsupported, DeviceForbidden):
            raise error from None
