"""What follows from commands about people: their accounts, their records, and what the passing of time brings."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar, get_args

from msgspec.structs import replace

from hub.core.event import Event
from hub.core.people import four_eyes, open_work
from hub.core.people.account import Account
from hub.core.people.commands import (
    ChangeAccount,
    ChangePassword,
    CreateAccount,
    DisableAccount,
    DismissPerson,
    DropTotp,
    EnableAccount,
    EndSession,
    EnrolTotp,
    PeopleCommand,
    RecordConfidentiality,
    RecordTraining,
    ResetPassword,
    UnlockScreen,
)
from hub.core.people.events import (
    AccountChanged,
    AccountCreated,
    AccountDisabled,
    AccountEnabled,
    ConfidentialitySigned,
    PasswordChanged,
    PasswordReset,
    PersonLeft,
    QualificationExpired,
    QualificationExpiresSoon,
    SessionEnded,
    TotpDropped,
    TotpEnrolled,
    TrainingRecorded,
)
from hub.core.people.model import Paper, Person
from hub.core.people.naming import check_account
from hub.core.posts.presence import signing_off
from hub.core.state import State
from hub.core.subject import Subject
from hub.errors import NotAllowed, NotFound, WrongState

T = TypeVar("T")

_ROLES = "Ask another administrator."


def decide(state: State, command: PeopleCommand, actor: str, now: datetime) -> list[Event]:
    match command:
        case CreateAccount():
            return [_create(state, command)]
        case ChangeAccount():
            return _change(state, command, actor)
        case ResetPassword():
            _other(state, command.account, actor)
            return [PasswordReset(account=command.account)]
        case DisableAccount():
            return _disable(state, command, actor)
        case EnableAccount():
            return [AccountEnabled(account=_person(state, command.account).account.id)]
        case ChangePassword():
            return [PasswordChanged(account=_own(actor))]
        case UnlockScreen():
            return []
        case EndSession():
            return [SessionEnded(account=command.account, session=command.session)]
        case EnrolTotp():
            return [TotpEnrolled(account=_own(actor))]
        case DropTotp():
            return [TotpDropped(account=command.account)]
        case RecordTraining() | RecordConfidentiality():
            return [_record(state, command, actor, now)]
        case DismissPerson():
            return _dismiss(state, command, actor, now)


def due(state: State, now: datetime) -> list[Event]:
    """Qualifications that end soon, or have ended."""
    if state.staff.next_at is None or now < state.staff.next_at:
        return []
    return [
        _report(person, paper, now)
        for person in state.staff.people.values()
        for paper in person.papers
        if person.state != "left" and paper.next_at is not None and paper.next_at <= now
    ]


def next_due(state: State) -> Iterable[datetime]:
    return () if state.staff.next_at is None else (state.staff.next_at,)


def _create(state: State, command: CreateAccount) -> AccountCreated:
    account = Account(
        id=command.account,
        name=command.name,
        role=command.role,
        domains=sorted(set(command.domains)),
        departments=sorted(set(command.departments)),
        granted=sorted(set(command.granted)),
        withdrawn=sorted(set(command.withdrawn)),
    )
    if account.id in state.staff.people:
        raise WrongState(f"There is an account {account.id} already.", hint="Choose another name.")
    check_account(account)
    _check_departments(state, account)
    return AccountCreated(**_facts(account))


def _change(state: State, command: ChangeAccount, actor: str) -> list[Event]:
    account = _person(state, command.account).account
    changed = Account(
        id=account.id,
        name=_given(command.name, account.name),
        role=account.role if command.role is None else command.role,
        domains=sorted(set(_given(command.domains, account.domains))),
        departments=sorted(set(_given(command.departments, account.departments))),
        granted=sorted(set(_given(command.granted, account.granted))),
        withdrawn=sorted(set(_given(command.withdrawn, account.withdrawn))),
    )
    if changed == account:
        return []
    if account.actor == actor and replace(changed, name=account.name) != account:
        raise NotAllowed("Nobody changes their own role, domains, departments or rights.", hint=_ROLES)
    check_account(changed)
    _check_departments(state, changed)
    _keep_an_administrator(state, account.id, changed)
    return [AccountChanged(**_facts(changed))]


def _disable(state: State, command: DisableAccount, actor: str) -> list[Event]:
    person = _other(state, command.account, actor)
    if person.state == "disabled":
        return []
    _keep_an_administrator(state, command.account, None)
    return [AccountDisabled(account=command.account, reason=command.reason)]


def _record(
    state: State, command: RecordTraining | RecordConfidentiality, actor: str, now: datetime
) -> TrainingRecorded | ConfidentialitySigned:
    person = _person(state, command.account)
    four_eyes.different(person.account.actor, actor)
    if command.attachment is not None and command.attachment not in state.attachments:
        raise NotFound(f"No attachment {command.attachment} was handed over.", hint="Hand the file over first.")
    if command.valid_until_at is not None and command.valid_until_at <= now:
        raise WrongState("It would have ended already.", hint="Give the day until which it is valid.")
    day = command.held_on if isinstance(command, RecordTraining) else command.signed_on
    if day > (now + timedelta(days=1)).date():
        raise WrongState("That day has not come yet.", hint="Put it on record when it was done.")
    if isinstance(command, RecordTraining):
        return TrainingRecorded(
            account=command.account,
            course=command.course,
            held_on=day.isoformat(),
            valid_until_at=command.valid_until_at,
            attachment=command.attachment,
        )
    return ConfidentialitySigned(
        account=command.account,
        signed_on=day.isoformat(),
        valid_until_at=command.valid_until_at,
        attachment=command.attachment,
    )


def _dismiss(state: State, command: DismissPerson, actor: str, now: datetime) -> list[Event]:
    person = _other(state, command.account, actor)
    successor = _successor(state, command)
    _keep_an_administrator(state, command.account, None)
    account = person.account
    things, events = open_work.handed_over(state, account, successor, now)
    left = PersonLeft(
        account=account.id,
        name=account.name,
        successor=command.successor,
        reason=command.reason,
        handed_over=things,
        remaining=open_work.remaining(state, account),
    )
    return [*events, *signing_off(state, account.id, command.reason, now), left]


def _successor(state: State, command: DismissPerson) -> Account | None:
    if command.successor is None:
        return None
    successor = _person(state, command.successor)
    if successor.state != "enabled" or command.successor == command.account:
        raise WrongState(f"{successor.account.name} cannot take over the work.", hint="Name somebody who works here.")
    return successor.account


def _report(person: Person, paper: Paper, now: datetime) -> Event:
    assert paper.valid_until_at is not None
    kind = QualificationExpired if paper.valid_until_at <= now else QualificationExpiresSoon
    return kind(
        account=person.account.id,
        name=person.account.name,
        what=paper.what,
        course=paper.course,
        valid_until_at=paper.valid_until_at,
    )


def _keep_an_administrator(state: State, account_id: str, changed: Account | None) -> None:
    """Raise `NotAllowed` where nobody would be left who keeps the accounts of all."""
    others = [
        person.account
        for person in state.staff.people.values()
        if person.state == "enabled" and person.account.id != account_id
    ]
    before = state.staff.people[account_id]
    was = before.state == "enabled" and _keeps_accounts(before.account)
    if was and not any(_keeps_accounts(each) for each in (*others, *((changed,) if changed is not None else ()))):
        raise NotAllowed(
            f"{before.account.name} is the last administrator of the whole site.",
            hint="Make another one first.",
        )


def _keeps_accounts(account: Account) -> bool:
    return account.unlimited and "administer" in account.rights


def _check_departments(state: State, account: Account) -> None:
    known = {department.id for department in state.site.departments}
    for department in account.departments:
        if department not in known:
            raise NotFound(f"No department {department} in hub.toml.", hint=f"It has {', '.join(sorted(known))}.")


def _person(state: State, account_id: str) -> Person:
    person = state.staff.people.get(account_id)
    if person is None:
        raise NotFound(f"There is no account {account_id}.", hint="See `hub people list` for those there are.")
    if person.state == "left":
        raise WrongState(f"{person.account.name} has left.", hint="Whoever comes back gets a new account.")
    return person


def _other(state: State, account_id: str, actor: str) -> Person:
    """The person, who must be somebody else than the one who asks."""
    person = _person(state, account_id)
    if person.account.actor == actor:
        raise NotAllowed("This cannot be done with one's own account.", hint=_ROLES)
    return person


def _own(actor: str) -> str:
    return actor.removeprefix("person:")


def _facts(account: Account) -> dict[str, Any]:
    return {
        "account": account.id,
        "name": account.name,
        "role": account.role,
        "domains": list(account.domains),
        "departments": list(account.departments),
        "granted": list(account.granted),
        "withdrawn": list(account.withdrawn),
    }


def _given(wanted: T | None, present: T) -> T:
    return present if wanted is None else wanted


SUBJECT = Subject(commands=get_args(PeopleCommand), decide=decide, due=due, next_due=next_due)
"""`domains` and `departments` of those who ask and of those asked about are compared in `hub.core.people.rights`."""
