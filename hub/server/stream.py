"""The live stream: journal records as server-sent events, for one client each.

There is no queue between the journal and a client: the next batch is asked for when the one before is on its way, so
a slow client waits in the journal's subscription, which reads the store where memory does not reach back. A client
that takes nothing at all for half a minute is let go.

    id: 1042                     the last record that this message takes the client to, seen or not
    event: records | pulse | end
    data: [ … ]                  records; empty for a pulse; an error body for the end
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub.core.event import Record
from hub.errors import HubError, NotSignedIn, WrongState
from hub.server.backend import Backend, RecordBatches
from hub.server.problems import Busy, Stopping, error_body
from hub.server.reading import views_of
from hub.server.services import Caller, Services

KEEP_ALIVE_S = 4.0
"""Silence of a stream; clients are promised to hear something every 5 s."""
STREAMS_AT_ONCE = 64
_PULSE_EVERY_S = 0.5
_STUCK_S = 30.0
_RECORDS_A_MESSAGE = 200

_log = structlog.get_logger("hub.server")


class EventStream(Response):
    """The answer to `GET /api/stream`. `after`: the last record that the client has; None: from now on."""

    def __init__(self, hub: Services, caller: Caller, after: int | None) -> None:
        """Raises `WrongState` when `after` lies beyond the journal, and `Busy` when there are too many streams."""
        super().__init__(media_type="text/event-stream", headers={"cache-control": "no-store"})
        del self.headers["content-length"]
        position = hub.backend.state().position
        if after is not None and after > position:
            raise WrongState(
                f"The journal has {position} records; number {after} is not among them.",
                hint="It is another journal than before: read the site anew and follow from its position.",
            )
        if hub.streams >= STREAMS_AT_ONCE:
            raise Busy(f"{hub.streams} streams are open already.", hint="Close a client that is not needed.")
        self._hub = hub
        self._caller = caller
        self._after = after if after is not None else position

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._hub.streams += 1
        try:
            await self._serve(receive, send)
        except TimeoutError:
            _log.warning("stream_client_stuck", account=self._caller.account.id)
        finally:
            self._hub.streams -= 1

    async def _serve(self, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        backend = self._hub.backend
        records = backend.subscribe(self._after)
        batch = asyncio.create_task(_next(records))
        stirred = asyncio.create_task(backend.changed(-1))
        stopping = asyncio.create_task(self._hub.stopping.wait())
        gone = asyncio.create_task(_gone(receive))
        try:
            while True:
                await asyncio.wait(
                    {batch, stirred, stopping, gone}, timeout=KEEP_ALIVE_S, return_when=asyncio.FIRST_COMPLETED
                )
                if gone.done():
                    return
                await self._check(stopping=stopping.done())
                if batch.done():
                    await self._send_records(send, batch.result())
                    batch = asyncio.create_task(_next(records))
                else:
                    await self._send(send, "pulse", [])
                if stirred.done():
                    stirred = asyncio.create_task(_stirred(backend, stirred.result()))
        except HubError as error:
            await self._send(send, "end", error_body(error))
            await send({"type": "http.response.body", "body": b""})
        finally:
            await _cancel(batch, stirred, stopping, gone)
            records.close()

    async def _check(self, *, stopping: bool) -> None:
        if stopping:
            raise Stopping("The hub is stopping.")
        signed = await self._hub.desk.whose(self._caller.token)
        if signed is None:
            raise NotSignedIn("The sign-in has ended.", hint="Sign in again.")
        self._caller = Caller(signed.account, self._caller.token, self._caller.session)

    async def _send_records(self, send: Send, records: Sequence[Record]) -> None:
        for start in range(0, len(records), _RECORDS_A_MESSAGE):
            part = records[start : start + _RECORDS_A_MESSAGE]
            views = await views_of(self._hub.concerns, self._caller.account, part, self._hub.backend.state())
            self._after = part[-1].seq
            await self._send(send, "records" if views else "pulse", views)

    async def _send(self, send: Send, kind: str, data: object) -> None:
        body = b"id: %d\nevent: %s\ndata: %s\n\n" % (self._after, kind.encode(), msgspec.json.encode(data))
        async with asyncio.timeout(_STUCK_S):
            await send({"type": "http.response.body", "body": body, "more_body": True})


async def _next(records: RecordBatches) -> list[Record]:
    try:
        return await anext(records)
    except StopAsyncIteration:
        raise Stopping("The journal is closed.") from None


async def _stirred(backend: Backend, count: int) -> int:
    """Wait until a camera's status changed; the changes of half a second make one pulse."""
    await asyncio.sleep(_PULSE_EVERY_S)
    return await backend.changed(count)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
