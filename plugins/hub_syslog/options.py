"""What hub.toml says: `[plugins.syslog]`."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Transport = Literal["tls", "tcp", "udp"]
Facility = Literal[
    "auth", "authpriv", "audit", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"
]

FACILITIES: Mapping[Facility, int] = {
    "auth": 4,
    "authpriv": 10,
    "audit": 13,
    "local0": 16,
    "local1": 17,
    "local2": 18,
    "local3": 19,
    "local4": 20,
    "local5": 21,
    "local6": 22,
    "local7": 23,
}
"""Numbers of RFC 5424, section 6.2.1."""
_PORTS: Mapping[Transport, int] = {"tls": 6514, "tcp": 514, "udp": 514}
_PRINTABLE = re.compile(r"[\x21-\x7e]+")


def _printable(text: str) -> str:
    if text and not _PRINTABLE.fullmatch(text):
        raise ValueError("only letters, digits and marks without spaces, as RFC 5424 has it")
    return text


class SyslogOptions(BaseModel):
    """The table `[plugins.syslog]`: the log server, and what it is sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(title="Log server", description="Name or address.", min_length=1, max_length=253)
    port: int = Field(default=0, title="Port", description="0: 6514, or 514 without TLS.", ge=0, le=65535)
    transport: Transport = Field(
        default="tls",
        title="Transport",
        description="`tls` (RFC 5425), `tcp` (RFC 6587, octets counted), or `udp` (RFC 5426: losses go unseen).",
    )
    ca: Path | None = Field(
        default=None,
        title="Certificate authority",
        description="A PEM file, relative to the site's folder: trust servers that it vouches for, and no others.",
    )
    certificate: Path | None = Field(
        default=None,
        title="Own certificate",
        description="A PEM file with certificate and key, for servers that ask who sends.",
    )
    format: Literal["rfc5424", "cef"] = Field(
        default="rfc5424", title="Format", description="`rfc5424`: structured data and JSON; `cef`: for a SIEM."
    )
    what: Literal["audit", "everything"] = Field(
        default="audit",
        title="What is sent",
        description="`audit`: what people did, and what befell the hub, its files and its record; `everything`: "
        "findings and alarms too.",
    )
    facility: Facility = Field(default="audit", title="Facility", description="As the server sorts what comes.")
    hostname: Annotated[str, AfterValidator(_printable)] = Field(
        default="", title="Host name", description="Of the sender; empty: the machine's own.", max_length=255
    )
    enterprise: int = Field(
        default=32473,
        title="Enterprise number",
        description="Of your organisation, by IANA; 32473 is the one for examples.",
        ge=1,
        le=2**32 - 1,
    )
    backlog: int = Field(
        default=100_000,
        title="Backlog",
        description="After so many unsent records the oldest are skipped; the server is told which.",
        ge=1_000,
        le=10_000_000,
    )

    @property
    def port_used(self) -> int:
        return self.port or _PORTS[self.transport]

    @model_validator(mode="after")
    def _consistent(self) -> "SyslogOptions":
        if self.transport != "tls" and (self.ca or self.certificate):
            raise ValueError('`ca` and `certificate` go with `transport = "tls"`')
        return self
