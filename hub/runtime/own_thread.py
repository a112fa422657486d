"""A thread that does one thing after another for the event loop, and that may hang without keeping anybody."""

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


class OwnThread:
    """Belongs to one event loop. A daemon: the process ends even when a disk never answers it."""

    def __init__(self, name: str) -> None:
        self._line: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def run(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        """Do `work` after what was asked before; its result, or what it raised."""
        done: asyncio.Future[T] = self._loop.create_future()

        def tell(setter: Callable[[], None]) -> None:
            # The loop may be closed meanwhile, and whoever asked may be gone.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(lambda: None if done.done() else setter())

        def do() -> None:
            try:
                result = work()
            except BaseException as error:
                failed = error
                tell(lambda: done.set_exception(failed))
            else:
                tell(lambda: done.set_result(result))

        self._line.put(do)
        return done

    def end(self) -> None:
        """Do what was asked, and no more."""
        self._line.put(None)

    def _run(self) -> None:
        while (work := self._line.get()) is not None:
            work()
