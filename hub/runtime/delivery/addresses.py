"""Whom a message reaches: from what a rule says (`duty`, `role:leader`, `post:gate` …) to routes and contacts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import NamedTuple

import msgspec

from hub.automation.model import SendMessage
from hub.automation.recipients import Recipient, parse_recipient
from hub.config.hub_toml.routes import QuietTable, RecipientTable, parse_limit
from hub.config.hub_toml.site import SiteConfig
from hub.core.event import Record
from hub.core.people.account import Account, Domain, Role
from hub.core.people.events import AccountChanged, AccountCreated, PersonLeft
from hub.runtime.delivery.quiet import Manners, Quiet, Rate

DUTY = "duty"
"""The route for a post at which nobody is to be reached."""

OnDuty = Callable[[str, datetime], Sequence[str]]
"""The accounts of those who are rostered at a post at an instant."""


class Person(NamedTuple):
    """What counts of an account here."""

    role: str
    domains: tuple[str, ...]


class Resolved(NamedTuple):
    """Where a message goes: ids of routes, and `person:ACCOUNT` for contacts.

    `to` is empty when it reaches nobody; `problem` then says why, with the way out. `instead` says why it goes along
    the route `duty` and not where the rule wants it.
    """

    to: tuple[str, ...]
    problem: str = ""
    instead: str = ""


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """What hub.toml says of who can be told, and how."""

    sends: Mapping[str, tuple[str, ...]] = {}
    """The notifier of each recipient, by route id or `person:ACCOUNT`, whether its plugin works or not."""
    manners: Mapping[str, Manners] = {}
    leaders: Mapping[str, str] = {}
    """The account of a department's leader."""
    departments: Mapping[str, str] = {}
    """The department of a camera; empty where its area belongs to none."""
    domains: Mapping[str, str] = {}
    """The domain of a camera."""


class AddressBook:
    """Keeps what is known of recipients. On the hub's event loop."""

    def __init__(self, config: SiteConfig, accounts: Iterable[Account]) -> None:
        self.addresses = addresses_of(config)
        self.on_duty: OnDuty = lambda post, at: ()
        """Who is rostered at a post."""
        self._people = {account.id: _person(account.role, account.domains) for account in accounts}

    def use(self, config: SiteConfig) -> None:
        """Put a changed hub.toml in force."""
        self.addresses = addresses_of(config)

    def follow(self, records: Iterable[Record]) -> None:
        """Take note of accounts."""
        for record in records:
            match record.event:
                case AccountCreated() | AccountChanged() as event:
                    self._people[event.account] = _person(event.role, event.domains)
                case PersonLeft(account=account):
                    self._people.pop(account, None)

    def targets(self, to: str) -> Sequence[str]:
        """The notifier of each recipient of a route or of `person:ACCOUNT`."""
        return self.addresses.sends.get(to, ())

    def manners(self, to: str) -> Manners:
        """How a route or `person:ACCOUNT` wants to be told."""
        return self.addresses.manners.get(to, Manners())

    def resolve(self, message: SendMessage, now: datetime) -> Resolved:
        """Where `message` goes now."""
        return resolve(message, now, self.addresses, self._people, self.on_duty)


def as_route(message: SendMessage, now: datetime) -> Resolved:
    """Where a message goes that is for a route."""
    return Resolved((message.to,))


def addresses_of(config: SiteConfig) -> Addresses:
    """What `config` says of recipients."""
    tables: dict[str, RecipientTable] = {route.id: route for route in config.routes}
    tables |= {f"person:{contact.account}": contact for contact in config.contacts}
    areas = {area.id: area.department or "" for area in config.areas}
    return Addresses(
        sends={to: tuple(send.via for send in table.send) for to, table in tables.items()},
        manners={to: _manners(table) for to, table in tables.items()},
        leaders={item.id: item.leader for item in config.departments if item.leader},
        departments={camera.id: areas.get(camera.area, "") for camera in config.cameras},
        domains={camera.id: camera.domain for camera in config.cameras},
    )


def resolve(
    message: SendMessage, now: datetime, addresses: Addresses, people: Mapping[str, Person], on_duty: OnDuty
) -> Resolved:
    """Where `message` goes at `now`. Pure as far as `on_duty` is."""
    try:
        recipient = parse_recipient(message.to)
    except ValueError as error:
        return Resolved((), f"The rule names nobody who can be told: {error}.")
    match recipient:
        case Recipient("route", route):
            known = route in addresses.sends
            return Resolved((route,)) if known else Resolved((), f"The route {route} is not in hub.toml.")
        case Recipient("person", account):
            return _persons((account,), addresses)
        case Recipient("role", role):
            return _role(role, message.camera, addresses, people)
        case Recipient("post", post):
            return _post(post, on_duty(post, now), addresses)
        case _:
            return _leader(message.camera, addresses)


def _persons(accounts: Iterable[str], addresses: Addresses) -> Resolved:
    names = list(dict.fromkeys(accounts))
    reached = tuple(to for to in (f"person:{name}" for name in names) if to in addresses.sends)
    if reached:
        return Resolved(reached)
    return Resolved((), f"hub.toml has no [[contacts]] of {' or '.join(names)}: say there how they are reached.")


def _role(role: str, camera: str | None, addresses: Addresses, people: Mapping[str, Person]) -> Resolved:
    domain = addresses.domains.get(camera or "")
    those = [
        name for name, person in people.items() if person.role == role and (not domain or domain in person.domains)
    ]
    if not those:
        about = f" for the domain {domain}" if domain else ""
        return Resolved((), f"No account has the role {role}{about}; `hub accounts add` makes one.")
    return _persons(sorted(those), addresses)


def _post(post: str, accounts: Sequence[str], addresses: Addresses) -> Resolved:
    found = _persons(accounts, addresses) if accounts else Resolved((), f"Nobody is rostered at {post} now.")
    if found.to:
        return found
    if DUTY in addresses.sends:
        return Resolved((DUTY,), instead=found.problem)
    return Resolved((), f"{found.problem} A route {DUTY!r} in hub.toml would get what a post cannot.")


def _leader(camera: str | None, addresses: Addresses) -> Resolved:
    if camera is None:
        return Resolved((), "The message is about no camera, so there is no department whose leader could be told.")
    department = addresses.departments.get(camera, "")
    if not department:
        return Resolved((), f"The area of {camera} belongs to no department: give it one in hub.toml.")
    leader = addresses.leaders.get(department)
    if leader is None:
        return Resolved((), f"The department {department} has no `leader` in hub.toml.")
    return _persons((leader,), addresses)


def _person(role: Role | str, domains: Sequence[Domain] | Sequence[str]) -> Person:
    return Person(role, tuple(domains))


def _manners(table: RecipientTable) -> Manners:
    return Manners(
        quiet=tuple(map(_quiet, table.quiet)),
        rate=Rate(*parse_limit(table.most)) if table.most else None,
        one_by_one=table.one_by_one,
    )


def _quiet(table: QuietTable) -> Quiet:
    begins, ends = time.fromisoformat(table.begins), time.fromisoformat(table.ends)
    return Quiet(begins, ends, table.below, tuple(table.days))
