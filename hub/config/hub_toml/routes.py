"""What hub.toml says of who is told: routes, the contacts of people, quiet times and limits."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from hub.automation.model import Weekday
from hub.config.mistakes import mistake
from hub.config.tables import Id, OpenTable, Table, Words
from hub.core.saying import said_by, saying

_LIMIT = re.compile(r"([1-9][0-9]{0,2})/([mhd])", re.ASCII)
_WINDOWS_S = {"m": 60.0, "h": 3600.0, "d": 86400.0}


def parse_limit(written: str) -> tuple[int, float]:
    """How many within how many seconds: `20/h` is 20 within 3600 s. Raises `ValueError`.

    >>> parse_limit("20/h")
    (20, 3600.0)
    """
    match = _LIMIT.fullmatch(written)
    if match is None:
        raise ValueError(
            saying("expected a number from 1 to 999 in a minute, an hour or a day: '5/m', '20/h' or '100/d'")
        )
    return int(match[1]), _WINDOWS_S[match[2]]


def _limit(written: str) -> str:
    try:
        parse_limit(written)
    except ValueError as error:
        raise mistake(said_by(error)) from None
    return written


TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Time of day, `HH:MM`.")]
Limit = Annotated[str, AfterValidator(_limit), Field(max_length=10)]


class SendTable(OpenTable):
    """One recipient. Further keys are what the notifier needs, such as `to` for mail."""

    via: Id = Field(title="Notifier", description="The notifier that carries the message, brought by a plugin.")


class QuietTable(Table):
    """A time in which only what is urgent goes out; what is held goes out at its end, as one list."""

    begins: TimeOfDay = Field(alias="from", title="From", description="When it begins, in the site's time, `HH:MM`.")
    ends: TimeOfDay = Field(
        alias="to",
        title="To",
        description="When it ends; on the next day where it is the earlier of the two, a whole day later where they "
        "are the same.",
    )
    below: Literal["medium", "high", "critical"] = Field(
        default="critical", title="Below", description="Messages below this priority are held."
    )
    days: list[Weekday] = Field(
        default=[],
        title="Days",
        description="Weekdays on which it begins, such as `sat`; every day without them.",
        max_length=7,
    )


class RecipientTable(Table):
    """What routes and contacts have in common."""

    send: list[SendTable] = Field(
        title="Recipients", description="Every one of them gets each message.", min_length=1, max_length=50
    )
    quiet: list[QuietTable] = Field(
        default=[],
        title="Quiet times",
        description='Such as `[{ from = "22:00", to = "06:00", below = "high" }]`.',
        max_length=14,
    )
    most: Limit | None = Field(
        default=None,
        title="Most messages",
        description="Such as `20/h`: the rest is held and goes out as one list. `critical` ones always go.",
    )
    one_by_one: bool = Field(
        default=False,
        title="One by one",
        description="For machines: messages are never held or put together into a list, however many there are.",
    )

    @model_validator(mode="after")
    def _held_is_listed(self) -> "RecipientTable":
        if self.one_by_one and (self.quiet or self.most):
            raise mistake(saying("with `one_by_one` nothing is held: leave out `quiet` and `most`"))
        return self


class RouteTable(RecipientTable):
    """Who is told. Rules name a route: `{ notify = "duty" }`."""

    id: Id = Field(title="Id", description="Name that rules use.")
    name: Words = Field(title="Name", description="Name that staff use.")


class ContactTable(RecipientTable):
    """How one person is reached, for `person:ACCOUNT`, roles, posts and leaders in rules."""

    account: Annotated[str, Field(pattern=r"^[a-z][a-z0-9._-]{1,31}$")] = Field(
        title="Account", description="The person's account, as in `hub accounts`."
    )
