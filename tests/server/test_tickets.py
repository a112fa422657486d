"""Fault tickets over the real API: by hand, with photos, closed ones, the history of one, and the figures."""

from datetime import timedelta

import pytest

from hub.client.http import HttpClient
from hub.client.tickets import ticket, ticket_figures, tickets
from hub.core.catalogue import HubStarted
from hub.core.findings import SignalRestored
from hub.core.tickets.commands import AcknowledgeTicket, ReportFault, ReportRepair, SignTicket
from hub.core.tickets.decisions import due
from hub.core.tickets.events import Part, TicketVerifying
from hub.errors import NotAllowed, NotFound, Refused
from tests.server.conftest import Plant

PNG = b"\x89PNG\r\n\x1a\n" + b"dust"
FAULT = ReportFault(subject="asset:SW-3", camera="press-1", title="Fan noisy")


def pass_time(plant: Plant, **by: float) -> None:
    plant.clock.advance(timedelta(**by).total_seconds())
    while events := due(plant.backend.state(), plant.clock.now()):
        plant.backend.write(*events)


async def repaired(plant: Plant, client: HttpClient) -> None:
    """T-1 is repaired, seen good and closed."""
    await client.send(ReportRepair(ticket="T-1", cause="plug", parts=[Part(name="RJ45", quantity=2)]))
    plant.backend.write(SignalRestored(camera="press-1"), TicketVerifying(ticket="T-1"))
    pass_time(plant, minutes=11)


async def test_a_fault_is_reported_by_hand_with_a_photo_and_read_with_its_history(plant: Plant) -> None:
    officer, repairer = await plant.signed_in("watch_officer.p"), await plant.signed_in("repairer.ps")
    photo = await officer.attach("fan.png", PNG)
    await officer.send(ReportFault(subject="asset:SW-3", camera="press-1", title="Fan noisy", photos=[photo]))
    await repairer.send(AcknowledgeTicket(ticket="T-3", note="today"))
    found = await ticket(repairer, "T-3")
    assert (found.view.state, found.view.camera_name) == ("acknowledged", plant.backend.state().site.cameras[0].name)
    assert [(each.type, each.actor) for each in found.history] == [
        ("ticket.opened", "person:watch_officer.p"),
        ("ticket.acknowledged", "person:repairer.ps"),
    ]
    assert [each.name for each in found.photos] == ["fan.png"]


async def test_a_repair_closes_by_itself_and_stays_readable(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    await repaired(plant, client)
    assert [each.ticket.id for each in (await client.site()).tickets] == ["T-2"]
    assert [each.ticket.id for each in await tickets(client)] == ["T-2", "T-1"]
    (closed,) = await tickets(
        client, states=["closed"], camera="press-1", closed_since=plant.clock.now() - timedelta(1)
    )
    assert closed.ticket.repair is not None
    assert closed.ticket.repair.parts == [Part(name="RJ45", quantity=2)]
    assert await tickets(client, states=["closed"], closed_since=plant.clock.now() + timedelta(1)) == []
    assert [each.ticket.id for each in await tickets(client, limit=1, before="T-2")] == ["T-1"]
    detail = await ticket(client, "T-1")
    assert [each.type for each in detail.history][-2:] == ["ticket.verified", "ticket.closed"]


async def test_the_figures_grow_with_the_journal(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    plant.clock.advance(3600)
    before = await ticket_figures(client)
    assert (before.opened, before.closed, before.standing) == (2, 0, 2)
    await repaired(plant, client)
    plant.clock.advance(1)
    found = await ticket_figures(client)
    assert (found.closed, found.standing, found.failed) == (1, 1, 2)
    (whole,) = [phase for phase in found.phases if phase.name == "whole"]
    assert (whole.runs, whole.mean_s) == (1, 3600.0)
    assert found.from_at == plant.backend.records[0].seen_at, "never of a time before the journal"


async def test_tickets_of_another_domain_are_not_there(plant: Plant) -> None:
    guard = await plant.signed_in("watch_officer.s")
    assert [each.ticket.id for each in await tickets(guard)] == ["T-2"]
    assert (await ticket_figures(guard)).standing + (await ticket_figures(guard)).closed <= 1
    for unseen in ("T-1", "T-99"):
        with pytest.raises(NotFound, match=f"no ticket {unseen}"):
            await ticket(guard, unseen)
    with pytest.raises(NotAllowed):
        await guard.send(FAULT)


async def test_a_leader_signs_for_what_another_repaired(plant: Plant) -> None:
    leader, repairer = await plant.signed_in("leader.ps"), await plant.signed_in("repairer.ps")
    await leader.send(ReportFault(subject="asset:SW-3", title="Fan noisy"))
    await leader.send(ReportRepair(ticket="T-3", cause="bearing"))
    with pytest.raises(NotAllowed, match="of their own"):
        await leader.send(SignTicket(ticket="T-3", reason="heard it"))
    await repairer.send(ReportRepair(ticket="T-3", cause="bearing"))
    await leader.send(SignTicket(ticket="T-3", reason="heard it"))
    (found,) = await tickets(leader, subject="asset:SW-3")
    assert (found.state, found.ticket.verified_by) == ("closed", "person:leader.ps")


async def test_questions_without_sense_are_refused(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    now = plant.clock.now()
    with pytest.raises(Refused, match="not the number"):
        await tickets(client, before="x")
    with pytest.raises(Refused, match="before it begins"):
        await ticket_figures(client, from_at=now, to_at=now - timedelta(days=1))
    with pytest.raises(Refused, match="at most"):
        await ticket_figures(client, from_at=now - timedelta(days=3000))
    with pytest.raises(Refused, match="zone"):
        await ticket_figures(client, from_at=now.replace(tzinfo=None))


async def test_a_restart_leaves_the_proof_to_be_made_anew(plant: Plant) -> None:
    client = await plant.signed_in("leader.ps")
    await client.send(ReportRepair(ticket="T-1", cause="plug"))
    plant.backend.write(SignalRestored(camera="press-1"), TicketVerifying(ticket="T-1"))
    pass_time(plant, minutes=9)
    plant.backend.write(HubStarted(version="1", last_stop="unclean"))
    pass_time(plant, minutes=60)
    assert (await ticket(client, "T-1")).view.state == "repaired"
