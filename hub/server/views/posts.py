"""What a person sees of permits, attention checks and walks of the wall. Pure."""

from collections.abc import Iterable

from hub.client.attention import AttentionView, PastCheck, PostAttention
from hub.client.permits import PermitView
from hub.client.views import CheckChoice, CheckView, PatrolView
from hub.core.attention.model import Check
from hub.core.attention.plan import present
from hub.core.patrol.decisions import channels, due_of
from hub.core.people.account import Account
from hub.core.people.rights import sees_camera
from hub.core.permits.decisions import covered
from hub.core.permits.model import Permit
from hub.core.state import State
from hub.core.text import Text


def may_see(account: Account, permit: Permit, state: State) -> bool:
    return all(sees_camera(account, camera, state) for camera in permit.cameras)


def permit_views(account: Account, state: State, permits: Iterable[Permit]) -> list[PermitView]:
    """Those among these that the account may see."""
    return [permit_view(permit, state) for permit in permits if may_see(account, permit, state)]


def permit_view(permit: Permit, state: State) -> PermitView:
    known = [state.site.camera(camera) for camera in permit.cameras]
    return PermitView(
        permit=permit,
        camera_names=[
            camera.name if camera is not None else Text(en=name)
            for name, camera in zip(permit.cameras, known, strict=True)
        ],
        covered=covered(state, permit) if permit.over_at is None else [],
        alarms=[alarm.id for alarm in state.alarms.values() if permit.actor in alarm.suppressors],
    )


def check_views(account: Account, state: State) -> list[CheckView]:
    """The open checks: one's own, and all for those who lead. What is shown is told to nobody."""
    leads = account.role in ("leader", "administrator")
    return [
        check_view(account, state, check)
        for check in state.attention.checks.values()
        if leads or account.id in check.people
    ]


def check_view(account: Account, state: State, check: Check) -> CheckView:
    names = {camera.id: camera.name for camera in state.site.cameras}
    return CheckView(
        id=check.id,
        post=check.post,
        post_name=check.post_name,
        state=check.state,
        people=list(check.people),
        asked_at=check.asked_at,
        until_at=check.until_at,
        mine=account.id in check.people,
        choices=[
            CheckChoice(camera, names.get(camera, Text(en=camera)))
            for camera in check.choices
            if sees_camera(account, camera, state)
        ],
    )


def attention_view(account: Account, state: State) -> AttentionView:
    """The checks that are open, and those that were over last; of one's own posts, or all for those who lead."""
    leads = account.role in ("leader", "administrator", "reader")
    past = [check for check in reversed(state.attention.past) if leads or account.id in check.people]
    return AttentionView(
        open=check_views(account, state),
        past=[
            PastCheck(
                id=check.id,
                post=check.post,
                post_name=check.post_name,
                people=list(check.people),
                asked_at=check.asked_at,
                missed_at=check.missed_at,
                answered_by=check.answered_by,
                delay_s=check.delay_s,
                right=check.right,
                note=check.note,
                unwatched_s=check.unwatched_s,
            )
            for check in past
        ],
        posts=[
            PostAttention(
                post=plan.id,
                post_name=plan.name,
                present=list(present(state, plan.id)),
                day_s=plan.day_s,
                night_s=plan.night_s,
            )
            for plan in state.attention.plan.values()
        ],
    )


def patrol_views(account: Account, state: State) -> list[PatrolView]:
    """The posts whose wall the account may walk."""
    found: list[PatrolView] = []
    for plan in state.attention.plan.values():
        wall = channels(state, plan)
        if not wall or not all(sees_camera(account, camera, state) for camera in wall):
            continue
        patrol = state.patrols.open.get(plan.id)
        seen = patrol.seen if patrol is not None else {}
        found.append(
            PatrolView(
                post=plan.id,
                post_name=plan.name,
                every_s=plan.patrol_s,
                patrol=patrol.id if patrol is not None else "",
                begun_by=patrol.begun_by.removeprefix("person:") if patrol is not None else "",
                begun_at=patrol.begun_at if patrol is not None else None,
                cameras=wall,
                unseen=[camera for camera in wall if camera not in seen],
                bad=[camera for camera, look in seen.items() if not look.good],
                due_at=due_of(state, plan),
                late=state.patrols.late(plan.id),
                done_at=state.patrols.done_at.get(plan.id),
                done_by=state.patrols.done_by.get(plan.id, "").removeprefix("person:"),
                here=account.id in present(state, plan.id),
            )
        )
    return found
