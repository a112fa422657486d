"""`hub_rtsp` keeps the contract of camera drivers, with credentials in each place where they may stand."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from hub.api import AuthRejected, DeviceError, Unsupported
from hub.testing.contracts import CameraDriverContract


class _Rtsp(CameraDriverContract):
    module = "hub_rtsp"
    name = "rtsp"
    secrets = ("p%40ss-7716", "p@ss-7716", "watch-user")

    @pytest.fixture
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> Sequence[tuple[Mapping[str, Any], type[DeviceError]]]:
        monkeypatch.setenv("WRONG_URL", "ftp://watch-user:p%40ss-7716@10.0.0.8/live")
        monkeypatch.setenv("SPACED_URL", "rtsp://watch-user:p@ss-7716 @10.0.0.8/live")
        return [
            ({"url": "env:NOT_SET_ANYWHERE"}, AuthRejected),
            ({"url": "file:/nowhere/at/all"}, AuthRejected),
            ({"url": "rtsp://10.0.0.8/live", "user": "watch", "password": "env:NOT_SET_ANYWHERE"}, AuthRejected),
            ({"url": "env:WRONG_URL"}, Unsupported),
            ({"url": "env:SPACED_URL"}, Unsupported),
        ]


class TestWrittenInTheAddress(_Rtsp):
    @pytest.fixture
    def options(self) -> Mapping[str, Any]:
        return {"url": "rtsp://watch-user:p%40ss-7716@10.0.0.8:554/live?token=p%40ss-7716"}


class TestWholeAddressByReference(_Rtsp):
    @pytest.fixture
    def options(self, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
        monkeypatch.setenv("GATE_1_URL", "rtsp://watch-user:p%40ss-7716@10.0.0.8:554/live")
        return {"url": "env:GATE_1_URL", "transport": "udp"}


class TestCredentialsApart(_Rtsp):
    @pytest.fixture
    def options(self, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
        monkeypatch.setenv("GATE_1_PASSWORD", "p@ss-7716")
        return {"url": "https://10.0.0.8/mjpg", "user": "watch-user", "password": "env:GATE_1_PASSWORD"}
