"""The register of assets over the real API: what is seen, the archive page, tables, and commands as long as a table."""

from pathlib import Path

import pytest

from hub.client.assets import archive, preview, proposals, register, write_table
from hub.core.assets.commands import (
    AddAssetFile,
    ChangeAsset,
    ImportAssets,
    ImportRow,
    ProposeReplacement,
    RegisterAsset,
    RetireAsset,
    SignReplacement,
)
from hub.core.assets.events import SchemeLoaded
from hub.core.assets.scheme import Scheme
from hub.core.tickets.events import TicketRestored
from hub.errors import NotAllowed, NotFound, Refused
from tests.server.conftest import Plant


async def test_the_cameras_are_in_it_from_the_start_and_each_sees_those_of_their_own_domain(plant: Plant) -> None:
    both = await plant.signed_in("leader.ps")
    assert [each.asset.id for each in (await register(both)).assets] == ["press-1", "gate-1"]
    await both.send(RegisterAsset(asset="SW-1", kind="switch", values={"domain": "security"}))
    await both.send(RegisterAsset(asset="UPS-1", kind="ups"))
    production = await plant.signed_in("leader.p")
    assert [each.asset.id for each in (await register(production)).assets] == ["press-1", "UPS-1"]
    for hidden in ("SW-1", "gate-1", "nowhere"):
        with pytest.raises(NotFound):
            await archive(production, hidden)
    with pytest.raises(NotAllowed):
        await production.send(ChangeAsset(asset="SW-1", values={"model": "x"}))
    seen = await production.events(types=["asset.registered"])
    assert [event.event["asset"] for event in seen] == ["UPS-1"]


async def test_the_archive_page_tells_the_life_of_an_asset(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    await client.send(RegisterAsset(asset="SW-1", kind="switch", values={"parent": ""}))
    await client.send(ChangeAsset(asset="press-1", values={"parent": "SW-1", "model": "X-200"}))
    photo = await client.attach("front.png", b"\x89PNG\r\n\x1a\n" + b"0" * 50)
    await client.send(AddAssetFile(asset="press-1", attachment=photo, sort="photo", title="front"))
    plant.clock.advance(3600)
    plant.backend.write(TicketRestored(ticket="T-1"))
    page = await archive(client, "PRESS-1")
    assert page.view.asset.values["model"] == "X-200"
    assert [each.id for each in page.above] == ["SW-1"]
    assert [file.id for file in page.files] == [photo]
    assert [fault.ticket for fault in page.faults] == ["T-1"]
    assert page.watched is not None
    assert page.watched.availability == 0.0, "its signal has been lost all the time"
    assert {"asset.registered", "asset.changed", "asset.file_added", "ticket.opened"} <= {e.type for e in page.history}
    assert [event.seq for event in page.history] == sorted(event.seq for event in page.history)
    assert (await archive(client, "SW-1")).below == ["press-1"]


async def test_a_switch_with_all_its_cameras_lost_is_shown_as_likely_down(plant: Plant) -> None:
    client = await plant.signed_in("administrator.ps")
    rows = [
        ImportRow("SW-1", "switch"),
        *(ImportRow(each, "camera", {"parent": "SW-1"}) for each in ("press-1", "gate-1")),
    ]
    await client.send(ImportAssets(rows=rows))
    (suspect,) = (await register(client)).suspects
    assert (suspect.asset, suspect.cameras) == ("SW-1", ["gate-1", "press-1"])


async def test_a_proposal_stands_open_for_those_who_see_the_asset(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    plant.backend.write(SchemeLoaded(scheme=Scheme(points={"failures": 40.0}, limits={"failures": 1.0})))
    await client.send(ProposeReplacement(asset="gate-1", reason="no picture at night"))
    await client.send(SignReplacement(proposal="X-1", party="technical"))
    (proposal,) = await proposals(client)
    assert (proposal.asset, proposal.score) == ("gate-1", 40.0)
    assert proposal.grounds[0].entries == ["T-2"]
    assert [each.id for each in (await client.site()).proposals] == ["X-1"]
    assert (await archive(client, "gate-1")).proposal == proposal
    production = await plant.signed_in("leader.p")
    assert await proposals(production) == []
    assert (await production.site()).proposals == []


async def test_what_is_exported_reads_the_same_again(plant: Plant, tmp_path: Path) -> None:
    client = await plant.signed_in("leader.ps")
    values = {"note": '两行, "引号"', "serial": "=1+1", "price": "12.5", "height": "-3"}
    await client.send(RegisterAsset(asset="SW-1", kind="switch", values=values))
    path = tmp_path / "assets.csv"
    write_table(path, await register(client))
    assert "'=1+1" in path.read_text(encoding="utf-8-sig"), "a spreadsheet must not reckon it out"
    plan = await preview(client, path)
    assert (plan.problems, plan.added, plan.changed, plan.same) == ([], [], [], 3)
    await client.send(RetireAsset(asset="SW-1", reason="r"))


async def test_a_table_is_looked_through_before_anything_is_entered(plant: Plant, tmp_path: Path) -> None:
    client = await plant.signed_in("leader.ps")
    path = tmp_path / "设备.csv"
    path.write_bytes("设备编号;种类;型号;上级设备\nSW-1;交换机;E1;\ngate-1;摄像机;X;sw-1\n".encode("gb18030"))
    plan = await preview(client, path)
    assert plan.problems == []
    assert [(event.asset, event.values) for event in plan.added] == [("SW-1", {"model": "E1"})]
    assert [(event.asset, event.after) for event in plan.changed] == [("gate-1", {"model": "X", "parent": "SW-1"})]
    assert len((await register(client)).assets) == 2, "nothing was sent"
    await client.send(ImportAssets(rows=plan.rows))
    assert len((await register(client)).assets) == 3


async def test_a_whole_table_comes_in_one_command_and_no_other_may_be_as_long(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    rows = [ImportRow(f"DISK-{number}", "disk", {"note": "n" * 200, "maker": "M"}) for number in range(1000)]
    events = await client.send(ImportAssets(rows=rows))
    assert len(events) == 1000
    assert len((await register(client)).assets) == 1002
    with pytest.raises(Refused):
        await client.send(ImportAssets(rows=rows * 2))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"PK\x03\x04broken"])
async def test_a_file_that_is_no_table_is_refused(plant: Plant, tmp_path: Path, content: bytes) -> None:
    client = await plant.signed_in("leader.ps")
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(Refused):
        await preview(client, path)
    with pytest.raises(Refused, match="cannot be read"):
        await preview(client, tmp_path / "none.csv")
