"""Who may do what, in which domain and department: one table, asked in one place; and who keeps the accounts."""

from datetime import date, timedelta
from typing import get_args

import pytest

from hub.core.alarms.commands import AcknowledgeAlarm
from hub.core.cameras.commands import RelearnCamera, RetryCamera
from hub.core.command import Command
from hub.core.commands import PersonCommand
from hub.core.decisions import SUBJECTS, decide, due
from hub.core.event import Event
from hub.core.people import four_eyes
from hub.core.people.account import DOMAINS, ROLES, Account
from hub.core.people.commands import (
    ChangeAccount,
    CreateAccount,
    DisableAccount,
    DismissPerson,
    DropTotp,
    EnableAccount,
    EndSession,
    RecordConfidentiality,
    RecordTraining,
    ResetPassword,
)
from hub.core.people.events import AccountCreated, PersonLeft, QualificationExpired, QualificationExpiresSoon
from hub.core.people.rights import check, may, roles_for, visible
from hub.core.tickets.commands import AssignTicket, CloseTicket, ReportFault
from hub.core.tickets.events import TicketAssigned
from hub.errors import NotAllowed, NotFound, Refused, WrongState

from .conftest import History
from .test_alarms import raise_alarm

DAY = date(2025, 12, 1)


def person(role: str, *domains: str, departments: tuple[str, ...] = ()) -> Account:
    return Account(id="p", name="P", role=role, domains=list(domains), departments=list(departments))  # type: ignore[arg-type]


def made(account: str, role: str = "watch_officer", name: str = "") -> AccountCreated:
    return AccountCreated(account=account, name=name or account.title(), role=role, domains=list(DOMAINS))


@pytest.fixture
def staff(history: History) -> History:
    """Two administrators, a leader, two repairers and an officer."""
    history.happen(made("root", "administrator"), made("second", "administrator"), made("zhao", "leader"))
    history.happen(made("li", "repairer"), made("wu", "repairer"), made("wang"))
    return history


def ask(history: History, command: Command, by: str = "root") -> list[Event]:
    """Decide and put on record, as the hub does."""
    events = list(decide(history.state, command, f"person:{by}", history.now))
    history.happen(*events, actor=f"person:{by}")
    return events


def test_every_command_has_somebody_who_may_give_it_and_a_subject_that_decides_on_it() -> None:
    decided = {command for subject in SUBJECTS for command in subject.commands}
    for command in Command.__subclasses__():
        assert roles_for(command), command
        assert command in decided, command
    assert set(get_args(PersonCommand)) == set(Command.__subclasses__())


def test_a_reader_may_give_no_command() -> None:
    assert not any(may(person("reader", *DOMAINS), command) for command in Command.__subclasses__())


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
        check(person("repairer", "production"), RelearnCamera(camera="press-1", reason="x"), history.state)


def test_nobody_makes_an_account_that_reaches_further_than_their_own(staff: History) -> None:
    command = CreateAccount(account="hu", name="Hu", role="repairer", domains=["security"], password="long enough")
    check(person("administrator", "production", "security"), command, staff.state)
    with pytest.raises(NotAllowed, match="security"):
        check(person("administrator", "production"), command, staff.state)
    with pytest.raises(NotAllowed, match="domain or department"):
        check(person("administrator", *DOMAINS, departments=("hall",)), command, staff.state)


@pytest.mark.parametrize(
    "command",
    [
        ResetPassword(account="second", password="long enough"),
        DisableAccount(account="second", reason="r"),
        EndSession(account="second"),
        DropTotp(account="second"),
        DismissPerson(account="second"),
        ChangeAccount(account="second", domains=["production"]),
    ],
)
def test_nobody_changes_an_account_that_reaches_further_than_their_own(staff: History, command: Command) -> None:
    check(person("administrator", *DOMAINS), command, staff.state)
    for narrow in (person("administrator", "production"), person("administrator", *DOMAINS, departments=("hall",))):
        with pytest.raises(NotAllowed):
            check(narrow, command, staff.state)


def test_a_person_limited_to_departments_sees_nothing_in_areas_of_no_department(history: History) -> None:
    assert {camera.id for camera in visible(person("leader", *DOMAINS), history.state).site.cameras} != set()
    assert visible(person("leader", *DOMAINS, departments=("nowhere",)), history.state).site.cameras == []


def test_rights_can_be_granted_and_withdrawn_besides_the_role_but_never_to_a_reader() -> None:
    officer = Account("w", "W", "watch_officer", ["security"], granted=["export"], withdrawn=["ptz"])
    assert "export" in officer.rights
    assert "ptz" not in officer.rights
    assert Account("r", "R", "reader", list(DOMAINS), granted=["watch"]).rights == frozenset()


def test_nobody_raises_their_own_rights_but_everybody_may_mend_their_name(staff: History) -> None:
    with pytest.raises(NotAllowed):
        ask(staff, ChangeAccount(account="root", granted=["export"]))
    ask(staff, ChangeAccount(account="root", name="Root Root"))
    assert staff.state.staff.name("root") == "Root Root"
    ask(staff, ChangeAccount(account="wang", role="leader", granted=["export"], departments=[]))
    assert "export" in staff.state.staff.people["wang"].account.rights
    assert ask(staff, ChangeAccount(account="wang", role="leader")) == []


def test_an_unknown_department_is_refused(staff: History) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        ask(staff, ChangeAccount(account="wang", departments=["nowhere"]))


def test_the_last_administrator_of_the_whole_site_stays_one(staff: History) -> None:
    ask(staff, ChangeAccount(account="second", domains=["security"]))
    for command in (
        ChangeAccount(account="root", role="leader"),
        ChangeAccount(account="root", domains=["production"]),
        ChangeAccount(account="root", withdrawn=["administer"]),
        DisableAccount(account="root", reason="r"),
        DismissPerson(account="root"),
    ):
        with pytest.raises(NotAllowed, match="last administrator"):
            ask(staff, command, by="second")
    for own in (DisableAccount(account="root", reason="r"), DismissPerson(account="root")):
        with pytest.raises(NotAllowed, match="own account"):
            ask(staff, own)


def test_an_account_is_disabled_and_enabled_again(staff: History) -> None:
    ask(staff, DisableAccount(account="wang", reason="on leave"))
    assert staff.state.staff.people["wang"].state == "disabled"
    assert ask(staff, DisableAccount(account="wang", reason="again")) == []
    ask(staff, EnableAccount(account="wang"))
    assert staff.state.staff.people["wang"].state == "enabled"


def test_who_is_trained_and_signed_is_qualified_until_one_of_them_ends(staff: History) -> None:
    end = staff.now + timedelta(days=100)
    ask(staff, RecordTraining(account="wang", course="watch", held_on=DAY, valid_until_at=end), by="zhao")
    assert not staff.state.staff.qualified("wang", staff.now)
    ask(staff, RecordConfidentiality(account="wang", signed_on=DAY), by="zhao")
    assert staff.state.staff.qualified("wang", staff.now)
    assert staff.state.staff.qualified("wang")
    assert staff.state.staff.qualified("wang", end - timedelta(seconds=1))
    assert not staff.state.staff.qualified("wang", end)
    assert not staff.state.staff.qualified("nobody")


def test_an_end_is_reported_thirty_days_ahead_and_when_it_comes_each_once(staff: History) -> None:
    end = staff.now + timedelta(days=100)
    ask(staff, RecordTraining(account="wang", course="watch", held_on=DAY, valid_until_at=end), by="zhao")
    ask(staff, RecordConfidentiality(account="wang", signed_on=DAY), by="zhao")
    soon = end - timedelta(days=30)
    assert due(staff.state, soon - timedelta(seconds=1)) == []
    (warned,) = due(staff.state, soon)
    assert isinstance(warned, QualificationExpiresSoon)
    staff.happen(warned)
    assert due(staff.state, soon) == []
    (ended,) = due(staff.state, end)
    assert isinstance(ended, QualificationExpired)
    staff.happen(ended)
    assert due(staff.state, end + timedelta(days=1)) == []
    assert not staff.state.staff.qualified("wang")
    staff.passed = timedelta(days=101)
    ask(staff, RecordTraining(account="wang", course="watch", held_on=DAY), by="zhao")
    assert staff.state.staff.qualified("wang")


@pytest.mark.parametrize(
    ("command", "by", "why"),
    [
        (RecordTraining(account="zhao", course="c", held_on=DAY), "zhao", NotAllowed),
        (RecordTraining(account="nobody", course="c", held_on=DAY), "zhao", NotFound),
        (RecordTraining(account="wang", course="c", held_on=DAY, attachment="0" * 64), "zhao", NotFound),
        (RecordTraining(account="wang", course="c", held_on=date(2030, 1, 1)), "zhao", WrongState),
        (
            CreateAccount(account="wang", name="W", role="leader", domains=["security"], password="x" * 9),
            "root",
            WrongState,
        ),
        (CreateAccount(account="hu", name="W", role="leader", domains=[], password="x" * 9), "root", Refused),
        (DismissPerson(account="wang", successor="wang"), "root", WrongState),
        (DismissPerson(account="wang", successor="nobody"), "root", NotFound),
    ],
)
def test_what_cannot_be_is_refused(staff: History, command: Command, by: str, why: type[Exception]) -> None:
    with pytest.raises(why):
        ask(staff, command, by=by)


def test_who_leaves_loses_every_right_and_open_repairs_go_to_the_successor(staff: History) -> None:
    for camera in ("press-1", "gate-1"):
        ask(staff, ReportFault(subject=f"camera:{camera}", camera=camera, title="broken"), by="wang")
    tickets = list(staff.state.tickets)
    ask(staff, AssignTicket(ticket=tickets[0], repairer="Li", account="li"), by="zhao")
    ask(staff, AssignTicket(ticket=tickets[1], repairer="Wu", account="wu"), by="zhao")
    events = ask(staff, DismissPerson(account="li", successor="wu", reason="retired"))
    (handed,) = [event for event in events if isinstance(event, TicketAssigned)]
    assert (handed.ticket, handed.account) == (tickets[0], "wu")
    assert isinstance(events[-1], PersonLeft)
    assert events[-1].handed_over == [f"ticket:{tickets[0]}"]
    assert staff.state.staff.people["li"].state == "left"
    assert staff.state.staff.person("li") is None
    for again in (EnableAccount(account="li"), ChangeAccount(account="li", role="leader"), DismissPerson(account="li")):
        with pytest.raises(WrongState, match="left"):
            ask(staff, again)
    ask(staff, DismissPerson(account="wu"))
    assert {ticket.state for ticket in staff.state.tickets.values()} <= {"open", "acknowledged"}


def test_nobody_approves_what_they_applied_for() -> None:
    four_eyes.different("person:li", "person:wang")
    with pytest.raises(NotAllowed, match="four eyes"):
        four_eyes.different("person:li", "person:li")


def test_a_person_sees_only_the_domains_they_have(history: History) -> None:
    history.decide(decide, raise_alarm("press-1"))
    history.decide(decide, raise_alarm("gate-1"))
    seen = visible(person("watch_officer", "security"), history.state)
    assert [camera.id for camera in seen.site.cameras] == ["gate-1"]
    assert list(seen.cameras) == ["gate-1"]
    assert [alarm.camera for alarm in seen.alarms.values()] == ["gate-1"]


def test_a_command_on_something_unknown_passes_the_rights_and_is_refused_by_the_decision(history: History) -> None:
    check(person("repairer"), CloseTicket(ticket="T-9", cause="x"), history.state)
