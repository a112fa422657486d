"""`/metrics` over the real API: through the unix socket, over TCP with its token, and for nobody else."""

import stat
from pathlib import Path

import httpx2
import pytest

from hub.client.metrics import metrics
from hub.core.catalogue import HubStarted
from hub.server.metrics.token import FILE, make_token, opens, revoke_token
from tests.server.conftest import Plant


@pytest.fixture
def url(plant: Plant) -> tuple[str, Path]:
    """Where the hub answers over TCP, and its data folder."""
    return plant.server.urls[0], plant.data


async def asked(url: str, token: str = "", kind: str = "Bearer") -> httpx2.Response:
    headers = {b"authorization": f"{kind} {token}".encode("latin-1")} if token else {}
    async with httpx2.AsyncClient(trust_env=False) as http:
        return await http.get(f"{url}/metrics", headers=headers)


async def test_the_unix_socket_needs_no_token(plant: Plant) -> None:
    page = await metrics(plant.address)
    assert 'watchroom_camera_info{area="yard",camera="gate-1",domain="security"} 1.0' in page
    assert "process_resident_memory_bytes" in page


async def test_over_tcp_only_the_token_opens_it(url: tuple[str, Path]) -> None:
    address, data = url
    assert (await asked(address)).status_code == 401
    token = make_token(data)
    answer = await asked(address, token)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=1.0.0")
    assert "watchroom_cameras" in answer.text
    assert (await asked(address, token[:-1])).status_code == 401
    assert (await asked(address, token, "Basic")).status_code == 401
    assert (await asked(address, "ü" * 300)).status_code == 401


async def test_no_token_of_a_person_opens_the_metrics_and_theirs_opens_nothing_else(url: tuple[str, Path]) -> None:
    address, data = url
    local = (data / "run" / "local.token").read_text()
    assert (await asked(address, local)).status_code == 401
    token = make_token(data)
    async with httpx2.AsyncClient(trust_env=False) as http:
        refused = await http.get(f"{address}/api/site", headers={"authorization": f"Bearer {token}"})
    assert refused.status_code == 401


async def test_a_new_token_ends_the_old_one_and_a_revoked_one_opens_nothing(url: tuple[str, Path]) -> None:
    address, data = url
    old, new = make_token(data), make_token(data)
    assert [(await asked(address, each)).status_code for each in (old, new)] == [401, 200]
    assert revoke_token(data)
    assert not revoke_token(data)
    assert (await asked(address, new)).status_code == 401


def test_what_is_kept_is_private_and_not_the_token(tmp_path: Path) -> None:
    token = make_token(tmp_path)
    kept = tmp_path / FILE
    assert token not in kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert opens(tmp_path, token)
    kept.write_text("")
    assert not opens(tmp_path, "")
    assert not opens(tmp_path, token)


async def test_who_asks_again_at_once_gets_the_same_page(plant: Plant) -> None:
    records = "watchroom_journal_records_total {}"
    before = len(plant.backend.records)
    assert records.format(float(before)) in await metrics(plant.address)
    plant.backend.write(HubStarted(version="1", last_stop="clean"))
    plant.clock.advance(0.5)
    assert records.format(float(before)) in await metrics(plant.address)
    plant.clock.advance(1)
    assert records.format(float(before + 1)) in await metrics(plant.address)
