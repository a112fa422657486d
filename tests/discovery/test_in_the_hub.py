"""Discovery through a running hub: for administrators, on record, taken up without a restart."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.client import discovery
from hub.client.discovery import Adding, AddWish, NewCamera, Place, SearchWish, Target
from hub.client.http import HttpClient, find_hub
from hub.core.discovery.events import AddressApproved, CamerasAdded
from hub.errors import ClientError, NotAllowed, Refused, WrongState
from tests.discovery import toycam
from tests.e2e.hubs import PASSWORD, Site

FOUND = [{"address": "127.0.0.1", "port": 80, "drivers": ["toy"], "name": "Found"}]
CAMERA = NewCamera(id="door", name_en="Workshop door", area="workshop", domain="production")


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = toycam.site(tmp_path_factory.mktemp("hub"), FOUND)
    try:
        yield made.start()
    finally:
        made.end()


@pytest.fixture
async def admin(plant: Site) -> Any:
    client = HttpClient(find_hub(plant.folder), client="cli")
    await client.sign_in("admin", PASSWORD)
    yield client
    await client.close()


def target(device: Any, **more: Any) -> Target:
    address = device.address
    said = {"host": address.host, "port": address.port, "tls": address.tls, "user": toycam.USER}
    return Target(driver="toy", **{**said, "password": toycam.PASSWORD, "approved": True, **more})


async def ended(client: HttpClient) -> discovery.SearchView:
    while (view := await discovery.search(client)).running:
        await asyncio.sleep(0.05)
    return view


async def test_a_search_runs_in_the_hub_and_everybody_who_may_sees_the_same(admin: HttpClient) -> None:
    begun = await discovery.begin(admin, SearchWish(seconds=1.5, by=["toy"]))
    assert begun.running
    with pytest.raises(WrongState, match="is running"):
        await discovery.begin(admin, SearchWish())
    view = await ended(admin)
    assert [device.address for device in view.devices] == ["127.0.0.1"]
    assert view.devices[0].driver == "toy"
    assert {"mdns", "toy", "ws-discovery"} <= set(view.finders)
    assert "workshop" in view.areas


async def test_nothing_of_it_is_for_those_who_do_not_administer(plant: Site) -> None:
    token = (plant.data / "run" / "local.token").read_text().strip()
    reader = HttpClient(find_hub(plant.folder), token=token)
    with toycam.device() as device:
        for ask in (
            discovery.search(reader),
            discovery.begin(reader, SearchWish()),
            discovery.certificate(reader, Place(host="127.0.0.1")),
            discovery.probe(reader, target(device)),
            discovery.add(reader, AddWish(adding=[Adding(target=target(device), cameras=[CAMERA])])),
        ):
            with pytest.raises(NotAllowed):
                await ask
        assert device.requests == []
    await reader.close()


async def test_an_address_that_nobody_approved_is_not_asked(admin: HttpClient) -> None:
    with toycam.device() as device:
        with pytest.raises(Refused, match="nobody has approved"):
            await discovery.probe(admin, target(device, approved=False))
        assert device.requests == []


async def test_a_device_is_asked_on_record_and_its_camera_is_there_without_a_restart(
    plant: Site, admin: HttpClient
) -> None:
    with toycam.device() as device:
        probed = await discovery.probe(admin, target(device))
        approved = plant.recorded(AddressApproved)
        assert approved.actor == "person:admin"
        assert approved.event.address == f"127.0.0.1:{device.address.port}"
        assert probed.picture == toycam.JPEG()
        assert probed.channels[0].proposal.id == "workshop-door"
        assert probed.channels[0].proposal.area == "workshop"
        wish = AddWish(adding=[Adding(target=target(device), cameras=[CAMERA])])
        would = await discovery.add(admin, AddWish(adding=wish.adding, dry=True))
        assert not would.backup
        assert 'id = "door"' in would.text
        added = await discovery.add(admin, wish)
        assert added.secrets == ["secrets/door"]
        assert plant.recorded(CamerasAdded).event.cameras == ["door"]
        async for _ in admin.follow():
            if any(camera.id == "door" for camera in (await admin.site()).cameras):
                break
        with pytest.raises(Refused, match="door"):
            await discovery.add(admin, wish)
    assert not (plant.folder / "secrets" / "door-2").exists()
    assert toycam.PASSWORD not in plant.words()
    assert toycam.PASSWORD not in (plant.folder / "hub.toml").read_text()


async def test_a_certificate_is_read_and_a_device_behind_another_is_told_nothing(admin: HttpClient) -> None:
    with toycam.device(tls=True) as device:
        shown = await discovery.certificate(admin, Place(host="127.0.0.1", port=device.address.port))
        assert shown.fingerprint == device.fingerprint
        with pytest.raises(ClientError, match="fingerprint"):
            await discovery.probe(admin, target(device, fingerprint="ab" * 32))
        assert device.requests == []
        probed = await discovery.probe(admin, target(device, fingerprint=shown.fingerprint))
        assert probed.serial == "T1-0001"


async def test_a_broken_hub_toml_is_not_made_worse(plant: Site, admin: HttpClient, tmp_path: Path) -> None:
    hub_toml = plant.folder / "hub.toml"
    good = hub_toml.read_bytes()
    broken = good + b"\n[nonsense\n"
    hub_toml.write_bytes(broken)
    try:
        with toycam.device() as device:
            camera = NewCamera(id="other", area="workshop", domain="production")
            with pytest.raises(Refused, match="problems already"):
                await discovery.add(admin, AddWish(adding=[Adding(target=target(device), cameras=[camera])]))
        assert hub_toml.read_bytes() == broken
    finally:
        hub_toml.write_bytes(good)
