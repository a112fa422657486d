"""How whole the archives are (一机一档率): filled required fields by required fields. Retired assets do not count."""

from collections.abc import Iterable, Mapping

import msgspec

from hub.core.assets.fields import REQUIRED
from hub.core.assets.model import Asset
from hub.core.state import CameraState


class Completeness(msgspec.Struct, frozen=True, kw_only=True):
    """Of some assets: how many there are, how many are whole, and how many required fields are filled of how many."""

    assets: int = 0
    whole: int = 0
    filled: int = 0
    required: int = 0

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where nothing is required."""
        return self.filled / self.required if self.required else None


def missing(asset: Asset, camera: CameraState | None = None) -> list[str]:
    """The required fields of the asset that say nothing; `camera` is what the watch has of it."""
    return [name for name in REQUIRED[asset.kind] if not _said(asset, name, camera)]


def completeness(assets: Iterable[Asset], cameras: Mapping[str, CameraState]) -> Completeness:
    """Of these assets together."""
    number = whole = filled = required = 0
    for asset in assets:
        if asset.retired is not None:
            continue
        wanted, lacking = len(REQUIRED[asset.kind]), len(missing(asset, cameras.get(asset.id)))
        number += 1
        whole += not lacking
        required += wanted
        filled += wanted - lacking
    return Completeness(assets=number, whole=whole, filled=filled, required=required)


def by_department(assets: Iterable[Asset], cameras: Mapping[str, CameraState]) -> dict[str, Completeness]:
    """Of each department's assets; those of none under the empty name."""
    groups: dict[str, list[Asset]] = {}
    for asset in assets:
        if asset.retired is None:
            groups.setdefault(asset.values.get("department", ""), []).append(asset)
    return {name: completeness(group, cameras) for name, group in sorted(groups.items())}


def _said(asset: Asset, name: str, camera: CameraState | None) -> bool:
    match name:
        case "photo":
            return any(file.sort == "photo" for file in asset.files)
        case "reference":
            return camera is not None and any(view.state == "approved" for view in camera.references.values())
        case "commissioned":
            return bool(asset.values.get(name)) or asset.commissioned_at is not None
        case _:
            return bool(asset.values.get(name))
