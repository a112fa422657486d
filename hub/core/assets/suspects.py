"""Which link of the chain is likely the one that is down, when many things behind it are lost together."""

import msgspec

from hub.core.assets.register import children, register
from hub.core.event import wire_name
from hub.core.findings import AccessRefused, SignalLost
from hub.core.state import State

LEAST = 2
"""So many cameras behind a link must be lost before it is suspected."""

_LOST = frozenset({wire_name(SignalLost), wire_name(AccessRefused)})


class Suspect(msgspec.Struct, frozen=True, kw_only=True):
    """A link behind which every camera is lost. `cameras` are those; `behind` counts the links between."""

    asset: str
    cameras: list[str]
    behind: list[str] = []
    """Links further down that this one explains as well."""


def suspects(state: State) -> list[Suspect]:
    """The links behind which all cameras, two at least, are lost: of links in a row the one nearest to the cameras
    that explains all of them. What is behind one camera only is not told apart from the camera."""
    assets = register(state)
    below = children(assets)
    lost = {camera.id for camera in state.cameras.values() if _LOST & camera.findings.keys()}
    found: dict[str, list[str]] = {}
    for asset in assets.values():
        if asset.kind == "camera" or asset.retired is not None:
            continue
        cameras = _cameras_below(asset.id, below, {camera.id for camera in state.site.cameras})
        if len(cameras) >= LEAST and lost.issuperset(cameras):
            found[asset.id] = sorted(cameras)
    return [
        Suspect(asset=name, cameras=cameras, behind=_behind(name, below, found))
        for name, cameras in sorted(found.items())
        if not _explained(name, cameras, found, below)
    ]


def _explained(name: str, cameras: list[str], found: dict[str, list[str]], below: dict[str, list[str]]) -> bool:
    """A link further down has all these cameras, or one further up has these and more."""
    down = _all_below(name, below)
    if any(found[other] == cameras for other in found if other in down):
        return True
    return any(name in _all_below(other, below) and len(theirs) > len(cameras) for other, theirs in found.items())


def _behind(name: str, below: dict[str, list[str]], found: dict[str, list[str]]) -> list[str]:
    return sorted(other for other in _all_below(name, below) if other in found)


def _cameras_below(name: str, below: dict[str, list[str]], cameras: set[str]) -> set[str]:
    return _all_below(name, below) & cameras


def _all_below(name: str, below: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for child in below.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found
