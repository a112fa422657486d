"""Where a steered camera points, and its presets. Pure. Angles are degrees, the zoom is the device's own number."""

from typing import NamedTuple

from hub.api import DeviceRejected, ProtocolError, PtzPosition, PtzPreset, Unsupported
from hub_dahua.parse_table import Table, flag, number, rows, whole

SPACE = "dahua-degrees"
MOST_PRESETS = 1024


class PtzAbilities(NamedTuple):
    """What `getCurrentProtocolCaps` says."""

    pan_range: tuple[float, float] | None
    tilt_range: tuple[float, float] | None
    zoom_range: tuple[float, float] | None


def parse_abilities(table: Table) -> PtzAbilities:
    """Raises `Unsupported` for a camera that answers the question and can neither turn nor zoom."""
    # The maker writes "Tile" for tilt.
    can = [flag(table.get(f"caps.{word}")) for word in ("Pan", "Tile", "Tilt", "Zoom")]
    if not any(key.startswith("caps.") for key in table):
        raise ProtocolError("The device does not say in a known way how it can be steered.")
    if not any(can):
        raise Unsupported("The camera cannot be steered.")
    return PtzAbilities(
        _range(table, "caps.PtzMotionRange.HorizontalAngle[0]", "caps.PtzMotionRange.HorizontalAngle[1]"),
        _range(table, "caps.PtzMotionRange.VerticalAngle[0]", "caps.PtzMotionRange.VerticalAngle[1]"),
        _range(table, "caps.ZoomMin", "caps.ZoomMax"),
    )


def parse_position(table: Table, abilities: PtzAbilities) -> PtzPosition:
    """Raises `ProtocolError` where the three numbers are not there."""
    for word in ("Postion", "Position"):  # The maker's spelling, and what one expects.
        pan, tilt, zoom = (number(table.get(f"status.{word}[{n}]")) for n in range(3))
        if pan is not None and tilt is not None and zoom is not None:
            span = abilities.pan_range
            return PtzPosition(
                pan=pan,
                tilt=tilt,
                zoom=zoom,
                space=SPACE,
                pan_range=span,
                tilt_range=abilities.tilt_range,
                zoom_range=abilities.zoom_range,
                pan_wraps=span is not None and span[1] - span[0] >= 359.0,
                moving=_moving(table),
            )
    raise ProtocolError("The device does not tell where the camera points.")


def parse_presets(table: Table) -> tuple[PtzPreset, ...]:
    """The presets; an answer without any is none."""
    named = {
        index: "".join(sign for sign in row.get("Name", "") if sign.isprintable())[:100]
        for row in list(rows(table, "presets").values())[:MOST_PRESETS]
        if (index := whole(row.get("Index"))) is not None and index >= 0
    }
    return tuple(PtzPreset(id=str(index), name=name) for index, name in named.items())


def find_preset(presets: tuple[PtzPreset, ...], wanted: str) -> PtzPreset:
    """By id, or by name. Raises `DeviceRejected`."""
    for preset in presets:
        if preset.id == wanted:
            return preset
    for preset in presets:
        if preset.name and preset.name.casefold() == wanted.casefold():
            return preset
    known = ", ".join(f"{preset.id} ({preset.name})" if preset.name else preset.id for preset in presets[:12])
    raise DeviceRejected(
        f"The camera has no preset {wanted[:60]!r}.", hint=f"It has: {known}." if known else "It has none."
    )


def goto_query(channel: int, preset: PtzPreset) -> str:
    """The order to turn to a preset."""
    return f"action=start&channel={channel}&code=GotoPreset&arg1=0&arg2={int(preset.id)}&arg3=0"


def move_query(channel: int, position: PtzPosition) -> str:
    """The order to point somewhere. Raises `DeviceRejected` for a position of another kind, or out of range."""
    if position.space != SPACE:
        raise DeviceRejected("That position was not read from a Dahua camera.", hint="Read the position again.")
    axes = (
        ("pan", position.pan, position.pan_range),
        ("tilt", position.tilt, position.tilt_range),
        ("zoom", position.zoom, position.zoom_range),
    )
    for name, value, span in axes:
        if not abs(value) < 1e6 or (span is not None and not span[0] <= value <= span[1]):
            raise DeviceRejected(f"The {name} of {value:g} is out of the camera's range.")
    pan, tilt, zoom = (_plain(value) for _, value, _ in axes)
    return f"action=start&channel={channel}&code=PositionABS&arg1={pan}&arg2={tilt}&arg3={zoom}"


def _moving(table: Table) -> bool | None:
    words = [table.get(f"status.{key}", "").lower() for key in ("MoveStatus", "ZoomStatus")]
    if any(word in ("moving", "zooming") for word in words):
        return True
    return False if words[0] == "idle" else None


def _range(table: Table, low: str, high: str) -> tuple[float, float] | None:
    first, last = number(table.get(low)), number(table.get(high))
    return (min(first, last), max(first, last)) if first is not None and last is not None and first != last else None


def _plain(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".") or "0"
