"""Pan, tilt and zoom, in the device's own units: degrees, and zoom from 1 to 9999."""

from hub.api import DeviceRejected, PtzPosition, PtzPreset, Unsupported
from hub_axis.parse_text import accept, number, parse_pairs, parse_presets
from hub_axis.vapix import Vapix

_PATH = "/axis-cgi/com/ptz.cgi"
_SPACE = "vapix"


def position(vapix: Vapix, channel: int) -> PtzPosition:
    """Where the view points. An axis that is not there stands at 0."""
    told = _query(vapix, channel, "position")
    pan, tilt, zoom = (number(told.get(axis)) for axis in ("pan", "tilt", "zoom"))
    if pan is None and tilt is None and zoom is None:
        raise Unsupported("This view has no position.")
    limits = _limits(vapix, channel)
    pan_range = _range(limits, "pan")
    return PtzPosition(
        pan=pan or 0.0,
        tilt=tilt or 0.0,
        zoom=zoom or 0.0,
        space=_SPACE,
        pan_range=pan_range,
        tilt_range=_range(limits, "tilt"),
        zoom_range=_range(limits, "zoom"),
        pan_wraps=pan_range is not None and pan_range[1] - pan_range[0] >= 360,
    )


def _query(vapix: Vapix, channel: int, what: str) -> dict[str, str]:
    text = vapix.text(f"{_PATH}?query={what}&camera={channel}")
    try:
        return parse_pairs(text)
    except DeviceRejected as error:
        raise Unsupported(f"This view is not steered: {error.message}") from None


def _limits(vapix: Vapix, channel: int) -> dict[str, str]:
    try:
        return _query(vapix, channel, "limits")
    except Unsupported:
        return {}


def _range(limits: dict[str, str], axis: str) -> tuple[float, float] | None:
    low, high = number(limits.get(f"min{axis}")), number(limits.get(f"max{axis}"))
    return (low, high) if low is not None and high is not None and low < high else None


def presets(vapix: Vapix, channel: int) -> tuple[PtzPreset, ...]:
    return parse_presets(vapix.text(f"{_PATH}?query=presetposcam&camera={channel}"))


def go_to(vapix: Vapix, channel: int, wanted: str) -> None:
    """By number or by name; sent by number, which survives every encoding."""
    known = presets(vapix, channel)
    found = next((one for one in known if one.id == wanted), None) or next(
        (one for one in known if one.name.casefold() == wanted.casefold()), None
    )
    if found is None:
        names = ", ".join(f"{one.id} {one.name}".strip() for one in known[:20]) or "none"
        raise DeviceRejected(f"The view has no preset '{wanted[:100]}'.", hint=f"It has: {names}.")
    accept(vapix.text(f"{_PATH}?gotoserverpresetno={found.id}&camera={channel}"))


def move_to(vapix: Vapix, channel: int, to: PtzPosition) -> None:
    if to.space not in ("", _SPACE):
        raise DeviceRejected(f"'{to.space[:40]}' are not the units of this device.")
    can = vapix.parameters(f"root.PTZ.Support.S{channel}")
    axes = {"pan": to.pan, "tilt": to.tilt, "zoom": to.zoom}
    orders = [
        f"{axis}={value:.4f}" if axis != "zoom" else f"zoom={round(value)}"
        for axis, value in axes.items()
        if can.get(f"PTZ.Support.S{channel}.Absolute{axis.title()}", "false").lower() == "true"
    ]
    if not orders:
        raise Unsupported("This view goes to presets only.")
    accept(vapix.text(f"{_PATH}?{'&'.join(orders)}&camera={channel}"))
