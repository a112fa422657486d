"""Rounds over the API: made by command in pieces, cut to the domains of who reads, told when they are over."""

import csv
import io
from datetime import timedelta

import httpx2
import pytest

from hub.client.http import HttpClient
from hub.client.rounds import pieces, round_figures, round_history, round_sheet
from hub.core.assets.events import AssetRegistered
from hub.core.rounds.answers import Answer
from hub.core.rounds.commands import (
    AnswerRound,
    CancelRound,
    CountersignRound,
    SignRound,
    StartRound,
)
from hub.core.rounds.events import RoundDue, RoundMissed, RoundsLoaded
from hub.core.rounds.kinds import Checklist, Measured, Number, RoundKind, YesNo
from hub.core.rounds.sheet_csv import parse_sheet
from hub.core.text import Text
from hub.errors import NotAllowed, NotFound, Refused, WrongState
from tests.server.conftest import Plant

JPEG = b"\xff\xd8\xff\xe0picture"
WEEKLY = RoundKind(
    id="technical",
    name=Text(en="Weekly round", zh="每周巡检"),
    signed_by="leader",
    checklists=(
        Checklist(of="camera", items=(Measured(id="picture", ask=Text(en="Picture"), measure="picture"),)),
        Checklist(
            of="switch",
            items=(
                YesNo(id="heat", ask=Text(en="Hot", zh="发热"), good=False, fault=Text(en="Hot"), photo_of_fault=True),
            ),
        ),
        Checklist(of="ups", items=(Number(id="load", ask=Text(en="Load"), unit="%", at_most=80.0),)),
    ),
)


@pytest.fixture
def rounds(plant: Plant) -> Plant:
    """A switch, a UPS of security, and the kind of the round that is due."""
    backend = plant.backend
    backend.write(
        RoundsLoaded(kinds=[WEEKLY]),
        AssetRegistered(asset="SW-1", kind="switch", values={"name": "Hall switch"}),
        AssetRegistered(asset="U-1", kind="ups", values={"domain": "security"}, domain="security"),
        RoundDue(
            round="R-2",
            kind="technical",
            title=Text(en="Weekly round"),
            team="technical",
            due_at=plant.clock.now() + timedelta(hours=1),
        ),
    )
    return plant


async def answer(client: HttpClient, *answers: Answer, round_: str = "R-2") -> list[str]:
    return [record.type for record in await client.send(AnswerRound(round=round_, answers=list(answers)))]


async def test_a_round_is_begun_answered_in_pieces_signed_and_countersigned(rounds: Plant) -> None:
    maker, leader = await rounds.signed_in("repairer.ps"), await rounds.signed_in("leader.ps")
    ahead = await round_sheet(maker, "R-2")
    assert (ahead.begun, [line.asset for line in ahead.lines]) == (False, ["press-1", "gate-1", "SW-1", "U-1"])
    await maker.send(StartRound(round="R-2"))
    photo = await maker.attach("hot.jpg", JPEG)
    hot = Answer(asset="SW-1", item="heat", value=True, photos=[photo])
    assert await answer(maker, hot) == ["round.answered", "ticket.opened", "round.fault_found"]
    with pytest.raises(WrongState, match="U-1: Load"):
        await maker.send(SignRound(round="R-2"))
    await answer(maker, Answer(asset="U-1", item="load", value=40))
    with pytest.raises(NotAllowed):
        await maker.send(CountersignRound(round="R-2"))
    await maker.send(SignRound(round="R-2", note="one hot switch"))
    await leader.send(CountersignRound(round="R-2"))
    over = await round_sheet(leader, "R-2")
    by_asset = {line.asset: line for line in over.lines}
    assert (by_asset["SW-1"].value, by_asset["SW-1"].bad, by_asset["SW-1"].photos) == (True, True, [photo])
    assert by_asset["SW-1"].ticket == "T-3"
    assert (by_asset["U-1"].value, by_asset["U-1"].by) == (40.0, "person:repairer.ps")
    assert (by_asset["press-1"].value, by_asset["press-1"].found) == (True, [])
    (past, _first) = await round_history(leader, find={"kind": "technical"})
    assert (past.id, past.outcome, past.tickets, past.note) == ("R-2", "done", ["T-3"], "one hot switch")
    assert (past.makers, past.signed_by) == (["person:repairer.ps"], "person:leader.ps")
    assert [each.id for each in (await leader.site()).rounds] == ["R-1"]


async def test_a_sheet_shows_nothing_of_domains_that_one_has_no_rights_in(rounds: Plant) -> None:
    client = await rounds.signed_in("repairer.p")
    await client.send(StartRound(round="R-2"))
    assert [line.asset for line in (await round_sheet(client, "R-2")).lines] == ["press-1", "SW-1"]
    records = await client.events(types=["round.started", "round.measured"])
    assert all("gate-1" not in str(record.event) for record in records)
    with pytest.raises(NotAllowed, match="gate-1"):
        await answer(client, Answer(asset="gate-1", item="picture", value=True))


async def test_a_round_about_a_camera_of_another_domain_is_not_there(rounds: Plant) -> None:
    rounds.backend.write(RoundDue(round="R-3", kind="technical", title=Text(en="Clean"), camera="gate-1"))
    client = await rounds.signed_in("repairer.p")
    assert "R-3" not in [each.id for each in (await client.site()).rounds]
    assert "R-3" not in [each.id for each in await round_history(client)]
    for name in ("R-3", "R-99"):
        with pytest.raises(NotFound):
            await round_sheet(client, name)


async def test_the_sheet_comes_as_csv_and_goes_back_in_pieces(rounds: Plant) -> None:
    client = await rounds.signed_in("repairer.ps")
    await client.send(StartRound(round="R-2"))
    sheet = await round_sheet(client, "R-2")
    data = await _raw(rounds, client, "/api/rounds/R-2/csv?language=zh_CN")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    load = next(row for row in rows if "load" in row)
    load[rows[0].index("结果")] = "42.5"
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    filled = parse_sheet(out.getvalue().encode("gb18030"), sheet)
    assert filled.problems == []
    for piece in pieces(filled.answers):
        await answer(client, *piece)
    assert {line.asset: line.value for line in (await round_sheet(client, "R-2")).lines}["U-1"] == 42.5


async def test_the_sheet_is_printed_in_both_languages_without_anything_that_runs(rounds: Plant) -> None:
    rounds.backend.write(AssetRegistered(asset="SW-2", kind="switch", values={"name": "<script>x</script>"}))
    client = await rounds.signed_in("repairer.ps")
    page = (await _raw(rounds, client, "/api/rounds/R-2/paper?language=zh_CN")).decode()
    assert "发热" in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    text = (await _raw(rounds, client, "/api/rounds/R-2/paper?plain=true")).decode()
    assert "Hall switch (SW-1)" in text
    assert "[ ] yes   [ ] no" in text


async def test_the_figures_tell_in_time_late_and_missed_by_kind_and_team(rounds: Plant) -> None:
    client = await rounds.signed_in("leader.ps")
    for number, after in ((3, 10), (4, 20), (5, 30)):
        due_at = rounds.clock.now() + timedelta(seconds=after)
        rounds.backend.write(RoundDue(round=f"R-{number}", kind="room", title=Text(en="Room"), team="a", due_at=due_at))
    rounds.backend.write(RoundMissed(round="R-4"), RoundMissed(round="R-5"))
    for name in ("R-3", "R-4"):
        await client.send(StartRound(round=name))
        await client.send(SignRound(round=name))
    rounds.clock.advance(60)
    (count,) = [each for each in await round_figures(client) if each.kind == "room"]
    assert (count.in_time, count.late, count.missed, count.open) == (1, 1, 1, 0)
    assert count.judged == 3
    late = await round_history(client, find={"outcome": "late"})
    missed = await round_history(client, find={"outcome": "missed"})
    assert ([each.id for each in late], [each.id for each in missed]) == (["R-4"], ["R-5"])
    with pytest.raises(Refused, match="400 days"):
        await round_figures(client, from_at=rounds.clock.now() - timedelta(days=500))


async def test_only_a_leader_cancels_a_round(rounds: Plant) -> None:
    client, leader = await rounds.signed_in("repairer.ps"), await rounds.signed_in("leader.ps")
    with pytest.raises(NotAllowed):
        await client.send(CancelRound(round="R-2", reason="no time"))
    await leader.send(CancelRound(round="R-2", reason="the line stands still"))
    (past, *_rest) = await round_history(client)
    assert (past.outcome, past.note) == ("cancelled", "the line stands still")


async def _raw(plant: Plant, client: HttpClient, path: str) -> bytes:
    transport = httpx2.AsyncHTTPTransport(uds=str(plant.address.socket))
    async with httpx2.AsyncClient(base_url="http://hub", transport=transport) as http:
        answered = await http.get(path, headers={"authorization": f"Bearer {client._token}"})
        assert answered.status_code == 200, answered.text
        return answered.content
