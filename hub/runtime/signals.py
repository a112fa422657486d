"""The signals that end the hub; each has its reason on record."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack

_SIGNALS = {
    signal.SIGTERM: "The service was stopped (SIGTERM).",
    signal.SIGINT: "It was interrupted at the terminal (Ctrl-C).",
    signal.SIGHUP: "Its terminal was closed (SIGHUP).",
}


def catch_signals(stack: AsyncExitStack, stop: Callable[[str], None]) -> None:
    """Call `stop` with the reason when a signal comes, until the stack is left. On the event loop."""
    loop = asyncio.get_running_loop()
    for number, words in _SIGNALS.items():
        loop.add_signal_handler(number, stop, words)
        stack.callback(loop.remove_signal_handler, number)
