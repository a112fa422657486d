"""Who is at the posts, and what becomes of each rostered place.

A place is one person's part in one shift that is under way:

    state     means                                             leaves by
    expected  the shift began, the person has not signed on     sign on → present · time → late
    late      the grace is over                                 sign on → came · time → absent · excuse → expected
    absent    the longer time is over, too                      sign on → came · excuse → expected
    present   signed on in time                                 sign off before the end → left
    came      signed on after the grace                         sign off before the end → left
    left      signed off before the end                         sign on again → present, or came

Whatever the state, the end of the shift ends it with one verdict: attended (present, left), late (came, or left after
that), absent, unseen (the hub was down: nobody can say) or excused (covered by a leader, or the roster was changed).
Being present is another matter: it lasts from signing on to signing off, however long after the end that is. Nobody is
present at two posts.
"""

from datetime import datetime
from typing import Literal, TypeVar

import msgspec
from msgspec.structs import replace

from hub.core.catalogue import HubStarted
from hub.core.duty.roster import Roster
from hub.core.duty.shifts import RosterLoaded, ShiftBegun, ShiftEnded
from hub.core.event import Record
from hub.core.posts.events import (
    PostAbsent,
    PostAttendance,
    PostClosed,
    PostCovered,
    PostLate,
    PostLeftOpen,
    PostManned,
    PostSignedOff,
    PostSignedOn,
    PostUnmanned,
    PresenceEvent,
    ReliefCame,
    ReliefMissing,
    Verdict,
)
from hub.core.posts.handover import Handover, followed
from hub.core.posts.handover_events import HandoverBegun, HandoverEvent
from hub.core.text import Text

V = TypeVar("V")
PlaceState = Literal["expected", "late", "absent", "present", "came", "left"]

TRANSITIONS: tuple[tuple[str, str, str], ...] = (
    ("[*]", "shift.begun", "expected"),
    ("[*]", "shift.begun", "present"),
    ("expected", "post.signed_on", "present"),
    ("expected", "post.signed_on", "came"),
    ("expected", "post.late", "late"),
    ("late", "post.signed_on", "came"),
    ("late", "post.absent", "absent"),
    ("absent", "post.signed_on", "came"),
    ("late", "post.covered", "expected"),
    ("absent", "post.covered", "expected"),
    ("present", "post.signed_off", "left"),
    ("came", "post.signed_off", "left"),
    ("left", "post.signed_on", "present"),
    ("left", "post.signed_on", "came"),
    *((state, "post.attendance", "[*]") for state in ("expected", "late", "absent", "present", "came", "left")),
)
"""From which state of a place, by which event, to which."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One person's part in one shift that is under way, or just over."""

    post: str
    account: str
    shift: str
    shift_name: Text
    team: str
    from_at: datetime
    to_at: datetime
    expected_at: datetime
    """From when lateness counts: the beginning, or later where the person could not have signed on before."""
    state: PlaceState = "expected"
    late: bool = False
    """Came after the grace, whether there now or not."""
    late_s: float = 0.0
    early_s: float = 0.0
    on_at: datetime | None = None
    off_at: datetime | None = None
    unseen: bool = False
    """The hub was down at a time in which the person could have signed on."""
    excused: bool = False
    ended_at: datetime | None = None
    """Its shift is over since; the verdict is due."""

    @property
    def running(self) -> bool:
        return self.ended_at is None

    @property
    def waited_for(self) -> bool:
        """The person should be there and never came."""
        return self.running and not self.excused and self.state in ("expected", "late", "absent")

    @property
    def verdict(self) -> Verdict:
        """What becomes of it if its shift is over now."""
        if self.state in ("present", "came", "left"):
            return "late" if self.late else "attended"
        if self.excused or (self.ended_at is not None and self.ended_at < self.to_at):
            return "excused"
        return "unseen" if self.unseen and self.state != "absent" else "absent"


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """A person who is signed on at a post. `until_at` is when that person's time there ends."""

    account: str
    post: str
    since_at: datetime
    until_at: datetime | None = None


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """A leader's leave for a person to sign on at a post."""

    account: str
    post: str
    until_at: datetime


class Posts(msgspec.Struct, frozen=True, kw_only=True):
    """Who is where, who should be, and what is being handed over."""

    signed_on: dict[str, Presence] = {}
    """By account."""
    places: dict[str, Place] = {}
    """By `place_key`."""
    passes: dict[str, Pass] = {}
    """By account."""
    empty_since: dict[str, datetime] = {}
    """By post: since when nobody has been there although a shift is under way."""
    unmanned: frozenset[str] = frozenset()
    """The posts of which that is on record."""
    left_open: frozenset[str] = frozenset()
    """The accounts whose sign-off is lacking, as is on record."""
    relief_missing: frozenset[str] = frozenset()
    """The posts whose relief did not come, as is on record."""
    handovers: dict[str, Handover] = {}
    """By post: those that are not finished."""
    handover_count: int = 0
    unsigned: frozenset[str] = frozenset()
    """The posts at which nobody signs on."""

    @property
    def present(self) -> dict[str, tuple[str, ...]]:
        """By post: the accounts of those who are there, the longest first."""
        found: dict[str, tuple[str, ...]] = {}
        for presence in self.signed_on.values():
            found[presence.post] = (*found.get(presence.post, ()), presence.account)
        return found

    def handover(self, handover_id: str) -> Handover | None:
        return next((each for each in self.handovers.values() if each.id == handover_id), None)

    def at(self, post: str) -> list[Place]:
        """The running places of a post."""
        return [place for place in self.places.values() if place.post == post and place.running]


OwnEvent = PresenceEvent | HandoverEvent
SharedEvent = RosterLoaded | ShiftBegun | ShiftEnded | HubStarted
"""Events of others that are followed here, too."""


def place_key(post: str, shift: str, team: str, from_at: datetime, account: str) -> str:
    """What tells places apart."""
    return f"{post}|{shift}|{team}|{from_at.isoformat()}|{account}"


def follow(posts: Posts, record: Record, event: OwnEvent | SharedEvent) -> Posts:
    """The posts after one more event."""
    match event:
        case RosterLoaded():
            return _under(posts, record, event.roster)
        case HubStarted():
            return replace(posts, places={key: _waiting_anew(place, record) for key, place in posts.places.items()})
        case ShiftBegun():
            return _begun(posts, record, event) if event.post not in posts.unsigned else posts
        case ShiftEnded():
            return _ended(posts, record, event)
        case PostSignedOn():
            return _signed_on(posts, record, event)
        case PostSignedOff():
            return _signed_off(posts, record, event)
        case PostLate() | PostAbsent():
            key = _place_of(posts, event.account, event.post, event.shift)
            state: PlaceState = "late" if isinstance(event, PostLate) else "absent"
            return _with(posts, key, replace(posts.places[key], state=state)) if key else posts
        case PostCovered():
            return _covered(posts, record, event)
        case PostAttendance():
            key = place_key(event.post, event.shift, event.team, event.from_at, event.account)
            return replace(posts, places=_without(posts.places, key))
        case PostUnmanned():
            return replace(posts, unmanned=posts.unmanned | {event.post})
        case PostManned():
            return replace(posts, unmanned=posts.unmanned - {event.post})
        case PostLeftOpen():
            return replace(posts, left_open=posts.left_open | {event.account})
        case PostClosed():
            return replace(posts, left_open=posts.left_open - {event.place.rpartition(" ")[2]})
        case ReliefMissing():
            return replace(posts, relief_missing=posts.relief_missing | {event.post})
        case ReliefCame():
            return replace(posts, relief_missing=posts.relief_missing - {event.post})
        case HandoverBegun():
            handovers = followed(posts.handovers, record, event)
            return replace(posts, handovers=handovers, handover_count=posts.handover_count + 1)
        case _ if isinstance(event, HandoverEvent):
            return replace(posts, handovers=followed(posts.handovers, record, event))
        case _:
            return posts


def _under(posts: Posts, record: Record, roster: Roster) -> Posts:
    """Where nobody signs on from now on, nobody is waited for either."""
    unsigned = frozenset(post.id for post in roster.posts if not post.sign_on)
    places = {
        key: replace(place, ended_at=record.seen_at) if place.post in unsigned and place.running else place
        for key, place in posts.places.items()
    }
    return _emptied(replace(posts, unsigned=unsigned, places=places), record)


def _waiting_anew(place: Place, record: Record) -> Place:
    """While the hub was down nobody could sign on: the grace begins anew."""
    if place.running and place.state in ("expected", "late"):
        return replace(place, expected_at=max(place.expected_at, record.seen_at), unseen=True)
    return place


def _begun(posts: Posts, record: Record, event: ShiftBegun) -> Posts:
    places = dict(posts.places)
    people = dict(posts.signed_on)
    for account in event.people:
        key = place_key(event.post, event.shift, event.team, event.from_at, account)
        known = places.get(key)
        if known is not None:  # the roster was changed, and the person is in the shift as before
            places[key] = replace(known, ended_at=None, to_at=event.to_at)
            continue
        there = people.get(account)
        here = there if there is not None and there.post == event.post and not event.passed else None
        places[key] = Place(
            post=event.post,
            account=account,
            shift=event.shift,
            shift_name=event.shift_name,
            team=event.team,
            from_at=event.from_at,
            to_at=event.to_at,
            expected_at=max(event.from_at, record.seen_at),
            state="present" if here is not None else "expected",
            on_at=here.since_at if here is not None else None,
            unseen=event.passed,
        )
        if here is not None:
            people[account] = replace(here, until_at=event.to_at)
    return _emptied(replace(posts, places=places, signed_on=people), record)


def _ended(posts: Posts, record: Record, event: ShiftEnded) -> Posts:
    places = dict(posts.places)
    for account in event.people:
        key = place_key(event.post, event.shift, event.team, event.from_at, account)
        if key in places:
            ended_at = event.to_at if event.passed else record.seen_at
            places[key] = replace(places[key], ended_at=ended_at)
    return _emptied(replace(posts, places=places), record)


def _signed_on(posts: Posts, record: Record, event: PostSignedOn) -> Posts:
    presence = Presence(account=event.account, post=event.post, since_at=record.seen_at, until_at=event.until_at)
    after = replace(posts, signed_on={**posts.signed_on, event.account: presence})
    for key, place in posts.places.items():
        if (place.post, place.account) != (event.post, event.account) or not place.running:
            continue
        late = place.late or (event.how == "late" and place.on_at is None)
        first = place.on_at is None
        came = replace(
            place,
            state="came" if late else "present",
            late=late,
            late_s=event.by_s if first and event.how == "late" else place.late_s,
            on_at=record.seen_at if first else place.on_at,
            off_at=None,
            early_s=0.0,
        )
        after = _with(after, key, came)
    return _emptied(after, record)


def _signed_off(posts: Posts, record: Record, event: PostSignedOff) -> Posts:
    after = replace(posts, signed_on=_without(posts.signed_on, event.account))
    for key, place in posts.places.items():
        mine = (place.post, place.account) == (event.post, event.account) and place.running
        if mine and place.state in ("present", "came"):
            left = replace(place, state="left", early_s=event.by_s, off_at=record.seen_at if event.by_s else None)
            after = _with(after, key, left)
    return _emptied(after, record)


def _covered(posts: Posts, record: Record, event: PostCovered) -> Posts:
    leave = Pass(account=event.account, post=event.post, until_at=event.until_at)
    places = {
        key: replace(place, excused=True, state="expected" if place.waited_for else place.state)
        if (place.post, place.account) == (event.post, event.instead_of) and place.running
        else place
        for key, place in posts.places.items()
    }
    passes = {account: known for account, known in posts.passes.items() if known.until_at > record.seen_at}
    return replace(posts, passes={**passes, event.account: leave}, places=places)


def _emptied(posts: Posts, record: Record) -> Posts:
    """`empty_since` as it follows from who is there and which shifts are under way."""
    there = {presence.post for presence in posts.signed_on.values()}
    running: dict[str, datetime] = {}
    for place in posts.places.values():
        if place.running and place.post not in there:
            running[place.post] = min(place.expected_at, running.get(place.post, place.expected_at))
    since = {post: posts.empty_since.get(post, max(at, record.seen_at)) for post, at in running.items()}
    return posts if since == posts.empty_since else replace(posts, empty_since=since)


def _place_of(posts: Posts, account: str, post: str, shift: str) -> str:
    for key, place in posts.places.items():
        if (place.account, place.post, place.shift) == (account, post, shift) and place.running:
            return key
    return ""


def _with(posts: Posts, key: str, place: Place) -> Posts:
    return replace(posts, places={**posts.places, key: place})


def _without(items: dict[str, V], key: str) -> dict[str, V]:
    return {name: value for name, value in items.items() if name != key}
