"""What a vendor's test gives to the contract, and how the contract asks a device."""

import base64
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal
from urllib.parse import quote

import pytest
from pydantic import BaseModel

from hub.errors import DeviceError
from hub.plugin_host import Kind, PluginHost
from hub.ports import PluginContext
from hub.testing.contracts.plugin import PluginContract
from hub.testing.contracts.vendor_reads import READS, Asked, Read
from hub.testing.devices import Answer, ReplayServer, TestAccess
from hub.testing.devices.signing import DigestKind
from hub.vendor.session import Session, Vendor
from hub.vendor.values import Capability

DiskKind = Literal["none", "full", "error", "overwriting"]
Replies = Mapping[Any, Answer]
Open = Callable[[TestAccess], "Desk"]


class Desk:
    """A session, asked as the hub asks: each call with its deadline."""

    def __init__(
        self, session: Session, access: TestAccess, asked: Asked, could: frozenset[Capability], within_s: float
    ) -> None:
        self.session = session
        self.access = access
        self.within_s = within_s
        self.asked = asked
        self._could = could

    def reads(self) -> list[Read]:
        """The questions that this session can be asked."""
        return [read for read in READS if read.fits(self.session, self._could)]

    def ask(self, read: Read | str) -> Any:
        """The answer, checked, or the `DeviceError`. Anything else that is raised is a fault of the plugin."""
        if isinstance(read, str):
            read = next(known for known in READS if known.name == read)
        try:
            with self.access.deadline(self.within_s):
                value = read.ask(self.session, self.asked)
        except DeviceError as error:
            return error
        read.check(value)
        return value

    def ask_all(self) -> dict[str, Any]:
        return {read.name: self.ask(read) for read in self.reads()}


class VendorBase(PluginContract):
    """The cases that a vendor's test gives, with the tools of the contract."""

    kind: ClassVar[Kind] = "vendor"
    user: ClassVar[str] = "ad:min"
    password: ClassVar[str] = "p@ss/#?%:ü"  # noqa: S105 - of no real device
    digest: ClassVar[DigestKind | None] = "MD5"
    """How the device lets in; None for a vendor that signs by itself, inside its messages."""
    basic: ClassVar[bool] = False
    channel: ClassVar[int] = 1
    footage: ClassVar[tuple[datetime, datetime]] = (datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC))
    """From when until when `search` is asked."""
    disk_kinds: ClassVar[tuple[DiskKind, ...]] = ("none", "full", "error", "overwriting")
    """Those that devices of this vendor can tell apart; a broken disk and one that overwrites are always among them."""
    deadline_s: ClassVar[float] = 5.0
    short_deadline_s: ClassVar[float] = 0.5
    """The deadline of calls that will not be answered."""

    def replies(self) -> Replies:
        """What a healthy device answers: its whole table."""
        raise NotImplementedError

    def refusals(self) -> Replies:
        """What it answers to wrong credentials, for a vendor that signs by itself. By HTTP it is 401 anyway."""
        return {}

    def no_channels(self) -> Replies:
        """A device that lists no channel at all."""
        raise NotImplementedError

    def offline_channels(self) -> tuple[Replies, frozenset[int]]:
        """A recorder that two cameras have left, and their numbers."""
        raise NotImplementedError

    def disks(self, kind: DiskKind) -> Replies:
        """A device without a disk or card, with a full one that does not overwrite, a broken one, one that
        overwrites its oldest."""
        raise NotImplementedError

    def clock_shows(self, at: datetime) -> Replies:
        """A device whose clock shows `at` (UTC), in a zone with summer time where the vendor knows any."""
        raise NotImplementedError

    def unknown_words(self) -> Replies:
        """A device of tomorrow: states, modes and kinds that nobody has heard of."""
        raise NotImplementedError

    def events_stream(self) -> Replies:
        """A device that tells of at least one event and then stays silent."""
        raise NotImplementedError

    # --- tools --------------------------------------------------------------------------------------------------

    @contextmanager
    def device(self, changes: Replies | None = None) -> Iterator[ReplayServer]:
        """The healthy device, with these answers instead of its own."""
        table = {**self.replies(), **(changes or {})}
        with ReplayServer(
            table, user=self.user, password=self.password, digest=self.digest, basic=self.basic
        ) as server:
            yield server

    def vendor(self, host: PluginHost) -> Vendor:
        return host.vendors[self.name].vendor

    def models(self, host: PluginHost) -> list[type[BaseModel]]:
        return [self.vendor(host).options]

    @pytest.fixture
    def could(self, host: PluginHost) -> frozenset[Capability]:
        return self.vendor(host).could

    @pytest.fixture
    def opened(self, host: PluginHost, options: Mapping[str, Any], context: PluginContext) -> Open:
        """Opens a session over an access, as the hub does."""
        vendor = self.vendor(host)
        model, asked = vendor.options.model_validate(options), Asked(self.channel, *self.footage)

        def opened(access: TestAccess) -> Desk:
            session = host.open_session(self.name, access, model, context)
            return Desk(session, access, asked, vendor.could, self.deadline_s)

        return opened

    def spied(self, *texts: object) -> None:
        """None of the forms in which credentials travel shows in a text."""
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        for text in map(str, texts):
            for secret in (self.password, quote(self.password, safe=""), pair, *self.secrets):
                assert secret not in text, "a password shows"

    def parts(self, opened: Open, name: str) -> list[tuple[str, str, str]]:
        """What a question asks of a healthy device: method, path and operation of each request."""
        with self.device() as server:
            desk = opened(server.access())
            if name not in {read.name for read in desk.reads()}:
                return []
            desk.ask(name)
            return list(dict.fromkeys((seen.method, seen.path, seen.operation) for seen in server.requests))


def until(condition: Callable[[], bool], within_s: float = 5.0) -> bool:
    """Whether it becomes true in time."""
    end = time.monotonic() + within_s
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()
