"""The engine's rules of play: matching, schedules, and what each firing gives."""

import pytest

from hub.automation.engine import build_index, next_due, step
from hub.automation.model import (
    EngineState,
    Every,
    Match,
    NotifyAction,
    RoundAction,
    SendMessage,
    TicketAction,
)
from hub.clock import SystemClock
from hub.core.alarms.commands import RaiseAlarm
from hub.core.catalogue import (
    CATALOGUE,
    ScheduleDue,
    ScheduleMissed,
)
from hub.core.delivery import EffectDone, EffectFailed
from hub.core.rounds.commands import MakeRoundDue
from hub.core.text import Text
from hub.core.tickets.commands import OpenTicket
from hub.core.tickets.events import TicketOpened
from tests.automation.story import (
    ALARM,
    NOTIFY,
    START,
    Story,
    at,
    lost,
    moved,
    obstructed,
    record_of,
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
