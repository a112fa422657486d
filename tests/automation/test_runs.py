"""Firings that are under way: delayed items, pauses, rules that start one another, and what changes meanwhile."""

import msgspec
import pytest

from hub.automation.engine import MOST_FIRINGS, next_due
from hub.automation.model import (
    EngineState,
    Match,
    SendMessage,
    SetAction,
    StartAction,
)
from hub.core.alarms.commands import RaiseAlarm, ReturnAlarm
from hub.core.alarms.events import AlarmAcknowledged
from hub.core.catalogue import ClockStepped, SiteConfigured
from hub.core.delivery import EffectDone, EffectFailed
from hub.core.rules.commands import ReportLoop, StartRule
from hub.core.rules.events import RulePaused, RuleResumed, RuleStarted, VariableSet
from tests.automation.story import (
    ALARM,
    LATER,
    NOTIFY,
    SITE,
    Story,
    at,
    failed,
    lost,
    moded,
    moved,
    obstructed,
    restored,
    returned,
    rule_of,
    stage,
)

ESCALATING = rule_of(on=("signal.lost",), do=(ALARM, NOTIFY), escalate=(stage(300),))


# --- delayed items


def test_a_delayed_item_comes_after_the_others_under_the_key_of_its_place() -> None:
    story = Story(rule_of(on=("signal.lost",), do=(LATER, NOTIFY)))
    assert [effect.key for effect in story.happens(5, lost())] == ["r:2:1"]
    assert next_due(story.state) == at(305)
    assert story.passes(304.9) == []
    (effect,) = story.passes(400)
    assert (effect.key, effect.cause) == ("r:2:0", 2)
    assert next_due(story.state) is None
    assert not story.state.tracks
    assert story.told() == [("fired", "do"), ("waiting", "after"), ("fired", "after")]
    assert story.trace[0].detail == "notify later (after 5 min), notify duty"
    assert story.trace[-1].at == at(305), "the planned instant, however late the tick"


def test_a_delayed_item_is_not_done_when_its_condition_has_ended() -> None:
    story = Story(rule_of(on=("signal.lost",), do=(NOTIFY, LATER)))
    story.happens(5, lost())
    story.happens(100, restored())
    assert story.passes(1000) == []
    assert story.told()[-1] == ("stopped", "after")
    assert not story.state.tracks


def test_a_delayed_item_about_something_that_nothing_ends_is_always_done() -> None:
    story = Story(rule_of(on=("effect.failed",), do=(LATER,)))
    story.happens(5, EffectFailed(key="k", kind="mail", reason="no route"))
    assert [effect.key for effect in story.passes(305)] == ["r:2:0"]


def test_a_run_goes_on_for_the_condition_that_still_holds() -> None:
    story = Story(rule_of(on=("view.obstructed", "view.moved"), do=(ALARM, LATER)))
    story.happens(5, moved())
    story.happens(6, obstructed())
    story.happens(10, returned())
    (effect,) = story.passes(305)
    assert effect.key == "r:2:1"
    assert isinstance(effect.do, SendMessage)
    assert effect.do.event == "view.obstructed"


# --- pauses


def test_a_paused_rule_fires_nothing_and_its_alarms_still_return() -> None:
    story = Story(ESCALATING, obey=True)
    story.happens(5, lost())
    story.happens(10, RulePaused(rule="r", reason="works on the line", until_at=None))
    assert story.told()[-1] == ("stopped", "paused")
    assert story.happens(20, lost("press-1")) == []
    assert story.trace[-1].detail == "turned off: works on the line"
    assert story.passes(1000) == [], "what waited was dropped"
    assert [type(effect.do) for effect in story.happens(1001, restored())] == [ReturnAlarm]


def test_conditions_that_hold_when_a_rule_is_resumed_begin_to_count() -> None:
    story = Story(rule_of(on=("signal.lost",), for_s=20.0), rule_of("other", on=("signal.lost",), for_s=500.0))
    story.happens(5, lost("press-1"))
    story.happens(10, RulePaused(rule="r", reason="x", until_at=None))
    story.happens(11, lost())
    story.happens(12, restored("press-1"))
    story.happens(100, RuleResumed(rule="r", why="person"))
    assert next_due(story.state) == at(120)
    assert [effect.key for effect in story.passes(120)] == ["r:4:0"]


# --- rules that start one another


def test_a_started_rule_fires_about_the_camera_of_the_rule_that_started_it() -> None:
    first = rule_of("first", on=("signal.lost",), do=(StartAction(rule="second"),))
    where = (Match(path="camera.area", one_of=("yard",)),)
    second = rule_of("second", where=where, do=(NOTIFY, LATER))
    story = Story(first, second, obey=True)
    effects = story.happens(5, lost())
    assert effects[0].do == StartRule(rule="first", start="second", camera="gate-1")
    assert story.keys == ["first:2:0", "second:3:0"]
    story.happens(6, lost("press-1"))
    assert "second:5:0" not in story.keys, "press-1 stands in the hall"
    assert [effect.key for effect in story.passes(900)] == ["second:3:1"]


def test_starting_a_rule_that_is_not_there_does_nothing() -> None:
    story = Story(rule_of())
    assert story.happens(5, RuleStarted(rule="gone", started_by="x")) == []


def test_a_rule_that_is_on_rule_started_itself_is_asked_once() -> None:
    story = Story(rule_of(on=("rule.started",), do=(NOTIFY,)))
    assert len(story.happens(5, RuleStarted(rule="r", started_by="x"))) == 1


# --- loops


def test_a_circle_of_rules_is_cut_and_reported_once_for_each_rule_and_chain() -> None:
    a = rule_of("a", do=(StartAction(rule="b"), StartAction(rule="b")), on=("effect.failed",))
    b = rule_of("b", do=(StartAction(rule="a"), SetAction(variable="x", value=True)))
    story = Story(a, b, rule_of("told", on=("rules.looped",), do=(ALARM,)), obey=True)
    story.happens(0, failed())
    reports = [effect for effect in story.effects if isinstance(effect.do, ReportLoop)]
    assert {effect.key for effect in reports} <= {"a:2:loop", "b:2:loop"}
    assert len(reports) == len({effect.key for effect in reports}) > 0
    raised = [effect for effect in story.effects if isinstance(effect.do, RaiseAlarm)]
    assert [effect.rule for effect in raised] == ["told"] * len(reports), "the alarm about it is no part of the circle"


def test_a_rule_that_sets_what_it_is_on_comes_to_rest() -> None:
    toggles = rule_of(on=("variable.set",), do=(StartAction(rule="r"),))
    story = Story(toggles, obey=True)
    story.happens(0, VariableSet(variable="x", value=True))
    assert sum(outcome == "fired" for outcome, _ in story.told()) <= MOST_FIRINGS


# --- the clock, the site, the rules


@pytest.mark.parametrize("by_s", [-3600.0, 3600.0])
def test_a_step_of_the_clock_moves_whatever_is_under_way(by_s: float) -> None:
    story = Story(rule_of(on=("effect.failed",), do=(LATER,), escalate=(stage(600),), cooldown_s=1000.0))
    story.happens(0, failed())
    assert story.happens(100 + by_s, ClockStepped(by_s=by_s)) == []
    assert [effect.key for effect in story.passes(300 + by_s)] == ["r:2:0"]
    assert [effect.key for effect in story.passes(600 + by_s)] == ["r:2:escalate.1.1.0"]
    assert story.happens(999 + by_s, failed()) == []
    story.happens(1000 + by_s, failed())
    assert next_due(story.state) == at(1300 + by_s)


def test_a_camera_that_left_the_site_ends_its_runs_and_leaves_the_queue() -> None:
    rule = rule_of(on=("camera.retried", "signal.lost"), do=(ALARM, LATER), mode="queued", per=("rule",))
    story = Story(rule)
    story.happens(0, lost("press-1"))
    story.happens(1, lost("gate-1"))
    assert [effect.key for effect in story.happens(9, SiteConfigured(site=type(SITE)(cameras=[SITE.cameras[1]])))] == [
        "r:3:return"
    ]
    assert [effect.key for effect in story.passes(900)] == ["r:2:1"]
    assert not story.state.tracks


def test_a_reload_drops_what_is_under_way_of_changed_rules_and_keeps_that_of_others() -> None:
    kept, changed = moded("single"), rule_of("c", on=("effect.failed",), do=(LATER,), group=None)
    story = Story(kept, changed)
    story.happens(0, failed())
    story.reload(10, kept, rule_of("c", on=("effect.failed",), do=(LATER,), digest="other"))
    assert [effect.key for effect in story.passes(900)] == ["r:2:1"]
    assert not story.state.tracks


def test_what_is_under_way_survives_a_snapshot() -> None:
    rule = rule_of(on=("effect.failed",), do=(NOTIFY, LATER), mode="queued", escalate=(stage(30, repeat_s=5, times=4),))
    story = Story(rule)
    story.happens(0, failed())
    story.happens(1, failed())
    before = story.state
    story.state = msgspec.msgpack.decode(msgspec.msgpack.encode(before), type=EngineState)
    assert story.state == before
    live = Story(rule)
    live.happens(0, failed())
    live.happens(1, failed())
    assert [e.key for e in story.passes(9000)] == [e.key for e in live.passes(9000)]


def test_an_older_state_stays_what_it_was() -> None:
    story = Story(ESCALATING, obey=True)
    story.happens(5, lost())
    old = story.state
    frozen = msgspec.msgpack.encode(old)
    story.happens(6, AlarmAcknowledged(alarm="A-1"))
    story.happens(7, EffectDone(key="k", kind="mail"))
    assert msgspec.msgpack.encode(old) == frozen
    assert next_due(old) == at(305)
