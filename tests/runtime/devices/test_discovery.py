"""Devices of a real vendor, asked and added in one process: what they say becomes tables that the hub runs with."""

import tomllib
from pathlib import Path

import pytest

from hub.client.discovery import Adding, AddWish, NewCamera, Target
from hub.clock import SystemClock
from hub.config.init import write_site
from hub.errors import AuthRejected, DeviceUnreachable, Refused, WrongState
from hub.runtime.devices.discovery import Discovery, build_discovery
from hub.runtime.parts import load_parts, require_sound
from hub.testing.devices import ReplayServer
from tests.plugins.hub_hikvision import synthetic

PASSWORD = "p@ss/#?%:ü"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_site(tmp_path / "plant", demo=False)
    return tmp_path / "plant"


@pytest.fixture
def discovery(folder: Path) -> Discovery:
    return build_discovery(folder, SystemClock())


def target(device: ReplayServer, password: str = PASSWORD) -> Target:
    address = device.address
    return Target(
        driver="hikvision", host=address.host, port=address.port, user="hub", password=password, approved=True
    )


def test_a_recorder_of_a_real_vendor_is_asked_and_each_channel_proposed(discovery: Discovery, folder: Path) -> None:
    with ReplayServer(synthetic.recorder(), user="hub", password=PASSWORD) as device:
        probed = discovery.probe(target(device))
        assert device.failed_sign_ins == 0
        assert probed.kind == "recorder"
        assert probed.serial
        assert len(probed.channels) > 1
        ids = [channel.proposal.id for channel in probed.channels]
        assert len(set(ids)) == len(ids)
        assert any(channel.streams for channel in probed.channels)
        cameras = [
            NewCamera(id=each.proposal.id, name_en=each.name, area="gates", domain="security", channel=each.number)
            for each in probed.channels
        ]
        adding = Adding(target=target(device), cameras=cameras, device="nvr-1", device_name="Recorder")
        added = discovery.add(AddWish(adding=[adding]))
    assert added.cameras == ids
    data = tomllib.loads((folder / "hub.toml").read_text(encoding="utf-8"))
    assert data["devices"][0]["password"] == "file:secrets/nvr-1"
    parts = load_parts(folder)
    require_sound(parts)
    assert set(ids) <= parts.tables.cameras.keys()
    assert set(parts.tables.devices) == {"nvr-1"}


def test_a_wrong_password_is_tried_once_and_a_silent_device_is_given_up(discovery: Discovery) -> None:
    with ReplayServer(synthetic.camera(), user="hub", password=PASSWORD) as device:
        with pytest.raises(AuthRejected) as refused:
            discovery.probe(target(device, "wrong-8812"))
        assert device.failed_sign_ins == 1
        assert "wrong-8812" not in str(refused.value)
        gone = target(device)
    with pytest.raises(DeviceUnreachable):
        discovery.probe(gone)


def test_two_cameras_at_one_address_need_a_device_and_an_id_is_taken_once(discovery: Discovery, folder: Path) -> None:
    before = (folder / "hub.toml").read_bytes()
    place = Target(driver="hikvision", host="10.0.0.8", user="hub", password="secret", approved=True)
    two = [NewCamera(id=f"c-{n}", area="gates", domain="security", channel=n) for n in (1, 2)]
    with pytest.raises(Refused, match="id of its own"):
        discovery.add(AddWish(adding=[Adding(target=place, cameras=two)]))
    twice = [Adding(target=place, cameras=[NewCamera(id="c", area="gates", domain="security")])] * 2
    with pytest.raises(Refused, match="would not run"):
        discovery.add(AddWish(adding=twice))
    assert (folder / "hub.toml").read_bytes() == before
    assert not list((folder / "secrets").iterdir())


def test_an_address_that_nobody_approved_is_neither_asked_nor_added(discovery: Discovery) -> None:
    place = Target(driver="hikvision", host="10.0.0.8")
    with pytest.raises(Refused, match="nobody has approved"):
        discovery.probe(place)
    camera = NewCamera(id="c", area="gates", domain="security")
    with pytest.raises(Refused, match="nobody has approved"):
        discovery.add(AddWish(adding=[Adding(target=place, cameras=[camera])]))


def test_a_password_that_a_file_would_change_is_refused(discovery: Discovery) -> None:
    camera = NewCamera(id="c", area="gates", domain="security")
    for password in (" ends", "two\nlines"):
        place = Target(driver="hikvision", host="10.0.0.8", user="hub", password=password, approved=True)
        with pytest.raises(Refused, match="env:NAME"):
            discovery.add(AddWish(adding=[Adding(target=place, cameras=[camera])]))


def test_the_file_is_not_written_over_a_change_of_somebody_else(
    discovery: Discovery, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hub.runtime.devices.adding as adding_module

    check = adding_module.check_plugin_tables

    def meanwhile(*arguments: object) -> object:
        with (folder / "hub.toml").open("a") as file:
            file.write("# theirs\n")
        return check(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(adding_module, "check_plugin_tables", meanwhile)
    place = Target(driver="hikvision", host="10.0.0.8", user="hub", password="secret", approved=True)
    camera = NewCamera(id="c", area="gates", domain="security")
    with pytest.raises(WrongState, match="somebody else"):
        discovery.add(AddWish(adding=[Adding(target=place, cameras=[camera])]))
    assert (folder / "hub.toml").read_text().endswith("# theirs\n")
    assert not list((folder / "secrets").iterdir())
