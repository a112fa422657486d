"""What a person sees: pure functions from the hub's state to the views that the API sends, cut to their domains."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from hub.client.views import (
    AlarmView,
    CameraCondition,
    CameraReference,
    CameraView,
    EventView,
    HealthView,
    HomeView,
    RecordingNow,
    SiteView,
    TicketView,
    WorkerPace,
)
from hub.core.alarms.arrivals import FLOOD_WITHIN
from hub.core.alarms.grouping import TOGETHER_WITHIN, links_of, parents_of
from hub.core.assets.sight import sees_asset
from hub.core.attention.events import AttentionAnswered, AttentionAsked, AttentionPlanned
from hub.core.catalogue import CATALOGUE, SiteConfigured, WorkerDied, WorkerStarted
from hub.core.discovery.events import AddressApproved, CamerasAdded
from hub.core.duty.shifts import RosterLoaded
from hub.core.dutylog.events import LogEntered
from hub.core.event import Event, Record, wire_name
from hub.core.findings import AccessRefused, SignalLost
from hub.core.homes.model import Homes
from hub.core.patrol.events import PatrolBegun, PatrolSeen
from hub.core.people import events as people
from hub.core.people.account import Account
from hub.core.people.rights import sees_camera, sight, visible
from hub.core.posts.handover_events import HandoverEvent
from hub.core.recordings import RecordingsMoved, RecordingsRemoved
from hub.core.releases.events import ReleaseEvent, ReleaseRequested
from hub.core.reviews.events import ReviewEvent
from hub.core.rounds.events import RoundAnswered, RoundMeasured, RoundStarted
from hub.core.site import Camera
from hub.core.state import CameraState, State, WorkerHealth
from hub.core.status import CameraStatus
from hub.core.text import Text
from hub.errors import NotAllowed, NotFound
from hub.server.views.duty import may_read_handover, posts_now, swaps_now
from hub.server.views.posts import check_views, may_see, patrol_views
from hub.server.views.releases import legible, may_read_release, may_see_release, told_release
from hub.server.views.reviews import may_read_review, open_reviews

STALE_AFTER = timedelta(seconds=45)
"""A status is sent every 30 s at least: an older one says nothing about now."""

Shown = TypeVar("Shown", bound=Event | WorkerHealth | WorkerPace)

_LOST = frozenset({wire_name(SignalLost), wire_name(AccessRefused)})
_ABOUT_PEOPLE = tuple(event for event in CATALOGUE.values() if event.__module__ == people.__name__)


def site_view(
    account: Account,
    state: State,
    statuses: Mapping[str, CameraStatus],
    health: HealthView,
    *,
    now: datetime,
    timezone: str,
    recorded: Mapping[str, RecordingNow] = {},
    lock_after_s: float = 0.0,
) -> SiteView:
    """Everything the account may see now."""
    seen = visible(account, state)
    names = {camera.id: camera.name for camera in seen.site.cameras}
    floods = [flood for flood in seen.arrivals.floods.values() if flood.desk in account.domains]
    parents = parents_of(
        seen.alarms.values(),
        seen.site,
        links_of(seen.assets, seen.devices) if seen.alarms else None,
        within=FLOOD_WITHIN if floods else TOGETHER_WITHIN,
    )
    return SiteView(
        name=seen.site.name,
        position=seen.position,
        at=now,
        me=account,
        departments=seen.site.departments,
        areas=seen.site.areas,
        cameras=[
            replace(
                camera_view(camera, seen.cameras.get(camera.id), statuses.get(camera.id), now, seen.homes),
                recording=recorded.get(camera.id),
            )
            for camera in seen.site.cameras
        ],
        alarms=[
            AlarmView(
                alarm=alarm,
                state=alarm.state,
                camera_name=_name(names, alarm.camera),
                parent=parents.get(alarm.id),
            )
            for alarm in seen.alarms.values()
        ],
        tickets=[
            TicketView(ticket=ticket, state=ticket.state, camera_name=_name(names, ticket.camera))
            for ticket in seen.tickets.values()
        ],
        rounds=list(seen.rounds.values()),
        health=health_view(account, health, state),
        posts=posts_now(seen),
        swaps=swaps_now(seen),
        proposals=[each for each in state.assets.proposals.values() if sees_asset(account, each.asset, state)],
        visitors=list(seen.dutylog.visitors.values()),
        permits=[permit for permit in state.permits.permits.values() if may_see(account, permit, state)],
        releases=[
            legible(account, each) for each in state.releases.releases.values() if may_see_release(account, each, state)
        ],
        internal_purposes=state.site.releases.internal_purposes,
        reviews=open_reviews(account, state),
        checks=check_views(account, state),
        patrols=patrol_views(account, state),
        floods=floods,
        people={name: person.account.name for name, person in state.staff.people.items()},
        teams={team.id: team.name for team in state.duty.file.teams},
        shifts={shift.id: shift.name for shift in state.duty.file.shifts},
        timezone=timezone,
        lock_after_s=lock_after_s,
    )


def camera_view(
    camera: Camera,
    known: CameraState | None,
    status: CameraStatus | None,
    now: datetime,
    homes: Homes = Homes(),
) -> CameraView:
    """One camera. Without a status of the last 45 s its signal is unknown and it is not judged, whatever is on
    record: nobody looks at it."""
    known = known or CameraState(id=camera.id)
    fresh = status is not None and abs(now - status.at) <= STALE_AFTER
    current = status if fresh else None
    condition = _condition(known, current)
    return CameraView(
        id=camera.id,
        name=camera.name,
        area=camera.area,
        domain=camera.domain,
        condition=condition,
        findings=sorted(known.findings.values(), key=lambda finding: finding.seq),
        not_judged=_not_judged(known, current, condition),
        signal=current.signal if current else "unknown",
        last_picture_at=status.last_picture_at if status else None,
        fps=current.fps if current else 0.0,
        kbps=current.kbps if current else 0.0,
        width=status.width if status else 0,
        height=status.height if status else 0,
        reconnects=status.reconnects if status else 0,
        measures=current.measures if current else {},
        light=current.light if current else "",
        reference=current.reference if current else "",
        references=[view for view in known.references.values() if view.standing],
        home=home_view(camera, homes),
    )


def home_view(camera: Camera, homes: Homes) -> HomeView | None:
    """Where a camera stands against its home preset."""
    if not camera.home:
        return None
    known = homes.cameras.get(camera.id)
    if camera.id in homes.returning:
        return HomeView(preset=camera.home, at="returning")
    if known is None or known.preset != camera.home:
        return HomeView(preset=camera.home, at="unknown")
    return HomeView(preset=camera.home, at="strayed" if known.strayed else "home", since_at=known.strayed_at)


def references_of(account: Account, state: State, statuses: Mapping[str, CameraStatus]) -> list[CameraReference]:
    """Every reference view of the cameras that the account may see, by camera as in hub.toml."""
    seen = visible(account, state)
    return [
        CameraReference(
            camera=camera.id,
            camera_name=camera.name,
            view=view,
            in_use=view.standing and camera.id in statuses and statuses[camera.id].reference == view.id,
        )
        for camera in seen.site.cameras
        for view in (seen.cameras.get(camera.id) or CameraState(id=camera.id)).references.values()
    ]


def health_view(account: Account, health: HealthView, state: State) -> HealthView:
    """The hub's health without the names of cameras that the account may not see."""
    return replace(
        health,
        workers={name: _cut(account, worker, state) for name, worker in health.workers.items()},
        paces={name: _cut(account, pace, state) for name, pace in health.paces.items()},
    )


def event_view(account: Account, record: Record, state: State) -> EventView:
    """One record for reading, as `told` gives it."""
    event = told(account, record.event, state)
    body: dict[str, Any] = msgspec.to_builtins(event)
    body.pop("type", None)
    return EventView(
        seq=record.seq,
        at=record.at,
        seen_at=record.seen_at,
        actor=record.actor,
        cause=record.cause,
        type=wire_name(event),
        event=body,
        hash=record.hash.hex(),
    )


def told(account: Account, event: Event, state: State) -> Event:
    """What the account is told of an event that it may read: the cameras that it may not see are cut out."""
    if isinstance(event, AttentionAsked) and event.check in state.attention.checks:
        # Which camera is shown is the question.
        event = replace(event, shown="")
    if isinstance(event, ReleaseRequested):
        event = told_release(account, event, state)
    return event if sees_everything(account) else _cut(account, event, state)


def may_read(account: Account, event: Event, camera: str | None, state: State) -> bool:
    """Whether the account may read an event that concerns `camera` (None: no camera in particular).

    Who signed in is for leaders and administrators. A camera that is in hub.toml no more has no domain to go by:
    its history is for people with rights in every domain.
    """
    if isinstance(event, _ABOUT_PEOPLE):
        return bool(account.rights & {"lead", "administer"})
    if isinstance(event, AddressApproved | CamerasAdded):
        return "administer" in account.rights and sees_everything(account)
    if isinstance(event, ReviewEvent) and not may_read_review(account, event, state):
        return False
    if isinstance(event, ReleaseEvent) and not may_read_release(account, event, state):
        return False
    if isinstance(event, HandoverEvent) and not may_read_handover(account, event):
        return False
    if isinstance(event, LogEntered) and not all(covers(account, each, state) for each in event.cameras):
        return False
    if (asset := getattr(event, "asset", None)) and not sees_asset(account, asset, state):
        return False
    return camera is None or covers(account, camera, state)


def covers(account: Account, camera_id: str, state: State) -> bool:
    """Whether the account has rights in the camera's domain and department."""
    return sees_everything(account) or sees_camera(account, camera_id, state)


def check_camera(account: Account, camera_id: str, state: State) -> None:
    """`NotFound` for a camera that hub.toml does not have, `NotAllowed` for one of another domain."""
    if state.site.camera(camera_id) is None:
        raise NotFound(f"No camera {camera_id} in hub.toml.")
    if not covers(account, camera_id, state):
        raise NotAllowed(f"{camera_id} belongs to a domain or department that {account.name} has no rights in.")


def sees_everything(account: Account) -> bool:
    return account.unlimited


def _condition(known: CameraState, current: CameraStatus | None) -> CameraCondition:
    if current is None:
        return "not_judged"
    if current.signal in ("lost", "refused") or _LOST & known.findings.keys():
        return "lost"
    if known.findings:
        return "fault"
    return (
        "good" if known.not_judged is None and current.not_judged is None and current.signal == "live" else "not_judged"
    )


def _not_judged(known: CameraState, current: CameraStatus | None, condition: CameraCondition) -> str | None:
    reason = known.not_judged or (current.not_judged if current else "worker")
    if reason is None and condition == "not_judged" and current is not None:
        return current.signal
    return reason


def _cut(account: Account, event: Shown, state: State) -> Shown:
    match event:
        case SiteConfigured(site=site):
            shown = sight(account, site)
            return replace(event, site=replace(site, cameras=[each for each in site.cameras if shown(each.id)]))
        case RecordingsRemoved(runs=runs) | RecordingsMoved(runs=runs):
            return replace(event, runs=[run for run in runs if covers(account, run.camera, state)])
        case RosterLoaded(roster=roster):
            posts = tuple(replace(post, cameras=tuple(_seen(account, post.cameras, state))) for post in roster.posts)
            return replace(event, roster=replace(roster, posts=posts))
        case AttentionPlanned(posts=plans):
            return replace(event, posts=[replace(plan, cameras=_seen(account, plan.cameras, state)) for plan in plans])
        case AttentionAsked(choices=choices, shown=shown):
            return replace(event, choices=_seen(account, choices, state), shown="".join(_seen(account, [shown], state)))
        case AttentionAnswered(chosen=chosen, shown=shown):
            return replace(
                event,
                chosen="".join(_seen(account, [chosen], state)),
                shown="".join(_seen(account, [shown], state)),
            )
        case PatrolBegun(cameras=names):
            return replace(event, cameras=_seen(account, names, state))
        case PatrolSeen(looks=looks):
            return replace(event, looks=[look for look in looks if covers(account, look.camera, state)])
        case RoundStarted(targets=targets):
            return replace(event, targets=[each for each in targets if _knows(account, each.asset, state)])
        case RoundMeasured(readings=readings):
            return replace(event, readings=[each for each in readings if _knows(account, each.asset, state)])
        case RoundAnswered(answers=answers):
            return replace(event, answers=[each for each in answers if _knows(account, each.asset, state)])
        case WorkerStarted(cameras=names) | WorkerPace(cameras=names):
            return replace(event, cameras=_seen(account, names, state))
        case WorkerDied(cameras=names, reason=reason) | WorkerHealth(cameras=names, reason=reason):
            seen = _seen(account, names, state)
            return replace(event, cameras=seen, reason=_without(reason, set(names).difference(seen)))
        case _:
            return event


def _knows(account: Account, asset: str, state: State) -> bool:
    """Whether the account may see a thing that was looked at on a round, camera or not."""
    if state.site.camera(asset) is not None:
        return covers(account, asset, state)
    known = state.assets.by_id.get(asset)
    return known is None or not known.domain or known.domain in account.domains


def _seen(account: Account, cameras: Iterable[str], state: State) -> list[str]:
    return [camera for camera in cameras if covers(account, camera, state)]


def _without(text: str, cameras: Iterable[str]) -> str:
    """`text` with `…` for the ids of these cameras."""
    for camera in cameras:
        text = re.sub(rf"(?<![\w-]){re.escape(camera)}(?![\w-])", "…", text)
    return text


def _name(names: Mapping[str, Text], camera_id: str | None) -> Text | None:
    return names.get(camera_id) if camera_id is not None else None
