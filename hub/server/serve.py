"""Serves the API inside the hub's event loop, on a unix socket and, where asked for, on a TCP port of the loopback."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import structlog
import uvicorn

from hub.errors import SiteError
from hub.server.accounts.sign_in import SignInDesk
from hub.server.app import build_app
from hub.server.backend import Backend
from hub.server.reports.desk import ReportDesk
from hub.server.run_folder import RunFolder, listen_tcp
from hub.server.services import Services

_CONNECTIONS_AT_ONCE = 256
_START_S = 10.0
_STOP_S = 1.5

_log = structlog.get_logger("hub.server")


class ApiServer:
    """The API of one hub: `start` once, then `stop`, on the hub's event loop."""

    def __init__(
        self,
        backend: Backend,
        data: Path,
        *,
        tcp: str | None = None,
        address: str = "",
        desk: SignInDesk | None = None,
    ) -> None:
        """`data`: the site's data folder. `tcp`: `127.0.0.1:8080`, or None for the unix socket alone. `address`: where
        people reach the hub with a browser. `desk`: the usual one where None."""
        self._data = data
        self._tcp = tcp
        self._desk = desk or SignInDesk(data, backend)
        self._services = Services(backend, self._desk, data, address=address)
        self._run: RunFolder | None = None
        self._server: _Uvicorn | None = None
        self._serving: asyncio.Task[None] | None = None
        self._viewings: asyncio.Task[None] | None = None
        self.urls: list[str] = []
        """Where the API listens besides the socket."""

    @property
    def reports(self) -> ReportDesk:
        """Where reports are made that are to be sent."""
        return self._services.reports

    async def start(self) -> None:
        """Begin to answer. Raises `SiteError`: another hub runs here, the port is in use, a file cannot be used."""
        sockets: list[socket.socket] = []
        try:
            self._run = RunFolder(self._data)
            sockets.append(self._run.listen())
            if self._tcp is not None:
                sockets.append(listen_tcp(self._tcp))
                host, port = sockets[-1].getsockname()[:2]
                self.urls = [f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"]
            await self._desk.open()
            self._run.write_token(self._desk.local_token)
            await self._serve(sockets)
            self._viewings = asyncio.create_task(self._services.viewing_book.keep(), name="viewings")
        except BaseException:
            for listener in sockets:
                listener.close()
            await self.stop()
            raise

    async def stop(self) -> None:
        """End streams, let running requests finish for a moment, and remove what `start` made. Takes 2 s at most;
        does nothing the second time."""
        if self._services.stopping.is_set():
            return
        self._services.stopping.set()
        if self._viewings is not None:
            self._viewings.cancel()
            await self._services.viewing_book.stop()
        if self._server is not None and self._serving is not None:
            self._server.leave()
            await asyncio.wait({self._serving}, timeout=_STOP_S)
            self._server.abort_connections()
            self._serving.cancel()
            await asyncio.wait({self._serving}, timeout=0.2)
        await self._desk.close()
        if self._run is not None:
            self._run.clear()

    async def _serve(self, sockets: list[socket.socket]) -> None:
        config = uvicorn.Config(
            build_app(self._services),
            http="h11",
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=_CONNECTIONS_AT_ONCE,
            timeout_graceful_shutdown=1,
        )
        self._server = _Uvicorn(config)
        self._serving = asyncio.create_task(self._server.serve(sockets), name="api")
        async with asyncio.timeout(_START_S):
            while not self._server.started:
                if self._serving.done():
                    raise SiteError(f"The API could not start: {self._serving.exception()}.")
                await asyncio.sleep(0.01)
        self._serving.add_done_callback(self._ended)

    def _ended(self, serving: asyncio.Task[None]) -> None:
        if not self._services.stopping.is_set():
            error = None if serving.cancelled() else serving.exception()
            _log.error("api_ended", error=repr(error))


class _Uvicorn(uvicorn.Server):
    """uvicorn as a guest: the hub keeps its own signal handlers, and is not woken ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._leaving = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), 1.0)

    def leave(self) -> None:
        """Begin to stop."""
        self.should_exit = True
        self._leaving.set()

    def abort_connections(self) -> None:
        """Cut the connections of clients that do not take their answers."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()
