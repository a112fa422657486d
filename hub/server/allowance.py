"""How often something may be done: a bucket that refills with time."""

from collections import OrderedDict

_PEERS_KEPT = 1024


class Allowance:
    """`burst` at once, then one every `every_s` seconds, for each peer. For one thread."""

    def __init__(self, burst: int, every_s: float) -> None:
        self._burst = float(burst)
        self._every_s = every_s
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, peer: str, monotonic: float) -> bool:
        """Whether the peer may do it now. Peers not heard of for longest are forgotten, at most 1,024 are kept."""
        level, at = self._buckets.pop(peer, (self._burst, monotonic))
        level = min(self._burst, level + max(0.0, monotonic - at) / self._every_s)
        allowed = level >= 1.0
        self._buckets[peer] = (level - allowed, monotonic)
        while len(self._buckets) > _PEERS_KEPT:
            self._buckets.popitem(last=False)
        return allowed

    def give_back(self, peer: str) -> None:
        """What the peer took last does not count after all."""
        if peer in self._buckets:
            level, at = self._buckets[peer]
            self._buckets[peer] = (min(self._burst, level + 1.0), at)
