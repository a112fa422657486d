"""Who may do what, in which domain: one table, asked in one place."""

import pytest

from hub.core.commands import AcknowledgeAlarm, CloseTicket, Command, CreateAccount, RelearnCamera, RetryCamera
from hub.core.decisions import decide
from hub.core.people import RIGHTS, ROLES, Account, check, visible
from hub.errors import NotAllowed

from .conftest import History
from .test_alarms import raise_alarm


def person(role: str, *domains: str) -> Account:
    return Account(id="p", name="P", role=role, domains=list(domains))  # type: ignore[arg-type]


def test_every_command_has_somebody_who_may_give_it() -> None:
    assert set(RIGHTS) == set(Command.__subclasses__())
    assert all(RIGHTS.values())


def test_a_reader_may_give_no_command() -> None:
    assert not any("reader" in roles for roles in RIGHTS.values())


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
