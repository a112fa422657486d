"""One camera: a thread that connects, reads and judges for ever, and the level that others may ask for at any time.

The thread only posts immutable values; whether the signal is lost is worked out from them by whoever asks, so a read
that hangs hides nothing.
"""

import random
import threading
from collections import deque
from datetime import timedelta

import structlog
from av.video.frame import VideoFrame

from hub.clock import Clock
from hub.core.status import CameraStatus, FindingLevel
from hub.errors import AuthRejected, DeviceError
from hub.vision.frame import Frame
from hub.vision.judge import View, fresh, judge
from hub.watch import pulse as pulses
from hub.watch.backoff import pause_s
from hub.watch.evidence import EvidenceDesk
from hub.watch.level import LOST, REFUSED, Level, Seen, level_of, limits_of, unsure_since
from hub.watch.messages import Vital, WatchOrder
from hub.watch.pictures import Pictures, Still
from hub.watch.reader import Source, gray_of, open_stream, still_of
from hub.watch.standstill import Standstill

_log = structlog.get_logger("hub.watch")
_NAP_S = 10.0
_RATE_SAMPLES = 6


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
        predecessor: "Camera | None" = None,
    ) -> None:
        """`predecessor` is the watch of the same camera under an older order, whose connection is closed first."""
        self.order = order
        self._clock = clock
        self._standstill = standstill
        self._pictures = pictures
        self._dice = dice
        self._start_after_s = start_after_s
        self._predecessor = predecessor
        self._thread = threading.Thread(target=self._run, name=f"camera {order.camera}", daemon=True)
        self._stopping = False
        self._relearning = False
        self._wake = threading.Event()

        now_s = clock.monotonic()
        self._progress_s = now_s
        self._pulse = pulses.begin(now_s)
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
        self._packets = self._bytes = 0
        self._samples: deque[tuple[float, int, int]] = deque(maxlen=_RATE_SAMPLES)
        self._view: View = fresh()
        self._due_s = now_s
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

    def relearn(self) -> None:
        """Forget the reference view and learn it anew."""
        self._pictures.forget_reference(self.order.camera)
        self._relearning = True

    @property
    def still(self) -> Still | None:
        """The newest picture."""
        return self._still

    # --- for the thread that reports --------------------------------------------------------------------------

    def level(self) -> Level:
        return level_of(
            self._pulse,
            self._seen,
            self._clock.monotonic(),
            self.order.settings,
            accepted=self._accepted,
            refused_s=self._refused_s,
            problem=self._problem,
            excused_s=self._standstill.until_s(),
        )

    def status(self) -> CameraStatus:
        """Everything that is known now. A new finding appears when its pictures are kept, at most 2 s later."""
        level = self.level()
        still, seen = self._still, self._seen
        findings: list[FindingLevel] = []
        undecided = set(level.undecided)
        for found in level.findings:
            before, after = (still, None) if found.kind in (LOST, REFUSED) else (self._good[0], still)
            ready = self._desk.level(found, before=before, after=after)
            if ready is None:
                undecided.add(found.kind)
            else:
                findings.append(ready)
        self._desk.keep_only({found.kind for found in level.findings} | level.undecided)
        fps, kbps = self._rates()
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
            measures=seen.verdict.measures if seen else {},
        )

    def vital(self) -> Vital:
        """The figures that change all the time. Called about once a second; the rates are over the last five."""
        now_s = self._clock.monotonic()
        self._samples.append((now_s, self._packets, self._bytes))
        fps, kbps = self._rates()
        return Vital(
            idle_s=now_s - self._progress_s,
            last_picture_at=self._still.at if self._still else None,
            fps=fps,
            kbps=kbps,
        )

    def _rates(self) -> tuple[float, float]:
        if len(self._samples) < 2:
            return 0.0, 0.0
        (from_s, from_packets, from_bytes), (to_s, to_packets, to_bytes) = self._samples[0], self._samples[-1]
        passed_s = max(to_s - from_s, 0.001)
        return round((to_packets - from_packets) / passed_s, 1), round((to_bytes - from_bytes) / passed_s / 125, 1)

    # --- the camera's own thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        while self._predecessor is not None and not self._predecessor.join(within_s=1.0):
            if self._stopping:
                return
        self._predecessor = None
        self._view = fresh(self._pictures.load_reference(self.order.camera))
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

    def _connect(self) -> None:
        """One connection from opening to its end, whatever the end is."""
        order = self.order
        try:
            with open_stream(order.stream, order.settings, self._clock) as source:
                self._accepted = True
                self._connections += 1
                self._pulse = pulses.connect(self._pulse, self._clock.monotonic())
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
        settings = self.order.settings
        for arrival in source.arrivals(self._picture_is_due):
            now_s = self._clock.monotonic()
            self._progress_s = now_s
            if self._stopping:
                return
            if not arrival.video:
                continue
            self._packets += 1
            self._bytes += arrival.packet.size
            self._pulse = pulses.arrive(self._pulse, now_s, settings, self._standstill.until_s())
            if arrival.frame is not None:
                self._problem = ""
                self._look(arrival.frame, now_s)

    def _picture_is_due(self) -> bool:
        settings = self.order.settings
        now_s = self._clock.monotonic()
        if pulses.doubtful(self._pulse, now_s, settings):
            # It may be seconds old, and would be shown as new.
            return False
        # A key frame that comes a little early must not cost a whole interval.
        return now_s >= self._due_s - settings.picture_every_s / 10

    def _look(self, frame: VideoFrame, now_s: float) -> None:
        settings = self.order.settings
        self._due_s = max(self._due_s + settings.picture_every_s, now_s)
        self._size = (frame.width, frame.height)
        if self._relearning:
            self._relearning = False
            self._pictures.forget_reference(self.order.camera)
            self._view = fresh()
            self._good = (None, None)
            self._seen = None
        still = Still(still_of(frame), self._clock.now())
        try:
            self._view, verdict = judge(self._view, Frame(gray_of(frame)), now_s, limits_of(settings))
        except Exception:  # a fault in the judgement leaves the camera not judged, and its signal watched
            _log.exception("judging failed", camera=self.order.camera)
            self._still = still
            return
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
        if verdict.learned and self._view.reference is not None:
            self._pictures.save_reference(self.order.camera, self._view.reference, still)

    def _remember_good(self, still: Still, *, troubled: bool) -> None:
        """Keep one picture that is surely older than any fault which is not a finding yet.

        The reference picture serves once there is one.
        """
        if self._view.reference is not None:
            self._good = (None, None)
            return
        _, candidate = self._good
        age = timedelta(seconds=self.order.settings.persist_s + 1)
        if candidate is None or (not troubled and still.at - candidate.at >= age):
            self._good = (candidate or still, still)

    def _progress(self) -> None:
        self._progress_s = self._clock.monotonic()

    def _pause(self, seconds: float) -> None:
        self._wake.wait(seconds)
        self._wake.clear()
        self._progress()
