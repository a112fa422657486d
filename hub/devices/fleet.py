"""All devices of the site: a session for each, asked and listened to, apart from all others.

    fleet = Fleet(Calls(), clock, on_look=…, on_news=…, on_fault=…)
    await fleet.use({"nvr-1": spec})     # opens what is new, closes what is gone or different
    await fleet.stop()

On the hub's event loop; what a session does runs in threads of `Calls` and of the listeners.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar, cast

import msgspec
import structlog
from msgspec.structs import replace

from hub.client.devices import DeviceNow
from hub.clock import Clock
from hub.core.devices.events import DeviceOrder
from hub.core.devices.look import Look
from hub.core.text import Text
from hub.devices.access import Access, build_access
from hub.devices.calls import Calls, Line
from hub.devices.driver import StreamName, VendorCamera, spec_of
from hub.devices.listening import Listener
from hub.devices.obeying import reboot, set_clock
from hub.devices.polling import Poller
from hub.devices.trust import TlsTrust
from hub.errors import DeviceError, DeviceUnreachable, PluginError, Unsupported
from hub.ports import StreamSpec
from hub.vendor.access import Address, Credentials, DeviceAccess
from hub.vendor.session import Events, Ptz, Session, Streams
from hub.vendor.values import Capability, StreamOffer

log = structlog.get_logger("devices")

MOST_LISTENERS = 1000
"""Threads that wait for what devices tell; what lies beyond is asked, and not listened to."""
_SPREAD_S = 30.0
_CLOSE_S = 5.0
_STOP_S = 6.0
_ORDER_S = 30.0
_STREAMS_S = 8.0
_TURN_S = 20.0
_STREAMS_KEPT_S = 600.0
"""Where the streams of a channel are hardly ever changes, and every connection asks for it."""

Side = TypeVar("Side")
Result = TypeVar("Result")


class DeviceSpec(msgspec.Struct, frozen=True, kw_only=True):
    """How one device is reached. One whose `settings` are the same goes on undisturbed."""

    id: str
    plugin: str
    settings: Any
    """Everything that hub.toml says of it; compared, not read."""
    address: Address
    credentials: Callable[[], Credentials | None]
    trust: TlsTrust
    poll_s: float
    allow: frozenset[str] = frozenset()
    open: Callable[[DeviceAccess], Session]
    """Makes the session; no I/O. Raises `PluginError`."""
    refused: str = ""
    """Why it refused the credentials when the hub ran last: it is not asked before a person says so."""


class _Device:
    """One device that is open."""

    def __init__(self, spec: DeviceSpec, access: Access, session: Session, line: Line, poller: Poller) -> None:
        self.spec = spec
        self.access = access
        self.session = session
        self.line = line
        self.poller = poller
        self.listener: Listener | None = None
        self.full = False
        self.tasks: list[asyncio.Task[None]] = []
        self.streams: dict[int, tuple[float, list[tuple[StreamOffer, StreamSpec]]]] = {}


class Fleet:
    """Opens, asks, listens and closes."""

    def __init__(
        self,
        calls: Calls,
        clock: Clock,
        *,
        on_look: Callable[[str, Look], None],
        on_news: Callable[[str], None],
        on_fault: Callable[[str, str, Exception | None], None],
    ) -> None:
        """`on_look`: a device was looked at. `on_news`: it told something, see `listeners`. `on_fault`: what a part of
        a plugin (the second name) raised that it may not raise; None: it works. All are called on the event loop."""
        self._calls = calls
        self._clock = clock
        self._on_look = on_look
        self._on_news = on_news
        self._on_fault = on_fault
        self._devices: dict[str, _Device] = {}
        self._broken: dict[str, tuple[DeviceSpec, str]] = {}
        """The devices whose session could not be made, and why."""

    async def use(self, specs: Mapping[str, DeviceSpec]) -> None:
        """Attend to exactly these devices."""
        changed = [
            device
            for name, device in self._devices.items()
            if name not in specs or specs[name].settings != device.spec.settings
        ]
        for device in changed:
            del self._devices[device.spec.id]
        await asyncio.gather(*(self._close(device) for device in changed))
        self._broken = {}
        new = [spec for name, spec in specs.items() if name not in self._devices]
        for number, spec in enumerate(new):
            # Spread over the first half minute: three hundred at once would be a storm.
            self._open(spec, _SPREAD_S * number / len(new) if len(new) > 8 else 0.0)

    async def stop(self) -> None:
        """Close every session, and every thread that can be closed, within 12 s: devices that do not answer are not
        waited for any longer."""
        devices, self._devices = list(self._devices.values()), {}
        closing = [asyncio.create_task(self._close(device)) for device in devices]
        late = (await asyncio.wait(closing, timeout=_STOP_S))[1] if closing else set()
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        await self._calls.close()

    def now(self) -> dict[str, DeviceNow]:
        """What is known of each device at this moment."""
        known = {name: _now(device) for name, device in self._devices.items()}
        return known | {name: DeviceNow(why=why) for name, (_, why) in self._broken.items()}

    def listeners(self) -> dict[str, Listener]:
        """Those who hear what devices tell, by device."""
        return {name: device.listener for name, device in self._devices.items() if device.listener is not None}

    def quarantined(self) -> dict[str, str]:
        """The plugins whose devices are not asked, and why."""
        plugins = {device.spec.plugin for device in self._devices.values()}
        return {plugin: reason for plugin in plugins if (reason := self._calls.quarantined(plugin))}

    def retry(self, device_id: str) -> None:
        """A person wants the device to be asked again, whatever it refused and however its plugin hung."""
        device = self._devices.get(device_id)
        if device is not None:
            self._calls.release(device.spec.plugin)
            device.access.retry()
            device.streams.clear()
            device.poller.ask_soon()

    async def obey(self, device_id: str, order: DeviceOrder) -> Text:
        """Tell the device to do something; returns what came of it. Raises `DeviceError` or `PluginError`."""
        device = self._known(device_id)
        work = set_clock if order == "clock" else reboot
        said = await self.ask(device_id, object, lambda session: work(session, device.access), within_s=_ORDER_S)
        device.poller.ask_soon()
        return said

    def offering(self, kind: type[Any], capability: Capability) -> list[str]:
        """The devices whose sessions have this protocol and that have not said that they cannot do it."""
        return [name for name in self._devices if self.offers(name, kind, capability)]

    def offers(self, device_id: str, kind: type[Any], capability: Capability) -> bool | None:
        """Whether the session of a device has this protocol and the device has not said that it cannot do it; None
        while it has said nothing. Raises `DeviceUnreachable` for a device that has no session."""
        device = self._known(device_id)
        if not isinstance(device.session, kind):
            return False
        return device.poller.can.get(capability, "no") != "no" if device.poller.can else None

    async def ask(
        self, device_id: str, kind: Callable[..., Side], function: Callable[[Side], Result], *, within_s: float = 15.0
    ) -> Result:
        """What `function` gives of the device's session, in a thread, as the only call to that device. `kind`: the
        protocol that the session must have, such as `hub.vendor.session.Ptz`.

        Raises what `Calls.call` does, `Unsupported` where sessions of its kind have not this protocol, and
        `DeviceUnreachable` at once while the device is left alone because it fails.
        """
        device = self._known(device_id)
        session: Any = device.session
        if not isinstance(session, cast(type, kind)):
            raise Unsupported(f"Devices of this kind have no {cast(type, kind).__name__} that the hub knows.")
        device.poller.check()
        return await self._calls.call(device.line, function, session, within_s=within_s)

    def camera(self, device_id: str, channel: int, watched: StreamName | None) -> VendorCamera:
        """One channel, as the watch knows cameras. It may be made before the device is there."""
        known = self._devices.get(device_id)
        return VendorCamera(
            watched=watched,
            streams=partial(self._streams, device_id, channel),
            turn=partial(self._turn, device_id, channel),
            may_turn=known is not None and "preset" in known.spec.allow,
        )

    def _open(self, spec: DeviceSpec, first_after_s: float) -> None:
        access = build_access(spec.id, spec.address, spec.credentials, spec.trust, self._clock)
        try:
            session = spec.open(access)
        except PluginError as error:
            access.shut()
            self._broken[spec.id] = (spec, error.message)
            self._on_fault(f"device {spec.id}", spec.plugin, error)
            return
        line = Line(spec.id, access, plugin=spec.plugin)
        poller = Poller(
            session,
            access,
            line,
            self._calls,
            self._clock,
            poll_s=spec.poll_s,
            on_look=partial(self._looked, spec.id),
            on_fault=partial(self._on_fault, f"device {spec.id}", spec.plugin),
        )
        device = self._devices[spec.id] = _Device(spec, access, session, line, poller)
        device.tasks.append(asyncio.create_task(self._attend(device, first_after_s), name=f"device {spec.id}"))

    async def _attend(self, device: _Device, first_after_s: float) -> None:
        if device.spec.refused:
            try:
                await self._calls.call(device.line, device.access.refused, device.spec.refused)
            except (DeviceError, PluginError) as error:
                log.warning("device_not_latched", device=device.spec.id, reason=error.message)
        await device.poller.keep(first_after_s)

    def _looked(self, device_id: str, look: Look) -> None:
        device = self._devices.get(device_id)
        if device is None:
            return  # it has just left hub.toml
        if look.contact == "reached" and device.listener is None:
            self._listen(device)
        if look.contact == "failed":
            device.streams.clear()
        self._on_look(device_id, look)

    def _listen(self, device: _Device) -> None:
        if not isinstance(device.session, Events) or device.poller.can.get("events", "no") == "no":
            return
        device.full = len(self.listeners()) >= MOST_LISTENERS
        if device.full:
            return
        loop = asyncio.get_running_loop()
        name, plugin = device.spec.id, device.spec.plugin

        def soon(call: Callable[..., None], *args: Any) -> None:
            try:
                loop.call_soon_threadsafe(call, *args)
            except RuntimeError:  # the hub has ended meanwhile
                log.info("device_told_after_the_end", device=name)

        device.listener = Listener(
            name,
            device.session,
            device.access,
            self._clock,
            on_news=partial(soon, self._on_news, name),
            on_back=partial(soon, self._back, name),
            on_fault=partial(soon, self._on_fault, _events_of(name), plugin),
        )
        device.listener.start()

    def _back(self, device_id: str) -> None:
        """It tells what happens again: whether it is well is asked at once, not after the pause of one that fails."""
        device = self._devices.get(device_id)
        if device is None:
            return
        self._on_fault(_events_of(device_id), device.spec.plugin, None)
        if device.poller.now.contact != "reached":
            device.poller.ask_soon()

    async def _close(self, device: _Device) -> None:
        for task in device.tasks:
            task.cancel()
        await asyncio.gather(*device.tasks, return_exceptions=True)
        device.access.close()
        if device.listener is not None and not await asyncio.to_thread(device.listener.ended):
            log.warning("listener_hangs", device=device.spec.id, plugin=device.spec.plugin)
        try:
            await self._calls.call(device.line, device.session.close, within_s=_CLOSE_S, farewell=True)
        except (DeviceError, PluginError) as error:
            log.info("session_not_closed", device=device.spec.id, reason=error.message)
        finally:
            device.access.shut()

    async def _streams(self, device_id: str, channel: int) -> list[tuple[StreamOffer, StreamSpec]]:
        device = self._known(device_id)
        kept = device.streams.get(channel)
        if kept is not None and self._clock.monotonic() < kept[0]:
            return kept[1]
        access, spec = device.access, device.spec

        def read(session: Streams) -> list[tuple[StreamOffer, StreamSpec]]:
            offers = session.streams(channel)
            credentials = access.credentials()
            return [(offer, spec_of(offer, access.address.host, credentials, spec.trust)) for offer in offers]

        found = await self.ask(device_id, Streams, read, within_s=_STREAMS_S)
        device.streams[channel] = (self._clock.monotonic() + _STREAMS_KEPT_S, found)
        return found

    async def _turn(self, device_id: str, channel: int, preset: str) -> None:
        await self.ask(device_id, Ptz, lambda session: session.go_to(channel, preset), within_s=_TURN_S)

    def _known(self, device_id: str) -> _Device:
        device = self._devices.get(device_id)
        if device is None:
            why = self._broken[device_id][1] if device_id in self._broken else "See `hub check`."
            raise DeviceUnreachable(f"The device {device_id} is not attended to.", hint=why)
        return device


def _now(device: _Device) -> DeviceNow:
    now = device.poller.now
    if device.listener is not None:
        return replace(now, listening=device.listener.state)
    if device.full:
        return replace(now, listening="full")
    tells = isinstance(device.session, Events) and device.poller.can.get("events") != "no"
    return replace(now, listening="unknown" if tells else "unsupported")


def _events_of(device_id: str) -> str:
    return f"events of {device_id}"
