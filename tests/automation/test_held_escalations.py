"""An escalation that comes due while nobody is to be disturbed is held, and goes on when that is over."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
import pytest

from hub.automation.engine import adopt, next_due
from hub.automation.model import AlarmAction, EngineState, Group, SendMessage
from hub.core.alarms.events import (
    AlarmAcknowledged,
    AlarmCalmed,
    AlarmChattering,
    AlarmRemovedFromService,
    AlarmReturnedToService,
    AlarmShelved,
    AlarmSuppressed,
    AlarmUnshelved,
    AlarmUnsuppressed,
)
from hub.core.catalogue import ClockStepped, SiteConfigured
from hub.core.event import Event
from hub.core.rules.events import RulePaused, RuleResumed
from tests.automation.story import (
    ALARM,
    LATER,
    NOTIFY,
    SITE,
    Story,
    at,
    failed,
    lost,
    moved,
    restored,
    rule_of,
    stage,
    to,
)


class Silence(NamedTuple):
    begins: Event
    ends: Event
    said: str


SILENCES: dict[str, Silence] = {
    "shelved": Silence(
        AlarmShelved(alarm="A-1", reason="welding", until_at=at(9000)), AlarmUnshelved(alarm="A-1"), "A-1 is shelved"
    ),
    "a permit": Silence(
        AlarmSuppressed(alarm="A-1", by="P-1"), AlarmUnsuppressed(alarm="A-1", by="P-1"), "A-1 is suppressed"
    ),
    "out of service": Silence(
        AlarmRemovedFromService(alarm="A-1", reason="rebuilt", until_at=at(90_000)),
        AlarmReturnedToService(alarm="A-1"),
        "A-1 is out of service",
    ),
    "chattering": Silence(
        AlarmChattering(alarm="A-1", rule="r", about="camera:gate-1", times=3, within_s=60.0),
        AlarmCalmed(alarm="A-1", rule="r", about="camera:gate-1"),
        "A-1 is chattering",
    ),
}
every_silence = pytest.mark.parametrize("silence", SILENCES.values(), ids=SILENCES)

RULE = rule_of(on=("signal.lost",), do=(ALARM, NOTIFY), escalate=(stage(300), stage(900)))
"""The leader is told after 5 minutes, and again after 15."""
REPEATING = rule_of(on=("signal.lost",), escalate=(stage(60, repeat_s=60, times=3),))


def silenced(silence: Silence, *rules: object) -> Story:
    """A camera is lost at 0 and its alarm silenced at 10."""
    story = Story(*(rules or (RULE,)), obey=True)  # type: ignore[arg-type]
    story.happens(0, lost())
    story.happens(10, silence.begins)
    return story


def leader(story: Story) -> int:
    """How often the leader was told so far."""
    return to(story).count("leader")


# --- each silence × what became of the alarm meanwhile


@every_silence
def test_an_alarm_that_still_stands_is_escalated_the_moment_the_silence_is_over(silence: Silence) -> None:
    story = silenced(silence)
    assert story.passes(2000) == []
    assert next_due(story.state) is None
    assert [effect.key for effect in story.happens(2000, silence.ends)] == ["r:2:escalate.1.1.0"]
    assert story.trace[-1].at == at(2000)
    assert story.passes(2599) == []
    assert [effect.key for effect in story.passes(2600)] == ["r:2:escalate.2.1.0"], "as far from it as it was planned"
    assert story.passes(90_000) == []
    assert not story.state.pending
    assert not story.state.tracks


@every_silence
def test_what_is_held_says_so_once_and_why(silence: Silence) -> None:
    story = silenced(silence)
    story.passes(2000)
    held = [trace for trace in story.trace if trace.outcome == "held"]
    assert [(trace.step, trace.detail) for trace in held] == [
        ("escalate.1", f"{silence.said}: goes on when that is over")
    ]
    assert held[0].at == at(300)


@every_silence
def test_an_alarm_that_was_acknowledged_meanwhile_is_not_escalated(silence: Silence) -> None:
    story = silenced(silence)
    story.passes(1000)
    story.happens(1500, AlarmAcknowledged(alarm="A-1"))
    assert not story.state.pending
    story.happens(2000, silence.ends)
    story.passes(90_000)
    assert leader(story) == 0
    assert story.trace[-1].detail == "A-1 is acknowledged"


@every_silence
def test_an_alarm_whose_cause_went_meanwhile_is_not_escalated(silence: Silence) -> None:
    story = silenced(silence)
    story.passes(1000)
    story.happens(1500, restored())
    assert not story.state.pending
    story.happens(2000, silence.ends)
    story.passes(90_000)
    assert leader(story) == 0


@every_silence
def test_what_comes_due_only_after_the_silence_comes_when_it_was_planned(silence: Silence) -> None:
    story = silenced(silence)
    assert story.happens(200, silence.ends) == []
    story.passes(299)
    assert leader(story) == 0
    story.passes(300)
    assert leader(story) == 1
    story.passes(900)
    assert leader(story) == 2


@every_silence
def test_a_repetition_is_made_up_for_once_and_the_others_keep_their_distance(silence: Silence) -> None:
    story = silenced(silence, REPEATING)
    story.passes(1000)
    assert [effect.key for effect in story.happens(1000, silence.ends)] == ["r:2:escalate.1.1.0"]
    assert story.passes(1059) == []
    assert [effect.key for effect in story.passes(1060)] == ["r:2:escalate.1.2.0"]
    assert [effect.key for effect in story.passes(1120)] == ["r:2:escalate.1.3.0"]
    assert story.passes(90_000) == []


@every_silence
def test_a_chain_that_had_begun_goes_on_where_it_stood(silence: Silence) -> None:
    story = Story(REPEATING, obey=True)
    story.happens(0, lost())
    assert [effect.key for effect in story.passes(60)] == ["r:2:escalate.1.1.0"]
    story.happens(70, silence.begins)
    assert story.passes(5000) == []
    assert [effect.key for effect in story.happens(5000, silence.ends)] == ["r:2:escalate.1.2.0"]
    assert [effect.key for effect in story.passes(5060)] == ["r:2:escalate.1.3.0"]


@every_silence
def test_a_restart_while_a_step_is_held_changes_nothing(silence: Silence) -> None:
    story = silenced(silence)
    story.passes(1000)
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(story.state), type=EngineState)
    assert kept == story.state
    story.state = adopt(story.index, kept, at(1500))
    assert [effect.key for effect in story.happens(2000, silence.ends)] == ["r:2:escalate.1.1.0"]
    assert [effect.key for effect in story.passes(2600)] == ["r:2:escalate.2.1.0"]


# --- several silences


@pytest.mark.parametrize(
    "order", [("shelved", "a permit"), ("a permit", "out of service"), ("chattering", "shelved")], ids="+".join
)
def test_where_one_silence_ends_and_another_goes_on_the_step_is_held_until_the_last_is_over(
    order: tuple[str, str],
) -> None:
    first, last = (SILENCES[each] for each in order)
    story = silenced(first)
    story.happens(20, last.begins)
    story.passes(1000)
    assert story.happens(1500, first.ends) == []
    assert [effect.key for effect in story.happens(2000, last.ends)] == ["r:2:escalate.1.1.0"]


def test_a_later_step_that_comes_due_in_another_silence_is_held_again() -> None:
    shelved = SILENCES["shelved"]
    story = silenced(shelved)
    story.passes(1000)
    story.happens(1000, shelved.ends)
    story.happens(1100, AlarmShelved(alarm="A-1", reason="again", until_at=at(9000)))
    assert story.passes(5000) == []
    assert [effect.key for effect in story.happens(5000, shelved.ends)] == ["r:2:escalate.2.1.0"]


def test_the_clock_that_is_set_while_a_step_is_held_changes_no_distance() -> None:
    shelved = SILENCES["shelved"]
    story = silenced(shelved)
    story.passes(1000)
    story.happens(4600, ClockStepped(by_s=3600.0))
    assert [effect.key for effect in story.happens(5000, shelved.ends)] == ["r:2:escalate.1.1.0"]
    assert story.passes(5599) == []
    assert [effect.key for effect in story.passes(5600)] == ["r:2:escalate.2.1.0"]


# --- what else ends, or stands beside, a chain that is held


@pytest.mark.parametrize(
    "ended",
    [
        lambda story: story.happens(1500, RulePaused(rule="r", reason="tests")),
        lambda story: story.reload(1500, rule_of(on=("signal.lost",), escalate=(stage(400),), digest="other")),
        lambda story: story.reload(1500),
        lambda story: story.happens(1500, SiteConfigured(site=type(SITE)(cameras=[SITE.cameras[1]]))),
    ],
    ids=["turned off", "changed", "taken away", "its camera taken away"],
)
def test_what_is_held_goes_with_its_rule_and_its_camera(ended: Callable[[Story], object]) -> None:
    shelved = SILENCES["shelved"]
    story = silenced(shelved)
    story.passes(1000)
    ended(story)
    assert not [each for each in story.state.pending.values() if each.held]


def test_a_rule_that_is_turned_on_again_begins_its_chain_anew() -> None:
    shelved = SILENCES["shelved"]
    story = silenced(shelved)
    story.passes(1000)
    story.happens(1500, RulePaused(rule="r", reason="tests"))
    story.happens(1600, RuleResumed(rule="r", why="person"))
    story.happens(1700, shelved.ends)
    story.passes(1899)
    assert leader(story) == 0
    story.passes(1900)
    assert leader(story) == 1


def test_a_chain_that_is_held_keeps_no_firing_about_the_same_from_acting_and_serves_it_too() -> None:
    story = Story(
        rule_of(on=("effect.failed",), do=(ALARM, NOTIFY, LATER), escalate=(stage(300), stage(900))), obey=True
    )
    story.happens(0, failed())
    story.happens(10, AlarmShelved(alarm="A-1", reason="known", until_at=at(9000)))
    story.passes(1000)
    story.happens(1000, failed())
    assert story.alarm.times == 2, "it is counted"
    assert story.happens(5000, AlarmUnshelved(alarm="A-1")) != []
    assert leader(story) == 1
    story.passes(5600)
    story.passes(90_000)
    assert leader(story) == 2, "one chain, not one for each firing"
    assert not story.state.pending
    assert not story.state.tracks


def test_of_two_chains_about_one_alarm_only_the_held_one_goes_on_when_the_silence_is_over() -> None:
    story = Story(rule_of(on=("effect.failed",), escalate=(stage(300),)), obey=True)
    story.happens(0, failed())
    story.happens(10, AlarmShelved(alarm="A-1", reason="known", until_at=at(9000)))
    story.happens(400, failed())
    assert story.alarm.times == 2
    assert len(story.happens(500, AlarmUnshelved(alarm="A-1"))) == 1
    story.passes(90_000)
    assert leader(story) == 1
    assert not story.state.tracks


def test_firings_about_other_things_go_on_while_one_is_held() -> None:
    per_area = rule_of(on=("signal.lost",), per=("rule",), escalate=(stage(300),))
    story = Story(per_area, obey=True)
    story.happens(0, lost())
    story.happens(10, AlarmShelved(alarm="A-1", reason="known", until_at=at(9000)))
    story.passes(400)
    story.happens(400, lost("press-1"))
    story.passes(700)
    assert leader(story) == 1
    story.happens(1000, AlarmUnshelved(alarm="A-1"))
    assert leader(story) == 2


def test_what_waits_in_the_queue_begins_when_the_chain_before_it_is_held() -> None:
    rule = rule_of(on=("effect.failed",), do=(ALARM, NOTIFY), mode="queued", escalate=(stage(300),))
    story = Story(rule, obey=True)
    story.happens(0, failed())
    story.happens(10, AlarmShelved(alarm="A-1", reason="known", until_at=at(9000)))
    story.happens(20, failed())
    assert story.alarm.times == 1
    story.passes(300)
    assert story.alarm.times == 2


def test_a_stage_with_an_unless_of_its_own_is_asked_anew_when_the_silence_is_over() -> None:
    rule = rule_of(on=("signal.lost",), escalate=(stage(300, unless="finding_active(camera, 'view.moved')"),))
    story = silenced(SILENCES["shelved"], rule)
    story.passes(1000)
    before = story.state
    assert len(story.happens(1000, SILENCES["shelved"].ends)) == 1
    story.state = before
    story.happens(1000, moved())
    assert story.happens(1000, SILENCES["shelved"].ends) == []
    assert not story.state.pending


def test_a_delayed_item_of_a_stage_is_held_as_well() -> None:
    story = Story(rule_of(on=("signal.lost",), escalate=(stage(60, NOTIFY, LATER),)), obey=True)
    story.happens(0, lost())
    story.passes(60)
    story.happens(100, SILENCES["shelved"].begins)
    assert story.passes(2000) == []
    assert [effect.key for effect in story.happens(2000, SILENCES["shelved"].ends)] == ["r:2:escalate.1.1.1"]


def test_an_alarm_that_a_stage_raises_is_made_up_for_too() -> None:
    worse = AlarmAction(kind="signal", priority="critical")
    story = silenced(SILENCES["a permit"], rule_of(on=("signal.lost",), do=(ALARM,), escalate=(stage(60, worse),)))
    story.passes(1000)
    assert story.alarm.priority == "high"
    story.happens(1000, SILENCES["a permit"].ends)
    assert story.alarm.priority == "critical"


# --- messages about many


GROUPED = rule_of(on=("signal.lost",), escalate=(stage(60, repeat_s=600, times=2),), group=Group(wait_s=30.0))


def messages(story: Story) -> Sequence[SendMessage]:
    return [effect.do for effect in story.effects if isinstance(effect.do, SendMessage)]


def test_a_message_that_was_gathering_when_its_alarm_was_silenced_is_held_and_the_others_go_out() -> None:
    story = Story(GROUPED, obey=True)
    story.happens(0, lost())
    story.happens(1, lost("press-1"))
    story.passes(70)
    story.happens(75, AlarmShelved(alarm="A-1", reason="welding", until_at=at(9000)))
    story.passes(600)
    assert [message.camera for message in messages(story)] == ["press-1"]
    story.happens(2000, AlarmUnshelved(alarm="A-1"))
    story.passes(2030)
    assert [message.camera for message in messages(story)][-1] == "gate-1"
    keys = [effect.key for effect in story.effects]
    assert len(keys) == len(set(keys))


def test_what_was_acknowledged_while_its_message_was_held_is_in_none() -> None:
    story = Story(GROUPED, obey=True)
    story.happens(0, lost())
    story.passes(70)
    story.happens(75, AlarmShelved(alarm="A-1", reason="welding", until_at=at(9000)))
    story.passes(600)
    story.happens(700, AlarmAcknowledged(alarm="A-1"))
    story.happens(2000, AlarmUnshelved(alarm="A-1"))
    story.passes(90_000)
    assert messages(story) == []
    assert not story.state.pending
