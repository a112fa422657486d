"""A session over a real line to a server that answers from a table."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from hub_hikvision.options import HikvisionOptions
from hub_hikvision.session import HikvisionSession

from hub.api import Clock
from hub.clock import SystemClock
from hub.testing.devices import ReplayServer


@contextmanager
def opened(
    table: Mapping[Any, Any], *, clock: Clock | None = None, tls: bool = False, **options: Any
) -> Iterator[tuple[HikvisionSession, ReplayServer]]:
    with ReplayServer(table, user="hub", password="p@ss/#?%:ü", digest="SHA-256" if tls else "MD5", tls=tls) as server:
        session = HikvisionSession(
            server.access(), HikvisionOptions.model_validate(options), SystemClock() if clock is None else clock
        )
        yield session, server


def asked(server: ReplayServer, method: str = "GET") -> list[str]:
    """The paths that were asked for, signed in."""
    return [seen.path for seen in server.requests if seen.method == method and seen.signed_in]
