"""Where steered cameras stand against their home preset.

state       means                                            leaves by
unknown     nobody has sent it home yet                      sent home → home
home        it stands where its home preset is               stands elsewhere → strayed
strayed     it stands still elsewhere                        stands there again, or the place is approved → home
"""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from hub.core.deeds import CameraTurned
from hub.core.event import Record
from hub.core.homes.events import CameraHome, CameraStrayed, HomeEvent, HomeLearned, ReturnFailed, ReturnOrdered
from hub.core.homes.position import Position

TRANSITIONS: tuple[tuple[str, str, str], ...] = (
    ("[*]", "home.learned", "home"),
    ("home", "home.learned", "home"),
    ("home", "camera.strayed", "strayed"),
    ("strayed", "camera.strayed", "strayed"),
    ("strayed", "camera.home", "home"),
    ("strayed", "home.learned", "home"),
)


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """One camera's home preset."""

    preset: str
    position: Position
    learned_at: datetime
    strayed: Position | None = None
    """Where it stands instead; None: it is there, or is on its way."""
    strayed_at: datetime | None = None


class Homes(msgspec.Struct, frozen=True, kw_only=True):
    """By camera. `returning`: those that were sent home, with the preset, until it is known what came of it."""

    cameras: dict[str, Home] = {}
    returning: dict[str, str] = {}


def follow(homes: Homes, record: Record, event: HomeEvent | CameraTurned) -> Homes:
    """What stands after one more record. Whatever turned it: a camera that was turned is no longer on its way home."""
    known = homes.cameras.get(event.camera)
    match event:
        case ReturnOrdered():
            return replace(homes, returning={**homes.returning, event.camera: event.preset})
        case ReturnFailed() | CameraTurned():
            return _arrived(homes, event.camera)
        case HomeLearned():
            home = Home(preset=event.preset, position=event.position, learned_at=record.seen_at)
            return _with(homes, event.camera, home)
        case CameraStrayed() if known is not None:
            return _with(homes, event.camera, replace(known, strayed=event.position, strayed_at=event.since_at))
        case CameraHome() if known is not None:
            return _with(homes, event.camera, replace(known, strayed=None, strayed_at=None))
    return homes


def _arrived(homes: Homes, camera: str) -> Homes:
    if camera not in homes.returning:
        return homes
    return replace(homes, returning={name: preset for name, preset in homes.returning.items() if name != camera})


def _with(homes: Homes, camera: str, home: Home) -> Homes:
    return replace(homes, cameras={**homes.cameras, camera: home})
