"""`hub_mqtt` keeps the contract of notifiers against a real broker."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from hub.api import Message
from hub.testing.contracts import RemoteNotifierContract
from tests.servers.broker import Broker, Ear

_WORD = "word-7716-abcdef"


class TestMqtt(RemoteNotifierContract):
    module = "hub_mqtt"
    name = "mqtt"
    secrets = (_WORD,)

    @pytest.fixture
    def options(self, signed: Broker) -> Mapping[str, Any]:
        return _options(signed.port)

    @pytest.fixture
    def signed(self, tmp_path: Path) -> Any:
        with Broker(tmp_path, users={"watch": _WORD}) as running:
            yield running

    @pytest.fixture
    def target(self) -> Mapping[str, Any]:
        return {"topic": "plant/messages"}

    @pytest.fixture
    async def ear(self, signed: Broker) -> AsyncIterator[Ear]:
        async with signed.listening(user="watch", password=_WORD) as ear:
            yield ear

    @pytest.fixture
    def received(self, ear: Ear) -> Callable[[], str]:
        return lambda: "\n".join(json.dumps(json.loads(each.payload), ensure_ascii=False) for each in ear.heard)

    @pytest.fixture
    def unreachable(self, closed_port: int) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        return _options(closed_port), {"topic": "x"}

    @pytest.fixture
    def silent(self, silent_port: int) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        return _options(silent_port), {"topic": "x"}

    @pytest.fixture(autouse=True)
    def what_is_published_arrives_a_moment_later(self, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
        """The broker acknowledges a message before it has handed it on."""
        from hub_mqtt.notifier import Mqtt

        send = Mqtt.send

        async def send_and_wait(self: Any, message: Message, target: Any) -> str:
            known = len(ear.heard)
            answer = await send(self, message, target)
            async with asyncio.timeout(5):
                while not any(each.properties["id"] == message.id for each in ear.heard[known:]):
                    await asyncio.sleep(0.005)
            return answer

        monkeypatch.setattr(Mqtt, "send", send_and_wait)


def _options(port: int) -> Mapping[str, Any]:
    return {"host": "127.0.0.1", "port": port, "security": "none", "user": "watch", "password": _WORD}
