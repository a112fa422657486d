"""The tasks that a hub cannot run without: when one breaks, the hub ends, and whoever runs it starts it anew."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress

import structlog

log = structlog.get_logger("hub")


class Minder:
    """Minds tasks on the hub's event loop; `on_broken` is called with the reason when one breaks."""

    def __init__(self, on_broken: Callable[[str], None]) -> None:
        self.broken: Exception | None = None
        """What broke the first part that broke."""
        self._on_broken = on_broken
        self._minded: set[asyncio.Task[None]] = set()

    def run(self, stack: AsyncExitStack, work: Coroutine[object, object, None]) -> None:
        """Run `work` until the stack is left."""
        task = asyncio.create_task(work)
        self.mind(task)
        stack.push_async_callback(_cancel, task)

    def soon(self, work: Coroutine[object, object, None]) -> None:
        """Run `work` to its end."""
        self.mind(asyncio.create_task(work))

    def mind(self, task: asyncio.Task[None] | None) -> None:
        """End the hub when this task breaks."""
        assert task is not None
        self._minded.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._minded.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            log.error("part_broke", part=task.get_name(), error=f"{type(error).__name__}: {error}", exc_info=error)
            self.broken = self.broken or error
            self._on_broken(f"A part of the hub broke: {type(error).__name__}.")


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task
