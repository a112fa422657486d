"""The alarm cycle of ISA-18.2, seen through commands, orders and the folded state."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.alarms.commands import AcknowledgeAlarm, RaiseAlarm, ReturnAlarm, ShelveAlarm, UnshelveAlarm
from hub.core.alarms.decisions import LONGEST_SHELF
from hub.core.alarms.events import AlarmSuppressed, AlarmUnsuppressed
from hub.core.catalogue import SiteConfigured
from hub.core.decisions import decide, due, next_due
from hub.core.text import Text
from hub.errors import NotFound, WrongState

from .conftest import SITE, History


def raise_alarm(camera: str = "press-1", *, lasting: bool = True) -> RaiseAlarm:
    return RaiseAlarm(
        rule="signal-lost",
        kind="signal",
        subject=f"camera:{camera}",
        camera=camera,
        priority="critical",
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
        case "unshelve":
            history.decide(decide, UnshelveAlarm(alarm="A-1"))
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


@settings(max_examples=200)
@given(st.lists(st.sampled_from(["raise", "return", "ack", "shelve", "unshelve"]), max_size=30))
def test_whatever_happens_at_most_one_alarm_stands_per_rule_and_subject(steps: list[str]) -> None:
    history = History()
    history.happen(SiteConfigured(site=SITE))
    for step in steps:
        try:
            do(history, step)
        except (NotFound, WrongState):
            continue
    standing = list(history.state.alarms.values())
    assert len({(alarm.rule, alarm.subject) for alarm in standing}) == len(standing)
    assert all(not alarm.cleared for alarm in standing)
    assert history.state.alarm_count >= len(standing)
