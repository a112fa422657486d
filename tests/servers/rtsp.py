#!/usr/bin/python3
"""Live RTSP cameras on loopback, served by GStreamer. Runs with the system's python3, which has its `gi`.

    rtsp.py --port 0 --control 0 --cameras 4 [--groups 2] [--digest] NAME=CLIP.h264 [NAME=CLIP.h265 ...]

Camera N is rtsp://127.0.0.1:PORT/camN and plays the first clip in a loop, live, each camera for itself; with
`--groups G` camera N shows the one live picture of group N % G, so that hundreds of cameras cost little. With
`--digest` the first line of stdin is `USER:PASSWORD`. Prints `ready PORT CONTROL` when it accepts connections and
ends when stdin closes, so that it never outlives the tests.

One command per line on the control port, answered with `ok` or `error ...`:

    kill N        the camera is gone: its clients are cut off and its path is unknown
    add N         it is back
    close N       its clients are cut off; they may come again at once
    stall N on    it stays connected and sends nothing (`off`: it goes on); so does its whole group
    show N NAME   it shows another clip from the next key frame on; so does its whole group
    keys N off    its key frames are left out (`on`: they are sent again); so are its whole group's
    clients N     how many clients it serves: `ok COUNT`

A clip is H.264 or H.265 in Annex B with an access unit delimiter before every picture, at the frame rate given by
--fps, a number or a fraction such as 1/3. All clips of one server have the same coding.
"""

import argparse
import re
import socketserver
import sys
import threading
from fractions import Fraction
from typing import NamedTuple

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

# Coding → what begins a picture, what begins a key slice.
CODINGS = {
    "h264": (re.compile(rb"\x00\x00\x00\x01\x09"), re.compile(rb"\x00\x00\x01[\x25\x45\x65]")),
    "h265": (re.compile(rb"\x00\x00\x00\x01\x46\x01"), re.compile(rb"\x00\x00\x01[\x26\x28\x2a]")),
}
PIPELINE = (
    "( appsrc name=source is-live=true format=time max-buffers=2"
    ' caps="video/x-{coding},stream-format=byte-stream,alignment=au,framerate={fps.numerator}/{fps.denominator}"'
    # The clip repeats its parameter sets; the payloader would repeat those of the clip shown first.
    " ! {coding}parse ! rtp{coding}pay name=pay0 pt=96 config-interval=0 )"
)


class Clip:
    """A clip's pictures, and at which of them another clip may begin."""

    def __init__(self, path):
        self.coding = "h265" if path.endswith(".h265") else "h264"
        delimiter, key_slice = CODINGS[self.coding]
        with open(path, "rb") as file:
            data = file.read()
        starts = [match.start() for match in delimiter.finditer(data)]
        self.pictures = [data[a:b] for a, b in zip(starts, [*starts, len(data)][1:], strict=True)]
        self.keys = {n for n, picture in enumerate(self.pictures) if key_slice.search(picture)}
        if 0 not in self.keys:
            sys.exit(f"{path}: not a clip with delimiters that begins with a key frame")


class Picture(GstRtspServer.RTSPMediaFactory):
    """One live picture: a pipeline that is built when the first client comes and shared by all, whatever the path."""

    def __init__(self, name, clips, fps):
        super().__init__()
        self.name = name
        self.clips = clips
        self.fps = fps
        self.wanted = next(iter(clips))
        self.stalled = False
        self.keys = True
        self._clip = clips[self.wanted]
        self._at = self._sent = 0
        self._hungry = None
        self._lock = threading.RLock()
        self.set_shared(True)
        self.set_launch(PIPELINE.format(fps=fps, coding=self._clip.coding))
        self.connect("media-configure", self._on_media)

    def do_gen_key(self, _url):
        return self.name

    def _on_media(self, _factory, media):
        with self._lock:
            self._at = self._sent = 0
            self._hungry = None
        media.get_element().get_by_name("source").connect("need-data", self._on_need)

    def _on_need(self, source, _size):
        # Called by the pipeline's thread, while commands come in the main loop.
        with self._lock:
            if self.stalled:
                self._hungry = source
            else:
                self._push(source)

    def _push(self, source):
        clip = self.clips[self.wanted]
        if clip is not self._clip and self._at in self._clip.keys:
            self._clip, self._at = clip, 0
        if not self.keys and self._at in self._clip.keys:
            self._at = (self._at + 1) % len(self._clip.pictures)
        buffer = Gst.Buffer.new_wrapped(self._clip.pictures[self._at])
        buffer.pts = buffer.dts = int(self._sent * Gst.SECOND / self.fps)
        buffer.duration = int(Gst.SECOND / self.fps)
        self._sent += 1
        self._at = (self._at + 1) % len(self._clip.pictures)
        source.emit("push-buffer", buffer)

    def stall(self, stalled):
        with self._lock:
            self.stalled = stalled
            source, self._hungry = self._hungry, None
            if stalled or source is None:
                self._hungry = source
                return
            clock = source.get_clock()
            if clock is not None:
                running = clock.get_time() - source.get_base_time()
                self._sent = max(self._sent, int(running * self.fps / Gst.SECOND))
            self._push(source)


class Camera(NamedTuple):
    path: str
    picture: Picture


class Farm:
    """The server with its cameras. All methods run in the main loop."""

    def __init__(self, options, account):
        clips = {name: Clip(path) for name, _, path in (item.partition("=") for item in options.clips)}
        self.server = GstRtspServer.RTSPServer()
        self.server.set_address("127.0.0.1")
        self.server.set_service(str(options.port))
        groups = options.groups or options.cameras
        self.pictures = [Picture(f"picture {n}", clips, options.fps) for n in range(groups)]
        self.cameras = [Camera(f"/cam{n}", self.pictures[n % groups]) for n in range(options.cameras)]
        if account:
            self._ask_for(account)
        for camera in self.cameras:
            self.server.get_mount_points().add_factory(camera.path, camera.picture)
        if self.server.attach(None) == 0:
            sys.exit(f"port {options.port} cannot be used")
        GLib.timeout_add_seconds(5, self._forget_old_sessions)

    def _ask_for(self, account):
        user, _, password = account.partition(":")
        token = GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", "viewer")
        auth = GstRtspServer.RTSPAuth()
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)
        self.server.set_auth(auth)
        permissions = GstRtspServer.RTSPPermissions()
        for right in ("access", "construct"):
            permissions.add_permission_for_role("viewer", f"media.factory.{right}", True)
        for picture in self.pictures:
            picture.set_permissions(permissions)

    def _forget_old_sessions(self):
        self.server.get_session_pool().cleanup()
        return True

    def _watches(self, client, camera):
        return any((session.get_media(camera.path) or (None,))[0] for session in client.session_filter(None) or [])

    def close(self, camera):
        result = GstRtspServer.RTSPFilterResult
        self.server.client_filter(lambda _s, client: result.REMOVE if self._watches(client, camera) else result.KEEP)

    def obey(self, verb, camera, *rest):
        mounts = self.server.get_mount_points()
        if verb == "kill":
            mounts.remove_factory(camera.path)
            self.close(camera)
        elif verb == "add":
            mounts.add_factory(camera.path, camera.picture)
        elif verb == "close":
            self.close(camera)
        elif verb == "stall":
            camera.picture.stall(rest[0] == "on")
        elif verb == "show" and rest[0] in camera.picture.clips:
            camera.picture.wanted = rest[0]
        elif verb == "keys":
            camera.picture.keys = rest[0] == "on"
        elif verb == "clients":
            clients = self.server.client_filter(lambda _s, _c: GstRtspServer.RTSPFilterResult.REF) or []
            return f"ok {sum(self._watches(client, camera) for client in clients)}"
        else:
            raise ValueError(f"what is {verb} {' '.join(rest)}?")
        return "ok"


def control_server(port, farm):
    class Connection(socketserver.StreamRequestHandler):
        def handle(self):
            for line in self.rfile:
                self.wfile.write(self._answer(line.decode().split()).encode() + b"\n")

        def _answer(self, words):
            done = threading.Event()
            answer = []

            def run():
                try:
                    answer.append(farm.obey(words[0], farm.cameras[int(words[1])], *words[2:]))
                except Exception as error:
                    answer.append(f"error {error!r}")
                done.set()

            GLib.idle_add(run)
            return answer[0] if done.wait(10) else "error the main loop does not answer"

    socketserver.ThreadingTCPServer.daemon_threads = True
    server = socketserver.ThreadingTCPServer(("127.0.0.1", port), Connection)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control", type=int, default=0)
    parser.add_argument("--cameras", type=int, default=1)
    parser.add_argument("--groups", type=int, default=0)
    parser.add_argument("--fps", type=Fraction, default=Fraction(10))
    parser.add_argument("--digest", action="store_true")
    parser.add_argument("clips", nargs="+")
    options = parser.parse_args()
    account = sys.stdin.readline().strip() if options.digest else ""
    Gst.init(None)
    farm = Farm(options, account)
    control = control_server(options.control, farm)
    loop = GLib.MainLoop()

    def wait_for_the_end():
        sys.stdin.read()
        GLib.idle_add(loop.quit)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    print("ready", farm.server.get_bound_port(), control, flush=True)
    loop.run()


if __name__ == "__main__":
    main()
