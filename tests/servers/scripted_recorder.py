"""A recorder's RTSP replays, played by a script: what it does, and does wrong, is said picture by picture.

    with ScriptedRecorder([*footage(AT, 30), HANG_UP]) as recorder:
        recorder.url               # rtsp://127.0.0.1:40123/replay/rec1

The pictures are no pictures: what stands in them is only carried.
"""

import base64
import hashlib
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import Literal, NamedTuple, Self

SPS, PPS = b"\x67\x64\x00\x16sequence", b"\x68\xeepicture"
CLEAN, END, BREAK, LAST = 0x80, 0x40, 0x20, 0x10
CLOCK = 90_000
_NTP_TO_UNIX_S = 2_208_988_800
_LARGEST = 1000

Action = bytes | Literal["hang up", "silence"]
HANG_UP: Action = "hang up"
SILENCE: Action = "silence"
"""Nothing more is said until the other side is gone."""


class Asked(NamedTuple):
    """One request."""

    method: str
    url: str
    headers: dict[str, str]


def interleaved(data: bytes, channel: int = 0) -> bytes:
    return struct.pack(">BBH", 0x24, channel, len(data)) + data


def packet(
    sequence: int, stamp: int, payload: bytes, *, marker: bool = True, at: datetime | None = None, flags: int = 0
) -> bytes:
    """An RTP packet; with `at` it tells when the picture was taken."""
    extension = b""
    if at is not None:
        seconds = at.timestamp() + _NTP_TO_UNIX_S
        told = struct.pack(">IIBBH", int(seconds), round(seconds % 1 * 2**32) % 2**32, flags, 0, 0)
        extension = struct.pack(">HH", 0xABAC, 3) + told
    head = struct.pack(
        ">BBHII", 0x90 if extension else 0x80, 96 | marker << 7, sequence & 0xFFFF, stamp & 0xFFFFFFFF, 0x77
    )
    return head + extension + payload


def pieces(unit: bytes) -> list[bytes]:
    """The payloads that carry a unit of H.264: itself, or its fragments."""
    if len(unit) <= _LARGEST:
        return [unit]
    parts = [unit[at : at + _LARGEST] for at in range(1, len(unit), _LARGEST)]
    marks = [0x80, *[0] * (len(parts) - 2), 0x40]
    return [bytes([unit[0] & 0xE0 | 28, mark | unit[0] & 0x1F]) + part for mark, part in zip(marks, parts, strict=True)]


def unit(number: int, *, key: bool, size: int = 1500) -> bytes:
    """The one unit that a picture consists of."""
    head = b"\x65" if key else b"\x41"
    return head + (f"picture {number} ".encode() * (size // 8))[:size]


def footage(
    at: datetime, count: int, *, fps: int = 10, keys: int = 10, told: bool = True, first: int = 0, flags: int = 0
) -> Iterator[bytes]:
    """`count` pictures from `at` on, every tenth a key frame; the last one has the flags."""
    sequence = first * 3
    for number in range(first, first + count):
        key = (number - first) % keys == 0
        parts = [part for each in (unit(number, key=key),) for part in pieces(each)]
        taken = at + timedelta(seconds=(number - first) / fps)
        stamp = number * CLOCK // fps
        marks = (CLEAN if key else 0) | (flags if number == first + count - 1 else 0)
        for place, part in enumerate(parts):
            last = place == len(parts) - 1
            # The time stands in the first packet of a picture, as the specification has it at least.
            tells = taken if told and place == 0 else None
            yield interleaved(packet(sequence, stamp, part, marker=last, at=tells, flags=marks))
            sequence += 1


def sdp(rtpmap: str = "H264/90000", fmtp: str = "", control: str = "track1") -> str:
    sets = ",".join(base64.b64encode(each).decode() for each in (SPS, PPS))
    return (
        "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=replay\r\na=control:*\r\nm=audio 0 RTP/AVP 0\r\na=control:track2\r\n"
        f"m=video 0 RTP/AVP 96\r\na=rtpmap:96 {rtpmap}\r\n"
        f"a=fmtp:96 {fmtp or f'packetization-mode=1;sprop-parameter-sets={sets}'}\r\na=control:{control}\r\n"
    )


class ScriptedRecorder:
    """`script`: what it does once it is asked to play, or what gives that for the time that is asked for.

    `statuses`: what it answers to a method instead of 200, with more headers. `account`: name and password for
    digest; `basic`: it wants Basic. `stale`: the first signature is too old. `play_session`: what it calls the session
    in its answer to PLAY. `told_base`: where it thinks that it is. `play_headers`: more of its answer to PLAY."""

    def __init__(
        self,
        script: Iterable[Action] | Callable[[datetime], Iterable[Action]],
        *,
        sdp: str = sdp(),
        account: tuple[str, str] | None = None,
        basic: bool = False,
        stale: bool = False,
        statuses: Mapping[str, tuple[int, str]] = {},
        play_session: str = "abc",
        transport: str = "RTP/AVP/TCP;unicast;interleaved=0-1",
        told_base: str = "rtsp://192.0.2.9:8554/replay/rec1/",
        timeout_s: int = 60,
        play_headers: str = "",
        silent_to: frozenset[str] = frozenset(),
    ) -> None:
        self.asked: list[Asked] = []
        self.refusals = 0
        """How often a signature was wrong."""
        self.connections = 0
        self._script, self._sdp, self._account, self._basic = script, sdp, account, basic
        self._statuses, self._play_session, self._transport = dict(statuses), play_session, transport
        self._told_base, self._timeout_s, self._play_headers = told_base, timeout_s, play_headers
        self._silent_to = silent_to
        self._nonces = ["old", "new"] if stale else ["new"]
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lines: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/replay/rec1"

    @property
    def methods(self) -> list[str]:
        return [each.method for each in self.asked]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for line in (self._listener, *self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        for thread in self._threads:
            thread.join(5)

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._lines.append(line)
            self._start(self._serve, line)

    def _serve(self, line: socket.socket) -> None:
        with suppress(OSError), line, line.makefile("rb") as incoming:
            while asked := _read(incoming):
                self.asked.append(asked)
                self._answer(line, asked)

    def _answer(self, line: socket.socket, asked: Asked) -> None:
        number = asked.headers.get("cseq", "0")
        if asked.method in self._silent_to:
            return
        challenge = self._challenge(asked)
        if challenge:
            line.sendall(f"RTSP/1.0 401 Unauthorized\r\nCSeq: {number}\r\n{challenge}\r\n\r\n".encode())
            return
        status, more = self._statuses.get(asked.method, (200, ""))
        body = ""
        if asked.method == "DESCRIBE":
            more += f"Content-Base: {self._told_base}\r\nContent-Type: application/sdp\r\n"
            body = self._sdp if status == 200 else ""
        elif asked.method == "SETUP":
            more += f"Session: abc;timeout={self._timeout_s}\r\nTransport: {self._transport}\r\n"
        elif asked.method == "PLAY":
            more += f"Session: {self._play_session}\r\n{self._play_headers}"
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        line.sendall(f"RTSP/1.0 {status} Said\r\nCSeq: {number}\r\n{more}{length}\r\n{body}".encode())
        if asked.method == "PLAY" and status == 200:
            self._start(self._play, line, asked.headers.get("range", ""))

    def _play(self, line: socket.socket, asked_for: str) -> None:
        script = self._script
        if callable(script):
            script = script(datetime.strptime(asked_for[6:25] + "+0000", "%Y%m%dT%H%M%S.%f%z"))
        with suppress(OSError):
            for action in script:
                if action == "hang up":
                    line.shutdown(socket.SHUT_RDWR)
                    return
                if action == "silence":
                    return
                line.sendall(action)  # type: ignore[arg-type]

    def _challenge(self, asked: Asked) -> str:
        """What is wanted; empty where the request is signed as it should be."""
        if self._basic:
            return 'WWW-Authenticate: Basic realm="r"'
        if self._account is None:
            return ""
        told = dict(re.findall(r'(\w+)="?([^",]*)', asked.headers.get("authorization", "")))
        if told and told.get("nonce") == self._nonces[0] and len(self._nonces) > 1:
            self._nonces.pop(0)
            return 'WWW-Authenticate: Digest realm="r", nonce="new", stale=true, qop="auth"'
        user, password = self._account
        secret = _md5(f"{user}:r:{password}")
        expected = _md5(
            f"{secret}:{self._nonces[0]}:{told.get('nc')}:{told.get('cnonce')}:auth:"
            + _md5(f"{asked.method}:{asked.url}")
        )
        if told.get("response") == expected:
            return ""
        self.refusals += bool(told)
        return f'WWW-Authenticate: Digest realm="r", nonce="{self._nonces[0]}", qop="auth"'


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _read(incoming: object) -> Asked | None:
    lines: list[str] = []
    for line in incoming:  # type: ignore[attr-defined]
        text = line.decode().strip()
        if not text:
            break
        lines.append(text)
    if not lines:
        return None
    method, url, _ = lines[0].split(" ")
    headers = (line.partition(":") for line in lines[1:])
    return Asked(method, url, {name.strip().lower(): value.strip() for name, _, value in headers})
