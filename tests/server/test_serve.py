"""Sockets: private, short enough, never stolen, never left behind."""

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx2
import pytest

from hub.client.http import Address, HttpClient, find_hub
from hub.errors import HubUnreachable, SiteError
from hub.server.accounts.sign_in import SignInDesk
from hub.server.run_folder import LONGEST_SOCKET_PATH
from hub.server.serve import ApiServer
from hub.testing.clock import FakeClock
from tests.server.conftest import WEAK, MemoryBackend, Plant


def server_on(site: Path, tcp: str | None = None) -> ApiServer:
    data = site / "data"
    data.mkdir(parents=True, exist_ok=True)
    backend = MemoryBackend(FakeClock(), data / "evidence")
    return ApiServer(backend, data, tcp=tcp, desk=SignInDesk(data, backend, hasher=WEAK, refusal_s=0))


async def local_client(site: Path) -> HttpClient:
    address = find_hub(site)
    assert address.local_token is not None
    return HttpClient(address, token=address.local_token.read_text())


async def answers(site: Path) -> bool:
    client = await local_client(site)
    try:
        return (await client.health()).version == "1"
    finally:
        await client.close()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_the_socket_and_its_folder_are_for_one_user_only(plant: Plant) -> None:
    run = plant.data / "run"
    assert mode(run) == 0o700
    assert mode(run / "hub.sock") == 0o600
    assert await answers(plant.site)


async def test_a_folder_that_others_could_enter_is_made_private(site: Path) -> None:
    (site / "data" / "run").mkdir(parents=True, mode=0o755)
    server = server_on(site)
    await server.start()
    assert mode(site / "data" / "run") == 0o700
    await server.stop()


async def test_stopping_leaves_nothing_behind_and_is_harmless_twice(site: Path) -> None:
    server = server_on(site)
    await server.start()
    await server.stop()
    await server.stop()
    assert list((site / "data" / "run").iterdir()) == []
    with pytest.raises(HubUnreachable, match="No hub runs"):
        find_hub(site)


async def test_the_local_token_is_another_one_after_every_start(site: Path) -> None:
    tokens = []
    for _ in range(2):
        server = server_on(site)
        await server.start()
        tokens.append((site / "data" / "run" / "local.token").read_text())
        await server.stop()
    assert tokens[0] != tokens[1]


@pytest.fixture
def deep_site(site: Path) -> Path:
    """A site so deep that its socket's path would be too long."""
    deep = site / ("很深的文件夹" * 10)
    deep.mkdir()
    assert len(os.fsencode(deep / "data" / "run" / "hub.sock")) > LONGEST_SOCKET_PATH
    return deep


async def test_a_site_with_a_long_path_gets_a_private_socket_elsewhere(deep_site: Path) -> None:
    server = server_on(deep_site)
    await server.start()
    elsewhere = Path((deep_site / "data" / "run" / "socket").read_text())
    assert elsewhere.is_relative_to(tempfile.gettempdir())
    assert mode(elsewhere.parent) == 0o700
    assert await answers(deep_site)
    await server.stop()
    assert not elsewhere.parent.exists()
    assert list((deep_site / "data" / "run").iterdir()) == []


KILLED = """
import asyncio, sys
from pathlib import Path
from tests.server.test_serve import server_on

async def main():
    await server_on(Path(sys.argv[1])).start()
    print("ready", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def killed_hub(site: Path) -> None:
    """Start a hub in a process of its own and kill it where it stands."""
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(site)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("deep", [False, True])
async def test_the_socket_of_a_killed_hub_is_replaced(site: Path, deep: bool) -> None:
    place = site / ("深" * 40) if deep else site
    place.mkdir(exist_ok=True)
    await asyncio.to_thread(killed_hub, place)
    left = Path((place / "data/run/socket").read_text()) if deep else place / "data/run/hub.sock"
    assert left.is_socket()
    client = HttpClient(find_hub(place))
    with pytest.raises(HubUnreachable, match="Start it with"):
        await client.site()
    await client.close()
    server = server_on(place)
    await server.start()
    assert await answers(place)
    assert left.exists() is not deep
    await server.stop()


async def test_rubbish_where_the_socket_is_named_stops_nothing(site: Path) -> None:
    run = site / "data" / "run"
    run.mkdir(parents=True)
    (run / "socket").write_bytes(b"\xff\xfe nonsense")
    with pytest.raises(HubUnreachable):
        find_hub(site)
    server = server_on(site)
    await server.start()
    assert await answers(site)
    await server.stop()


async def test_a_second_hub_on_the_same_site_is_refused_and_disturbs_nothing(plant: Plant) -> None:
    token = (plant.data / "run" / "local.token").read_text()
    second = server_on(plant.site)
    with pytest.raises(SiteError, match="runs on this site already"):
        await second.start()
    await second.stop()
    assert (plant.data / "run" / "local.token").read_text() == token
    assert await answers(plant.site)


async def test_a_port_in_use_is_named_and_the_socket_is_taken_back(site: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = server_on(site, tcp=f"127.0.0.1:{port}")
        with pytest.raises(SiteError, match=f"Port {port} .* in use"):
            await server.start()
    assert list((site / "data" / "run").iterdir()) == []


@pytest.mark.parametrize("address", ["0.0.0.0:8080", "192.168.1.2:80", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000"])
async def test_only_loopback_addresses_are_listened_on(site: Path, address: str) -> None:
    with pytest.raises(SiteError):
        await server_on(site, tcp=address).start()


async def test_the_same_api_answers_over_tcp(plant: Plant) -> None:
    (url,) = plant.server.urls
    client = HttpClient(Address(url=url))
    await client.sign_in("leader.ps", "correct horse 正确")
    assert len((await client.site()).cameras) == 2
    await client.close()


async def test_a_data_folder_that_is_a_file_is_reported(site: Path) -> None:
    (site / "data").write_text("")
    backend = MemoryBackend(FakeClock(), site)
    with pytest.raises(SiteError, match="cannot use"):
        await ApiServer(backend, site / "data", desk=SignInDesk(site / "data", backend, hasher=WEAK)).start()


async def test_the_hub_keeps_its_own_signal_handlers(site: Path) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    server = server_on(site)
    await server.start()
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
    await server.stop()


async def test_a_request_in_progress_is_finished_when_the_hub_stops(plant: Plant) -> None:
    arrived = asyncio.Event()

    async def slow_picture(camera: str) -> bytes:
        arrived.set()
        await asyncio.sleep(0.3)
        return b"\xff\xd8slow"

    plant.backend.picture = slow_picture
    client = await plant.signed_in("leader.ps")
    asking = asyncio.create_task(client.picture("press-1"))
    await arrived.wait()
    await plant.server.stop()
    assert await asking == b"\xff\xd8slow"


async def test_every_answer_carries_the_security_headers(plant: Plant) -> None:
    async with httpx2.AsyncClient(base_url=plant.server.urls[0]) as raw:
        for path in ("/api/docs", "/api/openapi.json", "/api/site", "/nowhere"):
            headers = (await raw.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "server" not in headers
