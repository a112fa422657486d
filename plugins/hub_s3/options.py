"""What hub.toml says: `[[storages]]` with `via = "s3"`."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from hub.api import Secret


class S3Options(BaseModel):
    """`{ id = "archive", via = "s3", endpoint = "https://10.1.0.9:9000", bucket = "recordings", … }`"""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    endpoint: str = Field(title="Endpoint", description="`https://` or `http://`, host and port.", max_length=500)
    bucket: str = Field(
        title="Bucket",
        description="It must exist; the hub makes none.",
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
    )
    access_key: Secret = Field(title="Access key", description="As `env:NAME` or `file:PATH`.")
    secret_key: Secret = Field(title="Secret key", description="As `env:NAME` or `file:PATH`.")
    prefix: str = Field(
        default="",
        title="Prefix",
        description="What stands before every name, such as `plant-2/`.",
        max_length=100,
        pattern=r"^([A-Za-z0-9._-]+/)*$",
    )
    region: str = Field(default="us-east-1", title="Region", description="The bucket's region.", max_length=63)
    ca: Path | None = Field(
        default=None,
        title="Certificate authority",
        description="A PEM file, relative to the site's folder: trust servers that it vouches for, and no others.",
    )
    lock: Literal["off", "governance", "compliance"] = Field(
        default="governance",
        title="Object lock",
        description="Where the bucket offers object lock: keep each recording from deletion until the hub means to "
        "delete it. `governance`: who has a special right may; `compliance`: nobody may; `off`: without.",
    )

    @field_validator("endpoint")
    @classmethod
    def _is_an_address(cls, endpoint: str) -> str:
        try:
            parts = urlsplit(endpoint)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            sound = False
        if not sound or parts.username or parts.path.strip("/") or parts.query:
            raise ValueError("expected an address such as https://10.1.0.9:9000")
        return endpoint
