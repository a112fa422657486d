"""Pure: which worker watches which camera."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

MOST_CAMERAS = 100
"""Above about 150 threads a Python process spends its time on handing the interpreter around."""

_UNEVEN = 1.25


def workers_needed(cameras: int, workers: int) -> int:
    """How many workers so many cameras take when `workers` are wanted: no idle ones, and none above the limit."""
    return max(min(workers, cameras), -(-cameras // MOST_CAMERAS))


def spread(current: Mapping[str, int], cameras: Collection[str], slots: Collection[int]) -> dict[str, int]:
    """Camera → slot. A new camera goes to that of `slots` with the fewest; the others stay where they are, but for
    those that must move so that no slot has a quarter more than another. A camera that moves connects anew."""
    placed = {name: current[name] for name in cameras if name in current}
    load = Counter(placed.values())
    for name in cameras:
        if name not in placed:
            slot = min(slots, key=lambda candidate: (load[candidate], candidate))
            placed[name] = slot
            load[slot] += 1
    while slots:
        most, fewest = max(slots, key=lambda slot: load[slot]), min(slots, key=lambda slot: load[slot])
        if load[most] <= load[fewest] * _UNEVEN + 1:
            break
        name = next(name for name in reversed(placed) if placed[name] == most)
        placed[name] = fewest
        load[most] -= 1
        load[fewest] += 1
    return placed


def suspects_of(cameras: Sequence[str], blamed: Collection[str]) -> list[str]:
    """The cameras to move to a worker of their own after a worker died again: those blamed, else the first half.

    Halving again and again leaves the one camera that kills its worker alone.
    """
    known = [name for name in cameras if name in blamed]
    return known or list(cameras[: len(cameras) // 2])
