"""People and what they may do: one table, asked in one place (`check`), for every command and every reading."""

from typing import Literal

import msgspec

from hub.core.commands import (
    AcknowledgeAlarm,
    ApproveReference,
    AssignTicket,
    ChangeVariable,
    CloseTicket,
    Command,
    CompleteRound,
    CreateAccount,
    PauseRule,
    RejectReference,
    RelearnCamera,
    ResumeRule,
    RetryCamera,
    ShelveAlarm,
    StopHub,
    UnshelveAlarm,
)
from hub.core.state import State
from hub.errors import NotAllowed

Role = Literal["watch_officer", "repairer", "leader", "administrator", "reader"]
Domain = Literal["production", "security"]
ROLES: tuple[Role, ...] = ("watch_officer", "repairer", "leader", "administrator", "reader")
DOMAINS: tuple[Domain, ...] = ("production", "security")


class Account(msgspec.Struct, frozen=True):
    """A person who may sign in. `reader` is the role of the local command line and of monitoring: it only reads."""

    id: str
    name: str
    role: Role
    domains: list[Domain]

    @property
    def actor(self) -> str:
        return f"person:{self.id}"


_EVERYBODY: frozenset[Role] = frozenset({"watch_officer", "repairer", "leader", "administrator"})

RIGHTS: dict[type[Command], frozenset[Role]] = {
    AcknowledgeAlarm: frozenset({"watch_officer", "leader", "administrator"}),
    ShelveAlarm: frozenset({"watch_officer", "leader", "administrator"}),
    UnshelveAlarm: frozenset({"watch_officer", "leader", "administrator"}),
    AssignTicket: frozenset({"watch_officer", "repairer", "leader", "administrator"}),
    CloseTicket: frozenset({"repairer", "leader", "administrator"}),
    CompleteRound: _EVERYBODY,
    RetryCamera: frozenset({"repairer", "leader", "administrator"}),
    RelearnCamera: frozenset({"leader", "administrator"}),
    ApproveReference: frozenset({"leader", "administrator"}),
    RejectReference: frozenset({"leader", "administrator"}),
    CreateAccount: frozenset({"administrator"}),
    PauseRule: frozenset({"leader", "administrator"}),
    ResumeRule: frozenset({"leader", "administrator"}),
    ChangeVariable: frozenset({"leader", "administrator"}),
    StopHub: frozenset({"leader", "administrator"}),
}
"""Which roles may give which command."""


def check(account: Account, command: Command, state: State) -> None:
    """Raise `NotAllowed` unless the account's role may give the command and its domain covers what it touches."""
    allowed = RIGHTS.get(type(command), frozenset())
    if account.role not in allowed:
        raise NotAllowed(
            f"{account.name} ({account.role}) may not do this.",
            hint=f"Ask somebody with one of these roles: {', '.join(sorted(allowed))}.",
        )
    if isinstance(command, CreateAccount) and (foreign := set(command.domains) - set(account.domains)):
        raise NotAllowed(f"{account.name} has no rights in the domain of {', '.join(sorted(foreign))}.")
    camera = _camera_touched(command, state)
    if camera is not None and not sees_camera(account, camera, state):
        raise NotAllowed(f"{account.name} has no rights in the domain of {camera}.")


def sees_camera(account: Account, camera_id: str | None, state: State) -> bool:
    """Whether the account may see what concerns this camera; what concerns none, everybody signed in may see."""
    camera = state.site.camera(camera_id) if camera_id is not None else None
    return _sees(account, camera_id, camera.domain if camera is not None else None)


def _sees(account: Account, camera_id: str | None, domain: str | None) -> bool:
    if camera_id is None:
        return True
    if domain is None:
        # It left hub.toml, and its domain with it: only those who may see everything see what remains of it.
        return set(account.domains) == set(DOMAINS)
    return domain in account.domains


def visible(account: Account, state: State) -> State:
    """The state without what belongs to domains that the account has no rights in."""
    domains = {camera.id: camera.domain for camera in state.site.cameras}

    def shown(camera_id: str | None) -> bool:
        return _sees(account, camera_id, domains.get(camera_id or ""))

    return msgspec.structs.replace(
        state,
        site=msgspec.structs.replace(state.site, cameras=[c for c in state.site.cameras if shown(c.id)]),
        cameras={key: value for key, value in state.cameras.items() if shown(key)},
        alarms={key: value for key, value in state.alarms.items() if shown(value.camera)},
        tickets={key: value for key, value in state.tickets.items() if shown(value.camera)},
    )


def _camera_touched(command: Command, state: State) -> str | None:
    match command:
        case AcknowledgeAlarm(alarm=alarm) | ShelveAlarm(alarm=alarm) | UnshelveAlarm(alarm=alarm):
            found = state.alarms.get(alarm)
            return found.camera if found else None
        case AssignTicket(ticket=ticket) | CloseTicket(ticket=ticket):
            known = state.tickets.get(ticket)
            return known.camera if known else None
        case (
            RetryCamera(camera=camera)
            | RelearnCamera(camera=camera)
            | ApproveReference(camera=camera)
            | RejectReference(camera=camera)
        ):
            return camera
        case _:
            return None
