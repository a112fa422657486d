"""Plugins written to a folder, each under a name of its own."""

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from hub.plugin_host import Loaded, PluginHost, discover
from hub.testing.pytest_plugin import hub_clock, hub_context

__all__ = ["hub_clock", "hub_context"]

GOOD = """
    from pydantic import BaseModel
    from hub.api import hookimpl

    class Options(BaseModel):
        pass

    class Say:
        def __init__(self, options, context):
            self.context = context

        async def send(self, message, target):
            return "said"

    @hookimpl
    def hub_register_notifiers(register):
        register(NAME, Say, options=Options, target=Options)
"""


class PluginFolder:
    """The folder that hub.toml would name as `[plugins] path`."""

    _numbers = itertools.count()

    def __init__(self, path: Path) -> None:
        self.path = path
        self._prefix = f"hub_t{next(self._numbers)}_"

    def module(self, name: str) -> str:
        return self._prefix + name

    def toml(self, name: str, **changes: str) -> str:
        values = {
            "id": f'"{name}"',
            "title": '{ en = "A test", zh = "测试" }',
            "version": '"1.2"',
            "api": "1",
            "kinds": '["notifier"]',
            "owner": '"Test team"',
        } | changes
        return "\n".join(f"{key} = {value}" for key, value in values.items() if value)

    def add(self, name: str, source: str = GOOD, *, toml: str | None = None, **files: str) -> Path:
        """Write the package of a plugin; `NAME` in the source is its name, `MODULE` its package."""
        root = self.path / self.module(name)
        root.mkdir()
        (root / "plugin.toml").write_text(self.toml(name) if toml is None else toml, encoding="utf-8")
        for file, text in {"__init__": source, **files}.items():
            code = dedent(text).replace("NAME", repr(name)).replace("MODULE", root.name)
            (root / f"{file}.py").write_text(code, encoding="utf-8")
        return root

    def add_file(self, name: str, source: str = GOOD, *, block: str | None = None) -> Path:
        """Write a plugin that is one file."""
        lines = (self.toml(name) if block is None else block).splitlines()
        head = "\n".join(["# /// watchroom", *(f"# {line}" for line in lines), "# ///"])
        file = self.path / f"{self.module(name)}.py"
        file.write_text(f"{head}\n{dedent(source).replace('NAME', repr(name))}", encoding="utf-8")
        return file

    def load(self, *disabled: str) -> PluginHost:
        """A host with the plugins of this folder and no others."""
        host = PluginHost()
        host.load([found for found in discover(self.path, disabled) if found.dropped_in])
        return host

    def load_one(self, name: str, source: str = GOOD, **more: str) -> Loaded:
        """How one plugin fares beside a good one, which must not notice."""
        self.add(name, source, **more)
        self.add("bystander")
        host = self.load()
        assert host.plugins["bystander"].state == "ready"
        assert "bystander" in host.notifiers
        return host.plugins[name]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[PluginFolder]:
    path = tmp_path / "plugins"
    path.mkdir()
    modules = set(sys.modules)
    yield PluginFolder(path)
    for name in set(sys.modules) - modules:
        if name.startswith("hub_t"):
            del sys.modules[name]
