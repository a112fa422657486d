"""One camera: a thread that connects, reads and judges for ever, and the level that others may ask for at any time.

The thread only posts immutable values; whether the signal is lost is worked out from them by whoever asks, so a read
that hangs hides nothing.
"""

import random
import threading
from datetime import timedelta

import structlog
from av.video.frame import VideoFrame
from msgspec.structs import replace

from hub.clock import Clock
from hub.core.explanation import Explanation
from hub.core.recordings import Ended
from hub.core.status import CameraStatus, FindingLevel
from hub.errors import AuthRejected, DeviceError
from hub.watch import pulse as pulses
from hub.watch.backoff import pause_s
from hub.watch.evidence import EvidenceDesk
from hub.watch.explaining import explain_camera
from hub.watch.flow import Flow
from hub.watch.frames import frame_of
from hub.watch.handover import Recorder, Recording, ended_by
from hub.watch.keeper import ViewKeeper
from hub.watch.level import (
    LOST,
    REFUSED,
    STALLED,
    Level,
    Seen,
    Sight,
    is_old,
    level_of,
    see_key,
    stalled_since,
    unsure_since,
)
from hub.watch.messages import Pointing, Vital, WatchOrder
from hub.watch.pictures import Pictures, Still, small
from hub.watch.reader import REST_S, Source, open_stream
from hub.watch.standstill import Standstill

_log = structlog.get_logger("hub.watch")
_NAP_S = 10.0


class Camera:
    """The watch of one camera. `status` and `vital` belong to one thread, the other methods to any."""

    def __init__(
        self,
        order: WatchOrder,
        *,
        clock: Clock,
        standstill: Standstill,
        pictures: Pictures,
        dice: random.Random,
        start_after_s: float = 0.0,
        recorder: Recorder | None = None,
        predecessor: "Camera | None" = None,
    ) -> None:
        """`predecessor` is the watch of the same camera under an older order, whose connection is closed first."""
        self.order = order
        self._clock = clock
        self._standstill = standstill
        self._pictures = pictures
        self._dice = dice
        self._start_after_s = start_after_s
        self._recorder = recorder
        self._predecessor = predecessor
        self._thread = threading.Thread(target=self._run, name=f"camera {order.camera}", daemon=True)
        self._stopping = False
        self._relearning = False
        self._wake = threading.Event()

        now_s = clock.monotonic()
        self._progress_s = now_s
        self._pulse = pulses.begin(now_s)
        self._sight = Sight()
        self._seen: Seen | None = None
        self._still: Still | None = None
        self._good: tuple[Still | None, Still | None] = (None, None)
        self._size = (0, 0)
        self._connections = 0
        self._accepted = False
        self._refused_s: float | None = None
        self._problem = ""
        if order.refused_at is not None:
            self._refused_s = now_s - max(0.0, (clock.now() - order.refused_at).total_seconds())
            self._problem = "The camera refused the user name or password; it is not asked again before a retry."
        self.flow = Flow()
        self._keeper = ViewKeeper(order.camera, pictures)
        self._due_s = now_s
        self._failing = False
        self._noted_s = 0.0
        self._picture_factor = 1.0
        self._glance: tuple[object, ...] = ()
        self._waiting = True
        self._desk = EvidenceDesk(order.camera, pictures, clock)

    # --- for anybody ------------------------------------------------------------------------------------------

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; a blocked read ends by its own time limit."""
        self._stopping = True
        self._wake.set()

    def join(self, within_s: float) -> bool:
        """Wait for the thread's end; whether it ended."""
        self._thread.join(within_s)
        return not self._thread.is_alive()

    def retry(self) -> None:
        """Try the camera again now, after it refused the credentials or while it waits."""
        now_s = self._clock.monotonic()
        if self._refused_s is not None:
            self._pulse = pulses.begin(now_s)
            self._accepted = False
            self._refused_s = None
        self._wake.set()

    def obey(self, order: WatchOrder) -> None:
        """Go on under an order of the same stream: what people decided about views, sensitivity, ignored cells."""
        self.order = order

    def point(self, pointing: Pointing) -> None:
        """The camera points there now."""
        self.order = replace(self.order, pointing=pointing)

    def relearn(self) -> None:
        """Learn the view anew; what was learned stays on disk, as people may go back to it."""
        self._relearning = True

    def save_memory(self) -> None:
        """Keep what was learned besides the references, for the next start."""
        self._keeper.save_memory()

    def slow_down(self, factor: float) -> None:
        """Look at pictures `factor` times more seldom than ordered; the signal is watched as before."""
        self._picture_factor = factor

    def explain(self) -> Explanation:
        """Why the camera is judged as it is now; takes some milliseconds."""
        return explain_camera(self._keeper.view, self._seen, self.level(), self.order.settings, self._clock.monotonic())

    @property
    def still(self) -> Still | None:
        """The newest picture."""
        return self._still

    # --- for the thread that reports --------------------------------------------------------------------------

    def level(self) -> Level:
        return level_of(
            self._pulse,
            self._sight,
            self._seen,
            self._clock.monotonic(),
            self.order.settings,
            accepted=self._accepted,
            refused_s=self._refused_s,
            problem=self._problem,
            excused_s=self._standstill.until_s(),
        )

    def changed(self) -> bool:
        """Whether `status` may say something else than when it was last asked for. Costs a twentieth of it."""
        now_s = self._clock.monotonic()
        glance = (
            pulses.signal(self._pulse, now_s, self.order.settings, self._standstill.until_s()),
            self._pulse.stalling_since_s,
            stalled_since(self._pulse, self._sight, now_s, self.order.settings) is None,
            self._seen,
            self._seen is None or is_old(self._seen, self._sight, now_s, self.order.settings),
            self._picture_factor,
            self._accepted,
            self._refused_s,
            self._size,
            self._connections,
        )
        if glance == self._glance and not self._waiting:
            return False
        self._glance = glance
        return True

    def status(self) -> CameraStatus:
        """Everything that is known now. A new finding appears when its pictures are kept, at most 2 s later."""
        level = self.level()
        still, seen = self._still, self._seen
        self._waiting = False
        findings: list[FindingLevel] = []
        undecided = set(level.undecided)
        for found in level.findings:
            before, after = (still, None) if found.kind in (LOST, REFUSED, STALLED) else (self._good[0], still)
            reference = seen.verdict.reference if seen else ""
            ready = self._desk.level(found, before=before, after=after, reference=reference)
            if ready is None:
                undecided.add(found.kind)
                self._waiting = True
            else:
                findings.append(ready)
        self._desk.keep_only({found.kind for found in level.findings} | level.undecided)
        fps, kbps = self.flow.rates()
        return CameraStatus(
            camera=self.order.camera,
            at=self._clock.now(),
            signal=level.signal,
            not_judged=level.not_judged,
            findings=findings,
            undecided=sorted(undecided),
            last_picture_at=still.at if still else None,
            fps=fps,
            kbps=kbps,
            width=self._size[0],
            height=self._size[1],
            reconnects=max(0, self._connections - 1),
            measures=self._measures(seen),
            light=(seen.verdict.light or "") if seen else "",
            reference=seen.verdict.reference if seen else "",
        )

    def _measures(self, seen: Seen | None) -> dict[str, float]:
        measures = dict(seen.verdict.measures) if seen else {}
        measures["picture_every_s"] = self._picture_every_s()
        if self._sight.key_every_s is not None:
            measures["key_frame_every_s"] = round(self._sight.key_every_s, 1)
        return measures

    def vital(self) -> Vital:
        """The figures that change all the time. Called about once a second; the rates are over the last five."""
        now_s = self._clock.monotonic()
        self.flow.sample(now_s)
        fps, kbps = self.flow.rates()
        return Vital(
            idle_s=now_s - self._progress_s,
            last_picture_at=self._still.at if self._still else None,
            fps=fps,
            kbps=kbps,
        )

    # --- the camera's own thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        while self._predecessor is not None and not self._predecessor.join(within_s=1.0):
            if self._stopping:
                return
        predecessor, self._predecessor = self._predecessor, None
        self._keeper.recall(self.order, predecessor._keeper if predecessor is not None else None)
        self._pause(self._start_after_s)
        settings = self.order.settings
        failures = 0
        while not self._stopping:
            self._progress()
            if self._refused_s is not None:
                self._pause(_NAP_S)
                continue
            began_s = self._clock.monotonic()
            self._connect()
            stable = self._clock.monotonic() - began_s >= settings.stable_s and self._pulse.arrival_s > began_s
            failures = 1 if stable else failures + 1
            if self._refused_s is None:
                self._pause(pause_s(failures, settings.retry_first_s, settings.retry_longest_s, self._dice))
        self.save_memory()

    def _connect(self) -> None:
        """One connection from opening to its end, whatever the end is."""
        order = self.order
        try:
            with open_stream(order.stream, order.settings, self._clock) as source:
                self._accepted = True
                self._connections += 1
                self._pulse = pulses.connect(self._pulse, self._clock.monotonic())
                self._sight = replace(self._sight, key_s=None)
                self._read(source)
            self._problem = "The camera ended the stream."
        except AuthRejected as error:
            self._problem = f"{error}"
            self._refused_s = self._clock.monotonic()
            _log.warning("access refused", camera=order.camera, problem=self._problem)
        except DeviceError as error:
            self._note(f"{error}")
        except Exception as error:  # a fault of ours in one camera must not end its watch
            _log.exception("watching failed", camera=order.camera)
            self._note(f"Watching failed: {type(error).__name__}.")
        finally:
            self._pulse = pulses.disconnect(self._pulse)

    def _note(self, problem: str) -> None:
        if problem != self._problem:
            _log.warning("stream failed", camera=self.order.camera, problem=problem)
        self._problem = problem

    def _read(self, source: Source) -> None:
        recording = Recording(self._recorder, self.order.camera)
        recording.begin(source.video)
        ended: Ended = "camera"
        try:
            self._take(source, recording)
            ended = "stopped" if self._stopping else "camera"
        except Exception as error:
            ended = ended_by(error)
            raise
        finally:
            recording.end(ended)

    def _take(self, source: Source, recording: Recording) -> None:
        settings, flow = self.order.settings, self.flow
        for packet, video, frame, now_s in source.arrivals(self._picture_is_due):
            self._progress_s = now_s
            if self._stopping:
                return
            if not video:
                continue
            flow.packets += 1
            flow.size += packet.size
            if now_s - self._noted_s >= pulses.NOTED_EVERY_S:
                self._noted_s = now_s
                self._pulse = pulses.arrive(self._pulse, now_s, settings, self._standstill.until_s())
                flow.rested = (flow.rested[0] + source.late_s, flow.rested[1] + source.rests)
                source.late_s, source.rests = 0.0, 0
            recording.take(packet, now_s)
            if packet.is_keyframe:
                self._sight = see_key(self._sight, now_s)
            if frame is not None:
                self._problem = ""
                self._look(frame, now_s)

    def _picture_every_s(self) -> float:
        return self.order.settings.picture_every_s * self._picture_factor

    def _picture_is_due(self) -> bool:
        now_s = self._clock.monotonic()
        if pulses.doubtful(self._pulse, now_s, self.order.settings):
            # It may be seconds old, and would be shown as new.
            return False
        # A key frame that comes a little early must not cost a whole interval.
        every_s = self._picture_every_s()
        return now_s >= self._due_s - min(every_s / 10 + REST_S, every_s / 2)

    def _look(self, frame: VideoFrame, now_s: float) -> None:
        order = self.order
        self._due_s = max(self._due_s + self._picture_every_s(), now_s)
        self._sight = replace(self._sight, picture_s=now_s)
        self._size = (frame.width, frame.height)
        anew, self._relearning = self._relearning, False
        still = Still(frame, self._clock.now())
        try:
            if self._keeper.obey(order, anew=anew):
                self._good, self._seen = (None, None), None
            verdict = self._keeper.judge(frame_of(frame), still, now_s, order)
        except Exception:  # a fault in the judgement leaves the camera not judged, and its signal watched
            if not self._failing:
                # Once, and not again with every picture that follows.
                _log.exception("judging failed", camera=order.camera)
            self._failing = True
            self._still = still
            return
        self._failing = False
        seen = self._seen
        found = frozenset(finding.kind for finding in verdict.findings)
        self._remember_good(still, troubled=bool(found))
        self._still = still
        self._seen = Seen(
            at_s=now_s,
            since_s=seen.since_s if seen else now_s,
            raised=(seen.raised if seen else frozenset()) | found,
            unsure_since_s=unsure_since(seen, verdict, now_s),
            verdict=verdict,
        )

    def _remember_good(self, still: Still, *, troubled: bool) -> None:
        """Keep one picture that is surely older than any fault which is not a finding yet.

        The reference picture serves once there is one.
        """
        if self._keeper.view.reference is not None:
            self._good = (None, None)
            return
        _, candidate = self._good
        age = timedelta(seconds=self.order.settings.persist_s + 1)
        if candidate is None or (not troubled and still.at - candidate.at >= age):
            kept = small(still)
            self._good = (candidate or kept, kept)

    def _progress(self) -> None:
        self._progress_s = self._clock.monotonic()

    def _pause(self, seconds: float) -> None:
        self._wake.wait(seconds)
        self._wake.clear()
        self._progress()
