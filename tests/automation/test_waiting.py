"""`for`: a rule waits, what ends meanwhile does not fire, and no step of the clock changes how long it waits."""

import pytest

from hub.automation.engine import next_due
from hub.core.catalogue import (
    ClockStepped,
)
from hub.core.delivery import EffectFailed
from hub.core.text import Text
from hub.core.tickets.events import TicketOpened
from tests.automation.story import (
    NOTIFY,
    Story,
    at,
    clear,
    lost,
    restored,
    rule_of,
)

LOST_20 = rule_of(on=("signal.lost",), for_s=20.0)


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


# --- clock


@pytest.mark.parametrize("by_s", [-3600.0, -30.0, 30.0, 86400.0])
def test_a_step_of_the_clock_changes_no_duration(by_s: float) -> None:
    story = Story(LOST_20)
    story.happens(5, lost())
    assert story.happens(10 + by_s, ClockStepped(by_s=by_s)) == []
    assert next_due(story.state) == at(25 + by_s)
    assert story.passes(24 + by_s) == []
    assert [effect.key for effect in story.passes(25 + by_s)] == ["r:2:0"]
