"""Where a camera points, and its presets. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from hub.api import DeviceRejected, ProtocolError, PtzPosition, PtzPreset, Unsupported
from hub_onvif.tree import Element, children, find, number, parse_number, text

MOST_PRESETS = 1000

_GENERIC_PAN_TILT = "http://www.onvif.org/ver10/tptz/PanTiltSpaces/PositionGenericSpace"
_GENERIC_ZOOM = "http://www.onvif.org/ver10/tptz/ZoomSpaces/PositionGenericSpace"
_OWN = "device"
"""Units that the device has not named and that are outside of the ranges it names."""
_MANY = 32

Range = tuple[float, float]


class Spaces(msgspec.Struct, frozen=True, kw_only=True):
    """The units in which a device can be told where to point: space → range. Empty: it cannot."""

    pan: Mapping[str, Range] = {}
    tilt: Mapping[str, Range] = {}
    zoom: Mapping[str, Range] = {}


def parse_spaces(answer: Element) -> Spaces:
    """From GetConfigurationOptionsResponse of the PTZ service."""
    spaces = find(answer, "PTZConfigurationOptions", "Spaces")
    pan, tilt, zoom = {}, {}, {}
    for each in list(children(spaces, "AbsolutePanTiltPositionSpace"))[:16]:
        name, across, upright = text(each, "URI", limit=300), _range(each, "XRange"), _range(each, "YRange")
        if name and across and upright:
            pan[name], tilt[name] = across, upright
    for each in list(children(spaces, "AbsoluteZoomPositionSpace"))[:16]:
        name, across = text(each, "URI", limit=300), _range(each, "XRange")
        if name and across:
            zoom[name] = across
    return Spaces(pan=pan, tilt=tilt, zoom=zoom)


def _range(element: Element, name: str) -> Range | None:
    low, high = number(element, name, "Min"), number(element, name, "Max")
    return (low, high) if low is not None and high is not None and low < high else None


def parse_status(answer: Element, spaces: Spaces) -> PtzPosition:
    """From GetStatusResponse. Not every device keeps to the ranges it names: such a position has units of its own.

    Raises `Unsupported` where the device tells no position.
    """
    status = find(answer, "PTZStatus")
    if status is None:
        raise ProtocolError("The device's answer about its position holds none.")
    pan_tilt, zoomed = find(status, "Position", "PanTilt"), find(status, "Position", "Zoom")
    pan, tilt = _attribute(pan_tilt, "x"), _attribute(pan_tilt, "y")
    zoom = _attribute(zoomed, "x")
    if (pan is None or tilt is None) and zoom is None:
        raise Unsupported("The device does not tell where it points.")
    turn_space = _space(pan_tilt, spaces.pan, _GENERIC_PAN_TILT)
    zoom_space = _space(zoomed, spaces.zoom, _GENERIC_ZOOM)
    pan_range, tilt_range = spaces.pan.get(turn_space), spaces.tilt.get(turn_space)
    zoom_range = spaces.zoom.get(zoom_space)
    if not (_within(pan, pan_range) and _within(tilt, tilt_range)):
        turn_space, pan_range, tilt_range = _OWN, None, None
    if not _within(zoom, zoom_range):
        zoom_space, zoom_range = _OWN, None
    return PtzPosition(
        pan=pan or 0.0,
        tilt=tilt or 0.0,
        zoom=zoom or 0.0,
        space=f"{turn_space} {zoom_space}",
        pan_range=pan_range,
        tilt_range=tilt_range,
        zoom_range=zoom_range,
        pan_wraps=_goes_round(turn_space, pan_range),
        moving=_moving(status),
    )


def _attribute(element: Element | None, name: str) -> float | None:
    return parse_number(element.get(name, "")) if element is not None else None


def _space(element: Element | None, known: Mapping[str, Range], usual: str) -> str:
    named = element.get("space", "")[:300] if element is not None else ""
    if named:
        return named
    return usual if usual in known or not known else next(iter(known))


def _within(value: float | None, limits: Range | None) -> bool:
    if value is None or limits is None:
        return True
    slack = (limits[1] - limits[0]) * 0.01
    return limits[0] - slack <= value <= limits[1] + slack


def _goes_round(space: str, limits: Range | None) -> bool:
    """In degrees a full turn is known by its range; a normalised range does not say how far the camera turns."""
    return limits is not None and "degrees" in space.lower() and limits[1] - limits[0] >= 359.0


def _moving(status: Element) -> bool | None:
    told = [text(status, "MoveStatus", part, limit=16).upper() for part in ("PanTilt", "Zoom")]
    if "MOVING" in told:
        return True
    return False if "IDLE" in told and not {"UNKNOWN"} & set(told) else None


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """One slot of a device's presets."""

    token: str
    name: str
    used: bool
    """False: nobody has given it a name or a direction, as far as the device shows."""


def parse_presets(answer: Element) -> tuple[Preset, ...]:
    """All slots, from GetPresetsResponse. Some devices have three hundred, nearly all of them empty."""
    found = []
    for each in list(children(answer, "Preset"))[:MOST_PRESETS]:
        token, name = each.get("token", "")[:200], _repaired(text(each, "Name", limit=200))
        if not token:
            continue
        position = find(each, "PTZPosition")
        values = [
            _attribute(find(position, part), axis) for part, axis in (("PanTilt", "x"), ("PanTilt", "y"), ("Zoom", "x"))
        ]
        placed = any(value is not None and value != 0 for value in values)
        found.append(Preset(token=token, name=name, used=placed or name not in ("", token, f"Preset {token}")))
    if len(found) <= _MANY:
        return tuple(msgspec.structs.replace(each, used=True) for each in found)
    return tuple(found)


def _repaired(name: str) -> str:
    """A name whose UTF-8 was taken for Latin-1 on the device, as it was meant.

    >>> _repaired("TÃ¼r")
    'Tür'
    """
    try:
        return name.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return name


def shown_presets(presets: tuple[Preset, ...]) -> tuple[PtzPreset, ...]:
    """Those that are worth showing."""
    return tuple(PtzPreset(id=each.token, name=each.name) for each in presets if each.used)


def find_preset(presets: tuple[Preset, ...], wanted: str) -> Preset:
    """By token, or by name. Raises `DeviceRejected` where it is not there, or the name is of several."""
    by_token = [each for each in presets if each.token == wanted]
    found = by_token or [each for each in presets if each.name == wanted]
    if len(found) == 1:
        return found[0]
    raise DeviceRejected(
        f"The device has {'several presets' if found else 'no preset'} named {wanted[:80]}.",
        hint="Give the preset by its id.",
    )


def build_position(position: PtzPosition, spaces: Spaces) -> dict[str, Any]:
    """The argument of AbsoluteMove. Raises `Unsupported` where the device cannot be told positions in these units,
    `DeviceRejected` where they are out of its range."""
    if not spaces.pan and not spaces.zoom:
        raise Unsupported("The device turns to presets only.")
    turn_space, _, zoom_space = position.space.partition(" ")
    wanted: dict[str, Any] = {}
    if turn_space in spaces.pan:
        _check(position.pan, spaces.pan[turn_space], "pan")
        _check(position.tilt, spaces.tilt[turn_space], "tilt")
        wanted["PanTilt"] = {"x": position.pan, "y": position.tilt, "space": turn_space}
    if zoom_space in spaces.zoom:
        _check(position.zoom, spaces.zoom[zoom_space], "zoom")
        wanted["Zoom"] = {"x": position.zoom, "space": zoom_space}
    if not wanted or (spaces.pan and "PanTilt" not in wanted) or (spaces.zoom and "Zoom" not in wanted):
        raise Unsupported(
            "The device tells its position in units of its own, in which it cannot be told where to turn.",
            hint="Use a preset.",
        )
    return wanted


def _check(value: float, limits: Range, what: str) -> None:
    if not limits[0] <= value <= limits[1]:
        raise DeviceRejected(f"The {what} {value:g} is outside of the device's range, {limits[0]:g} to {limits[1]:g}.")
