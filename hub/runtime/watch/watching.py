"""From what the watch sees to what is on record: statuses are levels, and the record follows them."""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from hub.clock import Clock
from hub.core.catalogue import WorkerDied, WorkerStarted
from hub.core.event import Draft, Record
from hub.core.findings import CameraRelearned, CameraRetried, ReferenceApproved, ReferenceLearned, ReferenceRejected
from hub.core.references import is_news
from hub.core.state import CameraState, State
from hub.core.status import WATCHED, CameraStatus, FindingLevel, reconcile
from hub.core.text import Text
from hub.errors import AuthRejected, HubError, JournalError
from hub.runtime.core_loop import CoreLoop
from hub.secret import redact

log = structlog.get_logger("watch")

_TRY_AGAIN_S = 1.0


class Watching:
    """Keeps the newest status of every camera, and the record in line with them. On the hub's event loop."""

    def __init__(self, core: CoreLoop, clock: Clock) -> None:
        self.statuses: dict[str, CameraStatus] = {}
        self.on_pulse: Callable[[], None] = lambda: None
        """Called when a status came in."""
        self.on_retry: Callable[[str], None] = lambda camera: None
        self.on_relearn: Callable[[str], None] = lambda camera: None
        self.on_decided: Callable[[], None] = lambda: None
        """Called when something was decided about reference views: what the watch goes by has changed."""
        self._core = core
        self._clock = clock
        self._cameras: frozenset[str] = frozenset()
        self._told: list[Draft] = []
        self._news = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        """Runs from `start` to `stop`."""

    async def start(self) -> None:
        self.task = asyncio.create_task(self._keep_record(), name="watching")

    async def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait({self.task})

    def use_cameras(self, cameras: Sequence[str]) -> None:
        """Take statuses of exactly these cameras."""
        self._cameras = frozenset(cameras)
        self.statuses = {camera: status for camera, status in self.statuses.items() if camera in self._cameras}

    def follow(self, records: Sequence[Record]) -> None:
        """Pass on what people asked of a camera."""
        for record in records:
            match record.event:
                case CameraRetried(camera=camera):
                    self.on_retry(camera)
                case CameraRelearned(camera=camera):
                    self.on_relearn(camera)
                    self.on_decided()
                case ReferenceApproved() | ReferenceRejected() | ReferenceLearned(outdated=True):
                    self.on_decided()

    def take_status(self, status: CameraStatus) -> None:
        """A worker said how a camera is."""
        if status.camera not in self._cameras:
            return
        self.statuses[status.camera] = status
        self.on_pulse()
        if reconcile(_known(self._core.state, status.camera), status):
            self._news.set()

    def take_worker(self, event: WorkerStarted | WorkerDied) -> None:
        if isinstance(event, WorkerDied):
            log.error("worker_died", worker=event.worker, reason=event.reason, cameras=len(event.cameras))
        self._tell(Draft(event, actor=f"watch:{event.worker}", at=self._clock.now()))

    def take_learned(self, event: ReferenceLearned) -> None:
        log.info("reference_learned", camera=event.camera, view=event.reference)
        self._tell(Draft(event, actor="watch", at=self._clock.now()))

    def take_answer(self, camera: str, error: Exception | None) -> None:
        """A driver said where its camera's stream is, or why it cannot say."""
        if error is None:
            return
        words = redact(str(error)) if isinstance(error, HubError) else redact(f"{type(error).__name__}: {error}")
        now = self._clock.now()
        refused = isinstance(error, AuthRejected)
        kind = "access.refused" if refused else "signal.lost"
        known = self.statuses.get(camera)
        before = next((level for level in known.findings if level.kind == kind), None) if known is not None else None
        if before is None or before.detail.en != words:
            log.warning("camera_has_no_stream", camera=camera, error=words)
        since_at = before.since_at if before is not None else now
        self.take_status(
            CameraStatus(
                camera=camera,
                at=now,
                signal="refused" if refused else "lost",
                findings=[FindingLevel(kind=kind, since_at=since_at, detail=Text(en=words))],
                undecided=sorted(WATCHED - {"signal.lost", "access.refused"}),
            )
        )

    def _tell(self, draft: Draft) -> None:
        self._told.append(draft)
        self._news.set()

    async def _keep_record(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            told = list(self._told)
            try:
                records = await self._core.propose(
                    lambda state, told=told: [*_news(state, told), *self._levels(state)]  # type: ignore[misc]
                )
            except JournalError as error:
                log.error("statuses_not_recorded", error=str(error))
                self._news.set()
                await asyncio.sleep(_TRY_AGAIN_S)
                continue
            del self._told[: len(told)]
            if records and self._levels(self._core.state):
                self._news.set()  # a status came in while these were written

    def _levels(self, state: State) -> list[Draft]:
        return [
            Draft(event, actor="watch", at=status.at)
            for status in self.statuses.values()
            for event in reconcile(_known(state, status.camera), status)
        ]


def _news(state: State, told: Sequence[Draft]) -> list[Draft]:
    """What was told without the views that are on record: a worker tells of them again when it begins."""
    return [
        draft
        for draft in told
        if not isinstance(event := draft.event, ReferenceLearned)
        or is_news(_known(state, event.camera).references, event)
    ]


def _known(state: State, camera: str) -> CameraState:
    return state.cameras.get(camera) or CameraState(id=camera)
