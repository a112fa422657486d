"""Fixtures for the tests of plugins.

Put `pytest_plugins = ["hub.testing.pytest_plugin"]` into the `conftest.py` at the root of your tests.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

# Before the contracts are imported, so that their assertions tell what was compared.
pytest.register_assert_rewrite("hub.testing.contracts")

from hub.plugin_host import PluginHost, build_context, manifest_of  # noqa: E402
from hub.ports import Message, PluginContext  # noqa: E402
from hub.testing.clock import FakeClock  # noqa: E402
from hub.testing.samples import make_message  # noqa: E402


@pytest.fixture
def hub_clock() -> FakeClock:
    """A clock that stands still until the test moves it."""
    return FakeClock()


@pytest.fixture
def hub_context(tmp_path: Path, hub_clock: FakeClock) -> PluginContext:
    """What a hub would hand to a plugin called `under-test`, below `tmp_path / "site"`."""
    site = tmp_path / "site"
    return build_context("under-test", site=site, data=site / "data", clock=hub_clock, language="en")


@pytest.fixture
def hub_message() -> Callable[..., Message]:
    """Makes complete messages: `hub_message(language="zh_CN", camera=None)`."""

    def make(**changes: Any) -> Message:
        return make_message(**changes)

    return make


@pytest.fixture
def hub_host() -> Iterator[Callable[..., PluginHost]]:
    """Makes a host that knows the plugins that the test names and no other: `hub_host("hub_acme")`.

    Fails the test, with the reason, when one of them does not load.
    """
    hosts: list[PluginHost] = []

    def make(*modules: str) -> PluginHost:
        host = PluginHost()
        hosts.append(host)
        host.load([manifest_of(module) for module in modules])
        failed = {plugin: loaded.reason for plugin, loaded in host.plugins.items() if loaded.state != "ready"}
        if failed:
            pytest.fail("; ".join(f"{plugin}: {reason}" for plugin, reason in failed.items()))
        return host

    yield make
    for host in hosts:
        host.stop()
