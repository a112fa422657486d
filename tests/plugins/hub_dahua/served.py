"""Devices that do not exist, served over real sockets, with a session over the hub's own access."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from hub_dahua.options import DahuaOptions
from hub_dahua.session import DahuaSession

from hub.api import DeviceEvent
from hub.testing.devices import ReplayServer

PASSWORD = "p@ss/#?%:ü"
ATTACH = "/cgi-bin/eventManager.cgi?action=attach&codes=[All]&heartbeat=5"


@contextmanager
def served(answers: Mapping[Any, Any], **server: Any) -> Iterator[tuple[ReplayServer, DahuaSession]]:
    """The device and a session with it."""
    with ReplayServer(answers, user="watch", password=PASSWORD, realm="Login to TEST", **server) as device:
        yield device, DahuaSession(device.access(deadline_s=5.0), DahuaOptions())


def asked(device: ReplayServer, *, containing: str = "") -> list[str]:
    """What was asked of the device, signed in."""
    return [seen.path for seen in device.requests if seen.signed_in and containing in seen.path]


def heard(session: DahuaSession, count: int) -> list[DeviceEvent]:
    """The first events that a session tells."""
    found: list[DeviceEvent] = []
    for told in session.events():
        if told is not None:
            found.append(told)
        if len(found) == count:
            break
    return found
