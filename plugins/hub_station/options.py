"""What hub.toml says of a device with `driver = "station"`."""

from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Part = Literal["packages", "autostart", "units", "cron", "programs", "python", "hub"]


class StationOptions(BaseModel):
    """Which computer, and what of it is compared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    root: Path = Field(
        default=Path("/"),
        title="Root",
        description="Where the computer's files are: another folder when the hub runs in a container that has them "
        "mounted, like `/host`.",
    )
    compare: list[Part] = Field(
        default=list(get_args(Part)),
        title="Compare",
        description="Which parts are compared; all of them.",
        min_length=1,
    )
    versions: bool = Field(
        default=True,
        title="Versions",
        description="Whether another version of a package is a change; `false` where updates come by themselves.",
    )
