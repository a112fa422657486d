"""What `hub plugins list` shows."""

from collections.abc import Iterable

import msgspec

from hub.core.text import Text
from hub.plugin_host.host import Loaded


class PluginRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list; `--json` gives the same fields."""

    id: str
    title: Text
    version: str
    state: str
    reason: str
    kinds: tuple[str, ...]
    commands: tuple[str, ...]
    owner: str
    docs: str
    source: str


def plugin_rows(plugins: Iterable[Loaded]) -> list[PluginRow]:
    """Rows for `host.plugins.values()` of a running hub, or for `map(unloaded, discover(…))` without one."""
    return [
        PluginRow(
            id=loaded.manifest.id,
            title=loaded.manifest.title,
            version=loaded.manifest.version,
            state=loaded.state.value,
            reason=loaded.reason,
            kinds=loaded.manifest.kinds,
            commands=tuple(loaded.manifest.commands),
            owner=loaded.manifest.owner,
            docs=loaded.manifest.docs,
            source=loaded.manifest.source,
        )
        for loaded in plugins
    ]
