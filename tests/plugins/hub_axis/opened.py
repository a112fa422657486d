"""How the tests open a session with a device, and what they look up in it."""

from typing import Any

from hub_axis.options import AxisOptions
from hub_axis.session import AxisSession

from hub.testing.devices import ReplayServer, Seen
from tests.plugins.hub_axis.synthetic import (
    PARAMETERS,
)

USER, PASSWORD = "hub", "p@ss/#?%:ü"


def open_session(server: ReplayServer, **options: Any) -> AxisSession:
    return AxisSession(server.access(), AxisOptions.model_validate(options))


def requests_to(server: ReplayServer, path: str) -> list[Seen]:
    return [seen for seen in server.requests if seen.signed_in and seen.path.startswith(path)]


def without(name: str) -> str:
    return "".join(line for line in PARAMETERS.splitlines(keepends=True) if name not in line)
