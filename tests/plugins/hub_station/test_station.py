"""The control room's computer: a made one in a folder, and the one that the tests run on."""

import hashlib
import os
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hub_station
import pytest
from hub_station import parse
from hub_station.files import UNREADABLE, Files
from hub_station.inventory import take_inventory
from hub_station.options import StationOptions
from hub_station.session import StationSession
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from hub.api import Address, DeviceError, DeviceUnreachable, ProtocolError, Unsupported
from hub.core.baselines.compare import changes
from hub.plugin_host import Kind, PluginHost
from hub.testing.contracts.plugin import PluginContract
from hub.testing.devices import open_access

_STATUS = """\
Package: adduser
Status: install ok installed
Architecture: all
Version: 3.134
Description: add users
 Version: none of this

Package: solitaire
Status: deinstall ok config-files
Architecture: amd64
Version: 1.0

Package: vlc
Status: install ok installed
Architecture: amd64
Version: 3.0.20
"""
_PASSWD = """\
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
watch:x:1000:1000:Watch:/home/watch:/bin/bash
"""
_PLAYER = "[Desktop Entry]\nName=Player\nExec=player --url=http://u:secret-7@h/ --quiet\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A computer."""
    root = tmp_path / "computer"
    files = {
        "var/lib/dpkg/status": _STATUS,
        "etc/passwd": _PASSWD,
        "etc/os-release": 'NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12"\n',
        "etc/hostname": "control-room\n",
        "proc/stat": "cpu 1 2 3\nbtime 1767600000\nprocesses 9\n",
        "etc/xdg/autostart/keyring.desktop": "[Desktop Entry]\nExec=keyring\nHidden=true\n",
        "home/watch/.config/autostart/player.desktop": _PLAYER,
        "etc/systemd/system/watchroom.service": "[Service]\nExecStart=/opt/watchroom/bin/hub run\n",
        "etc/crontab": "17 * * * * root cd /\n",
        "usr/local/bin/tool": "#!/bin/sh\n",
        "opt/watchroom/readme": "x",
        "var/lib/snapd/snaps/core_1234.snap": "x",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    wants = root / "etc/systemd/system/multi-user.target.wants"
    wants.mkdir()
    (wants / "ssh.service").symlink_to("/lib/systemd/system/ssh.service")
    return root


def _look(root: Path, **options: Any) -> dict[str, str]:
    parts = {"compare": ["packages", "autostart", "units", "cron", "programs"], **options}
    return take_inventory(StationOptions.model_validate({"root": root, **parts}), lambda: 1.0)


def _sha(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def test_what_is_installed_and_what_starts_by_itself_is_told(root: Path) -> None:
    keyring = _sha((root / "etc/xdg/autostart/keyring.desktop").read_text())[:23]
    player = f"player --url=http://***@h/ --quiet ({_sha(_PLAYER)[:23]})"
    assert _look(root) == {
        "packages/adduser:all": "3.134",
        "packages/vlc:amd64": "3.0.20",
        "packages/snap:core": "1234",
        "autostart/everybody:keyring.desktop": f"off ({keyring})",
        "autostart/watch:player.desktop": player,
        "units/system:multi-user.target.wants/ssh.service": "→ /lib/systemd/system/ssh.service",
        "units/system:watchroom.service": _sha("[Service]\nExecStart=/opt/watchroom/bin/hub run\n"),
        "cron/etc/crontab": _sha("17 * * * * root cd /\n"),
        "programs/usr/local/bin/tool": _sha("#!/bin/sh\n"),
        "programs/opt/watchroom": "folder",
    }


def _install(root: Path) -> None:
    with (root / "var/lib/dpkg/status").open("a") as file:
        file.write("\nPackage: steam\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0.0.78\n")


def _remove(root: Path) -> None:
    (root / "var/lib/dpkg/status").write_text(_STATUS.replace("vlc\nStatus: install ok", "vlc\nStatus: deinstall ok"))
    text = (root / "var/lib/dpkg/status").read_text()
    (root / "var/lib/dpkg/status").write_text(text.replace("deinstall ok installed", "deinstall ok config-files"))


def _upgrade(root: Path) -> None:
    (root / "var/lib/dpkg/status").write_text(_STATUS.replace("3.0.20", "3.0.21"))


def _enable(root: Path) -> None:
    wants = root / "home/watch/.config/systemd/user/default.target.wants"
    wants.mkdir(parents=True)
    (wants / "miner.service").symlink_to("/home/watch/miner.service")


def _schedule(root: Path) -> None:
    (root / "etc/cron.d").mkdir()
    (root / "etc/cron.d/night").write_text("0 3 * * * root reboot\n")


def _drop(root: Path) -> None:
    (root / "home/watch/.config/autostart/player.desktop").unlink()


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (_install, [("packages/steam:amd64", None, "1.0.0.78")]),
        (_remove, [("packages/vlc:amd64", "3.0.20", None)]),
        (_upgrade, [("packages/vlc:amd64", "3.0.20", "3.0.21")]),
        (_enable, [("units/watch:default.target.wants/miner.service", None, "→ /home/watch/miner.service")]),
        (_schedule, [("cron/etc/cron.d/night", None, _sha("0 3 * * * root reboot\n"))]),
    ],
)
def test_a_change_is_one_line_that_can_be_read(
    root: Path, act: Callable[[Path], None], expected: list[tuple[str, str | None, str | None]]
) -> None:
    before = _look(root)
    act(root)
    assert [(one.setting, one.was, one.now) for one in changes(before, _look(root))] == expected


def test_what_is_gone_is_a_change(root: Path) -> None:
    before = _look(root)
    _drop(root)
    (gone,) = changes(before, _look(root))
    assert (gone.setting, gone.now) == ("autostart/watch:player.desktop", None)


def test_updates_that_come_by_themselves_may_be_left_out(root: Path) -> None:
    before = _look(root, versions=False)
    _upgrade(root)
    assert changes(before, _look(root, versions=False)) == []
    _install(root)
    assert len(changes(before, _look(root, versions=False))) == 1


def test_a_computer_without_dpkg_says_so(root: Path) -> None:
    (root / "var/lib/dpkg/status").unlink()
    with pytest.raises(Unsupported, match="var/lib/dpkg/status"):
        _look(root)
    assert _look(root, compare=["cron"])


@pytest.mark.parametrize("text", ["", "no list\n", "Package: ../x\nStatus: install ok installed\n"])
def test_a_list_of_packages_that_cannot_be_read_is_not_an_empty_one(root: Path, text: str) -> None:
    (root / "var/lib/dpkg/status").write_text(text)
    with pytest.raises(ProtocolError):
        _look(root)


def test_nobody_can_stop_the_look_with_a_strange_file(root: Path) -> None:
    autostart = root / "home/watch/.config/autostart"
    os.mkfifo(autostart / "pipe.desktop")
    (autostart / "loop.desktop").symlink_to("loop.desktop")
    (autostart / "esc\x1b[2J.desktop").write_text("Exec=x\n")
    found = _look(root)
    assert found["autostart/watch:loop.desktop"] == "→ loop.desktop"
    assert "autostart/watch:esc\\x1b[2J.desktop" in found
    assert not any("pipe" in name for name in found)


def test_nobody_can_hide_in_a_crowd(root: Path) -> None:
    units = root / "home/watch/.config/systemd/user"
    units.mkdir(parents=True)
    for number in range(2100):
        (units / f"{number:04}.service").symlink_to("/x")
    found = _look(root)
    assert found["units/watch:."] == "more than 2000 files"
    assert len(found) < 2100


def test_what_may_not_be_seen_is_told_as_that(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = os.scandir

    def refuse(path: Any) -> Any:
        if "home/watch" in str(path):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)  # root may see everything, and tests may run as root
    found = _look(root)
    assert (found["autostart/watch"], found["units/watch:."]) == (UNREADABLE, UNREADABLE)


def test_a_look_ends_when_its_time_is_over(root: Path) -> None:
    def over() -> float:
        raise DeviceUnreachable("The time is over.")

    with pytest.raises(DeviceUnreachable):
        take_inventory(StationOptions(root=root), over)


def test_the_files_of_this_hub_are_told_with_their_hashes() -> None:
    found = take_inventory(StationOptions(compare=["hub", "python"]), lambda: 1.0)
    own = Path(hub_station.__file__)
    assert found["hub/hub/api.py"].startswith("sha256:")
    assert found["hub/hub_rtsp/plugin.toml"].startswith("sha256:")
    assert Files(Path("/"), lambda: 1.0).value(str(own)) == f"sha256:{hashlib.sha256(own.read_bytes()).hexdigest()}"
    assert found["python/pydantic"]


def _session(root: Path) -> StationSession:
    return StationSession(open_access(Address(host="127.0.0.1", port=1)), StationOptions(root=root, compare=["cron"]))


def test_a_computer_says_what_it_is_and_since_when_it_runs(root: Path) -> None:
    session = _session(root)
    assert (session.describe().firmware, session.describe().name) == ("Debian GNU/Linux 12", "control-room")
    started = session.health().started_at.value
    assert started is not None
    assert started.isoformat() == "2026-01-05T08:00:00+00:00"
    assert session.capabilities() == {"settings": "yes"}
    assert session.settings() == {"cron/etc/crontab": _sha("17 * * * * root cd /\n")}


def test_nothing_is_changed_on_the_computer(root: Path) -> None:
    with pytest.raises(Unsupported):
        _session(root).apply({"packages/vlc:amd64": "3.0.20"})


@pytest.mark.parametrize("stat", ["", "btime many\n", "btime 999999999999\n"])
def test_a_start_that_cannot_be_read_leaves_the_rest(root: Path, stat: str) -> None:
    (root / "proc/stat").write_text(stat)
    assert _session(root).health().started_at.status == "error"


@given(st.text(max_size=400), st.text(max_size=40))
def test_no_text_leads_to_anything_but_device_errors(text: str, name: str) -> None:
    for read in (
        parse.parse_packages,
        parse.parse_autostart,
        parse.parse_homes,
        parse.parse_system_name,
        parse.parse_started,
        lambda one: parse.parse_packages(f"Package: {name}\nStatus: install ok installed\n{one}"),
    ):
        try:
            read(text)
        except DeviceError:
            continue
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in parse.shown(name))


class TestOptions(PluginContract):
    module = "hub_station"
    name = "station"
    kind: Kind = "vendor"

    def models(self, host: PluginHost) -> list[type[BaseModel]]:
        return [host.vendors[self.name].vendor.options]
