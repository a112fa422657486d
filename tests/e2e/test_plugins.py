"""Plugins that break: seen where staff look, and of no harm to anything else."""

from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.catalogue import PluginFailed, PluginReady, PluginRetired
from hub.core.delivery import EffectDone, NotifierFailing
from hub.core.findings import SignalLost
from tests.e2e.hubs import Site
from tests.runtime.sites import NOTIFIER, add_plugin

HOOK = """
from hub.api import hookimpl


@hookimpl
def hub_register_notifiers(register):
    raise LookupError("broken while it registers")
"""


def test_broken_plugins_are_seen_and_everything_else_works(site: Site, closed_port: int) -> None:
    (site.folder / "plugins").mkdir()
    add_plugin(site.folder, "raise RuntimeError('broken at import')", kinds=["notifier"], name="unimportable")
    add_plugin(site.folder, HOOK, kinds=["notifier"], name="unregistered")
    add_plugin(site.folder, NOTIFIER, kinds=["notifier"], name="fragile")
    (site.folder / "broken").touch()
    hub_toml = (site.folder / "hub.toml").read_text(encoding="utf-8")
    hub_toml = hub_toml.replace('[plugins]\n# path = "plugins"', '[plugins]\npath = "plugins"')
    hub_toml = hub_toml.replace("send = [{", 'send = [{ via = "fragile" }, { via = "unimportable" }, {', 1)
    site.write(hub_toml.replace("lost_after_s = 6", "lost_after_s = 2"))
    site.add_camera("gate", f"rtsp://127.0.0.1:{closed_port}/x")

    # Without a running hub.
    rows = {row["id"]: row for row in site.json("plugins", "list", code=1)}
    assert rows["unimportable"]["state"] == rows["unregistered"]["state"] == "failed"
    assert "broken at import" in rows["unimportable"]["reason"]
    assert "broken while it registers" in rows["unregistered"]["reason"]
    assert "hub_unregistered/__init__.py:7" in rows["unregistered"]["reason"]
    assert {rows[name]["state"] for name in ("fragile", "rtsp", "mail", "sqlite")} == {"ready"}
    shown = site.hub("plugins", "list", code=1).stdout
    assert "broken at import" in shown

    # While it runs.
    site.start()
    failed = {record.event.plugin: record.event.reason for record in site.records(PluginFailed)}
    assert {"unimportable", "unregistered"} <= set(failed)
    site.recorded(SignalLost, camera="gate")
    site.recorded(AlarmRaised, rule="signal-lost")
    site.recorded(EffectDone, target="duty (example)")
    broke = site.recorded(PluginFailed, plugin="fragile")
    assert "a fault of the plugin" in broke.event.reason
    site.recorded(NotifierFailing, notifier="fragile")
    site.recorded(NotifierFailing, notifier="unimportable")
    for name in ("unimportable", "unregistered", "fragile"):
        site.recorded(AlarmRaised, rule="plugin-failed", subject=f"plugin:{name}")
    plugins = site.json("status")["health"]["plugins"]
    assert {name for name, plugin in plugins.items() if not plugin["ready"]} == {
        "unimportable",
        "unregistered",
        "fragile",
    }
    shown = site.hub("status").stdout
    assert "fragile failed" in shown
    assert "Messages through fragile wait" in shown

    # And when the notifier is mended, what waited gets out.
    (site.folder / "broken").unlink()
    site.recorded(EffectDone, target="duty (fragile)")
    assert (site.folder / "sent").read_text().splitlines()
    site.until(lambda: site.json("status")["health"]["plugins"]["fragile"]["ready"], 10, "the plugin is well again")


def test_a_plugin_that_was_mended_is_ready_after_a_restart(site: Site) -> None:
    (site.folder / "plugins").mkdir()
    name = add_plugin(site.folder, "raise RuntimeError('broken at import')", kinds=["notifier"], name="mended")
    hub_toml = (site.folder / "hub.toml").read_text(encoding="utf-8")
    site.write(hub_toml.replace('[plugins]\n# path = "plugins"', '[plugins]\npath = "plugins"'))
    site.start()
    raised = site.recorded(AlarmRaised, rule="plugin-failed")
    site.stop()
    (site.folder / "plugins" / "hub_mended" / "__init__.py").write_text(NOTIFIER.replace("NAME", name))
    site.start()
    site.until(
        lambda: (
            [item["state"] for item in site.json("alarms") if item["alarm"]["id"] == raised.event.alarm] == ["returned"]
        ),
        10,
        "the alarm has returned",
    )


def test_a_plugin_that_was_disabled_is_no_longer_held_against_the_site(site: Site) -> None:
    (site.folder / "plugins").mkdir()
    add_plugin(site.folder, "raise RuntimeError('broken at import')", kinds=["notifier"], name="hopeless")
    hub_toml = (site.folder / "hub.toml").read_text(encoding="utf-8")
    hub_toml = hub_toml.replace('[plugins]\n# path = "plugins"', '[plugins]\npath = "plugins"')
    site.write(hub_toml)
    site.start()
    raised = site.recorded(AlarmRaised, rule="plugin-failed")
    site.stop()
    site.write(hub_toml.replace("disabled = []", 'disabled = ["hopeless"]'))
    for _ in range(2):
        site.start()
        site.recorded(AlarmReturned, alarm=raised.event.alarm)
        site.stop()
    assert len(site.records(PluginRetired, plugin="hopeless")) == 1
    assert site.records(PluginReady, plugin="hopeless") == []
