"""Accounts: who may sign in, in which role, for which domains."""

from typing import Literal

import msgspec

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
