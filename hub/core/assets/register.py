"""The register as people see it: what was entered, and every camera of hub.toml, whether anybody entered it or not."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from hub.core.assets.fields import OF_SITE, Places
from hub.core.assets.model import Asset
from hub.core.site import Camera
from hub.core.state import State


def register(state: State) -> dict[str, Asset]:
    """Every asset by id: the cameras as in hub.toml first, then the others as they were entered."""
    entered = state.assets.by_id
    found = {camera.id: _with_site(entered.get(camera.id), camera, state) for camera in state.site.cameras}
    return {**found, **{key: asset for key, asset in entered.items() if key not in found}}


def asset_of(state: State, name: str) -> Asset | None:
    """The asset of this name, however its letters are written; None when there is none."""
    key = state.assets.folded.get(name.casefold(), name)
    camera = state.site.camera(key) or state.site.camera(name.casefold())
    if camera is not None:
        return _with_site(state.assets.by_id.get(camera.id), camera, state)
    return state.assets.by_id.get(key)


def places_of(state: State, assets: Mapping[str, Asset] | None = None) -> Places:
    """What values of the register may name."""
    known = register(state) if assets is None else assets
    return Places(
        areas=frozenset(area.id for area in state.site.areas),
        departments=frozenset(department.id for department in state.site.departments),
        assets={key.casefold(): key for key in known},
        cameras=frozenset(camera.id for camera in state.site.cameras),
    )


def chain(assets: Mapping[str, Asset], name: str) -> list[str]:
    """What an asset hangs on, one after the other, up to the end or to where it would come round again.

    >>> switch, ups = (Asset(id="SW-3", kind="switch", values={"parent": "UPS-1"}), Asset(id="UPS-1", kind="ups"))
    >>> chain({"SW-3": switch, "UPS-1": ups}, "SW-3")
    ['UPS-1']
    """
    found: list[str] = []
    at = assets[name].parent if name in assets else ""
    while at and at not in found and at != name:
        found.append(at)
        at = assets[at].parent if at in assets else ""
    return found


def in_a_circle(assets: Mapping[str, Asset], names: Iterable[str]) -> list[str]:
    """Those of `names` that hang, in the end, on themselves."""
    found = []
    for name in names:
        links = chain(assets, name)
        end = assets[links[-1]].parent if links and links[-1] in assets else ""
        if (assets[name].parent == name) or (links and end == name):
            found.append(name)
    return found


def children(assets: Mapping[str, Asset]) -> dict[str, list[str]]:
    """What hangs directly on each asset."""
    found: dict[str, list[str]] = {}
    for asset in assets.values():
        if asset.parent and asset.retired is None:
            found.setdefault(asset.parent, []).append(asset.id)
    return found


def _with_site(asset: Asset | None, camera: Camera, state: State) -> Asset:
    """What hub.toml says of a camera is said nowhere else."""
    said = {"name": camera.name.in_("en"), "area": camera.area, "domain": camera.domain}
    area = state.site.area(camera.area)
    if area is not None and area.department:
        said["department"] = area.department
    known = asset or Asset(id=camera.id, kind="camera")
    own = {name: value for name, value in known.values.items() if name not in OF_SITE}
    return replace(known, kind="camera", values={**said, **own})
