"""A camera that speaks ONVIF, and a session with it over the hub's own access."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest
from hub_onvif.options import OnvifOptions
from hub_onvif.session import OnvifSession

from tests.servers.fixtures import clips  # noqa: F401
from tests.servers.onvif import OnvifDevice


class Pair(NamedTuple):
    camera: OnvifDevice
    session: OnvifSession
    access: Any


MakePair = Callable[..., Pair]


@pytest.fixture
def meet() -> Iterator[MakePair]:
    """`meet(password="wrong", skew_s=3600.0)`: a camera made with these, and a session that signs in with `given`
    (the right password unless told otherwise)."""
    with ExitStack() as stack:

        def make(given: str | None = None, options: OnvifOptions | None = None, **camera: Any) -> Pair:
            device = stack.enter_context(OnvifDevice(**camera))
            access = device.access(password=given)
            return Pair(device, OnvifSession(access, options or OnvifOptions()), access)

        yield make
