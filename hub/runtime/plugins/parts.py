"""What the site takes from its plugins: camera drivers, notifiers, services. Each is made and started on its own."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import structlog

from hub.clock import Clock
from hub.config.load import PluginTables
from hub.core.catalogue import PluginFailed
from hub.core.event import Draft
from hub.core.text import Language
from hub.errors import PluginError
from hub.plugin_host import PluginHost, build_context
from hub.ports import CameraDriver, Follower, Notifier, PluginContext, SiteFeed, Store
from hub.runtime.core_loop import CoreLoop
from hub.runtime.plugins.faults import PluginFaults
from hub.runtime.storages.calls import StorageCalls
from hub.vendor.access import DeviceAccess
from hub.vendor.session import Session

log = structlog.get_logger("plugins")

Feeds = Callable[[str, str], SiteFeed]

_START_S = 60.0
_STOP_S = 5.0


class PluginParts:
    """Makes the parts. On the hub's event loop."""

    def __init__(self, host: PluginHost, *, folder: Path, data: Path, clock: Clock, language: Language) -> None:
        self.host = host
        self._folder = folder
        self._data = data
        self._clock = clock
        self._language = language

    def store(self, name: str, options: Any) -> Store:
        """The journal's store, not opened yet. Raises `PluginError`."""
        # The journal is the site's, not a plugin's: it lies in the data folder itself.
        context = PluginContext(
            plugin=name, site=self._folder, data=self._data, clock=self._clock, language=self._language
        )
        return self.host.build_store(name, options, context)

    def driver(self, name: str, options: Any) -> CameraDriver:
        """The driver of one camera. Raises `PluginError`; `options` is None where its plugin is not working."""
        offer = self.host.cameras.get(name)
        if options is None or offer is None:
            raise PluginError(f"The driver {name} is not working; see `hub plugins list`.")
        return self.host.build_camera(name, options, self._context(offer.plugin))

    def session(self, vendor: str, access: DeviceAccess, options: Any) -> Session:
        """The session of one device, without I/O. Raises `PluginError`."""
        return self.host.open_session(vendor, access, options, self._context(self.host.vendors[vendor].plugin))

    def notifiers(self, tables: PluginTables, faults: PluginFaults) -> Mapping[str, Notifier]:
        """The notifiers of hub.toml that could be made."""
        made: dict[str, Notifier] = {}
        for name, options in tables.notifiers.items():
            plugin, part = self.host.notifiers[name].plugin, f"making the notifier {name}"
            try:
                made[name] = self.host.build_notifier(name, options, self._context(plugin))
            except PluginError as error:
                faults.broke(plugin, part, error)
            else:
                faults.works(plugin, part)
        return made

    def storages(self, tables: PluginTables, faults: PluginFaults | None = None) -> dict[str, StorageCalls]:
        """The storages of hub.toml that could be made, by id."""
        made: dict[str, StorageCalls] = {}
        for name, settings in tables.storages.items():
            plugin, part = self.host.storages[settings.via].plugin, f"making the storage {name}"
            try:
                storage = self.host.build_storage(settings.via, settings.options, self._context(plugin))
            except PluginError as error:
                if faults is not None:
                    faults.broke(plugin, part, error)
                else:
                    log.error("storage_not_made", storage=name, error=str(error))
            else:
                made[name] = StorageCalls(name, storage)
        return made

    async def start_services(self, tables: PluginTables, core: CoreLoop, feed: Feeds, stack: AsyncExitStack) -> None:
        """Start the services of hub.toml side by side; `stack` gets what stops them. `feed` gives, by plugin and
        service, what one that follows the site is given."""
        services = tables.services.items()
        await asyncio.gather(*(self._start(name, options, core, feed, stack) for name, options in services))

    async def _start(self, name: str, options: Any, core: CoreLoop, feed: Feeds, stack: AsyncExitStack) -> None:
        plugin = self.host.services[name].plugin
        try:
            service = self.host.build_service(name, options, self._context(plugin))

            async def stop() -> None:
                try:
                    async with asyncio.timeout(_STOP_S):
                        await service.stop()
                except Exception:  # the hub ends all the same
                    log.exception("service_not_stopped", service=name)

            stack.push_async_callback(stop)
            async with asyncio.timeout(_START_S):
                await service.start()
        except Exception as error:  # a plugin may raise anything; it costs itself only
            log.exception("service_not_started", service=name)
            self._failed(plugin, error, core)
            return
        if isinstance(service, Follower):
            work = self._follow(service, name, plugin, feed(plugin, name), core)
            following = asyncio.create_task(work, name=f"{name} follows")
            stack.push_async_callback(_end, following)

    async def _follow(self, service: Follower, name: str, plugin: str, feed: SiteFeed, core: CoreLoop) -> None:
        try:
            await service.follow(feed)
        except Exception as error:  # a plugin may raise anything; it costs itself only
            self._failed(plugin, error, core)
            log.error("service_no_longer_follows", service=name, reason=self.host.plugins[plugin].reason)

    def _failed(self, plugin: str, error: Exception, core: CoreLoop) -> None:
        self.host.mark_failed(plugin, error)
        failed = PluginFailed(plugin=plugin, reason=self.host.plugins[plugin].reason)
        core.propose_soon(lambda state: [Draft(failed, actor="hub")])

    def _context(self, plugin: str) -> PluginContext:
        return build_context(plugin, site=self._folder, data=self._data, clock=self._clock, language=self._language)


async def _end(following: "asyncio.Task[None]") -> None:
    """A service that will not be cancelled is left behind: the hub ends all the same."""
    following.cancel()
    await asyncio.wait({following}, timeout=_STOP_S)
