import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.hubs import Site

MakeSite = Callable[..., Site]


@pytest.fixture
def make_site(tmp_path: Path) -> Iterator[MakeSite]:
    """`make_site("plant", NAME="value")`: a site of its own with these environment variables; its hub ends with the
    test, and nothing of it is left."""
    made: list[Site] = []

    def make(name: str = "plant", **more: str) -> Site:
        site = Site(tmp_path / name, tmp_path / "home", **more)
        made.append(site)
        return site

    yield make
    for site in made:
        site.end()


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a new site, to be copied: making one takes a second."""
    home = tmp_path_factory.mktemp("untouched")
    return Site(home / "plant", home / "home").init().folder


@pytest.fixture
def site(make_site: MakeSite, untouched: Path) -> Site:
    """A new site as `hub init` makes it."""
    site = make_site()
    shutil.copytree(untouched, site.folder)
    return site


@pytest.fixture
def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
