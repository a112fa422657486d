"""The hooks: how a plugin tells the hub what it brings.

Hooks only register. Each is called once, at start, for each plugin on its own; a plugin that raises is marked failed
and the others go on. What happens later goes through the ports (`hub.ports`), never through a hook. A hook ships only
together with a plugin that uses it.

What is registered has a name that is unique among all plugins of that kind (camera drivers and vendors count as one:
both are what `driver` says). Options are described by pydantic models; the hub checks hub.toml against them and reports
mistakes with file, line and column.
"""

from collections.abc import Callable
from typing import Any, Protocol

import pluggy
from pydantic import BaseModel

from hub.ports import CameraDriver, Notifier, PluginContext, Service, Storage, Store
from hub.vendor.finding import Finder
from hub.vendor.session import Vendor

PROJECT = "watchroom"
"""The entry-point group is `watchroom.plugins`; markers are bound to this name."""

API_VERSION = 1
"""What a plugin's `plugin.toml` names as `api`; it grows when `hub.api` changes in a way that breaks plugins."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class RegisterCamera(Protocol):
    def __call__(
        self, name: str, factory: Callable[[Any, PluginContext], CameraDriver], *, options: type[BaseModel]
    ) -> None: ...


class RegisterNotifier(Protocol):
    def __call__(
        self,
        name: str,
        factory: Callable[[Any, PluginContext], Notifier],
        *,
        options: type[BaseModel],
        target: type[BaseModel],
    ) -> None: ...


class RegisterStore(Protocol):
    def __call__(
        self, name: str, factory: Callable[[Any, PluginContext], Store], *, options: type[BaseModel]
    ) -> None: ...


class RegisterService(Protocol):
    def __call__(
        self, name: str, factory: Callable[[Any, PluginContext], Service], *, options: type[BaseModel]
    ) -> None: ...


class RegisterStorage(Protocol):
    def __call__(
        self, name: str, factory: Callable[[Any, PluginContext], Storage], *, options: type[BaseModel]
    ) -> None: ...


class RegisterVendor(Protocol):
    def __call__(self, vendor: Vendor) -> None: ...


class RegisterFinder(Protocol):
    def __call__(self, name: str, find: Finder) -> None: ...


@hookspec
def hub_register_cameras(register: RegisterCamera) -> None:
    """Offer camera drivers.

    A camera in hub.toml chooses one with `driver = "NAME"`; its other keys are checked against `options`.

    :param register: call it once per driver: `register("rtsp", RtspCamera, options=RtspOptions)`. The factory is
        called as `factory(options, context)` once per camera, on the event loop, and must not block.
    """


@hookspec
def hub_register_notifiers(register: RegisterNotifier) -> None:
    """Offer ways to send messages.

    A route in hub.toml chooses one with `via = "NAME"`; its other keys are checked against `target`.

    :param register: call it once per notifier: `register("mail", Mail, options=MailOptions, target=MailTarget)`.
        `options` describes the table `[plugins.NAME]`. The factory is called once as `factory(options, context)`.
    """


@hookspec
def hub_register_stores(register: RegisterStore) -> None:
    """Offer places where the journal is kept.

    hub.toml chooses one with `[journal] store = "NAME"`.

    :param register: call it once per store: `register("sqlite", SqliteStore, options=SqliteOptions)`. The journal's
        writer is the only caller of `commit`.
    """


@hookspec
def hub_register_services(register: RegisterService) -> None:
    """Offer something that runs beside the hub, such as the demo plant's camera streams.

    A service runs only where hub.toml has the table `[plugins.NAME]`.

    :param register: call it once per service: `register("demo", DemoPlant, options=DemoOptions)`.
    """


@hookspec
def hub_register_storages(register: RegisterStorage) -> None:
    """Offer places to which finished recordings are moved when they are old enough.

    A table `[[storages]]` in hub.toml chooses one with `via = "NAME"`; its other keys are checked against `options`.

    :param register: call it once per kind of storage: `register("disk", DiskStorage, options=DiskOptions)`. The factory
        is called as `factory(options, context)` once for each table, when the hub starts, and does no I/O.
    """


@hookspec
def hub_register_vendors(register: RegisterVendor) -> None:
    """Offer a kind of device: cameras and recorders of one maker, or of one protocol.

    A device or camera in hub.toml chooses one with `driver = "NAME"`; where it is and how to sign in is the hub's part,
    its other keys are checked against the vendor's `options`.

    :param register: call it once per vendor: `register(VENDOR)`. The vendor's `open` is called as
        `open(access, options, context)` once per device and makes the session, without I/O.
    """


@hookspec
def hub_register_finders(register: RegisterFinder) -> None:
    """Offer a way to find devices on the network.

    `hub discover` runs them all side by side, each in a thread of its own.

    :param register: call it once per way: `register("sadp", find)`. `find(search, network)` gives what it finds as it
        comes and ends when the time of the search is over.
    """
