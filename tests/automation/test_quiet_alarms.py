"""What an alarm that is laid aside or chatters keeps from being sent, and what an escalation does to its priority."""

from hub.automation.model import AlarmAction, SendMessage
from hub.core.alarms.events import AlarmAcknowledged, AlarmRemovedFromService, AlarmShelved, AlarmUnshelved
from tests.automation.story import ALARM, NOTIFY, Story, at, lost, restored, rule_of, stage

RULE = rule_of(on=("signal.lost",), do=(ALARM, NOTIFY))


def sent(story: Story) -> int:
    return sum(isinstance(effect.do, SendMessage) for effect in story.effects)


def flap(story: Story, times: int, begin_s: float, every_s: float) -> None:
    for number in range(times):
        story.happens(begin_s + number * every_s, lost())
        story.happens(begin_s + (number + 0.5) * every_s, restored())


def test_a_chattering_alarm_is_told_of_three_times_and_then_only_counts() -> None:
    story = Story(RULE, obey=True)
    flap(story, 6, 0, 10)
    assert sent(story) == 3
    assert story.state.site.alarms["A-1"].times == 6
    assert "A-1 is chattering" in story.trace[-1].detail or any("chattering" in each.detail for each in story.trace)


def test_a_shelved_alarm_that_is_raised_again_sends_nothing_until_it_is_back() -> None:
    story = Story(RULE, obey=True)
    flap(story, 1, 0, 10)
    story.happens(20, AlarmShelved(alarm="A-1", reason="welding", until_at=at(9000)))
    flap(story, 1, 100, 10)
    assert sent(story) == 1
    story.happens(300, AlarmUnshelved(alarm="A-1"))
    flap(story, 1, 400, 10)
    assert sent(story) == 2


def test_out_of_service_an_escalation_disturbs_nobody() -> None:
    story = Story(rule_of(on=("signal.lost",), escalate=(stage(60),)), obey=True)
    story.happens(0, lost())
    story.happens(10, AlarmRemovedFromService(alarm="A-1", reason="rebuilt", until_at=at(90_000)))
    assert story.passes(100) == []


def test_an_alarm_in_an_escalation_raises_the_priority_of_the_one_that_stands() -> None:
    worse = AlarmAction(kind="signal", priority="critical")
    story = Story(rule_of(on=("signal.lost",), do=(ALARM,), escalate=(stage(60, worse),)), obey=True)
    story.happens(0, lost())
    story.passes(61)
    alarm = story.state.site.alarms["A-1"]
    assert (alarm.priority, alarm.times, alarm.acknowledged_by) == ("critical", 1, None)
    story.happens(70, AlarmAcknowledged(alarm="A-1"))
    assert story.state.site.alarms["A-1"].state == "acknowledged"
