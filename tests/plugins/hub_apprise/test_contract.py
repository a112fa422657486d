"""`hub_apprise` keeps the contract of notifiers, through Apprise's `json://` service and a real web server."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from hub.testing.contracts import RemoteNotifierContract
from tests.plugins.web import WebServer

_TOKEN = "token-7716-abcdef"


class TestApprise(RemoteNotifierContract):
    module = "hub_apprise"
    name = "apprise"
    secrets = (_TOKEN,)

    @pytest.fixture
    def target(self, server: WebServer) -> Mapping[str, Any]:
        return _target(server.port)

    @pytest.fixture
    def received(self, server: WebServer) -> Callable[[], str]:
        return server.texts

    @pytest.fixture
    def unreachable(self, closed_port: int) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        return {}, _target(closed_port)

    @pytest.fixture
    def silent(self, silent_port: int) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        # The thread that waits for the answer ends by the service's own limit, which is shortened here.
        return {}, {"url": _target(silent_port)["url"] + "?rto=1.5"}


def _target(port: int) -> Mapping[str, Any]:
    return {"url": f"json://watch:{_TOKEN}@127.0.0.1:{port}/{_TOKEN}"}
