"""What the site decides about releases: the table `[releases]` of hub.toml."""

from typing import Annotated

import msgspec
from msgspec import Meta

from hub.core.text import Text


class ReleasePolicy(msgspec.Struct, frozen=True):
    """For what the site's own departments may be given recordings."""

    internal_purposes: Annotated[
        dict[str, Text],
        Meta(description="Those that are allowed, by id; none: recordings leave to agencies only."),
    ] = {}
