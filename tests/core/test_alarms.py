"""The alarm cycle of ISA-18.2, seen through commands, orders and the folded state."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from hub.core.alarms.commands import (
    AcknowledgeAlarm,
    ConfirmResponse,
    JudgeAlarm,
    PrioritiseAlarm,
    RaiseAlarm,
    ReturnAlarm,
    ReturnToService,
    ShelveAlarm,
    TakeOutOfService,
    UnshelveAlarm,
)
from hub.core.alarms.decisions import LONGEST_OUT, LONGEST_SHELF
from hub.core.alarms.events import (
    AlarmJudged,
    AlarmPrioritised,
    AlarmReturned,
    AlarmReturnedToService,
    AlarmServiceEndsSoon,
    AlarmStale,
    AlarmStaleEnded,
    AlarmSuppressed,
    AlarmUnshelved,
    AlarmUnsuppressed,
    Priority,
)
from hub.core.alarms.fold import MOST_PAST
from hub.core.decisions import cameras_of, decide, due, next_due
from hub.core.text import Text
from hub.errors import NotFound, WrongState

from .conftest import History


def raise_alarm(
    camera: str = "press-1", *, lasting: bool = True, priority: Priority = "critical", subject: str = ""
) -> RaiseAlarm:
    return RaiseAlarm(
        rule="signal-lost",
        kind="signal",
        subject=subject or f"camera:{camera}",
        camera=None if subject else camera,
        priority=priority,
        title=Text(en="Signal lost"),
        response=Text(en="Call the technical department."),
        clause="3.3",
        evidence=None,
        lasting=lasting,
    )


def returned(camera: str = "press-1") -> ReturnAlarm:
    return ReturnAlarm(rule="signal-lost", subject=f"camera:{camera}")


def state_of(history: History, alarm: str = "A-1") -> str | None:
    found = history.state.alarms.get(alarm)
    return found.state if found else None


CYCLES = {
    "raised": (["raise"], "unacknowledged"),
    "acknowledged while the cause holds": (["raise", "ack"], "acknowledged"),
    "returned before anybody saw it": (["raise", "return"], "returned"),
    "acknowledged, then over": (["raise", "ack", "return"], None),
    "over, then acknowledged": (["raise", "return", "ack"], None),
    "raised again before it was acknowledged": (["raise", "return", "raise"], "unacknowledged"),
    "shelved": (["raise", "shelve"], "shelved"),
    "shelved, then unshelved": (["raise", "shelve", "unshelve"], "unacknowledged"),
    "shelved and over, then unshelved": (["raise", "shelve", "return", "unshelve"], "returned"),
    "shelved, acknowledged and over": (["raise", "shelve", "ack", "return"], "shelved"),
    "shelved, acknowledged and over, then unshelved": (["raise", "shelve", "ack", "return", "unshelve"], None),
    "shelved, acknowledged, over and raised again": (["raise", "shelve", "ack", "return", "raise"], "shelved"),
    "raised again while shelved, then unshelved": (
        ["raise", "shelve", "ack", "return", "raise", "unshelve"],
        "unacknowledged",
    ),
    "suppressed": (["raise", "suppress"], "suppressed"),
    "suppressed, then not": (["raise", "suppress", "unsuppress"], "unacknowledged"),
    "suppressed and over, then not": (["raise", "suppress", "return", "unsuppress"], None),
    "over, then suppressed, then not": (["raise", "return", "suppress", "unsuppress"], "returned"),
    "suppressed, acknowledged and over": (["raise", "suppress", "ack", "return"], "suppressed"),
    "suppressed, over and raised again, then not": (
        ["raise", "suppress", "return", "raise", "unsuppress"],
        "unacknowledged",
    ),
    "shelved and suppressed": (["raise", "shelve", "suppress"], "suppressed"),
    "shelved and suppressed, then not suppressed": (["raise", "shelve", "suppress", "unsuppress"], "shelved"),
    "shelved until it returns": (["raise", "shelve once", "return"], "returned"),
    "acknowledged, shelved until it returns": (["raise", "ack", "shelve once", "return"], None),
    "out of service": (["raise", "suppress", "take out"], "out_of_service"),
    "out of service, then not": (["raise", "ack", "take out", "put back"], "acknowledged"),
    "out of service and over, then not": (["raise", "take out", "return", "put back"], None),
}


def do(history: History, step: str) -> None:
    match step:
        case "raise":
            history.decide(decide, raise_alarm())
        case "return":
            history.decide(decide, returned())
        case "ack":
            history.decide(decide, AcknowledgeAlarm(alarm="A-1"), actor="person:wang")
        case "shelve":
            until_at = history.now + timedelta(hours=1)
            history.decide(decide, ShelveAlarm(alarm="A-1", reason="welding", until_at=until_at))
        case "shelve once":
            history.decide(decide, ShelveAlarm(alarm="A-1", reason="until it is over", once=True))
        case "unshelve":
            history.decide(decide, UnshelveAlarm(alarm="A-1"))
        case "take out":
            until_at = history.now + timedelta(days=2)
            history.decide(decide, TakeOutOfService(alarm="A-1", reason="rebuilt", until_at=until_at))
        case "put back":
            history.decide(decide, ReturnToService(alarm="A-1"))
        case "suppress":
            history.happen(AlarmSuppressed(alarm="A-1", by="permit:P-1"))
        case "unsuppress":
            history.happen(AlarmUnsuppressed(alarm="A-1"))


@pytest.mark.parametrize(("steps", "state"), CYCLES.values(), ids=CYCLES.keys())
def test_an_alarm_is_in_the_state_its_history_says(history: History, steps: list[str], state: str | None) -> None:
    for step in steps:
        do(history, step)
    assert state_of(history) == state


def test_a_standing_alarm_is_not_raised_twice(history: History) -> None:
    history.decide(decide, raise_alarm())
    assert history.decide(decide, raise_alarm()) == []


def test_an_alarm_raised_again_keeps_its_number_and_counts(history: History) -> None:
    for step in ("raise", "return", "raise"):
        do(history, step)
    assert list(history.state.alarms) == ["A-1"]
    assert history.state.alarms["A-1"].times == 2


def test_a_cleared_alarm_comes_back_under_a_new_number(history: History) -> None:
    for step in ("raise", "ack", "return", "raise"):
        do(history, step)
    assert list(history.state.alarms) == ["A-2"]


def test_two_cameras_have_two_alarms(history: History) -> None:
    history.decide(decide, raise_alarm("press-1"))
    history.decide(decide, raise_alarm("gate-1"))
    history.decide(decide, returned("gate-1"))
    assert state_of(history, "A-1") == "unacknowledged"
    assert state_of(history, "A-2") == "returned"


def test_an_alarm_that_nothing_can_end_is_cleared_by_acknowledging_it(history: History) -> None:
    history.decide(decide, raise_alarm(lasting=False))
    history.decide(decide, AcknowledgeAlarm(alarm="A-1"), actor="person:wang")
    assert state_of(history) is None


def test_acknowledging_twice_changes_nothing(history: History) -> None:
    do(history, "raise")
    do(history, "ack")
    assert decide(history.state, AcknowledgeAlarm(alarm="A-1"), "person:wang", history.now) == []


def test_the_record_says_who_acknowledged(history: History) -> None:
    do(history, "raise")
    do(history, "ack")
    assert history.state.alarms["A-1"].acknowledged_by == "person:wang"


def test_an_unknown_alarm_is_refused_with_the_way_out(history: History) -> None:
    with pytest.raises(NotFound, match="hub events"):
        decide(history.state, AcknowledgeAlarm(alarm="A-9"), "person:wang", history.now)


@pytest.mark.parametrize("after", [timedelta(0), timedelta(hours=-1), LONGEST_SHELF + timedelta(seconds=1)])
def test_a_shelving_ends_in_the_future_and_within_a_shift(history: History, after: timedelta) -> None:
    do(history, "raise")
    with pytest.raises(WrongState):
        decide(
            history.state,
            ShelveAlarm(alarm="A-1", reason="x", until_at=history.now + after),
            "person:wang",
            history.now,
        )


def test_a_shelving_without_an_end_is_refused(history: History) -> None:
    do(history, "raise")
    with pytest.raises(WrongState, match="needs its end") as refused:
        decide(history.state, ShelveAlarm(alarm="A-1", reason="x"), "person:wang", history.now)
    assert "until_at" in refused.value.hint


def test_a_shelved_alarm_comes_back_on_time(history: History) -> None:
    do(history, "raise")
    do(history, "shelve")
    shelf = history.state.alarms["A-1"].shelf
    assert shelf is not None
    assert next_due(history.state) == shelf.until_at
    assert due(history.state, shelf.until_at - timedelta(seconds=1)) == []
    history.happen(*due(history.state, shelf.until_at))
    assert state_of(history) == "unacknowledged"


def test_unshelving_what_is_not_shelved_is_refused(history: History) -> None:
    do(history, "raise")
    with pytest.raises(WrongState):
        decide(history.state, UnshelveAlarm(alarm="A-1"), "person:wang", history.now)


# --- priority -------------------------------------------------------------------------------------------------------


def prioritised(history: History, priority: Priority) -> list[object]:
    """What comes of the rule asking for this priority while its alarm stands."""
    return list(history.decide(decide, raise_alarm(priority=priority), actor="rule:signal-lost"))


def test_a_higher_priority_of_the_same_rule_raises_the_standing_alarm_and_asks_for_a_note_again(
    history: History,
) -> None:
    history.decide(decide, raise_alarm(priority="medium"))
    do(history, "ack")
    (event,) = prioritised(history, "critical")
    assert event == AlarmPrioritised(alarm="A-1", before="medium", priority="critical")
    assert history.state.alarms["A-1"].priority == "critical"
    assert state_of(history) == "unacknowledged"


def test_the_text_of_the_escalation_takes_the_place_of_the_first(history: History) -> None:
    history.decide(decide, raise_alarm(priority="medium"))
    order = replace(raise_alarm(), title=Text(en="Still lost"), response=Text(en="Call the leader."))
    history.decide(decide, order, actor="rule:signal-lost")
    alarm = history.state.alarms["A-1"]
    assert (alarm.title.en, alarm.response.en) == ("Still lost", "Call the leader.")


def test_a_lower_or_equal_priority_changes_nothing(history: History) -> None:
    history.decide(decide, raise_alarm(priority="high"))
    assert prioritised(history, "high") == []
    assert prioritised(history, "low") == []


def test_a_priority_that_a_leader_lowered_is_kept_until_a_rule_asks_for_more_than_before(history: History) -> None:
    history.decide(decide, raise_alarm(priority="high"))
    do(history, "ack")
    lower = PrioritiseAlarm(alarm="A-1", priority="low", reason="known, and of no weight")
    history.decide(decide, lower, actor="person:wang")
    assert (history.state.alarms["A-1"].priority, state_of(history)) == ("low", "acknowledged")
    assert prioritised(history, "high") == []
    do(history, "return")
    history.decide(decide, raise_alarm(priority="low"))
    history.decide(decide, PrioritiseAlarm(alarm="A-2", priority="medium", reason="x"), actor="person:wang")
    assert history.state.alarms["A-2"].asked == "low"
    assert len(prioritised(history, "high")) == 1
    assert history.state.alarms["A-2"].priority == "high"


def test_an_alarm_raised_again_with_a_higher_priority_has_it(history: History) -> None:
    history.decide(decide, raise_alarm(priority="low"))
    do(history, "return")
    history.decide(decide, raise_alarm(priority="critical"))
    assert history.state.alarms["A-1"].priority == "critical"
    do(history, "return")
    history.decide(decide, raise_alarm(priority="low"))
    assert history.state.alarms["A-1"].priority == "critical"


def test_a_leader_who_raises_a_priority_has_it_acknowledged_again(history: History) -> None:
    history.decide(decide, raise_alarm(priority="low"))
    do(history, "ack")
    history.decide(decide, PrioritiseAlarm(alarm="A-1", priority="high", reason="visitors"), actor="person:wang")
    assert state_of(history) == "unacknowledged"
    again = PrioritiseAlarm(alarm="A-1", priority="high", reason="visitors")
    assert history.decide(decide, again, actor="person:wang") == []


# --- shelving, service, stale ---------------------------------------------------------------------------------------


def test_a_shelving_until_the_return_ends_with_the_cause(history: History) -> None:
    do(history, "raise")
    do(history, "shelve once")
    shelf = history.state.alarms["A-1"].shelf
    assert shelf is not None
    assert shelf.once
    assert shelf.until_at == history.now - timedelta(seconds=1) + LONGEST_SHELF
    assert history.decide(decide, returned()) == [AlarmReturned(alarm="A-1"), AlarmUnshelved(alarm="A-1")]


def test_what_is_over_cannot_be_shelved_until_it_is_over(history: History) -> None:
    do(history, "raise")
    do(history, "return")
    with pytest.raises(WrongState, match="returned"):
        do(history, "shelve once")


@pytest.mark.parametrize("after", [timedelta(0), LONGEST_OUT + timedelta(seconds=1)])
def test_out_of_service_ends_in_the_future_and_within_a_month(history: History, after: timedelta) -> None:
    do(history, "raise")
    command = TakeOutOfService(alarm="A-1", reason="x", until_at=history.now + after)
    with pytest.raises(WrongState):
        decide(history.state, command, "person:wang", history.now)


def test_out_of_service_is_reminded_of_once_and_ends_by_itself(history: History) -> None:
    do(history, "raise")
    do(history, "take out")
    out = history.state.alarms["A-1"].out
    assert out is not None
    soon = out.until_at - timedelta(hours=1)
    assert next_due(history.state) == soon
    assert due(history.state, soon - timedelta(seconds=1)) == []
    history.happen(*due(history.state, soon))
    assert [type(record.event) for record in history.records[-1:]] == [AlarmServiceEndsSoon]
    assert due(history.state, soon) == []
    assert due(history.state, out.until_at)[0] == AlarmReturnedToService(alarm="A-1")


def test_putting_back_what_is_in_service_is_refused(history: History) -> None:
    do(history, "raise")
    with pytest.raises(WrongState, match="in service"):
        do(history, "put back")


def test_two_permits_suppress_until_the_last_of_them_ends(history: History) -> None:
    do(history, "raise")
    history.happen(AlarmSuppressed(alarm="A-1", by="permit:P-1"), AlarmSuppressed(alarm="A-1", by="permit:P-2"))
    history.happen(AlarmUnsuppressed(alarm="A-1", by="permit:P-1"))
    assert state_of(history) == "suppressed"
    assert history.state.alarms["A-1"].suppressed_by == "permit:P-2"
    history.happen(AlarmUnsuppressed(alarm="A-1", by="permit:P-2"))
    assert state_of(history) == "unacknowledged"


def test_an_alarm_that_stands_for_a_day_is_stale_until_its_cause_goes(history: History) -> None:
    do(history, "raise")
    do(history, "ack")
    raised_at = history.state.alarms["A-1"].raised_at
    late = raised_at + timedelta(hours=24)
    assert next_due(history.state) == late
    assert due(history.state, late - timedelta(seconds=1)) == []
    assert history.happen(*due(history.state, late)).alarms["A-1"].stale
    assert history.records[-1].event == AlarmStale(alarm="A-1", since_at=raised_at)
    assert (due(history.state, late), next_due(history.state)) == ([], None)
    assert history.decide(decide, returned()) == [AlarmReturned(alarm="A-1"), AlarmStaleEnded(alarm="A-1")]


def test_what_is_shelved_and_what_is_about_another_alarm_does_not_become_stale(history: History) -> None:
    do(history, "raise")
    do(history, "shelve")
    history.decide(decide, raise_alarm(subject="alarm:A-1"))
    shelf = history.state.alarms["A-1"].shelf
    assert shelf is not None
    assert next_due(history.state) == shelf.until_at


def test_the_response_is_confirmed_with_who_and_what_until_it_is_raised_again(history: History) -> None:
    do(history, "raise")
    history.decide(decide, ConfirmResponse(alarm="A-1", note="called them"), actor="person:zhang")
    alarm = history.state.alarms["A-1"]
    assert (alarm.responded_by, alarm.response_note) == ("person:zhang", "called them")
    do(history, "return")
    do(history, "raise")
    assert history.state.alarms["A-1"].responded_by is None


# --- verdicts -------------------------------------------------------------------------------------------------------


def test_a_verdict_is_given_while_the_alarm_stands_and_corrected_by_another(history: History) -> None:
    do(history, "raise")
    false = JudgeAlarm(alarm="A-1", verdict="false", cause="a spider")
    assert history.decide(decide, false, actor="person:wang") == [
        AlarmJudged(alarm="A-1", verdict="false", cause="a spider")
    ]
    assert history.decide(decide, false, actor="person:wang") == []
    history.decide(decide, JudgeAlarm(alarm="A-1", verdict="real"), actor="person:wang")
    judged = history.state.alarms["A-1"].judged
    assert judged is not None
    assert (judged.verdict, judged.by) == ("real", "person:wang")


def test_a_verdict_is_given_after_the_alarm_was_cleared(history: History) -> None:
    for step in ("raise", "ack", "return"):
        do(history, step)
    judge = JudgeAlarm(alarm="A-1", verdict="nuisance")
    assert cameras_of(history.state, judge) == ["press-1"]
    assert history.decide(decide, judge) == [AlarmJudged(alarm="A-1", verdict="nuisance")]


def test_an_alarm_that_was_never_raised_cannot_be_judged(history: History) -> None:
    do(history, "raise")
    for unknown in ("A-2", "A-0", "A--1", "A-x", "T-1", "A-"):
        with pytest.raises(NotFound):
            history.decide(decide, JudgeAlarm(alarm=unknown, verdict="real"))


def test_an_alarm_of_long_ago_is_judged_only_by_those_who_may_see_everything(history: History) -> None:
    for _ in range(MOST_PAST + 1):
        order = raise_alarm()
        (raised, *_more) = history.decide(decide, order)
        number = raised.alarm  # type: ignore[attr-defined]
        history.decide(decide, AcknowledgeAlarm(alarm=number))
        history.decide(decide, returned())
    assert len(history.state.past_alarms) == MOST_PAST
    assert cameras_of(history.state, JudgeAlarm(alarm="A-2", verdict="real")) == ["press-1"]
    assert cameras_of(history.state, JudgeAlarm(alarm="A-1", verdict="real")) == ["?"]
