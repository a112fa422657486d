"""The settings of a device on a running hub: a computer whose programs are compared with what was approved."""

from pathlib import Path

from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.baselines.events import SettingsApproved, SettingsDrifted
from tests.e2e.hubs import PASSWORD, Site

ADMIN = {"HUB_ACCOUNT": "admin", "HUB_PASSWORD": PASSWORD}
PACKAGE = "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n\n"


def install(root: Path, **packages: str) -> None:
    status = root / "var/lib/dpkg/status"
    status.parent.mkdir(parents=True, exist_ok=True)
    status.write_text("".join(PACKAGE.format(name=name, version=version) for name, version in packages.items()))


def test_what_was_installed_without_authority_is_an_alarm_until_it_is_gone_or_accepted(
    site: Site, tmp_path: Path
) -> None:
    root = tmp_path / "computer"
    install(root, vlc="3.0.20")
    site.append(
        '\n[[devices]]\nid = "desk"\nname = { en = "Desk", zh = "监控台" }\ndriver = "station"\nhost = "localhost"\n'
        f'root = "{root}"\ncompare = ["packages"]\n'
    )
    site.start()
    site.until(lambda: "settings" in site.json("devices", "show", "desk")["now"]["can"], 30, "the computer was asked")
    first = site.json("settings", "show", "desk", "--read")
    assert (first["view"]["state"], first["view"]["entries"]) == ("proposed", 1)
    site.hub("settings", "approve", "desk", env=ADMIN)
    site.recorded(SettingsApproved, device="desk")

    install(root, vlc="3.0.20", steam="1.0.0")
    changed = site.json("settings", "show", "desk", "--read")
    assert changed["view"]["state"] == "drifted"
    assert [(each["setting"], each["was"]) for each in changed["changes"]] == [("packages/steam:amd64", None)]
    assert "steam" in changed["changes"][0]["setting"]
    alarm = site.recorded(AlarmRaised, rule="settings-drifted").event.alarm
    refused = site.hub("settings", "restore", "desk", "--reason", "not agreed", code=None, env=ADMIN)
    assert refused.returncode != 0
    assert "There is nothing to write." in refused.stderr

    install(root, vlc="3.0.20")
    site.hub("settings", "show", "desk", "--read")
    site.recorded(AlarmReturned, alarm=alarm)

    install(root, vlc="3.0.21")
    site.hub("settings", "show", "desk", "--read")
    site.recorded(SettingsDrifted, count=2)
    without = site.hub("settings", "approve", "desk", code=None, env=ADMIN)
    assert "are accepted with a reason" in without.stderr
    site.hub("settings", "approve", "desk", "--reason", "update of the month", env=ADMIN)
    accepted = site.recorded(SettingsApproved, count=2, device="desk")
    assert accepted.actor == "person:admin"
    site.stop()
