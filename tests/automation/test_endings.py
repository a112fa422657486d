"""The end of a condition: alarms return, timers stop, tickets are restored; and conditions that come again."""

from typing import Any

import pytest

from hub.automation.engine import next_due
from hub.automation.model import (
    Match,
    TicketAction,
)
from hub.core.alarms.commands import RaiseAlarm, ReturnAlarm
from hub.core.alarms.events import AlarmRaised
from hub.core.catalogue import (
    ConfigAccepted,
    ConfigRejected,
    SiteConfigured,
)
from hub.core.findings import CameraNotJudged
from hub.core.permits.events import PermitEndedWhileObstructed, PermitObstructionRemoved
from hub.core.permits.kinds import PermitKind
from hub.core.rounds.events import RoundCaughtUp, RoundMissed
from hub.core.text import Text
from tests.automation.story import (
    ALARM,
    NOTIFY,
    SITE,
    Story,
    at,
    clear,
    lost,
    moved,
    obstructed,
    restored,
    returned,
    rule_of,
    stage,
)

LOST = rule_of(on=("signal.lost",))


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
    (raised,) = story.happens(5, ConfigRejected(file="hub.toml", problems=[Text(en="hub.toml:1:1: x")]))
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


# --- several of a kind about one thing


def still(kind: PermitKind, alarm: str = "") -> PermitEndedWhileObstructed:
    return PermitEndedWhileObstructed(camera="gate-1", permit="P-1", kind=kind, alarm=alarm)


def gone(kind: PermitKind) -> PermitObstructionRemoved:
    return PermitObstructionRemoved(camera="gate-1", permit="P-1", kind=kind, after_s=1.0)


STILL = ("permit.ended_while_obstructed",)


@pytest.mark.parametrize("first", ["obstruction", "view"])
def test_what_a_rule_made_about_two_parts_of_a_condition_stands_until_the_last_is_over(first: PermitKind) -> None:
    story = Story(rule_of(on=STILL, do=(ALARM, TicketAction(title=Text(en="Still so")))), obey=True)
    story.happens(5, still("obstruction"))
    story.happens(5, still("view"))
    assert story.happens(7, gone(first)) == []
    assert story.alarm.active
    story.happens(9, gone("view" if first == "obstruction" else "obstruction"))
    assert not story.alarm.active
    assert [ticket.state for ticket in story.state.site.tickets.values()] == ["restored"]
    assert not story.state.held


def test_another_part_that_a_rule_does_not_fit_does_not_end_the_first() -> None:
    rule = rule_of(on=STILL, where=(Match(path="alarm", one_of=("",)),))
    story = Story(rule, obey=True)
    story.happens(5, still("obstruction"))
    story.happens(5, still("view", alarm="A-7"))
    assert story.alarm.active
    story.happens(7, gone("obstruction"))
    assert not story.alarm.active, "what is left had an alarm of its own"


def test_an_escalation_goes_on_for_the_part_that_is_left() -> None:
    story = Story(rule_of(on=STILL, do=(NOTIFY,), escalate=(stage(60.0, repeat_s=60.0, times=3),)))
    story.happens(5, still("obstruction"))
    story.happens(5, still("view"))
    story.happens(50, gone("obstruction"))
    assert [effect.cause for effect in story.passes(70)] == [3]
    story.happens(90, gone("view"))
    assert story.passes(1000) == []


def test_a_camera_taken_out_of_the_site_takes_every_part_and_its_rounds_with_it() -> None:
    story = Story(rule_of(on=(*STILL, "round.missed"), for_s=600.0), obey=True)
    story.happens(5, still("obstruction"))
    story.happens(5, still("view"))
    story.happens(5, RoundMissed(round="R-1", camera="gate-1"))
    story.happens(5, RoundMissed(round="R-2"))
    story.happens(9, SiteConfigured(site=type(SITE)(cameras=[SITE.cameras[1]])))
    assert [key for key, _ in story.state.held.items()] == ["round.missed|round:R-2"]
    assert [pending.subject for pending in story.state.pending.values()] == ["round:R-2"]


def test_two_rounds_of_one_camera_end_each_with_its_own() -> None:
    story = Story(rule_of(on=("round.missed",)), obey=True)
    for number in ("R-1", "R-2"):
        story.happens(5, RoundMissed(round=number, camera="gate-1"))
    story.happens(9, RoundCaughtUp(round="R-1", camera="gate-1", how="made"))
    standing = {alarm.subject: (alarm.camera, alarm.active) for alarm in story.state.site.alarms.values()}
    assert standing == {"round:R-1": ("gate-1", False), "round:R-2": ("gate-1", True)}


def test_an_alarm_on_record_about_the_camera_of_a_round_returns_with_the_round() -> None:
    story = Story(rule_of(on=("round.missed",)))
    story.happens(5, RoundMissed(round="R-1", camera="gate-1"))
    raised = AlarmRaised(
        alarm="A-1",
        rule="r",
        kind="round",
        subject="camera:gate-1",
        camera="gate-1",
        priority="medium",
        title=Text(en="Round not made in time: R-1"),
    )
    story.happens(5, raised, cause=2)
    (effect,) = story.happens(9, RoundCaughtUp(round="R-1", camera="gate-1", how="made"))
    assert effect.do == ReturnAlarm(rule="r", subject="camera:gate-1")


# --- again


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
