"""`hub_mail` keeps the contract of notifiers against a real server with STARTTLS and a password."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from hub.testing.contracts import RemoteNotifierContract
from tests.plugins.conftest import Certificate
from tests.plugins.hub_mail.conftest import PASSWORD, USER, MailServer, MakeServer


class TestMail(RemoteNotifierContract):
    module = "hub_mail"
    name = "mail"
    secrets = (PASSWORD,)

    @pytest.fixture
    async def server(self, mail_server: MakeServer) -> MailServer:
        server: MailServer = await mail_server(security="starttls", login=True)
        return server

    @pytest.fixture
    def options(self, server: MailServer, certificate: Certificate) -> Mapping[str, Any]:
        return _options(server.port, user=USER, password=PASSWORD, ca=str(certificate.file))

    @pytest.fixture
    def target(self) -> Mapping[str, Any]:
        return {"to": ["duty@example.com"]}

    @pytest.fixture
    def received(self, server: MailServer) -> Callable[[], str]:
        return server.texts

    @pytest.fixture
    def unreachable(
        self, closed_port: int, target: Mapping[str, Any], certificate: Certificate
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        return _options(closed_port, user=USER, password=PASSWORD, ca=str(certificate.file)), target

    @pytest.fixture
    def silent(self, silent_port: int, target: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        return _options(silent_port), target


def _options(port: int, **more: str) -> Mapping[str, Any]:
    return {"host": "127.0.0.1", "port": port, "from": "watchroom@example.com", **more}
