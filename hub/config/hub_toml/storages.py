"""What hub.toml says of storages, and of what is moved to them."""

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from hub.config.problems import Problem, suggestion
from hub.config.tables import Domain, Id, OpenTable, Table
from hub.config.toml import Document
from hub.core.saying import saying


class StorageTable(OpenTable):
    """A place to which recordings are moved when they are old enough. Further keys are those of its kind."""

    id: Id = Field(title="Id", description="Name that `[[recording.tiers]]` and messages use.")
    via: Id = Field(title="Kind", description="`disk`: a folder on another disk or share; `s3`; or of another plugin.")


class TierTable(Table):
    """From an age on, recordings belong into a storage: they are moved there, and read from there."""

    storage: Id = Field(title="Storage", description="Id of the storage.")
    after_days: float = Field(
        title="After days",
        description="Days after which they are moved; 0: as soon as they are sealed.",
        ge=0,
        le=3660,
        allow_inf_nan=False,
    )
    cameras: list[Id] = Field(
        default=[], title="Cameras", description="Ids of the cameras; without them, all.", max_length=5000
    )
    domains: list[Domain] = Field(
        default=[], title="Domains", description="Only the cameras of these domains.", max_length=2
    )


def check_tiers(document: Document) -> Iterator[Problem]:
    """Tiers that name a storage or a camera that is not there. Works on the raw data."""
    recording = document.data.get("recording")
    tiers = recording.get("tiers") if isinstance(recording, dict) else None
    known = {kind: _ids(document.data.get(kind)) for kind in ("storages", "cameras")}
    for index, tier in enumerate(tiers if isinstance(tiers, list) else ()):
        if not isinstance(tier, dict):
            continue
        path = ("recording", "tiers", index)
        storage, cameras = tier.get("storage"), tier.get("cameras")
        if isinstance(storage, str) and storage not in known["storages"]:
            hint = suggestion(storage, known["storages"], of=saying("storages"))
            yield document.problem((*path, "storage"), saying("there is no storage {name!r}", name=storage[:63]), hint)
        for number, camera in enumerate(cameras if isinstance(cameras, list) else ()):
            if isinstance(camera, str) and camera not in known["cameras"]:
                hint = suggestion(camera, known["cameras"], of=saying("cameras"))
                yield document.problem(
                    (*path, "cameras", number), saying("there is no camera {name!r}", name=camera[:63]), hint
                )


def _ids(items: Any) -> list[str]:
    found = [item.get("id") for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return [name for name in found if isinstance(name, str)]
