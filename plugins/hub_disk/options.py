"""What hub.toml says: `[[storages]]` with `via = "disk"`."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class DiskOptions(BaseModel):
    """`{ id = "nas", via = "disk", path = "/srv/nas/watchroom" }`"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path = Field(
        title="Folder", description="Where the recordings go: a folder of their own on the disk or share."
    )
    mounted: bool = Field(
        default=True,
        title="Mounted",
        description="It lies on another file system than the hub's data; while it does not, the disk or share is not "
        "mounted and nothing is written. `false` for a folder on the same file system.",
    )
    min_free_gb: float = Field(
        default=5.0,
        title="Room to leave",
        description="What must stay free there, in GB (10⁹ bytes); with less it counts as full.",
        ge=0,
        le=1e6,
        allow_inf_nan=False,
    )
