"""From what was counted to the figures of a group, each a numerator over a denominator."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hub.core.kpi.availability import CameraTime
from hub.core.kpi.counted import Counted, Repairs
from hub.core.kpi.figures import LEAST_COVERAGE, GroupFigures, Ratio, judged
from hub.core.kpi.groups import Group
from hub.core.kpi.targets import Target
from hub.core.kpi.work import at_posts
from hub.core.tickets.figures import PhaseName

PASSES_FROM = 0.99
"""A camera's recording passes when it is as complete as the site's target for `recording` asks; without one, so."""
SLOT_S = 600.0
DAY_S = 86_400.0
_SPLIT: tuple[PhaseName, ...] = ("acknowledge", "dispatch", "repair", "verify")


def figures_of(
    group: Group,
    counted: Counted,
    targets: Mapping[str, Target],
    *,
    over: bool,
    least_coverage: float = LEAST_COVERAGE,
) -> GroupFigures:
    """The figures of a group over the period that was counted; `over`: it does not go on."""
    times = [counted.cameras[name] for name in group.cameras if name in counted.cameras]
    # Before anything was on record, nobody watched.
    before_s = counted.before_s * len(times)
    watched_s = sum(each.watched_s for each in times)
    expected_s = sum(each.whole_s for each in times) + before_s
    ratios = [
        *_online(times, watched_s),
        *_pictures(times, watched_s),
        Ratio(figure="unwatched", numerator=expected_s - watched_s, denominator=expected_s),
        *_recording(group, counted, targets),
        *_alarms(group, counted, watched_s),
        *_repairs(group, counted, times),
        *_rounds(group, counted),
        *(_posts(group, counted) if group.posts is None or group.posts else ()),
        *_permits(group, counted),
        *_footage(group, counted),
        *_register(group, counted),
    ]
    coverage = watched_s / expected_s if expected_s > 0 else 0.0
    return GroupFigures(
        id=group.id,
        name=group.name,
        cameras=len(group.cameras),
        watched_s=watched_s,
        expected_s=expected_s,
        figures=judged(ratios, targets, over=over, coverage=coverage, least_coverage=least_coverage),
    )


def _online(times: Sequence[CameraTime], watched_s: float) -> Iterator[Ratio]:
    lost_s = sum(each.lost_s for each in times)
    excused_s = sum(each.excused_lost_s for each in times)
    yield Ratio(figure="online_time", numerator=watched_s - lost_s, denominator=watched_s, excused=excused_s)
    yield Ratio(
        figure="online_probes",
        numerator=sum(each.probes_with_signal for each in times),
        denominator=sum(each.probes for each in times),
    )
    watched = [each for each in times if each.watched_s > 0]
    if len(times) > 1 and watched:
        worst = min(watched, key=lambda each: (-each.lost_s / each.watched_s, each.camera))
        yield Ratio(
            figure="online_worst",
            numerator=worst.watched_s - worst.lost_s,
            denominator=worst.watched_s,
            excused=worst.excused_lost_s,
            about=worst.camera,
        )


def _pictures(times: Sequence[CameraTime], watched_s: float) -> Iterator[Ratio]:
    good_s = sum(each.good_s for each in times)
    excused_s = sum(each.excused_s for each in times)
    excused_lost_s = sum(each.excused_lost_s for each in times)
    yield Ratio(
        figure="picture_judged",
        numerator=good_s,
        denominator=sum(each.judged_s for each in times),
        excused=excused_s - excused_lost_s,
    )
    yield Ratio(figure="picture_watched", numerator=good_s, denominator=watched_s, excused=excused_s)
    yield Ratio(figure="not_judged", numerator=sum(each.not_judged_s for each in times), denominator=watched_s)


def _recording(group: Group, counted: Counted, targets: Mapping[str, Target]) -> Iterator[Ratio]:
    found = [counted.recorded[name] for name in group.cameras if name in counted.recorded]
    yield Ratio(
        figure="recording",
        numerator=sum(each.recorded_s for each in found),
        denominator=sum(each.planned_s for each in found),
        excused=sum(each.excused_s for each in found),
    )
    target = targets.get("recording")
    least = target.good_from if target is not None and target.good_from is not None else PASSES_FROM
    if group.by != "camera":
        yield Ratio(
            figure="recording_cameras",
            numerator=sum(each.recorded_s / each.planned_s >= least for each in found),
            denominator=len(found),
        )
    unbroken = {
        name: max(0.0, (counted.now - since_at).total_seconds()) if since_at is not None else 0.0
        for name in group.cameras
        if name in counted.unbroken_since
        for since_at in (counted.unbroken_since[name],)
    }
    if unbroken:
        shortest = min(unbroken, key=lambda name: (unbroken[name], name))
        yield Ratio(figure="recorded_days", numerator=unbroken[shortest], denominator=DAY_S, about=shortest)


def _alarms(group: Group, counted: Counted, watched_s: float) -> Iterator[Ratio]:
    alarms = counted.alarms
    if group.desks:
        # What is about no camera comes to each of the desks.
        disturbing = sum(alarms.disturbing.get(desk, 0) + alarms.disturbing.get("", 0) for desk in group.desks)
        slots = int(counted.known_s // SLOT_S) * len(group.desks)
        yield Ratio(figure="alarm_rate", numerator=disturbing, denominator=slots)
        wanted = {"", *group.desks}
        yield Ratio(
            figure="acknowledge",
            numerator=sum(alarms.acknowledge_s.get(desk, 0.0) for desk in wanted),
            denominator=sum(alarms.acknowledged.get(desk, 0) for desk in wanted),
        )
    false = sum(alarms.false.get(name, 0) for name in group.names)
    judged_ = sum(alarms.judged.get(name, 0) for name in group.names)
    yield Ratio(figure="false_share", numerator=false, denominator=judged_)
    of_cameras = sum(alarms.false.get(name, 0) for name in group.cameras)
    yield Ratio(figure="false_camera_day", numerator=of_cameras, denominator=watched_s / DAY_S)


def _repairs(group: Group, counted: Counted, times: Sequence[CameraTime]) -> Iterator[Ratio]:
    found = [counted.repairs[name] for name in group.names if name in counted.repairs]
    yield _phase("repair", "whole", found)
    for phase in _SPLIT:
        yield _phase(f"repair_{phase}", phase, found)
    yield Ratio(
        figure="repair_in_time",
        numerator=sum(each.in_time for each in found),
        denominator=sum(each.estimated for each in found),
    )
    yield Ratio(
        figure="mtbf",
        numerator=sum(each.good_s + each.not_judged_s for each in times),
        denominator=sum(counted.repairs[name].began for name in group.cameras if name in counted.repairs),
    )


def _phase(figure: str, phase: PhaseName, found: Iterable[Repairs]) -> Ratio:
    found = list(found)
    return Ratio(
        figure=figure,
        numerator=sum(each.seconds.get(phase, 0.0) for each in found),
        denominator=sum(each.runs.get(phase, 0) for each in found),
    )


def _rounds(group: Group, counted: Counted) -> Iterator[Ratio]:
    found = [counted.rounds[name] for name in group.names if name in counted.rounds]
    yield Ratio(
        figure="rounds",
        numerator=sum(each.in_time for each in found),
        denominator=sum(each.judged for each in found),
    )


def _posts(group: Group, counted: Counted) -> Iterator[Ratio]:
    work = at_posts(counted.work, group.posts)
    came, seen = work["attended"] + work["late"], work["attended"] + work["late"] + work["absent"]
    yield Ratio(figure="attendance", numerator=came, denominator=seen, excused=work["excused"])
    yield Ratio(figure="attendance_late", numerator=work["late"], denominator=seen)
    checks = work["checks_answered"] + work["checks_missed"]
    yield Ratio(figure="attention", numerator=work["checks_answered"], denominator=checks)
    days = counted.known_s / DAY_S if checks else 0.0
    yield Ratio(figure="attention_unwatched", numerator=work["unwatched_s"], denominator=days)
    walks = work["walks_made"] + work["walks_missed"]
    yield Ratio(figure="patrol", numerator=work["walks_made"], denominator=walks)


def _permits(group: Group, counted: Counted) -> Iterator[Ratio]:
    mine = set(group.cameras)
    ended = [each for each in counted.permits if mine & set(each.cameras)]
    yield Ratio(figure="permits", numerator=sum(not each.left for each in ended), denominator=len(ended))


def _footage(group: Group, counted: Counted) -> Iterator[Ratio]:
    mine = set(group.cameras)
    # A day that has just begun is a day: three requests in an hour are three a day, not seventy.
    days = max(1.0, counted.known_s / DAY_S) if counted.known_s > 0 else 0.0
    steps = [step for step in counted.footage.steps if mine & set(step.cameras)]
    decided = [step for step in steps if step.what in ("approved", "refused")]
    handed = [step.after_s for step in steps if step.what == "handed_over"]
    asked = sum(step.what == "asked" for step in steps)
    approved = sum(step.what == "approved" for step in decided)
    yield Ratio(figure="releases_asked", numerator=asked, denominator=days)
    yield Ratio(figure="releases_approved", numerator=approved, denominator=len(decided))
    yield Ratio(figure="release_decision", numerator=sum(step.after_s for step in decided), denominator=len(decided))
    yield Ratio(figure="release_handed_over", numerator=sum(handed), denominator=len(handed))
    viewings = sum(counted.footage.viewings.get(camera, 0) for camera in group.cameras)
    yield Ratio(figure="viewings", numerator=viewings, denominator=days)


def _register(group: Group, counted: Counted) -> Iterator[Ratio]:
    match group.by:
        case "site":
            found = list(counted.archives.values())
        case "domain":
            found = [each for each in counted.archives.values() if each.domain == group.id]
        case "department":
            found = [each for each in counted.archives.values() if each.department == group.id]
        case "camera":
            found = [counted.archives[group.id]] if group.id in counted.archives else []
    yield Ratio(
        figure="register",
        numerator=sum(each.filled for each in found),
        denominator=sum(each.required for each in found),
    )
