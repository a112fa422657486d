"""What hub.toml says: `[plugins.mail]`, and one entry of a route's `send`."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hub.api import Secret

_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
Address = Annotated[str, Field(pattern=rf"^{_WORD}(\.{_WORD})*@{_LABEL}(\.{_LABEL})*$", max_length=254)]
Security = Literal["starttls", "tls", "none"]
_PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}


class MailOptions(BaseModel):
    """The table `[plugins.mail]`: the server that takes the mail."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    host: str = Field(title="Server", description="Name or address of the SMTP server.", min_length=1, max_length=253)
    port: int = Field(default=0, title="Port", description="0: 587, 465 or 25, as `security` says.", ge=0, le=65535)
    security: Security = Field(
        default="starttls",
        title="Security",
        description="`starttls`: encryption is required; `tls`: it begins with the first byte; `none`: in the clear.",
    )
    user: str | None = Field(default=None, title="User", description="Where the server wants one.", max_length=254)
    password: Secret | None = Field(default=None, title="Password", description="`env:NAME` or `file:PATH`.")
    sender: Address = Field(alias="from", title="From", description="The sender's address.")
    ca: Path | None = Field(
        default=None,
        title="Certificate authority",
        description="A PEM file, relative to the site's folder: trust servers that it vouches for, and no others.",
    )

    @property
    def port_used(self) -> int:
        return self.port or _PORTS[self.security]

    @model_validator(mode="after")
    def _consistent(self) -> "MailOptions":
        if (self.user is None) != (self.password is None):
            raise ValueError("`user` and `password` belong together: give both, or neither")
        if self.password is not None and self.security == "none":
            raise ValueError('`security = "none"` would send the password in the clear: use "starttls" or "tls"')
        return self


class MailTarget(BaseModel):
    """`{ via = "mail", to = ["duty@example.com"] }`"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: list[Address] = Field(title="To", description="Addresses.", min_length=1, max_length=50)
