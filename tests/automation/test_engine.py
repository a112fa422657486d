"""The engine's rules of play: matching, timers, endings, the limit, and what each firing gives."""

from typing import Any

import pytest

from hub.automation.engine import BURST_S, LONGEST_CHAIN, MOST_FIRINGS, build_index, next_due, step
from hub.automation.model import (
    AlarmAction,
    EngineState,
    Every,
    Match,
    NotifyAction,
    RoundAction,
    Rule,
    SendMessage,
    TicketAction,
)
from hub.clock import SystemClock
from hub.core.alarms.commands import RaiseAlarm, ReturnAlarm
from hub.core.alarms.events import AlarmRaised
from hub.core.catalogue import (
    CATALOGUE,
    ClockStepped,
    ConfigAccepted,
    ConfigRejected,
    ScheduleDue,
    ScheduleMissed,
    SiteConfigured,
)
from hub.core.delivery import EffectDone, EffectFailed
from hub.core.findings import CameraNotJudged
from hub.core.rounds.commands import MakeRoundDue
from hub.core.rounds.events import RoundDue
from hub.core.text import Text
from hub.core.tickets.commands import OpenTicket
from hub.core.tickets.events import TicketOpened
from tests.automation.story import (
    ALARM,
    NOTIFY,
    SITE,
    START,
    Story,
    at,
    clear,
    lost,
    moved,
    obstructed,
    record_of,
    restored,
    returned,
    rule_of,
)

LOST = rule_of(on=("signal.lost",))
LOST_20 = rule_of(on=("signal.lost",), for_s=20.0)


# --- matching


def test_a_rule_fires_about_its_event_at_once_and_says_so() -> None:
    story = Story(LOST)
    (effect,) = story.happens(5, lost())
    assert effect.key == "r:2:0"
    assert (effect.rule, effect.cause) == ("r", 2)
    assert effect.do == RaiseAlarm(
        rule="r",
        kind="signal",
        subject="camera:gate-1",
        camera="gate-1",
        priority="high",
        title=Text(en="Rule r", zh="规则r"),
        response=Text(en="Call.", zh="致电。"),
        clause="",
        evidence=None,
        lasting=True,
    )
    assert story.told() == [("fired", "do")]
    assert story.trace[0].detail == "alarm signal (high)"
    assert dict(story.state.last_fired.items()) == {"r": at(5)}


def test_a_rule_on_another_event_is_not_even_looked_at() -> None:
    story = Story(LOST)
    assert story.happens(5, obstructed()) == []
    assert story.trace == []


def test_the_first_line_of_where_that_does_not_match_is_named_with_what_was_found() -> None:
    where = (Match(path="camera.area", one_of=("yard",)), Match(path="camera.domain", one_of=("production",)))
    story = Story(rule_of(on=("signal.lost",), where=where), telling=True)
    assert story.happens(5, lost()) == []
    (trace,) = story.trace
    assert (trace.outcome, trace.step) == ("not_matched", "where.camera.domain")
    assert trace.detail == "camera.domain is 'security'; wanted is 'production'"


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        (Match(path="camera", one_of=("gate-1", "gate-2")), True),
        (Match(path="camera", one_of=("gate-2",)), False),
        (Match(path="camera.id", one_of=("gate-1",)), True),
        (Match(path="camera.tags", one_of=("dome", "gate")), True),
        (Match(path="camera.tags", one_of=("dome",)), False),
        (Match(path="share", at_least=0.8), True),
        (Match(path="share", at_least=0.81), False),
        (Match(path="share", at_most=0.8), True),
        (Match(path="share", at_least=0.1, at_most=0.5), False),
        (Match(path="measures.sharpness", at_most=3), True),
        (Match(path="measures.missing", at_most=3), False),
        (Match(path="detail", at_least=1), False),
        (Match(path="nowhere", one_of=(1,)), False),
    ],
)
def test_where_lines_match_values_lists_and_ranges(match: Match, fits: bool) -> None:
    story = Story(rule_of(on=("view.obstructed",), where=(match,)))
    assert bool(story.happens(5, obstructed(measures={"sharpness": 2.0}))) is fits


def test_a_false_if_is_told_with_the_values_it_read() -> None:
    story = Story(rule_of(on=("view.obstructed",), condition='share > 0.9 and camera.domain == "security"'))
    assert story.happens(5, obstructed()) == []
    (trace,) = story.trace
    assert (trace.outcome, trace.step) == ("not_matched", "if")
    assert trace.detail.endswith("does not hold: share is 0.8, camera.domain is 'security'")


def test_unless_stops_a_matching_rule() -> None:
    rule = rule_of(on=("signal.lost",), unless="ticket_open(camera)")
    story = Story(rule)
    story.happens(1, TicketOpened(ticket="T-1", title=Text(en="x"), camera="gate-1"))
    assert story.happens(5, lost()) == []
    assert story.happens(6, lost("press-1")) != []
    assert story.told() == [("stopped", "unless"), ("fired", "do")]


def test_conditions_see_the_state_that_the_record_itself_brings() -> None:
    story = Story(rule_of(on=("signal.lost",), condition='finding_active(camera, "signal.lost")'))
    assert story.happens(5, lost()) != []


def test_an_event_about_a_camera_that_is_not_configured_has_no_facts_of_it() -> None:
    of_security = rule_of(on=("signal.lost",), where=(Match(path="camera.domain", one_of=("security",)),))
    story = Story(of_security, telling=True)
    assert story.happens(5, lost("ghost")) == []
    assert story.trace[0].detail.startswith("camera.domain is not known")


def test_each_action_gives_its_order_in_place() -> None:
    do = (
        ALARM,
        TicketAction(title=Text(en="Repair $camera_name", zh="维修$camera_name")),
        RoundAction(kind="technical", due_in_s=60.0, team="tech"),
        NOTIFY,
    )
    effects = Story(rule_of(on=("view.obstructed",), clause="3.6b", do=do)).happens(5, obstructed())
    assert [effect.key for effect in effects] == ["r:2:0", "r:2:1", "r:2:2", "r:2:3"]
    raised, ticket, round_, message = (effect.do for effect in effects)
    assert isinstance(raised, RaiseAlarm)
    assert raised.evidence is not None
    assert ticket == OpenTicket(
        rule="r",
        subject="camera:gate-1",
        camera="gate-1",
        title=Text(en="Repair Gate 1", zh="维修一号门"),
        clause="3.6b",
    )
    assert round_ == MakeRoundDue(
        rule="r",
        kind="technical",
        title=Text(en="Rule r", zh="规则r"),
        team="tech",
        due_in_s=60.0,
        clause="3.6b",
        camera="gate-1",
        finding="view.obstructed",
    )
    assert isinstance(message, SendMessage)
    assert (message.to, message.priority, message.event) == ("duty", "high", "view.obstructed")
    assert message.evidence == raised.evidence


def test_an_alarm_about_an_event_that_nothing_ends_is_not_lasting() -> None:
    story = Story(rule_of(on=("effect.failed",)))
    (effect,) = story.happens(5, EffectFailed(key="k", kind="mail", reason="no route"))
    assert isinstance(effect.do, RaiseAlarm)
    assert (effect.do.lasting, effect.do.subject, effect.do.camera) == (False, "hub", None)


# --- `for`


def test_for_waits_and_fires_at_the_planned_instant_with_the_key_of_its_cause() -> None:
    story = Story(LOST_20)
    assert story.happens(5, lost()) == []
    assert next_due(story.state) == at(25)
    assert story.passes(24.9) == []
    (effect,) = story.passes(40)
    assert (effect.key, effect.cause) == ("r:2:0", 2)
    assert next_due(story.state) is None
    assert story.told() == [("waiting", "for"), ("fired", "do")]
    assert [trace.at for trace in story.trace] == [at(5), at(25)], "the planned instant, however late the tick"
    assert dict(story.state.last_fired.items()) == {"r": at(25)}


def test_an_overdue_timer_fires_before_the_next_record_is_looked_at() -> None:
    story = Story(LOST_20)
    story.happens(5, lost())
    effects = story.happens(26, restored())
    assert [effect.key for effect in effects] == ["r:2:0", "r:3:return"], "it had lasted 20 s before it ended"


def test_a_record_at_the_very_instant_comes_after_the_timer() -> None:
    story = Story(LOST_20)
    story.happens(5, lost())
    assert [effect.key for effect in story.happens(25, restored())] == ["r:2:0", "r:3:return"]


def test_what_ends_in_time_does_not_fire() -> None:
    story = Story(rule_of(on=("signal.lost",), for_s=20.0, do=(NOTIFY,)))
    story.happens(5, lost())
    assert story.happens(24, restored()) == []
    assert story.passes(100) == []
    assert story.told() == [("waiting", "for"), ("stopped", "for")]
    assert story.trace[-1].detail == "signal.restored came before the time was over"


def test_the_end_of_another_camera_or_condition_stops_nothing() -> None:
    story = Story(LOST_20)
    story.happens(5, lost())
    story.happens(6, restored("press-1"))
    story.happens(7, clear())
    assert [effect.key for effect in story.passes(25)] == ["r:2:0"]


def test_a_timer_that_runs_is_not_restarted() -> None:
    story = Story(LOST_20)
    story.happens(5, lost())
    story.happens(15, lost())
    assert [effect.key for effect in story.passes(25)] == ["r:2:0"]
    assert story.told() == [("waiting", "for"), ("waiting", "for"), ("fired", "do")]


def test_each_subject_has_a_timer_of_its_own_and_they_fire_in_due_order() -> None:
    slow, quick = rule_of("slow", on=("signal.lost",), for_s=20.0), rule_of("quick", on=("signal.lost",), for_s=5.0)
    story = Story(slow, quick)
    story.happens(5, lost())
    story.happens(8, lost("press-1"))
    assert [effect.key for effect in story.passes(60)] == ["quick:2:0", "quick:3:0", "slow:2:0", "slow:3:0"]


def test_if_is_asked_again_when_the_time_is_over() -> None:
    story = Story(rule_of(on=("signal.lost",), for_s=20.0, condition="not ticket_open(camera)"))
    story.happens(5, lost())
    story.happens(10, TicketOpened(ticket="T-1", title=Text(en="x"), camera="gate-1"))
    assert story.passes(30) == []
    assert story.told() == [("waiting", "for"), ("stopped", "if")]


def test_unless_is_asked_again_when_the_time_is_over() -> None:
    story = Story(rule_of(on=("signal.lost",), for_s=20.0, unless="ticket_open(camera)"))
    story.happens(5, lost())
    story.happens(10, TicketOpened(ticket="T-1", title=Text(en="x"), camera="gate-1"))
    assert story.passes(30) == []
    assert story.told() == [("waiting", "for"), ("stopped", "unless")]


def test_for_on_an_event_that_nothing_ends_is_a_delay() -> None:
    story = Story(rule_of(on=("effect.failed",), for_s=20.0))
    story.happens(5, EffectFailed(key="k", kind="mail", reason="no route"))
    assert [effect.key for effect in story.passes(25)] == ["r:2:0"]


# --- endings


def test_the_end_of_a_condition_returns_the_alarm_it_raised() -> None:
    story = Story(LOST)
    story.happens(5, lost())
    (effect,) = story.happens(9, restored())
    assert (effect.key, effect.cause) == ("r:3:return", 3)
    assert effect.do == ReturnAlarm(rule="r", subject="camera:gate-1")
    assert story.told()[-1] == ("stopped", "on")


def test_a_rule_without_an_alarm_returns_none() -> None:
    story = Story(rule_of(on=("signal.lost",), do=(NOTIFY,)))
    story.happens(5, lost())
    assert story.happens(9, restored()) == []


def test_a_rule_that_was_not_about_it_returns_nothing() -> None:
    story = Story(rule_of(on=("signal.lost",), where=(Match(path="camera", one_of=("press-1",)),)))
    story.happens(5, lost())
    assert story.happens(9, restored()) == []


def test_an_end_without_a_beginning_changes_nothing() -> None:
    story = Story(LOST)
    assert story.happens(9, restored()) == []
    assert not story.state.held


def test_a_rule_on_two_conditions_ends_when_the_last_of_them_does() -> None:
    story = Story(rule_of(on=("view.obstructed", "view.moved")))
    story.happens(5, obstructed())
    story.happens(6, moved())
    assert story.happens(7, clear()) == []
    assert [effect.key for effect in story.happens(8, returned())] == ["r:5:return"]


def test_a_timer_goes_on_over_to_the_condition_that_still_holds() -> None:
    story = Story(rule_of(on=("view.obstructed", "view.moved"), for_s=20.0))
    story.happens(5, obstructed())
    story.happens(10, moved())
    story.happens(15, clear())
    (effect,) = story.passes(25)
    assert effect.key == "r:3:0"
    assert effect.cause == 3


def test_a_timer_ends_with_its_own_condition_when_the_other_one_has_had_its_firing() -> None:
    story = Story(rule_of(on=("view.obstructed", "view.moved"), for_s=20.0))
    story.happens(5, moved())
    assert [effect.key for effect in story.passes(25)] == ["r:2:0"]
    story.happens(30, obstructed())
    assert story.happens(35, clear()) == [], "the view is still moved, so the alarm stands"
    assert story.told()[-1] == ("stopped", "for")
    assert story.passes(100) == []


def test_a_condition_outside_where_keeps_no_timer_running() -> None:
    where = (Match(path="detail", one_of=("near",)),)
    story = Story(rule_of(on=("view.obstructed", "view.moved"), where=where, for_s=20.0))
    story.happens(5, obstructed(detail=Text(en="near")))
    story.happens(10, moved())
    story.happens(15, clear())
    assert not story.state.pending


def test_conditions_of_other_things_than_cameras_end_too() -> None:
    story = Story(rule_of(on=("config.rejected",)))
    (raised,) = story.happens(5, ConfigRejected(file="hub.toml", problems=["hub.toml:1:1: x"]))
    assert isinstance(raised.do, RaiseAlarm)
    assert (raised.do.subject, raised.do.camera, raised.do.lasting) == ("file:hub.toml", None, True)
    (ended,) = story.happens(9, ConfigAccepted(file="hub.toml"))
    assert ended.do == ReturnAlarm(rule="r", subject="file:hub.toml")


def test_a_camera_taken_out_of_the_site_takes_its_conditions_timers_and_alarms_with_it() -> None:
    both = (LOST, rule_of("later", on=("signal.lost",), for_s=60.0), rule_of("delay", on=("camera.retried",), for_s=60))
    story = Story(*both, obey=True)
    story.happens(5, lost())
    assert len(story.state.site.alarms) == 1
    rest = SiteConfigured(site=type(SITE)(cameras=[SITE.cameras[1]]))
    keys = [effect.key for effect in story.happens(9, rest)]
    assert "r:2:return" in keys
    assert not story.state.held
    assert not story.state.pending
    (alarm,) = story.state.site.alarms.values()
    assert not alarm.active
    assert [effect.key for effect in story.passes(100)] == []


def test_alarms_are_raised_returned_and_raised_again_through_the_core() -> None:
    story = Story(LOST, obey=True)
    story.happens(5, lost())
    (alarm,) = story.state.site.alarms.values()
    assert (alarm.state, alarm.cause) == ("unacknowledged", 2)
    story.happens(9, restored())
    assert story.state.site.alarms["A-1"].state == "returned"
    story.happens(12, lost())
    assert story.state.site.alarms["A-1"].state == "unacknowledged"
    assert story.state.site.alarms["A-1"].times == 2


# --- schedules


def test_a_scheduled_rule_fires_when_it_is_due_and_no_other_does() -> None:
    weekly = rule_of("weekly", every=Every(interval_s=60), do=(RoundAction(kind="technical"),))
    other = rule_of("other", every=Every(interval_s=60))
    story = Story(weekly, other)
    (effect,) = story.happens(5, ScheduleDue(rule="weekly", due_at=at(4)))
    assert effect.key == "weekly:2:0"
    assert story.happens(6, ScheduleDue(rule="gone", due_at=at(4))) == []
    assert story.happens(7, ScheduleMissed(rule="weekly", due_at=at(5))) == []


def test_a_scheduled_rule_may_have_conditions_about_its_instant() -> None:
    story = Story(rule_of("weekly", every=Every(interval_s=60), unless="late"))
    assert story.happens(5, ScheduleDue(rule="weekly", due_at=at(4), late=True)) == []
    assert story.happens(65, ScheduleDue(rule="weekly", due_at=at(64))) != []


# --- clock


@pytest.mark.parametrize("by_s", [-3600.0, -30.0, 30.0, 86400.0])
def test_a_step_of_the_clock_changes_no_duration(by_s: float) -> None:
    story = Story(LOST_20)
    story.happens(5, lost())
    assert story.happens(10 + by_s, ClockStepped(by_s=by_s)) == []
    assert next_due(story.state) == at(25 + by_s)
    assert story.passes(24 + by_s) == []
    assert [effect.key for effect in story.passes(25 + by_s)] == ["r:2:0"]


# --- a condition that comes again and differs

WORKER = rule_of(on=("camera.not_judged",), where=(Match(path="reason", one_of=("worker",)),), for_s=30.0)


def not_judged(reason: Any) -> CameraNotJudged:
    return CameraNotJudged(camera="gate-1", reason=reason)


def test_a_timer_stops_when_its_condition_comes_again_and_no_longer_fits() -> None:
    story = Story(WORKER)
    story.happens(5, not_judged("worker"))
    story.happens(10, not_judged("learning"))
    assert next_due(story.state) is None
    assert story.passes(60) == []


def test_an_alarm_returns_when_its_condition_comes_again_and_no_longer_fits() -> None:
    story = Story(WORKER, obey=True)
    story.happens(5, not_judged("worker"))
    story.passes(40)
    assert [alarm.state for alarm in story.state.site.alarms.values()] == ["unacknowledged"]
    story.happens(50, not_judged("learning"))
    assert [alarm.state for alarm in story.state.site.alarms.values()] == ["returned"]


def test_a_condition_that_comes_again_and_still_fits_goes_on() -> None:
    story = Story(WORKER)
    story.happens(5, not_judged("worker"))
    story.happens(10, not_judged("worker"))
    assert next_due(story.state) == at(35)


def test_a_ticket_of_a_rule_without_an_alarm_is_restored_with_its_condition() -> None:
    story = Story(rule_of(on=("signal.lost",), do=(TicketAction(title=Text(en="No signal")),)), obey=True)
    story.happens(5, lost())
    story.happens(9, restored())
    assert [ticket.state for ticket in story.state.site.tickets.values()] == ["restored"]


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


# --- state


def test_nothing_that_matches_nothing_is_copied() -> None:
    story = Story(rule_of(on=("view.obstructed",)), LOST_20)
    story.happens(5, lost())
    before = story.state
    done = step(story.index, before, record_of(story.seq + 1, 6, EffectDone(key="k", kind="mail")), START)
    for name in ("pending", "held", "last_fired", "bursts", "rules"):
        assert getattr(done.state, name) is getattr(before, name)


def test_a_thousand_rules_cost_an_event_only_those_that_are_about_it() -> None:
    others = [name for name in CATALOGUE if name != "signal.lost"]
    rules = [rule_of(f"other-{number}", on=(others[number % len(others)],)) for number in range(997)]
    ours = [rule_of(f"ours-{number}", on=("signal.lost",), for_s=20.0) for number in range(3)]
    story = Story(*rules, *ours)
    record, clock = record_of(2, 5, lost()), SystemClock()
    times = []
    for _ in range(300):
        began = clock.monotonic()
        done = step(story.index, story.state, record, START)
        times.append(clock.monotonic() - began)
    assert len(done.trace) == 3
    assert min(times) < 150e-6, "a few ten microseconds on a machine at rest"


def test_an_empty_engine_has_nothing_due_and_takes_time_in_its_stride() -> None:
    done = step(build_index([]), EngineState(), None, START)
    assert (done.effects, done.trace, next_due(done.state)) == ((), (), None)


def test_of_rules_with_one_id_the_last_counts() -> None:
    story = Story(rule_of(on=("signal.lost",)), rule_of(on=("view.moved",)))
    assert story.happens(5, lost()) == []
    assert story.happens(6, moved()) != []


def test_an_event_named_twice_fires_once() -> None:
    assert len(Story(rule_of(on=("signal.lost", "signal.lost"))).happens(5, lost())) == 1


def test_a_message_of_a_rule_without_an_alarm_has_medium_priority() -> None:
    (effect,) = Story(rule_of(on=("signal.lost",), do=(NotifyAction(to="duty"),))).happens(5, lost())
    assert isinstance(effect.do, SendMessage)
    assert effect.do.priority == "medium"
