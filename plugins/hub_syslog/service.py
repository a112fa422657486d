"""Sends the record, from where it was sent last: the journal is the queue, and a server that is away delays nobody."""

import asyncio
import json
import logging
import os
import socket
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from hub.api import DeliveryFailed, FollowedRecord, PluginContext, RecordStream, SiteFeed
from hub_syslog import cef, rfc5424
from hub_syslog.line import LONGEST, Line, connected
from hub_syslog.options import FACILITIES, SyslogOptions
from hub_syslog.rfc5424 import Sender
from hub_syslog.weight import audited, severity

_log = logging.getLogger("hub_syslog")
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
_AT_ONCE = 100
"""Records that are written out between two turns of the event loop: about a millisecond."""
_LARGEST_FILE = 1000


class Syslog:
    """A service that follows the site. On the hub's event loop."""

    def __init__(self, options: SyslogOptions, context: PluginContext) -> None:
        self._options = options
        self._context = context
        self._file = context.data / "position.json"
        self._sender = Sender(
            facility=FACILITIES[options.facility],
            hostname=options.hostname or socket.gethostname(),
            process=os.getpid(),
            enterprise=options.enterprise,
        )
        self._version = _version()
        self._position = 0
        """The last record that was sent, or is not to be."""

    async def start(self) -> None:
        """Nothing: what it does begins with `follow`."""

    async def stop(self) -> None:
        """Nothing: what it does has ended with `follow`."""

    async def follow(self, feed: SiteFeed) -> None:
        """Send for ever; made again whenever the line breaks."""
        noted = await asyncio.to_thread(_load, self._file)
        # Without a note it begins now. A note from after the newest record is of a journal that is there no more.
        self._position = feed.head if noted is None else min(noted, feed.head)
        pause_s = _FIRST_PAUSE_S
        while True:
            begun_s = self._context.clock.monotonic()
            try:
                async with connected(self._options, self._context.site) as line:
                    await self._send(line, feed)
            except DeliveryFailed as error:
                feed.trouble(error)
                _log.warning("syslog: %s", error)
            if self._context.clock.monotonic() - begun_s > _LONGEST_PAUSE_S:
                pause_s = _FIRST_PAUSE_S
            await asyncio.sleep(pause_s)
            pause_s = min(_LONGEST_PAUSE_S, 2 * pause_s)

    async def _send(self, line: Line, feed: SiteFeed) -> None:
        """Send until the hub stops, or too much waits. Raises `DeliveryFailed` when the line breaks."""
        await self._skip(line, feed)
        feed.trouble(None)
        gone = asyncio.create_task(line.gone())
        stream = feed.records(self._position)
        try:
            while feed.head - self._position <= self._options.backlog:
                batch = await self._next(stream, gone)
                if not batch:
                    return
                for begin in range(0, len(batch), _AT_ONCE):
                    part = batch[begin : begin + _AT_ONCE]
                    if bodies := [self._body(record) for record in part if self._wanted(record)]:
                        await line.send(bodies)
                    await self._note(part[-1].seq)
        finally:
            stream.close()
            gone.cancel()
            await asyncio.wait({gone})

    async def _next(self, stream: RecordStream, gone: "asyncio.Task[None]") -> list[FollowedRecord]:
        """The next records; none when the hub stops. Raises `DeliveryFailed` when the server goes meanwhile."""
        coming = asyncio.create_task(_take(stream))
        try:
            await asyncio.wait({coming, gone}, return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                return coming.result()
        finally:
            coming.cancel()
            await asyncio.wait({coming})
        raise DeliveryFailed(f"The log server {self._options.host} closed the connection.")

    async def _skip(self, line: Line, feed: SiteFeed) -> None:
        """Leave out what has waited for too long, and say so."""
        first, last = self._position + 1, feed.head - self._options.backlog
        if last < first:
            return
        _log.warning("syslog: records %d to %d were not sent: too many waited", first, last)
        now = self._context.clock.now()
        told = FollowedRecord(
            seq=last,
            at=now,
            seen_at=now,
            actor="hub",
            cause=None,
            type="records.skipped",
            camera=None,
            body={"first": first, "last": last, "why": "too many waited; they are in the hub's journal"},
            hash="",
        )
        await line.send([self._body(told)])
        await self._note(last)

    async def _note(self, position: int) -> None:
        self._position = position
        await asyncio.to_thread(_save, self._file, position)

    def _wanted(self, record: FollowedRecord) -> bool:
        return self._options.what == "everything" or audited(record)

    def _body(self, record: FollowedRecord) -> bytes:
        grave, longest = severity(record), LONGEST[self._options.transport]
        if self._options.format == "cef":
            return cef.message(record, self._sender, grave, longest, version=self._version)
        return rfc5424.message(record, self._sender, grave, longest)


async def _take(stream: RecordStream) -> list[FollowedRecord]:
    async for batch in stream:
        return batch
    return []


def _load(file: Path) -> int | None:
    """The record that was sent last; None where none is noted."""
    try:
        with file.open("rb") as opened:
            position = json.loads(opened.read(_LARGEST_FILE))["seq"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return position if isinstance(position, int) and position >= 0 else None


def _save(file: Path, position: int) -> None:
    """Raises `DeliveryFailed`: without a note nobody knows after a restart what was sent."""
    fresh = file.with_name(f".{file.name}.new")
    try:
        fresh.write_text(json.dumps({"seq": position}), encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        raise DeliveryFailed(f"What was sent cannot be noted in {file}: {error.strerror or error}.") from error


def _version() -> str:
    try:
        return version("watchroom")
    except PackageNotFoundError:
        return "0"
