"""The floor: PyAV receives live streams and decodes their key frames, and does nothing else with them.

`python -m bench.watch_floor URL …`: one process, a thread per stream, blocking reads, the options and time limits that
any lasting reader needs. At most one key frame in `PICTURE_EVERY_S` is decoded, as the watch does.
"""

import sys
import threading
import time

import av
from av.codec.context import Flags

from hub.watch.messages import WatchSettings

_SETTINGS = WatchSettings()
PICTURE_EVERY_S = _SETTINGS.picture_every_s
_OPTIONS = {
    "rtsp_transport": "tcp",
    "allowed_media_types": "video",
    "probesize": "500000",
    "analyzeduration": "200000",
}


def watch(url: str) -> None:
    """Receive one stream for ever."""
    with av.open(url, options=_OPTIONS, timeout=(_SETTINGS.open_timeout_s, _SETTINGS.lost_after_s / 2)) as container:
        video = container.streams.video[0]
        decoder = video.codec_context
        decoder.skip_frame = "NONKEY"
        decoder.thread_count = 1
        decoder.flags |= Flags.low_delay
        due_s = 0.0
        for packet in container.demux(video):
            if packet.is_keyframe and time.monotonic() >= due_s - PICTURE_EVERY_S / 10:
                due_s = max(due_s + PICTURE_EVERY_S, time.monotonic())
                decoder.decode(packet)


def main() -> None:
    threads = [threading.Thread(target=watch, args=(url,), daemon=True) for url in sys.argv[1:]]
    for thread in threads:
        thread.start()
        time.sleep(0.01)
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
