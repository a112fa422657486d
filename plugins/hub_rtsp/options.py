"""What hub.toml says of a camera with `driver = "rtsp"`."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hub.api import HubError, Secret
from hub_rtsp.parse import parse_address

Transport = Literal["tcp", "udp"]


class RtspOptions(BaseModel):
    """An address, with the credentials in it or beside it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: Secret = Field(
        title="Address",
        description="`rtsp://`, `rtsps://`, `http://` or `https://` (MJPEG). "
        "It may hold `user:password@`, percent-encoded; better, give all of it as `env:NAME` or `file:PATH`.",
    )
    main_url: Secret | None = Field(
        default=None,
        title="Main stream",
        description='Where `recording = { stream = "main" }` finds the main stream, when `url` is another.',
    )
    sub_url: Secret | None = Field(
        default=None, title="Sub stream", description='The same for `recording = { stream = "sub" }`.'
    )
    user: Secret | None = Field(default=None, title="User", description="User name, when it is not in the address.")
    password: Secret | None = Field(default=None, title="Password", description="As it is, without percent-encoding.")
    transport: Transport = Field(
        default="tcp", title="Transport", description="How RTSP carries the pictures; `udp` only where TCP fails."
    )

    tls_fingerprint: str | None = Field(
        default=None,
        title="Certificate",
        description="For `rtsps://` and `https://`: the SHA-256 of the camera's own certificate (64 hexadecimal "
        "digits, with or without colons). This one is trusted and no other.",
        pattern=r"^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$",
    )
    ca_file: str | None = Field(
        default=None,
        title="Authority",
        description="For `rtsps://` and `https://`: a PEM file with the authority that signed the camera's; "
        "relative to the site's folder.",
        min_length=1,
        max_length=1000,
    )

    @model_validator(mode="after")
    def _readable(self) -> "RtspOptions":
        if self.tls_fingerprint is not None and self.ca_file is not None:
            raise ValueError("give `tls_fingerprint` or `ca_file`, not both")
        if self.password is not None and self.user is None:
            raise ValueError("`password` needs `user`")
        user = "user" if self.user is not None else None
        for url in (self.url, self.main_url, self.sub_url):
            if url is None or url.by_reference:
                continue
            try:
                parse_address(url.reveal(), user=user, password=None, transport=self.transport)
            except HubError as error:
                raise ValueError(str(error)) from None
        return self
