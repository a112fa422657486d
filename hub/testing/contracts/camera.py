"""What every camera driver must do."""

import asyncio
import logging
import threading
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
import pytest

from hub.errors import DeviceError
from hub.plugin_host import Kind, PluginHost
from hub.ports import CameraDriver, PluginContext, StreamSpec
from hub.testing.contracts.plugin import PluginContract

_LONGEST_QUESTION_S = 10.0
"""What the hub waits for `stream()`."""


class CameraDriverContract(PluginContract):
    """Subclass it as `TestMyDriver`, set `module`, `name`, `secrets`, and give the fixtures `options` and `broken`."""

    kind: ClassVar[Kind] = "camera"

    @pytest.fixture
    def broken(self) -> Sequence[tuple[Mapping[str, Any], type[DeviceError]]]:
        """Options with which `stream()` must fail, each with the error: a secret that is not there, a dead host …"""
        raise NotImplementedError

    def build(self, host: PluginHost, options: Mapping[str, Any], context: PluginContext) -> CameraDriver:
        return host.build_camera(self.name, self.offer(host).options.model_validate(options), context)

    async def test_it_says_where_the_stream_is(
        self, host: PluginHost, options: Mapping[str, Any], context: PluginContext
    ) -> None:
        driver = self.build(host, options, context)
        spec = await asyncio.wait_for(driver.stream(), _LONGEST_QUESTION_S)
        assert isinstance(spec, StreamSpec)
        assert "://" in spec.url or spec.url.startswith("/")
        assert msgspec.convert(spec.options, dict[str, str]) == spec.options

    async def test_asked_again_it_answers_the_same(
        self, host: PluginHost, options: Mapping[str, Any], context: PluginContext
    ) -> None:
        driver = self.build(host, options, context)
        assert await driver.stream() == await driver.stream()

    async def test_it_leaves_no_thread_and_no_task(
        self, host: PluginHost, options: Mapping[str, Any], context: PluginContext
    ) -> None:
        threads, tasks = set(threading.enumerate()), asyncio.all_tasks()
        await self.build(host, options, context).stream()
        left = [thread for thread in set(threading.enumerate()) - threads if not thread.name.startswith("asyncio_")]
        assert left == []
        assert asyncio.all_tasks() == tasks

    async def test_failures_are_device_errors_in_time_and_say_what_to_do(
        self,
        host: PluginHost,
        context: PluginContext,
        broken: Sequence[tuple[Mapping[str, Any], type[DeviceError]]],
    ) -> None:
        assert broken, "give at least one way to fail"
        for options, expected in broken:
            driver = self.build(host, options, context)
            with pytest.raises(DeviceError) as caught:
                await asyncio.wait_for(driver.stream(), _LONGEST_QUESTION_S)
            assert type(caught.value) is expected
            assert len(caught.value.message) > len("it failed")
            self.assert_no_secret(caught.value, repr(caught.value), caught.value.hint)

    async def test_nothing_shows_a_secret(
        self,
        host: PluginHost,
        options: Mapping[str, Any],
        context: PluginContext,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        driver = self.build(host, options, context)
        spec = await driver.stream()
        self.assert_no_secret(repr(driver), str(driver), repr(spec), str(spec), caplog.text)
