"""A door for a player on this machine to a hub that is behind its unix socket alone.

It listens on a port of the loopback that the kernel chooses, for as long as the player runs, and lets nothing through
but what links to viewings lead to: their tokens are all that it takes, and it adds none of its own.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_OPEN_PATHS = (b"/api/viewings/open/", b"/api/viewings/reel/")
_LARGEST_HEAD = 16 * 1024
_HEAD_S = 10.0
_BLOCK = 256 * 1024
_MOST_AT_ONCE = 16
_END = b"\r\n\r\n"
_REFUSAL = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


@asynccontextmanager
async def loopback(socket: Path) -> AsyncIterator[str]:
    """The door's URL, without a path, as long as the context is open. Raises `OSError`."""
    passing: set[asyncio.Task[None]] = set()

    def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(passing) >= _MOST_AT_ONCE:
            writer.close()
            return
        task = asyncio.create_task(_pass_on(socket, reader, writer))
        passing.add(task)
        task.add_done_callback(passing.discard)

    server = await asyncio.start_server(came, "127.0.0.1", 0, limit=_LARGEST_HEAD)
    try:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
        for task in passing:
            task.cancel()
        await asyncio.gather(*passing, return_exceptions=True)


async def _pass_on(socket: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = await _head(reader)
        if head is None:
            writer.write(_REFUSAL)
            await writer.drain()
            return
        from_hub, to_hub = await asyncio.open_unix_connection(str(socket))
        try:
            to_hub.write(head)
            await to_hub.drain()
            # A player that leaves is to free the hub at once, also where nothing is sent at the moment.
            leaving = asyncio.create_task(_gone(reader))
            answering = asyncio.create_task(_answer(from_hub, writer))
            await asyncio.wait({leaving, answering}, return_when=asyncio.FIRST_COMPLETED)
            for task in (leaving, answering):
                task.cancel()
            await asyncio.gather(leaving, answering, return_exceptions=True)
        finally:
            to_hub.close()
    except OSError:
        # Either side may go at any time; the player asks again when it wants more.
        pass
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _head(reader: asyncio.StreamReader) -> bytes | None:
    """A request that may pass, asking for one answer on its connection; None for any other."""
    try:
        async with asyncio.timeout(_HEAD_S):
            head = await reader.readuntil(_END)
    except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None
    request, *fields = head.removesuffix(_END).split(b"\r\n")
    method, _space, rest = request.partition(b" ")
    if method != b"GET" or not rest.startswith(_OPEN_PATHS) or b".." in rest:
        return None
    # A second request on this connection would pass unseen.
    kept = [field for field in fields if field.partition(b":")[0].strip().lower() not in (b"connection", b"keep-alive")]
    return b"\r\n".join([request, *kept, b"Connection: close"]) + _END


async def _answer(from_hub: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await from_hub.read(_BLOCK):
        writer.write(data)
        await writer.drain()


async def _gone(reader: asyncio.StreamReader) -> None:
    while await reader.read(_LARGEST_HEAD):
        continue
