"""A plant with two domains, its people, and the real API on a real socket before a hub that lives in memory."""

import asyncio
import hashlib
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from argon2 import PasswordHasher

from hub.automation.trials.account import RuleAccount, Told
from hub.client.devices import DeviceNow
from hub.client.http import Address, HttpClient, find_hub
from hub.client.rules import CaseView, RuleDetail, RuleFiles, RuleTrace, VariableView
from hub.client.views import HealthView, JournalHealth, RecordingNow, RuleView, WorkerPace
from hub.clock import SystemClock
from hub.core.alarms.events import AlarmRaised
from hub.core.baselines.compare import changes
from hub.core.baselines.events import SettingChange
from hub.core.catalogue import HubStarted, SiteConfigured
from hub.core.command import Command, Order
from hub.core.decisions import decide
from hub.core.event import Event, Record, wire_name
from hub.core.explanation import Explanation
from hub.core.findings import CameraJudged, Picture, ReferenceLearned, SignalLost
from hub.core.fold import fold
from hub.core.people.account import DOMAINS, PERSON_ROLES, ROLES, Account, Domain, Role
from hub.core.people.policy import PeoplePolicy
from hub.core.rounds.events import RoundDue
from hub.core.site import Area, Camera, Department, Site
from hub.core.state import State, WorkerHealth
from hub.core.status import CameraStatus
from hub.core.text import Text
from hub.core.tickets.events import TicketOpened
from hub.errors import NotFound
from hub.journal.codec import encode, to_us
from hub.journal.log import Head
from hub.journal.projection import FILE, Projection
from hub.ports import StoredRecord
from hub.server.accounts.book import BOOK, AccountBook
from hub.server.accounts.passwords import hash_password
from hub.server.accounts.sign_in import SignInDesk, created
from hub.server.serve import ApiServer
from hub.testing.clock import START, FakeClock
from tests.server.reels import MemoryFootage

WEAK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse 正确"

SITE = Site(
    name=Text(en="Plant", zh="工厂"),
    departments=[
        Department(id="production", name=Text(en="Production")),
        Department(id="guards", name=Text(en="Guards")),
    ],
    areas=[
        Area(id="hall", name=Text(en="Hall"), department="production"),
        Area(id="yard", name=Text(en="Yard"), department="guards"),
    ],
    cameras=[
        Camera(id="press-1", name=Text(en="Press"), area="hall", domain="production"),
        Camera(id="gate-1", name=Text(en="Gate", zh="大门"), area="yard", domain="security"),
    ],
)


class MemoryBackend:
    """The backend's promises kept in memory: one list of records, folded at once."""

    def __init__(self, clock: FakeClock, evidence: Path) -> None:
        self.clock = clock
        self.evidence = evidence
        self.attachments = evidence.with_name("attachments")
        self.timezone = "Asia/Shanghai"
        self.policy = PeoplePolicy()
        self.footage = MemoryFootage()
        self.records: list[Record] = []
        self.pictures: dict[str, bytes] = {}
        self.status: dict[str, CameraStatus] = {}
        self.why: dict[str, int] = {}
        """Why the rule fired last, and the record that it is about."""
        self.fails: Exception | None = None
        self.submitted: list[Command | Order] = []
        self.explanations: dict[str, Explanation] = {}
        self.recorded: dict[str, RecordingNow] = {}
        self.devices_now: dict[str, DeviceNow] = {}
        self.kept_settings: dict[str, dict[str, str]] = {}
        self.read_devices: list[str] = []
        self.unread: Exception | None = None
        """What reading the settings of a device raises."""
        self.paces: dict[str, WorkerPace] = {}
        self.traces: list[RuleTrace] = []
        self.firings: list[Told] = []
        self._index: Projection | None = None
        self._keys: set[str] = set()
        self._state = State()
        self._news = asyncio.Event()
        self._pulses = 0
        self._stirred = asyncio.Event()

    def write(
        self, *events: Event, actor: str = "hub", cause: int | None = None, key: str | None = None
    ) -> list[Record]:
        written = []
        for event in events:
            if key is not None and key in self._keys:
                continue
            self._keys |= {key} if key is not None else set()
            seq, now = len(self.records) + 1, self.clock.now()
            digest = hashlib.sha256(str(seq).encode()).digest()
            record = Record(seq, now, now, actor, cause, event, key, digest)
            self.records.append(record)
            self._state = fold(self._state, record)
            written.append(record)
        self._news.set()
        self._news = asyncio.Event()
        return written

    def report(self, status: CameraStatus) -> None:
        self.status[status.camera] = status
        self._pulses += 1
        self._stirred.set()
        self._stirred = asyncio.Event()

    @property
    def index(self) -> Projection:
        if self._index is None:
            head = lambda: Head(len(self.records), self.records[-1].hash if self.records else b"")  # noqa: E731
            self._index = Projection(self.evidence.with_name(FILE), MemoryStore(self), head, SystemClock())
            self._index.start()
        self._index.poke()
        return self._index

    def stop(self) -> None:
        if self._index is not None:
            self._index.stop()

    def state(self) -> State:
        return self._state

    def statuses(self) -> Mapping[str, CameraStatus]:
        return self.status

    def devices(self) -> Mapping[str, DeviceNow]:
        return self.devices_now

    async def read_settings(self, device: str) -> None:
        if self.unread is not None:
            raise self.unread
        self.read_devices.append(device)

    async def settings_changes(self, device: str, was: str, now: str) -> list[SettingChange]:
        return changes(self.kept_settings[was] if was else {}, self.kept_settings[now])

    def recorded_now(self) -> Mapping[str, RecordingNow]:
        return self.recorded

    def health(self) -> HealthView:
        return HealthView(
            version="1",
            started_at=self.clock.now(),
            journal=JournalHealth(seq=len(self.records), hash="", store="memory"),
            plugins={},
            workers=self._state.workers or {"w1": WorkerHealth(running=True, cameras=["press-1", "gate-1"])},
            config_problems={},
            paces=self.paces,
        )

    def rules(self) -> Sequence[RuleView]:
        plain = RuleView(id="signal", title=Text(en="Signal"), clause="", file="rules/watch.toml", when="signal.lost")
        return [plain, *(msgspec.structs.replace(plain, why=why, why_seq=seq) for why, seq in self.why.items())]

    def read(self, after: int, limit: int, *, types: Sequence[str] = ()) -> list[Record]:
        found = [record for record in self.records if record.seq > after]
        return [record for record in found if not types or wire_name(record.event) in types][:limit]

    def read_last(
        self, limit: int, *, types: Sequence[str] = (), subject: str = "", before: int | None = None
    ) -> list[Record]:
        found = [
            record
            for record in self.records
            if (before is None or record.seq < before)
            and (not types or wire_name(record.event) in types)
            and _about(record.event, subject)
        ]
        return found[-limit:]

    def subscribe(self, after: int | None) -> "MemoryBatches":
        return MemoryBatches(self, len(self.records) if after is None else after)

    async def changed(self, since: int) -> int:
        while self._pulses == since:
            await self._stirred.wait()
        return self._pulses

    async def submit(self, command: Command | Order, actor: str) -> list[Record]:
        if self.fails is not None:
            raise self.fails
        self.submitted.append(command)
        return self.write(*decide(self._state, command, actor, self.clock.now()), actor=actor)

    async def record(self, event: Event, actor: str, key: str | None = None) -> list[Record]:
        if self.fails is not None:
            raise self.fails
        return self.write(event, actor=actor, key=key)

    async def picture(self, camera: str) -> bytes | None:
        return self.pictures.get(camera)

    async def explain(self, camera: str) -> Explanation | None:
        return self.explanations.get(camera)

    async def rule(self, rule: str) -> RuleDetail:
        known = next((each for each in self.rules() if each.id == rule), None)
        if known is None:
            raise NotFound(f"There is no rule {rule}.")
        return RuleDetail(rule=known, traces=self.traces)

    async def rule_account(self, rule: str, hours: float, told: Callable[[str], bool]) -> RuleAccount:
        until = self.clock.now()
        firings = [each for each in self.firings if told(each.subject)]
        return RuleAccount(
            rule=rule, since_at=until - timedelta(hours=hours), until_at=until, fired=len(firings), firings=firings
        )

    async def rule_cases(self, rule: str) -> Sequence[CaseView]:
        return [CaseView(name="a case", file="rules/cases/x.toml", line=1, ok=False, failures=["line 3: no"])]

    async def rule_files(self) -> RuleFiles:
        return RuleFiles(
            files=1, rules=2, cases=3, problems=[Text(en="rules/x.toml:1:1: no.")], broken=["rules/x.toml"]
        )

    def variables(self) -> Sequence[VariableView]:
        return [VariableView(name="line_stopped", value=True, declared=False)]


def _about(event: Event, subject: str) -> bool:
    name, colon, value = subject.partition(":")
    if colon:
        return getattr(event, name, None) == value
    return all(word in msgspec.json.encode(event).decode() for word in subject.split())


class MemoryStore:
    """The records of the backend as a store gives them out: what reads much reads there."""

    def __init__(self, backend: MemoryBackend) -> None:
        self._backend = backend

    def read(self, after: int, limit: int, *, types: Iterable[str] = ()) -> list[StoredRecord]:
        wanted = set(types)
        records = [each for each in self._backend.records[after:] if not wanted or wire_name(each.event) in wanted]
        return [self._stored(record) for record in records[:limit]]

    def _stored(self, record: Record) -> StoredRecord:
        name, version, body = encode(record.event)
        at_us, seen_us = to_us(record.at), to_us(record.seen_at)
        return StoredRecord(
            record.seq, at_us, seen_us, record.actor, record.cause, name, version, body, record.key, record.hash
        )


class MemoryBatches:
    BATCH = 500

    def __init__(self, backend: MemoryBackend, position: int) -> None:
        self._backend = backend
        self._position = position
        self.closed = False

    def __aiter__(self) -> "MemoryBatches":
        return self

    async def __anext__(self) -> list[Record]:
        while len(self._backend.records) <= self._position:
            await self._backend._news.wait()
        batch = self._backend.records[self._position : self._position + self.BATCH]
        self._position = batch[-1].seq
        return batch

    def close(self) -> None:
        self.closed = True


@dataclass
class Plant:
    """A running API, and everything a test wants to reach behind it."""

    site: Path
    backend: MemoryBackend
    clock: FakeClock
    server: ApiServer
    clients: list[HttpClient] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.site / "data"

    @property
    def address(self) -> Address:
        return find_hub(self.site)

    def client(self, token: str = "") -> HttpClient:
        client = HttpClient(self.address, token=token)
        self.clients.append(client)
        return client

    async def signed_in(self, account: str) -> HttpClient:
        client = self.client()
        await client.sign_in(account, PASSWORD)
        return client


def account_id(role: Role, domains: Sequence[Domain]) -> str:
    return f"{role}.{''.join(domain[0] for domain in domains)}"


def everybody() -> Iterator[Account]:
    """An account of every role in every combination of domains; see `departmental` for one department alone."""
    for role in ROLES:
        for domains in (["production"], ["security"], list(DOMAINS)):
            yield Account(id=account_id(role, domains), name=role, role=role, domains=domains)


def departmental() -> Iterator[Account]:
    """An account of every role in both domains, limited to the department of the hall."""
    for role in PERSON_ROLES:
        yield Account(id=f"{role}.hall", name=role, role=role, domains=list(DOMAINS), departments=["production"])


@pytest.fixture(scope="session")
def enrolled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An account book with everybody in it."""
    path = tmp_path_factory.mktemp("book") / BOOK
    book = AccountBook(path)
    book.open()
    for account in (*everybody(), *departmental()):
        book.add(account, hash_password(WEAK, PASSWORD), START)
        book.mark_recorded(account.id)
    book.close()
    return path


def furnish(backend: MemoryBackend) -> None:
    """Each camera has lost its signal, with an alarm, a ticket, and a reference; a round is due."""
    backend.write(HubStarted(version="1", last_stop="first"), SiteConfigured(site=SITE))
    for number, camera in enumerate(("press-1", "gate-1"), start=1):
        backend.write(
            CameraJudged(camera=camera),
            ReferenceLearned(
                camera=camera, reference="day-1", picture=Picture(path=f"{camera}/reference.jpg", sha256="")
            ),
            SignalLost(camera=camera, since_at=backend.clock.now()),
            AlarmRaised(
                alarm=f"A-{number}",
                rule="signal",
                kind="signal",
                subject=f"camera:{camera}",
                camera=camera,
                priority="high",
                title=Text(en="Signal lost"),
            ),
            TicketOpened(ticket=f"T-{number}", title=Text(en="Repair"), camera=camera, rule="signal"),
        )
        picture = backend.evidence / camera / "reference.jpg"
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(b"\xff\xd8" + camera.encode())
    backend.write(RoundDue(round="R-1", kind="technical", title=Text(en="Round")))


@pytest.fixture
def site() -> Iterator[Path]:
    """A site's folder with a path short enough for a unix socket."""
    folder = Path(tempfile.mkdtemp(prefix="wr"))
    (folder / "hub.toml").write_text('[site]\ndata = "data"\n', encoding="utf-8")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@asynccontextmanager
async def furnished(site: Path, clock: FakeClock, enrolled: Path) -> AsyncIterator[Plant]:
    """The API of a furnished plant, with everybody enrolled. Refusals take 10 ms instead of half a second."""
    (site / "data").mkdir()
    shutil.copy(enrolled, site / "data" / BOOK)
    backend = MemoryBackend(clock, site / "data" / "evidence")
    backend.write(*(created(account) for account in (*everybody(), *departmental())))
    furnish(backend)
    desk = SignInDesk(site / "data", backend, hasher=WEAK, refusal_s=0.01)
    server = ApiServer(backend, site / "data", tcp="127.0.0.1:0", desk=desk)
    await server.start()
    plant = Plant(site, backend, clock, server)
    yield plant
    for client in plant.clients:
        await client.close()
    await server.stop()
    backend.stop()


@pytest.fixture
async def plant(site: Path, clock: FakeClock, enrolled: Path) -> AsyncIterator[Plant]:
    async with furnished(site, clock, enrolled) as running:
        yield running


def fresh_status(clock: FakeClock, camera: str, **changes: object) -> CameraStatus:
    return msgspec.structs.replace(
        CameraStatus(camera=camera, at=clock.now(), signal="live", last_picture_at=clock.now(), fps=12.5), **changes
    )


async def until(condition: Callable[[], bool], within_s: float = 5.0) -> None:
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.01)


def as_json(value: object) -> str:
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
