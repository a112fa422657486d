"""An alarm that nobody acknowledges is escalated, and what ends that."""

from typing import Any

import pytest

from hub.automation.engine import next_due
from hub.automation.model import (
    SendMessage,
    TicketAction,
)
from hub.core.alarms.commands import ReturnAlarm
from hub.core.alarms.events import AlarmAcknowledged, AlarmShelved, AlarmUnshelved
from hub.core.delivery import EffectFailed
from hub.core.tickets.events import TicketAssigned
from tests.automation.story import (
    ALARM,
    LATER,
    NOTIFY,
    Story,
    at,
    lost,
    restored,
    rule_of,
    stage,
    to,
)

ESCALATING = rule_of(on=("signal.lost",), do=(ALARM, NOTIFY), escalate=(stage(300),))


# --- escalations


def test_an_alarm_that_nobody_acknowledges_is_escalated() -> None:
    story = Story(ESCALATING, obey=True)
    story.happens(5, lost())
    assert [effect.key for effect in story.passes(304)] == []
    (effect,) = story.passes(306)
    assert effect.key == "r:2:escalate.1.1.0"
    assert to(story) == ["duty", "leader"]
    assert ("fired", "escalate.1") in story.told()


def test_acknowledging_ends_the_escalation_at_once() -> None:
    story = Story(ESCALATING, obey=True)
    story.happens(5, lost())
    story.happens(60, AlarmAcknowledged(alarm="A-1"))
    assert next_due(story.state) is None
    assert not story.state.tracks
    assert story.passes(1000) == []
    assert story.trace[-1].step == "escalate.1"
    assert story.trace[-1].detail == "A-1 is acknowledged"


def test_an_alarm_that_nothing_ends_is_not_escalated_once_acknowledging_has_cleared_it() -> None:
    story = Story(rule_of(on=("effect.failed",), escalate=(stage(300),)), obey=True)
    story.happens(5, EffectFailed(key="k", kind="mail", reason="no route"))
    story.happens(60, AlarmAcknowledged(alarm="A-1"))
    assert story.state.site.alarms == {}
    assert story.passes(1000) == []


def test_the_end_of_the_condition_ends_the_escalation_although_nobody_acknowledged() -> None:
    story = Story(ESCALATING, obey=True)
    story.happens(5, lost())
    assert [type(effect.do) for effect in story.happens(60, restored())] == [ReturnAlarm]
    assert story.passes(1000) == []


def test_a_shelved_alarm_is_not_escalated_and_goes_on_with_what_came_due_when_the_shelving_is_over() -> None:
    story = Story(rule_of(on=("signal.lost",), escalate=(stage(60, repeat_s=60, times=3),)), obey=True)
    story.happens(5, lost())
    story.happens(30, AlarmShelved(alarm="A-1", reason="noise", until_at=at(100)))
    assert story.passes(90) == []
    assert [effect.key for effect in story.happens(100, AlarmUnshelved(alarm="A-1"))] == ["r:2:escalate.1.1.0"]
    assert [effect.key for effect in story.passes(500)] == ["r:2:escalate.1.2.0", "r:2:escalate.1.3.0"]


def test_a_repeated_escalation_is_done_as_often_as_it_says_with_a_key_for_each_time() -> None:
    story = Story(rule_of(on=("signal.lost",), escalate=(stage(60, repeat_s=30, times=3), stage(200))), obey=True)
    story.happens(0, lost())
    effects = [(effect.key, story.trace[-1].at) for s in (60, 90, 120, 150, 200, 900) for effect in story.passes(s)]
    assert effects == [
        ("r:2:escalate.1.1.0", at(60)),
        ("r:2:escalate.1.2.0", at(90)),
        ("r:2:escalate.1.3.0", at(120)),
        ("r:2:escalate.2.1.0", at(200)),
    ]
    assert not story.state.tracks


def test_one_late_tick_makes_up_for_every_repetition_in_order() -> None:
    story = Story(rule_of(on=("signal.lost",), escalate=(stage(60, repeat_s=30, times=3), stage(100))))
    story.happens(0, lost())
    assert [effect.key for effect in story.passes(9000)] == [
        "r:2:escalate.1.1.0",
        "r:2:escalate.1.2.0",
        "r:2:escalate.2.1.0",
        "r:2:escalate.1.3.0",
    ]


@pytest.mark.parametrize(
    ("unless", "event", "ends"),
    [
        ("alarm.acknowledged", AlarmAcknowledged(alarm="A-1"), True),
        ("ticket.assigned", AlarmAcknowledged(alarm="A-1"), False),
        ("ticket.assigned", TicketAssigned(ticket="T-1", repairer="Li"), True),
        ("alarm.shelved", AlarmShelved(alarm="A-1", reason="x", until_at=at(9000)), True),
        ("not ticket.open", AlarmAcknowledged(alarm="A-1"), False),
        ("not alarm.active", AlarmAcknowledged(alarm="A-1"), False),
        ("alarm.acknowledged and ticket.assigned", TicketAssigned(ticket="T-1", repairer="Li"), False),
    ],
)
def test_unless_of_an_escalation_asks_what_the_rule_made_of_it(unless: str, event: Any, ends: bool) -> None:
    do = (ALARM, TicketAction())
    story = Story(rule_of(on=("signal.lost",), do=do, escalate=(stage(300, unless=unless),)), obey=True)
    story.happens(5, lost())
    story.happens(60, event)
    assert (next_due(story.state) is None) is ends
    assert bool([effect for effect in story.passes(305) if isinstance(effect.do, SendMessage)]) is not ends


def test_unless_is_about_the_alarm_of_this_rule_and_this_subject_only() -> None:
    other = rule_of("other", on=("signal.lost",))
    story = Story(ESCALATING, other, obey=True)
    story.happens(5, lost())
    story.happens(6, lost("press-1"))
    alarms = {(a.rule, a.subject): a.id for a in story.state.site.alarms.values()}
    story.happens(60, AlarmAcknowledged(alarm=alarms["r", "camera:press-1"]))
    story.happens(61, AlarmAcknowledged(alarm=alarms["other", "camera:gate-1"]))
    assert [effect.key for effect in story.passes(900)] == ["r:2:escalate.1.1.0"]


def test_a_stage_may_have_delayed_items_that_acknowledging_stops_too() -> None:
    escalating = rule_of(on=("signal.lost",), escalate=(stage(60, NOTIFY, LATER),))
    story = Story(escalating, obey=True)
    story.happens(0, lost())
    assert [effect.key for effect in story.passes(60)] == ["r:2:escalate.1.1.0"]
    assert next_due(story.state) == at(360)
    acknowledged = story.state
    assert [effect.key for effect in story.passes(360)] == ["r:2:escalate.1.1.1"]
    story.state = acknowledged
    story.happens(100, AlarmAcknowledged(alarm="A-1"))
    assert story.passes(900) == []


def test_an_acknowledged_alarm_that_is_raised_again_escalates_again() -> None:
    story = Story(ESCALATING, obey=True)
    story.happens(5, lost())
    story.happens(10, AlarmAcknowledged(alarm="A-1"))
    story.happens(20, restored())
    story.happens(30, lost())
    assert [effect.key.partition(":")[2] for effect in story.passes(900)] == ["7:escalate.1.1.0"]
