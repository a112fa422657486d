"""Pure: whether a worker keeps up, and how much more seldom it looks at pictures while it does not.

What a worker owes first is the signal: long before its threads are so late that a loss would be missed, it decodes and
judges fewer pictures, and says so.
"""

import msgspec

STEPS = (1.0, 1.5, 2.5, 5.0)
"""How many times the picture interval that was asked for: 2, 3, 5, 10 s by default."""
LATE_S, PROMPT_S = 0.15, 0.05
"""Threads that wake so late, on average, cannot keep up; threads that wake so early can."""
UP_AFTER_S, DOWN_AFTER_S = 3.0, 30.0
"""How long it must be so, since the last step."""
_LATEST_S = 2.0
_FOLLOW = 0.3


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker knows of its own load. Times are monotonic seconds."""

    lag_s: float = 0.0
    """How late its threads wake, on average over a few seconds."""
    step: int = 0
    """Index into `STEPS`."""
    since_s: float = 0.0
    """Since when neither another step nor a change of mind came."""

    @property
    def factor(self) -> float:
        """How many times the picture interval that was asked for."""
        return STEPS[self.step]


def follow(load: Load, late_s: float, now_s: float) -> Load:
    """The load after one more second or so in which threads woke `late_s` too late on average.

    One long pause of the whole machine counts as little as `_LATEST_S`: it is over already.
    """
    lag_s = load.lag_s + _FOLLOW * (min(late_s, _LATEST_S) - load.lag_s)
    up, down = lag_s >= LATE_S and load.step < len(STEPS) - 1, lag_s <= PROMPT_S and load.step > 0
    if not up and not down:
        return Load(lag_s=lag_s, step=load.step, since_s=now_s)
    if now_s - load.since_s < (UP_AFTER_S if up else DOWN_AFTER_S):
        return Load(lag_s=lag_s, step=load.step, since_s=load.since_s)
    return Load(lag_s=lag_s, step=load.step + (1 if up else -1), since_s=now_s)
