"""What goes on record when the hub starts, and when hub.toml changes the site."""

from datetime import datetime

from hub import __version__
from hub.config.hub_toml.site import SiteConfig, core_site
from hub.core.catalogue import ConfigAccepted, HubStarted, SiteConfigured, WorkerRetired
from hub.core.delivery import NotifierRetired
from hub.core.event import Draft
from hub.core.site import Site
from hub.core.state import State
from hub.plugin_host import PluginHost
from hub.runtime.plugins.faults import plugins_on_record


def start_drafts(state: State, config: SiteConfig, host: PluginHost, *, alive_until: datetime | None) -> list[Draft]:
    """The record of a start. `alive_until`: until when the run before was alive, as far as that is known."""
    last = "first" if state.site == Site() else "unclean" if state.running else "clean"
    until = alive_until if last == "unclean" else None
    started = HubStarted(version=__version__, last_stop=last, alive_until=until)  # type: ignore[arg-type]
    # Nothing broken is started: what was rejected while the hub ran last is good now.
    accepted = [Draft(ConfigAccepted(file=file), actor="hub") for file in state.config_problems]
    workers = [
        Draft(WorkerRetired(worker=name), actor="hub") for name, worker in state.workers.items() if not worker.running
    ]
    return [
        Draft(started, actor="hub"),
        *accepted,
        *workers,
        *site_drafts(state, config),
        *plugins_on_record(host, state),
    ]


def site_drafts(state: State, config: SiteConfig) -> list[Draft]:
    """The events that bring the record in line with `config`."""
    site = core_site(config)
    used = {send.via for told in (*config.routes, *config.contacts) for send in told.send}
    retired = [NotifierRetired(notifier=name) for name in state.notifiers_failing if name not in used]
    configured = [SiteConfigured(site=site)] if state.site != site else []
    return [Draft(event, actor="hub") for event in (*configured, *retired)]
