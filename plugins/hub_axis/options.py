"""What hub.toml says of a device with `driver = "axis"` besides where it is."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class AxisOptions(BaseModel):
    """Which streams to take; all of it has defaults that fit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    codec: Literal["h264", "h265", "jpeg"] | None = Field(
        default=None,
        title="Codec",
        description="Of the streams; without it H.264 where the device has it. A stream profile may say otherwise.",
    )
    main_profile: str = Field(
        default="",
        title="Main stream profile",
        description="Name of the device's own stream profile for the main stream; empty: the view as it is set.",
        max_length=200,
        pattern=r"^[^\x00-\x1f\x7f]*$",
    )
    sub_profile: str = Field(
        default="",
        title="Sub stream profile",
        description="The same for the sub stream; empty: the same view, at most 800 points wide.",
        max_length=200,
        pattern=r"^[^\x00-\x1f\x7f]*$",
    )
    rtsp_port: int | None = Field(
        default=None,
        title="RTSP port",
        description="Where another one must be used than the device says, behind a router that translates.",
        ge=1,
        le=65535,
    )
