"""A web server to post to."""

from collections.abc import AsyncIterator

import pytest

from tests.plugins.conftest import Certificate
from tests.plugins.web import WebServer, web_server


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    async with web_server() as running:
        yield running


@pytest.fixture
async def tls_server(certificate: Certificate) -> AsyncIterator[WebServer]:
    async with web_server(certificate) as running:
        yield running
