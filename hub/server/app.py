"""The API as an application: routes, answers to errors, headers, and its description in OpenAPI."""

import asyncio
import traceback
from functools import cache
from typing import Any, cast

import msgspec
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.errors import HubError, SiteError
from hub.secret import redact
from hub.server.answers import Json, components, failure
from hub.server.docs_page import docs_page
from hub.server.problems import ErrorBody, Malformed, Problem
from hub.server.routes import (
    alarms,
    assets,
    attachments,
    attention,
    browser,
    commands,
    devices,
    discovery,
    duty,
    explanations,
    figures,
    log,
    metrics,
    patrol,
    people,
    permits,
    pictures,
    proof,
    recordings,
    references,
    release_packages,
    releases,
    reports,
    reviews,
    rounds,
    rules,
    search,
    settings,
    site,
    tickets,
    viewings,
)
from hub.server.services import Services

API_VERSION = "1"
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}

_log = structlog.get_logger("hub.server")


def build_app(services: Services) -> FastAPI:
    """The application, ready to be served."""
    app = _bare()
    app.router.routes.extend(_routes())
    app.state.services = services

    @cache
    def described() -> tuple[bytes, str]:
        document = openapi()
        return msgspec.json.encode(document), docs_page(document)

    # Describing takes a tenth of a second: not when the hub starts, and not where the others' answers wait for it.
    async def openapi_json(request: Request) -> Response:
        return Response((await asyncio.to_thread(described))[0], media_type="application/json")

    async def docs(request: Request) -> Response:
        return Response((await asyncio.to_thread(described))[1], media_type="text/html")

    app.add_route("/metrics", metrics.metrics, include_in_schema=False)
    app.add_route("/api/openapi.json", openapi_json, include_in_schema=False)
    app.add_route("/api/docs", docs, include_in_schema=False)
    app.add_exception_handler(HubError, _hub_error)
    app.add_exception_handler(OSError, _medium_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_middleware(_Shell)
    return app


def openapi() -> dict[str, Any]:
    """The OpenAPI description, as published in docs/schema/openapi.json."""
    document = get_openapi(
        title="Watchroom",
        version=API_VERSION,
        description="The automation hub of a camera control room. See docs/operate/api.md.",
        routes=_routes(),
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    document["components"]["schemas"] = {**schemas, **components()}
    return document


def _bare() -> FastAPI:
    # What FastAPI would export by itself holds error texts and what people asked for: never out of the building.
    silent = dict.fromkeys(("tracing", "metrics", "logs", "operation_spans", "auto_configure"), False)
    return FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        telemetry=cast(Any, silent),
    )


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Every address. What FastAPI finds out about them is the same for every hub, and takes a tenth of a second."""
    app = _bare()
    for module in (
        rounds,
        people,
        permits,
        site,
        devices,
        discovery,
        duty,
        alarms,
        assets,
        rules,
        references,
        reports,
        release_packages,
        releases,
        reviews,
        pictures,
        explanations,
        figures,
        proof,
        recordings,
        attachments,
        attention,
        log,
        patrol,
        search,
        settings,
        tickets,
        viewings,
        commands,
    ):
        app.include_router(module.routes(), prefix="/api")
    return (*app.router.routes, *browser.routes())


async def _hub_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HubError)
    answer = failure(error)
    if answer.status_code >= 500:
        _log.warning("request_failed", path=request.url.path, kind=type(error).__name__, error=redact(str(error)))
    return answer


async def _medium_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, OSError)
    reason = redact(error.strerror or type(error).__name__)
    return await _hub_error(request, SiteError(f"The hub's files cannot be read or written: {reason}."))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problems = [f"{'.'.join(str(part) for part in item['loc'][1:])}: {item['msg']}" for item in error.errors()]
    return failure(Malformed("; ".join(problems[:10]), hint="See /api/docs."))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "malformed")
    problem = Problem(kind, f"{request.method} here: {error.detail}.", "The addresses are listed at /api/docs.")
    return Json(ErrorBody(problem), status_code=error.status_code, headers=dict(error.headers or {}))


class _Shell:
    """Around everything: security headers on each answer, and a JSON answer to faults of our own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:  # whatever it is, the client gets an answer and the log the place, not the values
            where = [
                f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
            ]
            _log.error("request_broke", path=scope["path"], error=redact(repr(error)), where=where[-8:])
            if started:
                raise
            problem = Problem("internal", "The hub could not answer: a fault of its own.", "Its log says more.")
            await Json(ErrorBody(problem), status_code=500)(scope, receive, send_with_headers)
