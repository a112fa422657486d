"""`hub discover` on a site on which no hub runs: found, asked, shown, added; or nothing at all."""

import stat
import tomllib
from pathlib import Path

import pytest

from tests.discovery import toycam
from tests.e2e.hubs import Site

FOUND = [
    {
        "address": "127.0.0.1",
        "port": 80,
        "drivers": ["toy"],
        "name": "x\u001b[31m\u202e red",
        "mac": "02-00-5E-20-00-01",
    },
    {"address": "10.9.9.9", "drivers": ["nobody's"], "activated": False},
    {"address": "not an address"},
]
SIGN_IN = {"HUB_DEVICE_PASSWORD": toycam.PASSWORD}


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return toycam.site(tmp_path_factory.mktemp("discover"), FOUND)


def arguments(address: str, *more: str) -> list[str]:
    return ["discover", "add", address, "--driver", "toy", "--user", toycam.USER, *more]


def test_what_answers_is_listed_clean_and_what_is_in_hub_toml_is_marked(plant: Site) -> None:
    shown = plant.hub("discover", "--seconds", "1", "--by", "toy")
    assert "\x1b" not in shown.stdout
    assert "\u202e" not in shown.stdout
    assert "02:00:5e:20:00:01" in shown.stdout
    assert "10.9.9.9 has no password yet" in shown.stderr
    told = plant.json("discover", "--seconds", "1", "--by", "toy")
    assert [device["address"] for device in told["devices"]] == ["10.9.9.9", "127.0.0.1"]
    assert not told["running"]


def test_a_way_to_search_that_is_not_there_is_named_with_those_that_are(plant: Site) -> None:
    refused = plant.hub("discover", "--by", "magic", code=4)
    assert "magic" in refused.stderr
    assert "toy" in refused.stderr
    assert "is not an address of this machine" in plant.hub("discover", "--interface", "192.0.2.1", code=4).stderr


def test_a_picture_that_nobody_named_a_place_for_goes_into_a_new_folder_that_nobody_else_may_read(plant: Site) -> None:
    with toycam.device() as device:
        address = f"127.0.0.1:{device.address.port}"
        more = ("--area", "workshop", "--domain", "production", "--dry-run", "--yes")
        done = plant.hub(*arguments(address, *more), env=SIGN_IN)
    (picture,) = Path(plant.env["TMPDIR"]).glob("watchroom-*/127.0.0.1.jpg")
    assert picture.read_bytes() == toycam.JPEG()
    assert picture.parent.stat().st_mode & 0o777 == 0o700
    assert str(picture) in "".join(done.stdout.split("\n")) + done.stderr
    assert not Path("127.0.0.1.jpg").exists()


def test_a_device_is_asked_shown_and_added_with_its_password_in_a_file_of_its_own(plant: Site) -> None:
    before = (plant.folder / "hub.toml").read_text()
    picture = plant.folder / "seen.jpg"
    with toycam.device() as device:
        address = f"127.0.0.1:{device.address.port}"
        more = ("--area", "workshop", "--domain", "production", "--picture", str(picture), "--yes")
        done = plant.hub(*arguments(address, *more), env=SIGN_IN)
        assert device.failed_sign_ins == 0
        assert ("GET", "/bye") in [(seen.method, seen.path) for seen in device.requests]
    assert "H264 1920x1080" in done.stdout
    assert picture.read_bytes() == toycam.JPEG()
    assert toycam.PASSWORD not in done.stdout + done.stderr
    after = tomllib.loads((plant.folder / "hub.toml").read_text())
    assert after["cameras"][-1] == {
        "id": "workshop-door",
        "name": "Workshop door",
        "area": "workshop",
        "domain": "production",
        "driver": "toy",
        "host": "127.0.0.1",
        "port": device.address.port,
        "user": toycam.USER,
        "password": "file:secrets/workshop-door",
    }
    secret = plant.folder / "secrets" / "workshop-door"
    assert secret.read_text() == toycam.PASSWORD + "\n"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(secret.parent.stat().st_mode) == 0o700
    (backup,) = plant.folder.glob("hub.toml.*.bak")
    assert backup.read_text() == before
    plant.hub("check")
    assert plant.json("discover", "--seconds", "1", "--by", "toy")["devices"][1]["known_as"] == "workshop-door"


def test_nothing_is_sent_to_an_address_that_nobody_confirmed(plant: Site) -> None:
    with toycam.device() as device:
        refused = plant.hub(*arguments(f"127.0.0.1:{device.address.port}"), code=4, env=SIGN_IN)
        assert "--yes" in refused.stderr
        assert device.requests == []


def test_a_password_on_the_command_line_is_refused(plant: Site) -> None:
    refused = plant.hub(*arguments("127.0.0.1:1", "--password", "secret-7781", "--yes"), code=4)
    assert "env:NAME" in refused.stderr


def test_a_certificate_is_shown_and_only_the_confirmed_one_is_trusted(plant: Site) -> None:
    with toycam.device(toycam.RECORDER, tls=True) as device:
        address = f"127.0.0.1:{device.address.port}"
        other = plant.hub(*arguments(address, "--tls", "--fingerprint", "ab" * 32, "--yes"), code=1, env=SIGN_IN)
        assert "fingerprint" in other.stderr
        assert device.requests == []
        more = ("--tls", "--device", "nvr-1", "--area", "workshop", "--domain", "production", "--yes")
        done = plant.hub(*arguments(address, *more, "--picture", str(plant.folder / "nvr.jpg")), env=SIGN_IN)
        assert device.fingerprint in done.stderr
    data = tomllib.loads((plant.folder / "hub.toml").read_text())
    (recorder,) = data["devices"]
    assert recorder["tls_fingerprint"] == device.fingerprint
    assert [(c["device"], c["channel"]) for c in data["cameras"] if "device" in c] == [("nvr-1", 1), ("nvr-1", 3)]
    assert "\x1b" not in (plant.folder / "hub.toml").read_text()
    plant.hub("check")


def test_what_the_hub_would_not_run_with_is_not_written(plant: Site) -> None:
    before = (plant.folder / "hub.toml").read_bytes()
    secrets = sorted((plant.folder / "secrets").iterdir())
    with toycam.device() as device:
        address = f"127.0.0.1:{device.address.port}"
        taken = ("--id", "nvr-1", "--area", "nowhere", "--domain", "production", "--yes")
        refused = plant.hub(*arguments(address, *taken), code=4, env=SIGN_IN)
    assert "nowhere" in refused.stderr
    assert (plant.folder / "hub.toml").read_bytes() == before
    assert sorted((plant.folder / "secrets").iterdir()) == secrets


def test_a_wrong_password_is_tried_once(plant: Site) -> None:
    with toycam.device() as device:
        address = f"127.0.0.1:{device.address.port}"
        refused = plant.hub(*arguments(address, "--yes"), code=1, env={"HUB_DEVICE_PASSWORD": "wrong-5521"})
        assert device.failed_sign_ins == 1
    assert "wrong-5521" not in refused.stdout + refused.stderr


TABLE = """id,name,area,domain,driver,host,port,user,password,device,channel,tags
gate-a,North gate,gates,security,toy,10.1.0.1,8000,watch,file:secrets/shared,,,line:a
rec-1,通道一,gates,security,toy,10.1.0.9,,watch,pw-of-the-recorder,rec,1,
rec-2,通道二,gates,security,toy,,,,,rec,2,
"""
BAD = """gate-a,Again,gates,security,toy,10.1.0.2,80,,,,,
gate-b,Lost,nowhere,securty,toy,10.1.0.3,99999,,,,,
gate-c,Fine,gates,security,toy,10.1.0.4,,,,,,
"""


def test_a_table_with_bad_lines_names_each_and_writes_nothing(tmp_path: Path) -> None:
    site = toycam.site(tmp_path)
    before = (site.folder / "hub.toml").read_bytes()
    table = tmp_path / "cameras.csv"
    table.write_text(TABLE + BAD, encoding="utf-8")
    bad = site.hub("discover", "import", str(table), "--yes", code=2)
    places = [line.split(": ")[0] for line in bad.stdout.splitlines()]
    assert places == ["cameras.csv:5:1", "cameras.csv:6:3", "cameras.csv:6:4", "cameras.csv:6:7"]
    assert (site.folder / "hub.toml").read_bytes() == before
    dry = site.hub("discover", "import", str(table), "--skip-bad", "--dry-run")
    assert "gate-c" in dry.stdout
    assert "pw-of-the-recorder" not in dry.stdout
    assert (site.folder / "hub.toml").read_bytes() == before
    site.hub("discover", "import", str(table), "--skip-bad", "--yes")
    data = tomllib.loads((site.folder / "hub.toml").read_text())
    assert [camera["id"] for camera in data["cameras"]] == ["gate-a", "rec-1", "rec-2", "gate-c"]
    assert data["devices"] == [
        {
            "id": "rec",
            "name": "rec",
            "driver": "toy",
            "host": "10.1.0.9",
            "user": "watch",
            "password": "file:secrets/rec",
        }
    ]
    assert (site.folder / "secrets" / "rec").read_text() == "pw-of-the-recorder\n"
