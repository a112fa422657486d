"""What the API sees, put together from the parts of a hub."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from hub.clock import Clock
from hub.config.hub_toml.site import SiteConfig
from hub.runtime.backend import HubBackend
from hub.runtime.rules.reading import RuleReading

if TYPE_CHECKING:
    from hub.runtime.hub import Hub


def build_backend(hub: "Hub", clock: Clock, *, config: Callable[[], SiteConfig]) -> HubBackend:
    """Called once, when every part of the hub is there. `config` gives hub.toml as it is in force."""
    return HubBackend(
        journal=hub.journal,
        core=hub.core,
        watching=hub.watching,
        effects=hub.effects,
        host=hub.parts.host,
        clock=clock,
        store=config().journal.store,
        timezone=config().site.timezone,
        policy=lambda: config().people.policy(),
        evidence=hub.parts.data / "evidence",
        attachments=hub.parts.data / "attachments",
        index=hub.search,
        rules=lambda: hub.rules,
        next_due=hub.schedules.next_due,
        picture=hub.pool.picture,
        vital=hub.pool.vital,
        explain=hub.pool.explain,
        paces=hub.pace.views,
        recorded_now=hub.recordings.now,
        devices=hub.devices.now,
        settings=hub.keeping.settings,
        recordings=hub.record_reading,
        rule_reading=RuleReading(hub.parts.folder, clock, config=config, records=lambda: hub.journal.stored),
        variables=lambda: hub.variables,
        discovery=hub.discovery,
        footage=hub.footage,
    )
