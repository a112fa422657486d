"""Fault tickets: opened by the alarm, closed only when the watch sees the service good again."""

from datetime import timedelta

import pytest

from hub.core.alarms.commands import ReturnAlarm
from hub.core.assets.events import AssetRegistered
from hub.core.decisions import decide, due, next_due
from hub.core.findings import CameraJudged, SignalLost, SignalRestored
from hub.core.text import Text
from hub.core.tickets import decisions as of_tickets
from hub.core.tickets.commands import AssignTicket, CloseTicket, OpenTicket, ReportFault
from hub.core.tickets.events import TicketOpened, TicketOverdue
from hub.errors import NotFound, WrongState

from .conftest import START, History
from .test_alarms import raise_alarm

OPEN = OpenTicket(
    rule="signal-lost", subject="camera:press-1", camera="press-1", title=Text(en="No signal"), clause="3.3"
)
CLOSE = CloseTicket(ticket="T-1", cause="loose plug")


@pytest.fixture
def faulty(history: History) -> History:
    history.happen(CameraJudged(camera="press-1"), SignalLost(camera="press-1", since_at=START))
    history.decide(decide, raise_alarm())
    history.decide(decide, OPEN)
    return history


def test_a_ticket_names_the_alarm_that_opened_it(faulty: History) -> None:
    assert faulty.state.tickets["T-1"].alarm == "A-1"
    assert faulty.state.tickets["T-1"].state == "open"


def test_the_same_fault_opens_no_second_ticket(faulty: History) -> None:
    assert decide(faulty.state, OPEN, "person:wang", faulty.now) == []


def test_a_device_is_known_by_what_is_written_on_it(history: History) -> None:
    history.happen(AssetRegistered(asset="SW-3", kind="switch", values={"name": "Switch"}))
    for subject, about in (("SW-3", "asset:SW-3"), ("the lift", "the lift"), ("asset:SW-3", "asset:SW-3")):
        (opened, *_) = history.decide(decide, ReportFault(subject=subject, title=f"Fault of {subject}"))
        assert isinstance(opened, TicketOpened)
        assert opened.subject == about


def test_a_ticket_cannot_be_closed_while_the_fault_is_seen(faulty: History) -> None:
    with pytest.raises(WrongState, match=r"signal\.lost"):
        decide(faulty.state, CLOSE, "person:wang", faulty.now)


def test_a_ticket_cannot_be_closed_while_the_camera_is_not_judged(history: History) -> None:
    history.decide(decide, OPEN)
    with pytest.raises(WrongState, match="not judged"):
        decide(history.state, CLOSE, "person:wang", history.now)


def test_what_the_hub_saw_good_for_long_enough_is_closed_with_its_cause(faulty: History) -> None:
    faulty.decide(decide, AssignTicket(ticket="T-1", repairer="Li", cause="cable"))
    assert faulty.state.tickets["T-1"].state == "assigned"
    faulty.happen(SignalRestored(camera="press-1"))
    faulty.decide(decide, ReturnAlarm(rule="signal-lost", subject="camera:press-1"))
    assert faulty.state.tickets["T-1"].state == "restored"
    with pytest.raises(WrongState, match="not verified"):
        decide(faulty.state, CLOSE, "person:li", faulty.now)
    faulty.pass_time(minutes=10)
    assert faulty.state.tickets["T-1"].state == "verified"
    faulty.decide(decide, CLOSE, actor="person:li")
    assert faulty.state.tickets == {}


def test_a_fault_that_comes_back_takes_the_ticket_back_to_work(faulty: History) -> None:
    faulty.decide(decide, AssignTicket(ticket="T-1", repairer="Li"))
    faulty.decide(decide, ReturnAlarm(rule="signal-lost", subject="camera:press-1"))
    faulty.decide(decide, raise_alarm())
    assert faulty.state.tickets["T-1"].state == "assigned"


def plugin_failed(plugin: str) -> OpenTicket:
    return OpenTicket(
        rule="plugin-failed", subject=f"plugin:{plugin}", camera=None, title=Text(en="Plugin failed"), clause=""
    )


def test_two_things_that_are_no_cameras_have_a_ticket_each(history: History) -> None:
    history.decide(decide, plugin_failed("mail"))
    history.decide(decide, plugin_failed("rtsp"))
    history.decide(decide, ReturnAlarm(rule="plugin-failed", subject="plugin:rtsp"))
    assert [ticket.state for ticket in history.state.tickets.values()] == ["open", "restored"]


def test_a_ticket_of_a_rule_without_an_alarm_is_restored_and_relapses_like_any_other(history: History) -> None:
    history.decide(decide, OPEN)
    history.decide(decide, ReturnAlarm(rule="signal-lost", subject="camera:press-1"))
    assert history.state.tickets["T-1"].state == "restored"
    history.decide(decide, OPEN)
    assert [(ticket.id, ticket.state) for ticket in history.state.tickets.values()] == [("T-1", "open")]


def test_an_unknown_ticket_is_refused(history: History) -> None:
    with pytest.raises(NotFound):
        decide(history.state, CLOSE, "person:wang", history.now)


def test_a_repair_is_overdue_once_for_each_estimate(faulty: History) -> None:
    first, second = faulty.now + timedelta(hours=2), faulty.now + timedelta(hours=5)
    faulty.decide(decide, AssignTicket(ticket="T-1", repairer="Li", estimate_at=first))
    assert next_due(faulty.state) == first
    assert due(faulty.state, first - timedelta(seconds=1)) == []
    told = due(faulty.state, first)
    assert told == [TicketOverdue(ticket="T-1", title=OPEN.title, camera="press-1", repairer="Li", estimate_at=first)]
    faulty.happen(*told)
    assert (due(faulty.state, second), list(of_tickets.next_due(faulty.state))) == ([], [])
    faulty.decide(decide, AssignTicket(ticket="T-1", repairer="Wang", estimate_at=first))
    assert due(faulty.state, second) == []
    faulty.decide(decide, AssignTicket(ticket="T-1", repairer="Wang", estimate_at=second, reason="no cable"))
    assert next_due(faulty.state) == second
    assert [type(event) for event in due(faulty.state, second)] == [TicketOverdue]


def test_a_repair_that_the_watch_sees_done_is_not_overdue_unless_the_fault_comes_back(faulty: History) -> None:
    estimate = faulty.now + timedelta(hours=2)
    faulty.decide(decide, AssignTicket(ticket="T-1", repairer="Li", estimate_at=estimate))
    faulty.decide(decide, ReturnAlarm(rule="signal-lost", subject="camera:press-1"))
    assert (due(faulty.state, estimate), list(of_tickets.next_due(faulty.state))) == ([], [])
    faulty.decide(decide, OPEN)
    assert [type(event) for event in due(faulty.state, estimate)] == [TicketOverdue]
