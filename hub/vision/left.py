"""What is known of the positions of a steered camera while it looks elsewhere.

On a patrol it looks at each position for less than a minute at a time: a light that no reference fits would never last
long enough to be learned, and the chain of pictures that proves the place would begin anew with every visit.
"""

from collections.abc import Set

import msgspec

from hub.vision.place import Trust

AWAY_S = 600.0
"""Longer away than this, and what was seen last says nothing of now: dusk takes half an hour."""


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """One position as the camera left it: see the fields of the same names in `View`."""

    trust: Trust
    fitting_s: float
    unfamiliar_s: float | None
    left_s: float


def leave(known: dict[str, Left], position: str, left: Left, learned: Set[str]) -> dict[str, Left]:
    """What is known of all positions after that one was left; only of those of which a view was learned."""
    kept = {name: each for name, each in known.items() if name in learned}
    return {**kept, position: left} if position in learned else kept


def resume(known: dict[str, Left], position: str, at_s: float) -> Left | None:
    """What still holds of a position to which the camera comes back, None when it was away too long."""
    left = known.get(position)
    return left if left is not None and at_s - left.left_s <= AWAY_S else None
