"""What hub.toml changes about the site on record."""

from hub.config.site import SiteConfig, core_site
from hub.core.catalogue import SiteConfigured
from hub.core.delivery import NotifierRetired
from hub.core.event import Draft
from hub.core.state import State


def site_drafts(state: State, config: SiteConfig) -> list[Draft]:
    """The events that bring the record in line with `config`."""
    site = core_site(config)
    used = {send.via for told in (*config.routes, *config.contacts) for send in told.send}
    retired = [NotifierRetired(notifier=name) for name in state.notifiers_failing if name not in used]
    configured = [SiteConfigured(site=site)] if state.site != site else []
    return [Draft(event, actor="hub") for event in (*configured, *retired)]
