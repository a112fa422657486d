"""What hub.toml says of a Uniview device besides where it is and how to sign in."""

from pydantic import BaseModel, ConfigDict, Field


class UniviewOptions(BaseModel):
    """Most devices need none of these."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rtsp_port: int | None = Field(
        default=None,
        title="RTSP port",
        description="Where the streams are, when a router between translates ports; the device tells otherwise.",
        ge=1,
        le=65535,
    )
