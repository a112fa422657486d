"""How long a condition has lasted: what one picture shows is not yet a fault, what one lacks not yet an end."""

from typing import Literal

import msgspec

Sight = Literal["seen", "gone", "unknown"]

MIN_SEEN = 3
MIN_GONE = 2


class Track(msgspec.Struct, frozen=True, kw_only=True):
    """One condition over time. Before it is `active`, `lasted_s` grows while it is seen and shrinks twice as fast
    while it is gone, so that a condition seen on and off does not become a finding but one missed picture does no
    harm."""

    active: bool = False
    since_s: float = 0.0
    lasted_s: float = 0.0
    seen: int = 0
    gone: int = 0
    gone_s: float = 0.0


def advance(track: Track, sight: Sight, at_s: float, step_s: float, persist_s: float, clear_s: float) -> Track:
    """The track after one more picture taken `step_s` after the one before.

    An unknown picture changes nothing for an active condition and slowly forgets one that is not: time in which
    nothing could be seen proves nothing.
    """
    if track.active:
        if sight == "seen":
            return msgspec.structs.replace(track, gone=0, gone_s=0.0)
        if sight == "unknown":
            return track
        gone_s = track.gone_s + (step_s if track.gone else 0.0)
        if gone_s >= clear_s and track.gone + 1 >= MIN_GONE:
            return Track()
        return msgspec.structs.replace(track, gone=track.gone + 1, gone_s=gone_s)
    if sight == "seen":
        if not track.seen:
            return _raised(Track(since_s=at_s, seen=1), persist_s)
        grown = msgspec.structs.replace(track, seen=track.seen + 1, lasted_s=track.lasted_s + step_s)
        return _raised(grown, persist_s)
    if not track.seen:
        return track
    lasted_s = track.lasted_s - step_s * (2.0 if sight == "gone" else 0.25)
    return msgspec.structs.replace(track, lasted_s=lasted_s) if lasted_s > 0 else Track()


def _raised(track: Track, persist_s: float) -> Track:
    if track.lasted_s >= persist_s and track.seen >= MIN_SEEN:
        return msgspec.structs.replace(track, active=True)
    return track
