"""Taking note: of alarms by those at the posts and by a leader, and of what a place in a shift came to."""

from collections import Counter

from hub.core.alarms.commands import AcknowledgeAlarm
from hub.core.alarms.model import Alarm as HubAlarm
from tests.sim.book_alarms import Alarm
from tests.sim.book_duty import Place
from tests.sim.driver import Disagreement
from tests.sim.month import Month
from tests.sim.plant import LEADERS
from tests.sim.served import OF_CAMERAS


def hub_alarm(month: Month, rule: str, about: str) -> HubAlarm:
    alarm = month.hub.state.alarm_about(rule, about)
    if alarm is None:
        raise Disagreement(f"{month.now}: by the books the alarm {rule} about {about} stands.")
    return alarm


def note(month: Month, who: str, rule: str, about: str) -> None:
    """Somebody takes note of an alarm of a camera, where the books have one that waits."""
    alarm = month.alarms.standing.get((rule, about))
    if alarm is not None and month.alarms.note(rule, about):
        _taken_note(month, who, alarm)
        month.hub.do(who, AcknowledgeAlarm(alarm=hub_alarm(month, rule, about).id))
        month.look()


def _taken_note(month: Month, who: str, alarm: Alarm) -> None:
    """How long the alarm waited since it was raised, or since the person has been there."""
    there = month.duty.present.get(who)
    since = max(alarm.raised_at, there.since) if there is not None else alarm.raised_at
    waited_s = (month.now - since).total_seconds()
    month.merits.noted.append((month.now, who, waited_s))
    if alarm.critical and waited_s > 300:
        month.merits.say("slow-critical", who)


def judge_place(month: Month, place: Place) -> None:
    who = place.stint.person
    if place.verdict == "late":
        month.merits.say("late", who)
        if place.late_s >= 1800:
            month.merits.say("very-late", who)
    elif place.verdict == "absent":
        month.merits.say("absent", who)
    elif place.verdict == "attended":
        month.merits.attended.append((month.now, who))
    if place.came and place.early_s >= 300:
        month.merits.say("left-early", who)


def sweep(month: Month) -> None:
    """A leader takes note of everything that is not for those at the posts; both books must name the same."""
    mine = [key for key, alarm in month.alarms.standing.items() if not alarm.noted and alarm.rule not in OF_CAMERAS]
    theirs = [
        alarm
        for alarm in month.hub.state.alarms.values()
        if alarm.acknowledged_by is None and alarm.rule not in OF_CAMERAS
    ]
    if Counter(rule for rule, _ in mine) != Counter(alarm.rule for alarm in theirs):
        names = sorted((alarm.rule, alarm.subject) for alarm in theirs)
        raise Disagreement(f"{month.now}: by the books {sorted(mine)} waits, by the hub {names}")
    for alarm in theirs:
        month.hub.do(LEADERS[0], AcknowledgeAlarm(alarm=alarm.id))
    for rule, about in mine:
        _taken_note(month, LEADERS[0], month.alarms.standing[rule, about])
        month.alarms.note(rule, about)
    month.look()
