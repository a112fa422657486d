"""Names in tables for people: what cameras, posts and people are called. Programs read the ids with `--json`."""

from datetime import UTC
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.client import SiteView
    from hub.config.hub_toml.site import SiteConfig
    from hub.tui.names import Names


def names_in(site: "SiteView") -> "Names":
    """The names in what one may see of the site."""
    from hub.tui.names import names_of
    from hub.tui.situation import zone_of

    return names_of(site, zone_of(site, UTC))


def names_in_files(config: "SiteConfig") -> "Names":
    """The names in hub.toml, where no hub is asked."""
    from hub.config.hub_toml.site import core_site
    from hub.tui.names import Names

    cameras = {camera.id: camera.name for camera in core_site(config).cameras}
    return Names(ZoneInfo(config.site.timezone), cameras=cameras)


def cameras_in(names: "Names", cameras: "Iterable[str]") -> str:
    """Cameras by their names, in one cell."""
    return ", ".join(names.camera(camera) for camera in cameras)


def people_in(names: "Names", accounts: "Iterable[str]") -> str:
    """People by their names, in one cell."""
    return ", ".join(names.person(account) for account in accounts)
