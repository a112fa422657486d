"""What `hub_rtsp` gives is opened with FFmpeg's libraries against real servers: the credentials arrive there."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import av
import pytest
from hub_rtsp.driver import RtspCamera
from hub_rtsp.options import RtspOptions

from hub.api import PluginContext, StreamSpec
from hub.testing.samples import make_jpeg

_USER, _PASSWORD = "wa:tch", "p@ss/#?%:& 密码"
_EXPECTED = base64.b64encode(f"{_USER}:{_PASSWORD}".encode()).decode()


@asynccontextmanager
async def _server(answer: Callable[[str], list[bytes]]) -> AsyncIterator[tuple[int, list[str]]]:
    """A server that answers each request with what `answer` says; gives its port and the requests that came."""
    requests: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                requests.append(request)
                for piece in answer(request):
                    writer.write(piece)
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], requests


def _open(spec: StreamSpec) -> av.VideoFrame | None:
    with av.open(spec.url, options=spec.options, timeout=(5.0, 5.0)) as container:
        return next(container.decode(video=0), None)


def _spec_options(monkeypatch: pytest.MonkeyPatch, url: str) -> RtspOptions:
    monkeypatch.setenv("CAMERA_PASSWORD", _PASSWORD)
    return RtspOptions.model_validate({"url": url, "user": _USER, "password": "env:CAMERA_PASSWORD"})


async def test_pictures_come_over_http_with_the_credentials_that_were_given(
    hub_context: PluginContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    jpeg = make_jpeg(tmp_path / "picture.jpg", size=(64, 36)).read_bytes()

    def answer(request: str) -> list[bytes]:
        if f"Basic {_EXPECTED}" not in request:
            return [
                b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="camera"\r\n'
                b"Content-Length: 0\r\nConnection: close\r\n\r\n"
            ]
        head = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"
        part = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n" % (len(jpeg), jpeg)
        return [head, *([part] * 30)]

    async with _server(answer) as (port, _):
        options = _spec_options(monkeypatch, f"http://127.0.0.1:{port}/mjpg")
        frame = await asyncio.to_thread(_open, await RtspCamera(options, hub_context).stream())
    assert frame is not None
    assert (frame.width, frame.height) == (64, 36)


async def test_a_camera_over_rtsp_gets_the_credentials_that_were_given(
    hub_context: PluginContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(request: str) -> list[bytes]:
        number = re.search(r"CSeq: (\d+)", request)
        assert number is not None
        sequence = f"CSeq: {number[1]}\r\n".encode()
        if request.startswith("OPTIONS"):
            return [b"RTSP/1.0 200 OK\r\n" + sequence + b"Public: DESCRIBE, SETUP, PLAY\r\n\r\n"]
        if "Authorization" in request:
            return [b"RTSP/1.0 404 Not Found\r\n" + sequence + b"\r\n"]
        return [b"RTSP/1.0 401 Unauthorized\r\n" + sequence + b'WWW-Authenticate: Basic realm="camera"\r\n\r\n']

    async with _server(answer) as (port, requests):
        options = _spec_options(monkeypatch, f"rtsp://127.0.0.1:{port}/live")
        with pytest.raises(av.error.HTTPNotFoundError):
            await asyncio.to_thread(_open, await RtspCamera(options, hub_context).stream())
    assert f"Authorization: Basic {_EXPECTED}" in requests[-1]


async def test_a_password_that_was_changed_is_used_at_the_next_connection(
    hub_context: PluginContext,
) -> None:
    file = hub_context.site / "secrets" / "gate-1"
    file.parent.mkdir()
    file.write_text("first\n", encoding="utf-8")
    options = RtspOptions.model_validate({"url": "rtsp://h/live", "user": "watch", "password": "file:secrets/gate-1"})
    camera = RtspCamera(options, hub_context)
    assert (await camera.stream()).url == "rtsp://watch:first@h/live"
    file.write_text("second\n", encoding="utf-8")
    assert (await camera.stream()).url == "rtsp://watch:second@h/live"
