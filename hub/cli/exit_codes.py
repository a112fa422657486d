"""What the exit code of `hub` means; scripts rely on it."""

from enum import IntEnum


class Exit(IntEnum):
    OK = 0
    FAILURE = 1
    """Something went wrong that is none of the below."""
    BAD_INPUT = 2
    """A file or an option is wrong; every problem was named."""
    UNREACHABLE = 3
    """No hub answers."""
    REFUSED = 4
    """The hub refused: not signed in, not allowed, or not possible now."""
    DAMAGED = 5
    """The journal's chain does not hold."""
