"""Rules that feed on themselves or each other come to rest, and flapping disturbs nobody."""

from hub.automation.engine import BURST_S, LONGEST_CHAIN, MOST_FIRINGS, next_due
from hub.automation.model import (
    AlarmAction,
    Match,
    RoundAction,
    Rule,
)
from hub.core.alarms.commands import RaiseAlarm
from hub.core.alarms.events import AlarmRaised
from hub.core.delivery import EffectDone
from hub.core.rounds.events import RoundDue
from hub.core.text import Text
from tests.automation.story import (
    NOTIFY,
    Story,
    at,
    lost,
    restored,
    rule_of,
)

LOST = rule_of(on=("signal.lost",))


# --- the limit


def test_a_rule_that_feeds_on_its_own_effects_comes_to_rest() -> None:
    story = Story(rule_of(on=("alarm.raised",), do=(AlarmAction(kind="echo", priority="low"),)), obey=True)
    raised = AlarmRaised(alarm="A-9", rule="r", kind="k", subject="hub", priority="low", title=Text(en="x"))
    story.happens(5, raised)
    assert story.told() == [("fired", "do")] * MOST_FIRINGS + [("stopped", "limit")]


def test_rules_that_feed_on_each_other_through_ever_new_things_come_to_rest() -> None:
    def makes(kind: str, because_of: str) -> Rule:
        do = (RoundAction(kind=kind),)
        return rule_of(kind, on=("round.due",), where=(Match(path="kind", one_of=(because_of,)),), do=do)

    story = Story(makes("ping", "pong"), makes("pong", "ping"), obey=True)
    story.happens(5, RoundDue(round="R-1", kind="ping", title=Text(en="x")))
    assert len(story.state.site.rounds) == LONGEST_CHAIN + 1
    assert [(each.rule, each.outcome) for each in story.trace if each.step == "limit"] == [("pong", "stopped")]
    assert story.happens(6, RoundDue(round="R-99", kind="ping", title=Text(en="x"))) != []


def test_what_records_led_to_is_forgotten_but_for_the_newest() -> None:
    story = Story(rule_of(on=("effect.done",), do=(NOTIFY,)))
    for number in range(1200):
        story.happens(5 + 60 * number, EffectDone(key="k", kind="mail"), cause=1)
    assert 900 <= sum(map(len, story.state.chains.values())) <= 1024


def test_the_limit_counts_each_rule_and_subject_on_its_own_and_opens_again_after_a_minute() -> None:
    story = Story(rule_of(on=("effect.done",), do=(NOTIFY,)), rule_of("b", on=("effect.done",), do=(NOTIFY,)))
    fired = [story.happens(5 + number, EffectDone(key="k", kind="mail")) for number in range(MOST_FIRINGS + 3)]
    assert [len(effects) for effects in fired] == [2] * MOST_FIRINGS + [0] * 3
    assert len(story.happens(5 + BURST_S, EffectDone(key="k", kind="mail"))) == 2


def test_a_lasting_condition_beyond_the_limit_still_gets_its_alarm_when_the_minute_is_over() -> None:
    story = Story(LOST)
    for number in range(MOST_FIRINGS):
        story.happens(number, lost())
        story.happens(number + 0.5, restored())
    assert story.happens(20, lost()) == []
    assert story.told()[-1] == ("waiting", "limit")
    assert next_due(story.state) == at(BURST_S)
    (effect,) = story.passes(BURST_S)
    assert isinstance(effect.do, RaiseAlarm)


def test_a_flapping_condition_that_ends_before_the_minute_is_over_disturbs_nobody() -> None:
    story = Story(rule_of(on=("signal.lost",), do=(NOTIFY,)))
    for number in range(MOST_FIRINGS + 1):
        story.happens(number, lost())
        story.happens(number + 0.5, restored())
    assert story.passes(1000) == []
    assert not story.state.pending
