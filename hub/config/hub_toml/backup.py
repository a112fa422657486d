"""What hub.toml says of copies of the site that are made by schedule."""

from datetime import time
from typing import Annotated

from pydantic import AfterValidator, Field
from pyrage import RecipientError, x25519

from hub.config.mistakes import mistake
from hub.config.tables import Folder, Table
from hub.core.saying import saying


def _time_of_day(text: str) -> str:
    try:
        time.fromisoformat(text)
    except ValueError:
        raise mistake(saying("expected a time of day, such as 03:30")) from None
    return text


def _recipient(text: str) -> str:
    try:
        x25519.Recipient.from_str(text)
    except RecipientError:
        raise mistake(saying("expected a recipient of age, such as age1…"), saying("`age-keygen` makes one.")) from None
    return text


class BackupTable(Table):
    """Copies of the site, made once a day. Without this table none are made by themselves."""

    folder: Folder = Field(
        title="Folder",
        description="Where copies are made: on another disk, or another machine's; relative to hub.toml.",
    )
    at: Annotated[str, AfterValidator(_time_of_day)] = Field(
        default="03:30",
        title="At",
        description="Time of day in the site's zone. One that was missed is made as soon as the hub runs.",
        max_length=8,
        pattern=r"^[0-2][0-9]:[0-5][0-9]$",
    )
    keep: int = Field(
        default=14,
        title="Keep",
        description="How many copies stay in the folder; the oldest are deleted once there is a new one.",
        ge=1,
        le=10_000,
    )
    encrypt: list[Annotated[str, AfterValidator(_recipient)]] = Field(
        default=[],
        title="Encrypt to",
        description="Recipients of age (`age1…`) who alone can read the copies; `age-keygen` makes a key.",
        max_length=20,
    )
    secrets: bool = Field(
        default=False,
        title="Secrets",
        description="Also copy the folder `secrets/`, with passwords; only with `encrypt` is that a good idea.",
    )

    @property
    def time(self) -> time:
        return time.fromisoformat(self.at)
