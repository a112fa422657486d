"""What `hub_webhook` posts, and what it makes of every answer."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hub_webhook.notifier import Webhook
from hub_webhook.options import WebhookOptions, WebhookTarget
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from hub.api import DeliveryFailed, PluginContext
from hub.testing.samples import make_message
from tests.plugins.conftest import Certificate
from tests.plugins.web import WebServer, web_server


def _target(port: int, path: str = "hook", **more: str) -> WebhookTarget:
    return WebhookTarget.model_validate({"url": f"http://127.0.0.1:{port}/{path}", **more})


async def _send(context: PluginContext, target: WebhookTarget, *, patience_s: float = 20.0, **changes: Any) -> str:
    return await Webhook(WebhookOptions(), context, patience_s=patience_s).send(make_message(**changes), target)


async def _failure(context: PluginContext, target: WebhookTarget, *, patience_s: float = 20.0) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        await _send(context, target, patience_s=patience_s)
    return caught.value


async def test_the_body_is_as_documented(server: WebServer, hub_context: PluginContext, tmp_path: Path) -> None:
    answer = await _send(
        hub_context, _target(server.port, "hook?room=1"), language="zh_CN", pictures=(tmp_path / "a.jpg",)
    )
    assert answer == "200 taken"
    (call,) = server.calls
    assert call.path == "/hook?room=1"
    assert call.headers["content-type"] == "application/json; charset=utf-8"
    assert call.headers["idempotency-key"] == "view-obstructed:4711:2"
    assert "watchroom-signature" not in call.headers
    assert call.json() == {
        "version": 1,
        "id": "view-obstructed:4711:2",
        "sent_at": "2026-01-05T08:00:00Z",
        "language": "zh_CN",
        "priority": "high",
        "title": {"en": "Camera obstructed", "zh": "摄像机被遮挡"},
        "body": {"en": "North gate: most of the view is covered.", "zh": "北门：画面大部分被遮挡。"},
        "site": {"en": "Demo plant", "zh": "示范工厂"},
        "camera": "gate-1",
        "clause": "3.6b",
        "event": "view.obstructed",
        "pictures": 1,
    }


async def test_data_for_machines_is_posted_as_it_is_and_signed(server: WebServer, hub_context: PluginContext) -> None:
    data = {"camera": "gate-1", "state": "遮挡"}
    await _send(hub_context, _target(server.port, secret="key"), payload=data, topic="ignored", retain=True)
    (call,) = server.calls
    assert call.json() == data
    assert call.headers["idempotency-key"] == "view-obstructed:4711:2"
    assert call.headers["watchroom-signature"] == f"sha256={hmac.new(b'key', call.body, hashlib.sha256).hexdigest()}"


async def test_the_signature_can_be_checked_by_the_far_side(server: WebServer, hub_context: PluginContext) -> None:
    (hub_context.site / "key").write_text("中文 key\n", encoding="utf-8")
    await _send(hub_context, _target(server.port, secret="file:key"), id="规则:1:0")
    (call,) = server.calls
    expected = hmac.new("中文 key".encode(), call.body, hashlib.sha256).hexdigest()
    assert call.headers["watchroom-signature"] == f"sha256={expected}"
    assert call.headers["idempotency-key"] == "%E8%A7%84%E5%88%99:1:0"
    assert call.json()["id"] == "规则:1:0"


@pytest.mark.parametrize(
    ("status", "retry"),
    [(400, False), (401, False), (404, False), (410, False), (408, True), (425, True), (429, True), (503, True)],
)
async def test_the_status_decides_about_another_try(
    server: WebServer, hub_context: PluginContext, status: int, retry: bool
) -> None:
    server.answer = lambda request: Response("no\nthanks", status)
    failure = await _failure(hub_context, _target(server.port))
    assert failure.message == f"The webhook at 127.0.0.1 answered {status} no thanks."
    assert failure.retry is retry
    assert len(server.calls) == 1


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_every_answer_of_success_counts(server: WebServer, hub_context: PluginContext, status: int) -> None:
    server.answer = lambda request: Response(None, status)
    assert await _send(hub_context, _target(server.port)) == str(status)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(server: WebServer, hub_context: PluginContext, status: int) -> None:
    async with web_server() as elsewhere:
        server.answer = lambda request: RedirectResponse(f"http://localhost:{elsewhere.port}/x", status)
        failure = await _failure(hub_context, _target(server.port, secret="word"))
        assert elsewhere.calls == []
    assert not failure.retry
    assert "final address" in failure.hint


async def test_an_answer_that_never_ends_is_cut(server: WebServer, hub_context: PluginContext) -> None:
    sent = 0

    async def flood(request: Request) -> AsyncIterator[bytes]:
        nonlocal sent
        while not await request.is_disconnected():
            sent += 65536
            yield b"x" * 65536

    server.answer = lambda request: StreamingResponse(flood(request))
    answer = await _send(hub_context, _target(server.port))
    assert answer == f"200 {'x' * 120}"
    assert sent < 20_000_000


async def test_an_answer_that_drips_is_left_in_time(server: WebServer, hub_context: PluginContext) -> None:
    async def drip(request: Request) -> AsyncIterator[bytes]:
        while not await request.is_disconnected():
            yield b"."
            await asyncio.sleep(0.05)

    server.answer = lambda request: StreamingResponse(drip(request))
    started = time.monotonic()
    failure = await _failure(hub_context, _target(server.port), patience_s=0.5)
    assert failure.retry
    assert time.monotonic() - started < 5


async def test_a_server_that_says_nothing_is_left_in_time(hub_context: PluginContext, silent_port: int) -> None:
    started = time.monotonic()
    failure = await _failure(hub_context, _target(silent_port), patience_s=0.5)
    assert failure.message == "The webhook at 127.0.0.1 did not answer in time."
    assert failure.retry
    assert time.monotonic() - started < 5


async def test_an_answer_that_is_not_http_is_tried_again(hub_context: PluginContext) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00\xff SSH-2.0-OpenSSH\r\n")
        await writer.drain()
        writer.close()

    listener = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with listener:
        failure = await _failure(hub_context, _target(listener.sockets[0].getsockname()[1]))
    assert failure.retry
    assert "cannot be reached" in failure.message


async def test_an_address_that_the_far_side_repeats_stays_hidden(server: WebServer, hub_context: PluginContext) -> None:
    def echo(request: Request) -> Response:
        return Response(f"no route for {request.url}", 404)

    server.answer = echo
    failure = await _failure(hub_context, _target(server.port, "hooks/0a1b2c3d4e?who=5f6a7b8c9d"))
    assert "0a1b2c3d4e" not in str(failure)
    assert "5f6a7b8c9d" not in str(failure)
    assert "no route for" in failure.message


async def test_tls_is_spoken_with_those_our_authority_vouches_for(
    tls_server: WebServer, hub_context: PluginContext, certificate: Certificate
) -> None:
    target = WebhookTarget.model_validate({"url": f"https://localhost:{tls_server.port}/hook"})
    stranger = await _failure(hub_context, target)
    assert "certificate of localhost is not trusted: self-signed certificate" in stranger.message
    assert not stranger.retry
    (hub_context.site / "ca.pem").write_bytes(certificate.file.read_bytes())
    trusting = Webhook(WebhookOptions(ca=Path("ca.pem")), hub_context)
    assert await trusting.send(make_message(), target) == "200 taken"
    assert len(tls_server.calls) == 1


async def test_a_certificate_file_that_is_not_there_is_named(server: WebServer, hub_context: PluginContext) -> None:
    with pytest.raises(DeliveryFailed, match=r"gone.pem cannot be read: No such file") as caught:
        await Webhook(WebhookOptions(ca=Path("gone.pem")), hub_context).send(make_message(), _target(server.port))
    assert not caught.value.retry


async def test_the_environment_does_not_divert_messages(
    server: WebServer, hub_context: PluginContext, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port}")
    assert await _send(hub_context, _target(server.port)) == "200 taken"


async def test_secrets_that_cannot_be_read_or_used_are_named_by_their_place(
    hub_context: PluginContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = await _failure(hub_context, WebhookTarget.model_validate({"url": "env:NOT_SET_ANYWHERE"}))
    assert "NOT_SET_ANYWHERE is not set" in missing.message
    assert not missing.retry
    monkeypatch.setenv("WRONG_HOOK", "ftp://user:word-7716@host/x")
    wrong = await _failure(hub_context, WebhookTarget.model_validate({"url": "env:WRONG_HOOK"}))
    assert wrong.message == "The webhook's address (env:WRONG_HOOK) is not one of http:// or https://."
    assert not wrong.retry


@pytest.mark.parametrize("url", ["", "host/x", "ftp://host/x", "http://", "http://host:0/x", "http://[::1/x"])
def test_what_is_no_web_address_is_a_mistake(url: str) -> None:
    with pytest.raises(ValidationError):
        WebhookTarget.model_validate({"url": url})
