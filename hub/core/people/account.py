"""Accounts: who may sign in, in which role, for which domains and departments."""

from typing import Literal, get_args

import msgspec

from hub.core.command import RIGHTS, Right

PersonRole = Literal["watch_officer", "repairer", "leader", "administrator", "specialist", "planner"]
"""The roles that people have."""
Role = Literal["watch_officer", "repairer", "leader", "administrator", "specialist", "planner", "reader"]
"""`reader` is the role of the local command line and of monitoring: it has no right and only reads."""
Domain = Literal["production", "security"]

ROLES: tuple[Role, ...] = get_args(Role)
PERSON_ROLES: tuple[PersonRole, ...] = get_args(PersonRole)
DOMAINS: tuple[Domain, ...] = get_args(Domain)

ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    "watch_officer": frozenset({"live", "playback", "ptz", "watch", "report", "round", "duty", "apply"}),
    "repairer": frozenset({"live", "playback", "ptz", "report", "repair", "round", "duty", "apply", "assets"}),
    "leader": frozenset(RIGHTS) - {"administer", "export", "delete"},
    "administrator": frozenset(RIGHTS) - {"export", "delete"},
    "specialist": frozenset({"live", "playback", "export", "duty", "apply"}),
    "planner": frozenset({"live", "apply", "assets", "replace"}),
    "reader": frozenset(),
}
"""Which role has which rights. `specialist` (调取专员): hands footage out once a leader approved it, and approves
nothing itself. `planner` (规划部门): takes part in replacing what is worn out (3.8), and does not watch."""


class Account(msgspec.Struct, frozen=True):
    """A person who may sign in. `departments` empty: those of every department; else only the cameras in areas of
    these. `granted` and `withdrawn` are the rights that this person has besides, and without, those of the role."""

    id: str
    name: str
    role: Role
    domains: list[Domain]
    departments: list[str] = []
    granted: list[Right] = []
    withdrawn: list[Right] = []

    @property
    def actor(self) -> str:
        return f"person:{self.id}"

    @property
    def rights(self) -> frozenset[Right]:
        """What the person may do, where domains and departments allow it. A reader only looks, whatever is granted."""
        if self.role == "reader":
            return ROLE_RIGHTS["reader"]
        return (ROLE_RIGHTS[self.role] | set(self.granted)) - set(self.withdrawn)

    @property
    def unlimited(self) -> bool:
        """Whether the account covers every domain and every department."""
        return not self.departments and set(DOMAINS) <= set(self.domains)
