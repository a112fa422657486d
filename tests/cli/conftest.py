"""One running hub for all tests of the command line: a camera that is not there, so that there is something to see."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.core.alarms.events import AlarmRaised
from hub.core.delivery import EffectDone
from hub.core.tickets.events import TicketOpened
from tests.e2e.hubs import PASSWORD, Site

ADMIN = {"HUB_ACCOUNT": "admin", "HUB_PASSWORD": PASSWORD}
FIRST = "the-first-of-many"
OWN = {"HUB_PASSWORD": "a-password-of-ones-own"}


@pytest.fixture(scope="session")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running hub with the cameras gate (security) and press (production), both without a signal."""
    home = tmp_path_factory.mktemp("command-line")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    site = Site(home / "plant", home).init()
    hub_toml = (site.folder / "hub.toml").read_text(encoding="utf-8")
    site.write(hub_toml.replace("lost_after_s = 6", "lost_after_s = 2"))
    site.add_camera("gate", f"rtsp://127.0.0.1:{port}/gate")
    site.append(
        '\n[[cameras]]\nid = "press"\nname = { en = "Press", zh = "冲压" }\narea = "workshop"\ndomain = "production"\n'
        f'driver = "rtsp"\nurl = "rtsp://127.0.0.1:{port}/press"\n'
    )
    try:
        site.start()
        for camera in ("gate", "press"):
            site.recorded(AlarmRaised, camera=camera)
            site.recorded(TicketOpened, camera=camera)
        site.recorded(EffectDone, count=2)
        yield site
    finally:
        site.end()


@pytest.fixture(scope="session")
def people(plant: Site) -> Site:
    """The hub with the accounts li (watch officer, security) and wu (repairer, both domains)."""
    new = {**ADMIN, "HUB_NEW_PASSWORD": FIRST}
    plant.hub(
        *("accounts", "add", "li", "--name", "Li Qiang", "--role", "watch_officer", "--domain", "security"), env=new
    )
    plant.hub(
        *("accounts", "add", "wu", "--name", "Wu Min", "--role", "repairer"),
        *("--domain", "security", "--domain", "production"),
        env=new,
    )
    for name in ("li", "wu"):
        own = {"HUB_ACCOUNT": name, "HUB_PASSWORD": FIRST, "HUB_NEW_PASSWORD": OWN["HUB_PASSWORD"]}
        refused = plant.hub("people", "list", code=4, env=own)
        assert "must be changed" in refused.stderr
        plant.hub("people", "password", env=own)
    return plant


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a new site, to be copied: making one takes a second."""
    home = tmp_path_factory.mktemp("untouched")
    return Site(home / "idle", home / "home").init().folder


@pytest.fixture
def idle(untouched: Path, tmp_path: Path) -> Site:
    """A site whose hub does not run."""
    shutil.copytree(untouched, tmp_path / "idle")
    return Site(tmp_path / "idle", tmp_path / "home")
