"""Devices in hub.toml: what is read, and every mistake with its place."""

# The table of mistakes holds whole messages, which are easier to compare on one line.
# ruff: noqa: E501

from types import SimpleNamespace

import pytest
from pydantic import BaseModel, ConfigDict

from hub.config.hub_toml.device_tables import CameraPlace
from hub.config.hub_toml.plugin_tables import PluginTables
from hub.config.load import check_plugin_tables, parse_site
from hub.core.devices.events import ConfiguredDevice
from hub.core.text import Text


class AcmeOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    profile: str = "default"


class Empty(BaseModel):
    model_config = ConfigDict(extra="forbid")


class UrlOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: str
    device: str = ""


REGISTRY = SimpleNamespace(
    cameras={"plain": SimpleNamespace(options=UrlOptions)},
    notifiers={},
    services={},
    stores={"sqlite": SimpleNamespace(options=Empty)},
    storages={},
    vendors={"acme": SimpleNamespace(options=AcmeOptions), "other": SimpleNamespace(options=AcmeOptions)},
)

BASE = """\
[site]
name = "Plant"
timezone = "UTC"
[[areas]]
id = "gates"
name = "Gates"
[[devices]]
id = "nvr-1"
name = { en = "Recorder 1", zh = "录像机 1" }
driver = "acme"
host = "10.1.2.3"
user = "hub"
password = "env:NVR"
profile = "night"
allow = ["preset", "clock"]
[[cameras]]
id = "gate-1"
name = "Gate"
area = "gates"
domain = "security"
driver = "acme"
device = "nvr-1"
channel = 3
[[cameras]]
id = "gate-2"
name = "Gate 2"
area = "gates"
domain = "security"
driver = "acme"
host = "10.1.2.4"
user = "hub"
password = "env:CAM"
profile = "day"
"""


def tables_of(text: str) -> PluginTables:
    config, problems = parse_site(text)
    assert config is not None, [str(problem) for problem in problems]
    return check_plugin_tables(config, REGISTRY)


def said(text: str) -> list[str]:
    config, problems = parse_site(text)
    found = problems if config is None else check_plugin_tables(config, REGISTRY).problems
    return [str(problem) for problem in found]


def test_a_recorder_and_a_camera_that_is_its_own_device_are_read_with_their_drivers_options():
    tables = tables_of(BASE)
    assert tables.problems == ()
    assert tables.cameras == {
        "gate-1": CameraPlace(device="nvr-1", channel=3),
        "gate-2": CameraPlace(device="gate-2", channel=1),
    }
    assert {name: device.options for name, device in tables.devices.items()} == {
        "nvr-1": AcmeOptions(profile="night"),
        "gate-2": AcmeOptions(profile="day"),
    }
    assert tables.devices["nvr-1"].connection.poll_s == 30.0
    assert tables.configured == (
        ConfiguredDevice(
            id="nvr-1",
            name=Text(en="Recorder 1", zh="录像机 1"),
            driver="acme",
            cameras={3: "gate-1"},
            allow=["preset", "clock"],
        ),
        ConfiguredDevice(
            id="gate-2", name=Text(en="Gate 2"), driver="acme", cameras={1: "gate-2"}, own=True, allow=["preset"]
        ),
    )


def test_the_limits_stand_beside_the_devices():
    config, _ = parse_site(BASE + "[device_limits]\ndrift_s = 2\n")
    assert config is not None
    assert (config.device_limits.limits().drift_s, config.device_limits.limits().hot_c) == (2.0, 75.0)


def test_a_camera_driver_keeps_a_key_of_its_own_called_device():
    text = BASE.replace(
        'driver = "acme"\ndevice = "nvr-1"\nchannel = 3', 'driver = "plain"\nurl = "x"\ndevice = "/dev/video0"'
    )
    tables = tables_of(text)
    assert tables.problems == ()
    assert tables.cameras["gate-1"] == UrlOptions(url="x", device="/dev/video0")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('device = "nvr-1"', 'device = "nvr-2"', "hub.toml:22:10: cameras.1.device: there is no device 'nvr-2'. Did you mean `nvr-1`?"),
        ("channel = 3", "channel = 0", "hub.toml:23:11: cameras.1.channel: expected at least 1, found 0."),
        ('driver = "acme"\ndevice', 'driver = "other"\ndevice', "hub.toml:21:10: cameras.1.driver: the driver of the device 'nvr-1' is 'acme', not 'other'. Write `driver = \"acme\"` here."),
        ('host = "10.1.2.4"\nuser = "hub"\npassword = "env:CAM"\nprofile = "day"', 'device = "nvr-1"\nchannel = 3', "hub.toml:31:11: cameras.2.channel: channel 3 of 'nvr-1' is the camera 'gate-1' already. It is on line 17."),
        ('password = "env:NVR"\n', "", "hub.toml:12:8: devices.1.user: there is a user and no password. Give it as `password = \"env:NAME\"` or `\"file:PATH\"`."),
        ('user = "hub"\npassword = "env:CAM"\n', 'password = "env:CAM"\n', "hub.toml:31:12: cameras.2.password: there is a password and no user. Give `user` too."),
        ('profile = "day"', 'profil = "day"', "hub.toml:33:1: cameras.2.profil: unknown key. Did you mean `profile`?"),
        ('profile = "night"', "profile = 1", "hub.toml:14:11: devices.1.profile: expected a text in quotes, found 1."),
        ('driver = "acme"\nhost = "10.1.2.3"', 'driver = "acmee"\nhost = "10.1.2.3"', "hub.toml:10:10: devices.1.driver: no loaded plugin brings the vendor 'acmee'. Did you mean `acme`? Is its plugin loaded? `hub plugins list` shows."),
        ('allow = ["preset", "clock"]', 'allow = ["presets"]', "hub.toml:15:10: devices.1.allow.1: expected 'preset', 'clock', 'settings', 'reboot' or 'password', found 'presets'. Did you mean `preset`?"),
        ('id = "gate-2"', 'id = "nvr-1"', "hub.toml:25:6: cameras.2.id: there is a device with the id 'nvr-1' besides. A camera that is its own device needs its own id."),
        ('password = "env:NVR"', 'password = "hunter2"', "hub.toml:13:12: warning: devices.1.password: a secret is written in clear. Anyone who reads the file reads it; give it as 'env:NAME' or 'file:PATH'."),
        ('host = "10.1.2.3"\n', 'host = "http://10.1.2.3/"\n', "hub.toml:11:8: devices.1.host: "),
        ('profile = "night"\n', "poll_s = 5\n", "hub.toml:14:10: devices.1.poll_s: expected at least 10, found 5."),
        ('profile = "night"\n', 'ca_file = "ca.pem"\n', "hub.toml:7:3: devices.1: a certificate is checked only with `tls = true`."),
    ],
)  # fmt: skip
def test_every_mistake_has_its_place(old: str, new: str, message: str):
    assert old in BASE
    found = said(BASE.replace(old, new, 1))
    assert [line for line in found if line.startswith(message)], found


def test_two_devices_with_one_id_are_a_mistake():
    text = BASE + '[[devices]]\nid = "nvr-1"\nname = "x"\ndriver = "acme"\nhost = "h"\n'
    assert "hub.toml:35:6: devices.2.id: there is another device with the id 'nvr-1'. It is on line 8." in said(text)


def test_a_device_whose_plugin_is_missing_stays_on_the_list_of_devices():
    tables = tables_of(BASE.replace('driver = "acme"\nhost = "10.1.2.3"', 'driver = "gone"\nhost = "10.1.2.3"'))
    assert "nvr-1" not in tables.devices
    assert [device.id for device in tables.configured] == ["nvr-1", "gate-2"]
    assert [problem.plugin for problem in tables.problems if problem.plugin] == ["gone"]


def test_no_message_holds_the_password():
    for line in said(BASE.replace('password = "env:NVR"', 'password = ["hunter2"]')):
        assert "hunter2" not in line
