"""Pure: which recordings are to be deleted now."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from hub.core.recorded import Span, union
from hub.core.recordings import Rule, Segment


class Keeping(msgspec.Struct, frozen=True, kw_only=True):
    """What hub.toml says of keeping."""

    keep_days: float = 30.0
    """Older recordings are deleted."""
    min_days: float = 0.0
    """Younger recordings are never deleted, not even for want of room."""
    max_bytes: int | None = None
    """What recordings may take together."""
    min_free_bytes: int = 0
    """What must stay free on the volume."""


class Choice(NamedTuple):
    """What to delete, by which rule, oldest first. `short_bytes`: what is missing and may not be had by deleting."""

    remove: list[tuple[Segment, Rule]]
    short_bytes: int


def choose(
    oldest: Iterable[Segment],
    protected: Mapping[str, Sequence[Span]],
    keeping: Keeping,
    *,
    used_bytes: int,
    free_bytes: int,
    now: datetime,
    most: int = 1000,
) -> Choice:
    """Choose among the segments, given in the order of their end, so that what remains fits.

    `protected` are the periods of each camera that are kept. At most `most` are chosen at once; what is short is then
    left for the next time to tell.
    """
    over = max(0, used_bytes - keeping.max_bytes) if keeping.max_bytes is not None else 0
    wanting = max(0, keeping.min_free_bytes - free_bytes)
    remove: list[tuple[Segment, Rule]] = []
    kept = {camera: union(spans) for camera, spans in protected.items()}
    for segment in oldest:
        age = now - segment.end_at
        old = age >= timedelta(days=keeping.keep_days)
        if age < timedelta(days=keeping.min_days) or not (old or over > 0 or wanting > 0):
            break
        if is_protected(segment, kept):
            continue
        if len(remove) >= most:
            return Choice(remove, 0)
        remove.append((segment, "days" if old else "space" if over > 0 else "free"))
        over -= segment.bytes
        wanting -= segment.bytes
    return Choice(remove, max(0, over, wanting))


def is_protected(segment: Segment, protected: Mapping[str, Sequence[Span]]) -> bool:
    """Whether any part of the segment lies in a protected period of its camera.

    The periods are in order and do not overlap (`hub.core.recorded.union`).
    """
    spans = protected.get(segment.camera, ())
    begun = bisect_left(spans, segment.end_at, key=lambda span: span.from_at)
    return begun > 0 and spans[begun - 1].to_at > segment.begin_at
