"""`/metrics`: what Prometheus asks for. It stands outside the API, where Prometheus looks for it."""

import asyncio
from pathlib import Path
from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from hub.errors import NotSignedIn
from hub.server.metrics.page import CONTENT_TYPE, MetricsPage
from hub.server.metrics.token import opens


async def metrics(request: Request) -> Response:
    """The metrics. Raises `NotSignedIn` over TCP without the token that was made for them."""
    if request.client is not None and not await asyncio.to_thread(opens, _data(request), _bearer(request)):
        raise NotSignedIn(
            "The metrics are for whoever has their token.",
            hint="Make one with `hub metrics token`, and let Prometheus send it as `Authorization: Bearer …`.",
        )
    page = cast(MetricsPage, request.app.state.services.metrics)
    return Response(await page.read(), headers={"content-type": CONTENT_TYPE})


def _data(request: Request) -> Path:
    return cast(Path, request.app.state.services.data)


def _bearer(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
