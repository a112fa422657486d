"""What one plugin offers: collected and checked while its hooks run, taken over only when all of them went well."""

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from pydantic import BaseModel

from hub.errors import PluginError
from hub.plugin_host.manifest import Kind

HOOKS: Mapping[str, Kind] = {
    "hub_register_cameras": "camera",
    "hub_register_notifiers": "notifier",
    "hub_register_stores": "store",
    "hub_register_services": "service",
}
"""Which kind of thing each hook registers."""

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a plugin offers."""

    kind: Kind
    name: str
    """What hub.toml calls it: `driver = "rtsp"`, `via = "mail"`, `[plugins.mail]`."""
    plugin: str
    factory: Callable[..., Any]
    """Called as `factory(options, context)`; use `PluginHost.build_…`, which isolates its faults."""
    options: type[BaseModel]
    target: type[BaseModel] | None = None
    """Notifiers only: the model of one entry of a route's `send`."""


class Registration:
    """The `register` that one hook of one plugin is given."""

    def __init__(self, plugin: str, kind: Kind) -> None:
        self._plugin = plugin
        self._kind = kind
        self._open = True
        self.offers: list[Registered] = []

    def __call__(self, name: object, factory: object, *, options: object, target: object = None) -> None:
        if not self._open:
            raise PluginError(f"It registered '{name}' after its hook had returned.")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise PluginError(
                f"It registered a {self._kind} by the name {name!r}.",
                hint="A name begins with a small letter and holds small letters, digits, _ and -, 40 at most.",
            )
        if not callable(factory) or inspect.iscoroutinefunction(factory):
            raise PluginError(f"The factory of the {self._kind} '{name}' must be a class or a plain function.")
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

    def close(self) -> None:
        self._open = False


def _model(what: str, model: object) -> type[BaseModel]:
    if not (inspect.isclass(model) and issubclass(model, BaseModel)):
        raise PluginError(f"{what} must be a pydantic model (the class), not {model!r}.")
    return model
