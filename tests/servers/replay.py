#!/usr/bin/python3
"""A recorder's RTSP replays on loopback, served by GStreamer. Runs with the system's python3, which has its `gi`.

    replay.py --start 2026-01-05T01:00:00Z --fps 10 [--digest] CLIP.h264

rtsp://127.0.0.1:PORT/replay/rec1 replays the clip as ONVIF has it: from any time (`Range: clock=`), as fast as the line
takes it (`Rate-Control: no`), with the time of every picture in the packets (0xABAC). The clip's first picture was
taken at `--start`; the clip goes on from its beginning for `--hours`. With `--digest` the first line of stdin is
`USER:PASSWORD`. Prints `ready PORT` when it accepts connections and ends when stdin closes.
"""

import argparse
import re
import sys
import threading
from datetime import UTC, datetime

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

SINCE_1900_S = 2_208_988_800
CODINGS = {
    "h264": (re.compile(rb"\x00\x00\x00\x01\x09"), re.compile(rb"\x00\x00\x01[\x25\x45\x65]")),
    "h265": (re.compile(rb"\x00\x00\x00\x01\x46\x01"), re.compile(rb"\x00\x00\x01[\x26\x28\x2a]")),
}
SOURCE = (
    "appsrc name=source is-live=false format=time stream-type=seekable handle-segment-change=true"
    " block=true max-bytes=400000"
    ' caps="video/x-{coding},stream-format=byte-stream,alignment=au,framerate={fps}/1"'
)
PAYLOADER = (
    "queue ! {coding}parse ! rtp{coding}pay mtu={mtu} config-interval=0 pt=96"
    " ! rtponviftimestamp name=told ntp-offset=0 set-e-bit=true set-t-bit=true drop-out-of-segment=false ! queue"
)


class Footage:
    """The pictures, and when they were taken: nanoseconds since 1900."""

    def __init__(self, path, start_ns, fps, hours):
        self.coding = "h265" if path.endswith(".h265") else "h264"
        delimiter, key_slice = CODINGS[self.coding]
        with open(path, "rb") as file:
            data = file.read()
        starts = [match.start() for match in delimiter.finditer(data)]
        self.pictures = [data[a:b] for a, b in zip(starts, [*starts, len(data)][1:], strict=True)]
        self.keys = {n for n, picture in enumerate(self.pictures) if key_slice.search(picture)}
        self.start_ns, self.fps = start_ns, fps
        self.count = int(hours * 3600 * fps)

    def is_key(self, number):
        return number % len(self.pictures) in self.keys

    def key_before(self, at_ns):
        number = min(max(0, (at_ns - self.start_ns) * self.fps // Gst.SECOND), self.count - 1)
        while not self.is_key(number):
            number -= 1
        return number

    def picture(self, number):
        buffer = Gst.Buffer.new_wrapped(self.pictures[number % len(self.pictures)])
        buffer.pts = buffer.dts = self.start_ns + number * Gst.SECOND // self.fps
        buffer.duration = Gst.SECOND // self.fps
        if not self.is_key(number):
            buffer.set_flags(Gst.BufferFlags.DELTA_UNIT)
        return buffer


class Replay(GstRtspServer.RTSPOnvifMediaFactory):
    """Every client gets a replay of its own."""

    def __init__(self, footage, mtu):
        super().__init__()
        self.set_replay_support(True)
        self.footage = footage
        self.words = {"coding": footage.coding, "fps": footage.fps, "mtu": mtu}
        self.connect("media-configure", self._on_media)

    def do_create_element(self, _url):
        whole = Gst.Bin.new(None)
        source = Gst.parse_launch(SOURCE.format(**self.words))
        payloader = Gst.parse_bin_from_description(PAYLOADER.format(**self.words), True)
        payloader.set_name("pay0")
        payloader.get_by_name("told").set_clock(Gst.SystemClock.obtain())
        whole.add(source)
        whole.add(payloader)
        source.link(payloader)
        return whole

    def _on_media(self, _factory, media):
        state = {"at": 0, "stop": None, "segment": None}
        source = media.get_element().get_by_name("source")

        def on_event(_pad, info):
            event = info.get_event()
            if event.type == Gst.EventType.SEEK:
                _, _, _, _, _, _, stop = event.parse_seek()
                state["stop"] = stop if 0 < stop < 1 << 62 else None
            return Gst.PadProbeReturn.OK

        def on_seek(_source, at_ns):
            state["at"] = self.footage.key_before(at_ns)
            # A replay begins with the key frame before, which is in the past of what was sought.
            segment = Gst.Segment()
            segment.init(Gst.Format.TIME)
            segment.start = segment.time = segment.position = self.footage.picture(state["at"]).pts
            state["segment"] = segment
            return True

        def on_need(source, _size):
            number = state["at"]
            buffer = self.footage.picture(number)
            if number >= self.footage.count or (state["stop"] is not None and buffer.pts >= state["stop"]):
                source.emit("end-of-stream")
                return
            state["at"] = number + 1
            source.emit("push-sample", Gst.Sample.new(buffer, source.get_property("caps"), state["segment"], None))

        source.get_static_pad("src").add_probe(Gst.PadProbeType.EVENT_UPSTREAM, on_event)
        source.connect("seek-data", on_seek)
        source.connect("need-data", on_need)


def ask_for(server, factory, account):
    user, _, password = account.partition(":")
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "operator")
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    auth.add_digest(user, password, token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    for right in ("access", "construct"):
        permissions.add_permission_for_role("operator", f"media.factory.{right}", True)
    factory.set_permissions(permissions)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--start", required=True)
    parser.add_argument("--fps", type=int, default=10)
    parser.add_argument("--hours", type=float, default=1)
    parser.add_argument("--mtu", type=int, default=1400)
    parser.add_argument("--digest", action="store_true")
    parser.add_argument("clip")
    options = parser.parse_args()
    account = sys.stdin.readline().strip() if options.digest else ""
    Gst.init(None)
    start = datetime.strptime(options.start, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    start_ns = (int(start.timestamp()) + SINCE_1900_S) * Gst.SECOND
    factory = Replay(Footage(options.clip, start_ns, options.fps, options.hours), options.mtu)
    factory.set_media_gtype(GstRtspServer.RTSPOnvifMedia)
    server = GstRtspServer.RTSPOnvifServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    if account:
        ask_for(server, factory, account)
    server.get_mount_points().add_factory("/replay/rec1", factory)
    if server.attach(None) == 0:
        sys.exit("no port can be used")
    loop = GLib.MainLoop()

    def wait_for_the_end():
        sys.stdin.read()
        GLib.idle_add(loop.quit)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    print("ready", server.get_bound_port(), flush=True)
    loop.run()


if __name__ == "__main__":
    main()
