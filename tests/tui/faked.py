"""The hub of the TUI's tests: the real core and the real views, without server, disk or cameras.

Events are folded and commands decided as the hub does; what is left out is everything around.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from hub.client import (
    CameraReference,
    CaseView,
    EventView,
    HealthView,
    JournalHealth,
    Reach,
    RecordingDay,
    RecordingNow,
    RecordingView,
    RuleAccount,
    RuleDetail,
    RuleFiles,
    RuleView,
    Session,
    SiteView,
    VariableView,
    WorkerPace,
)
from hub.client.attachments import media_of
from hub.clock import Clock
from hub.core.attachments.events import AttachmentAdded
from hub.core.command import Command
from hub.core.decisions import decide
from hub.core.event import wire_name
from hub.core.explanation import Explanation
from hub.core.people.account import Account
from hub.core.people.commands import ChangePassword, UnlockScreen
from hub.core.people.rights import check
from hub.errors import CodeWanted, DeviceUnreachable, HubUnreachable, NotAllowed, NotFound, NotSignedIn, Refused
from hub.server.views.state import event_view, references_of, site_view
from tests.tui.happenings import Plant
from tests.tui.pictures import jpeg, scene

PASSWORD = "watchroom"

ACCOUNTS = {
    "zhang": Account("zhang", "Zhang Wei", "watch_officer", ["production", "security"]),
    "li": Account("li", "Li Na", "repairer", ["production"]),
    "wang": Account("wang", "Wang Fang", "leader", ["production", "security"]),
    "zhao": Account("zhao", "Zhao Lei", "administrator", ["production", "security"]),
    "he": Account("he", "He Yan", "specialist", ["production", "security"]),
    "guo": Account("guo", "Guo Hua", "planner", ["production", "security"]),
}


class FakeHub(Plant):
    """A `HubClient` whose hub is in the test's hands: happenings, lost lines, refusals."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.account: Account | None = None
        self.rule_list: list[RuleView] = []
        self.rule_details: dict[str, RuleDetail] = {}
        self.accounts_of_rules: dict[str, RuleAccount] = {}
        self.cases: dict[str, list[CaseView]] = {}
        self.files = RuleFiles(files=2, rules=3, cases=0)
        self.commands: list[Command] = []
        self.site_reads = 0
        self.blocked = ""
        self.outbox = {"done": 12}
        self.closed = False
        self.explanations: dict[str, Explanation] = {}
        self.explained: list[str] = []
        self.recorded: dict[str, RecordingNow] = {}
        self.days: dict[str, RecordingDay] = {}
        self.footage: list[RecordingView] = []
        self.days_asked: list[tuple[str, date]] = []
        self.paces: dict[str, WorkerPace] = {}
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.posted: list[tuple[str, Any]] = []
        self.attached: dict[str, bytes] = {}
        self.passwords: dict[str, str] = {}
        """Of those whose password is not the usual one."""
        self.codes: dict[str, str] = {}
        """The code of those who have one."""
        self.must_change: dict[str, str] = {}
        """Why somebody must change the password first."""
        self.lock_after_s = 0.0
        self._steps = 0

    # --- HubClient --------------------------------------------------------------------------------------------------

    async def sign_in(self, account: str, password: str, code: str = "") -> Session:
        self._reach()
        if account not in ACCOUNTS or password != self.passwords.get(account, PASSWORD):
            raise NotSignedIn(
                "The name or the password is wrong, or the account is locked for a while after failed attempts.",
                hint="After five failed attempts an account is locked for a minute, then longer each time.",
            )
        if (wanted := self.codes.get(account)) and code != wanted:
            raise CodeWanted("This account asks for a code besides the password.")
        self.account = ACCOUNTS[account]
        return Session(
            token="t",
            account=self.account,
            expires_at=self.clock.now() + timedelta(hours=12),
            must_change=self.must_change.get(account, ""),
        )

    async def sign_out(self) -> None:
        self._reach()
        self.account = None

    async def site(self) -> SiteView:
        account = self._me()
        self.site_reads += 1
        view = site_view(
            account,
            self.state,
            self.statuses,
            self._health(),
            now=self.clock.now(),
            timezone="Asia/Shanghai",
            recorded=self.recorded,
            lock_after_s=self.lock_after_s,
        )
        return replace(view, people={name: known.name for name, known in ACCOUNTS.items()} | view.people)

    async def rules(self) -> list[RuleView]:
        self._me()
        return [replace(rule, paused=self.state.paused.get(rule.id)) for rule in self.rule_list]

    async def rule(self, rule: str) -> RuleDetail:
        known = next((each for each in await self.rules() if each.id == rule), None)
        if known is None:
            raise NotFound(f"There is no rule {rule}.")
        return replace(self.rule_details[rule], rule=known) if rule in self.rule_details else RuleDetail(rule=known)

    async def rule_account(self, rule: str, *, hours: float = 24.0) -> RuleAccount:
        self._me()
        now = self.clock.now()
        unknown = RuleAccount(rule=rule, since_at=now - timedelta(hours=hours), until_at=now)
        return self.accounts_of_rules.get(rule, unknown)

    async def rule_cases(self, rule: str) -> list[CaseView]:
        self._me()
        return self.cases.get(rule, [])

    async def rule_files(self) -> RuleFiles:
        self._me()
        return self.files

    async def variables(self) -> list[VariableView]:
        self._me()
        return []

    async def events(
        self, *, limit: int = 200, types: Sequence[str] = (), subject: str = "", before: int | None = None
    ) -> list[EventView]:
        account = self._me()
        found = [
            record
            for record in self.records[-20_000:]
            if (before is None or record.seq < before)
            and (not types or wire_name(record.event) in types)
            and (not subject or subject == f"camera:{getattr(record.event, 'camera', None)}")
        ]
        return [event_view(account, record, self.state) for record in found[-limit:]]

    async def follow(self, after: int | None = None) -> AsyncIterator[list[EventView]]:
        account = self._me()
        position = len(self.records) if after is None else after
        pulse = self._pulse
        while True:
            fresh = self.records[position:]
            position = len(self.records)
            if fresh:
                yield [event_view(account, record, self.state) for record in fresh]
            async with self._changed:
                await self._changed.wait_for(lambda seen=pulse: self._pulse != seen)
            pulse = self._pulse
            self._reach()
            if len(self.records) == position:
                yield []

    async def send(self, command: Command) -> list[EventView]:
        account = self._me()
        self.commands.append(command)
        check(account, command, self.state)
        self._keep_password(account, command)
        written = self.happen(*decide(self.state, command, account.actor, self.clock.now()), actor=account.actor)
        return [event_view(account, record, self.state) for record in written]

    def _keep_password(self, account: Account, command: Command) -> None:
        """What the sign-in desk does with passwords."""
        if isinstance(command, ChangePassword | UnlockScreen):
            if command.password != self.passwords.get(account.id, PASSWORD):
                raise NotAllowed(
                    "The present password is wrong, or the account is locked for a while after failed attempts."
                )
            if isinstance(command, ChangePassword):
                self.passwords[account.id] = command.new_password
                self.must_change.pop(account.id, None)

    async def picture(self, camera: str) -> bytes:
        self._me()
        status = self.statuses.get(camera)
        if status is None or status.signal == "refused":
            raise NotFound(f"There is no picture of {camera}.", hint="The watch has not received one yet.")
        if status.signal == "live":
            self._steps += 1
        return jpeg(scene(seed=sum(camera.encode()) % 7, step=self._steps))

    async def references(self, camera: str = "") -> list[CameraReference]:
        found = references_of(self._me(), self.state, self.statuses)
        return [each for each in found if not camera or each.camera == camera]

    async def explain(self, camera: str) -> Explanation:
        self._me()
        self.explained.append(camera)
        if camera not in self.explanations:
            raise DeviceUnreachable(f"The watch of {camera} says nothing at the moment.")
        return self.explanations[camera]

    async def read(self, path: str, type_: type[Any], parameters: Mapping[str, Any] | None = None) -> Any:
        """What the test laid ready for this path: a value, or a function of the parameters."""
        self._me()
        self.asked.append((path, dict(parameters or {})))
        if path not in self.answers:
            raise NotFound(f"Nothing at {path}.")
        answer = self.answers[path]
        return answer(dict(parameters or {})) if callable(answer) else answer

    async def post(self, path: str, body: Any, type_: type[Any], *, within_s: float = 20.0) -> Any:
        """What the test laid ready for `POST path`: a value, or a function of the body; an error is raised."""
        self._me()
        self.posted.append((path, body))
        answer = self.answers[f"POST {path}"]
        answer = answer(body) if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def attach(self, name: str, data: bytes) -> str:
        account = self._me()
        digest = hashlib.sha256(data).hexdigest()
        media = media_of(data)
        if media is None:
            raise Refused("The file is neither a JPEG or PNG picture nor a PDF.")
        added = AttachmentAdded(
            attachment=digest, name=name, media=media, bytes=len(data), domains=list(account.domains)
        )
        self.happen(added, actor=account.actor)
        self.attached[digest] = data
        return digest

    async def attachment(self, attachment: str) -> bytes:
        self._me()
        return self.attached[attachment]

    async def recording_days(self, *, camera: str = "", first: date, last: date) -> list[RecordingDay]:
        self._me()
        self.days_asked.append((camera, first))
        return [day for day in self.days.values() if camera in ("", day.camera) and first <= day.day <= last]

    async def recordings(
        self, *, camera: str = "", from_at: datetime, to_at: datetime, limit: int = 1000
    ) -> list[RecordingView]:
        self._me()
        inside = (one for one in self.footage if one.begin_at < to_at and one.end_at > from_at)
        return [one for one in inside if camera in ("", one.camera)][:limit]

    async def fetch(self, path: str, parameters: Mapping[str, Any] | None = None) -> bytes:
        found: bytes = await self.read(path, bytes, parameters)
        return found

    @asynccontextmanager
    async def stream(self, path: str) -> AsyncIterator[tuple[Mapping[str, str], AsyncIterator[bytes]]]:
        """What the test laid ready for this path: the headers, and a function that gives the pieces."""
        headers, pieces = await self.read(path, tuple)
        yield headers, pieces()

    @property
    def reach(self) -> Reach:
        return Reach("http://127.0.0.1:9", None)

    async def evidence(self, path: str) -> bytes:
        self._me()
        if path not in self.pictures:
            raise NotFound("There is no such picture.")
        return self.pictures[path]

    async def close(self) -> None:
        self.closed = True

    # --- inside -----------------------------------------------------------------------------------------------------

    def _reach(self) -> None:
        if not self.reachable:
            raise HubUnreachable("Connection refused.")

    def _me(self) -> Account:
        self._reach()
        if self.account is None:
            raise NotSignedIn("Nobody is signed in with this token, or the sign-in has expired.")
        return self.account

    def _health(self) -> HealthView:
        return HealthView(
            version="0.1.0",
            started_at=self.started_at,
            journal=JournalHealth(
                seq=len(self.records),
                hash=self.records[-1].hash.hex() if self.records else "",
                store="sqlite",
                blocked=self.blocked,
                outbox=self.outbox,
            ),
            plugins=self.state.plugins,
            workers=self.state.workers,
            config_problems=self.state.config_problems,
            paces=self.paces,
        )

    @property
    def started_at(self):
        return self.records[0].at if self.records else self.clock.now()
