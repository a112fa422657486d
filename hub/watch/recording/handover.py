"""Where a camera's packets go besides the watch: to whoever records them."""

from typing import Any, Protocol

import structlog
from av.packet import Packet
from av.video.stream import VideoStream

from hub.core.recordings import Ended
from hub.errors import DeviceError, DeviceUnreachable

_log = structlog.get_logger("hub.watch")


class Recorder(Protocol):
    """Keeps the packets of one camera. Every method is called by the camera's thread and returns at once: what takes
    time (a disk) belongs to another thread. What it raises is logged and costs the recording, never the watch."""

    def begin(self, video: VideoStream) -> None:
        """A connection stands; `video` describes its pictures and is valid until `end`."""
        ...

    def take(self, packet: "Packet[Any]", arrived_s: float) -> None:
        """One packet of the picture, in the order of arrival. `arrived_s` is monotonic and at most 0.6 s late."""
        ...

    def end(self, reason: Ended) -> None:
        """The connection is over; called once for every `begin`, before the stream is closed."""
        ...


class Recording:
    """One connection as its recorder sees it, if there is one; a recorder that fails is left alone from then on."""

    def __init__(self, recorder: Recorder | None, camera: str) -> None:
        self._recorder = recorder
        self._camera = camera
        self._well = False

    def begin(self, video: VideoStream) -> None:
        if self._recorder is None:
            return
        try:
            self._recorder.begin(video)
            self._well = True
        except Exception:  # a fault of the recorder costs this recording, never the watch of the camera
            _log.exception("recording failed", camera=self._camera)

    def take(self, packet: "Packet[Any]", arrived_s: float) -> None:
        if not self._well or self._recorder is None:
            return
        try:
            self._recorder.take(packet, arrived_s)
        except Exception:  # as above; it is not asked again, or every packet would be a line in the log
            _log.exception("recording failed", camera=self._camera)
            self._well = False

    def end(self, reason: Ended) -> None:
        if self._recorder is None:
            return
        try:
            self._recorder.end(reason)
        except Exception:  # the stream must be closed whatever becomes of the recording
            _log.exception("recording failed", camera=self._camera)


def ended_by(error: Exception) -> Ended:
    """Why a connection ended that broke: nothing came any more, or the camera said something, or we failed."""
    if isinstance(error, DeviceUnreachable):
        return "network"
    return "camera" if isinstance(error, DeviceError) else "crash"
