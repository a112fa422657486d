"""What the hub asks of every vendor, of a camera that does not exist."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest

from hub.testing.contracts import DiskKind, VendorContract
from hub.testing.devices import Reply
from tests.plugins.hub_reolink.synthetic import CAMERA, RECORDER, error, key, time, value


class TestReolink(VendorContract):
    module = "hub_reolink"
    name = "reolink"
    digest: ClassVar[None] = None

    @pytest.fixture
    def options(self) -> Mapping[str, Any]:
        return {"unprotected": True}

    def replies(self) -> Mapping[Any, Any]:
        return CAMERA

    def refusals(self) -> Mapping[Any, Any]:
        ended = {path: error("x", -6, "please login first") for path in CAMERA if path[0] == "POST"}
        return {**ended, key("Login"): error("Login", -7, "login failed")}

    def no_channels(self) -> Mapping[Any, Any]:
        return {key("GetChannelstatus"): value("GetChannelstatus", {"count": 0, "status": []})}

    def offline_channels(self) -> tuple[Mapping[Any, Any], frozenset[int]]:
        rows = [{"channel": n, "name": f"Camera {n}", "online": int(n > 1)} for n in range(4)]
        return {**RECORDER, key("GetChannelstatus"): value("GetChannelstatus", {"status": rows})}, frozenset((1, 2))

    def disks(self, kind: DiskKind) -> Mapping[Any, Any]:
        disk = {"capacity": 60000, "size": 0, "format": 1, "mount": 0 if kind == "error" else 1, "id": 0}
        return {
            key("GetHddInfo"): value("GetHddInfo", {"HddInfo": [] if kind == "none" else [disk]}),
            key("GetRecV20"): value("GetRecV20", {"Rec": {"enable": 1, "overwrite": 0 if kind == "full" else 1}}),
        }

    def clock_shows(self, at: datetime) -> Mapping[Any, Any]:
        summer = datetime(2026, 3, 29, 1) <= at.replace(tzinfo=None) < datetime(2026, 10, 25, 1)
        local = at + timedelta(hours=2 if summer else 1)
        return {key("GetTime"): time(*local.timetuple()[:6], west_s=-3600, dst=True)}

    def unknown_words(self) -> Mapping[Any, Any]:
        disk = {"capacity": 60000, "size": 9, "format": 7, "mount": 9, "id": 0}
        return {
            key("GetHddInfo"): value("GetHddInfo", {"HddInfo": [disk]}),
            key("GetEnc"): value("GetEnc", {"Enc": {"mainStream": {"vType": "h299", "size": "huge"}}}),
        }

    def events_stream(self) -> Mapping[Any, Any]:
        return {key("GetEvents"): Reply()}
