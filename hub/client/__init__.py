"""The only door to the hub for the TUI and the command line: its views, and the protocol that a client fulfils.

`hub.client.http` is the client over the unix socket or TCP.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from hub.client.rules import CaseView, RuleAccount, RuleDetail, RuleFiles, RuleTrace, VariableView
from hub.client.views import (
    AlarmView,
    CameraReference,
    CameraView,
    EventView,
    HealthView,
    JournalHealth,
    RecordingDay,
    RecordingNow,
    RecordingView,
    RuleView,
    Session,
    SiteView,
    TicketView,
    WorkerPace,
)
from hub.core.command import Command
from hub.core.explanation import Explanation

__all__ = [
    "AlarmView",
    "CameraReference",
    "CameraView",
    "CaseView",
    "EventView",
    "HealthView",
    "HubClient",
    "JournalHealth",
    "Reach",
    "RecordingDay",
    "RecordingNow",
    "RecordingView",
    "RuleAccount",
    "RuleDetail",
    "RuleFiles",
    "RuleTrace",
    "RuleView",
    "Session",
    "SiteView",
    "TicketView",
    "VariableView",
    "WorkerPace",
]


T = TypeVar("T")
Parameters = dict[str, str | int | float | list[str]]


class Reach(NamedTuple):
    """A URL without a path; empty where the hub is behind `socket` alone."""

    url: str
    socket: Path | None


class HubClient(Protocol):
    """What a client can ask of a running hub.

    Every method may raise `HubUnreachable`, `NotSignedIn`, `Refused`, `JournalBlocked` (nothing can be written at the
    moment) or another `ClientError` (the hub is busy, or of another version).
    """

    async def sign_in(self, account: str, password: str, code: str = "") -> Session:
        """Raises `CodeWanted` where the account asks for a code and none was given."""
        ...

    async def sign_out(self) -> None: ...

    async def site(self) -> SiteView: ...

    async def rules(self) -> list[RuleView]: ...

    async def rule(self, rule: str) -> RuleDetail:
        """One rule in force, with what it says and what it did last. Raises `NotFound`."""
        ...

    async def rule_account(self, rule: str, *, hours: float = 24.0) -> RuleAccount:
        """What became of a rule in the last hours, from the journal."""
        ...

    async def rule_cases(self, rule: str) -> list[CaseView]:
        """Run the cases about a rule, as the files are now."""
        ...

    async def rule_files(self) -> RuleFiles:
        """Check the rule files as they are now."""
        ...

    async def variables(self) -> list[VariableView]:
        """The variables that the rules declare, and what each holds."""
        ...

    async def references(self, camera: str = "") -> list[CameraReference]:
        """The reference views of one camera, or of all that the person may see, former ones included; by camera,
        oldest first. Their pictures are `evidence`."""
        ...

    async def events(
        self, *, limit: int = 200, types: Sequence[str] = (), subject: str = "", before: int | None = None
    ) -> list[EventView]:
        """The newest records that the person may see, oldest first."""
        ...

    def follow(self, after: int | None = None) -> AsyncIterator[list[EventView]]:
        """Records as they happen, from `after` on (None: from now on).

        An empty list arrives at least every 5 s while the hub lives and whenever a camera's status changed without
        an event; raises `HubUnreachable` when the connection is lost, and `WrongState` when `after` lies beyond the
        journal, which is then another one than before: read `site()` anew.
        """
        ...

    async def send(self, command: Command) -> list[EventView]:
        """Give a command; returns the records that carried it out."""
        ...

    async def picture(self, camera: str) -> bytes:
        """The newest picture of a camera as JPEG. Raises `NotFound` when there is none."""
        ...

    async def explain(self, camera: str) -> Explanation:
        """Why a camera is judged as it is now: every finding, measure, limit and history."""
        ...

    async def evidence(self, path: str) -> bytes:
        """A picture kept as evidence, as JPEG."""
        ...

    async def recordings(
        self, *, camera: str = "", from_at: datetime, to_at: datetime, limit: int = 1000
    ) -> list[RecordingView]:
        """The files with any part in a period, by camera and time."""
        ...

    async def recording_days(self, *, camera: str = "", first: date, last: date) -> list[RecordingDay]:
        """What was planned and recorded, by camera and day of the site."""
        ...

    async def read(self, path: str, type_: type[T], parameters: Parameters | None = None) -> T:
        """What the hub answers to GET `/api/PATH`; each subject has functions over this in `hub.client`."""
        ...

    async def read_bytes(self, path: str, parameters: Parameters | None = None, *, within_s: float = 20.0) -> bytes:
        """The same where the hub answers with something else than JSON, or takes its time."""
        ...

    async def post(self, path: str, body: object, type_: type[T], *, within_s: float = 20.0) -> T:
        """What the hub answers to POST `/api/PATH`; for what is no command."""
        ...

    async def fetch(self, path: str, parameters: Parameters | None = None) -> bytes:
        """What the hub answers to GET `/api/PATH` where that is a picture."""
        ...

    def stream(self, path: str) -> AbstractAsyncContextManager[tuple[Mapping[str, str], AsyncIterator[bytes]]]:
        """The headers and the bytes, of any length, that the hub answers to GET `/api/PATH` with."""
        ...

    @property
    def reach(self) -> Reach:
        """Where programs beside this one find the hub."""
        ...

    async def attach(self, name: str, data: bytes) -> str:
        """Hand a file over, to be named by commands: its id. Raises `Refused` for what the hub does not take."""
        ...

    async def attachment(self, attachment: str) -> bytes:
        """A file that was handed over. Raises `NotFound`."""
        ...

    async def close(self) -> None: ...
