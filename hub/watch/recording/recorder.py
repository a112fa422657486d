"""Recording cameras: their threads hand over packets and go on at once; one thread of the worker writes them to disk.

A disk that hangs or is full therefore delays nobody's watch: packets wait in memory up to a bound, then they are
dropped until a key frame, and the gap is told with its cause.
"""

import shutil
import threading
from collections import deque
from pathlib import Path
from typing import Any, NamedTuple

import av.error
import structlog
from av.packet import Packet
from av.video.stream import VideoStream

from hub.clock import Clock
from hub.core.recordings import Ended, us_of
from hub.watch.messages import RecordOrder, RecordTrouble
from hub.watch.recording.segment import CODECS, OpenSegment, Template, parameter_sets, template_of

SYNC_S = 10.0
"""What is written is made safe against a power cut so often; a killed process loses no more than a fragment anyway."""
_LOOK_S = 0.2
_TRY_AGAIN_S = 2.0
_ROOM_S = 2.0
_MOST_WAITING = 8 * 1024 * 1024
_LEAST_WAITING = 2 * 1024 * 1024
_MOST_WAITING_TOGETHER = 96 * 1024 * 1024
_LONGEST_TIMES = 10
"""A stream that sends no key frame for so many segments' time ends its file, and waits for one."""
_EARLY_S = 0.5
"""A key frame that comes a little early must not cost a whole interval between key frames."""
_PARAMETERS_WITHIN = 65_536

_log = structlog.get_logger("hub.watch")


class _Begun(NamedTuple):
    template: Template


class _Taken(NamedTuple):
    packet: "Packet[Any]"
    arrived_s: float


class _Over(NamedTuple):
    ended: Ended


class CameraRecorder:
    """The recording of one stream (`hub.watch.recording.handover.Recorder`).

    `begin`, `take` and `end` belong to the thread that reads the stream and never wait for the disk; `write` and
    `finish` to the one that writes.
    """

    def __init__(self, camera: str, order: RecordOrder, clock: Clock) -> None:
        self.camera = camera
        self.order = order
        """May be replaced by one that differs in `device_offset_s` only: how far the camera's clock is ahead now."""
        self.trouble: RecordTrouble = "nothing"
        """What keeps it from recording now; read by any thread."""
        self.most_waiting = _MOST_WAITING
        """Bytes that may wait for the disk."""
        self._clock = clock
        self._line: deque[_Begun | _Taken | _Over] = deque()
        self._put = self._done = 0
        self._dropping = False
        self._unknown = False
        self._template: Template | None = None
        self._parameters = b""
        self._segment: OpenSegment | None = None
        self._synced_s = 0.0
        self._try_s = 0.0

    # --- the thread that reads the stream -----------------------------------------------------------------------

    def begin(self, video: VideoStream) -> None:
        """A connection was made; `video` is copied, nothing of it is used later."""
        self._dropping = False
        codec = video.codec_context.name
        try:
            if codec not in CODECS:
                raise ValueError(codec)
            self._line.append(_Begun(Template(video)))
        except (av.error.FFmpegError, ValueError):
            if not self._unknown:
                _log.error("stream cannot be recorded", camera=self.camera, codec=codec)
            self._unknown = True
            self.trouble = "codec"
        else:
            self._unknown = False

    def take(self, packet: "Packet[Any]", arrived_s: float) -> None:
        """A packet of the picture came at `arrived_s` (monotonic). It must not be changed afterwards."""
        if self._unknown or packet.size == 0:
            return
        if self._put - self._done + packet.size > self.most_waiting:
            if not self._dropping:
                _log.error("recording falls behind", camera=self.camera, waiting=self._put - self._done)
                self._line.append(_Over("storage"))
                self.trouble = "slow"
            self._dropping = True
            return
        self._dropping = False
        self._put += packet.size
        self._line.append(_Taken(packet, arrived_s))

    def end(self, reason: Ended) -> None:
        """The connection ended."""
        if not self._unknown:
            self._line.append(_Over(reason))

    # --- the thread that writes ---------------------------------------------------------------------------------

    def write(self, *, room: bool) -> None:
        """Write what waits. `room`: the volume has more free than it must."""
        while self._line:
            item = self._line.popleft()
            match item:
                case _Begun(template=template):
                    self._close("network")
                    self._template, self._parameters = template, b""
                case _Over(ended=ended):
                    self._close(ended)
                    if self.trouble == "":
                        self.trouble = "nothing"
                case _Taken(packet=packet, arrived_s=arrived_s):
                    self._done += packet.size
                    self._write(packet, arrived_s, room=room)
        if self._segment is not None and self._clock.monotonic() - self._synced_s >= SYNC_S:
            self._sync(self._segment)

    def finish(self) -> None:
        """Close the file: nothing more is to be recorded."""
        self._close("stopped")

    def _write(self, packet: "Packet[Any]", arrived_s: float, *, room: bool) -> None:
        if not room:
            self._close("storage")
            self.trouble = "full"
            return
        if packet.is_keyframe:
            self._turn(packet, arrived_s)
        segment = self._segment
        if segment is None:
            return
        try:
            segment.add(packet, arrived_s)
        except (av.error.FFmpegError, ValueError) as error:
            # A file that libav will not go on with is whole up to here; the next key frame begins another.
            _log.warning("segment ended early", camera=self.camera, error=type(error).__name__)
            self._close("timestamps")
            return
        if segment.error is not None:
            self._failed(segment.error)
        elif segment.seconds > _LONGEST_TIMES * self.order.segment_s:
            self._close("camera")

    def _turn(self, packet: "Packet[Any]", arrived_s: float) -> None:
        """A key frame: the place to end a file and to begin another."""
        segment = self._segment
        if self._changed(packet):
            self._close("picture")
        elif segment is not None and segment.broken:
            self._close("timestamps")
        elif segment is not None and segment.seconds >= self.order.segment_s - _EARLY_S:
            self._close("rolled")
        now_s = self._clock.monotonic()
        if self._segment is not None or self._template is None or now_s < self._try_s:
            return
        begin_us = us_of(self._clock.now()) - round((now_s - arrived_s) * 1_000_000)
        try:
            self._segment = OpenSegment(self.order, self.camera, self._template, begin_us=begin_us)
        except OSError as error:
            self._failed(error)
        except (av.error.FFmpegError, ValueError) as error:
            _log.error("stream cannot be recorded", camera=self.camera, error=type(error).__name__)
            self.trouble = "codec"
            self._try_s = now_s + _TRY_AGAIN_S
        else:
            self.trouble = ""
            self._synced_s = now_s

    def _changed(self, packet: "Packet[Any]") -> bool:
        """Whether the camera changed its picture's format; what it is now goes into the next file's head."""
        if self._template is None:
            return False
        found = parameter_sets(bytes(memoryview(packet)[:_PARAMETERS_WITHIN]), self._template.codec)
        if not found or found == self._parameters:
            return False
        first, self._parameters = not self._parameters, found
        if first and self._template.tells(found):
            return False
        self._template = template_of(packet, self._template.codec) or self._template
        return True

    def _sync(self, segment: OpenSegment) -> None:
        self._synced_s = self._clock.monotonic()
        try:
            segment.sync()
        except OSError as error:
            self._failed(error)

    def _failed(self, error: OSError) -> None:
        _log.error("recording cannot be written", camera=self.camera, error=error.strerror or type(error).__name__)
        self._close("storage")
        self.trouble = "storage"
        self._try_s = self._clock.monotonic() + _TRY_AGAIN_S

    def _close(self, ended: Ended) -> None:
        segment, self._segment = self._segment, None
        if segment is None:
            return
        try:
            segment.finish(ended, self.order.device_offset_s)
        except OSError as error:
            # It stays where it is, and is recovered when the disk can be written again.
            _log.error("segment not finished", camera=self.camera, error=error.strerror or type(error).__name__)
            self.trouble = "storage"


class RecordDesk:
    """The recorders of one worker, and the thread that writes for them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._recorders: list[CameraRecorder] = []
        self._leaving: list[CameraRecorder] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def recorder(self, camera: str, order: RecordOrder) -> CameraRecorder:
        """A recorder for a stream, which is served from now on."""
        new = CameraRecorder(camera, order, self._clock)
        with self._lock:
            self._recorders.append(new)
            self._share()
        return new

    def leave(self, recorder: CameraRecorder) -> None:
        """Write what waits of a recorder that gets nothing more, and close its file."""
        with self._lock:
            self._recorders.remove(recorder)
            self._leaving.append(recorder)
            self._share()

    def finish(self, within_s: float) -> None:
        """Write what waits and close all files; a disk that hangs is not waited for longer."""
        self._stopping.set()
        self._thread.join(within_s)

    def _share(self) -> None:
        each = _MOST_WAITING_TOGETHER // max(1, len(self._recorders))
        for recorder in self._recorders:
            recorder.most_waiting = min(_MOST_WAITING, max(_LEAST_WAITING, each))

    def _run(self) -> None:
        rooms: dict[tuple[str, int], tuple[float, bool]] = {}
        stopping = False
        while not stopping:
            stopping = self._stopping.wait(_LOOK_S)
            with self._lock:
                recorders, leaving = list(self._recorders), list(self._leaving)
                self._leaving.clear()
            for recorder in leaving:
                _serve(recorder, room=True, last=True)
            for recorder in recorders:
                _serve(recorder, room=self._room(rooms, recorder.order), last=stopping)

    def _room(self, rooms: dict[tuple[str, int], tuple[float, bool]], order: RecordOrder) -> bool:
        """Whether the volume has room, looked at every other second."""
        key = order.folder, order.floor_bytes
        now_s = self._clock.monotonic()
        looked_s, room = rooms.get(key, (now_s - _ROOM_S, True))
        if now_s - looked_s >= _ROOM_S:
            try:
                room = shutil.disk_usage(Path(order.folder)).free > order.floor_bytes
            except OSError:
                room = True  # writing will tell what is wrong
            rooms[key] = now_s, room
        return room


def _serve(recorder: CameraRecorder, *, room: bool, last: bool) -> None:
    try:
        recorder.write(room=room)
        if last:
            recorder.finish()
    except Exception:  # a fault of ours in one camera must not end the recording of the others
        _log.exception("recording failed", camera=recorder.camera)
