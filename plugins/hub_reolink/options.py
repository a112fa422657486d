"""What hub.toml may say of a Reolink device besides where it is and how to sign in."""

from pydantic import BaseModel, ConfigDict, Field


class ReolinkOptions(BaseModel):
    """A camera or a recorder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unprotected: bool = Field(
        default=False,
        title="Unprotected",
        description="Sign in without TLS, too: the password itself then goes over the network, where anybody can read "
        "it. Only where the device has no HTTPS and the network is its own.",
    )
    rtsp_port: int | None = Field(
        default=None,
        title="RTSP port",
        description="Where the streams are, when a router maps the port; otherwise the device is asked.",
        ge=1,
        le=65535,
    )
