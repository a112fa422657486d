"""Cameras that give pictures over HTTP, over real sockets; what is offered is opened with FFmpeg's libraries."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import av
import pytest
from hub_rtsp.options import HttpOptions
from hub_rtsp.session import HttpSession
from pydantic import ValidationError

from hub.api import DeviceForbidden, ProtocolError, Unsupported
from hub.testing.devices import Fault, ReplayServer, Reply
from hub.testing.samples import make_jpeg

_USER, _PASSWORD = "watch", "p@ss/#?%:& 密码"


@pytest.fixture
def jpeg(tmp_path: Path) -> bytes:
    return make_jpeg(tmp_path / "picture.jpg", size=(64, 36)).read_bytes()


@pytest.fixture(params=["--frame", "frame", "------frame"])
def boundary(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def camera(jpeg: bytes, boundary: str) -> Iterator[ReplayServer]:
    part = b"--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n" % (
        boundary.removeprefix("--").encode(),
        len(jpeg),
        jpeg,
    )
    stream = Reply(media=f"multipart/x-mixed-replace;boundary={boundary}", stream=[part, 0.02] * 50)
    replies: dict[Any, Any] = {
        ("GET", "/video.mjpg"): stream,
        ("GET", "/snap.jpg"): Reply(body=jpeg, media="image/jpeg", headers={"Server": "thttpd/2.25b"}),
    }
    with ReplayServer(replies, user=_USER, password=_PASSWORD) as server:
        yield server


def _session(server: ReplayServer, **options: Any) -> HttpSession:
    return HttpSession(server.access(), HttpOptions.model_validate(options))


def test_the_stream_that_is_offered_is_seen(camera: ReplayServer) -> None:
    (offer,) = _session(camera, main="/video.mjpg").streams(1)
    assert offer.codec == "JPEG"
    signed = offer.url.replace("://", f"://{quote(_USER)}:{quote(_PASSWORD, safe='')}@")
    with av.open(signed, timeout=(5.0, 5.0)) as container:
        frame = next(container.decode(video=0))
    assert (frame.width, frame.height) == (64, 36)


def test_a_picture_is_the_first_of_the_stream_where_there_is_no_other(camera: ReplayServer, jpeg: bytes) -> None:
    picture = _session(camera, main="/video.mjpg").snapshot(1)
    assert jpeg.startswith(picture)
    assert picture.endswith(b"\xff\xd9")


def test_a_camera_is_known_by_its_web_server(camera: ReplayServer) -> None:
    info = _session(camera, snapshot="/snap.jpg").describe()
    assert (info.model, info.kind, info.serial) == ("thttpd/2.25b", "camera", "")


def test_nothing_but_pictures_is_claimed(camera: ReplayServer) -> None:
    session = _session(camera, snapshot="/snap.jpg")
    assert session.capabilities() == {"streams": "no", "snapshot": "yes"}
    health = session.health()
    assert {health.clock.status, health.volumes.status, health.started_at.status} == {"unsupported"}
    with pytest.raises(Unsupported):
        session.streams(1)
    with pytest.raises(Unsupported):
        session.snapshot(2)


def test_streams_over_rtsp_are_on_their_own_port(camera: ReplayServer) -> None:
    session = _session(camera, snapshot="/snap.jpg", main="/live/0", sub="/live/1", rtsp_port=8554)
    assert [one.url for one in session.streams(1)] == ["rtsp://127.0.0.1:8554/live/0", "rtsp://127.0.0.1:8554/live/1"]


@pytest.mark.parametrize(
    ("wrong", "kind"), [(403, DeviceForbidden), (404, Unsupported), ("html", ProtocolError), (500, ProtocolError)]
)
def test_a_camera_without_a_picture_is_not_well(camera: ReplayServer, wrong: Any, kind: type[Exception]) -> None:
    camera.set("GET", "/snap.jpg", Fault(wrong))
    with pytest.raises(kind):
        _session(camera, snapshot="/snap.jpg").health()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "give `snapshot`"),
        ({"main": "/live", "rtsp_port": 554}, "give `snapshot`"),
        ({"snapshot": "/a", "sub": "/b"}, "`sub` goes with `main`"),
        ({"snapshot": "/snap.jpg?user=a&password=b"}, "holds a password"),
        ({"snapshot": "http://10.0.0.8/snap.jpg"}, "match pattern"),
        ({"snapshot": "/a b"}, "match pattern"),
        ({"snapshot": "/a\r\nX: y"}, "match pattern"),
    ],
)
def test_mistakes_in_hub_toml_are_told(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        HttpOptions.model_validate(options)
    assert message in "; ".join(error["msg"] for error in caught.value.errors())
