"""What hub.toml may say of a Dahua device besides where it is and how to sign in."""

from pydantic import BaseModel, ConfigDict, Field


class DahuaOptions(BaseModel):
    """A camera or a recorder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rtsp_port: int | None = Field(
        default=None,
        title="RTSP port",
        description="Where the streams are, when a router maps the port or the account may not read the device's own "
        "setting; otherwise the device is asked.",
        ge=1,
        le=65535,
    )
