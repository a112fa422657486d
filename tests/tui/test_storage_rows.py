"""Copies of the site and room for recordings in the panel of the hub's health."""

from datetime import UTC, timedelta

from msgspec.structs import replace

from hub.client.views import BackupHealth
from hub.core.recordings import RecordingsMoved, RemovedRun
from hub.core.storage import StorageAway
from hub.core.storage_reasons import reason_in_words
from hub.locale import set_language
from hub.tui.describe.record import describe
from hub.tui.names import Names
from hub.tui.rows import health
from hub.tui.situation import Link, Situation
from tests.tui.conftest import NOW
from tests.tui.fake_hub import ACCOUNTS, FakeHub


async def lines(hub: FakeHub, **more: object) -> dict[str, list[str]]:
    hub.account = ACCOUNTS["wang"]
    site = await hub.site()
    site = replace(site, health=replace(site.health, proof=None, **more))
    here = Situation(now=NOW, zone=UTC, link=Link(up=True), site=site)
    return {row.key: [cell.text.strip() for cell in row.cells] for row in health.rows(here)}


async def test_the_newest_copy_is_one_line_and_one_that_fails_is_wrong(hub: FakeHub) -> None:
    assert "hub:backup" not in await lines(hub)
    made = BackupHealth(made_at=NOW - timedelta(hours=5), archive="watchroom-20260105T033000Z.tar")
    cells = (await lines(hub, backups=made))["hub:backup"]
    assert cells[1] == "✓ copied"
    assert "5 h" in cells[2]
    assert "watchroom-20260105T033000Z.tar" in cells[2]
    failing = replace(made, failing="No space left on device.")
    assert (await lines(hub, backups=failing))["hub:backup"][1:] == ["✗ not made", "No space left on device."]


async def test_a_volume_that_will_be_too_small_says_from_when_on(hub: FakeHub) -> None:
    assert not [key for key in await lines(hub) if key.startswith("recordings:")]
    found = await lines(hub, storage={"/srv/rec": ["storage.short"]}, short_at=NOW + timedelta(days=9))
    cells = found["recordings:volume:/srv/rec"]
    assert cells[:2] == ["/srv/rec", "✗ will be too small"]
    assert f"{NOW + timedelta(days=9):%Y-%m-%d}" in cells[2]
    gone = (await lines(hub, storage={"/srv/rec": ["storage.gone", "storage.low"]}))["recordings:volume:/srv/rec"]
    assert gone[1].startswith("✗ cannot be written")
    why = {"nas": reason_in_words("/nas: it is full.")}
    away = await lines(hub, storage={"nas": ["storage.away"]}, storage_reasons=why)
    assert away["recordings:volume:nas"] == ["nas", "✗ cannot be used", "/nas: it is full"]
    set_language("zh_CN")
    told = await lines(hub, storage={"nas": ["storage.away"]}, storage_reasons=why)
    assert told["recordings:volume:nas"][2] == "/nas：已写满"


def test_the_record_says_what_was_moved_and_why_a_storage_cannot_be_used() -> None:
    run = RemovedRun(camera="gate", stream="main", from_at=NOW, to_at=NOW, count=3, bytes=1)
    moved = RecordingsMoved(storage="nas", runs=[run])
    assert describe(moved, Names(zone=UTC)) == "Recordings moved to the storage nas: gate 3"
    set_language("zh_CN")
    assert "磁盘未挂载" in describe(StorageAway(volume="nas", reason="/nas: its disk is not mounted"), Names(zone=UTC))
