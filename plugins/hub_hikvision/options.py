"""What hub.toml says of a Hikvision device besides where it is and how to sign in."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class HikvisionOptions(BaseModel):
    """Most devices need none of these."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rtsp_port: int | None = Field(
        default=None,
        title="RTSP port",
        description="Where the streams are, when a router between translates ports; the device tells otherwise.",
        ge=1,
        le=65535,
    )
    footage_times: Literal["utc", "device"] = Field(
        default="utc",
        title="Times of footage",
        description="What the device means by times ending in Z when footage is searched: UTC, as the standard says, "
        "or its own local time, as some recorders do.",
    )
