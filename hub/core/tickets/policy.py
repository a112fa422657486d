"""What the site decides about fault tickets: the table `[tickets]` of hub.toml."""

from typing import Annotated

import msgspec
from msgspec import Meta


class TicketPolicy(msgspec.Struct, frozen=True):
    """How strict the site is with its repairs."""

    verify_minutes: Annotated[
        float, Meta(description="So long picture and recording must be good without interruption.")
    ] = 10.0
    reopen_days: Annotated[
        int, Meta(description="A fault that is there again so soon after closing reopens its ticket.")
    ] = 7
    assign_hours: Annotated[float, Meta(description="So soon somebody must be named to repair a fault.")] = 4.0
