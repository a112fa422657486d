"""What one plugin offers: collected and checked while its hooks run, taken over only when all of them went well."""

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, get_args

import msgspec
from pydantic import BaseModel

from hub.errors import PluginError
from hub.plugin_host.manifest import Kind
from hub.vendor.finding import Finder
from hub.vendor.session import Vendor
from hub.vendor.values import Capability

HOOKS: Mapping[str, Kind] = {
    "hub_register_cameras": "camera",
    "hub_register_notifiers": "notifier",
    "hub_register_stores": "store",
    "hub_register_services": "service",
    "hub_register_vendors": "vendor",
    "hub_register_finders": "finder",
    "hub_register_storages": "storage",
}
"""Which kind of thing each hook registers."""

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


_LONGEST_TITLE = 80


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a plugin offers."""

    kind: Kind
    name: str
    """What hub.toml calls it: `driver = "rtsp"`, `via = "mail"`, `[plugins.mail]`."""
    plugin: str


class Registered(Offer, frozen=True, kw_only=True):
    """A camera driver, notifier, store, service or storage."""

    factory: Callable[..., Any]
    """Called as `factory(options, context)`; use `PluginHost.build_…`, which isolates its faults."""
    options: type[BaseModel]
    target: type[BaseModel] | None = None
    """Notifiers only: the model of one entry of a route's `send`."""


class RegisteredVendor(Offer, frozen=True, kw_only=True):
    """A vendor's sessions; open them with `PluginHost.open_session`, which isolates its faults."""

    vendor: Vendor

    @property
    def options(self) -> type[BaseModel]:
        """What hub.toml may say of such a device besides where it is and how to sign in."""
        return self.vendor.options


class RegisteredFinder(Offer, frozen=True, kw_only=True):
    """A way to find devices on the network. `find` runs the plugin's code: call it in a thread, expect anything."""

    find: Finder


class Registration:
    """The `register` that one hook of one plugin is given; what it takes depends on the kind."""

    def __init__(self, plugin: str, kind: Kind) -> None:
        self._plugin = plugin
        self._kind = kind
        self._open = True
        self.offers: list[Offer] = []

    def close(self) -> None:
        self._open = False

    def _check(self, name: object, function: object, *, what: str) -> str:
        if not self._open:
            raise PluginError(f"It registered '{name}' after its hook had returned.")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise PluginError(
                f"It registered a {self._kind} by the name {name!r}.",
                hint="A name begins with a small letter and holds small letters, digits, _ and -, 40 at most.",
            )
        if not callable(function) or inspect.iscoroutinefunction(function):
            raise PluginError(f"The {what} of the {self._kind} '{name}' must be a class or a plain function.")
        return name


class FactoryRegistration(Registration):
    """`register(name, factory, options=…)`: camera drivers, notifiers, stores, services, storages."""

    def __call__(self, name: object, factory: Any, *, options: object, target: object = None) -> None:
        name = self._check(name, factory, what="factory")
        options_model = _model(f"`options` of the {self._kind} '{name}'", options)
        target_model = None
        if self._kind == "notifier":
            target_model = _model(f"`target` of the notifier '{name}'", target)
        elif target is not None:
            raise PluginError(f"The {self._kind} '{name}' was registered with a `target`; only notifiers have one.")
        self.offers.append(
            Registered(
                kind=self._kind,
                name=name,
                plugin=self._plugin,
                factory=factory,
                options=options_model,
                target=target_model,
            )
        )


class VendorRegistration(Registration):
    """`register(VENDOR)`."""

    def __call__(self, vendor: object) -> None:
        if not isinstance(vendor, Vendor):
            raise PluginError(
                f"It registered {type(vendor).__name__} as a vendor.", hint="Register a value of hub.api.Vendor."
            )
        name = self._check(vendor.name, vendor.open, what="`open`")
        what = f"of the vendor '{name}'"
        if not 0 < len(vendor.title.strip()) <= _LONGEST_TITLE:
            raise PluginError(f"`title` {what} must be a text of 1 to {_LONGEST_TITLE} characters.")
        for key, port in (("port", vendor.port), ("tls_port", vendor.tls_port)):
            if type(port) is not int or not 0 < port < 65536:
                raise PluginError(f"`{key}` {what} must be a number from 1 to 65535, not {port!r}.")
        strange = sorted(map(str, set(vendor.could).difference(get_args(Capability))))
        if strange:
            raise PluginError(
                f"`could` {what} names '{strange[0]}'.", hint=f"There are: {', '.join(get_args(Capability))}."
            )
        _model(f"`options` {what}", vendor.options)
        self.offers.append(RegisteredVendor(kind="vendor", name=name, plugin=self._plugin, vendor=vendor))


class FinderRegistration(Registration):
    """`register(name, find)`."""

    def __call__(self, name: object, find: Any) -> None:
        name = self._check(name, find, what="function")
        self.offers.append(RegisteredFinder(kind="finder", name=name, plugin=self._plugin, find=find))


def open_registration(plugin: str, kind: Kind) -> Registration:
    """The `register` for a hook of that kind."""
    kinds: Mapping[Kind, type[Registration]] = {"vendor": VendorRegistration, "finder": FinderRegistration}
    return kinds.get(kind, FactoryRegistration)(plugin, kind)


def _model(what: str, model: object) -> type[BaseModel]:
    if not (inspect.isclass(model) and issubclass(model, BaseModel)):
        raise PluginError(f"{what} must be a pydantic model (the class), not {model!r}.")
    return model
