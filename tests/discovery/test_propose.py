"""Proposals: names that say something are used, ids are free and valid, and what is known is recognised."""

import re

from hypothesis import given
from hypothesis import strategies as st

from hub.discovery.known import hosts_by_id, known_at, known_hosts
from hub.discovery.propose import Neighbour, Place, free_id, propose, propose_channel, slug

PLACES = (
    Place(
        id="gates",
        en="Gates",
        zh="大门",
        neighbours=(Neighbour("security"), Neighbour("security", "10.1.0.3"), Neighbour("production")),
    ),
    Place(
        id="workshop",
        en="Workshop",
        zh="车间",
        neighbours=(Neighbour("production", "10.2.0.3"), Neighbour("production", "10.2.0.4")),
    ),
)


def test_an_area_is_proposed_by_the_name_in_either_language_and_else_by_the_network() -> None:
    def area(name: str, address: str = "192.168.1.64") -> str:
        return propose(address=address, name=name, places=PLACES).area

    assert area("Workshop door") == "workshop"
    assert area("三号车间门口") == "workshop"
    assert area("IPC", "10.1.0.77") == "gates"
    assert area("IPC") == ""
    assert propose(address="10.1.0.77", name="x", places=PLACES).domain == "security"


def test_a_domain_is_proposed_by_the_area_the_network_or_because_the_site_has_no_other() -> None:
    def domain(places: tuple[Place, ...], name: str = "", address: str = "192.168.1.64") -> str:
        return propose(address=address, name=name, places=places).domain

    new = Place(id="tanks", en="Tank farm")
    assert domain((*PLACES, new), "Tank farm", "10.2.0.77") == "production", "as beside it"
    assert domain((*PLACES, new), "Tank farm") == "", "the site has two"
    assert domain((PLACES[1], new), "Tank farm") == "production", "the site has one"
    assert domain((new,), "Tank farm") == ""


def test_the_only_area_is_proposed() -> None:
    assert propose(address="10.9.0.1", places=PLACES[:1]).area == "gates"


def test_a_name_that_every_device_comes_with_is_not_used() -> None:
    for name in ("IP CAMERA", "Camera 01", "IPdome", "Embedded Net DVR", "通道 1", "DS-2CD"):
        proposal = propose(address="10.1.0.77", name=name, model="DS-2CD")
        assert proposal.id == "ds-2cd-0-77"
        assert proposal.name == "DS-2CD 10.1.0.77"
    assert propose(address="10.1.0.77").id == "camera-0-77"


def test_channels_that_nobody_named_are_told_apart_by_their_numbers() -> None:
    device = propose(address="10.1.0.9", name="Tank farm", model="NVR-8")
    ids = {device.id}
    made = []
    for number, name in enumerate(("Camera 01", "Workshop door", "", "IPdome"), start=1):
        made.append(propose_channel(device, number, name, address="10.1.0.9", places=PLACES, ids=ids))
        ids.add(made[-1].id)
    assert [each.name for each in made] == ["Tank farm 1", "Workshop door", "Tank farm 3", "Tank farm 4"]
    assert [each.id for each in made] == ["tank-farm-1", "workshop-door", "tank-farm-3", "tank-farm-4"]
    assert made[1].area == "workshop"


def test_the_first_driver_that_the_hub_has_is_proposed() -> None:
    assert propose(address="10.0.0.1", drivers=("hikvision", "onvif"), available=("onvif", "axis")).driver == "onvif"
    assert propose(address="10.0.0.1", drivers=("hikvision",), available=("axis",)).driver == ""


@given(
    st.text(max_size=200),
    st.text(max_size=80),
    st.sampled_from(["10.0.0.1", "fe80::1%2", "camera.example"]),
    st.sets(st.text()),
)
def test_an_id_is_always_valid_and_free(name: str, model: str, address: str, ids: set[str]) -> None:
    first = propose(address=address, name=name, model=model, ids=ids).id
    second = propose(address=address, name=name, model=model, ids={*ids, first}).id
    for id_ in (first, second):
        assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", id_)
        assert id_ not in ids
    assert first != second


def test_slugs_and_free_ids() -> None:
    assert slug("北门") == ""
    assert slug("123") == ""
    assert free_id("a", {"a", "a-2"}) == "a-3"


def test_what_is_in_hub_toml_is_known_by_host_or_by_the_host_of_a_stream() -> None:
    secrets = {"env:GATE": "rtsp://user:p%40ss@10.0.0.3:554/live"}
    tables = [
        {"id": "nvr", "host": "10.0.0.9"},
        {"id": "a", "url": "env:GATE"},
        {"id": "b", "url": "env:GONE"},
        {"id": "c", "url": "rtsp://[fe80::1]/x"},
        {"id": "d", "url": "rtsp://[bad/x"},
        {"id": "e", "host": "Camera.Example"},
    ]
    assert hosts_by_id(tables)["nvr"] == "10.0.0.9"
    known = known_hosts(tables, lambda text: secrets.get(text, "" if text.startswith("env:") else text))
    assert known == {"10.0.0.9": "nvr", "10.0.0.3": "a", "fe80::1": "c", "camera.example": "e"}


def test_devices_behind_one_address_are_told_apart_by_their_ports_where_both_name_one() -> None:
    tables = [
        {"id": "first", "host": "10.0.0.9", "port": 8001},
        {"id": "second", "host": "10.0.0.9", "port": 8002},
        {"id": "lathe", "url": "rtsp://10.0.0.7:8554/live"},
        {"id": "wrong", "url": "rtsp://10.0.0.6:99999/live"},
    ]
    assert [known_at(tables, "10.0.0.9", port) for port in (8001, 8002, 8003, None)] == ["first", "second", "", "first"]
    assert known_at(tables, "10.0.0.9", 554, stream=True) == "first", "the device whose stream it is"
    assert known_at(tables, "10.0.0.7", 80) == "lathe", "the camera whose stream is known"
    assert [known_at(tables, "10.0.0.7", port, stream=True) for port in (8554, 554)] == ["lathe", ""]
    assert known_at(tables, "10.0.0.6", 554, stream=True) == "wrong"
    assert known_at(tables, "10.0.0.1", None) == ""
