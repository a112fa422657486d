"""What is held for releases, against what is to be deleted. Pure."""

from collections.abc import Collection, Sequence

from hub.core.recordings import Segment
from hub.core.releases.model import Hold


def is_held(segment: Segment, holds: Collection[Hold]) -> bool:
    """Whether any part of the segment is held for a release."""
    return any(
        hold.camera == segment.camera and hold.from_at < segment.end_at and segment.begin_at < hold.to_at
        for hold in holds
    )


def unheld(segments: Sequence[Segment], holds: Collection[Hold]) -> list[Segment]:
    """Those among the segments that no release holds."""
    return [segment for segment in segments if not is_held(segment, holds)] if holds else list(segments)
