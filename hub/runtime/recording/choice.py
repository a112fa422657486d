"""What the index and hub.toml say may be deleted now: here for age and room, in storages for age only."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from hub.core.recordings import Rule, Segment
from hub.core.retention import Keeping, Why, choose, shorter_kept
from hub.runtime.recording.index import RecordIndex


class Removal(NamedTuple):
    """What is to be deleted, by which rule, and where hub.toml says so."""

    rule: Rule
    segments: list[Segment]
    by: str = ""
    days: float | None = None


def removals(
    index: RecordIndex, keeping: Keeping, cameras: Iterable[str], *, used_bytes: int, free_bytes: int, now: datetime
) -> tuple[list[Removal], int]:
    """What to delete, and the bytes that are missing here and may not be had by deleting.

    `cameras`: those of which there are recordings. `used_bytes` and `free_bytes` are of the folder of recordings.
    """
    protected, cameras = index.protected(now), list(cameras)
    by_rule: dict[Why, list[Segment]] = {}
    short_bytes = 0
    for here in (True, False):
        choice = choose(
            index.oldest(here=here),
            protected,
            keeping if here else replace(keeping, max_bytes=None, min_free_bytes=0),
            used_bytes=used_bytes,
            free_bytes=free_bytes,
            now=now,
            overdue=(
                segment
                for camera, end_at in shorter_kept(keeping, cameras, now)
                for segment in index.ended_by(camera, end_at, here=here)
            ),
        )
        for segment, why in choice.remove:
            by_rule.setdefault(why, []).append(segment)
        short_bytes += choice.short_bytes
    return [Removal(why.rule, segments, why.by, why.days) for why, segments in by_rule.items()], short_bytes
