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
    RecordingNow,
    SiteView,
    TicketView,
    WorkerPace,
)
from hub.core.catalogue import SiteConfigured, WorkerDied, WorkerStarted
from hub.core.event import Event, Record, wire_name
from hub.core.findings import AccessRefused, SignalLost
from hub.core.people.account import DOMAINS, Account
from hub.core.people.events import AccountCreated, SignedIn, SignedOut, SignInRefused
from hub.core.people.rights import visible
from hub.core.recordings import RecordingsRemoved
from hub.core.site import Camera
from hub.core.state import CameraState, State, WorkerHealth
from hub.core.status import CameraStatus
from hub.core.text import Text
from hub.errors import NotAllowed, NotFound

STALE_AFTER = timedelta(seconds=45)
"""A status is sent every 30 s at least: an older one says nothing about now."""

Shown = TypeVar("Shown", bound=Event | WorkerHealth | WorkerPace)

_LOST = frozenset({wire_name(SignalLost), wire_name(AccessRefused)})
_ABOUT_PEOPLE = (SignedIn, SignedOut, SignInRefused, AccountCreated)


def site_view(
    account: Account,
    state: State,
    statuses: Mapping[str, CameraStatus],
    health: HealthView,
    *,
    now: datetime,
    timezone: str,
    recorded: Mapping[str, RecordingNow] = {},
) -> SiteView:
    """Everything the account may see now."""
    seen = visible(account, state)
    names = {camera.id: camera.name for camera in seen.site.cameras}
    return SiteView(
        name=seen.site.name,
        position=seen.position,
        at=now,
        me=account,
        departments=seen.site.departments,
        areas=seen.site.areas,
        cameras=[
            replace(
                camera_view(camera, seen.cameras.get(camera.id), statuses.get(camera.id), now),
                recording=recorded.get(camera.id),
            )
            for camera in seen.site.cameras
        ],
        alarms=[
            AlarmView(alarm=alarm, state=alarm.state, camera_name=_name(names, alarm.camera))
            for alarm in seen.alarms.values()
        ],
        tickets=[
            TicketView(ticket=ticket, state=ticket.state, camera_name=_name(names, ticket.camera))
            for ticket in seen.tickets.values()
        ],
        rounds=list(seen.rounds.values()),
        health=health_view(account, health, state),
        timezone=timezone,
    )


def camera_view(camera: Camera, known: CameraState | None, status: CameraStatus | None, now: datetime) -> CameraView:
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
    )


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
    """One record for reading; lists of cameras in it are cut to those that the account may see."""
    event = record.event
    if not sees_everything(account):
        event = _cut(account, event, state)
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


def may_read(account: Account, event: Event, camera: str | None, state: State) -> bool:
    """Whether the account may read an event that concerns `camera` (None: no camera in particular).

    Who signed in is for leaders and administrators. A camera that is in hub.toml no more has no domain to go by:
    its history is for people with rights in every domain.
    """
    if isinstance(event, _ABOUT_PEOPLE):
        return account.role in ("leader", "administrator")
    return camera is None or covers(account, camera, state)


def covers(account: Account, camera_id: str, state: State) -> bool:
    """Whether the account has rights in the camera's domain."""
    camera = state.site.camera(camera_id)
    return sees_everything(account) or (camera is not None and camera.domain in account.domains)


def check_camera(account: Account, camera_id: str, state: State) -> None:
    """`NotFound` for a camera that hub.toml does not have, `NotAllowed` for one of another domain."""
    if state.site.camera(camera_id) is None:
        raise NotFound(f"No camera {camera_id} in hub.toml.")
    if not covers(account, camera_id, state):
        raise NotAllowed(f"{camera_id} belongs to a domain that {account.name} has no rights in.")


def sees_everything(account: Account) -> bool:
    return set(DOMAINS) <= set(account.domains)


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
            cameras = [camera for camera in site.cameras if camera.domain in account.domains]
            return replace(event, site=replace(site, cameras=cameras))
        case RecordingsRemoved(runs=runs):
            return replace(event, runs=[run for run in runs if covers(account, run.camera, state)])
        case WorkerStarted(cameras=names) | WorkerPace(cameras=names):
            return replace(event, cameras=_seen(account, names, state))
        case WorkerDied(cameras=names, reason=reason) | WorkerHealth(cameras=names, reason=reason):
            seen = _seen(account, names, state)
            return replace(event, cameras=seen, reason=_without(reason, set(names).difference(seen)))
        case _:
            return event


def _seen(account: Account, cameras: Iterable[str], state: State) -> list[str]:
    return [camera for camera in cameras if covers(account, camera, state)]


def _without(text: str, cameras: Iterable[str]) -> str:
    """`text` with `…` for the ids of these cameras."""
    for camera in cameras:
        text = re.sub(rf"(?<![\w-]){re.escape(camera)}(?![\w-])", "…", text)
    return text


def _name(names: Mapping[str, Text], camera_id: str | None) -> Text | None:
    return names.get(camera_id) if camera_id is not None else None
