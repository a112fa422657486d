from pathlib import Path

from hub_sqlite import hub_register_stores

from hub.plugin_host.manifest import parse_plugin_toml


def test_the_store_is_offered_under_the_name_in_its_manifest() -> None:
    offered: list[tuple[object, ...]] = []
    hub_register_stores(lambda name, factory, *, options: offered.append((name, factory, options)))
    [(name, factory, options)] = offered
    toml = parse_plugin_toml(Path("plugins/hub_sqlite/plugin.toml").read_text(), "plugin.toml")
    assert (name, toml.kinds) == (toml.id, ("store",))
    assert callable(factory)
    assert options().file == Path("journal.db")  # type: ignore[operator]
