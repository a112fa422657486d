"""The hub of the TUI's tests: the real core and the real views, without server, disk or cameras.

Events are folded and commands decided as the hub does; what is left out is everything around.
"""

import asyncio
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
from hub.core import catalogue as facts
from hub.core import findings
from hub.core.alarms.commands import RaiseAlarm, ReturnAlarm
from hub.core.attachments.events import AttachmentAdded
from hub.core.command import Command
from hub.core.decisions import decide
from hub.core.event import Event, Record, wire_name
from hub.core.explanation import Explanation
from hub.core.fold import fold
from hub.core.people.account import Account
from hub.core.people.commands import ChangePassword, UnlockScreen
from hub.core.people.rights import check
from hub.core.rules.events import VariableSet
from hub.core.state import State
from hub.core.status import CameraStatus
from hub.core.text import Text
from hub.errors import CodeWanted, DeviceUnreachable, HubUnreachable, NotAllowed, NotFound, NotSignedIn, Refused
from hub.server.views import event_view, references_of, site_view
from tests.tui.pictures import covered, jpeg, scene

PASSWORD = "watchroom"

ACCOUNTS = {
    "zhang": Account("zhang", "Zhang Wei", "watch_officer", ["production", "security"]),
    "li": Account("li", "Li Na", "repairer", ["production"]),
    "wang": Account("wang", "Wang Fang", "leader", ["production", "security"]),
    "zhao": Account("zhao", "Zhao Lei", "administrator", ["production", "security"]),
    "he": Account("he", "He Yan", "specialist", ["production", "security"]),
    "guo": Account("guo", "Guo Hua", "planner", ["production", "security"]),
}

RESPONSES = {
    "signal.lost": Text(
        en="Check the camera's power and network, then call the technical department.",
        zh="检查摄像机供电与网络，并通知技术部门。",
    ),
    "view.obstructed": Text(en="Clear the lens, or ask for a permit.", zh="清除遮挡物，或申请遮挡许可。"),
}
TITLES = {
    "signal.lost": Text(en="Signal lost", zh="视频信号丢失"),
    "view.obstructed": Text(en="Camera obstructed", zh="摄像机被遮挡"),
    "picture.blurred": Text(en="Picture blurred", zh="画面模糊"),
    "picture.frozen": Text(en="Picture frozen", zh="画面冻结"),
    "view.moved": Text(en="View moved", zh="画面移位"),
}


class FakeHub:
    """A `HubClient` whose hub is in the test's hands: happenings, lost lines, refusals."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.state = State()
        self.records: list[Record] = []
        self.statuses: dict[str, CameraStatus] = {}
        self.account: Account | None = None
        self.reachable = True
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
        self.pictures: dict[str, bytes] = {}
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
        self._changed = asyncio.Condition()
        self._pulse = 0
        self._steps = 0

    # --- what the test makes happen ---------------------------------------------------------------------------------

    def happen(self, *events: Event, actor: str = "hub", cause: int | None = None) -> list[Record]:
        """Write events down and fold them, as the hub does."""
        now = self.clock.now()
        written = []
        for event in events:
            seq = len(self.records) + 1
            digest = hashlib.sha256(f"{seq}{event}".encode()).digest()
            record = Record(seq, now, now, actor, cause, event, None, digest)
            self.records.append(record)
            self.state = fold(self.state, record)
            written.append(record)
        self.pulse()
        return written

    def remember(self, count: int) -> None:
        """Put so many older records before those there are."""
        older = [VariableSet(variable=f"line_{number % 50}", value=number) for number in range(count)]
        now = self.clock.now()
        records = [
            Record(seq, now - timedelta(seconds=count - seq), now, "person:wang", None, event, None, b"\0" * 32)
            for seq, event in enumerate(older, 1)
        ]
        self.records = [*records, *(replace(record, seq=record.seq + count) for record in self.records)]
        self.state = replace(self.state, position=len(self.records))

    def pulse(self) -> None:
        """Something changed without an event, or the hub says that it lives."""
        self._pulse += 1
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._waking = loop.create_task(self._wake())

    def status(self, camera: str, **changes: object) -> None:
        known = self.statuses.get(camera) or CameraStatus(
            camera=camera, at=self.clock.now(), signal="live", width=1920, height=1080, fps=25.0, kbps=2140.0
        )
        fresh = {"at": self.clock.now(), "last_picture_at": self.clock.now(), **changes}
        self.statuses[camera] = replace(known, **fresh)

    def find(self, camera: str, kind: str, *, priority: str = "high", evidence: bool = True) -> str:
        """The watch finds `kind` on a camera and a rule raises an alarm and opens a ticket. Returns the alarm's id."""
        now = self.clock.now()
        kept = self.evidence_of(camera) if evidence else None
        finding = facts.FINDINGS[kind][0](camera=camera, since_at=now - timedelta(seconds=6), evidence=kept)
        record = self.happen(finding, actor="watch:w1")[0]
        rule = kind.replace(".", "-")
        order = RaiseAlarm(
            rule=rule,
            kind=kind.partition(".")[2],
            subject=f"camera:{camera}",
            camera=camera,
            priority=priority,
            title=TITLES[kind],
            response=RESPONSES.get(kind, Text(en="")),
            clause="3.6b",
            evidence=kept,
            lasting=True,
        )
        raised = self.happen(*decide(self.state, order, "person:wang", now), actor=f"rule:{rule}", cause=record.seq)
        return raised[0].event.alarm

    def clear(self, camera: str, kind: str) -> None:
        """What was found is over: the finding clears and its alarm returns to normal."""
        self.happen(facts.FINDINGS[kind][1](camera=camera), actor="watch:w1")
        order = ReturnAlarm(rule=kind.replace(".", "-"), subject=f"camera:{camera}")
        self.happen(*decide(self.state, order, "person:wang", self.clock.now()), actor=f"rule:{order.rule}")

    def evidence_of(self, camera: str) -> findings.Evidence:
        before, after = f"{camera}-before.jpg", f"{camera}-after.jpg"
        seed = sum(camera.encode()) % 7
        self.pictures[before] = jpeg(scene(seed=seed))
        self.pictures[after] = jpeg(covered(scene(seed=seed, step=3)))
        return findings.Evidence(findings.Picture(before, "0" * 64), findings.Picture(after, "1" * 64))

    def learn(self, camera: str, reference: str, light: str = "day", *, preset: str = "", beside: bool = False) -> None:
        """The watch learns a view of a camera and proposes it."""
        path = f"{camera}-{reference}.jpg"
        self.pictures[path] = jpeg(scene(seed=sum(camera.encode()) % 7))
        learned = findings.ReferenceLearned(
            camera=camera,
            reference=reference,
            light=light,
            preset=preset,
            beside=beside,
            picture=findings.Picture(path, "2" * 64),
        )
        self.happen(learned, actor="watch")

    def lose(self) -> None:
        """Nobody answers any more."""
        self.reachable = False
        self.pulse()

    def recover(self) -> None:
        self.reachable = True
        self.pulse()

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

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

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
