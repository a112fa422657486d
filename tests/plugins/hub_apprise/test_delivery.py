"""What `hub_apprise` makes of messages, answers and wrong addresses."""

import logging
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hub_apprise.notifier import AppriseNotifier
from hub_apprise.options import AppriseOptions, AppriseTarget
from hub_apprise.scrub import scrub
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pydantic import ValidationError
from starlette.responses import Response

from hub.api import DeliveryFailed, Message, PluginContext, Text
from hub.testing.samples import make_jpeg, make_message
from tests.plugins.web import WebServer


def _target(port: int, rest: str = "hook") -> AppriseTarget:
    return AppriseTarget.model_validate({"url": f"json://127.0.0.1:{port}/{rest}"})


async def _send(context: PluginContext, target: AppriseTarget, message: Message | None = None) -> str:
    return await AppriseNotifier(AppriseOptions(), context, patience_s=5.0).send(message or make_message(), target)


async def _failure(context: PluginContext, target: AppriseTarget) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        await _send(context, target)
    return caught.value


async def test_the_text_comes_in_the_language_of_the_message_with_its_facts(
    server: WebServer, hub_context: PluginContext, tmp_path: Path
) -> None:
    picture = make_jpeg(tmp_path / "before.jpg")
    report = tmp_path / "weekly.pdf"
    report.write_bytes(b"%PDF-")
    message = make_message(
        language="zh_CN", priority="critical", pictures=(picture, tmp_path / "gone.jpg"), files=(report,)
    )
    assert await _send(hub_context, _target(server.port), message) == "accepted by JSON"
    body = server.calls[0].json()
    assert body["title"] == "[紧急] 摄像机被遮挡"
    assert body["message"] == "北门：画面大部分被遮挡。\n示范工厂 · gate-1 · 条款 3.6b"
    assert body["type"] == "failure"
    assert [attachment["filename"] for attachment in body["attachments"]] == ["before.jpg", "weekly.pdf"]


async def test_a_message_without_facts_is_its_text(server: WebServer, hub_context: PluginContext) -> None:
    bare = Message(id="a:1:0", language="en", title=Text(en="Title"), body=Text(en="Body %s {x}"), priority="low")
    await _send(hub_context, _target(server.port), bare)
    await _send(hub_context, _target(server.port), replace(bare, body=Text(en=" ")))
    first, second = (call.json() for call in server.calls)
    assert (first["title"], first["message"], first["type"]) == ("[low] Title", "Body %s {x}", "info")
    assert second["message"] == "Title"


@pytest.mark.parametrize(("status", "retry"), [(400, False), (403, False), (404, False), (429, True), (500, True)])
async def test_the_answer_decides_about_another_try(
    server: WebServer, hub_context: PluginContext, status: int, retry: bool
) -> None:
    server.answer = lambda request: Response("no", status)
    failure = await _failure(hub_context, _target(server.port))
    assert failure.message.startswith("JSON did not take the message: Failed to send JSON POST notification")
    assert failure.retry is retry
    assert len(server.calls) == 1


@pytest.mark.parametrize("url", ["nosuch://key", "wecombot://", "json://", "mailto://", "x://y"])
async def test_an_address_of_no_service_is_final(hub_context: PluginContext, url: str) -> None:
    failure = await _failure(hub_context, AppriseTarget.model_validate({"url": url}))
    assert "names no service" in failure.message
    assert not failure.retry


async def test_one_target_is_one_service(server: WebServer, hub_context: PluginContext) -> None:
    both = f"json://127.0.0.1:{server.port}/a, json://127.0.0.1:{server.port}/b"
    failure = await _failure(hub_context, AppriseTarget.model_validate({"url": both}))
    assert "or more than one" in failure.message
    assert server.calls == []


async def test_a_key_that_cannot_be_read_is_named_by_its_place(hub_context: PluginContext) -> None:
    failure = await _failure(hub_context, AppriseTarget.model_validate({"url": "env:NOT_SET_ANYWHERE"}))
    assert "NOT_SET_ANYWHERE is not set" in failure.message
    assert not failure.retry


async def test_a_far_side_that_says_nothing_is_left_in_time(hub_context: PluginContext, silent_port: int) -> None:
    notifier = AppriseNotifier(AppriseOptions(), hub_context, patience_s=0.5)
    started = time.monotonic()
    with pytest.raises(DeliveryFailed) as caught:
        await notifier.send(make_message(), _target(silent_port, "hook?rto=2"))
    assert caught.value.retry
    assert time.monotonic() - started < 5


async def test_the_log_of_the_library_is_kept_off_at_every_level(
    hub_context: PluginContext, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record.name)

    root, keep = logging.getLogger(), Keep()
    monkeypatch.setattr(root, "level", logging.DEBUG)
    root.addHandler(keep)
    try:
        failure = await _failure(hub_context, _target(closed_port, "0a1b2c3d4e"))
    finally:
        root.removeHandler(keep)
    assert "0a1b2c3d4e" not in str(failure)
    assert not {name.partition(".")[0] for name in seen} & {"apprise", "urllib3", "requests"}


async def test_nothing_is_written_to_the_home_of_the_user(
    server: WebServer, hub_context: PluginContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    await _send(hub_context, _target(server.port))
    assert list(home.rglob("*")) == []


def test_the_library_is_imported_only_for_the_first_message() -> None:
    program = (
        "import sys\n"
        "from hub.plugin_host import PluginHost, manifest_of\n"
        "host = PluginHost()\n"
        "host.load([manifest_of('hub_apprise')])\n"
        "assert list(host.notifiers) == ['apprise'], host.plugins\n"
        "assert 'apprise' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


@given(st.text("abcdef0123456789-_", min_size=4, max_size=40), st.text(max_size=40))
def test_no_piece_of_an_address_is_left_in_a_text(key: str, around: str) -> None:
    for url in (f"wecombot://{key}", f"dingtalk://{key}@{key}", f"json://host/{key}?token={key}"):
        assert key not in scrub(f"{around} {key}", url)


@pytest.mark.parametrize("url", ["", "wecombot", "not an address"])
def test_what_is_no_address_is_a_mistake(url: str) -> None:
    with pytest.raises(ValidationError):
        AppriseTarget.model_validate({"url": url})
