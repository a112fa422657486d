"""Duty on record: shifts at posts as they begin and end by the roster, and the gaps that it will have.

What stands now (`Duty`) follows from the journal alone, so `hub.core.duty.changes` can say at any time, and after any
downtime, what has to be put on record so that it is what the roster says.
"""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal, TypeVar

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from hub.core.duty.roster import Cover, Roster
from hub.core.duty.swap_events import SwapApproved, SwapEvent
from hub.core.duty.swaps import Swap, followed
from hub.core.event import Event, Record
from hub.core.text import Text

V = TypeVar("V")

_Post = Annotated[str, Meta(description="Post id from rules/roster.toml.")]
_PostName = Annotated[Text, Meta(description="Name of the post.")]
_Shift = Annotated[str, Meta(description="Shift id from rules/roster.toml.")]
_ShiftName = Annotated[Text, Meta(description="Name of the shift.")]
_Team = Annotated[str, Meta(description="Team id; empty for people who are rostered on their own.")]
_People = Annotated[list[str], Meta(description="Accounts of those who are rostered.")]
_Names = Annotated[Text, Meta(description="Their names.")]
_From = Annotated[datetime, Meta(description="When it begins by the roster.")]
_To = Annotated[datetime, Meta(description="When it ends by the roster.")]
_Gap = Annotated[str, Meta(description="The gap: its post and when it begins.")]


_Passed = Annotated[bool, Meta(description="The hub was down from its beginning to its end.")]


class RosterLoaded(Event, tag="roster.loaded", frozen=True, kw_only=True):
    """rules/roster.toml was read and is in force."""

    roster: Annotated[Roster, Meta(description="What the file says.")]
    zone: Annotated[str, Meta(description="IANA name of the time zone of its days and times.")]


class ShiftBegun(Event, tag="shift.begun", frozen=True, kw_only=True):
    """A shift at a post began, or other people have it from now on: the roster was changed."""

    post: _Post
    post_name: _PostName
    shift: _Shift
    shift_name: _ShiftName
    team: _Team
    people: _People
    names: _Names
    from_at: _From
    to_at: _To
    passed: _Passed = False


class ShiftEndsSoon(Event, tag="shift.ends_soon", frozen=True, kw_only=True):
    """A shift at a post ends soon; whoever comes next is named."""

    post: _Post
    post_name: _PostName
    shift: _Shift
    shift_name: _ShiftName
    team: _Team
    people: _People
    names: _Names
    from_at: _From
    to_at: _To
    relief: Annotated[list[str], Meta(description="Accounts of those who are rostered at the post from then on.")]
    relief_names: _Names


class ShiftEnded(Event, tag="shift.ended", frozen=True, kw_only=True):
    """A shift at a post ended, or the roster was changed and does not have it any more."""

    post: _Post
    post_name: _PostName
    shift: _Shift
    shift_name: _ShiftName
    team: _Team
    people: _People
    names: _Names
    from_at: _From
    to_at: _To
    passed: _Passed = False


class RosterGap(Event, tag="roster.gap", frozen=True, kw_only=True):
    """Within the next days a post is not held by enough people who may watch there."""

    gap: _Gap
    post: _Post
    post_name: _PostName
    from_at: Annotated[datetime, Meta(description="When it begins.")]
    to_at: Annotated[datetime, Meta(description="When it ends.")]
    need: Annotated[int, Meta(description="How many people must be there.")]
    have: Annotated[int, Meta(description="How many are.")]
    why: Annotated[Text, Meta(description="Why, in plain words.")]


class RosterFilled(Event, tag="roster.filled", frozen=True, kw_only=True):
    """A gap in the roster is closed, or past, or another one now."""

    CLEARS: ClassVar[type[Event] | None] = RosterGap
    gap: _Gap
    post: _Post
    post_name: _PostName
    how: Annotated[
        Literal["filled", "past", "changed"],
        Meta(description="Somebody is there; its time is over; or it is told anew because the roster was changed."),
    ]


class OnDuty(msgspec.Struct, frozen=True, kw_only=True):
    """A shift at a post that is under way. `told`: its end was announced."""

    post: str
    shift: str
    team: str
    people: tuple[str, ...]
    from_at: datetime
    to_at: datetime
    told: bool = False


class OpenGap(msgspec.Struct, frozen=True, kw_only=True):
    """A gap in the roster that is on record and not closed."""

    id: str
    post: str
    from_at: datetime
    to_at: datetime
    why: Text


CHANGES_KEPT = timedelta(days=62)
"""Approved changes of shifts so long ago are no longer laid over the roster; the journal has them."""


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """What stands now."""

    file: Roster = Roster()
    """What rules/roster.toml says; `roster` is what is in force."""
    zone: str = "UTC"
    """IANA name of the zone of its days and times."""
    since_at: datetime | None = None
    """Since when the roster has been this one; None before the first was on record."""
    swaps: dict[str, Swap] = {}
    """By id: swaps and covers that are asked for and not decided."""
    swap_count: int = 0
    changes: tuple[Cover, ...] = ()
    """What approved swaps and covers change, the newest first."""

    shifts: dict[str, OnDuty] = {}
    """The shifts under way, see `key_of`."""
    begun_at: dict[str, datetime] = {}
    """By post: the latest beginning of a shift that was put on record."""
    gaps: dict[str, OpenGap] = {}
    """By id."""

    @property
    def roster(self) -> Roster:
        """The roster in force: what the file says, with the approved swaps and covers laid over it."""
        return laid_over(self.file, self.changes)

    def at_post(self, post: str) -> tuple[str, ...]:
        """The people who are rostered at a post now."""
        people = (person for shift in self.shifts.values() if shift.post == post for person in shift.people)
        return tuple(dict.fromkeys(people))


ShiftFact = ShiftBegun | ShiftEndsSoon | ShiftEnded | RosterGap | RosterFilled
DutyEvent = ShiftFact | RosterLoaded | SwapEvent


def laid_over(roster: Roster, changes: tuple[Cover, ...]) -> Roster:
    """`roster` with changes of single shifts that go before its own covers: the first that fits counts."""
    return replace(roster, covers=(*changes, *roster.covers)) if changes else roster


def key_of(post: str, shift: str, team: str, from_at: datetime) -> str:
    """What tells the shifts under way apart."""
    return f"{post}|{shift}|{team}|{from_at.isoformat()}"


def follow(duty: Duty, record: Record, event: DutyEvent) -> Duty:
    """What stands after one more event."""
    match event:
        case RosterGap():
            gap = OpenGap(id=event.gap, post=event.post, from_at=event.from_at, to_at=event.to_at, why=event.why)
            return replace(duty, gaps={**duty.gaps, gap.id: gap})
        case RosterFilled():
            return replace(duty, gaps=_without(duty.gaps, event.gap))
        case RosterLoaded():
            return replace(duty, file=event.roster, zone=event.zone, since_at=record.seen_at)
        case SwapApproved():
            old = (record.seen_at - CHANGES_KEPT).date()
            kept = [change for change in (*event.changes, *duty.changes) if change.on >= old]
            swaps = _without(duty.swaps, event.swap)
            return replace(duty, swaps=swaps, changes=tuple(kept), since_at=record.seen_at)
        case ShiftBegun() | ShiftEndsSoon() | ShiftEnded():
            return follow_shift(duty, event)
        case _:
            swaps, asked = followed(duty.swaps, record, event)
            return replace(duty, swaps=swaps, swap_count=duty.swap_count + asked)


def follow_shift(duty: Duty, event: ShiftBegun | ShiftEndsSoon | ShiftEnded) -> Duty:
    """What stands after a shift began, ended or was announced to end."""
    key = key_of(event.post, event.shift, event.team, event.from_at)
    match event:
        case ShiftBegun():
            shift = OnDuty(
                post=event.post,
                shift=event.shift,
                team=event.team,
                people=tuple(event.people),
                from_at=event.from_at,
                to_at=event.to_at,
            )
            latest = max(event.from_at, duty.begun_at.get(event.post, event.from_at))
            return replace(duty, shifts={**duty.shifts, key: shift}, begun_at={**duty.begun_at, event.post: latest})
        case ShiftEndsSoon() if key in duty.shifts:
            return replace(duty, shifts={**duty.shifts, key: replace(duty.shifts[key], told=True)})
        case ShiftEnded():
            return replace(duty, shifts=_without(duty.shifts, key))
        case _:
            return duty


def _without(items: dict[str, V], key: str) -> dict[str, V]:
    return {name: value for name, value in items.items() if name != key}
