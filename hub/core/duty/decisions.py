"""What follows from commands about exchanges of shifts: whether the roster still holds, and who may decide."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import get_args
from zoneinfo import ZoneInfo

from hub.core.calendar import is_worked
from hub.core.duty.commands import (
    AgreeSwap,
    ApproveSwap,
    AskCover,
    AskSwap,
    DeclineSwap,
    RefuseSwap,
    SwapCommand,
    WithdrawSwap,
)
from hub.core.duty.coverage import Coverage, Gap, coverage
from hub.core.duty.roster import Cover, Roster, Stint, shifts_between
from hub.core.duty.shifts import laid_over
from hub.core.duty.swap_events import (
    ShiftPart,
    SwapAgreed,
    SwapApproved,
    SwapAsked,
    SwapDeclined,
    SwapExpired,
    SwapRefused,
    SwapWithdrawn,
)
from hub.core.duty.swaps import Swap
from hub.core.duty.words import name_of
from hub.core.event import Event
from hub.core.state import State
from hub.core.subject import Subject
from hub.core.walltime import midnight
from hub.errors import NotAllowed, NotFound, WrongState

MOST_OPEN = 10
"""Exchanges that one person may have asked for and that are not decided."""
LONGEST_AHEAD = timedelta(days=92)

_DAY = timedelta(days=1)


def decide(state: State, command: SwapCommand, actor: str, now: datetime) -> list[Event]:
    who = actor.removeprefix("person:")
    match command:
        case AskSwap() | AskCover():
            return [_ask(state, command, who, now)]
        case AgreeSwap():
            return _agree(state, command, who)
        case DeclineSwap():
            swap = _swap(state, command.swap)
            _only(who, swap.other, swap)
            _in_state(swap, "asked")
            return [SwapDeclined(swap=swap.id, reason=command.reason)]
        case WithdrawSwap():
            swap = _swap(state, command.swap)
            _only(who, swap.asker, swap)
            return [SwapWithdrawn(swap=swap.id)]
        case ApproveSwap():
            swap = _to_decide(state, command.swap, who)
            changes = changes_of(swap.mine, swap.theirs, swap.other)
            check(state, changes, [part for part in (swap.mine, swap.theirs) if part is not None])
            return [SwapApproved(swap=swap.id, asker_name=swap.asker_name, other_name=swap.other_name, changes=changes)]
        case RefuseSwap():
            return [SwapRefused(swap=_to_decide(state, command.swap, who).id, reason=command.reason)]


def due(state: State, now: datetime) -> list[Event]:
    """Exchanges that nobody decided in time."""
    return [
        SwapExpired(swap=swap.id, asker_name=swap.asker_name)
        for swap in state.duty.swaps.values()
        if swap.expires_at <= now
    ]


def next_due(state: State) -> Iterable[datetime]:
    return (swap.expires_at for swap in state.duty.swaps.values())


def zone_of(state: State) -> ZoneInfo:
    """The zone of the roster."""
    return ZoneInfo(state.duty.zone)


def stints_between(state: State, from_at: datetime, to_at: datetime) -> list[Stint]:
    """Who is rostered in a period, by the roster in force."""
    return _stints(state, state.duty.roster, from_at, to_at)


def part_of(state: State, person: str, on: date, shift: str = "", post: str = "") -> ShiftPart:
    """The one place that a person has in a shift of a date. Raises `NotFound`, `WrongState` where there are several."""
    begin = midnight(on, zone_of(state))
    found = [
        (stint, place)
        for stint in stints_between(state, begin - _DAY, begin + 2 * _DAY)
        if stint.on == on and shift in ("", stint.shift) and post in ("", stint.post)
        for place in stint.places
        if place.person == person and not place.on_leave
    ]
    name = name_of(state.duty.file, person).en
    if not found:
        raise NotFound(f"{name} has no such shift on {on}.", hint="`hub duty next` shows who works when.")
    if len(found) > 1:
        shifts = ", ".join(f"{stint.shift} ({stint.post})" for stint, _ in found)
        raise WrongState(f"{name} has several shifts on {on}: {shifts}.", hint="Name the shift and the post.")
    stint, place = found[0]
    return ShiftPart(
        person=person,
        on=on,
        shift=stint.shift,
        post=stint.post,
        from_at=stint.from_at,
        to_at=stint.to_at,
        instead_of=place.instead_of or place.person,
    )


def changes_of(mine: ShiftPart, theirs: ShiftPart | None, other: str) -> list[Cover]:
    """What an exchange changes in the roster: `other` has my place, and I theirs where there is one."""
    changes = [Cover(on=mine.on, person=other, instead_of=mine.instead_of, shift=mine.shift, post=mine.post)]
    if theirs is not None:
        change = Cover(
            on=theirs.on, person=mine.person, instead_of=theirs.instead_of, shift=theirs.shift, post=theirs.post
        )
        changes.append(change)
    return changes


def check(state: State, changes: Sequence[Cover], parts: Sequence[ShiftPart]) -> None:
    """Raise `WrongState` where the changed roster does not hold as well as the one in force: somebody on leave, not
    trained, at two posts at once or with too little rest."""
    before = state.duty.roster
    after = laid_over(before, tuple(changes))
    people = {change.person for change in changes}
    names = {person: name_of(before, person).en for person in people}
    around = timedelta(seconds=before.rest_s) + 2 * _DAY
    from_at, to_at = min(part.from_at for part in parts) - around, max(part.to_at for part in parts) + around
    for change in changes:
        on_that_day = _stints(state, after, midnight(change.on, zone_of(state)), to_at)
        places = [
            place
            for stint in on_that_day
            if (stint.on, stint.shift, stint.post) == (change.on, change.shift, change.post)
            for place in stint.places
            if place.person == change.person
        ]
        if any(place.on_leave for place in places):
            raise WrongState(f"{names[change.person]} is on leave on {change.on}.", hint="Ask somebody else.")
        if not places:
            raise WrongState(
                f"The roster of {change.on} is another one meanwhile.",
                hint="Withdraw it and ask for what is needed now.",
            )
        if len(places) > 1:
            raise WrongState(f"{names[change.person]} has that shift already.", hint="Ask somebody else.")
    then, now = _coverage(state, before, from_at, to_at), _coverage(state, after, from_at, to_at)
    for double in now.doubles:
        if double.person in people and double not in then.doubles:
            day = double.from_at.astimezone(zone_of(state)).date()
            raise WrongState(
                f"{names[double.person]} would be at two posts at once on {day}.",
                hint="Choose another shift, or another person.",
            )
    for rest in now.short_rests:
        if rest.person in people and rest not in then.short_rests:
            raise WrongState(
                f"{names[rest.person]} would rest {rest.rest_s / 3600:g} h between two shifts; "
                f"{before.rest_s / 3600:g} h are wanted.",
                hint="Choose another shift, or another person.",
            )
    for gap in now.gaps:
        if not any(_worse_or_same(known, gap) for known in then.gaps):
            _refuse_gap(state, gap)


def _refuse_gap(state: State, gap: Gap) -> None:
    roster = state.duty.roster
    post = roster.post(gap.post)
    where = post.name.en if post is not None else gap.post
    untrained = [excuse for excuse in gap.excuses if excuse.reason != "leave"]
    if untrained:
        raise WrongState(
            f"{name_of(roster, untrained[0].person).en} may not watch at {where}: the training is lacking.",
            hint="Ask somebody who has it.",
        )
    day = gap.from_at.astimezone(zone_of(state)).date()
    raise WrongState(f"{where} would be short of people on {day}.", hint="Choose another shift, or another person.")


def _worse_or_same(known: Gap, gap: Gap) -> bool:
    return (
        known.post == gap.post
        and known.from_at <= gap.from_at
        and known.to_at >= gap.to_at
        and known.need - len(known.people) >= gap.need - len(gap.people)
    )


def _ask(state: State, command: AskSwap | AskCover, who: str, now: datetime) -> SwapAsked:
    roster = state.duty.file
    if roster.person(who) is None:
        raise WrongState("You are not in the roster.", hint="Shifts are exchanged by those who have them.")
    if roster.person(command.other) is None:
        raise NotFound(f"There is no person {command.other} in the roster.", hint="See `hub roster show`.")
    if command.other == who:
        raise WrongState("Nobody exchanges shifts with themselves.", hint="Name somebody else.")
    if sum(swap.asker == who for swap in state.duty.swaps.values()) >= MOST_OPEN:
        raise WrongState(f"{MOST_OPEN} of your exchanges wait for an answer.", hint="Withdraw one first.")
    if not state.staff.qualified(command.other, now):
        raise WrongState(
            f"{name_of(roster, command.other).en} has no valid training or confidentiality agreement on record.",
            hint="Ask somebody else.",
        )
    mine = part_of(state, who, _near(command.on, state, now), command.shift, command.post)
    theirs = None
    if isinstance(command, AskSwap):
        on = _near(command.other_on, state, now)
        theirs = part_of(state, command.other, on, command.other_shift, command.other_post)
    parts = [part for part in (mine, theirs) if part is not None]
    for part in parts:
        if part.from_at <= now:
            raise WrongState(
                f"The shift of {part.on} has begun already.", hint="A leader can cover it: `hub duty cover`."
            )
        taken = [swap.id for swap in state.duty.swaps.values() if part in (swap.mine, swap.theirs)]
        if taken:
            raise WrongState(f"The shift of {part.on} is asked for in {taken[0]} already.", hint="Withdraw that first.")
    check(state, changes_of(mine, theirs, command.other), parts)
    return SwapAsked(
        swap=f"S-{state.duty.swap_count + 1}",
        kind="cover" if theirs is None else "swap",
        asker=who,
        asker_name=name_of(roster, who),
        other=command.other,
        other_name=name_of(roster, command.other),
        mine=mine,
        theirs=theirs,
        reason=command.reason,
        expires_at=min(part.from_at for part in parts),
    )


def _agree(state: State, command: AgreeSwap, who: str) -> list[Event]:
    swap = _swap(state, command.swap)
    _only(who, swap.other, swap)
    if swap.state == "agreed":
        return []
    parts = [part for part in (swap.mine, swap.theirs) if part is not None]
    check(state, changes_of(swap.mine, swap.theirs, swap.other), parts)
    return [SwapAgreed(swap=swap.id, other_name=swap.other_name)]


def _to_decide(state: State, swap_id: str, who: str) -> Swap:
    swap = _swap(state, swap_id)
    _in_state(swap, "agreed")
    if who in (swap.asker, swap.other):
        raise NotAllowed("Nobody decides about their own exchange of shifts.", hint="Ask another leader.")
    return swap


def _swap(state: State, swap_id: str) -> Swap:
    swap = state.duty.swaps.get(swap_id)
    if swap is None:
        raise NotFound(f"No exchange {swap_id} is open.", hint="`hub duty swap list` shows those that are.")
    return swap


def _only(who: str, wanted: str, swap: Swap) -> None:
    if who != wanted:
        raise NotAllowed(f"{swap.id} is not yours to answer.", hint="`hub duty swap list` says who is asked.")


def _in_state(swap: Swap, wanted: str) -> None:
    if swap.state == wanted:
        return
    if wanted == "asked":
        raise WrongState(f"{swap.id} was agreed to already.", hint="A leader decides about it now.")
    raise WrongState(
        f"{swap.other_name.en} has not agreed to {swap.id} yet.", hint="It can be approved when both want it."
    )


def _near(on: date, state: State, now: datetime) -> date:
    today = now.astimezone(zone_of(state)).date()
    if not today - _DAY <= on <= today + LONGEST_AHEAD:
        raise WrongState(f"{on} is not within the next {LONGEST_AHEAD.days} days.", hint="Look at the date.")
    return on


def _stints(state: State, roster: Roster, from_at: datetime, to_at: datetime) -> list[Stint]:
    return shifts_between(roster, from_at, to_at, zone_of(state), partial(is_worked, state.calendar))


def _coverage(state: State, roster: Roster, from_at: datetime, to_at: datetime) -> Coverage:
    worked = partial(is_worked, state.calendar)
    return coverage(roster, from_at, to_at, zone_of(state), worked, state.staff.papers())


SUBJECT = Subject(commands=get_args(SwapCommand), decide=decide, due=due, next_due=next_due)
