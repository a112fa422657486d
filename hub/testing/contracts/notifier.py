"""What every notifier must do."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from hub.core.text import Text
from hub.errors import DeliveryFailed
from hub.plugin_host import Kind, PluginHost
from hub.ports import Message, Notifier, PluginContext
from hub.testing.contracts.plugin import PluginContract
from hub.testing.samples import make_jpeg, make_message

_HUB_PATIENCE_S = 30.0
"""After so long the hub cancels a `send`."""

_ODD_TEXTS = (
    Text(en="two\nlines\r\nand a tab\t", zh="两行\n文字"),
    Text(en="<b>&amp;</b> \"quotes\" 'and' {braces} %s \\n", zh="＜尖括号＞"),
    Text(en="😀 \u202eright to left\u202c \u0000\u001b[31m", zh="😀"),
    Text(en="x" * 100_000, zh="长" * 100_000),
)


class NotifierContract(PluginContract):
    """Subclass it as `TestMyNotifier`, set `module`, `name` and `secrets`, and give the fixtures.

    For a notifier that speaks to something over a network take `RemoteNotifierContract`.
    """

    kind: ClassVar[Kind] = "notifier"

    @pytest.fixture
    def target(self) -> Mapping[str, Any]:
        """One target as it would stand in a route of hub.toml, without `via`."""
        raise NotImplementedError

    @pytest.fixture
    def received(self) -> Callable[[], str]:
        """A function that gives all the text that has arrived at the far side."""
        raise NotImplementedError

    def build(self, host: PluginHost, options: Mapping[str, Any], context: PluginContext) -> Notifier:
        return host.build_notifier(self.name, self.offer(host).options.model_validate(options), context)

    def aim(self, host: PluginHost, target: Mapping[str, Any]) -> Any:
        model = self.offer(host).target
        assert model is not None
        return model.model_validate(target)

    def test_an_unknown_key_of_a_target_is_a_mistake(self, host: PluginHost, target: Mapping[str, Any]) -> None:
        with pytest.raises(ValidationError, match="no_such_key"):
            self.aim(host, {**target, "no_such_key": 1})

    def test_targets_show_no_secret(self, host: PluginHost, target: Mapping[str, Any]) -> None:
        self.assert_no_secret(repr(self.aim(host, target)), self.aim(host, target).model_dump_json())

    async def test_a_message_arrives_and_the_answer_is_short(
        self,
        host: PluginHost,
        options: Mapping[str, Any],
        target: Mapping[str, Any],
        context: PluginContext,
        received: Callable[[], str],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        message = make_message()
        notifier = self.build(host, options, context)
        answer = await notifier.send(message, self.aim(host, target))
        assert message.title.en in received()
        assert message.body.en in received()
        assert 0 < len(answer) <= 500
        assert "\n" not in answer
        self.assert_no_secret(answer, caplog.text, repr(notifier))

    async def test_the_language_of_the_message_is_used(
        self,
        host: PluginHost,
        options: Mapping[str, Any],
        target: Mapping[str, Any],
        context: PluginContext,
        received: Callable[[], str],
    ) -> None:
        message = make_message(language="zh_CN")
        await self.build(host, options, context).send(message, self.aim(host, target))
        assert message.title.zh in received()
        assert message.body.zh in received()

    async def test_a_text_in_english_only_is_sent_in_english(
        self,
        host: PluginHost,
        options: Mapping[str, Any],
        target: Mapping[str, Any],
        context: PluginContext,
        received: Callable[[], str],
    ) -> None:
        message = make_message(language="zh_CN", title=Text(en="Only English"))
        await self.build(host, options, context).send(message, self.aim(host, target))
        assert "Only English" in received()

    async def test_a_bare_message_is_sent(
        self,
        host: PluginHost,
        options: Mapping[str, Any],
        target: Mapping[str, Any],
        context: PluginContext,
        received: Callable[[], str],
    ) -> None:
        message = Message(id="bare:1:0", language="en", title=Text(en="Bare title"), body=Text(en=""))
        await self.build(host, options, context).send(message, self.aim(host, target))
        assert "Bare title" in received()

    async def test_pictures_and_documents_or_their_absence_keep_no_message_back(
        self,
        host: PluginHost,
        options: Mapping[str, Any],
        target: Mapping[str, Any],
        context: PluginContext,
        received: Callable[[], str],
        tmp_path: Path,
    ) -> None:
        before = make_jpeg(tmp_path / "before.jpg")
        report = tmp_path / "report.html"
        report.write_text("<p>report</p>", encoding="utf-8")
        message = make_message(pictures=(before, tmp_path / "gone.jpg"), files=(report, tmp_path / "gone.pdf"))
        await self.build(host, options, context).send(message, self.aim(host, target))
        assert message.title.en in received()

    @pytest.mark.parametrize("odd", _ODD_TEXTS, ids=["lines", "markup", "control", "long"])
    async def test_odd_texts_do_not_break_it(
        self,
        host: PluginHost,
        options: Mapping[str, Any],
        target: Mapping[str, Any],
        context: PluginContext,
        received: Callable[[], str],
        odd: Text,
    ) -> None:
        before = received()
        message = make_message(id="规则 <odd>:1:0", title=odd, body=odd, site=odd)
        await self.build(host, options, context).send(message, self.aim(host, target))
        assert received() != before

    async def test_many_at_once_all_arrive(
        self,
        host: PluginHost,
        options: Mapping[str, Any],
        target: Mapping[str, Any],
        context: PluginContext,
        received: Callable[[], str],
    ) -> None:
        notifier, aim = self.build(host, options, context), self.aim(host, target)
        messages = [make_message(id=f"many:{n}:0", title=Text(en=f"Number {n} of ten")) for n in range(10)]
        await asyncio.gather(*(notifier.send(message, aim) for message in messages))
        assert all(message.title.en in received() for message in messages)


class RemoteNotifierContract(NotifierContract):
    """What a notifier must do, too, whose far side can be gone or hang."""

    @pytest.fixture
    def unreachable(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Options and target where nobody answers: a port on which nothing listens."""
        raise NotImplementedError

    @pytest.fixture
    def silent(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Options and target where the connection is accepted and then nothing is said.

        A listening socket from which nobody accepts does it: `socket.create_server(("127.0.0.1", 0))`.
        """
        raise NotImplementedError

    async def test_nobody_there_means_try_again(
        self,
        host: PluginHost,
        context: PluginContext,
        unreachable: tuple[Mapping[str, Any], Mapping[str, Any]],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        options, target = unreachable
        notifier = self.build(host, options, context)
        with pytest.raises(DeliveryFailed) as caught:
            await asyncio.wait_for(notifier.send(make_message(), self.aim(host, target)), _HUB_PATIENCE_S)
        assert caught.value.retry
        self.assert_no_secret(caught.value, repr(caught.value), caplog.text)

    async def test_a_cancelled_message_lets_go_at_once(
        self,
        host: PluginHost,
        context: PluginContext,
        silent: tuple[Mapping[str, Any], Mapping[str, Any]],
    ) -> None:
        options, target = silent
        notifier, tasks = self.build(host, options, context), asyncio.all_tasks()
        sending = asyncio.create_task(notifier.send(make_message(), self.aim(host, target)))
        done, _ = await asyncio.wait([sending], timeout=0.5)
        assert not done, "the silent far side was not silent"
        sending.cancel()
        await asyncio.wait([sending], timeout=2.0)
        assert sending.cancelled()
        assert asyncio.all_tasks() == tasks
