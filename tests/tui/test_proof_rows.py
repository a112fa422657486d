"""The proof of recordings in the panel of the hub's health."""

from datetime import UTC, timedelta

from msgspec.structs import replace

from hub.client.views import ProofHealth
from hub.tui.rows import health
from hub.tui.situation import Link, Situation
from tests.tui.conftest import NOW
from tests.tui.fake_hub import ACCOUNTS, FakeHub


async def lines(hub: FakeHub, proof: ProofHealth | None) -> dict[str, list[str]]:
    hub.account = ACCOUNTS["wang"]
    site = await hub.site()
    site = replace(site, health=replace(site.health, proof=proof))
    here = Situation(now=NOW, zone=UTC, link=Link(up=True), site=site)
    found = {row.key: [cell.text.strip() for cell in row.cells] for row in health.rows(here)}
    return {key: cells for key, cells in found.items() if key.startswith("recordings:")}


async def test_how_far_the_recordings_are_proven_is_one_line(hub: FakeHub) -> None:
    assert await lines(hub, None) == {}
    proof = ProofHealth(completed_at=NOW - timedelta(days=3), until="2026-01-05 gate")
    [cells] = (await lines(hub, proof)).values()
    assert cells[1] == "✓ nothing found"
    assert cells[2].startswith("all of them, 3 d")
    assert cells[2].endswith("come to 2026-01-05 gate")
    assert (await lines(hub, ProofHealth()))["recordings:proof"][2] == "not all of them yet"


async def test_what_is_not_as_it_was_sealed_is_wrong_there(hub: FakeHub) -> None:
    found = await lines(hub, ProofHealth(damaged=3, lists=1))
    assert found["recordings:proof"][1] == "✗ 3 damaged"
    assert found["recordings:seals"][1] == "✗ damaged"
    late = (await lines(hub, ProofHealth(late=True)))["recordings:proof"]
    assert late[1] == "✗ late"
    assert "verify_mb_s" in late[2]
