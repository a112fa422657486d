"""`hub_rtsp` keeps the contract of vendors with cameras that give pictures over HTTP."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hub.testing.contracts.vendor import VendorContract
from hub.testing.devices import Reply
from hub.testing.samples import make_jpeg


class TestHttp(VendorContract):
    module = "hub_rtsp"
    name = "http"

    @pytest.fixture(autouse=True)
    def _jpeg(self, tmp_path: Path) -> None:
        self.jpeg = make_jpeg(tmp_path / "picture.jpg", size=(64, 36)).read_bytes()

    def unknown_words(self) -> Mapping[Any, Any]:
        return {}

    @pytest.fixture
    def options(self) -> Mapping[str, Any]:
        return {"snapshot": "/snap.jpg?size=[large]", "main": "/live/main", "sub": "/live/sub", "rtsp_port": 554}

    def replies(self) -> Mapping[Any, Any]:
        return {("GET", "/snap.jpg?size=[large]"): Reply(body=self.jpeg, media="image/jpeg")}
