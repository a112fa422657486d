"""A watch worker: one process, many cameras, one thread each. Run by the pool as `python -m hub.watch.worker`.

Orders come in on stdin, reports go out on stdout, logs on stderr as JSON lines. The worker ends when stdin closes,
whatever its cameras are doing: it never outlives its hub.
"""

import argparse
import ctypes
import faulthandler
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import BinaryIO

import msgspec
import structlog
from msgspec.structs import replace

from hub.clock import Clock, SystemClock
from hub.core.status import CameraStatus
from hub.errors import ProtocolError
from hub.watch.camera import Camera
from hub.watch.load import Load, follow
from hub.watch.messages import (
    Beat,
    Explain,
    Explained,
    FromWorker,
    Learned,
    PictureTaken,
    Point,
    Relearn,
    Report,
    Retry,
    TakePicture,
    ToWorker,
    Vital,
    Watch,
    WatchOrder,
    WorkerLoad,
    pack,
    read_from_hub,
)
from hub.watch.orders import same_order
from hub.watch.pictures import Pictures
from hub.watch.recording.line import RecordLine
from hub.watch.recording.recorder import CameraRecorder, RecordDesk
from hub.watch.standstill import Standstill
from hub.watch.workerlog import configure_log

_log = structlog.get_logger("hub.watch")
_TICK_S = 0.25
_BEAT_S = 1.0
_STAGGER_S = 0.02
_FINISH_S = 2.0
_PR_SET_PDEATHSIG = 1


class Sender:
    """Sends to the hub; any thread may. A hub that is gone ends the process from the thread that listens."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = threading.Lock()

    def say(self, message: FromWorker) -> None:
        data = pack(message)
        with self._lock:
            try:
                self._file.write(data)
                self._file.flush()
            except (BrokenPipeError, ValueError):
                _log.warning("the hub is gone")


class Watcher:
    """The cameras of this worker. `obey` belongs to the thread that listens, `report` to the one that reports."""

    def __init__(self, folder: Path, *, clock: Clock, sender: Sender, status_every_s: float) -> None:
        self._clock = clock
        self._sender = sender
        self._status_every_s = status_every_s
        self._dice = random.SystemRandom()
        self._cameras: dict[str, Camera] = {}
        self._told: dict[str, tuple[Camera, tuple[object, ...], float]] = {}
        self._standstill = Standstill(clock)
        self._pictures = Pictures(folder, clock=clock, on_learned=self._on_learned)
        self._pictures.start()
        self._recording = RecordDesk(clock)
        self._recording.start()
        self._recorders: dict[str, CameraRecorder] = {}
        self._lines: dict[str, RecordLine] = {}
        self._load = Load()
        self._used = (clock.monotonic(), time.process_time())

    def obey(self, message: ToWorker) -> None:
        match message:
            case Watch(orders=orders):
                self._watch(orders)
            case Retry(camera=camera) if camera in self._cameras:
                self._cameras[camera].retry()
                if camera in self._lines:
                    self._lines[camera].retry()
            case Relearn(camera=camera) if camera in self._cameras:
                self._cameras[camera].relearn()
            case Point(camera=camera, pointing=pointing) if camera in self._cameras:
                self._cameras[camera].point(pointing)
            case TakePicture(camera=camera, request=request):
                self._take_picture(camera, request)
            case Explain(camera=camera, request=request):
                self._explain(camera, request)

    def _watch(self, orders: Sequence[WatchOrder]) -> None:
        wanted = {order.camera: order for order in orders}
        cameras = {}
        started = 0
        for name, camera in self._cameras.items():
            if name in wanted and same_order(camera.order, wanted[name]):
                camera.obey(wanted[name])
                if name in self._recorders and (recording := wanted[name].recording) is not None:
                    self._recorders[name].order = recording
                cameras[name] = camera
            else:
                camera.stop()
                self._stop_recording(name)
        for name, order in wanted.items():
            if name not in cameras:
                recorder = self._record(order, start_after_s=_STAGGER_S * started)
                cameras[name] = Camera(
                    order,
                    clock=self._clock,
                    standstill=self._standstill,
                    pictures=self._pictures,
                    dice=self._dice,
                    start_after_s=_STAGGER_S * started,
                    predecessor=self._cameras.get(name),
                    recorder=recorder,
                )
                started += 1
                cameras[name].start()
        self._cameras = cameras

    def _record(self, order: WatchOrder, *, start_after_s: float) -> CameraRecorder | None:
        """Begin to record; returns the recorder that the camera's own thread is to fill, if it is the one."""
        wanted = order.recording
        if wanted is None:
            return None
        recorder = self._recorders[order.camera] = self._recording.recorder(order.camera, wanted)
        if wanted.stream is None:
            return recorder
        line = RecordLine(
            recorder,
            wanted.stream,
            order.settings,
            clock=self._clock,
            dice=self._dice,
            start_after_s=start_after_s,
            refused=order.refused_at is not None,
        )
        self._lines[order.camera] = line
        line.start()
        return None

    def _stop_recording(self, name: str) -> None:
        if (line := self._lines.pop(name, None)) is not None:
            line.stop()
        if (recorder := self._recorders.pop(name, None)) is not None:
            self._recording.leave(recorder)

    def _vital(self, name: str, camera: Camera) -> Vital:
        recorder = self._recorders.get(name)
        vital = camera.report.vital()
        return vital if recorder is None else replace(vital, recording=recorder.trouble)

    def _take_picture(self, name: str, request: int) -> None:
        camera = self._cameras.get(name)
        still = camera.still if camera else None
        if still is None:
            self._sender.say(PictureTaken(request))
            return

        def answer(future: "Future[bytes]") -> None:
            self._sender.say(PictureTaken(request, None if future.exception() else future.result()))

        self._pictures.encode(still).add_done_callback(answer)

    def _explain(self, name: str, request: int) -> None:
        camera = self._cameras.get(name)
        try:
            self._sender.say(Explained(request, camera.explain() if camera else None))
        except Exception:  # a fault in explaining must not end the watch
            _log.exception("explaining failed", camera=name)
            self._sender.say(Explained(request))

    def _on_learned(self, learned: Learned) -> None:
        _log.info("reference learned", camera=learned.camera, view=learned.reference)
        self._sender.say(learned)

    def report(self) -> None:
        """For ever: every status on change and every so often, and a heartbeat every second."""
        beat_s = self._clock.monotonic()
        pause = threading.Event()
        while True:
            if late_s := self._standstill.tick():
                _log.warning("the worker stood still", seconds=round(late_s, 1))
            now_s = self._clock.monotonic()
            cameras = self._cameras
            for name, camera in cameras.items():
                self._report_one(name, camera, now_s)
            if now_s >= beat_s:
                beat_s = now_s + _BEAT_S
                self._told = {name: told for name, told in self._told.items() if name in cameras}
                load = self._measure_load(now_s)
                self._sender.say(Beat({name: self._vital(name, camera) for name, camera in cameras.items()}, load))
            pause.wait(_TICK_S)

    def _measure_load(self, now_s: float) -> WorkerLoad:
        """Once a beat: whether the threads wake in time, and with it how often pictures are looked at."""
        cameras = self._cameras.values()
        late = [camera.flow.lateness() for camera in cameras]
        rests = sum(number for _, number in late)
        before = self._load
        self._load = follow(before, sum(late_s for late_s, _ in late) / rests if rests else 0.0, now_s)
        if self._load.step != before.step:
            _log.warning("the worker looks at pictures at another pace", times=self._load.factor)
        for camera in cameras:
            camera.slow_down(self._load.factor)
        used_s, used_before = time.process_time(), self._used
        self._used = (now_s, used_s)
        cpu = (used_s - used_before[1]) / max(now_s - used_before[0], 0.001)
        asked = sorted(camera.order.settings.picture_every_s for camera in cameras)
        return WorkerLoad(
            lag_s=round(self._load.lag_s, 3),
            cpu=round(cpu, 3),
            picture_factor=self._load.factor,
            picture_every_s=asked[len(asked) // 2] if asked else 0.0,
        )

    def _report_one(self, name: str, camera: Camera, now_s: float) -> None:
        told = self._told.get(name)
        known = told is not None and told[0] is camera and now_s - told[2] < self._status_every_s
        if known and not camera.report.changed():
            return
        status = camera.report.status()
        key = substance(status)
        if told is None or told[0] is not camera or told[1] != key or now_s - told[2] >= self._status_every_s:
            self._told[name] = (camera, key, now_s)
            self._sender.say(Report(status))

    def finish(self) -> None:
        for camera in self._cameras.values():
            camera.stop()
            camera.save_memory()
        for line in list(self._lines.values()):
            line.stop()
        self._recording.finish(_FINISH_S)
        self._pictures.finish(_FINISH_S)


def substance(status: CameraStatus) -> tuple[object, ...]:
    """What of a status is worth sending at once when it changes."""
    return (
        status.signal,
        status.not_judged,
        tuple(finding.kind for finding in status.findings),
        tuple(status.undecided),
        status.reference,
        status.width,
        status.height,
        status.reconnects,
        status.measures.get("picture_every_s"),
    )


def die_with_parent(parent: int) -> None:
    """Let the kernel kill this process when the hub dies, even if it hangs or is stopped (Linux only)."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the hub died before its worker began")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="hub.watch.worker", description=__doc__)
    parser.add_argument("--name", required=True)
    parser.add_argument("--folder", required=True, type=Path, help="the site's data folder")
    parser.add_argument("--status-every-s", type=float, default=30.0)
    parser.add_argument("--parent", type=int, required=True, help="process id of the hub")
    options = parser.parse_args(arguments)
    die_with_parent(options.parent)
    # Ctrl-C and a service that is stopped reach the whole group; the hub decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    faulthandler.enable(all_threads=False)

    # Whatever a library prints must not fall among the messages.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    configure_log()
    watcher = Watcher(options.folder, clock=SystemClock(), sender=Sender(out), status_every_s=options.status_every_s)
    threading.Thread(target=_report_or_die, args=(watcher,), name="report", daemon=True).start()
    code = 0
    try:
        while (message := read_from_hub(sys.stdin.buffer)) is not None:
            watcher.obey(message)
    except (ProtocolError, msgspec.MsgspecError) as error:
        _log.error("the hub sent nonsense", problem=str(error))
        code = 2
    watcher.finish()
    # Camera threads may sit in a read for seconds; nothing of theirs needs to be finished.
    sys.stderr.flush()
    os._exit(code)


def _report_or_die(watcher: Watcher) -> None:
    try:
        watcher.report()
    except BaseException:
        # Without reports the worker is useless, and the hub restarts what has ended.
        _log.exception("reporting failed")
        os._exit(3)


if __name__ == "__main__":
    main()
