"""What follows from commands about home presets, and from where cameras were found to stand."""

from collections.abc import Sequence
from datetime import datetime
from typing import get_args

from hub.core.event import Event
from hub.core.homes.commands import ApproveHome, EndReturn, HomeCommand, HomeOrder, ReportPosition, ReturnHome
from hub.core.homes.events import CameraHome, CameraStrayed, HomeLearned, ReturnFailed, ReturnOrdered
from hub.core.homes.position import AT_HOME, STILL, apart, describe
from hub.core.site import Camera
from hub.core.state import State
from hub.core.subject import Subject
from hub.errors import NotFound, WrongState


def decide(state: State, command: HomeCommand | HomeOrder, actor: str, now: datetime) -> Sequence[Event]:
    match command:
        case ReturnHome():
            return _return(state, command)
        case ApproveHome():
            return _approve(state, command)
        case ReportPosition():
            return _reported(state, command, now)
        case EndReturn():
            if state.homes.returning.get(command.camera) != command.preset:
                return []
            return [ReturnFailed(camera=command.camera, preset=command.preset, detail=command.problem)]


def cameras(state: State, command: HomeCommand | HomeOrder) -> Sequence[str | None]:
    return [command.camera]


def _return(state: State, command: ReturnHome) -> list[Event]:
    camera = _homed(state, command.camera)
    if camera.id in state.homes.returning:
        return []
    return [ReturnOrdered(camera=camera.id, preset=camera.home, reason=command.reason)]


def _approve(state: State, command: ApproveHome) -> list[Event]:
    camera = _homed(state, command.camera)
    known = state.homes.cameras.get(camera.id)
    if known is None or known.preset != camera.home or known.strayed is None:
        raise WrongState(
            f"{camera.id} is not found away from its home preset.",
            hint="Turn the camera to where it shall stand, and wait a minute.",
        )
    learned = HomeLearned(
        camera=camera.id, preset=camera.home, position=known.strayed, how="approved", reason=command.reason
    )
    return [CameraHome(camera=camera.id, preset=camera.home), learned]


def _reported(state: State, order: ReportPosition, now: datetime) -> list[Event]:
    camera = state.site.camera(order.camera)
    if camera is None or camera.home != order.preset:
        return []
    known = state.homes.cameras.get(camera.id)
    if known is None or known.preset != order.preset:
        if not order.turned:
            return []  # nobody knows where its home is before it was sent there
        return [HomeLearned(camera=camera.id, preset=order.preset, position=order.position)]
    gap = apart(known.position, order.position)
    if gap is None:
        if not order.turned:
            return []
        return [HomeLearned(camera=camera.id, preset=order.preset, position=order.position, how="units")]
    if gap <= AT_HOME:
        return [CameraHome(camera=camera.id, preset=order.preset)] if known.strayed is not None else []
    if known.strayed is not None and not order.turned and (apart(known.strayed, order.position) or 0.0) <= STILL:
        return []
    return [
        CameraStrayed(
            camera=camera.id,
            preset=order.preset,
            position=order.position,
            since_at=known.strayed_at or now,
            detail=describe(known.position, order.position),
        )
    ]


def _homed(state: State, camera_id: str) -> Camera:
    camera = state.site.camera(camera_id)
    if camera is None:
        raise NotFound(f"No camera {camera_id} in hub.toml.")
    if not camera.home:
        raise NotFound(
            f"No home preset is named for {camera_id} in hub.toml.",
            hint='Give the camera `home = "NAME"`, a preset that is kept in the camera.',
        )
    return camera


SUBJECT = Subject(commands=(*get_args(HomeCommand), *get_args(HomeOrder)), decide=decide, cameras=cameras)
