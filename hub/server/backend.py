"""What the API needs of the running hub. The runtime implements it; nothing here knows how."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from hub.client.devices import DeviceNow
from hub.client.discovery import (
    AddedView,
    AddWish,
    CertificateView,
    Place,
    ProbeView,
    SearchView,
    SearchWish,
    Target,
)
from hub.client.rules import CaseView, RuleAccount, RuleDetail, RuleFiles, VariableView
from hub.client.views import HealthView, RecordingNow, RecordingView, RuleView
from hub.clock import Clock
from hub.core.baselines.events import SettingChange
from hub.core.command import Command, Order
from hub.core.event import Event, Record
from hub.core.explanation import Explanation
from hub.core.people.policy import PeoplePolicy
from hub.core.recorded import DayAccount, Span
from hub.core.state import State
from hub.core.status import CameraStatus
from hub.journal.projection import Projection
from hub.server.footage import FootageDesk


class RecordBatches(Protocol):
    """Batches of records in order, without gaps or doubles. A slow reader delays nobody but itself."""

    def __aiter__(self) -> "RecordBatches": ...

    async def __anext__(self) -> list[Record]: ...

    def close(self) -> None:
        """End the iteration; called once, from the event loop."""
        ...


class DiscoveryDesk(Protocol):
    """Finds devices, asks those that a person approved, writes them into hub.toml. It blocks: not on the event loop."""

    def begin(self, wish: SearchWish) -> SearchView:
        """Begin a search. Raises `WrongState`, `Refused`."""
        ...

    def look(self) -> SearchView:
        """The present search, or the last one."""
        ...

    def certificate(self, place: Place) -> CertificateView:
        """The certificate that is shown at an address. Raises `DeviceUnreachable`."""
        ...

    def probe(self, target: Target) -> ProbeView:
        """Ask a device, signed in, what it is. Raises `Refused`, `DeviceError`, `PluginError`."""
        ...

    def add(self, wish: AddWish) -> AddedView:
        """Write devices into hub.toml. Raises `Refused`, `ConfigError`, `SiteError`."""
        ...


class Backend(Protocol):
    """The running hub. Called on its event loop, except where another thread is named.

    Records given out by `subscribe`, `submit` and `record` are always part of `state()` already: who has seen a
    record and then asks for the site, finds it there.
    """

    @property
    def clock(self) -> Clock: ...

    @property
    def timezone(self) -> str:
        """IANA name of the site's time zone, as hub.toml has it."""
        ...

    @property
    def policy(self) -> PeoplePolicy:
        """What the site asks of passwords and screens, as hub.toml has it now."""
        ...

    @property
    def evidence(self) -> Path:
        """The folder below which pictures kept as evidence lie."""
        ...

    @property
    def attachments(self) -> Path:
        """The folder below which the files lie that people handed over."""
        ...

    @property
    def index(self) -> Projection:
        """What the journal is searched by; it follows the journal on a thread of its own."""
        ...

    @property
    def discovery(self) -> DiscoveryDesk: ...

    @property
    def footage(self) -> FootageDesk:
        """What is done with recordings once they are there."""
        ...

    def state(self) -> State:
        """The folded state now; immutable."""
        ...

    def statuses(self) -> Mapping[str, CameraStatus]:
        """The newest status that the watch sent of each camera, by camera."""
        ...

    def devices(self) -> Mapping[str, DeviceNow]:
        """What each device said at the last look, by device."""
        ...

    def recorded_now(self) -> Mapping[str, RecordingNow]:
        """How the cameras that are to be recorded are recorded now, by camera."""
        ...

    def health(self) -> HealthView: ...

    def rules(self) -> Sequence[RuleView]: ...

    async def rule(self, rule: str) -> RuleDetail:
        """One rule in force. Raises `NotFound`."""
        ...

    async def rule_account(self, rule: str, hours: float, told: Callable[[str], bool]) -> RuleAccount:
        """What became of a rule in force in the last hours, about the subjects that are `told`, which any thread may
        be asked. Raises `NotFound`, `SiteError`."""
        ...

    async def rule_cases(self, rule: str) -> Sequence[CaseView]:
        """Run the cases that name a rule, as the files are now. Raises `SiteError`."""
        ...

    async def rule_files(self) -> RuleFiles:
        """Check the rule files as they are now. Raises `SiteError`."""
        ...

    def variables(self) -> Sequence[VariableView]:
        """The declared variables of the rules."""
        ...

    def read(self, after: int, limit: int, *, types: Sequence[str] = ()) -> list[Record]:
        """Up to `limit` records with `seq` above `after`, in order. Called from any thread."""
        ...

    def read_last(
        self, limit: int, *, types: Sequence[str] = (), subject: str = "", before: int | None = None
    ) -> list[Record]:
        """The newest records (with `seq` below `before`), oldest first. Called from any thread."""
        ...

    def subscribe(self, after: int | None) -> RecordBatches:
        """Records with `seq` above `after` and then as they are written; None: from now on."""
        ...

    async def changed(self, since: int) -> int:
        """Wait until the count of changed camera statuses differs from `since`, and return it.

        Returns at once when it differs already; -1 never equals it. Cancelled freely.
        """
        ...

    async def submit(self, command: Command | Order, actor: str) -> list[Record]:
        """Carry out a command whose rights were checked, or an order of the server itself; returns the durable records.

        Raises `Refused`, or `JournalBlocked` when nothing can be written. Commands about accounts come here
        without their secrets.
        """
        ...

    async def record(self, event: Event, actor: str, key: str | None = None) -> list[Record]:
        """Write down an event of the server's own (sign-ins, accounts). Raises `JournalBlocked`."""
        ...

    async def picture(self, camera: str) -> bytes | None:
        """The camera's newest picture as JPEG; None when there is none."""
        ...

    async def explain(self, camera: str) -> Explanation | None:
        """Why the camera is judged as it is now; None when its watch does not say."""
        ...

    async def read_settings(self, device: str) -> None:
        """Read the settings of a device now and compare them with those approved. Raises `HubError`."""
        ...

    async def settings_changes(self, device: str, was: str, now: str) -> list[SettingChange]:
        """All changes between two kept snapshots of a device's settings; `was` empty: everything, as added. Raises
        `SiteError`."""
        ...

    async def recordings(self, span: Span, *, camera: str | None = None, limit: int) -> list[RecordingView]:
        """The files of recordings with any part in a period, by camera and time. Raises `SiteError`."""
        ...

    async def recording_days(self, cameras: Sequence[str], days: Sequence[date]) -> list[DayAccount]:
        """What was planned and recorded; nothing of days on which nothing was planned. Raises `SiteError`."""
        ...
