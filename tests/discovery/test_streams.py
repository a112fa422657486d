"""`hub discover add rtsp://…`: a camera that is known by the address of its stream and by nothing else."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.discovery import toycam
from tests.e2e.hubs import Site
from tests.servers.cameras import CameraFarm
from tests.servers.clips import Clips

PASSWORD = "p@ss/word"
PLACE = ("--area", "workshop", "--domain", "production", "--id", "lathe", "--name", "Lathe")


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CameraFarm]:
    clips = Clips(tmp_path_factory.mktemp("clips"))
    with CameraFarm({"plain": clips.path("plain")}, fps=clips.fps, account=("watch", PASSWORD)) as farm:
        yield farm


@pytest.fixture
def plant(tmp_path: Path) -> Site:
    return toycam.site(tmp_path, [])


def address(farm: CameraFarm) -> str:
    return f"rtsp://127.0.0.1:{farm.port}/cam0"


def test_a_stream_is_looked_at_and_written_with_its_password_apart(plant: Site, farm: CameraFarm) -> None:
    picture = plant.folder / "seen.jpg"
    done = plant.hub(
        *("discover", "add", address(farm), "--user", "watch", *PLACE, "--picture", str(picture), "--yes"),
        env={"HUB_DEVICE_PASSWORD": PASSWORD},
    )
    assert "H264" in done.stdout
    assert picture.read_bytes().startswith(b"\xff\xd8\xff")
    assert PASSWORD not in done.stdout + done.stderr
    assert tomllib.loads((plant.folder / "hub.toml").read_text())["cameras"][-1] == {
        "id": "lathe",
        "name": "Lathe",
        "area": "workshop",
        "domain": "production",
        "driver": "rtsp",
        "url": address(farm),
        "user": "watch",
        "password": "file:secrets/lathe",
    }
    assert (plant.folder / "secrets" / "lathe").read_text().strip() == PASSWORD
    plant.hub("check")


def test_a_wrong_password_is_told_and_nothing_is_written(plant: Site, farm: CameraFarm) -> None:
    before = (plant.folder / "hub.toml").read_text()
    refused = plant.hub(
        *("discover", "add", address(farm), "--user", "watch", *PLACE, "--yes"),
        env={"HUB_DEVICE_PASSWORD": "guess"},
        code=1,
    )
    assert "refused the user name or password" in refused.stderr
    assert "guess" not in refused.stdout + refused.stderr
    assert (plant.folder / "hub.toml").read_text() == before
    assert not (plant.folder / "secrets").exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("rtsp://watch:secret@10.0.0.8/live", "--user"),
        ("ftp://10.0.0.8/live", "rtsp://"),
        ("rtsp:///live", "rtsp://"),
        ("rtsp://10.0.0.8:99999/live", "rtsp://10.0.0.8/live"),
        ("rtsp://gate camera/live", "rtsp://"),
        ("gate camera", "10.0.0.8:8000"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_before_anything_is_asked(plant: Site, url: str, said: str) -> None:
    refused = plant.hub("discover", "add", url, *PLACE, "--yes", code=4)
    assert said in refused.stderr
    assert "secret" not in refused.stderr


def test_a_driver_that_signs_in_at_devices_does_not_take_the_address_of_a_stream(plant: Site) -> None:
    refused = plant.hub("discover", "add", "rtsp://127.0.0.1:9/x", "--driver", "toy", *PLACE, "--yes", code=4)
    assert "does not know a camera by the address of its stream" in refused.stderr
    assert "rtsp" in refused.stderr


def test_the_control_rooms_own_computer_is_nothing_to_look_for_on_the_network(plant: Site) -> None:
    told = plant.json("discover", "--seconds", "1", "--by", "toy")
    assert "station" not in told["drivers"]
    assert "rtsp" in told["stream_drivers"]


def test_only_kinds_that_can_be_asked_by_address_and_password_are_offered(plant: Site) -> None:
    told = plant.json("discover", "--seconds", "1", "--by", "toy")
    assert "onvif" in told["drivers"]
    assert "http" not in told["drivers"], "which paths its pictures have stands in hub.toml"
