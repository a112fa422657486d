"""How a camera is put to the test: learning, a judged day, and events forked off from it.

1. Learning: at least one full day and night, undisturbed but for harmless events. Then everything that was learned is
   approved, as a leader does.
2. A judged day follows, undisturbed: every finding that rises is false. The sun moves faster than the pictures say
   (`Pace.sun`), which makes slow changes of light harder than they are.
3. At set hours of that day the camera and its view are forked for each disturbance: a minute undisturbed, the onset,
   full effect until found or the horizon is over, the end, and the wait until it clears. The sun moves at its own pace.

Only a finding of an accepted kind that rises after the onset counts; one that stood before does not.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from bench.picture.camera import Camera, Disturbance, Event, hours_of, light_of
from bench.picture.classes import ALARM_HORIZON_S, CLASSES, DAILY_KINDS, LIGHTS, SLOW_HORIZON_S, Class
from bench.picture.course import Course, follow
from bench.picture.records import Day, FalseAlarm, Outcome, State
from bench.picture.watcher import Seen, Watcher, approved, learned, state_of
from hub.vision.judge import fresh

STEP_S = 2.0
DAILY_STEP_S = 4.0
LATER_STEP_S = 10.0
"""Between the pictures of daily classes, in the first five minutes and after them. The judge accepts other intervals
than the usual one; only what needs a number of pictures comes later."""

DAY_S = 86400.0
PRE_ROLL_S = 60.0
CLEAR_HORIZON_S = 300.0
MERGE_S = 600.0
SLOW_STEP_S = 60.0
"""After the first hour of slow classes: the judge accepts pictures that come so rarely, and what is slow shows in them
as well."""

SLOWEST_STEP_S = 120.0
"""For what takes days."""


class Pace(NamedTuple):
    """How long the phases are. `sun` speeds up learning and the judged day; `each` says in how many lights of three,
    and at how many hours of each, a disturbance is tried."""

    learn_days: float = 1.25
    learn_sun: float = 6.0
    judged_days: float = 1.0
    judged_sun: float = 3.0
    lights: tuple[str, ...] = LIGHTS
    clear: bool = True


class Tested(NamedTuple):
    """One camera's results."""

    outcomes: list[Outcome]
    day: Day
    cpu_s: float
    pictures: int


def examine(
    camera: Camera, disturbances: Sequence[Disturbance], seed: int, pace: Pace, tick: Callable[[float], None]
) -> Tested:
    """The whole protocol on one camera; `tick` is called with the share that is done."""
    watcher = Watcher(camera, fresh())
    began_h = camera.hour
    while watcher.camera.hour < began_h + 24 * pace.learn_days and not watcher.camera.ended:
        watcher, _ = watcher.step(STEP_S, pace.learn_sun)
        tick(0.25 * (watcher.camera.hour - began_h) / (24 * pace.learn_days))
    watcher = watcher._replace(view=approved(watcher.view))
    began_h = watcher.camera.hour
    due = _schedule(camera, disturbances, seed, pace, began_h)
    outcomes: list[Outcome] = []
    alarms: list[FalseAlarm] = []
    unknown: Counter[str] = Counter()
    pictures = 0
    done = 0
    cpu_s, judged = 0.0, 0
    end_h = began_h + 24 * pace.judged_days
    while (watcher.camera.hour < end_h or due) and not watcher.camera.ended:
        while due and watcher.camera.hour >= due[0][0]:
            _, number, disturbance = due.pop(0)
            outcome, cost_s, shown = _event(watcher, disturbance, seed * 100_003 + number, seed, pace.clear)
            cpu_s, judged = cpu_s + cost_s, judged + shown
            if outcome is not None:
                outcomes.append(outcome)
            done += 1
            tick(0.3 + 0.7 * done / (done + len(due)))
        if watcher.camera.hour >= end_h:
            break
        watcher, seen = watcher.step(STEP_S, pace.judged_sun)
        pictures += 1
        unknown.update(_unknown(seen))
        alarms += _alarms(watcher, seen, seed, alarms)
    day = Day(
        camera=camera.name,
        source=camera.source,
        seed=seed,
        changing=camera.changing,
        days=min(pace.judged_days, (watcher.camera.hour - began_h) / 24),
        judged_h=pictures * STEP_S / 3600,
        not_judged={name: count / max(1, pictures) for name, count in unknown.most_common()},
        learned=learned(watcher.view),
        alarms=alarms,
    )
    return Tested(outcomes, day, cpu_s + watcher.cpu_s, judged + watcher.pictures)


def _schedule(
    camera: Camera, disturbances: Sequence[Disturbance], seed: int, pace: Pace, began_h: float
) -> list[tuple[float, int, Disturbance]]:
    """When each disturbance is tried, in order: once in each of its lights, at one of the hours in turn."""
    due = []
    for number, disturbance in enumerate(disturbances):
        for light in LIGHTS:
            if light in disturbance.lights and light in pace.lights:
                hours = hours_of(camera, light)
                hour = hours[(number + seed) % len(hours)]
                at_h = began_h + (hour - began_h) % 24
                due.append((at_h, number * 10 + LIGHTS.index(light), disturbance))
    return sorted(due, key=lambda entry: entry[:2])


def _unknown(seen: Seen) -> Iterator[str]:
    reason = seen.verdict.not_judged
    if reason:
        yield reason
    else:
        yield from (f"undecided {kind}" for kind in seen.verdict.undecided)


def _alarms(watcher: Watcher, seen: Seen, seed: int, before: Sequence[FalseAlarm]) -> list[FalseAlarm]:
    camera = watcher.camera
    found: list[FalseAlarm] = []
    for kind in sorted(seen.rose):
        daily = kind in DAILY_KINDS
        merged = any(alarm.daily == daily and watcher.at_s - alarm.at_s < MERGE_S for alarm in [*before, *found])
        found.append(
            FalseAlarm(
                camera=camera.name,
                source=camera.source,
                seed=seed,
                kind=kind,
                daily=daily,
                hour=round(camera.hour % 24, 2),
                light=light_of(camera),
                at_s=watcher.at_s,
                active=list(camera.active),
                state=state_of(watcher.view, seen.verdict),
                merged=merged,
            )
        )
    return found


def _event(
    origin: Watcher, disturbance: Disturbance, event_seed: int, seed: int, clear: bool
) -> tuple[Outcome | None, float, int]:
    """One event, forked off. None where this disturbance has no meaning (colours in infra-red)."""
    klass = CLASSES[disturbance.klass]
    watcher = origin.fork(event_seed)
    for _ in range(round(PRE_ROLL_S / STEP_S)):
        watcher, seen = watcher.step(STEP_S)
    camera = watcher.camera
    if disturbance.colour and camera.infrared:
        return None, watcher.cpu_s, watcher.pictures
    light, hour, infrared = light_of(camera), camera.hour % 24, camera.infrared
    pre, before = watcher.standing, state_of(watcher.view, seen.verdict)
    watcher, seen, course = _disturb(watcher, disturbance, klass, event_seed)
    last = state_of(watcher.view, seen.verdict)
    clear_s = _clear(watcher, klass) if clear and course.delay_s is not None and not klass.daily else None
    outcome = Outcome(
        camera=camera.name,
        source=camera.source,
        seed=seed,
        disturbance=disturbance.name,
        klass=disturbance.klass,
        light=light,
        hour=round(hour, 2),
        infrared=infrared,
        pre=sorted(pre),
        first=course.rose[0] if course.rose else "",
        rose=list(course.rose),
        delay_s=course.delay_s,
        clear_s=clear_s,
        judged=course.judged,
        before=before,
        last=last if course.delay_s is None else State(),
    )
    return outcome, watcher.cpu_s, watcher.pictures


def _disturb(watcher: Watcher, disturbance: Disturbance, klass: Class, event_seed: int) -> tuple[Watcher, Seen, Course]:
    """Let a disturbance grow and stand until it is found or its horizon is over."""
    course = Course(watcher.standing)
    passed_s = 0.0
    while course.delay_s is None and passed_s < disturbance.onset_s + klass.horizon_s:
        step_s = _step_s(disturbance, klass, passed_s)
        passed_s += step_s
        progress = min(1.0, passed_s / max(disturbance.onset_s, step_s))
        watcher, seen = watcher.step(step_s, 1.0, Event(disturbance, progress, event_seed))
        verdict = seen.verdict
        judged = verdict.not_judged is None
        course = follow(course, klass, seen.standing, set(verdict.undecided), judged, passed_s, disturbance.onset_s)
    return watcher, seen, course


def _step_s(disturbance: Disturbance, klass: Class, passed_s: float) -> float:
    """How long until the next picture."""
    if disturbance.onset_s > DAY_S:
        return SLOWEST_STEP_S
    if klass.horizon_s >= SLOW_HORIZON_S and passed_s >= 3600:
        return SLOW_STEP_S
    if not klass.daily:
        return STEP_S
    return DAILY_STEP_S if passed_s < disturbance.onset_s + ALARM_HORIZON_S else LATER_STEP_S


def _clear(watcher: Watcher, klass: Class) -> float | None:
    """Seconds after the cause is gone until no accepted finding stands any more."""
    passed_s = 0.0
    while passed_s < CLEAR_HORIZON_S:
        watcher, seen = watcher.step(STEP_S)
        passed_s += STEP_S
        if not seen.standing & klass.accepted:
            return passed_s
    return None
