"""The assets panel, the archive page, the proposals and the entering of tables, as people use them."""

import re
from pathlib import Path

import pytest

from hub.core.assets.commands import (
    AnswerCheck,
    BeginCommissioning,
    ChangeAsset,
    ImportAssets,
    RegisterAsset,
    RetireAsset,
    SignReplacement,
)
from hub.locale import set_language
from hub.tui.rows import assets as rows
from tests.tui.assets_plant import give, stock
from tests.tui.conftest import Watch
from tests.tui.fake_hub import FakeHub


@pytest.fixture
def stocked(hub: FakeHub) -> FakeHub:
    return stock(hub)


async def test_the_register_shows_every_link_and_how_whole_the_archives_are(watch: Watch, stocked: FakeHub) -> None:
    async with watch(stocked, panel="assets", size=(140, 40)) as w:
        await w.until_seen("UPS-1", "SW-1", "gate-1", "Main gate", "0 of 11 archives whole")
        assert w.table("assets").row_keys[0] == "press-1", "the cameras as in hub.toml, then what was entered"


async def test_the_tree_puts_each_asset_below_what_it_hangs_on(watch: Watch, stocked: FakeHub) -> None:
    async with watch(stocked, panel="assets", size=(140, 40)) as w:
        await w.until_seen("UPS-1")
        await w.press("t")
        await w.until_seen("  SW-1", "    gate-1")
        keys = w.table("assets").row_keys
        at = keys.index("UPS-1")
        assert keys[at : at + 5] == ["UPS-1", "SW-1", "gate-1", "gate-2", "NVR-1"]


async def test_it_is_searched_by_words_and_by_kind(watch: Watch, stocked: FakeHub) -> None:
    async with watch(stocked, panel="assets") as w:
        await w.until_seen("press-1")
        await w.press("slash", *"moxa", "enter")
        await w.until(lambda: w.table("assets").row_keys == ["SW-1"])
        await w.press("escape")
        await w.until(lambda: len(w.table("assets").row_keys) == 11)
        await w.press("f", "f")
        await w.until(lambda: w.table("assets").row_keys == ["SW-1"])
        await w.until_seen("(switch)")


async def test_what_is_changed_in_the_form_is_the_only_thing_that_is_sent(watch: Watch, stocked: FakeHub) -> None:
    async with watch(stocked, panel="assets", size=(100, 40)) as w:
        await w.until_seen("SW-1")
        w.room.panel.choose("SW-1")
        await w.press("c")
        await w.until_seen("Change SW-1")
        w.app.screen.query_one("#model").value = "EDS-510E"
        w.app.screen.query_one("#ip").value = "10.1.2.300"
        await w.pilot.pause()
        await w.pilot.click("#submit")
        assert w.app.screen.query_one("#ip").has_class("-wrong")
        w.app.screen.query_one("#ip").value = "10.1.2.30"
        await w.pilot.pause()
        await w.pilot.click("#submit")
        await w.until(lambda: stocked.commands)
        assert stocked.commands == [ChangeAsset(asset="SW-1", values={"model": "EDS-510E", "ip": "10.1.2.30"})]


async def test_a_new_asset_is_entered(watch: Watch, stocked: FakeHub) -> None:
    async with watch(stocked, panel="assets", size=(100, 40)) as w:
        await w.until_seen("SW-1")
        await w.press("a")
        await w.until_seen("Enter an asset in the register")
        w.app.screen.query_one("#asset").value = "sw-1"
        await w.until_seen("SW-1 is in the register already")
        w.app.screen.query_one("#asset").value = "SW-9"
        w.app.screen.query_one("#kind").value = "switch"
        w.app.screen.query_one("#parent").value = "ups-1"
        await w.pilot.pause()
        await w.pilot.click("#submit")
        await w.until(lambda: stocked.commands)
        assert stocked.commands == [RegisterAsset(asset="SW-9", kind="switch", values={"parent": "UPS-1"})]


async def test_retiring_is_confirmed_before_it_is_done(watch: Watch, stocked: FakeHub) -> None:
    async with watch(stocked, panel="assets", size=(100, 40)) as w:
        await w.until_seen("NVR-1")
        w.room.panel.choose("NVR-1")
        await w.press("r")
        await w.until_seen("Retire NVR-1")
        await w.press(*"burnt", "enter", "enter")
        await w.until_seen("Are you sure?")
        assert stocked.commands == []
        await w.press("enter")
        await w.until(lambda: stocked.commands)
        assert stocked.commands == [RetireAsset(asset="NVR-1", reason="burnt")]


async def test_commissioning_goes_on_by_one_key_from_step_to_step(watch: Watch, stocked: FakeHub) -> None:
    async with watch(stocked, panel="assets", size=(100, 40)) as w:
        await w.until_seen("SW-1")
        w.room.panel.choose("SW-1")
        await w.press("m")
        await w.until_seen("Begin the commissioning record of SW-1")
        await w.press("enter")
        await w.until(lambda: stocked.commands == [BeginCommissioning(asset="SW-1")])
        await w.tick(2)
        await w.until_seen("being commissioned")
        await w.press("m")
        await w.until_seen("Check SW-1", "4 checks are open")
        await w.pilot.click("#submit")
        await w.until(lambda: len(stocked.commands) == 2)
        assert stocked.commands[1] == AnswerCheck(asset="SW-1", check="label", ok=True)


async def test_a_proposal_shows_its_grounds_and_is_signed(watch: Watch, stocked: FakeHub) -> None:
    async with watch(stocked, panel="assets", size=(140, 40)) as w:
        await w.until_seen("SW-1")
        await w.press("p")
        await w.until_seen("waits for signatures", "years in use", "worn out", "not signed yet")
        await w.press("s")
        await w.until_seen("Sign X-1: replace gate-1")
        w.app.screen.query_one("#party").value = "technical"
        await w.pilot.pause()
        await w.pilot.click("#submit")
        await w.until(lambda: stocked.commands)
        assert stocked.commands == [SignReplacement(proposal="X-1", party="technical")]
        await w.until_seen("1/3")


async def test_the_archive_page_tells_the_whole_life_in_words(watch: Watch, stocked: FakeHub) -> None:
    give(stocked, ChangeAsset(asset="gate-1", values={"firmware": "5.7"}))
    async with watch(stocked, panel="assets", size=(120, 60)) as w:
        await w.until_seen("SW-1")
        w.room.panel.choose("gate-1")
        await w.press("enter")
        await w.until_seen("gate-1 → SW-1 → UPS-1", "Firmware", "Main gate changed: Firmware - → 5.7", "X-1", "Life")
        await w.press("c")
        await w.until_seen("Change gate-1")


async def test_a_table_is_looked_through_and_then_entered_by_enter(
    watch: Watch, stocked: FakeHub, tmp_path: Path
) -> None:
    table = tmp_path / "t.csv"
    table.write_text("asset,kind,ip\nSW-2,switch,10.0.0.300\n", encoding="utf-8")
    async with watch(stocked, panel="assets", size=(120, 40)) as w:
        await w.until_seen("SW-1")
        await w.press("i")
        await w.until_seen("Enter a table of assets")
        w.app.screen.query_one("#import-path").value = str(table)
        await w.press("enter")
        await w.until_seen("t.csv:2:3: ip is not an IP address. It looks like 10.1.2.3.")
        table.write_text("asset,kind,ip\nSW-2,switch,10.0.0.30\nSW-1,switch,10.0.0.31\n", encoding="utf-8")
        await w.press("enter")
        await w.until_seen("1 would be added, 1 changed", "+ SW-2", "~ SW-1")
        assert stocked.commands == []
        await w.press("enter")
        await w.until(lambda: stocked.commands)
        (command,) = stocked.commands
        assert isinstance(command, ImportAssets)
        assert [row.asset for row in command.rows] == ["SW-2", "SW-1"]
        await w.until(lambda: "SW-2" in stocked.state.assets.by_id)


async def test_all_of_it_is_said_in_chinese(watch: Watch, stocked: FakeHub) -> None:
    async with watch(stocked, panel="assets", size=(140, 60), language="zh_CN") as w:
        await w.until_seen("SW-1", "大门", "交换机")
        w.room.panel.choose("gate-1")
        await w.press("c")
        await w.until_seen("安装位置", "安装高度", "上级设备")
    set_language("en")


async def test_a_thousand_assets_are_all_found_though_few_are_drawn_at_once(watch: Watch, hub: FakeHub) -> None:
    stock(hub, disks=1000)
    async with watch(hub, panel="assets", size=(140, 40)) as w:
        await w.until(lambda: len(w.table("assets").row_keys) == 200)
        panel = w.room.panel
        assert len(rows.rows(panel._register, rows.Filter(tree=True), stale=False)) == 1011
        await w.press("down")
        assert re.fullmatch(r"[\w-]+", w.table("assets").chosen)
        w.table("assets").focus()
        await w.press("end")
        await w.until(lambda: len(w.table("assets").row_keys) == 300, "more rows at the end")
        panel.choose("DISK-0990")
        assert w.table("assets").chosen == "DISK-0990"
