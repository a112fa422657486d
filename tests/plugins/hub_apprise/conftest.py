"""A web server that Apprise's `json://` service posts to."""

from collections.abc import AsyncIterator

import pytest

from tests.plugins.web import WebServer, web_server


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    async with web_server() as running:
        yield running
