"""What becomes of timers, conditions and alarms when the rules change."""

import msgspec

from hub.automation.engine import adopt, build_index, next_due
from hub.automation.model import EngineState, Match
from hub.core.alarms.commands import ReturnAlarm
from tests.automation.story import START, Story, at, lost, moved, restored, rule_of

LOST_20 = rule_of(on=("signal.lost",), for_s=20.0)


def test_an_unchanged_rule_keeps_its_timer_over_a_reload() -> None:
    story = Story(LOST_20)
    story.happens(5, lost())
    story.reload(10, rule_of("new", on=("view.moved",)), LOST_20)
    assert next_due(story.state) == at(25)
    assert [effect.key for effect in story.passes(25)] == ["r:2:0"]


def test_a_rule_that_is_gone_loses_its_timers() -> None:
    story = Story(LOST_20)
    story.happens(5, lost())
    story.reload(10)
    assert not story.state.pending
    assert story.passes(100) == []


def test_a_changed_rule_begins_to_count_anew_for_a_condition_that_still_holds() -> None:
    story = Story(LOST_20)
    story.happens(5, lost())
    story.reload(10, rule_of(on=("signal.lost",), for_s=30.0, digest="other"))
    assert next_due(story.state) == at(40)
    assert [effect.key for effect in story.passes(40)] == ["r:2:0"]


def test_a_new_rule_fires_about_a_condition_that_holds_already() -> None:
    story = Story()
    story.happens(5, lost())
    story.reload(10, rule_of(on=("signal.lost",)))
    assert next_due(story.state) == at(10)
    (effect,) = story.passes(10)
    assert (effect.key, effect.cause) == ("r:2:0", 2)


def test_a_new_rule_ignores_what_is_over_or_none_of_its_business() -> None:
    story = Story()
    story.happens(5, lost())
    story.happens(6, restored())
    story.happens(7, lost("press-1"))
    story.happens(8, moved("gate-1"))
    gates_only = rule_of(on=("signal.lost",), where=(Match(path="camera.tags", one_of=("gate",)),))
    excepted = rule_of("excepted", on=("view.moved",), unless='camera == "gate-1"')
    story.reload(10, gates_only, excepted)
    assert not story.state.pending


def test_reloading_the_same_rules_changes_nothing_at_all() -> None:
    story = Story(LOST_20)
    story.happens(5, lost())
    before = story.state
    story.reload(10, LOST_20)
    assert story.state is before


def test_a_changed_rule_that_fired_already_gives_the_same_keys_and_so_no_second_effect() -> None:
    story = Story(rule_of(on=("signal.lost",)))
    (first,) = story.happens(5, lost())
    story.reload(10, rule_of(on=("signal.lost",), digest="other words"))
    (again,) = story.passes(10)
    assert first.key == again.key


def test_an_alarm_of_a_rule_that_is_gone_returns_when_its_cause_is_over() -> None:
    story = Story(rule_of(on=("signal.lost",)), obey=True)
    story.happens(5, lost())
    story.reload(10)
    (effect,) = story.happens(12, restored())
    assert effect.do == ReturnAlarm(rule="r", subject="camera:gate-1")
    assert story.state.site.alarms["A-1"].state == "returned"


def test_an_alarm_of_a_rule_that_is_now_about_something_else_returns_too() -> None:
    story = Story(rule_of(on=("signal.lost",)), obey=True)
    story.happens(5, lost())
    story.reload(10, rule_of(on=("view.moved",), digest="other"))
    story.happens(12, restored())
    assert story.state.site.alarms["A-1"].state == "returned"


def test_an_alarm_returns_although_the_rule_no_longer_covers_its_camera() -> None:
    story = Story(rule_of(on=("signal.lost",)), obey=True)
    story.happens(5, lost())
    story.reload(10, rule_of(on=("signal.lost",), where=(Match(path="camera", one_of=("press-1",)),), digest="narrow"))
    story.happens(12, restored())
    assert story.state.site.alarms["A-1"].state == "returned"


def test_after_a_restart_an_overdue_timer_fires_with_the_first_step() -> None:
    story = Story(LOST_20)
    story.happens(5, lost())
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(story.state), type=EngineState)
    story.index = build_index([LOST_20])
    story.state = adopt(story.index, kept, at(3600))
    assert [effect.key for effect in story.passes(3600)] == ["r:2:0"]
    assert story.trace[-1].at == at(25)


def test_rules_changed_while_the_hub_was_down_are_as_if_reloaded() -> None:
    story = Story(LOST_20)
    story.happens(5, lost())
    kept = msgspec.json.decode(msgspec.json.encode(story.state), type=EngineState)
    state = adopt(build_index([rule_of("new", on=("signal.lost",))]), kept, at(3600))
    assert {pending.rule: pending.due_at for pending in state.pending.values()} == {"new": at(3600)}


def test_what_is_kept_of_rules_that_are_gone_is_let_go() -> None:
    story = Story(rule_of(on=("signal.lost",)))
    story.happens(5, lost())
    story.reload(6)
    assert (len(story.state.last_fired), story.state.rules) == (0, {})
    assert adopt(build_index([]), EngineState(), START) == EngineState()


def test_a_timer_whose_rule_was_never_adopted_away_stops_with_a_reason_instead_of_firing_blindly() -> None:
    story = Story(LOST_20)
    story.happens(5, lost())
    story.index = build_index([])
    assert story.passes(25) == []
    assert story.trace[-1].detail == "the rule was changed"
    assert next_due(story.state) is None
