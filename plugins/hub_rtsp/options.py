"""What hub.toml says of a camera with `driver = "rtsp"`, and of one with `driver = "http"`."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hub.api import HubError, Secret, redact
from hub_rtsp.parse import parse_address

Transport = Literal["tcp", "udp"]
_PATH = r"^(/[!-~]*)?$"
"""Sent as it is written, so it holds what may be sent: no space, no letter beyond ASCII."""


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


class HttpOptions(BaseModel):
    """Paths on a camera that speaks HTTP and no vendor's language."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    main: str = Field(
        default="",
        title="Main stream",
        description="Path of the stream, like `/video.mjpg`: MJPEG over HTTP, or over RTSP where `rtsp_port` is given.",
        max_length=1000,
        pattern=_PATH,
    )
    sub: str = Field(
        default="", title="Sub stream", description="The same for a smaller one.", max_length=1000, pattern=_PATH
    )
    snapshot: str = Field(
        default="",
        title="Snapshot",
        description="Path of one picture, like `/snap.jpg`; without it the first picture of the main stream is taken.",
        max_length=1000,
        pattern=_PATH,
    )
    rtsp_port: int | None = Field(
        default=None, title="RTSP port", description="Where `main` and `sub` are RTSP streams.", ge=1, le=65535
    )

    @model_validator(mode="after")
    def _something_to_ask(self) -> "HttpOptions":
        if not self.snapshot and (not self.main or self.rtsp_port is not None):
            raise ValueError("give `snapshot`, or `main` without `rtsp_port`: the hub asks the camera for pictures")
        if self.sub and not self.main:
            raise ValueError("`sub` goes with `main`")
        if any(redact(path) != path for path in (self.main, self.sub, self.snapshot)):
            raise ValueError("a path holds a password: give `user` and `password` of the camera or device instead")
        return self
