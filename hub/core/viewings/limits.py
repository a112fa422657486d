"""What the hub allows those who look at cameras."""

from datetime import timedelta

import msgspec

LONGEST_VIEWING = timedelta(hours=24)
"""A viewing is of a day at most: who needs another day says so, and that is on record as well."""
LONGEST_LINK = timedelta(hours=4)
"""What one link plays at most; its playlist names every few seconds of it."""


class ViewingLimits(msgspec.Struct, frozen=True, kw_only=True):
    """For the whole site, where not said otherwise."""

    at_once: int = 16
    """Viewings that are open at the same time."""
    of_one_person: int = 4
    idle_s: float = 600.0
    """A viewing that nothing was asked of for so long is over."""
    bytes_s: float = 6e6
    """Bytes that one viewing is sent in a second, in the long run."""
