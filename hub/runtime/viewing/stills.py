"""Single pictures of recordings, decoded in a process of their own that is there only while somebody looks."""

import asyncio

import structlog

from hub.clock import Clock
from hub.runtime.viewing.process import ViewingProcess
from hub.watch.viewing_pipes import ANSWER, LARGEST_QUESTION, QUESTION

_log = structlog.get_logger("hub.viewing")
_ANSWER_S = 8.0
_IDLE_S = 60.0
_LOOK_S = 10.0
_LARGEST_JPEG = 16 * 1024 * 1024
_MOST_WAITING = 16


class StillMaker:
    """One picture after the other. On the event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._process: ViewingProcess | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._used_s = clock.monotonic()

    async def make(self, head: bytes, fragment: bytes, width: int) -> bytes | None:
        """The picture as JPEG; None when it cannot be decoded, or too many others wait."""
        if len(head) + len(fragment) > LARGEST_QUESTION or self._waiting >= _MOST_WAITING:
            return None
        self._waiting += 1
        try:
            async with self._turn:
                return await self._asked(head, fragment, width)
        finally:
            self._waiting -= 1

    async def keep(self) -> None:
        """End the process when nobody asked for a while; runs for ever."""
        while True:
            await asyncio.sleep(_LOOK_S)
            async with self._turn:
                if self._clock.monotonic() - self._used_s >= _IDLE_S:
                    await self.stop()

    async def stop(self) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            await process.close()

    async def _asked(self, head: bytes, fragment: bytes, width: int) -> bytes | None:
        try:
            if self._process is None:
                self._process = await ViewingProcess.start("hub.watch.still")
            async with asyncio.timeout(_ANSWER_S):
                picture = await self._answer(self._process, head, fragment, width)
        except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            # What a camera sent may break a decoder: the next picture gets a new process.
            _log.warning("a picture of a recording could not be made", reason=type(error).__name__)
            await self.stop()
            return None
        except asyncio.CancelledError:
            # Its answer would be taken for that to the next question.
            await self.stop()
            raise
        self._used_s = self._clock.monotonic()
        return picture or None

    async def _answer(self, process: ViewingProcess, head: bytes, fragment: bytes, width: int) -> bytes:
        process.stdin.write(QUESTION.pack(len(head), len(fragment), width))
        process.stdin.write(head)
        process.stdin.write(fragment)
        await process.stdin.drain()
        (length,) = ANSWER.unpack(await process.stdout.readexactly(ANSWER.size))
        if length > _LARGEST_JPEG:
            raise OSError("larger than any picture")
        return await process.stdout.readexactly(length)
