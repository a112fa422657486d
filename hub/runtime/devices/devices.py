"""The site's devices: opened as hub.toml says, the record kept in line with what they say, orders carried out."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path

import structlog
from msgspec.structs import replace

from hub.client.devices import DeviceNow
from hub.clock import Clock
from hub.config.hub_toml.device_tables import CameraPlace, DeviceSettings
from hub.config.hub_toml.site import SiteConfig
from hub.config.load import PluginTables
from hub.core.devices.events import (
    DeviceAccepted,
    DeviceOrder,
    DeviceOrderDone,
    DeviceOrdered,
    DeviceOrderFailed,
    DeviceQuarantined,
    DeviceRefused,
    DeviceReleased,
    DeviceRetried,
)
from hub.core.devices.look import Limits, Look, reconcile, reconfigure
from hub.core.devices.reports import Heard, reconcile_reports, signals_due
from hub.core.event import Draft, Event, Record
from hub.core.findings import CameraRetried
from hub.core.state import State
from hub.devices.calls import Calls
from hub.devices.certificate import parse_fingerprint
from hub.devices.driver import VendorCamera
from hub.devices.fleet import DeviceSpec, Fleet
from hub.devices.trust import TlsTrust
from hub.errors import DeviceError, JournalError, PluginError
from hub.runtime.core_loop import CoreLoop
from hub.runtime.devices.shared_passwords import find_sharing
from hub.runtime.plugins.faults import PluginFaults
from hub.runtime.plugins.parts import PluginParts
from hub.vendor.access import Address, Credentials

log = structlog.get_logger("devices")

MOST_CALLS = 48
"""Threads that ask devices at a time; three hundred devices that are asked every 30 s keep a few of them busy."""
_TRY_AGAIN_S = 1.0
_INTERRUPTED = "The hub was stopped before the device had answered."


class Devices:
    """On the hub's event loop."""

    def __init__(
        self,
        core: CoreLoop,
        clock: Clock,
        plugins: PluginParts,
        faults: PluginFaults,
        *,
        folder: Path,
        soon: Callable[[Coroutine[object, object, None]], None],
    ) -> None:
        """`folder`: the site's. `soon` runs something to its end."""
        self._core = core
        self._clock = clock
        self._plugins = plugins
        self._folder = folder
        self._soon = soon
        self._limits = Limits()
        self._looks: dict[str, Look] = {}
        self._told: set[str] = set()
        self._sharing: frozenset[str] | None = None
        """The devices whose password another device has as well; None before it was looked at."""
        self._news = asyncio.Event()
        self.fleet = Fleet(
            Calls(MOST_CALLS),
            clock,
            on_look=self._take_look,
            on_news=self._take_news,
            on_fault=lambda part, plugin, error: (
                faults.broke(plugin, part, error) if error is not None else faults.works(plugin, part)
            ),
        )
        self.on_retry: Callable[[str], None] = lambda camera: None
        """Called with a camera that is to be tried again because its device is."""
        self.task: asyncio.Task[None] | None = None
        """Runs from `start` to `stop`."""

    async def start(self, config: SiteConfig, tables: PluginTables) -> None:
        await self._core.propose(_interrupted)
        await self.use(config, tables)
        self.task = asyncio.create_task(self._keep_record(), name="devices")

    async def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait({self.task})
        await self.fleet.stop()

    async def use(self, config: SiteConfig, tables: PluginTables) -> None:
        """Attend to exactly the devices of hub.toml."""
        self._limits = config.device_limits.limits()
        configured = list(tables.configured)
        await self._core.propose(
            lambda state: [Draft(event, actor="hub") for event in reconfigure(state.devices, configured)]
        )
        self._looks = {name: look for name, look in self._looks.items() if name in tables.devices}
        specs = {name: self._spec(settings) for name, settings in tables.devices.items()}
        self._sharing = await asyncio.to_thread(find_sharing, specs)
        await self.fleet.use(specs)

    def follow(self, records: Sequence[Record]) -> None:
        """Carry out what people asked of devices."""
        for record in records:
            match record.event:
                case DeviceRetried(device=device):
                    self.fleet.retry(device)
                    self._retry_cameras(device)
                case DeviceAccepted(device=device, gone=False):
                    self._retry_cameras(device)
                case CameraRetried(camera=camera):
                    known = self._core.state.devices.camera_device(camera)
                    if known is not None:
                        self.fleet.retry(known.id)
                case DeviceOrdered(device=device, order=order):
                    self._soon(self._obey(device, order, record.seq))

    def _retry_cameras(self, device: str) -> None:
        """Those that were refused with the device are tried with it."""
        state = self._core.state
        known = state.devices.by_id.get(device)
        for camera in known.configured.cameras.values() if known is not None else ():
            if camera in state.cameras and "access.refused" in state.cameras[camera].findings:
                self.on_retry(camera)

    def now(self) -> Mapping[str, DeviceNow]:
        """What is known of each device at this moment."""
        return self.fleet.now()

    def camera(self, place: CameraPlace) -> VendorCamera:
        """A camera that is a device, or a channel of one."""
        return self.fleet.camera(place.device, place.channel, place.stream)

    def _spec(self, settings: DeviceSettings) -> DeviceSpec:
        connection, driver = settings.connection, settings.driver
        vendor = self._plugins.host.vendors[driver]
        usual = vendor.vendor.tls_port if connection.tls else vendor.vendor.port
        known = self._core.state.devices.by_id.get(settings.id)
        refused = known.fault(DeviceRefused, camera=known.configured.camera) if known is not None else None

        def credentials() -> Credentials | None:
            if connection.user is None or connection.password is None:
                return None
            return Credentials(connection.user, connection.password.reveal(self._folder))

        return DeviceSpec(
            id=settings.id,
            plugin=vendor.plugin,
            settings=settings,
            address=Address(host=connection.host, port=connection.port or usual, tls=connection.tls),
            credentials=credentials,
            trust=TlsTrust(
                fingerprint=parse_fingerprint(connection.tls_fingerprint) if connection.tls_fingerprint else "",
                ca_file=self._folder / connection.ca_file if connection.ca_file else None,
            ),
            poll_s=connection.poll_s,
            allow=frozenset(connection.allow),
            open=lambda access: self._plugins.session(driver, access, settings.options),
            refused=refused.detail.en or "It refused the credentials." if refused is not None else "",
        )

    def _take_look(self, device: str, look: Look) -> None:
        waiting = self._looks.get(device)
        if waiting is not None and look.weak is None:
            look = replace(look, weak=waiting.weak)  # asked for once a day, and not on record yet
        shares = None if self._sharing is None else device in self._sharing
        self._looks[device] = replace(look, shares_password=shares)
        self._told.add(device)
        self._news.set()

    def _take_news(self, device: str) -> None:
        self._told.add(device)
        self._news.set()

    async def _keep_record(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            looks, told, self._told = dict(self._looks), self._told, set()
            listeners = {name: each for name, each in self.fleet.listeners().items() if name in told}
            heard = {name: listener.heard for name, listener in listeners.items()}
            now, recorded = self._clock.now(), dict[str, dict[str, int]]()
            try:
                await self._core.propose(lambda state: self._drafts(state, looks, heard, recorded))  # noqa: B023
            except JournalError as error:
                log.error("devices_not_recorded", error=str(error))
                self._told |= told
                self._news.set()
                await asyncio.sleep(_TRY_AGAIN_S)
                continue
            for name, signals in recorded.items():
                listeners[name].settled(signals, now)
            self._looks = {name: look for name, look in self._looks.items() if look is not looks.get(name)}
            # What was told too often for now waits for its turn.
            self._told |= {name for name, listener in listeners.items() if listener.heard.signals}
            # A device that talks without end is put on record once a second.
            await asyncio.sleep(_TRY_AGAIN_S)

    def _drafts(
        self,
        state: State,
        looks: Mapping[str, Look],
        heard: Mapping[str, Heard],
        recorded: dict[str, dict[str, int]],
    ) -> list[Draft]:
        drafts = [Draft(event, actor="hub") for event in _quarantine(state, self.fleet.quarantined())]
        for name, look in looks.items():
            device = state.devices.by_id.get(name)
            if device is not None:
                drafts += [Draft(event, actor="hub", at=look.at) for event in reconcile(device, look, self._limits)]
        for name, words in heard.items():
            device = state.devices.by_id.get(name)
            if device is not None:
                signals, recorded[name] = signals_due(device, words, self._clock.now())
                drafts += [Draft(event, actor="hub") for event in (*reconcile_reports(device, words), *signals)]
        return drafts

    async def _obey(self, device: str, order: DeviceOrder, cause: int) -> None:
        event: Event
        try:
            event = DeviceOrderDone(device=device, order=order, detail=await self.fleet.obey(device, order))
        except (DeviceError, PluginError) as error:
            event = DeviceOrderFailed(device=device, order=order, reason=str(error))
        try:
            await self._core.propose(lambda state: [Draft(event, actor="hub", cause=cause)])
        except JournalError as error:
            # The hub is stopping: its next start puts on record that nobody knows.
            log.error("order_not_recorded", device=device, order=order, error=str(error))


def _quarantine(state: State, now: Mapping[str, str]) -> list[Event]:
    known = state.devices.quarantined
    begun = [DeviceQuarantined(plugin=name, reason=reason) for name, reason in now.items() if name not in known]
    return [*begun, *(DeviceReleased(plugin=name) for name in known if name not in now)]


def _interrupted(state: State) -> list[Draft]:
    """What devices were told to do when the hub ran last, and nobody knows what came of it."""
    return [
        Draft(DeviceOrderFailed(device=name, order=device.ordered.order, reason=_INTERRUPTED), actor="hub")
        for name, device in state.devices.by_id.items()
        if device.ordered is not None
    ]
