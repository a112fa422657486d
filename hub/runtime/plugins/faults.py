"""Faults of plugins while the hub runs: seen in the plugin's state, on record, and over when it works again."""

import structlog

from hub.core.catalogue import PluginFailed, PluginReady, PluginRetired
from hub.core.event import Draft
from hub.core.state import State
from hub.plugin_host import PluginHost
from hub.plugin_host.registration import Offer
from hub.runtime.core_loop import CoreLoop

log = structlog.get_logger("plugins")


class PluginFaults:
    """Knows what of each plugin is broken now. On the hub's event loop."""

    def __init__(self, host: PluginHost, core: CoreLoop) -> None:
        self._host = host
        self._core = core
        self._faults: dict[str, set[str]] = {}

    def broke(self, plugin: str, part: str, error: Exception) -> None:
        """`part` of a plugin, such as `camera gate-1`, broke; the rest of it is still used."""
        self._host.mark_degraded(plugin, error)
        reason = f"{part}: {self._host.plugins[plugin].reason}"
        broken = self._faults.setdefault(plugin, set())
        if part in broken:
            return
        broken.add(part)
        log.error("plugin_broke", plugin=plugin, reason=reason)

        def think(state: State) -> list[Draft]:
            known = state.plugins.get(plugin)
            failed = PluginFailed(plugin=plugin, reason=reason)
            return [Draft(failed, actor="hub")] if known is None or known.ready else []

        self._core.propose_soon(think)

    def camera(self, driver: str, camera: str, fault: Exception | None) -> None:
        """What the driver of a camera raised that it may not raise; None: it worked."""
        self._answered(self._host.cameras.get(driver) or self._host.vendors.get(driver), f"camera {camera}", fault)

    def notifier(self, via: str, fault: Exception | None) -> None:
        """What a notifier raised that it may not raise; None: it worked."""
        self._answered(self._host.notifiers.get(via), f"notifier {via}", fault)

    def _answered(self, offer: Offer | None, part: str, fault: Exception | None) -> None:
        if offer is None:
            return  # it has just left hub.toml
        if fault is not None:
            self.broke(offer.plugin, part, fault)
        else:
            self.works(offer.plugin, part)

    def works(self, plugin: str, part: str) -> None:
        """`part` of a plugin works, again or still."""
        broken = self._faults.get(plugin, set())
        if part not in broken:
            return
        broken.discard(part)
        if broken:
            return
        self._host.mark_ready(plugin)
        ready = PluginReady(plugin=plugin, version=self._host.plugins[plugin].manifest.version)
        self._core.propose_soon(lambda state: [] if _is_ready(state, plugin) else [Draft(ready, actor="hub")])


def plugins_on_record(host: PluginHost, state: State) -> list[Draft]:
    """What has changed about the plugins since the state was written."""
    drafts = [
        Draft(PluginRetired(plugin=name), actor="hub")
        for name in state.plugins
        if name not in host.plugins or host.plugins[name].state == "stopped"
    ]
    for name, loaded in host.plugins.items():
        known = state.plugins.get(name)
        if loaded.state == "stopped":
            continue
        if loaded.state == "failed":
            log.error("plugin_failed", plugin=name, reason=loaded.reason)
            if known is None or known.ready or known.reason != loaded.reason:
                drafts.append(Draft(PluginFailed(plugin=name, reason=loaded.reason), actor="hub"))
        elif known is None or not known.ready or known.version != loaded.manifest.version:
            drafts.append(Draft(PluginReady(plugin=name, version=loaded.manifest.version), actor="hub"))
    return drafts


def _is_ready(state: State, plugin: str) -> bool:
    known = state.plugins.get(plugin)
    return known is not None and known.ready
