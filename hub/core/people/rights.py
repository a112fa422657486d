"""People and what they may do: one table, asked in one place (`check`), for every command and every reading."""

import msgspec

from hub.core.command import RIGHTS, Command, Right
from hub.core.decisions import cameras_of
from hub.core.people.account import DOMAINS, ROLES, Account, Role
from hub.core.people.commands import CreateAccount
from hub.core.state import State
from hub.errors import NotAllowed

ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    "watch_officer": frozenset({"live", "playback", "ptz", "watch", "report", "round", "duty", "apply"}),
    "repairer": frozenset({"live", "playback", "ptz", "report", "repair", "round", "duty", "apply", "assets"}),
    "leader": frozenset(RIGHTS) - {"administer", "export", "delete"},
    "administrator": frozenset(RIGHTS) - {"export", "delete"},
    "reader": frozenset(),
}
"""Which role has which rights."""


def may(role: Role, command: type[Command]) -> bool:
    """Whether a role has the right that a command needs."""
    return command.NEEDS in ROLE_RIGHTS[role]


def roles_for(command: type[Command]) -> list[Role]:
    """The roles that may give a command."""
    return [role for role in ROLES if may(role, command)]


def check(account: Account, command: Command, state: State) -> None:
    """Raise `NotAllowed` unless the account's role may give the command and its domains cover what it touches."""
    if not may(account.role, type(command)):
        raise NotAllowed(
            f"{account.name} ({account.role}) may not do this.",
            hint=f"Ask somebody with one of these roles: {', '.join(roles_for(type(command)))}.",
        )
    if isinstance(command, CreateAccount) and (foreign := set(command.domains) - set(account.domains)):
        raise NotAllowed(f"{account.name} has no rights in the domain of {', '.join(sorted(foreign))}.")
    for camera in cameras_of(state, command):
        if not sees_camera(account, camera, state):
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
