"""Pure: which recordings are to be deleted now, and by which line of hub.toml."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from hub.core.recorded import Span, union
from hub.core.recordings import Rule, Segment

LEGAL_DAYS = 30.0
"""Days for which public video systems in China keep recordings at least (Decree 799 of the State Council)."""
SITE = "site"
"""The table `[recording]`, as the terms of a camera name where they come from."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """For how long the recordings of a camera are kept."""

    keep_days: float = LEGAL_DAYS
    """Older ones are deleted."""
    min_days: float = 0.0
    """Younger ones are never deleted, not even for want of room."""
    by: str = SITE
    """Where hub.toml says so: `site`, `domain:security`, `camera:gate-1`."""

    @property
    def wanted_days(self) -> float:
        """For how many days there should be room: what is promised, else what the law asks of what is kept at all."""
        return self.min_days or min(self.keep_days, LEGAL_DAYS)


class Keeping(msgspec.Struct, frozen=True, kw_only=True):
    """What hub.toml says of keeping."""

    keep_days: float = LEGAL_DAYS
    """Of the site: what is older is deleted."""
    min_days: float = 0.0
    """Of the site: what is younger is never deleted, not even for want of room."""
    max_bytes: int | None = None
    """What recordings may take together."""
    min_free_bytes: int = 0
    """What must stay free on the volume."""
    cameras: dict[str, Terms] = {}
    """The cameras that are kept otherwise than the site."""

    @property
    def site(self) -> Terms:
        return Terms(keep_days=self.keep_days, min_days=self.min_days)

    def terms_of(self, camera: str) -> Terms:
        """Of a camera of its own, else of its domain, else of the site; of the site for one that is gone."""
        return self.cameras.get(camera) or self.site


class Why(NamedTuple):
    """By which rule a recording goes, and where hub.toml says so; `days` is the `keep_days` that it has outlived."""

    rule: Rule
    by: str = ""
    days: float | None = None


class Choice(NamedTuple):
    """What to delete, and why, oldest first. `short_bytes`: what is missing and may not be had by deleting."""

    remove: list[tuple[Segment, Why]]
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
    overdue: Iterable[Segment] = (),
) -> Choice:
    """Choose among the segments, given in the order of their end, so that what remains fits.

    `protected` are the periods of each camera that are kept: they win over everything. At most `most` are chosen at
    once; what is short is then left for the next time to tell. `overdue`: what may have outlived the terms of a camera
    that keeps less long than others, so that not all the years of the others need be looked through for it.
    """
    over = max(0, used_bytes - keeping.max_bytes) if keeping.max_bytes is not None else 0
    wanting = max(0, keeping.min_free_bytes - free_bytes)
    kept = {camera: union(spans) for camera, spans in protected.items()}
    all_terms = [keeping.site, *keeping.cameras.values()]
    least_min = timedelta(days=min(terms.min_days for terms in all_terms))
    longest_keep = timedelta(days=max(terms.keep_days for terms in all_terms))
    remove: list[tuple[Segment, Why]] = []
    chosen: set[str] = set()
    for segment in overdue:
        terms = keeping.terms_of(segment.camera)
        if _older(segment, terms.keep_days, now) and not is_protected(segment, kept):
            if len(remove) >= most:
                return Choice(remove, 0)
            remove.append((segment, Why("days", terms.by, terms.keep_days)))
            chosen.add(segment.name)
            over -= segment.bytes
            wanting -= segment.bytes
    for segment in oldest:
        pressed = over > 0 or wanting > 0
        age = now - segment.end_at
        if age < least_min or not (pressed or age >= longest_keep):
            break
        terms = keeping.terms_of(segment.camera)
        old = _older(segment, terms.keep_days, now)
        if not (old or pressed) or age < timedelta(days=terms.min_days):
            continue
        if segment.name in chosen or is_protected(segment, kept):
            continue
        if len(remove) >= most:
            return Choice(remove, 0)
        why = Why("days", terms.by, terms.keep_days) if old else Why("space" if over > 0 else "free", SITE)
        remove.append((segment, why))
        over -= segment.bytes
        wanting -= segment.bytes
    return Choice(remove, max(0, over, wanting))


def shorter_kept(keeping: Keeping, cameras: Iterable[str], now: datetime) -> Iterator[tuple[str, datetime]]:
    """Those of the cameras whose recordings go before the longest kept do, and until which end they go."""
    longest = max([keeping.keep_days, *(terms.keep_days for terms in keeping.cameras.values())])
    for camera in sorted(cameras):
        days = keeping.terms_of(camera).keep_days
        if days < longest:
            yield camera, now - timedelta(days=days)


def _older(segment: Segment, days: float, now: datetime) -> bool:
    return now - segment.end_at >= timedelta(days=days)


def is_protected(segment: Segment, protected: Mapping[str, Sequence[Span]]) -> bool:
    """Whether any part of the segment lies in a protected period of its camera.

    The periods are in order and do not overlap (`hub.core.recorded.union`).
    """
    spans = protected.get(segment.camera, ())
    begun = bisect_left(spans, segment.end_at, key=lambda span: span.from_at)
    return begun > 0 and spans[begun - 1].to_at > segment.begin_at
