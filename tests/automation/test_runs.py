"""Firings that are under way: delayed items, escalations, modes, cooldowns, pauses, rules that start one another."""

from typing import Any

import msgspec
import pytest

from hub.automation.engine import MOST_FIRINGS, next_due
from hub.automation.model import (
    EngineState,
    Match,
    NotifyAction,
    Rule,
    SendMessage,
    SetAction,
    StartAction,
    TicketAction,
)
from hub.core.alarms.commands import RaiseAlarm, ReturnAlarm
from hub.core.alarms.events import AlarmAcknowledged, AlarmShelved, AlarmUnshelved
from hub.core.catalogue import ClockStepped, SiteConfigured
from hub.core.delivery import EffectDone, EffectFailed
from hub.core.people.events import SignInRefused
from hub.core.rules.commands import ReportLoop, StartRule
from hub.core.rules.events import RulePaused, RuleResumed, RuleStarted, VariableSet
from hub.core.tickets.events import TicketAssigned
from tests.automation.story import (
    ALARM,
    NOTIFY,
    SITE,
    Story,
    at,
    lost,
    moved,
    obstructed,
    restored,
    returned,
    rule_of,
    stage,
)

LATER = NotifyAction(to="later", after_s=300.0)
ESCALATING = rule_of(on=("signal.lost",), do=(ALARM, NOTIFY), escalate=(stage(300),))


def to(story: Story) -> list[str]:
    """Whom the messages so far were for."""
    return [effect.do.to for effect in story.effects if isinstance(effect.do, SendMessage)]


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


def test_a_shelved_alarm_escalates_in_silence_and_aloud_again_when_the_shelving_is_over() -> None:
    story = Story(rule_of(on=("signal.lost",), escalate=(stage(60, repeat_s=60, times=3),)), obey=True)
    story.happens(5, lost())
    story.happens(30, AlarmShelved(alarm="A-1", reason="noise", until_at=at(100)))
    assert story.passes(90) == []
    story.happens(100, AlarmUnshelved(alarm="A-1"))
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


# --- modes


def failed(kind: str = "mail") -> EffectFailed:
    return EffectFailed(key="k", kind=kind, reason="no route")


def moded(mode: Any, **what: Any) -> Rule:
    return rule_of(on=("effect.failed",), do=(NOTIFY, LATER), mode=mode, **what)


def test_single_lets_a_firing_go_while_one_about_the_same_is_under_way() -> None:
    story = Story(moded("single"))
    story.happens(0, failed())
    assert story.happens(10, failed()) == []
    assert story.told()[-1] == ("stopped", "mode")
    assert [effect.key for effect in story.passes(300)] == ["r:2:1"]
    assert [effect.key for effect in story.happens(301, failed())] == ["r:4:0"]


def test_restart_drops_what_waits_and_begins_anew() -> None:
    story = Story(moded("restart"))
    story.happens(0, failed())
    assert [effect.key for effect in story.happens(10, failed())] == ["r:3:0"]
    assert [(effect.key) for effect in story.passes(900)] == ["r:3:1"]
    assert ("stopped", "mode") in story.told()


def test_queued_waits_for_the_end_and_begins_at_that_instant() -> None:
    story = Story(moded("queued", most=2))
    for second in range(4):
        story.happens(second, failed())
    assert story.told()[-2:] == [("waiting", "mode"), ("stopped", "mode")]
    fired = [(effect.key, story.trace[-1].at) for s in (300, 600, 900, 5000) for effect in story.passes(s)]
    assert [key for key, _ in fired] == ["r:2:1", "r:3:0", "r:3:1", "r:4:0", "r:4:1"]
    assert not story.state.tracks


def test_a_queued_firing_whose_condition_ended_meanwhile_is_passed_over() -> None:
    rule = rule_of(on=("signal.lost",), do=(NOTIFY, LATER), mode="queued", per=("rule",))
    story = Story(rule)
    story.happens(0, lost())
    story.happens(1, lost("press-1"))
    story.happens(2, restored("press-1"))
    assert [effect.key for effect in story.passes(900)] == ["r:2:1"]
    assert ("stopped", "on") in story.told()


def test_a_queued_firing_begins_when_the_one_before_it_ends_with_its_condition() -> None:
    rule = rule_of(on=("signal.lost",), do=(NOTIFY, LATER), mode="queued", per=("rule",))
    story = Story(rule)
    story.happens(0, lost())
    story.happens(1, lost("press-1"))
    assert [effect.key for effect in story.happens(20, restored())] == ["r:3:0"]
    assert next_due(story.state) == at(320)


def test_parallel_runs_side_by_side_up_to_the_most() -> None:
    story = Story(moded("parallel", most=2))
    for second in range(3):
        story.happens(second, failed())
    assert story.told()[-1] == ("stopped", "mode")
    assert [effect.key for effect in story.passes(900)] == ["r:2:1", "r:3:1"]


def test_what_is_the_same_is_said_by_per() -> None:
    def fired(per: tuple[str, ...]) -> list[str]:
        story = Story(rule_of(on=("signal.lost",), do=(NOTIFY, LATER), per=per))
        story.happens(0, lost())
        story.happens(1, lost("press-1"))
        return story.keys

    assert fired(()) == ["r:2:0", "r:3:0"]
    assert fired(("camera.area",)) == ["r:2:0", "r:3:0"]
    assert fired(("event",)) == ["r:2:0"], "both lack it"
    assert fired(("rule",)) == ["r:2:0"]


def test_a_firing_after_an_acknowledged_one_is_not_swallowed() -> None:
    rule = rule_of(on=("effect.failed",), do=(ALARM, NOTIFY), escalate=(stage(3600),))
    story = Story(rule, obey=True)
    story.happens(0, failed())
    story.happens(10, AlarmAcknowledged(alarm="A-1"))
    assert len(story.happens(20, failed())) == 2


def test_a_run_whose_unless_holds_for_other_reasons_does_not_swallow_the_next_firing() -> None:
    unless = "finding_active('press-1', 'signal.lost')"
    rule = rule_of(on=("effect.failed",), do=(NOTIFY,), escalate=(stage(3600, unless=unless),))
    story = Story(rule)
    story.happens(0, failed())
    story.happens(10, lost("press-1"))
    assert [effect.key for effect in story.happens(20, failed())] == ["r:4:0"]


# --- cooldown


def test_after_a_firing_others_about_the_same_are_let_go_for_the_time_of_the_cooldown() -> None:
    story = Story(rule_of(on=("effect.failed",), do=(NOTIFY,), cooldown_s=600.0))
    fired = [len(story.happens(second, failed())) for second in (0, 1, 599.9, 600, 601)]
    assert fired == [1, 0, 0, 1, 0]
    assert story.told()[1] == ("stopped", "cooldown")


def test_a_condition_that_lasts_beyond_the_cooldown_gets_its_alarm_then() -> None:
    story = Story(rule_of(on=("signal.lost",), cooldown_s=600.0))
    story.happens(0, lost())
    story.happens(10, restored())
    assert story.happens(20, lost()) == []
    assert story.told()[-1] == ("waiting", "cooldown")
    (effect,) = story.passes(600)
    assert effect.key == "r:4:0"


def test_a_condition_that_ended_within_the_cooldown_disturbs_nobody() -> None:
    story = Story(rule_of(on=("signal.lost",), do=(NOTIFY,), cooldown_s=600.0))
    story.happens(0, lost())
    story.happens(10, restored())
    story.happens(20, lost())
    story.happens(30, restored())
    assert story.passes(9000) == []


def test_cooldowns_that_are_over_are_forgotten_while_others_are_remembered() -> None:
    story = Story(rule_of(on=("person.sign_in_refused",), do=(NOTIFY,), cooldown_s=10.0))
    for number in range(15_000):
        story.happens(number, SignInRefused(account=f"a-{number}", reason="password"))
    assert 10 <= len(story.state.cooling) < 6_000
    assert 60 <= len(story.state.bursts) < 6_000


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
