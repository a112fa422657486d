"""Permits, attention checks and walks of the wall over the real API: who sees what, and what nobody is told."""

from datetime import timedelta

import pytest

from hub.client.attention import attention, check_picture
from hub.client.patrol import patrols
from hub.client.permits import permit, permits
from hub.core.attention.commands import AnswerAttention, AskAttention
from hub.core.attention.events import AttentionPlanned
from hub.core.attention.posts import PostPlan
from hub.core.decisions import decide
from hub.core.patrol.commands import BeginPatrol, ConfirmChannels
from hub.core.patrol.events import Look
from hub.core.permits.commands import ApplyPermit, ApprovePermit, EndPermit
from hub.core.posts.events import PostSignedOn
from hub.core.text import Text
from hub.errors import NotAllowed, NotFound
from tests.server.conftest import Plant

DESK = Text(en="Desk")


def apply_(plant: Plant, camera: str = "gate-1") -> ApplyPermit:
    to_at = plant.clock.now() + timedelta(hours=2)
    return ApplyPermit(cameras=[camera], kinds=["obstruction"], to_at=to_at, reason="painting")


async def test_a_permit_is_applied_for_approved_and_read_with_its_course(plant: Plant) -> None:
    officer = await plant.signed_in("watch_officer.ps")
    leader = await plant.signed_in("leader.ps")
    (applied,) = await officer.send(apply_(plant))
    assert applied.event["permit"] == "P-1"
    await leader.send(ApprovePermit(permit="P-1", note="mind the lane"))
    (view,) = await permits(officer)
    assert (view.permit.state, view.permit.decided_by) == ("approved", "person:leader.ps")
    detail = await permit(officer, "P-1")
    assert [record.type for record in detail.records] == ["permit.applied", "permit.approved"]
    site = await officer.site()
    assert [each.id for each in site.permits] == ["P-1"]


async def test_nobody_approves_their_own_over_the_api_either(plant: Plant) -> None:
    leader = await plant.signed_in("leader.ps")
    await leader.send(apply_(plant))
    with pytest.raises(NotAllowed, match="your own"):
        await leader.send(ApprovePermit(permit="P-1"))


async def test_a_permit_is_for_the_eyes_of_its_domain(plant: Plant) -> None:
    both = await plant.signed_in("leader.ps")
    await both.send(apply_(plant))
    production = await plant.signed_in("leader.p")
    assert await permits(production) == []
    assert (await production.site()).permits == []
    with pytest.raises(NotFound):
        await permit(production, "P-1")
    with pytest.raises(NotAllowed):
        await production.send(ApprovePermit(permit="P-1"))
    seen = await production.events(types=["permit.applied"])
    assert seen == []
    assert len(await both.events(types=["permit.applied"])) == 1


async def test_permits_that_are_over_are_listed_when_asked_for(plant: Plant) -> None:
    officer = await plant.signed_in("watch_officer.s")
    leader = await plant.signed_in("leader.s")
    await officer.send(apply_(plant))
    await leader.send(ApprovePermit(permit="P-1"))
    await officer.send(EndPermit(permit="P-1"))
    assert await permits(officer, which="open") == []
    assert [view.permit.state for view in await permits(officer, camera="gate-1")] == ["ended"]
    assert await permits(officer, camera="press-1") == []


def man_the_desk(plant: Plant, *accounts: str) -> None:
    post = PostPlan(id="desk", name=DESK, cameras=["press-1", "gate-1"], day_s=7200.0, patrol_s=7200.0)
    plant.backend.write(
        AttentionPlanned(posts=[post]),
        *(
            PostSignedOn(post="desk", post_name=DESK, account=account, name=Text(en=account), how="in_time")
            for account in accounts
        ),
    )


async def test_what_a_check_shows_is_told_to_nobody_before_it_is_answered(plant: Plant) -> None:
    man_the_desk(plant, "watch_officer.ps")
    plant.backend.pictures["gate-1"] = b"\xff\xd8jpeg"
    order = AskAttention(post="desk", shown="gate-1", choices=("gate-1", "press-1"))
    plant.backend.write(*decide(plant.backend.state(), order, "hub", plant.clock.now()))
    officer = await plant.signed_in("watch_officer.ps")
    leader = await plant.signed_in("leader.ps")
    (check,) = (await officer.site()).checks
    assert (check.mine, [choice.camera for choice in check.choices]) == (True, ["gate-1", "press-1"])
    assert await check_picture(officer, "C-1") == b"\xff\xd8jpeg"
    with pytest.raises(NotAllowed):
        await check_picture(leader, "C-1")
    (asked,) = await leader.events(types=["attention.asked"])
    assert asked.event["shown"] == ""
    with pytest.raises(NotAllowed):
        await leader.send(AnswerAttention(check="C-1", chosen="gate-1"))
    await officer.send(AnswerAttention(check="C-1", chosen="gate-1"))
    (past,) = (await attention(leader)).past
    assert (past.answered_by, past.right) == ("watch_officer.ps", True)
    with pytest.raises(NotFound):
        await check_picture(officer, "C-1")


async def test_an_open_check_names_no_camera_of_another_domain(plant: Plant) -> None:
    man_the_desk(plant, "watch_officer.ps")
    order = AskAttention(post="desk", shown="gate-1", choices=("gate-1", "press-1"))
    plant.backend.write(*decide(plant.backend.state(), order, "hub", plant.clock.now()))
    production = await plant.signed_in("leader.p")
    (check,) = (await production.site()).checks
    assert [choice.camera for choice in check.choices] == ["press-1"]


async def test_a_walk_is_for_those_who_may_see_the_whole_wall(plant: Plant) -> None:
    man_the_desk(plant, "watch_officer.ps")
    officer = await plant.signed_in("watch_officer.ps")
    await officer.send(BeginPatrol(post="desk"))
    plant.clock.advance(10.0)
    await officer.send(ConfirmChannels(patrol="W-1", looks=[Look("press-1", 4.0)]))
    (view,) = await patrols(officer)
    assert (view.patrol, view.unseen, view.here) == ("W-1", ["gate-1"], True)
    half = await plant.signed_in("watch_officer.p")
    assert await patrols(half) == []
    with pytest.raises(NotAllowed):
        await half.send(BeginPatrol(post="desk"))
    (begun,) = await half.events(types=["patrol.begun"])
    assert begun.event["cameras"] == ["press-1"]
