"""One camera: a thread that connects, reads and judges for ever, and posts what it sees."""

import random
import threading
from datetime import timedelta

import structlog
from av.video.frame import VideoFrame
from msgspec.structs import replace

from hub.clock import Clock
from hub.core.explanation import Explanation
from hub.core.recordings import Ended
from hub.core.text import Text
from hub.errors import AuthRejected, DeviceError
from hub.watch import pulse as pulses
from hub.watch.backoff import pause_s
from hub.watch.explaining import explain_camera
from hub.watch.flow import Flow
from hub.watch.frames import frame_of
from hub.watch.keeper import ViewKeeper
from hub.watch.level import Seen, see_key, unsure_since
from hub.watch.messages import Pointing, WatchOrder
from hub.watch.pictures import Pictures, Still, small
from hub.watch.posted import Posted
from hub.watch.reader import REST_S, Source, open_stream
from hub.watch.recording.handover import Recorder, Recording, ended_by
from hub.watch.report import CameraReport
from hub.watch.standstill import Standstill
from hub.watch.trouble import ENDED, NONE, trouble

_log = structlog.get_logger("hub.watch")
_NAP_S = 10.0


class Camera:
    """The watch of one camera. Its methods belong to any thread, and `report` to the one that reports."""

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
        self._clock = clock
        self._standstill = standstill
        self._dice = dice
        self._start_after_s = start_after_s
        self._recorder = recorder
        self._predecessor = predecessor
        self._thread = threading.Thread(target=self._run, name=f"camera {order.camera}", daemon=True)
        self._stopping = False
        self._relearning = False
        self._wake = threading.Event()

        self._posted = Posted(order, clock)
        self.flow = Flow()
        self.report = CameraReport(self._posted, self.flow, clock=clock, standstill=standstill, pictures=pictures)
        self._keeper = ViewKeeper(order.camera, pictures)
        self._due_s = clock.monotonic()
        self._failing = False
        self._noted_s = 0.0

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
        self._posted.try_again(self._clock.monotonic())
        self._wake.set()

    def obey(self, order: WatchOrder) -> None:
        """Go on under an order of the same stream: what people decided about views, sensitivity, ignored cells."""
        self._posted.order = order

    def point(self, pointing: Pointing) -> None:
        """The camera points there now."""
        self._posted.order = replace(self.order, pointing=pointing)

    def relearn(self) -> None:
        """Learn the view anew; what was learned stays on disk, as people may go back to it."""
        self._relearning = True

    def save_memory(self) -> None:
        """Keep what was learned besides the references, for the next start."""
        self._keeper.save_memory()

    def slow_down(self, factor: float) -> None:
        """Look at pictures `factor` times more seldom than ordered; the signal is watched as before."""
        self._posted.picture_factor = factor

    def explain(self) -> Explanation:
        """Why the camera is judged as it is now; takes some milliseconds."""
        posted, now_s = self._posted, self._clock.monotonic()
        return explain_camera(self._keeper.view, posted.seen, self.report.level(), posted.order.settings, now_s)

    @property
    def order(self) -> WatchOrder:
        """What it works by now."""
        return self._posted.order

    @property
    def still(self) -> Still | None:
        """The newest picture."""
        return self._posted.still

    # --- the camera's own thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        while self._predecessor is not None and not self._predecessor.join(within_s=1.0):
            if self._stopping:
                return
        predecessor, self._predecessor = self._predecessor, None
        if predecessor is not None and predecessor._relearning:
            self._relearning = True  # it was asked for, and no picture came since
        self._keeper.recall(self.order, predecessor._keeper if predecessor is not None else None)
        self._pause(self._start_after_s)
        settings = self.order.settings
        failures = 0
        while not self._stopping:
            self._progress()
            if self._posted.refused_s is not None:
                self._pause(_NAP_S)
                continue
            began_s = self._clock.monotonic()
            self._connect()
            stable = self._clock.monotonic() - began_s >= settings.stable_s and self._posted.pulse.arrival_s > began_s
            failures = 1 if stable else failures + 1
            if self._posted.refused_s is None:
                self._pause(pause_s(failures, settings.retry_first_s, settings.retry_longest_s, self._dice))
        self.save_memory()

    def _connect(self) -> None:
        """One connection from opening to its end, whatever the end is."""
        posted, order = self._posted, self.order
        try:
            with open_stream(order.stream, order.settings, self._clock) as source:
                posted.accepted = True
                posted.connections += 1
                posted.pulse = pulses.connect(posted.pulse, self._clock.monotonic())
                posted.sight = replace(posted.sight, key_s=None)
                self._read(source)
            posted.problem = ENDED
        except AuthRejected as error:
            posted.problem = trouble(error)
            posted.refused_s = self._clock.monotonic()
            _log.warning("access refused", camera=order.camera, problem=posted.problem.en)
        except DeviceError as error:
            self._note(trouble(error))
        except Exception as error:  # a fault of ours in one camera must not end its watch
            _log.exception("watching failed", camera=order.camera)
            self._note(trouble(error))
        finally:
            posted.pulse = pulses.disconnect(posted.pulse)

    def _note(self, problem: Text) -> None:
        if problem != self._posted.problem:
            _log.warning("stream failed", camera=self.order.camera, problem=problem.en)
        self._posted.problem = problem

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
        posted, flow, settings = self._posted, self.flow, self.order.settings
        for packet, video, frame, now_s in source.arrivals(self._picture_is_due):
            posted.progress_s = now_s
            if self._stopping:
                return
            if not video:
                continue
            flow.packets += 1
            flow.size += packet.size
            if now_s - self._noted_s >= pulses.NOTED_EVERY_S:
                self._noted_s = now_s
                posted.pulse = pulses.arrive(posted.pulse, now_s, settings, self._standstill.until_s())
                flow.rested = (flow.rested[0] + source.late_s, flow.rested[1] + source.rests)
                source.late_s, source.rests = 0.0, 0
            recording.take(packet, now_s)
            if packet.is_keyframe:
                posted.sight = see_key(posted.sight, now_s)
            if frame is not None:
                posted.problem = NONE
                self._look(frame, now_s)

    def _picture_is_due(self) -> bool:
        now_s = self._clock.monotonic()
        if pulses.doubtful(self._posted.pulse, now_s, self.order.settings):
            # It may be seconds old, and would be shown as new.
            return False
        # A key frame that comes a little early must not cost a whole interval.
        every_s = self._posted.picture_every_s
        return now_s >= self._due_s - min(every_s / 10 + REST_S, every_s / 2)

    def _look(self, frame: VideoFrame, now_s: float) -> None:
        posted, order = self._posted, self.order
        self._due_s = max(self._due_s + posted.picture_every_s, now_s)
        posted.sight = replace(posted.sight, picture_s=now_s)
        posted.size = (frame.width, frame.height)
        anew, self._relearning = self._relearning, False
        still = Still(frame, self._clock.now())
        try:
            if self._keeper.obey(order, anew=anew):
                posted.good, posted.seen = (None, None), None
            verdict = self._keeper.judge(frame_of(frame), still, now_s, order)
        except Exception:  # a fault in the judgement leaves the camera not judged, and its signal watched
            if not self._failing:
                # Once, and not again with every picture that follows.
                _log.exception("judging failed", camera=order.camera)
            self._failing = True
            posted.still = still
            return
        self._failing = False
        seen = posted.seen
        found = frozenset(finding.kind for finding in verdict.findings)
        self._remember_good(still, troubled=bool(found))
        posted.still = still
        posted.seen = Seen(
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
            self._posted.good = (None, None)
            return
        _, candidate = self._posted.good
        age = timedelta(seconds=self.order.settings.persist_s + 1)
        if candidate is None or (not troubled and still.at - candidate.at >= age):
            kept = small(still)
            self._posted.good = (candidate or kept, kept)

    def _progress(self) -> None:
        self._posted.progress_s = self._clock.monotonic()

    def _pause(self, seconds: float) -> None:
        self._wake.wait(seconds)
        self._wake.clear()
        self._progress()
