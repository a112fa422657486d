"""Recording over a connection of its own, where another stream than the watched one is to be kept."""

import random
import threading

import structlog

from hub.clock import Clock
from hub.core.recordings import Ended
from hub.errors import AuthRejected, DeviceError
from hub.ports import StreamSpec
from hub.watch.backoff import pause_s
from hub.watch.messages import WatchSettings
from hub.watch.reader import open_stream
from hub.watch.recording.handover import ended_by
from hub.watch.recording.recorder import CameraRecorder

_log = structlog.get_logger("hub.watch")


class RecordLine:
    """A thread that reads a stream and records it, for ever. All methods may be called from any thread."""

    def __init__(
        self,
        recorder: CameraRecorder,
        stream: StreamSpec,
        settings: WatchSettings,
        *,
        clock: Clock,
        dice: random.Random,
        start_after_s: float = 0.0,
        refused: bool = False,
    ) -> None:
        """`refused`: the camera is known to refuse these credentials, and is not asked before `retry`."""
        self.recorder = recorder
        self._stream = stream
        self._settings = settings
        self._clock = clock
        self._dice = dice
        self._start_after_s = start_after_s
        self._refused = refused
        self._problem = ""
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"record {recorder.camera}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; a blocked read ends by its own time limit."""
        self._stopping.set()
        self._wake.set()

    def retry(self) -> None:
        """Try the camera again now, after it refused the credentials or while it waits."""
        self._refused = False
        self._wake.set()

    def _run(self) -> None:
        settings = self._settings
        self._wake.wait(self._start_after_s)
        failures = 0
        while not self._stopping.is_set():
            # Devices lock accounts: what was refused is not tried before somebody says so.
            if self._refused:
                self._wake.wait()
                self._wake.clear()
                continue
            began_s = self._clock.monotonic()
            ended = self._connect()
            self.recorder.end("stopped" if self._stopping.is_set() else ended)
            failures = 1 if self._clock.monotonic() - began_s >= settings.stable_s else failures + 1
            if not self._refused:
                self._wake.wait(pause_s(failures, settings.retry_first_s, settings.retry_longest_s, self._dice))
                self._wake.clear()

    def _connect(self) -> Ended:
        """One connection from opening to its end; why it ended."""
        try:
            with open_stream(self._stream, self._settings, self._clock) as source:
                self.recorder.begin(source.video)
                for arrival in source.arrivals(lambda: False):
                    if self._stopping.is_set():
                        return "stopped"
                    if arrival.video:
                        self._problem = ""
                        self.recorder.take(arrival.packet, self._clock.monotonic())
            return "camera"
        except AuthRejected as error:
            self._refused = True
            self._note(f"{error}")
            return "camera"
        except DeviceError as error:
            self._note(f"{error}")
            return ended_by(error)
        except Exception as error:  # a fault of ours in one camera must not end its recording for ever
            _log.exception("recording failed", camera=self.recorder.camera)
            return ended_by(error)

    def _note(self, problem: str) -> None:
        if problem != self._problem:
            _log.warning("stream to record failed", camera=self.recorder.camera, problem=problem)
        self._problem = problem
