"""The second pass over hub.toml: what belongs to plugins, against the models that the loaded plugins brought."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec
from pydantic import BaseModel, ValidationError

from hub.config.explain import keys_of
from hub.config.hub_toml.device_tables import DeviceSettings, read_camera, read_devices
from hub.config.hub_toml.plugin_options import BY_REFERENCE, IN_CLEAR, checked, not_loaded
from hub.config.hub_toml.routes import SendTable
from hub.config.hub_toml.site import CameraTable, SiteConfig
from hub.config.problems import Problem, in_order
from hub.config.toml import Document, Path
from hub.core.devices.events import ConfiguredDevice
from hub.core.saying import NOTHING, saying

_PASSWORD_IN_URL = re.compile(r"://[^\s/@:]*:[^\s/@]+@")


class Offer(Protocol):
    """What a plugin registered under one name; a notifier has `target` too."""

    @property
    def options(self) -> type[BaseModel] | None: ...


class Registry(Protocol):
    """What the loaded plugins offer, by name."""

    @property
    def cameras(self) -> Mapping[str, Any]: ...
    @property
    def notifiers(self) -> Mapping[str, Any]: ...
    @property
    def services(self) -> Mapping[str, Any]: ...
    @property
    def stores(self) -> Mapping[str, Any]: ...
    @property
    def storages(self) -> Mapping[str, Any]: ...
    @property
    def vendors(self) -> Mapping[str, Any]: ...


class Delivery(msgspec.Struct, frozen=True):
    """One recipient of a route: the notifier's name and what it needs to reach them."""

    via: str
    target: BaseModel


class StorageSettings(msgspec.Struct, frozen=True):
    """One storage of recordings: its kind, and what the plugin needs."""

    via: str
    options: BaseModel


class PluginTables(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of hub.toml that belongs to plugins, as instances of their own models.

    What has an error is absent here and listed in `problems`, in the order of the file, with the warnings.
    """

    cameras: dict[str, BaseModel] = {}
    """The driver's options by camera id; of a vendor's camera, where it is (`CameraPlace`)."""
    devices: dict[str, DeviceSettings] = {}
    """How each device is reached that a loaded plugin knows how to ask."""
    configured: tuple[ConfiguredDevice, ...] = ()
    """Every device of the file as the core knows it, also those whose plugin is not working."""
    routes: dict[str, tuple[Delivery, ...]] = {}
    """The recipients by route id, and those of a contact by `person:ACCOUNT`."""
    notifiers: dict[str, BaseModel] = {}
    """The options by name, of the notifiers that a route uses or that have a table."""
    services: dict[str, BaseModel] = {}
    """The options by name, of the services that have a table and are therefore to run."""
    storages: dict[str, StorageSettings] = {}
    """The storages of recordings by id."""
    store: BaseModel | None = None
    """The options of the journal's store."""
    problems: tuple[Problem, ...] = ()


def check_plugin_tables(config: SiteConfig, registry: Registry) -> PluginTables:
    """The options and targets that hub.toml gives to plugins, and what is wrong with them."""
    document = config.document
    found, problems = read_devices(config, registry.vendors)
    cameras: dict[str, BaseModel] = {}
    for index, camera in enumerate(config.cameras):
        path: Path = ("cameras", index)
        vendor = registry.vendors.get(camera.driver)
        if vendor is not None:
            options: BaseModel | None = read_camera(camera, path, config, vendor, found, problems)
        else:
            options = _camera(camera, path, registry, document, problems)
        if options is not None:
            cameras[camera.id] = options
    routes: dict[str, tuple[Delivery, ...]] = {}
    for name, path, sends in _recipients(config):
        deliveries = [
            _delivery(send, (*path, "send", number), registry, document, problems) for number, send in enumerate(sends)
        ]
        routes[name] = tuple(delivery for delivery in deliveries if delivery is not None)
    return PluginTables(
        cameras=cameras,
        devices=found.devices,
        configured=tuple(found.configured.values()),
        routes=routes,
        notifiers=_notifiers(config, registry, problems),
        services=_services(config, registry, problems),
        storages=_storages(config, registry, problems),
        store=_store(config, registry, problems),
        problems=tuple(in_order([*problems, *_nobodys(config, registry), *_passwords_in_urls(document)])),
    )


def _recipients(config: SiteConfig) -> Iterator[tuple[str, Path, list[SendTable]]]:
    """Whoever can be told, as `PluginTables.routes` names them, with their place in the file."""
    for index, route in enumerate(config.routes):
        yield route.id, ("routes", index), route.send
    for index, contact in enumerate(config.contacts):
        yield f"person:{contact.account}", ("contacts", index), contact.send


def _camera(
    camera: CameraTable, path: Path, registry: Registry, document: Document, problems: list[Problem]
) -> BaseModel | None:
    driver = registry.cameras.get(camera.driver)
    if driver is None:
        known = [*registry.cameras, *registry.vendors]
        problems.append(not_loaded("camera driver", camera.driver, known, (*path, "driver"), document))
        return None
    return checked(driver.options, camera.rest, path, document, problems, also=keys_of(CameraTable))


def _delivery(
    send: SendTable, path: Path, registry: Registry, document: Document, problems: list[Problem]
) -> Delivery | None:
    notifier = registry.notifiers.get(send.via)
    if notifier is None:
        problems.append(not_loaded("notifier", send.via, registry.notifiers, (*path, "via"), document))
        return None
    target = checked(notifier.target, send.rest, path, document, problems, also=("via",))
    return None if target is None else Delivery(send.via, target)


def _notifiers(config: SiteConfig, registry: Registry, problems: list[Problem]) -> dict[str, BaseModel]:
    document, tables = config.document, config.plugins.tables
    found: dict[str, BaseModel] = {}
    for name in {send.via for _, _, sends in _recipients(config) for send in sends} | set(tables):
        notifier = registry.notifiers.get(name)
        if notifier is None:
            continue
        options: BaseModel | None
        if name in tables:
            table = _share(tables[name], notifier.options, [registry.services.get(name)])
            options = checked(notifier.options, table, ("plugins", name), document, problems)
        else:
            options = _without_table(name, notifier.options, config, problems)
        if options is not None:
            found[name] = options
    return found


def _without_table(name: str, model: type[BaseModel], config: SiteConfig, problems: list[Problem]) -> BaseModel | None:
    try:
        return model.model_validate({})
    except ValidationError as error:
        missing = [str(details["loc"][0]) for details in error.errors() if details["type"] == "missing"]
        path = next(
            (*place, "send", number, "via")
            for _, place, sends in _recipients(config)
            for number, send in enumerate(sends)
            if send.via == name
        )
        hint = saying("It needs: {names}.", names=tuple(missing)) if missing else NOTHING
        problems.append(
            config.document.problem(
                path, saying("the notifier {name!r} needs a table [plugins.{name}]", name=name), hint
            )
        )
        return None


def _services(config: SiteConfig, registry: Registry, problems: list[Problem]) -> dict[str, BaseModel]:
    found: dict[str, BaseModel] = {}
    for name, table in config.plugins.tables.items():
        service = registry.services.get(name)
        if service is None:
            continue
        own = _share(table, service.options, [registry.notifiers.get(name)])
        if name in registry.notifiers:
            # A key that neither of the two knows is told once, with the notifier.
            own = {key: value for key, value in own.items() if key in keys_of(service.options)}
        options = checked(service.options, own, ("plugins", name), config.document, problems)
        if options is not None:
            found[name] = options
    return found


def _share(table: dict[str, Any], model: type[BaseModel], others: Sequence[Any]) -> dict[str, Any]:
    """The part of a table that is for `model`, where a notifier and a service share their name."""
    foreign = {key for other in others if other is not None for key in keys_of(other.options)} - set(keys_of(model))
    return {key: value for key, value in table.items() if key not in foreign}


def _storages(config: SiteConfig, registry: Registry, problems: list[Problem]) -> dict[str, StorageSettings]:
    found: dict[str, StorageSettings] = {}
    for index, table in enumerate(config.storages):
        path: Path = ("storages", index)
        kind = registry.storages.get(table.via)
        if kind is None:
            problems.append(not_loaded("storage", table.via, registry.storages, (*path, "via"), config.document))
            continue
        options = checked(kind.options, table.rest, path, config.document, problems, also=keys_of(type(table)))
        if options is not None:
            found[table.id] = StorageSettings(table.via, options)
    return found


def _store(config: SiteConfig, registry: Registry, problems: list[Problem]) -> BaseModel | None:
    document, name = config.document, config.journal.store
    store = registry.stores.get(name)
    if store is None:
        problems.append(not_loaded("store", name, registry.stores, ("journal", "store"), document))
        return None
    return checked(store.options, config.journal.rest, ("journal",), document, problems, also=("store",))


def _nobodys(config: SiteConfig, registry: Registry) -> Iterator[Problem]:
    """The tables `[plugins.NAME]` that nothing reads."""
    offered = [*registry.notifiers, *registry.services]
    for name in config.plugins.tables:
        path = ("plugins", name)
        if name in offered:
            continue
        if name in registry.stores:
            message, hint = saying("{name!r} is a store", name=name), saying("Its options go into [journal].")
        elif name in registry.storages:
            message, hint = (
                saying("{name!r} is a kind of storage", name=name),
                saying("Its options go into [[storages]]."),
            )
        elif name in registry.cameras or name in registry.vendors:
            message, hint = (
                saying("{name!r} is a camera driver", name=name),
                saying("Its options go into each camera that uses it."),
            )
        else:
            yield not_loaded("notifier or service", name, offered, path, config.document)
            continue
        yield config.document.problem(path, message, hint)


def _passwords_in_urls(value: Document) -> Iterator[Problem]:
    waiting: list[tuple[Path, Any]] = [((), value.data)]
    while waiting:
        path, item = waiting.pop()
        if isinstance(item, str) and _PASSWORD_IN_URL.search(item):
            yield value.problem(
                path,
                IN_CLEAR,
                BY_REFERENCE,
                level="warning",
            )
        elif isinstance(item, dict):
            waiting += [((*path, key), inner) for key, inner in item.items()]
        elif isinstance(item, list):
            waiting += [((*path, index), inner) for index, inner in enumerate(item)]
