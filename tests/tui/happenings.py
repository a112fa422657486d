"""What befalls the plant of the TUI's tests: the real core, fed by the test instead of cameras, rules and a journal."""

import asyncio
import hashlib
from datetime import timedelta

from msgspec.structs import replace

from hub.clock import Clock
from hub.core import catalogue as facts
from hub.core import findings
from hub.core.alarms.commands import RaiseAlarm, ReturnAlarm
from hub.core.decisions import decide
from hub.core.event import Event, Record
from hub.core.fold import fold
from hub.core.rules.events import VariableSet
from hub.core.state import State
from hub.core.status import CameraStatus
from hub.core.text import Text
from tests.tui.pictures import covered, jpeg, scene

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


class Plant:
    """Happenings are folded as the hub does; whoever follows is woken by each."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.state = State()
        self.records: list[Record] = []
        self.statuses: dict[str, CameraStatus] = {}
        self.pictures: dict[str, bytes] = {}
        self.reachable = True
        self._changed = asyncio.Condition()
        self._pulse = 0

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

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()
