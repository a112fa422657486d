"""A small RTSP server (RFC 7826's predecessor, RFC 2326) for H.264 over TCP: what the demo plant's cameras speak.

It serves live, endless, non-seekable streams to any number of viewers, each joining at a key frame. RTP payloads
follow RFC 6184 (single NAL units and FU-A), interleaved in the RTSP connection. UDP, sign-in and RTCP are left out:
the demo runs on one machine, and every player that speaks RTSP speaks TCP.
"""

import asyncio
import base64
import itertools
import os
import struct
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

_PAYLOAD_TYPE = 96
_RTP_CLOCK = 90_000
_LARGEST_PAYLOAD = 1400
_LONGEST_REQUEST = 16 * 1024
_SLOW_VIEWER = 4 * 1024 * 1024  # bytes waiting to be sent after which a viewer that does not read is dropped
_QUIET_S = 120.0


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One encoded picture: its NAL units without start codes, and whether a decoder can begin with it."""

    nals: tuple[bytes, ...]
    key: bool


def parse_annex_b(stream: bytes) -> list[AccessUnit]:
    """Split an Annex-B H.264 stream in which an access-unit delimiter precedes every picture."""
    nals = [nal for nal in stream.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if nal]
    units: list[AccessUnit] = []
    current: list[bytes] = []
    for nal in [*nals, b"\x09"]:
        kind = nal[0] & 0x1F
        if kind == 9:
            if current:
                units.append(AccessUnit(tuple(current), any(n[0] & 0x1F == 5 for n in current)))
            current = []
        else:
            current.append(nal)
    return units


@dataclass(slots=True, eq=False)
class _Viewer:
    writer: asyncio.StreamWriter
    playing: bool = False
    joined: bool = False
    sequence: int = field(default_factory=lambda: int.from_bytes(os.urandom(2), "big"))
    source: int = field(default_factory=lambda: int.from_bytes(os.urandom(4), "big"))


@dataclass(slots=True, eq=False)
class Stream:
    """One camera's stream. `present` is False while the camera is cut off: viewers are dropped, new ones get 404."""

    path: str
    parameter_sets: tuple[bytes, bytes]
    present: bool = True
    viewers: set[_Viewer] = field(default_factory=set)

    def send(self, unit: AccessUnit, seconds: float) -> None:
        """Send one picture to every viewer; `seconds` is its time on the stream's own clock."""
        for viewer in list(self.viewers):
            if not viewer.playing or not (viewer.joined or unit.key):
                continue
            transport = viewer.writer.transport
            if transport.is_closing() or transport.get_write_buffer_size() > _SLOW_VIEWER:
                self.drop(viewer)
                continue
            viewer.joined = True
            stamp = int(seconds * _RTP_CLOCK) & 0xFFFFFFFF
            packets = []
            for payload, marker in packetize(unit):
                header = struct.pack(
                    "!BBHII", 0x80, _PAYLOAD_TYPE | (0x80 if marker else 0), viewer.sequence, stamp, viewer.source
                )
                viewer.sequence = (viewer.sequence + 1) & 0xFFFF
                packets.append(struct.pack("!cBH", b"$", 0, len(header) + len(payload)) + header + payload)
            viewer.writer.write(b"".join(packets))

    def drop(self, viewer: _Viewer) -> None:
        self.viewers.discard(viewer)
        viewer.writer.transport.abort()

    def cut(self) -> None:
        """Cut the camera off, as a pulled cable behind the recorder would."""
        self.present = False
        for viewer in list(self.viewers):
            self.drop(viewer)

    def describe(self) -> str:
        sps, pps = self.parameter_sets
        sets = ",".join(base64.b64encode(nal).decode() for nal in (sps, pps))
        lines = [
            "v=0",
            "o=- 0 0 IN IP4 127.0.0.1",
            "s=Watchroom demo camera",
            "c=IN IP4 0.0.0.0",
            "t=0 0",
            "a=control:*",
            "m=video 0 RTP/AVP 96",
            f"a=rtpmap:{_PAYLOAD_TYPE} H264/{_RTP_CLOCK}",
            f"a=fmtp:{_PAYLOAD_TYPE} packetization-mode=1;"
            f"profile-level-id={sps[1:4].hex()};sprop-parameter-sets={sets}",
            "a=control:track0",
        ]
        return "\r\n".join(lines) + "\r\n"


def packetize(unit: AccessUnit) -> Sequence[tuple[bytes, bool]]:
    """RTP payloads of one picture with their marker bit, which is set on the last."""
    payloads: list[bytes] = []
    for nal in unit.nals:
        if len(nal) <= _LARGEST_PAYLOAD:
            payloads.append(nal)
            continue
        indicator, kind = (nal[0] & 0xE0) | 28, nal[0] & 0x1F
        parts = [nal[at : at + _LARGEST_PAYLOAD] for at in range(1, len(nal), _LARGEST_PAYLOAD)]
        for number, part in enumerate(parts):
            start = 0x80 if number == 0 else 0
            end = 0x40 if number == len(parts) - 1 else 0
            payloads.append(bytes([indicator, start | end | kind]) + part)
    return [(payload, number == len(payloads) - 1) for number, payload in enumerate(payloads)]


class RtspServer:
    """Serves streams by path on a loopback port."""

    def __init__(self, find: Callable[[str], Stream | None]) -> None:
        """`find` gives the stream of a path such as `/gate`, or None."""
        self._find = find
        self._server: asyncio.Server | None = None
        self._sessions = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, port: int = 0) -> int:
        """Listen on 127.0.0.1; returns the port. Raises `OSError` when it is taken."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=_LONGEST_REQUEST)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        viewer = _Viewer(writer)
        stream: Stream | None = None
        try:
            while request := await self._read(reader):
                method, path, headers = request
                stream = self._find(path) or stream
                ended = self._answer(viewer, method, stream, headers)
                await writer.drain()
                if ended:
                    break
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            pass  # the viewer left, or does not speak RTSP: either way there is nobody to tell
        finally:
            if stream is not None:
                stream.viewers.discard(viewer)
            self._tasks.discard(task)
            with suppress(OSError):
                writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str]] | None:
        """The next request; what a viewer sends on the RTP channels (receiver reports) is skipped."""
        while True:
            first = await asyncio.wait_for(reader.read(1), _QUIET_S)
            if not first:
                return None
            if first != b"$":
                break
            _, length = struct.unpack("!BH", await reader.readexactly(3))
            await reader.readexactly(length)
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode("ascii", "replace")
        line, *rest = head.strip().split("\r\n")
        method, url, _ = line.split(" ", 2)
        headers = {name.strip().lower(): value.strip() for name, _, value in (text.partition(":") for text in rest)}
        await reader.readexactly(min(int(headers.get("content-length", "0")), _LONGEST_REQUEST))
        path = "/" + url.split("://", 1)[-1].partition("/")[2].split("?")[0]
        return method, path.removesuffix("/track0").rstrip("/"), headers

    def _answer(self, viewer: _Viewer, method: str, stream: Stream | None, headers: dict[str, str]) -> bool:
        """Answer one request; True when the conversation is over."""
        more, body = {}, ""
        status = "200 OK"
        if method == "OPTIONS":
            more = {"Public": "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN"}
        elif method in ("GET_PARAMETER", "TEARDOWN"):
            pass
        elif stream is None or not stream.present:
            status = "404 Not Found"
        elif method == "DESCRIBE":
            body, more = stream.describe(), {"Content-Type": "application/sdp"}
        elif method == "SETUP" and "interleaved" in headers.get("transport", ""):
            more = {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1", "Session": f"{next(self._sessions)};timeout=60"}
        elif method == "SETUP":
            status = "461 Unsupported Transport"
        elif method == "PLAY":
            more = {"Session": headers.get("session", ""), "Range": "npt=now-"}
        else:
            status = "405 Method Not Allowed"
        lines = [f"RTSP/1.0 {status}", f"CSeq: {headers.get('cseq', '0')}"]
        lines += [f"{name}: {value}" for name, value in more.items()]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        viewer.writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        if method == "PLAY" and status == "200 OK" and stream is not None:
            stream.viewers.add(viewer)
            viewer.playing = True
        return method == "TEARDOWN"
