"""`hub_webhook` keeps the contract of notifiers against a real web server."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from hub.testing.contracts import RemoteNotifierContract
from tests.plugins.web import WebServer

_TOKEN, _KEY = "token-7716-abcdef", "signing-key-7716"


class TestWebhook(RemoteNotifierContract):
    module = "hub_webhook"
    name = "webhook"
    secrets = (_TOKEN, _KEY)

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
        return {}, _target(silent_port)


def _target(port: int) -> Mapping[str, Any]:
    return {"url": f"http://watch:{_TOKEN}@127.0.0.1:{port}/hooks/{_TOKEN}?key={_TOKEN}", "secret": _KEY}
