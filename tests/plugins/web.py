"""A real HTTP server on the test's own loop, with answers that a test may choose."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.plugins.conftest import Certificate


class Call(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class WebServer:
    """Keeps the calls that come and answers them with `answer`."""

    def __init__(self) -> None:
        self.port = 0
        self.calls: list[Call] = []
        self.answer: Callable[[Request], Response | Coroutine[Any, Any, Response]] = lambda request: Response("taken")

    async def take(self, request: Request) -> Response:
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        self.calls.append(Call(path, dict(request.headers), await request.body()))
        answer = self.answer(request)
        return answer if isinstance(answer, Response) else await answer

    def texts(self) -> str:
        """The bodies of all calls, with Chinese as it is written."""
        return "\n".join(json.dumps(call.json(), ensure_ascii=False) for call in self.calls)


@asynccontextmanager
async def web_server(certificate: Certificate | None = None) -> AsyncIterator[WebServer]:
    """A running `WebServer`, with TLS when given a certificate."""
    taken = WebServer()
    app = Starlette(routes=[Route("/{path:path}", taken.take, methods=["POST", "GET"])])
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        log_config=None,
        log_level="warning",
        lifespan="off",
        timeout_graceful_shutdown=1,
        ssl_certfile=certificate.file if certificate else None,
        ssl_keyfile=certificate.key if certificate else None,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    # Not `serve`, which would take over the signals of the whole test run.
    await server.startup()
    try:
        taken.port = server.servers[0].sockets[0].getsockname()[1]
        yield taken
    finally:
        # As `shutdown` does, without its tenth of a second for each test.
        for listener in server.servers:
            listener.close()
        for connection in list(server.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0)
