"""Where a camera points, and its presets. Pure."""

from hub.api import ProtocolError, PtzPosition, PtzPreset
from hub_hikvision.tree import Node, child_of, children_of, flag_of, number_of, text_of

SPACE = "hikvision:AbsoluteHigh"
MOST_PRESETS = 1024

_NS = "http://www.isapi.org/ver20/XMLSchema"
_FULL_CIRCLE = 3600
Range = tuple[float, float]


def parse_position(root: Node, ranges: tuple[Range | None, Range | None, Range | None]) -> PtzPosition:
    """`PTZStatus`: degrees, and how many times the picture is magnified. Raises `ProtocolError`.

    The device writes tenths. It does not tell reliably whether it moves.
    """
    at = child_of(root, "AbsoluteHigh")
    pan, tilt, zoom = (number_of(at, name) for name in ("azimuth", "elevation", "absoluteZoom"))
    if pan is None or tilt is None:
        raise ProtocolError("The device does not tell where the camera points.")
    pan_range, tilt_range, zoom_range = ranges
    return PtzPosition(
        pan=pan / 10,
        tilt=tilt / 10,
        zoom=(zoom or 0) / 10,
        space=SPACE,
        pan_range=pan_range,
        tilt_range=tilt_range,
        zoom_range=zoom_range,
        pan_wraps=pan_range is not None and (pan_range[1] - pan_range[0]) * 10 >= _FULL_CIRCLE - 1,
    )


def parse_ranges(root: Node) -> tuple[Range | None, Range | None, Range | None]:
    """`PTZChanelCap` (its spelling): pan, tilt and zoom, each None where it is not told."""
    position = child_of(root, "AbsolutePanTiltPositionSpace")
    zoom = child_of(root, "AbsoluteZoomPositionSpace")
    return _range(position, "XRange"), _range(position, "YRange"), _range(zoom, "ZRange")


def parse_presets(root: Node) -> tuple[PtzPreset, ...]:
    """`PTZPresetList`, without those that are not set."""
    made: dict[int, PtzPreset] = {}
    for node in children_of(root, "PTZPreset"):
        number = number_of(node, "id")
        if number is not None and 0 < number < 100_000 and flag_of(node, "enabled") is not False:
            made[number] = PtzPreset(id=str(number), name=text_of(node, "presetName")[:200])
    if len(made) > MOST_PRESETS:
        raise ProtocolError(f"The device tells of more than {MOST_PRESETS} presets.")
    return tuple(made.values())


def write_position(position: PtzPosition) -> bytes:
    """`PTZData` for `/absolute`."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><PTZData version="2.0" xmlns="{_NS}"><AbsoluteHigh>'
        f"<elevation>{round(position.tilt * 10)}</elevation><azimuth>{round(position.pan * 10)}</azimuth>"
        f"<absoluteZoom>{round(position.zoom * 10)}</absoluteZoom></AbsoluteHigh></PTZData>"
    ).encode()


def _range(node: Node | None, name: str) -> Range | None:
    least, most = number_of(node, f"{name}/Min"), number_of(node, f"{name}/Max")
    return (least / 10, most / 10) if least is not None and most is not None and least < most else None
