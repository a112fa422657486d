"""The register of people: what is on record about each of them, and whether they are qualified for a post.

    state      means                                          leaves by
    enabled    may sign in                                    disable → disabled · dismiss → left
    disabled   may not sign in for now                        enable → enabled · dismiss → left
    left       works here no more; the account is closed      (for good)

A training is in force from the day it is recorded until it ends (or without end); so is a confidentiality agreement.
Of each course, and of the agreement, the newest record counts. Who has both in force is qualified.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, cast

import msgspec
from msgspec.structs import replace

from hub.core.command import Right
from hub.core.event import Record
from hub.core.people.account import Account, Domain, Role
from hub.core.people.events import (
    AccountChanged,
    AccountCreated,
    AccountDisabled,
    AccountEnabled,
    ConfidentialitySigned,
    PersonLeft,
    Qualification,
    QualificationExpired,
    QualificationExpiresSoon,
    StaffEvent,
    TrainingRecorded,
)

PersonState = Literal["enabled", "disabled", "left"]
WARN_BEFORE = timedelta(days=30)
"""So long before its end it is reported that a qualification ends."""
MOST_COURSES = 50
"""Courses of one person that the state keeps; the journal has them all."""

TRANSITIONS: tuple[tuple[str, str, str], ...] = (
    ("[*]", "account.created", "enabled"),
    ("enabled", "account.disabled", "disabled"),
    ("disabled", "account.enabled", "enabled"),
    ("enabled", "person.left", "left"),
    ("disabled", "person.left", "left"),
)
"""From which state of an account, by which event, to which."""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A training or a confidentiality agreement. `course` is empty for the latter."""

    what: Qualification
    course: str = ""
    day: str
    """When the course was held or the agreement signed, such as 2026-11-23."""
    valid_until_at: datetime | None = None
    attachment: str | None = None
    recorded_by: str = ""
    warned: bool = False
    """It is on record that it ends soon."""
    expired: bool = False
    """It is on record that it has ended."""

    @property
    def next_at(self) -> datetime | None:
        """When something is to be put on record about it."""
        if self.valid_until_at is None or self.expired:
            return None
        return self.valid_until_at if self.warned else self.valid_until_at - WARN_BEFORE

    def holds(self, now: datetime | None = None) -> bool:
        """Whether it is in force at `now`; without a time, by what is on record."""
        return not self.expired and (now is None or self.valid_until_at is None or now < self.valid_until_at)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """One person with an account."""

    account: Account
    state: PersonState = "enabled"
    why: str = ""
    """Why the account is disabled or the person left, as far as it was said."""
    since_at: datetime | None = None
    """When the account was made first; None where that is not known."""
    left_at: datetime | None = None
    training: dict[str, Paper] = {}
    """By course, oldest record first."""
    confidentiality: Paper | None = None

    @property
    def papers(self) -> list[Paper]:
        return [*self.training.values(), *([self.confidentiality] if self.confidentiality is not None else [])]

    def qualified(self, now: datetime | None = None) -> bool:
        """Trained and bound to confidentiality, both in force, and still here."""
        agreed = self.confidentiality is not None and self.confidentiality.holds(now)
        return self.state != "left" and agreed and any(paper.holds(now) for paper in self.training.values())


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody who has, or had, an account."""

    people: dict[str, Person] = {}
    next_at: datetime | None = None
    """When the first qualification of all is to be reported on."""

    def person(self, account_id: str) -> Person | None:
        """Somebody who still works here."""
        person = self.people.get(account_id)
        return person if person is not None and person.state != "left" else None

    def name(self, account_id: str) -> str:
        """The person's name; the account's where nobody knows of it."""
        person = self.people.get(account_id)
        return person.account.name if person is not None else account_id

    def qualified(self, account_id: str, now: datetime | None = None) -> bool:
        """Trained and bound to confidentiality, both in force at `now`; without a time, by what is on record."""
        person = self.people.get(account_id)
        return person is not None and person.qualified(now)

    def papers(self, now: datetime | None = None) -> dict[str, datetime | None]:
        """Everybody who is qualified at `now` (without a time, by what is on record), and until when; None: without
        end."""
        return {
            account: qualified_until(person.papers) for account, person in self.people.items() if person.qualified(now)
        }


def qualified_until(papers: Sequence[Paper]) -> datetime | None:
    """When the papers of a qualified person no longer suffice: the agreement ends, or the last training does."""
    ends: list[datetime | None] = []
    for what in ("training", "confidentiality"):
        until = [paper.valid_until_at for paper in papers if paper.what == what and not paper.expired]
        ends.append(None if None in until else max((at for at in until if at is not None), default=None))
    return min((at for at in ends if at is not None), default=None)


def follow(staff: Staff, record: Record, event: StaffEvent) -> Staff:
    """The register after one more record."""
    if isinstance(event, AccountCreated):
        known = staff.people.get(event.account)
        known = known or Person(account=_account(event), since_at=record.seen_at)
        person = replace(known, account=_account(event))
    elif (known := staff.people.get(event.account)) is None:
        return staff
    else:
        person = _after(known, record, event)
    people = {**staff.people, event.account: person}
    at = min((at for each in people.values() for at in _instants(each)), default=None)
    return Staff(people=people, next_at=at)


def _after(person: Person, record: Record, event: StaffEvent) -> Person:
    match event:
        case AccountChanged():
            return replace(person, account=_account(event))
        case AccountDisabled():
            return replace(person, state="disabled", why=event.reason)
        case AccountEnabled():
            return replace(person, state="enabled", why="")
        case PersonLeft():
            return replace(person, state="left", why=event.reason, left_at=record.seen_at)
        case TrainingRecorded():
            paper = Paper(
                what="training",
                course=event.course,
                day=event.held_on,
                valid_until_at=event.valid_until_at,
                attachment=event.attachment,
                recorded_by=record.actor,
            )
            others = {course: each for course, each in person.training.items() if course != event.course}
            return replace(person, training=dict([*others.items(), (event.course, paper)][-MOST_COURSES:]))
        case ConfidentialitySigned():
            signed = Paper(
                what="confidentiality",
                day=event.signed_on,
                valid_until_at=event.valid_until_at,
                attachment=event.attachment,
                recorded_by=record.actor,
            )
            return replace(person, confidentiality=signed)
        case QualificationExpiresSoon():
            return _marked(person, event, warned=True)
        case QualificationExpired():
            return _marked(person, event, warned=True, expired=True)
        case _:
            return person


def _marked(person: Person, event: QualificationExpiresSoon | QualificationExpired, **marks: bool) -> Person:
    if event.what == "confidentiality" and person.confidentiality is not None:
        return replace(person, confidentiality=replace(person.confidentiality, **marks))
    if event.course in person.training:
        paper = replace(person.training[event.course], **marks)
        return replace(person, training={**person.training, event.course: paper})
    return person


def _instants(person: Person) -> list[datetime]:
    if person.state == "left":
        return []
    return [at for paper in person.papers if (at := paper.next_at) is not None]


def _account(event: AccountCreated | AccountChanged) -> Account:
    return Account(
        id=event.account,
        name=event.name,
        role=cast(Role, event.role),
        domains=cast(list[Domain], list(event.domains)),
        departments=list(event.departments),
        granted=cast(list[Right], list(event.granted)),
        withdrawn=cast(list[Right], list(event.withdrawn)),
    )
