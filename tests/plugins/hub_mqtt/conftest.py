"""A broker to publish to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.broker import Broker


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with Broker(tmp_path) as running:
        yield running
