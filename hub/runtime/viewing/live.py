"""Cameras live: one connection of the hub's to each stream that anybody looks at, however many look.

The camera's address and credentials stay in the process that reads it (`hub.watch.live`); what goes to people is the
pictures.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

import structlog
from msgspec.json import encode

from hub.core.recordings import Stream
from hub.errors import AuthRejected, DeviceError, DeviceUnreachable
from hub.runtime.viewing.process import ViewingProcess
from hub.watch.viewing_pipes import CHUNK, FAILED, KEY, LARGEST_CHUNK, MEDIA, REFUSED, LiveOrder

_log = structlog.get_logger("hub.viewing")
_OPEN_S = 20.0
_MOST_WAITING = 8 * 1024 * 1024
"""Bytes that may wait for one player; one that takes less than comes skips to the next key frame."""

Key = tuple[str, Stream]


class _Player:
    """What waits for one of those who look."""

    def __init__(self, begun: list[bytes]) -> None:
        self._chunks = deque(begun)
        self._bytes = sum(map(len, begun))
        self._behind = not begun
        self._news = asyncio.Event()
        self._over = False
        if begun:
            self._news.set()

    def give(self, data: bytes, *, key: bool) -> None:
        if self._bytes + len(data) > _MOST_WAITING:
            self._behind = True
        if self._behind and not (key and self._bytes + len(data) <= _MOST_WAITING):
            return
        self._behind = False
        self._chunks.append(data)
        self._bytes += len(data)
        self._news.set()

    def end(self) -> None:
        self._over = True
        self._news.set()

    async def take(self) -> bytes:
        """All that waits; empty at the end."""
        while not self._chunks:
            if self._over:
                return b""
            self._news.clear()
            await self._news.wait()
        data = b"".join(self._chunks)
        self._chunks.clear()
        self._bytes = 0
        return data


class _Line:
    """One stream that is read. It ends with the stream, or with the last who looks."""

    def __init__(self, process: ViewingProcess) -> None:
        self.media = ""
        self.problem: DeviceError | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.players: list[_Player] = []
        self.users = 0
        """Those who look, and those who wait for the first picture."""
        self.over = False
        self._process = process
        self._group: list[bytes] = []
        """What came since the last key frame, so that who comes later need not wait for the next one."""
        self._group_bytes = 0
        self.reading = asyncio.create_task(self._read(), name="live")

    @classmethod
    async def start(cls, order: LiveOrder) -> "_Line":
        process = await ViewingProcess.start("hub.watch.live")
        process.stdin.write(encode(order) + b"\n")
        return cls(process)

    def join(self) -> _Player:
        player = _Player(self._group)
        self.players.append(player)
        return player

    async def close(self) -> None:
        self.over = True
        self.reading.cancel()
        await asyncio.gather(self.reading, return_exceptions=True)
        await self._process.close()

    async def _read(self) -> None:
        try:
            while True:
                kind, length = CHUNK.unpack(await self._process.stdout.readexactly(CHUNK.size))
                if length > LARGEST_CHUNK:
                    raise OSError("longer than any chunk")
                self._take(kind, await self._process.stdout.readexactly(length))
        except (asyncio.IncompleteReadError, OSError):
            self.problem = self.problem or DeviceUnreachable("The live picture broke off.")
        finally:
            self.over = True
            if not self.opened.done():
                self.opened.set_result(None)
            for player in self.players:
                player.end()

    def _take(self, kind: bytes, data: bytes) -> None:
        if kind == MEDIA:
            self.media = data.decode("ascii", "replace")
        elif kind in (FAILED, REFUSED):
            error = AuthRejected if kind == REFUSED else DeviceUnreachable
            self.problem = error(data.decode("utf-8", "replace"))
        else:
            if kind == KEY or self._group_bytes > _MOST_WAITING:
                self._group.clear()
                self._group_bytes = 0
            if kind == KEY or self._group:
                self._group.append(data)
                self._group_bytes += len(data)
            for player in self.players:
                player.give(data, key=kind == KEY)
            if not self.opened.done():
                self.opened.set_result(None)


class LiveShow:
    """A stream for one who looks. `close` it in the end, whatever happened."""

    def __init__(self, lines: "LiveLines", key: Key, line: _Line) -> None:
        self.media = line.media
        """Its media type."""
        self._lines = lines
        self._key = key
        self._line = line
        self._player = line.join()
        self._open = True

    async def chunks(self) -> AsyncIterator[bytes]:
        """What comes, from a key frame on, until the stream ends."""
        while data := await self._player.take():
            yield data

    async def close(self) -> None:
        if self._open:
            self._open = False
            self._line.players.remove(self._player)
            await self._lines.left(self._key, self._line)


class LiveLines:
    """Every stream that is looked at. On the event loop."""

    def __init__(self) -> None:
        self._lines: dict[Key, _Line] = {}
        self._starting = asyncio.Lock()

    async def show(self, key: Key, order: LiveOrder) -> LiveShow:
        """Look at a stream. Raises `DeviceError` when it cannot be opened."""
        async with self._starting:
            line = self._lines.get(key)
            if line is None or line.over:
                line = self._lines[key] = await _Line.start(order)
        line.users += 1
        try:
            async with asyncio.timeout(_OPEN_S):
                await asyncio.shield(line.opened)
            if line.over:
                raise line.problem or DeviceUnreachable(f"{key[0]} sent no picture.")
        except TimeoutError:
            await self.left(key, line)
            raise DeviceUnreachable(f"{key[0]} sent no picture within {_OPEN_S:.0f} s.") from None
        except BaseException:
            await self.left(key, line)
            raise
        return LiveShow(self, key, line)

    async def left(self, key: Key, line: _Line) -> None:
        """One of those who looked, or wanted to, is gone; with the last one the connection ends."""
        line.users -= 1
        if line.users == 0:
            if self._lines.get(key) is line:
                del self._lines[key]
            await line.close()

    async def stop(self) -> None:
        for line in list(self._lines.values()):
            await line.close()
        self._lines.clear()
