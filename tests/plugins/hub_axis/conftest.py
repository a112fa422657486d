"""One synthetic Axis camera on a real socket."""

from collections.abc import Iterator

import pytest

from hub.testing.devices import ReplayServer
from tests.plugins.hub_axis.opened import PASSWORD, USER
from tests.plugins.hub_axis.synthetic import (
    camera,
)


@pytest.fixture
def device() -> Iterator[ReplayServer]:
    with ReplayServer(camera(), user=USER, password=PASSWORD) as server:
        yield server
