"""What the roster asks of those at a post besides watching: attention checks, and walking the wall once an interval."""

from datetime import time
from typing import Annotated

import msgspec
from msgspec import Meta

from hub.core.text import Text


class PostPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of those at one post. Lengths of 0: not at all."""

    id: Annotated[str, Meta(description="Post id from rules/roster.toml.")]
    name: Annotated[Text, Meta(description="Name that staff use.")]
    cameras: Annotated[list[str], Meta(description="The cameras of its wall.")] = []
    day_s: Annotated[float, Meta(description="Seconds between attention checks by day, on average.")] = 0.0
    night_s: Annotated[float, Meta(description="The same by night.")] = 0.0
    night: Annotated[tuple[time, time], Meta(description="When the night begins and ends, in the site's zone.")] = (
        time(22),
        time(6),
    )
    patrol_s: Annotated[float, Meta(description="Within so many seconds every channel is to be confirmed.")] = 0.0
