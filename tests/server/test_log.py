"""The duty log over the API: written by command, read in pages, cut to the domains of who reads."""

from datetime import timedelta

import pytest

from hub.client import log
from hub.client.http import HttpClient
from hub.core.deeds import SnapshotTaken
from hub.core.dutylog.commands import CorrectEntry, ReceiveVisitor, SeeOffVisitor, WriteEntry
from hub.core.findings import Evidence, Picture
from hub.errors import NotAllowed, NotFound, Refused
from tests.server.conftest import Plant

JPEG = b"\xff\xd8\xff\xe0picture"


async def ids(client: HttpClient, **wanted: object) -> list[str]:
    return [view.entry.id for view in await log.entries(client, **wanted)]  # type: ignore[arg-type]


async def test_an_entry_is_there_as_soon_as_it_was_written(plant: Plant) -> None:
    client = await plant.signed_in("watch_officer.s")
    attachment = await client.attach("围栏.jpg", JPEG)
    await client.send(
        WriteEntry(
            kind="incident", text="有人翻越围栏\n已离开", cameras=["gate-1"], attachments=[attachment], alarm="A-2"
        )
    )
    (view,) = await log.entries(client)
    assert view.entry.id == "L-1"
    assert view.entry.by == "person:watch_officer.s"
    assert view.entry.text == "有人翻越围栏\n已离开"
    assert (view.entry.alarm, view.entry.cameras) == ("A-2", ["gate-1"])
    assert [(file.id, file.name) for file in view.attachments] == [(attachment, "围栏.jpg")]


async def test_corrections_visits_and_pictures_are_told_with_the_entry(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    (record,) = await client.send(WriteEntry(kind="incident", text="wrong", pictures=["gate-1"]))
    evidence = Evidence(after=Picture(path="gate-1/now.jpg", sha256="0" * 64))
    plant.backend.write(SnapshotTaken(camera="gate-1", rule="", evidence=evidence), cause=record.seq)
    await client.send(CorrectEntry(entry="L-1", text="right", reason="typing"))
    await client.send(ReceiveVisitor(visitor="王芳", unit="消防支队", purpose="年检"))
    site = await client.site()
    assert [visitor.visitor for visitor in site.visitors] == ["王芳"]
    plant.clock.advance(600)
    await client.send(SeeOffVisitor(entry="L-3"))
    gone, arrival, right, wrong = await log.entries(client)
    assert (wrong.corrected_by, [picture.path for picture in wrong.pictures]) == ("L-2", ["gate-1/now.jpg"])
    assert (right.entry.corrects, right.entry.reason) == ("L-1", "typing")
    assert (arrival.left, arrival.left_at) == ("L-4", plant.clock.now())
    assert gone.entry.leaving
    assert (await client.site()).visitors == []
    detail = await log.entry(client, "L-2")
    assert detail.corrects is not None
    assert detail.corrects.entry.text == "wrong"
    assert [view.entry.id for view in (await log.entry(client, "L-3")).following] == ["L-4"]
    about = (await log.entry(client, "L-4")).about
    assert about is not None
    assert about.entry.id == "L-3"


async def test_entries_come_in_pages_the_newest_first(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    for number in range(7):
        await client.send(WriteEntry(kind="note", text=f"note {number}"))
    first = await log.entries(client, limit=3)
    assert [view.entry.id for view in first] == ["L-7", "L-6", "L-5"]
    assert await ids(client, limit=3, before=first[-1].entry.seq) == ["L-4", "L-3", "L-2"]


async def test_entries_are_chosen_by_kind_camera_day_and_words(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    yesterday = plant.clock.now() - timedelta(days=1)
    await client.send(WriteEntry(kind="incident", text="fence", cameras=["gate-1"], happened_at=yesterday))
    await client.send(WriteEntry(kind="measure", text="guard sent", about="L-1"))
    await client.send(ReceiveVisitor(visitor="王芳", unit="消防支队", purpose="年检"))
    assert await ids(client, kinds=["incident", "measure"]) == ["L-2", "L-1"]
    assert await ids(client, camera="gate-1") == ["L-2", "L-1"]
    assert await ids(client, to_at=plant.clock.now() - timedelta(hours=1)) == ["L-1"]
    assert await ids(client, from_at=plant.clock.now() - timedelta(hours=1)) == ["L-3", "L-2"]
    assert await ids(client, query="消防") == ["L-3"]


async def test_what_concerns_another_domain_is_neither_listed_nor_shown_nor_written_about(plant: Plant) -> None:
    both, security, production = [
        await plant.signed_in(account) for account in ("leader.ps", "watch_officer.s", "watch_officer.p")
    ]
    await both.send(WriteEntry(kind="incident", text="joint", cameras=["gate-1", "press-1"]))
    await security.send(WriteEntry(kind="incident", text="gate", cameras=["gate-1"]))
    await security.send(WriteEntry(kind="measure", text="follows", about="L-2"))
    await security.send(WriteEntry(kind="note", text="about the alarm", alarm="A-2"))
    await security.send(WriteEntry(kind="note", text="for all"))
    assert await ids(both) == ["L-5", "L-4", "L-3", "L-2", "L-1"]
    assert await ids(security) == ["L-5", "L-4", "L-3", "L-2"]
    assert await ids(production) == ["L-5"]
    for entry in ("L-1", "L-2", "L-3", "L-4"):
        with pytest.raises(NotAllowed):
            await log.entry(production, entry)
    with pytest.raises(NotAllowed):
        await log.entry(security, "L-1")
    types = [(record.type, record.event["entry"]) for record in await production.events(types=["log.entered"])]
    assert types == [("log.entered", "L-5")]
    for command in (
        WriteEntry(kind="note", text="x", cameras=["gate-1"]),
        WriteEntry(kind="note", text="x", pictures=["gate-1"]),
        WriteEntry(kind="note", text="x", alarm="A-2"),
        WriteEntry(kind="note", text="x", ticket="T-2"),
        WriteEntry(kind="measure", text="x", about="L-2"),
        CorrectEntry(entry="L-2", text="x", reason="r"),
        CorrectEntry(entry="L-5", text="x", reason="r", cameras=["gate-1"]),
    ):
        with pytest.raises(NotAllowed):
            await production.send(command)


async def test_an_entry_that_follows_one_out_of_sight_says_no_more_of_it(plant: Plant) -> None:
    security, production = await plant.signed_in("watch_officer.s"), await plant.signed_in("watch_officer.p")
    both = await plant.signed_in("leader.ps")
    await security.send(WriteEntry(kind="incident", text="gate", cameras=["gate-1"]))
    await both.send(WriteEntry(kind="measure", text="the press was stopped", about="L-1", cameras=["press-1"]))
    detail = await log.entry(production, "L-2")
    assert detail.view.entry.text == "the press was stopped"
    assert detail.about is None


async def test_an_entry_that_is_not_there_is_said(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    with pytest.raises(NotFound, match="L-9"):
        await log.entry(client, "L-9")
    with pytest.raises((NotFound, Refused)):
        await log.entry(client, "../site")


@pytest.mark.parametrize(
    "parameters",
    [
        {"limit": 0},
        {"limit": 501},
        {"kinds": ["gossip"]},
        {"from": "2026-01-05T08:00:00"},
        {"from": "9999-01-05T08:00:00Z"},
        {"q": "x" * 201},
        {"before": 2**63},
    ],
)
async def test_a_question_without_sense_is_refused(plant: Plant, parameters: dict[str, object]) -> None:
    client = await plant.signed_in("leader.ps")
    with pytest.raises(Refused):
        await client.read("log", list[log.EntryView], parameters)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body",
    [
        {"type": "log.write", "kind": "visitor", "text": "x"},
        {"type": "log.write", "kind": "note", "text": ""},
        {"type": "log.write", "kind": "note", "text": "x" * 4001},
        {"type": "log.write", "kind": "note", "text": "a\x1b[2J"},
        {"type": "log.write", "kind": "note", "text": "x", "attachments": ["../../etc/passwd"]},
        {"type": "log.write", "kind": "note", "text": "x", "cameras": ["c"] * 51},
        {"type": "log.write", "kind": "note", "text": "x", "happened_at": "2026-01-05T08:00:00"},
        {"type": "log.correct", "entry": "L-0", "text": "x", "reason": "r"},
        {"type": "log.correct", "entry": "L-1", "text": "x"},
        {"type": "log.delete", "entry": "L-1"},
    ],
)
async def test_a_command_that_is_none_is_refused(plant: Plant, body: dict[str, object]) -> None:
    client = await plant.signed_in("leader.ps")
    before = len(plant.backend.records)
    with pytest.raises(Refused):
        await client._post("/api/commands", body)
    assert len(plant.backend.records) == before
