"""What has to be put on record so that duty stands as the roster says: shifts that begin and end, gaps that are coming.

Asked at the start, at every change of roster or calendar, and when `next_look` says so. What follows depends on what
stands, never on when it was asked before: whatever passed during a downtime is neither lost nor told twice.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from msgspec.structs import replace

from hub.core.duty.coverage import Gap, Papers, coverage
from hub.core.duty.roster import IsWorkday, Roster, Stint, next_change, shifts_between
from hub.core.duty.shifts import (
    Duty,
    OnDuty,
    OpenGap,
    RosterFilled,
    RosterGap,
    ShiftBegun,
    ShiftEnded,
    ShiftEndsSoon,
    follow_shift,
    key_of,
)
from hub.core.duty.words import names_of, why
from hub.core.text import Text
from hub.core.walltime import midnight

GAP_DAYS = 7
"""How many days ahead of today gaps are looked for."""

PASSED_DAYS = 31
"""How many days back shifts are put on record that passed while the hub was down."""

_DAY = timedelta(days=1)
_BEYOND = 2 * _DAY
"""Gaps are looked at beyond the last day, so that one which begins on it is told whole."""
_SET_BACK = timedelta(hours=3)
"""A clock set back by less does not make a shift begin again that had ended; a larger jump corrects a wrong date."""

_NOBODY = Text(en="nobody", zh="无人")

ShiftEvent = ShiftBegun | ShiftEndsSoon | ShiftEnded


def shift_changes(
    duty: Duty, roster: Roster, now: datetime, zone: tzinfo, is_workday: IsWorkday, *, changed: bool
) -> list[ShiftEvent]:
    """The shifts that ended, end soon and began. `changed`: the roster is another one than it was."""
    stints = shifts_between(roster, now - _DAY, now + timedelta(seconds=roster.ends_soon_s) + _DAY, zone, is_workday)
    by_key = {key_of(each.post, each.shift, each.team, each.from_at): each for each in stints}
    ended: list[ShiftEnded] = []
    soon: list[ShiftEndsSoon] = []
    for key, shift in sorted(duty.shifts.items(), key=lambda item: item[1].to_at):
        if not _goes_on(shift, by_key.get(key), now):
            ended.append(_ended(shift, roster))
        elif not shift.told and shift.to_at <= now + timedelta(seconds=roster.ends_soon_s):
            soon.append(_soon(shift, roster, stints))
    over = {key_of(each.post, each.shift, each.team, each.from_at) for each in ended}
    begun = [
        _begun(stint, roster)
        for key, stint in by_key.items()
        if stint.from_at <= now < stint.to_at
        if stint.people
        if key in over or (key not in duty.shifts and (changed or not _was_before(duty, stint, now)))
    ]
    return [*ended, *soon, *begun]


def passed_shifts(duty: Duty, now: datetime, zone: tzinfo, is_workday: IsWorkday) -> list[ShiftBegun | ShiftEnded]:
    """The shifts of the roster on record that began and ended while the hub was down, each with its end; the oldest
    first. Whatever was rostered only afterwards did not pass."""
    if duty.since_at is None:
        return []
    roster = duty.roster
    since = max(duty.since_at, now - PASSED_DAYS * _DAY)
    events: list[ShiftBegun | ShiftEnded] = []
    for stint in shifts_between(roster, since, now, zone, is_workday):
        latest = duty.begun_at.get(stint.post)
        if (
            since <= stint.from_at
            and stint.to_at <= now
            and (latest is None or stint.from_at > latest)
            and stint.people
        ):
            begun = replace(_begun(stint, roster), passed=True)
            shift = follow_shift(Duty(), begun)
            events += [begun, replace(_ended(next(iter(shift.shifts.values())), roster), passed=True)]
    return events


def gap_changes(
    duty: Duty, roster: Roster, now: datetime, zone: tzinfo, is_workday: IsWorkday, papers: Papers | None = None
) -> list[RosterFilled | RosterGap]:
    """The gaps that are closed, and those of the next days that are not on record yet. `papers`: as in `coverage`."""
    last = midnight(now.astimezone(zone).date() + (GAP_DAYS + 1) * _DAY, zone)
    found = [gap for gap in coverage(roster, now, last + _BEYOND, zone, is_workday, papers).gaps if gap.from_at < last]
    events: list[RosterFilled | RosterGap] = []
    kept: list[OpenGap] = []
    for standing in sorted(duty.gaps.values(), key=lambda gap: (gap.from_at, gap.post)):
        if any(_covers(gap, standing, roster, now) for gap in found):
            kept.append(standing)
            continue
        name = _post_name(roster, standing.post)
        still = any(gap.post == standing.post and _meet(gap, standing) for gap in found)
        how = "past" if standing.to_at <= now else "changed" if still else "filled"
        events.append(RosterFilled(gap=standing.id, post=standing.post, post_name=name, how=how))  # type: ignore[arg-type]
    for gap in found:
        for from_at, to_at in _without_kept(gap, kept):
            events.append(
                RosterGap(
                    gap=f"{gap.post} {from_at:%Y-%m-%dT%H:%MZ}",
                    post=gap.post,
                    post_name=_post_name(roster, gap.post),
                    from_at=from_at,
                    to_at=to_at,
                    need=gap.need,
                    have=len(gap.people),
                    why=why(gap, roster),
                )
            )
    return events


def next_look(duty: Duty, roster: Roster, now: datetime, zone: tzinfo, is_workday: IsWorkday) -> datetime:
    """The first instant after `now` at which there can be something to put on record; the next midnight at the latest,
    when the gaps of another day come into sight."""
    ahead = timedelta(seconds=roster.ends_soon_s)
    times = [midnight(now.astimezone(zone).date() + _DAY, zone)]
    change = next_change(roster, now, zone, is_workday)
    if change is not None:
        times.append(change)
    times += [shift.to_at - ahead for shift in duty.shifts.values() if not shift.told]
    times += [gap.to_at for gap in duty.gaps.values()]
    return min(at for at in times if at > now)


def _goes_on(shift: OnDuty, stint: Stint | None, now: datetime) -> bool:
    if stint is None or shift.from_at > now + _SET_BACK or shift.to_at <= now:
        return False
    return stint.to_at == shift.to_at and sorted(stint.people) == sorted(shift.people)


def _was_before(duty: Duty, stint: Stint, now: datetime) -> bool:
    """Whether a later shift of the post is on record: then this one was, too, and the clock was set back."""
    latest = duty.begun_at.get(stint.post)
    return latest is not None and stint.from_at <= latest <= now + _SET_BACK and not _under_way(duty, stint)


def _under_way(duty: Duty, stint: Stint) -> bool:
    return any(shift.post == stint.post and shift.from_at == stint.from_at for shift in duty.shifts.values())


def _begun(stint: Stint, roster: Roster) -> ShiftBegun:
    return ShiftBegun(
        post=stint.post,
        post_name=_post_name(roster, stint.post),
        shift=stint.shift,
        shift_name=_shift_name(roster, stint.shift),
        team=stint.team,
        people=list(stint.people),
        names=names_of(roster, stint.people),
        from_at=stint.from_at,
        to_at=stint.to_at,
    )


def _ended(shift: OnDuty, roster: Roster) -> ShiftEnded:
    return ShiftEnded(
        post=shift.post,
        post_name=_post_name(roster, shift.post),
        shift=shift.shift,
        shift_name=_shift_name(roster, shift.shift),
        team=shift.team,
        people=list(shift.people),
        names=names_of(roster, shift.people),
        from_at=shift.from_at,
        to_at=shift.to_at,
    )


def _soon(shift: OnDuty, roster: Roster, stints: Iterable[Stint]) -> ShiftEndsSoon:
    after = [each for each in stints if each.post == shift.post and each.from_at <= shift.to_at < each.to_at]
    relief = tuple(dict.fromkeys(person for stint in after for person in stint.people))
    return ShiftEndsSoon(
        post=shift.post,
        post_name=_post_name(roster, shift.post),
        shift=shift.shift,
        shift_name=_shift_name(roster, shift.shift),
        team=shift.team,
        people=list(shift.people),
        names=names_of(roster, shift.people),
        from_at=shift.from_at,
        to_at=shift.to_at,
        relief=list(relief),
        relief_names=names_of(roster, relief) or _NOBODY,
    )


def _post_name(roster: Roster, post: str) -> Text:
    known = roster.post(post)
    return known.name if known is not None else Text(en=post)


def _shift_name(roster: Roster, shift: str) -> Text:
    return next((known.name for known in roster.shifts if known.id == shift), Text(en=shift))


def _covers(gap: Gap, standing: OpenGap, roster: Roster, now: datetime) -> bool:
    """Whether what is left of `standing` is all there still, for the same reason."""
    return (
        gap.post == standing.post
        and gap.from_at <= max(standing.from_at, now)
        and gap.to_at >= standing.to_at > now
        and why(gap, roster) == standing.why
    )


def _meet(gap: Gap, standing: OpenGap) -> bool:
    return gap.from_at < standing.to_at and standing.from_at < gap.to_at


def _without_kept(gap: Gap, kept: Iterable[OpenGap]) -> list[tuple[datetime, datetime]]:
    """The parts of `gap` that are not on record."""
    parts: list[tuple[datetime, datetime]] = []
    begin = gap.from_at
    for standing in sorted((each for each in kept if each.post == gap.post), key=lambda each: each.from_at):
        if standing.from_at > begin:
            parts.append((begin, min(standing.from_at, gap.to_at)))
        begin = max(begin, standing.to_at)
    parts.append((begin, gap.to_at))
    return [(from_at, to_at) for from_at, to_at in parts if from_at < to_at]
