"""Discovery at work: searches with the site's finders, asks what was approved, adds it to hub.toml.

The same for the running hub and for the command line where no hub runs. All of it blocks: call it from a thread.
"""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from hub.client.discovery import (
    AddedView,
    AddWish,
    CertificateView,
    ChannelView,
    ClaimView,
    FoundView,
    Place,
    ProbeView,
    ProgressView,
    ProposalView,
    SearchView,
    SearchWish,
    StreamView,
    Target,
)
from hub.clock import Clock
from hub.config.hub_toml.site import SiteConfig
from hub.config.load import load_site
from hub.devices.access import build_access
from hub.devices.certificate import parse_fingerprint
from hub.devices.trust import TlsTrust, look_at_certificate
from hub.discovery import propose
from hub.discovery.clean import plain
from hub.discovery.known import hosts_by_id, known_at, known_hosts
from hub.discovery.merge import Device
from hub.discovery.probing import Probed, probe
from hub.discovery.search import Searching
from hub.errors import DeviceUnreachable, HubError, PluginError, Refused, SiteError, WrongState
from hub.plugin_host import PluginHost
from hub.plugin_host.host import build_context
from hub.ports import PluginContext
from hub.runtime.devices.adding import add, by_reference, ids_of, no_driver, no_stream_driver
from hub.runtime.devices.stream_probe import probe_stream, stream_drivers
from hub.runtime.parts import load_plugins
from hub.secret import Secret, redact
from hub.vendor.access import Address, Credentials
from hub.vendor.finding import Search
from hub.vendor.session import Vendor

PROBE_S = 45.0
_CERTIFICATE_S = 5.0
_FAREWELL_S = 5.0
_PROBES_AT_ONCE = 4


class Discovery:
    """What one site needs to find and add devices. From any thread."""

    def __init__(self, folder: Path, host: PluginHost, clock: Clock, config: Callable[[], SiteConfig]) -> None:
        """`config`: hub.toml as it is in force now."""
        self._folder = folder
        self._host = host
        self._clock = clock
        self._config = config
        self._searching: Searching | None = None
        self._turn = threading.Lock()
        self._writing = threading.Lock()
        self._room = threading.BoundedSemaphore(_PROBES_AT_ONCE)

    # --- searching ----------------------------------------------------------------------------------------------

    def begin(self, wish: SearchWish) -> SearchView:
        """Begin a search. Raises `WrongState` while one is running, and `Refused` for a wish that cannot be met."""
        finders = {name: offer.find for name, offer in self._host.finders.items()}
        if unknown := [name for name in wish.by if name not in finders]:
            raise Refused(
                f"There is no way to search called {plain(unknown[0], 40)!r}.",
                hint=f"There are: {', '.join(sorted(finders)) or 'none'}.",
            )
        wanted = {name: find for name, find in finders.items() if not wish.by or name in wish.by}
        search = Search(seconds=wish.seconds, interfaces=tuple(wish.interfaces), passive=wish.passive)
        with self._turn:
            if self._searching is not None and self._searching.outcome().running:
                raise WrongState("A search is running.", hint="Look at it, or wait until it ends.")
            self._searching = Searching(wanted, search, self._clock)
        return self.look()

    def look(self) -> SearchView:
        """The present search, or the last one."""
        config = self._config()
        site = SearchView(
            finders=sorted(self._host.finders),
            drivers=sorted(name for name, offer in self._host.vendors.items() if _can_be_asked(offer.vendor)),
            stream_drivers=sorted(stream_drivers(self._host)),
            areas=[area.id for area in config.areas],
            ids=sorted(ids_of(config.document.data)),
        )
        if self._searching is None:
            return site
        outcome = self._searching.outcome()
        known = self._known()
        return replace(
            site,
            running=outcome.running,
            seconds=outcome.seconds,
            left_s=round(outcome.left_s, 1),
            progress=[
                ProgressView(by=each.by, state=each.state, found=each.found, problem=each.problem)
                for each in outcome.progress
            ],
            devices=[self._found_view(device, known) for device in outcome.devices],
        )

    def wait(self, seconds: float) -> bool:
        """Wait for news of the search, at most so long; whether it goes on."""
        return self._searching is not None and self._searching.wait(seconds)

    def end(self) -> None:
        """End the search, if there is one."""
        if self._searching is not None:
            self._searching.end()

    # --- asking -------------------------------------------------------------------------------------------------

    def certificate(self, place: Place) -> CertificateView:
        """The certificate that is shown at an address. Raises `DeviceUnreachable`."""

        def connect(context: ssl.SSLContext) -> ssl.SSLSocket:
            line = socket.create_connection((place.host, place.port), timeout=_CERTIFICATE_S)
            try:
                return context.wrap_socket(line, server_hostname=None if _is_ip(place.host) else place.host)
            except BaseException:
                line.close()
                raise

        shown = look_at_certificate(connect)
        if shown is None:
            raise DeviceUnreachable(
                f"No certificate is shown at {place.host}:{place.port}.", hint="Does the device speak TLS there?"
            )
        return CertificateView(fingerprint=shown.fingerprint, ends_at=shown.ends_at.isoformat())

    def probe(self, target: Target) -> ProbeView:
        """Ask an approved device what it is, with its credentials, in at most 45 s.

        Raises `Refused` when nobody approved it, `DeviceError`, `PluginError`.
        """
        check_approved(target)
        if not self._room.acquire(blocking=False):
            raise WrongState("Several devices are being asked at the moment.", hint="Try again in a minute.")
        try:
            probed = self._probe_stream(target) if target.url else self._probe_device(target)
        finally:
            self._room.release()
        return self._probe_view(target, probed)

    def _probe_stream(self, target: Target) -> Probed:
        offer = stream_drivers(self._host).get(target.driver)
        if offer is None:
            raise no_stream_driver(self._host, target.driver)
        context = self._context(offer.plugin)
        return self._asked(offer.plugin, partial(probe_stream, self._host, target, context, self._clock))

    def _probe_device(self, target: Target) -> Probed:
        offer = self._host.vendors.get(target.driver)
        if offer is None:
            raise no_driver(self._host, target.driver)
        vendor = offer.vendor
        port = target.port or (vendor.tls_port if target.tls else vendor.port)
        address = Address(host=target.host, port=port, tls=target.tls)
        access = build_access("new", address, self._credentials(target), _trust(target), self._clock)
        try:
            session = self._host.open_session(
                target.driver, access, _options(vendor.options), self._context(offer.plugin)
            )
            try:
                with access.deadline(PROBE_S):
                    probed = self._asked(offer.plugin, partial(probe, session))
                return replace(probed, problems=tuple(access.mask(problem) for problem in probed.problems))
            finally:
                access.close()
                with access.farewell(_FAREWELL_S), suppress(Exception):  # what it gave stands, however it parts
                    session.close()
        finally:
            access.shut()

    def add(self, wish: AddWish) -> AddedView:
        """Write approved devices into hub.toml. Raises what `hub.runtime.devices.adding.add` raises."""
        for adding in wish.adding:
            check_approved(adding.target)
        with self._writing:
            return add(self._folder, self._host, wish, self._clock.now())

    # --- inside -------------------------------------------------------------------------------------------------

    def _context(self, plugin: str) -> PluginContext:
        config = self._config()
        return build_context(
            plugin,
            site=self._folder,
            data=self._folder / config.site.data,
            clock=self._clock,
            language=config.site.language,
        )

    def _credentials(self, target: Target) -> Callable[[], Credentials | None]:
        def given() -> Credentials | None:
            if not target.user:
                return None
            password = target.password
            return Credentials(
                target.user, Secret(password).reveal(self._folder) if password and by_reference(password) else password
            )

        return given

    def _asked(self, plugin: str, ask: Callable[[], Probed]) -> Probed:
        """What the device answered; a fault of the plugin is told as one."""
        try:
            return ask()
        except HubError:
            raise
        except Exception as error:
            reason = redact(f"{type(error).__name__}: {error}")[:200]
            raise PluginError(f"The plugin {plugin} broke while it asked the device: {reason}") from error

    def _known(self) -> Mapping[str, str]:
        return known_hosts(self._tables(), self._revealed)

    def _hosts(self) -> Mapping[str, str]:
        return hosts_by_id(self._tables(), self._revealed)

    def _tables(self) -> list[Any]:
        data = self._config().document.data
        return [*data.get("devices", []), *data.get("cameras", [])]

    def _revealed(self, text: str) -> str:
        try:
            return Secret(text).reveal(self._folder)
        except SiteError:
            return ""

    def _found_view(self, device: Device, known: Mapping[str, str]) -> FoundView:
        said = {name: getattr(device, name) for name in ("address", "port", "tls", "maker", "model", "serial", "mac")}
        return FoundView(
            **said,
            drivers=list(device.drivers),
            name=device.name,
            firmware=device.firmware,
            activated=device.activated,
            by=list(device.by),
            differing=[ClaimView(claim.field, claim.value, list(claim.by)) for claim in device.differing],
            shared=list(device.shared),
            known_as=known.get(device.address, ""),
            driver=next((driver for driver in device.drivers if driver in self._host.vendors), ""),
        )

    def _probe_view(self, target: Target, probed: Probed) -> ProbeView:
        config, info = self._config(), probed.info
        ids, places = ids_of(config.document.data), _places(config, self._hosts())

        def shown(made: propose.Proposal) -> ProposalView:
            ids.add(made.id)
            return ProposalView(id=made.id, name=made.name, area=made.area, domain=made.domain)

        whole = propose.propose(address=target.host, name=info.name, model=info.model, places=places, ids=ids)
        device, alone = shown(whole), len(probed.channels) == 1
        channel_of = partial(propose.propose_channel, whole, address=target.host, places=places, ids=ids)
        channels = [
            ChannelView(
                number=channel.number,
                name=plain(channel.name),
                online=channel.online,
                streams=[_stream_view(offer) for offer in probed.streams.get(channel.number, ())],
                steered=probed.steered.get(channel.number),
                proposal=device if alone else shown(channel_of(channel.number, channel.name)),
            )
            for channel in probed.channels
        ]
        return ProbeView(
            maker=plain(info.maker),
            model=plain(info.model),
            serial=plain(info.serial),
            firmware=plain(info.firmware),
            mac=plain(info.mac),
            name=plain(info.name),
            kind=info.kind,
            capabilities=dict(probed.capabilities.items()),
            channels=channels,
            proposal=device,
            picture=probed.picture,
            pictured=probed.pictured,
            problems=[plain(problem, 300) for problem in probed.problems],
            known_as=known_at(self._tables(), target.host, target.port, self._revealed, stream=bool(target.url)),
        )


def build_discovery(folder: Path, clock: Clock) -> Discovery:
    """Discovery for a site on which no hub runs. Raises `SiteError` and `ConfigError`."""
    config = load_site(folder)
    host = load_plugins(folder, config)

    return Discovery(folder, host, clock, config=lambda: config)


def check_approved(target: Target) -> None:
    """Raise `Refused` unless a person has approved the address."""
    if not target.approved:
        raise Refused(
            f"Nothing was sent to {target.host}: nobody has approved this address.",
            hint="Compare the address, and the certificate where there is one, and confirm.",
        )


def _trust(target: Target) -> TlsTrust:
    try:
        return TlsTrust(fingerprint=parse_fingerprint(target.fingerprint) if target.fingerprint else "")
    except ValueError as error:
        raise Refused(f"The fingerprint cannot be read: {error}.") from None


def _options(model: type) -> object:
    """The vendor's options where hub.toml says nothing of them."""
    try:
        return model()
    except ValueError as error:  # pydantic's ValidationError is one
        raise Refused(
            "A device of this kind needs options that only hub.toml can hold.", hint="Write it there by hand."
        ) from error


def _can_be_asked(vendor: Vendor) -> bool:
    """Whether a device of this kind can be asked what it is by address and credentials alone."""
    try:
        vendor.options()
    except ValueError:  # pydantic's ValidationError is one
        return False
    return bool(vendor.could - {"settings"})


def _places(config: SiteConfig, host_of: Mapping[str, str]) -> list[propose.Place]:
    """`host_of`: where the device or camera of an id is."""
    neighbours: dict[str, list[propose.Neighbour]] = {}
    for camera in config.cameras:
        host = host_of.get(camera.id) or host_of.get(str(camera.rest.get("device", "")), "")
        neighbours.setdefault(camera.area, []).append(propose.Neighbour(camera.domain, host))
    return [
        propose.Place(id=area.id, en=area.name.en, zh=area.name.zh, neighbours=tuple(neighbours.get(area.id, ())))
        for area in config.areas
    ]


def _stream_view(offer: object) -> StreamView:
    return msgspec.convert(
        {name: getattr(offer, name) for name in ("name", "codec", "width", "height", "fps")}, StreamView
    )


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
