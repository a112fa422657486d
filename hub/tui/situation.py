"""What every panel is given to draw: the site as last seen, whether that is still true, and the hub's time."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from hub.client import SiteView
from hub.tui.names import Names, names_of


class Link(msgspec.Struct, frozen=True):
    """Whether the hub answers; `since_at` is when that began, by the hub's clock where it is known."""

    up: bool
    since_at: datetime | None = None
    reason: str = ""


class Situation(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One moment as the TUI knows it. `site` is None until the hub has answered once."""

    now: datetime
    zone: tzinfo
    link: Link = Link(up=False)
    site: SiteView | None = None

    @property
    def stale(self) -> bool:
        """True while nobody can say whether `site` still holds."""
        return not self.link.up

    @cached_property
    def names(self) -> Names:
        """What staff call what is in `site`."""
        return names_of(self.site, self.zone)

    def camera_name(self, camera: str | None) -> str:
        """The name staff use for a camera, or its id when the site no longer has it."""
        return self.names.camera(camera)


def hub_now(site: SiteView | None, received_s: float, monotonic_s: float, wall: datetime) -> datetime:
    """The hub's time: its own statement plus the time passed since, so that a wrong clock here misleads nobody.

    `received_s` and `monotonic_s` are readings of the same monotonic clock; `wall` serves until the hub has spoken.
    """
    if site is None:
        return wall
    return site.at + timedelta(seconds=max(0.0, monotonic_s - received_s))


def zone_of(site: SiteView | None, own: tzinfo) -> tzinfo:
    """The site's time zone, or the reader's `own` when the hub names none that is known here."""
    if site is None or not site.timezone:
        return own
    try:
        return ZoneInfo(site.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return own


def local_zone(wall: datetime) -> tzinfo:
    """The zone this machine is set to."""
    return wall.astimezone().tzinfo or UTC
