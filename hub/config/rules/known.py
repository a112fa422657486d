"""What rules may name: the ids of the site."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import msgspec

from hub.automation.language.fields import facts_of
from hub.config.hub_toml.site import SiteConfig, core_site
from hub.config.tables import DOMAINS
from hub.core.people.account import ROLES


class Known(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The ids of the site. What is None is not known, and names of it are not checked."""

    cameras: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    routes: frozenset[str] = frozenset()
    departments: frozenset[str] | None = None
    facts: dict[str, dict[str, Any]] = {}
    """The values of `hub.automation.language.fields.CAMERA_FIELDS` by camera; nothing: not known."""
    carriers: dict[str, frozenset[str]] = {}
    """The notifiers that each route goes through; a route that is not here is not checked."""
    notifiers: frozenset[str] | None = None
    """The notifiers that loaded plugins bring."""
    contacts: frozenset[str] | None = None
    """The accounts that messages can reach."""
    led: frozenset[str] | None = None
    """The departments that have a leader."""
    roles: frozenset[str] = frozenset(ROLES)
    posts: frozenset[str] | None = None
    teams: frozenset[str] | None = None
    rounds: frozenset[str] | None = None
    """Kinds of rounds."""
    presets: dict[str, frozenset[str]] | None = None
    """The presets by camera; a camera that is not here is not checked."""

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the cameras, as conditions have them."""
        return frozenset(facts["camera.name"] for facts in self.facts.values())

    @cached_property
    def tags(self) -> frozenset[str] | None:
        """The tags that some camera has."""
        if not self.facts:
            return None
        return frozenset(tag for facts in self.facts.values() for tag in facts["camera.tags"])

    @cached_property
    def of_functions(self) -> dict[str, frozenset[str]]:
        """What functions of conditions may be given, as `hub.automation.language.functions.Parameter.of` calls it."""
        all_ids = {"camera": self.cameras or None, "post": self.posts, "round": self.rounds}
        return {what: ids for what, ids in all_ids.items() if ids is not None}


def known_of(
    config: SiteConfig,
    *,
    notifiers: Iterable[str] | None = None,
    posts: Iterable[str] | None = None,
    teams: Iterable[str] | None = None,
    rounds: Iterable[str] | None = None,
    presets: Mapping[str, frozenset[str]] | None = None,
) -> Known:
    """What rules may name in this site. What hub.toml does not say is not known unless it is given."""
    site = core_site(config)
    areas = {area.id: area for area in site.areas}
    return Known(
        cameras=frozenset(camera.id for camera in site.cameras),
        areas=frozenset(areas),
        domains=frozenset(DOMAINS),
        routes=frozenset(route.id for route in config.routes),
        departments=frozenset(department.id for department in site.departments),
        facts={camera.id: facts_of(camera, areas.get(camera.area)) for camera in site.cameras},
        carriers={route.id: frozenset(send.via for send in route.send) for route in config.routes},
        notifiers=_given(notifiers),
        contacts=frozenset(contact.account for contact in config.contacts),
        led=frozenset(department.id for department in config.departments if department.leader),
        posts=_given(posts),
        teams=_given(teams),
        rounds=_given(rounds),
        presets=dict(presets) if presets is not None else None,
    )


def _given(ids: Iterable[str] | None) -> frozenset[str] | None:
    return frozenset(ids) if ids is not None else None
