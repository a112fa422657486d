"""What people may do: one table, asked in one place (`check`), for every command and every reading."""

from collections.abc import Callable, Collection, Iterable

import msgspec

from hub.core.command import Command, Right
from hub.core.decisions import cameras_of, domains_of
from hub.core.people.account import PERSON_ROLES, ROLE_RIGHTS, ROLES, Account, Role
from hub.core.people.commands import (
    ChangeAccount,
    CreateAccount,
    DisableAccount,
    DismissPerson,
    DropTotp,
    EnableAccount,
    EndSession,
    ResetPassword,
)
from hub.core.people.reach import covers
from hub.core.site import Site
from hub.core.state import State
from hub.errors import NotAllowed

AboutAccount = (
    CreateAccount
    | ChangeAccount
    | ResetPassword
    | DisableAccount
    | EnableAccount
    | DismissPerson
    | EndSession
    | DropTotp
)
_NO_ROLE = "No role has this right by itself: an administrator grants it."


def may(account: Account, command: type[Command]) -> bool:
    """Whether a person has the right that a command needs; what needs none is for everybody who has an account."""
    return account.role != "reader" and (command.NEEDS is None or command.NEEDS in account.rights)


def roles_with(right: Right) -> list[Role]:
    """The roles that have a right by themselves."""
    return [role for role in ROLES if right in ROLE_RIGHTS[role]]


def roles_for(command: type[Command]) -> list[Role]:
    """The roles that may give a command."""
    return list(PERSON_ROLES) if command.NEEDS is None else roles_with(command.NEEDS)


def check(account: Account, command: Command, state: State) -> None:
    """Raise `NotAllowed` unless the person has the right that the command needs, for everything that it touches."""
    if command.NEEDS is not None:
        check_right(account, command.NEEDS)
    elif account.role == "reader":
        raise NotAllowed(f"{account.name} is nobody's own account.", hint="Sign in first: `hub sign-in ACCOUNT`.")
    if isinstance(command, EndSession | DropTotp) and command.account != account.id:
        check_right(account, "administer")
    if isinstance(command, AboutAccount):
        _check_reach(account, command, state)
    for camera in cameras_of(state, command):
        if not sees_camera(account, camera, state):
            raise NotAllowed(f"{account.name} has no rights in the domain or department of {camera}.")
    if foreign := set(domains_of(state, command)) - set(account.domains):
        raise NotAllowed(f"{account.name} has no rights in the domain of {', '.join(sorted(foreign))}.")


def check_right(account: Account, right: Right) -> None:
    """Raise `NotAllowed` unless the person has a right."""
    if right not in account.rights:
        roles = [role for role in roles_with(right) if role != account.role]
        raise NotAllowed(
            f"{account.name} ({account.role}) may not do this.",
            hint=f"Ask somebody with one of these roles: {', '.join(roles)}." if roles else _NO_ROLE,
        )


def _check_reach(account: Account, command: AboutAccount, state: State) -> None:
    """Nobody makes an account that reaches further than their own, nor changes one that does."""
    known = state.staff.people.get(command.account)
    if known is not None and known.account.id != account.id:
        _check_within(account, known.account.domains, known.account.departments)
    if isinstance(command, CreateAccount):
        _check_within(account, command.domains, command.departments)
    if isinstance(command, ChangeAccount):
        _check_within(account, command.domains or (), command.departments)


def _check_within(account: Account, domains: Iterable[str], departments: Collection[str] | None) -> None:
    if foreign := set(domains) - set(account.domains):
        raise NotAllowed(f"{account.name} has no rights in the domain or department of {', '.join(sorted(foreign))}.")
    if account.departments and departments is not None:
        beyond = set(departments) - set(account.departments)
        if beyond or not departments:
            raise NotAllowed(
                f"{account.name} has no rights in the domain or department of {', '.join(sorted(beyond)) or 'all'}."
            )


def sees_camera(account: Account, camera_id: str | None, state: State) -> bool:
    """Whether the account may see what concerns this camera; what concerns none, everybody signed in may see."""
    if camera_id is None:
        return True
    camera = state.site.camera(camera_id)
    return covers(account, camera, state.site)


def sight(account: Account, site: Site) -> Callable[[str | None], bool]:
    """`sees_camera` for many cameras of one site: asks once, answers at once."""
    departments = {area.id: area.department for area in site.areas}
    seen = {
        camera.id
        for camera in site.cameras
        if camera.domain in account.domains
        and (not account.departments or departments.get(camera.area) in account.departments)
    }
    known = {camera.id for camera in site.cameras}
    return lambda camera: camera is None or camera in seen or (camera not in known and account.unlimited)


def visible(account: Account, state: State) -> State:
    """The state without what belongs to domains and departments that the account has no rights in."""
    shown = sight(account, state.site)
    return msgspec.structs.replace(
        state,
        site=msgspec.structs.replace(state.site, cameras=[c for c in state.site.cameras if shown(c.id)]),
        cameras={key: value for key, value in state.cameras.items() if shown(key)},
        alarms={key: value for key, value in state.alarms.items() if shown(value.camera)},
        tickets={key: value for key, value in state.tickets.items() if shown(value.camera)},
        rounds={key: value for key, value in state.rounds.items() if shown(value.camera)},
    )
