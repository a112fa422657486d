"""The reference views over the API: who sees which, and what becomes of them."""

import pytest

from hub.core.cameras.commands import ApproveReference, RejectReference
from hub.core.findings import Picture, ReferenceLearned
from hub.errors import NotAllowed, NotFound, WrongState
from tests.server.conftest import Plant, fresh_status


async def test_every_person_sees_the_views_of_their_own_domain(plant: Plant) -> None:
    production = await plant.signed_in("watch_officer.p")
    assert [(each.camera, each.view.id, each.view.state) for each in await production.references()] == [
        ("press-1", "day-1", "proposed")
    ]
    assert [view.id for view in (await production.site()).cameras[0].references] == ["day-1"]
    with pytest.raises(NotAllowed, match="gate-1 belongs to a domain"):
        await production.references("gate-1")
    with pytest.raises(NotFound, match="No camera nowhere"):
        await production.references("nowhere")
    everything = await (await plant.signed_in("leader.ps")).references()
    assert [each.camera for each in everything] == ["press-1", "gate-1"]


async def test_an_approved_view_is_named_with_who_approved_it_and_replaces_the_one_before(plant: Plant) -> None:
    leader = await plant.signed_in("leader.s")
    await leader.send(ApproveReference(camera="gate-1", reference="day-1"))
    assert await leader.send(ApproveReference(camera="gate-1", reference="day-1")) == []
    plant.clock.advance(3600)
    plant.backend.write(ReferenceLearned(camera="gate-1", reference="day-2", picture=Picture("gate-1/2.jpg", "")))
    plant.backend.report(fresh_status(plant.clock, "gate-1", reference="day-2", light="day"))
    await leader.send(ApproveReference(camera="gate-1", reference="day-2"))
    first, second = await leader.references("gate-1")
    assert (first.view.state, first.in_use) == ("superseded", False)
    assert (second.view.state, second.view.approved_by, second.in_use) == ("approved", "person:leader.s", True)
    [camera] = (await leader.site()).cameras
    assert [view.id for view in camera.references] == ["day-2"]
    assert (camera.reference, camera.light) == ("day-2", "day")


async def test_a_rejected_view_cannot_be_approved_and_its_picture_stays_evidence_of_its_domain(plant: Plant) -> None:
    leader = await plant.signed_in("leader.s")
    await leader.send(RejectReference(camera="gate-1", reference="day-1", reason="a lorry stood there"))
    with pytest.raises(WrongState, match="was rejected"):
        await leader.send(ApproveReference(camera="gate-1", reference="day-1"))
    [rejected] = await leader.references("gate-1")
    assert (rejected.view.state, rejected.view.reason) == ("rejected", "a lorry stood there")
    assert await leader.evidence("gate-1/reference.jpg") == b"\xff\xd8gate-1"
    with pytest.raises(NotAllowed):
        await (await plant.signed_in("leader.p")).evidence("gate-1/reference.jpg")


async def test_a_view_that_is_not_there_is_refused_with_the_way_to_those_that_are(plant: Plant) -> None:
    leader = await plant.signed_in("leader.s")
    with pytest.raises(NotFound, match="gate-1 has no reference view day-9") as refused:
        await leader.send(ApproveReference(camera="gate-1", reference="day-9"))
    assert "hub references list" in refused.value.hint
