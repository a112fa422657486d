"""What hub.toml says of a device with `driver = "onvif"`."""

from pydantic import BaseModel, ConfigDict, Field


class OnvifOptions(BaseModel):
    """Where its services are, when that is not where they usually are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(
        default="/onvif/device_service",
        title="Path",
        description="The path of the device service.",
        pattern=r"^/[!-~]*$",
        max_length=500,
    )
    rtsp_port: int | None = Field(
        default=None,
        title="RTSP port",
        description="The port of the streams as the hub reaches it, where a router translates ports. "
        "Without it, the one that the device names.",
        ge=1,
        le=65535,
    )
