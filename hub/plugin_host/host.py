"""Loads the plugins of a site, each on its own, and makes what they offer.

Theory: pluggy serves to collect, never to signal. It stops a fan-out at the first exception, so every hook of every
plugin is called alone, and what a plugin registers is taken over only after all of its hooks went well. Whatever goes
wrong stays with that plugin: its state says so, with the line of its code, and the others go on. What cannot be kept
apart inside one process is an import that never returns, or a library that ends the process; `HUB_ONLY_PLUGINS` finds
such a plugin.

Used from one thread: the one that starts the hub, then its event loop.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, cast, get_args

import msgspec
import pluggy
from msgspec.structs import replace

from hub import hookspecs
from hub.clock import Clock
from hub.core.text import Language
from hub.errors import HubError, PluginError, SiteError
from hub.plugin_host.fault import describe_fault, shorten
from hub.plugin_host.importing import import_entry
from hub.plugin_host.manifest import Kind, Manifest
from hub.plugin_host.registration import (
    HOOKS,
    Offer,
    Registered,
    RegisteredFinder,
    RegisteredVendor,
    open_registration,
)
from hub.ports import CameraDriver, Notifier, PluginContext, Service, Storage, Store
from hub.vendor.access import DeviceAccess
from hub.vendor.session import Session

_PORTS: Mapping[Kind, type] = {
    "camera": CameraDriver,
    "notifier": Notifier,
    "store": Store,
    "service": Service,
    "vendor": Session,
    "storage": Storage,
}
_WORDS: Mapping[Kind, str] = {
    "camera": "camera driver",
    "notifier": "notifier",
    "store": "journal store",
    "service": "service",
    "vendor": "vendor",
    "finder": "finder",
    "storage": "storage",
}
_RIVALS: Mapping[Kind, Kind] = {"camera": "vendor", "vendor": "camera"}
"""Kinds that share their names: both are what `driver` says in hub.toml."""


class PluginState(StrEnum):
    """Where a plugin is in its life."""

    PENDING = "pending"
    """Found, not loaded yet."""
    LOADING = "loading"
    READY = "ready"
    DEGRADED = "degraded"
    """In use, but something of it broke; the reason says what."""
    FAILED = "failed"
    """Not used, or not to be trusted any more; the reason says why."""
    STOPPED = "stopped"
    """Not used because somebody said so, or because the hub has ended."""


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin and how it is."""

    manifest: Manifest
    state: PluginState = PluginState.PENDING
    reason: str = ""
    """One line without secrets; empty while all is well."""


def unloaded(manifest: Manifest) -> Loaded:
    """How a plugin is before it is loaded: `PENDING`, or already out."""
    if manifest.off:
        return Loaded(manifest=manifest, state=PluginState.STOPPED, reason=manifest.off)
    if manifest.problem:
        return Loaded(manifest=manifest, state=PluginState.FAILED, reason=manifest.problem)
    return Loaded(manifest=manifest)


class PluginHost:
    """The plugins of one site."""

    def __init__(self) -> None:
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._offers: dict[Kind, dict[str, Any]] = {kind: {} for kind in get_args(Kind)}
        self.plugins: dict[str, Loaded] = {}
        """By id, in the order of loading."""

    @property
    def cameras(self) -> Mapping[str, Registered]:
        """Camera drivers by name."""
        return self._offers["camera"]

    @property
    def notifiers(self) -> Mapping[str, Registered]:
        """Notifiers by name."""
        return self._offers["notifier"]

    @property
    def stores(self) -> Mapping[str, Registered]:
        """Journal stores by name."""
        return self._offers["store"]

    @property
    def services(self) -> Mapping[str, Registered]:
        """Services by name."""
        return self._offers["service"]

    @property
    def storages(self) -> Mapping[str, Registered]:
        """Kinds of storage by name."""
        return self._offers["storage"]

    @property
    def vendors(self) -> Mapping[str, RegisteredVendor]:
        """Vendors of devices by name; none has the name of a camera driver."""
        return self._offers["vendor"]

    @property
    def finders(self) -> Mapping[str, RegisteredFinder]:
        """Ways to find devices by name."""
        return self._offers["finder"]

    def load(self, manifests: Sequence[Manifest]) -> None:
        """Import the plugins and let them register. Never raises for a fault of a plugin: see `plugins`.

        Call it once.
        """
        self.plugins.update({manifest.id: unloaded(manifest) for manifest in manifests})
        for manifest in manifests:
            if self.plugins[manifest.id].state is PluginState.PENDING:
                self._load(manifest)

    def mark_failed(self, plugin: str, reason: str | BaseException) -> None:
        """Say that a plugin broke while running; an exception is described with the line of the plugin's code."""
        self._mark(plugin, PluginState.FAILED, reason)

    def mark_degraded(self, plugin: str, reason: str | BaseException) -> None:
        """Say that something of a plugin broke while the rest of it works."""
        self._mark(plugin, PluginState.DEGRADED, reason)

    def mark_ready(self, plugin: str) -> None:
        """Say that a plugin that had broken works again."""
        self._mark(plugin, PluginState.READY, "")

    def stop(self) -> None:
        """Say that the plugins that worked are no longer used; those that failed keep their reason."""
        for plugin, loaded in self.plugins.items():
            if loaded.state is not PluginState.FAILED:
                self._mark(plugin, PluginState.STOPPED, loaded.reason)

    def build_camera(self, name: str, options: Any, context: PluginContext) -> CameraDriver:
        """The driver of one camera. Raises `PluginError`."""
        return cast(CameraDriver, self._build("camera", name, options, context))

    def build_notifier(self, name: str, options: Any, context: PluginContext) -> Notifier:
        """A notifier. Raises `PluginError`."""
        return cast(Notifier, self._build("notifier", name, options, context))

    def build_store(self, name: str, options: Any, context: PluginContext) -> Store:
        """The store of the journal, not opened yet. Raises `PluginError`."""
        return cast(Store, self._build("store", name, options, context))

    def build_service(self, name: str, options: Any, context: PluginContext) -> Service:
        """A service, not started yet. Raises `PluginError`."""
        return cast(Service, self._build("service", name, options, context))

    def build_storage(self, name: str, options: Any, context: PluginContext) -> Storage:
        """A storage of recordings. Raises `PluginError`."""
        return cast(Storage, self._build("storage", name, options, context))

    def open_session(self, name: str, access: DeviceAccess, options: Any, context: PluginContext) -> Session:
        """The session of one device with the vendor `name`, without I/O. Raises `PluginError`."""
        offer = self.vendors.get(name)
        if offer is None:
            raise PluginError(f"There is no vendor '{name}'.", hint=self._way_out("vendor", name))
        return cast(Session, self._make(offer, lambda: offer.vendor.open(access, options, context)))

    def _load(self, manifest: Manifest) -> None:
        self._mark(manifest.id, PluginState.LOADING, "")
        try:
            offers = self._register(manifest)
        # A plugin may raise anything, and a vendor's library may call sys.exit(): it shows in the plugin's state.
        except (Exception, SystemExit) as error:
            if self._manager.has_plugin(manifest.id):
                self._manager.unregister(name=manifest.id)
            self._mark(manifest.id, PluginState.FAILED, error)
            return
        for offer in offers:
            self._offers[offer.kind][offer.name] = offer
        self._mark(manifest.id, PluginState.READY, "")

    def _register(self, manifest: Manifest) -> list[Offer]:
        plugin = import_entry(manifest, manifest.entry)
        self._check_hooks(plugin, manifest.root)
        self._manager.register(plugin, name=manifest.id)
        others = self._manager.get_plugins() - {plugin}
        offers: list[Offer] = []
        for hook, kind in HOOKS.items():
            registration = open_registration(manifest.id, kind)
            self._manager.subset_hook_caller(hook, remove_plugins=others)(register=registration)
            registration.close()
            offers += registration.offers
        self._check_offers(offers, manifest, plugin)
        return offers

    def _check_hooks(self, plugin: object, root: Path | None) -> None:
        """What pluggy would find at registration, or only when all are loaded, told with the line and the way out."""
        for name in dir(plugin):
            marks = self._manager.parse_hookimpl_opts(plugin, name)
            if marks is None:
                continue
            function, hook = getattr(plugin, name), marks.get("specname") or name
            line = _line(function, root)
            if hook not in HOOKS:
                near = get_close_matches(hook, HOOKS, n=1)
                hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(HOOKS)}."
                raise PluginError(f"There is no hook '{hook}'{line}.", hint=hint)
            if inspect.iscoroutinefunction(function):
                raise PluginError(f"Its {hook} is `async def`{line}.", hint="Hooks only register: write `def`.")
            wanted = list(inspect.signature(function).parameters)
            if not set(wanted) <= {"register"}:
                raise PluginError(
                    f"Its {hook} takes ({', '.join(wanted)}){line}.", hint=f"Write: def {hook}(register)."
                )

    def _check_offers(self, offers: Sequence[Offer], manifest: Manifest, plugin: object) -> None:
        seen: set[tuple[Kind, str]] = set()
        for offer in offers:
            what = f"{_WORDS[offer.kind]} '{offer.name}'"
            if offer.kind not in manifest.kinds:
                raise PluginError(
                    f"It registered the {what}, but `kinds` in its plugin.toml is {list(manifest.kinds)}.",
                    hint=f'Add "{offer.kind}" to `kinds`.',
                )
            other = self._offers[offer.kind].get(offer.name)
            if other is not None:
                raise PluginError(f"Its {what} has the name of one that the plugin '{other.plugin}' offers.")
            if (offer.kind, offer.name) in seen:
                raise PluginError(f"It registered the {what} twice.")
            rival = _RIVALS.get(offer.kind)
            if rival is not None and (offer.name in self._offers[rival] or (rival, offer.name) in seen):
                owner = self._offers[rival][offer.name].plugin if offer.name in self._offers[rival] else manifest.id
                raise PluginError(
                    f"Its {what} has the name of the {_WORDS[rival]} that the plugin '{owner}' offers.",
                    hint="In hub.toml both are a `driver`: choose another name.",
                )
            seen.add((offer.kind, offer.name))
        for kind in manifest.kinds:
            if not any(offer.kind == kind for offer in offers):
                hook = next(hook for hook, registers in HOOKS.items() if registers == kind)
                hint = f"Mark {hook} with @hookimpl." if hasattr(plugin, hook) else f"Its {hook} must register one."
                raise PluginError(f"Its plugin.toml promises a {_WORDS[kind]}, but it registered none.", hint=hint)

    def _build(self, kind: Kind, name: str, options: Any, context: PluginContext) -> object:
        offer = self._offers[kind].get(name)
        if offer is None:
            raise PluginError(f"There is no {_WORDS[kind]} '{name}'.", hint=self._way_out(kind, name))
        return self._make(offer, lambda: offer.factory(options, context))

    def _make(self, offer: Offer, factory: Callable[[], object]) -> object:
        manifest, what = self.plugins[offer.plugin].manifest, f"{_WORDS[offer.kind]} '{offer.name}'"
        try:
            product = factory()
            _check_product(product, offer)
        except HubError as error:
            # The plugin speaks about its options or its surroundings; that is no fault of its code.
            raise PluginError(f"{offer.plugin}: {shorten(error.message)}", hint=shorten(error.hint)) from error
        except Exception as error:
            # Anything else is a fault of the plugin: it shows in its state, and the caller hears of it.
            reason = describe_fault(error, manifest.root)
            self.mark_degraded(offer.plugin, f"making the {what} failed: {reason}")
            raise PluginError(
                f"The plugin '{offer.plugin}' could not make the {what}: {reason}",
                hint=f"Ask its owner: {manifest.owner}." if manifest.owner else "",
            ) from error
        return product

    def _way_out(self, kind: Kind, name: str) -> str:
        broken = self.plugins.get(name)
        if broken is not None and broken.reason:
            return f"The plugin '{name}' is {broken.state.value}: {broken.reason}"
        near = get_close_matches(name, self._offers[kind], n=1)
        if near:
            return f"Did you mean '{near[0]}'?"
        return f"There are: {', '.join(sorted(self._offers[kind])) or 'none'}."

    def _mark(self, plugin: str, state: PluginState, reason: str | BaseException) -> None:
        loaded = self.plugins[plugin]
        root = loaded.manifest.root
        words = shorten(reason) if isinstance(reason, str) else describe_fault(reason, root)
        self.plugins[plugin] = replace(loaded, state=state, reason=words)


def build_context(plugin: str, *, site: Path, data: Path, clock: Clock, language: Language) -> PluginContext:
    """What a plugin is handed; makes its folder `data/plugins/ID`. Raises `SiteError` when that cannot be made."""
    folder = data / "plugins" / plugin
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SiteError(
            f"The folder {folder} cannot be made: {error.strerror}.", hint="Let the hub's user write there."
        ) from error
    return PluginContext(plugin=plugin, data=folder, site=site, clock=clock, language=language)


def _check_product(product: object, offer: Offer) -> None:
    methods = [name for name, value in vars(_PORTS[offer.kind]).items() if inspect.isfunction(value) and name[0] != "_"]
    missing = [method for method in methods if not callable(getattr(product, method, None))]
    if missing:
        raise TypeError(f"{type(product).__name__} has no method {', '.join(missing)}")


def _line(function: object, root: Path | None) -> str:
    code = getattr(inspect.unwrap(function) if callable(function) else function, "__code__", None)
    if code is None or root is None or not Path(code.co_filename).is_relative_to(root):
        return ""
    return f" ({Path(code.co_filename).relative_to(root.parent)}:{code.co_firstlineno})"
