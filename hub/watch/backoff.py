"""Pure: how long to wait before trying again."""

import random


def pause_s(failures: int, first_s: float, longest_s: float, dice: random.Random) -> float:
    """The pause after so many failures in a row (1 or more): doubling, capped, and spread over its upper half.

    The spread keeps a hundred cameras behind one switch from coming back in the same instant.
    """
    full = min(longest_s, first_s * 2.0 ** min(failures - 1, 30))
    return full * dice.uniform(0.5, 1.0)
