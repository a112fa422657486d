"""`hub_example` keeps the contract of notifiers."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from hub.api import PluginContext
from hub.testing.contracts import NotifierContract


class TestExample(NotifierContract):
    module = "hub_example"
    name = "example"

    @pytest.fixture
    def target(self) -> Mapping[str, Any]:
        return {"file": "duty.log"}

    @pytest.fixture
    def received(self, context: PluginContext) -> Callable[[], str]:
        file = context.data / "duty.log"
        return lambda: file.read_text(encoding="utf-8") if file.exists() else ""
