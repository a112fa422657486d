"""What holds for a plugin of any kind."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, ValidationError

from hub.plugin_host import Kind, PluginHost, Registered, build_context, manifest_of
from hub.ports import PluginContext
from hub.testing.clock import FakeClock


class PluginContract:
    """The part that the contracts share: the plugin loads as in a hub, and describes its options.

    A subclass sets `module` and `name`, and `secrets`: every secret that its `options` and targets hold, none of which
    may show anywhere. The log is looked at as a whole, so a server that the test runs must not log what it gets.
    """

    module: ClassVar[str]
    """The plugin's package: `hub_mail`."""
    name: ClassVar[str]
    """What hub.toml calls it: `mail`."""
    kind: ClassVar[Kind]
    secrets: ClassVar[tuple[str, ...]] = ()

    @pytest.fixture
    def options(self) -> Mapping[str, Any]:
        """The options as they would stand in hub.toml."""
        return {}

    @pytest.fixture
    def host(self) -> Iterator[PluginHost]:
        """A host that knows this plugin and no other."""
        host = PluginHost()
        manifest = manifest_of(self.module)
        host.load([manifest])
        assert host.plugins[manifest.id].state == "ready", host.plugins[manifest.id].reason
        yield host
        host.stop()

    @pytest.fixture
    def clock(self) -> FakeClock:
        return FakeClock()

    @pytest.fixture
    def context(self, tmp_path: Path, clock: FakeClock) -> PluginContext:
        site = tmp_path / "site"
        return build_context(self.name, site=site, data=site / "data", clock=clock, language="en")

    def offer(self, host: PluginHost) -> Registered:
        offers = {"camera": host.cameras, "notifier": host.notifiers, "store": host.stores, "service": host.services}
        offers["storage"] = host.storages
        return offers[self.kind][self.name]

    def models(self, host: PluginHost) -> list[type[BaseModel]]:
        """What hub.toml may say, with the options first."""
        offer = self.offer(host)
        return [offer.options, *filter(None, [offer.target])]

    def assert_no_secret(self, *texts: object) -> None:
        for text in texts:
            for secret in self.secrets:
                assert secret not in str(text), f"a secret shows in {str(text)!r}"

    def test_every_option_is_described(self, host: PluginHost) -> None:
        for model in self.models(host):
            for key, field in model.model_fields.items():
                assert field.description, f"{model.__name__}.{key} has no description"

    def test_an_unknown_option_is_a_mistake(self, host: PluginHost, options: Mapping[str, Any]) -> None:
        with pytest.raises(ValidationError, match="no_such_option"):
            self.models(host)[0].model_validate({**options, "no_such_option": 1})

    def test_options_show_no_secret(self, host: PluginHost, options: Mapping[str, Any]) -> None:
        model = self.models(host)[0]
        self.assert_no_secret(repr(model.model_validate(options)), model.model_validate(options).model_dump_json())
        self._assert_mistakes_show_no_secret(model, options)

    def _assert_mistakes_show_no_secret(self, model: type[BaseModel], options: Mapping[str, Any]) -> None:
        for key in options:
            with pytest.raises(ValidationError) as caught:
                model.model_validate({**options, key: {"wrong": list(self.secrets)}, "no_such_option": 1})
            messages = [error["msg"] for error in caught.value.errors()]
            self.assert_no_secret(*messages)
