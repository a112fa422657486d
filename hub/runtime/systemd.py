"""Tells systemd that the hub is ready and alive (`man sd_notify`); does nothing elsewhere."""

import asyncio
import os
import socket
from collections.abc import Callable

import structlog

log = structlog.get_logger("systemd")


def notify(state: str) -> None:
    """Send one state, such as `READY=1`."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
        try:
            link.connect("\0" + address[1:] if address.startswith("@") else address)
            link.sendall(state.encode())
        except OSError as error:
            log.warning("systemd_not_told", state=state, error=str(error))


async def keep_watchdog(alive: Callable[[], bool]) -> None:
    """Ping systemd's watchdog at half its period for as long as `alive` says so."""
    period_us = int(os.environ.get("WATCHDOG_USEC", "0") or "0")
    if period_us <= 0:
        return
    while True:
        if alive():
            notify("WATCHDOG=1")
        await asyncio.sleep(period_us / 2_000_000)
