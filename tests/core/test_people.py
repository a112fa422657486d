"""Who may do what, in which domain: one table, asked in one place."""

from typing import get_args

import pytest

from hub.core.alarms.commands import AcknowledgeAlarm
from hub.core.cameras.commands import RelearnCamera, RetryCamera
from hub.core.command import Command
from hub.core.commands import PersonCommand
from hub.core.decisions import SUBJECTS, decide
from hub.core.people.account import ROLES, Account
from hub.core.people.commands import CreateAccount
from hub.core.people.rights import check, may, roles_for, visible
from hub.core.tickets.commands import CloseTicket
from hub.errors import NotAllowed

from .conftest import History
from .test_alarms import raise_alarm


def person(role: str, *domains: str) -> Account:
    return Account(id="p", name="P", role=role, domains=list(domains))  # type: ignore[arg-type]


def test_every_command_has_somebody_who_may_give_it_and_a_subject_that_decides_on_it() -> None:
    # Accounts are the server's: it alone touches passwords.
    decided = {command for subject in SUBJECTS for command in subject.commands} | {CreateAccount}
    for command in Command.__subclasses__():
        assert roles_for(command), command
        assert command in decided, command
    assert set(get_args(PersonCommand)) == set(Command.__subclasses__())


def test_a_reader_may_give_no_command() -> None:
    assert not any(may("reader", command) for command in Command.__subclasses__())


@pytest.mark.parametrize("role", ROLES)
def test_an_alarm_is_acknowledged_by_those_who_watch(history: History, role: str) -> None:
    history.decide(decide, raise_alarm("press-1"))
    allowed = role in {"watch_officer", "leader", "administrator"}
    try:
        check(person(role, "production"), AcknowledgeAlarm(alarm="A-1"), history.state)
    except NotAllowed:
        assert not allowed
    else:
        assert allowed


@pytest.mark.parametrize("command", [AcknowledgeAlarm(alarm="A-1"), RetryCamera(camera="press-1")])
def test_rights_end_at_the_domain(history: History, command: Command) -> None:
    history.decide(decide, raise_alarm("press-1"))
    check(person("leader", "production"), command, history.state)
    with pytest.raises(NotAllowed, match="press-1"):
        check(person("leader", "security"), command, history.state)


def test_only_a_leader_or_an_administrator_changes_what_a_good_view_is(history: History) -> None:
    with pytest.raises(NotAllowed, match="leader"):
        check(person("watch_officer", "production"), RelearnCamera(camera="press-1", reason="x"), history.state)


def test_only_an_administrator_makes_accounts(history: History) -> None:
    command = CreateAccount(account="li", name="Li", role="repairer", domains=["security"], password="long enough")
    check(person("administrator", "security"), command, history.state)
    with pytest.raises(NotAllowed):
        check(person("leader", "security"), command, history.state)


def test_an_administrator_gives_no_rights_in_a_domain_without_having_them(history: History) -> None:
    command = CreateAccount(
        account="li", name="Li", role="administrator", domains=["production", "security"], password="long enough"
    )
    check(person("administrator", "production", "security"), command, history.state)
    with pytest.raises(NotAllowed, match="domain of security"):
        check(person("administrator", "production"), command, history.state)


def test_a_person_sees_only_the_domains_they_have(history: History) -> None:
    history.decide(decide, raise_alarm("press-1"))
    history.decide(decide, raise_alarm("gate-1"))
    seen = visible(person("watch_officer", "security"), history.state)
    assert [camera.id for camera in seen.site.cameras] == ["gate-1"]
    assert list(seen.cameras) == ["gate-1"]
    assert [alarm.camera for alarm in seen.alarms.values()] == ["gate-1"]


def test_a_command_on_something_unknown_passes_the_rights_and_is_refused_by_the_decision(history: History) -> None:
    check(person("repairer"), CloseTicket(ticket="T-9", cause="x"), history.state)
