"""What hub.toml says: `[plugins.webhook]`, and one entry of a route's `send`."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from hub.api import Secret


class WebhookOptions(BaseModel):
    """The table `[plugins.webhook]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ca: Path | None = Field(
        default=None,
        title="Certificate authority",
        description="A PEM file, relative to the site's folder: trust servers that it vouches for, and no others.",
    )


class WebhookTarget(BaseModel):
    """`{ via = "webhook", url = "env:TICKET_HOOK", secret = "env:TICKET_HOOK_KEY" }`"""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: Secret = Field(
        title="Address", description="`https://` or `http://`; `env:NAME` or `file:PATH` keep it apart."
    )
    secret: Secret | None = Field(
        default=None, title="Signing secret", description="Known to both sides; each message is signed with it."
    )

    @field_validator("url")
    @classmethod
    def _readable(cls, url: Secret) -> Secret:
        if not url.by_reference and not is_web_address(url.reveal()):
            raise ValueError("expected an address such as https://tickets.example.com/hook")
        return url


def is_web_address(address: str) -> bool:
    """Whether messages can be posted to `address`."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
