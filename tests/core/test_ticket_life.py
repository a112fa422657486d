"""The life of a fault ticket: reported, taken up, repaired, verified by the hub or signed for, closed, reopened."""

from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace

from hub.core.alarms.commands import ReturnAlarm
from hub.core.attachments.events import AttachmentAdded
from hub.core.catalogue import ClockStepped, HubStarted, SiteConfigured
from hub.core.decisions import cameras_of, decide, due
from hub.core.event import Event
from hub.core.findings import (
    CameraJudged,
    CameraNotJudged,
    LensCleaned,
    LensSoiled,
    RecordingMissing,
    RecordingResumed,
    SignalLost,
    SignalRestored,
)
from hub.core.people.events import AccountCreated
from hub.core.text import Text
from hub.core.tickets.commands import (
    AcknowledgeTicket,
    ArriveAtFault,
    AssignTicket,
    CancelTicket,
    CloseTicket,
    ContinueRepair,
    OpenTicket,
    ReopenTicket,
    ReportFault,
    ReportRepair,
    SignTicket,
    WaitWithRepair,
)
from hub.core.tickets.decisions import report
from hub.core.tickets.events import (
    Interruption,
    Part,
    TicketAssigned,
    TicketClosed,
    TicketContinued,
    TicketInterrupted,
    TicketOpened,
    TicketOverdue,
    TicketRelapsed,
    TicketReopened,
    TicketRestored,
    TicketUnassigned,
    TicketVerified,
    TicketVerifying,
)
from hub.core.tickets.model import Ticket
from hub.core.tickets.policy import TicketPolicy
from hub.errors import NotAllowed, NotFound, WrongState
from tests.core.conftest import SITE, START, History

PHOTO = "a" * 64
SHAKY = ReportFault(subject="camera:press-1", title="Bracket loose", description="It swings.", priority="urgent")
MENDED = ReportRepair(ticket="T-1", cause="a loose screw", done="tightened", parts=[Part(name="M6 screw", quantity=2)])
LOST = OpenTicket(
    rule="signal-lost", subject="camera:press-1", camera="press-1", title=Text(en="No signal"), clause="3.3"
)
BACK = ReturnAlarm(rule="signal-lost", subject="camera:press-1")
SOILED = OpenTicket(
    rule="lens-soiled", subject="camera:press-1", camera="press-1", title=Text(en="Clean the lens"), clause="3.7"
)


@pytest.fixture
def plant(history: History) -> History:
    history.happen(CameraJudged(camera="press-1"), CameraJudged(camera="gate-1"))
    for account, name in (("li", "Li Na"), ("zhao", "Zhao"), ("chen", "Chen")):
        history.happen(AccountCreated(account=account, name=name, role="repairer", domains=["production"]))
    return history


def kinds(events: list[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


def ticket(plant: History) -> Ticket:
    found: Ticket = plant.state.tickets["T-1"]
    return found


def test_a_fault_is_reported_by_hand_with_what_was_seen(plant: History) -> None:
    added = AttachmentAdded(attachment=PHOTO, name="p.jpg", media="image/jpeg", bytes=9, domains=["production"])
    plant.happen(added, actor="person:wang")
    plant.decide(decide, replace(SHAKY, photos=[PHOTO]), "person:wang")
    found = ticket(plant)
    assert (found.camera, found.title.en, found.opened_by, found.opened_from) == (
        "press-1",
        "Bracket loose",
        "person:wang",
        "hand",
    )
    assert (found.description, found.priority, found.photos) == ("It swings.", "urgent", [PHOTO])
    assert cameras_of(plant.state, SHAKY) == ["press-1"]


def test_what_cannot_be_reported_is_refused_with_a_way_out(plant: History) -> None:
    plant.decide(decide, SHAKY)
    for command, error in (
        (SHAKY, WrongState),
        (ReportFault(subject="camera:nowhere", title="x"), NotFound),
        (ReportFault(subject="camera:press-1", camera="gate-1", title="x"), WrongState),
        (ReportFault(subject="asset:SW-3", title="x", photos=["b" * 64]), NotFound),
    ):
        with pytest.raises(error) as refused:
            decide(plant.state, command, "person:wang", plant.now)
        assert refused.value.hint or error is NotFound


def test_a_repair_goes_through_the_hands_of_the_technical_department(plant: History) -> None:
    plant.decide(decide, SHAKY)
    estimate = plant.now + timedelta(hours=4)
    seen = [ticket(plant).state]
    for command in (
        AcknowledgeTicket(ticket="T-1", note="we look"),
        AssignTicket(ticket="T-1", repairer="Li Na", account="li", estimate_at=estimate),
        ArriveAtFault(ticket="T-1"),
        WaitWithRepair(ticket="T-1", reason="no ladder"),
        ContinueRepair(ticket="T-1"),
        MENDED,
    ):
        plant.decide(decide, command, "person:li")
        seen.append(ticket(plant).state)
    assert seen == ["open", "acknowledged", "assigned", "arrived", "waiting", "arrived", "repaired"]
    assert ticket(plant).repair is not None
    assert ticket(plant).cause == "a loose screw"
    assert ticket(plant).waited_s == 1.0
    assert ticket(plant).waited_away_s == 0.0


def test_a_reported_repair_closes_by_itself_when_the_hub_has_seen_the_camera_good_for_ten_minutes(
    plant: History,
) -> None:
    plant.decide(decide, SHAKY)
    plant.decide(decide, MENDED, "person:li")
    assert kinds(plant.pass_time(minutes=9)) == [TicketVerifying]
    assert ticket(plant).state == "verifying"
    begun_at = ticket(plant).verifying_at
    verified, closed = plant.pass_time(minutes=2)
    assert isinstance(verified, TicketVerified)
    assert (verified.by, verified.since_at) == ("watch", begun_at)
    assert closed == TicketClosed(ticket="T-1", cause="a loose screw", note="tightened")
    assert plant.state.tickets == {}
    past = plant.state.closed_tickets["T-1"]
    assert (past.state, past.restored_at, past.verified_by) == ("closed", begun_at, "watch")


@pytest.mark.parametrize(
    ("bad", "good", "reason"),
    [
        (SignalLost(camera="press-1", since_at=START), SignalRestored(camera="press-1"), "finding"),
        (RecordingMissing(camera="press-1", since_at=START), RecordingResumed(camera="press-1"), "recording"),
        (CameraNotJudged(camera="press-1", reason="worker"), CameraJudged(camera="press-1"), "not_judged"),
    ],
)
def test_anything_bad_within_the_verifying_starts_it_anew(
    plant: History, bad: Event, good: Event, reason: Interruption
) -> None:
    plant.decide(decide, SHAKY)
    plant.decide(decide, MENDED, "person:li")
    plant.pass_time(minutes=9)
    plant.happen(bad)
    assert plant.pass_time(minutes=30) == [TicketInterrupted(ticket="T-1", reason=reason)]
    assert ticket(plant).state == "repaired"
    plant.happen(good)
    assert kinds(plant.pass_time(minutes=9)) == [TicketVerifying]
    assert kinds(plant.pass_time(minutes=2)) == [TicketVerified, TicketClosed]


def test_a_fault_of_the_same_rule_within_the_verifying_undoes_the_repair(plant: History) -> None:
    plant.decide(decide, LOST)
    plant.decide(decide, AssignTicket(ticket="T-1", repairer="Li"))
    plant.decide(decide, MENDED, "person:li")
    plant.decide(decide, BACK)
    plant.pass_time(minutes=5)
    assert kinds(plant.decide(decide, LOST)) == [TicketRelapsed]
    found = ticket(plant)
    assert (found.state, found.relapses) == ("assigned", 1)
    plant.decide(decide, BACK)
    plant.pass_time(minutes=11)
    assert ticket(plant).state == "verified", "what came back is not closed with the cause that was none"
    plant.decide(decide, replace(MENDED, cause="a bad cable"), "person:li")
    assert plant.state.closed_tickets["T-1"].cause == "a bad cable"


def test_slow_dirt_keeps_no_other_repair_open_but_its_own(plant: History) -> None:
    plant.happen(LensSoiled(camera="press-1", since_at=START))
    plant.decide(decide, LOST)
    plant.decide(decide, SOILED)
    for number in (1, 2):
        plant.decide(decide, replace(MENDED, ticket=f"T-{number}"), "person:li")
    plant.decide(decide, BACK)
    plant.pass_time(minutes=11)
    assert list(plant.state.tickets) == ["T-2"], "the lens is still dirty"
    plant.happen(LensCleaned(camera="press-1"))
    plant.decide(decide, ReturnAlarm(rule="lens-soiled", subject="camera:press-1"))
    plant.pass_time(minutes=11)
    assert plant.state.tickets == {}


def test_the_site_decides_how_long_the_hub_looks(plant: History) -> None:
    plant.happen(SiteConfigured(site=replace(SITE, tickets=TicketPolicy(verify_minutes=1))))
    plant.decide(decide, SHAKY)
    plant.decide(decide, MENDED, "person:li")
    plant.pass_time(seconds=70)
    assert plant.state.tickets == {}


def test_after_a_start_nobody_has_looked_and_nothing_is_verified_by_what_was_seen_before(plant: History) -> None:
    plant.decide(decide, SHAKY)
    plant.decide(decide, MENDED, "person:li")
    plant.pass_time(minutes=9)
    plant.happen(HubStarted(version="1", last_stop="unclean"))
    assert plant.pass_time(minutes=60) == []
    assert ticket(plant).state == "repaired"
    plant.happen(TicketVerifying(ticket="T-1"))
    plant.pass_time(minutes=11)
    assert plant.state.tickets == {}


@pytest.mark.parametrize("by_s", [3600.0, -3600.0])
def test_a_clock_that_is_set_neither_shortens_nor_lengthens_the_verifying(plant: History, by_s: float) -> None:
    plant.decide(decide, SHAKY)
    plant.decide(decide, MENDED, "person:li")
    plant.pass_time(minutes=5)
    plant.passed += timedelta(seconds=by_s)
    plant.happen(ClockStepped(by_s=by_s))
    assert plant.pass_time(minutes=4) == []
    assert kinds(plant.pass_time(minutes=2)) == [TicketVerified, TicketClosed]


def test_what_the_hub_cannot_see_is_signed_for_by_a_leader_who_did_not_repair_it(plant: History) -> None:
    plant.decide(decide, ReportFault(subject="asset:SW-3", title="Fan noisy"))
    sign = SignTicket(ticket="T-1", reason="I heard it")
    with pytest.raises(WrongState, match="No repair"):
        decide(plant.state, sign, "person:chen", plant.now)
    plant.decide(decide, AssignTicket(ticket="T-1", repairer="Zhao", account="zhao"))
    plant.decide(decide, MENDED, "person:li")
    assert plant.pass_time(days=3) == [], "nobody sees a fan from here"
    for own in ("person:li", "person:zhao"):
        with pytest.raises(NotAllowed):
            decide(plant.state, sign, own, plant.now)
    assert kinds(plant.decide(decide, sign, "person:chen")) == [TicketVerified, TicketClosed]
    assert plant.state.closed_tickets["T-1"].verified_by == "person:chen"


def test_a_repairer_with_an_account_is_somebody_of_the_site(plant: History) -> None:
    plant.decide(decide, SHAKY)
    with pytest.raises(NotFound, match="no account ghost"):
        decide(plant.state, AssignTicket(ticket="T-1", repairer="G", account="ghost"), "person:wang", plant.now)
    plant.decide(decide, AssignTicket(ticket="T-1", repairer="Li Na"))
    plant.decide(decide, MENDED, "person:zhao")
    with pytest.raises(NotAllowed):
        decide(plant.state, SignTicket(ticket="T-1", reason="r"), "person:li", plant.now)


def test_a_changed_estimate_needs_a_reason_and_the_former_ones_stay_on_record(plant: History) -> None:
    plant.decide(decide, SHAKY)
    first, second = plant.now + timedelta(hours=2), plant.now + timedelta(hours=9)
    plant.decide(decide, AssignTicket(ticket="T-1", repairer="Li", estimate_at=first), "person:li")
    later = AssignTicket(ticket="T-1", repairer="Li", estimate_at=second)
    with pytest.raises(WrongState, match="another estimate"):
        decide(plant.state, later, "person:li", plant.now)
    plant.decide(decide, replace(later, reason="no lift"), "person:zhao")
    estimates = ticket(plant).estimates
    assert [(each.at, each.by, each.reason) for each in estimates] == [
        (first, "person:li", ""),
        (second, "person:zhao", "no lift"),
    ]


def test_waiting_until_a_known_time_moves_what_counts_as_overdue_and_ends_by_itself(plant: History) -> None:
    plant.decide(decide, SHAKY)
    estimate, until = plant.now + timedelta(hours=2), plant.now + timedelta(hours=6)
    plant.decide(decide, AssignTicket(ticket="T-1", repairer="Li", estimate_at=estimate))
    plant.decide(decide, WaitWithRepair(ticket="T-1", reason="a part", until_at=until))
    assert plant.pass_time(hours=5) == []
    assert kinds(plant.pass_time(hours=2)) == [TicketOverdue, TicketContinued]
    assert ticket(plant).state == "assigned"
    with pytest.raises(WrongState, match="past"):
        decide(plant.state, WaitWithRepair(ticket="T-1", reason="x", until_at=START), "person:li", plant.now)
    with pytest.raises(WrongState, match="waits for nothing"):
        decide(plant.state, ContinueRepair(ticket="T-1"), "person:li", plant.now)


def test_a_fault_that_nobody_is_named_for_is_told_once(plant: History) -> None:
    plant.decide(decide, SHAKY)
    assert plant.pass_time(hours=3) == []
    assert kinds(plant.pass_time(hours=30)) == [TicketUnassigned]


def test_a_leader_cancels_what_is_no_fault_or_a_double(plant: History) -> None:
    plant.decide(decide, SHAKY)
    plant.decide(decide, LOST)
    for wrong in ("T-2", "T-9"):
        with pytest.raises((WrongState, NotFound)):
            decide(plant.state, CancelTicket(ticket="T-2", reason="x", duplicate_of=wrong), "person:chen", plant.now)
    plant.decide(decide, CancelTicket(ticket="T-2", reason="the same", duplicate_of="T-1"), "person:chen")
    assert plant.state.closed_tickets["T-2"].state == "cancelled"
    assert kinds(plant.decide(decide, LOST)) == [TicketOpened], "a cancelled one is not reopened"


def repaired_and_closed(plant: History) -> None:
    plant.decide(decide, LOST)
    plant.decide(decide, MENDED, "person:li")
    plant.decide(decide, BACK)
    plant.pass_time(minutes=11)
    assert plant.state.tickets == {}


def test_a_fault_that_is_there_again_within_days_reopens_its_ticket_with_its_history(plant: History) -> None:
    repaired_and_closed(plant)
    plant.pass_time(days=6)
    assert kinds(plant.decide(decide, LOST)) == [TicketReopened]
    found = ticket(plant)
    assert (found.state, found.reopened, found.repair, found.cause) == ("open", 1, None, "a loose screw")
    assert found.opened_at < found.since_at
    assert "T-1" not in plant.state.closed_tickets
    assert plant.state.ticket_count == 1


def test_after_these_days_it_is_another_fault(plant: History) -> None:
    repaired_and_closed(plant)
    plant.pass_time(days=8)
    assert kinds(plant.decide(decide, LOST)) == [TicketOpened]
    with pytest.raises(NotFound, match="7 days"):
        decide(plant.state, ReopenTicket(ticket="T-1", reason="x"), "person:wang", plant.now)


def test_a_person_reopens_a_ticket_with_a_reason(plant: History) -> None:
    repaired_and_closed(plant)
    plant.decide(decide, ReopenTicket(ticket="T-1", reason="it swings again"), "person:wang")
    assert ticket(plant).reopened == 1
    with pytest.raises(WrongState, match="is open already"):
        decide(plant.state, ReopenTicket(ticket="T-1", reason="x"), "person:wang", plant.now)


def test_only_recent_closed_tickets_are_kept_in_the_state(plant: History) -> None:
    for day in range(12):
        plant.happen(TicketOpened(ticket=f"T-{day + 1}", title=Text(en="x"), subject=f"s:{day}"))
        plant.happen(TicketClosed(ticket=f"T-{day + 1}", cause="x"))
        plant.pass_time(days=1)
    assert len(plant.state.closed_tickets) == 7


def test_another_subject_reports_a_fault_once(plant: History) -> None:
    def found(title: str = "Cabinet dusty") -> list[Event]:
        return report(
            plant.state, subject="asset:CAB-1", camera=None, title=Text(en=title), opened_from="round:R-3", clause="3.7"
        )

    plant.happen(*found())
    assert ticket(plant).opened_from == "round:R-3"
    assert found() == []
    plant.decide(decide, MENDED, "person:li")
    plant.decide(decide, SignTicket(ticket="T-1", reason="clean"), "person:chen")
    assert kinds(found()) == [TicketReopened]
    assert kinds(found("Door open")) == [TicketOpened]


def test_what_a_person_finds_after_the_fault_of_a_rule_has_ended_is_another_fault(plant: History) -> None:
    def found() -> list[Event]:
        title = Text(en="Picture is bad: cobweb")
        return report(plant.state, subject="camera:gate-1", camera="gate-1", title=title, opened_from="patrol:W-1")

    plant.happen(
        TicketOpened(
            ticket="T-1", title=Text(en="No signal"), subject="camera:gate-1", camera="gate-1", rule="signal-lost"
        )
    )
    assert found() == []
    plant.happen(TicketRestored(ticket="T-1"))
    (opened,) = found()
    assert isinstance(opened, TicketOpened)
    assert opened.title.en == "Picture is bad: cobweb"
    plant.happen(opened)
    assert found() == []


def test_an_unverified_ticket_is_not_closed_by_anybody(plant: History) -> None:
    plant.decide(decide, SHAKY)
    close = CloseTicket(ticket="T-1", cause="c")
    with pytest.raises(WrongState, match="not verified"):
        decide(plant.state, close, "person:li", plant.now)
    assert due(plant.state, plant.now) == []


def test_tickets_of_an_older_journal_are_read_and_go_on(plant: History) -> None:
    opened = b'{"type":"ticket.opened","ticket":"T-1","title":{"en":"No signal","zh":""},"camera":"press-1"}'
    assigned = b'{"type":"ticket.assigned","ticket":"T-1","repairer":"Li","cause":"rain","estimate_at":null}'
    for line in (opened, assigned):
        plant.happen(msgspec.json.decode(line, type=TicketOpened | TicketAssigned))
    assert (ticket(plant).state, ticket(plant).cause, ticket(plant).priority) == ("assigned", "rain", "normal")
    plant.decide(decide, MENDED, "person:li")
    plant.pass_time(minutes=11)
    assert plant.state.tickets == {}
