"""What the API says of duty: posts and who is there, shifts, exchanges, handovers, attendance."""

from datetime import date, datetime
from typing import Literal

import msgspec

from hub.core.duty.swaps import Swap, SwapState
from hub.core.posts.commands import RoomAnswer
from hub.core.posts.events import Verdict
from hub.core.posts.handover import HandoverState
from hub.core.posts.model import PlaceState
from hub.core.posts.sheet import Change, Sheet
from hub.core.rounds.kinds import AnyItem
from hub.core.text import Text

OnPostState = PlaceState | Literal["excused", "staying"]
"""As a place stands; `excused`: a leader let somebody stand in; `staying`: there still, though the
time is over. Who signed on early, or stands in, is `present`."""


class PersonOnDuty(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in the roster."""

    account: str
    name: Text


class OnPost(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is at a post, or should be."""

    account: str
    name: Text
    state: OnPostState
    present: bool
    since_at: datetime | None = None
    """Since when the person is there."""
    shift_name: Text | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None


class PostView(msgspec.Struct, frozen=True, kw_only=True):
    """A post as it is now."""

    post: str
    name: Text
    sign_on: bool
    """Whether people sign on here at all."""
    people: list[OnPost]
    unmanned: bool = False
    relief_missing: bool = False
    handover: str = ""
    """The handover that is not finished; empty for none."""
    handover_state: HandoverState | Literal[""] = ""


class SwapView(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange of shifts that is not decided. `asks_me`: the reader is asked to agree, or may approve."""

    swap: Swap
    state: SwapState


class ShiftView(msgspec.Struct, frozen=True, kw_only=True):
    """One team's shift at one post."""

    post: str
    post_name: Text
    shift: str
    shift_name: Text
    team: str
    on: date
    from_at: datetime
    to_at: datetime
    people: list[PersonOnDuty]
    away: list[PersonOnDuty] = []
    """Rostered, and on leave."""


class DutyView(msgspec.Struct, frozen=True, kw_only=True):
    """Who watches which post now and next, as one person sees it."""

    at: datetime
    me: str
    posts: list[PostView]
    next: list[ShiftView]
    """The next shift of each post."""
    mine: list[ShiftView]
    """The reader's shifts of the next 14 days, the running one included."""
    my_post: str = ""
    """Where the reader is signed on; empty for nowhere."""
    sign_on_at: str = ""
    """Where the reader can sign on now; empty for nowhere."""
    swaps: list[SwapView] = []
    people: list[PersonOnDuty] = []
    """Everybody in the roster."""


class HandoverView(msgspec.Struct, frozen=True, kw_only=True):
    """A handover that is not finished, with the sheet as it is now. `digest` is what a signature must name."""

    handover: str
    post: str
    post_name: Text
    state: HandoverState
    begun_by: str
    begun_by_name: Text
    begun_at: datetime
    sheet: Sheet
    digest: str
    changes: list[Change]
    """What is different from the sheet that was signed, or made at the beginning."""
    waiting: list[str]
    """Critical alarms that nobody acknowledged and no leader lets be: with them nobody can sign."""
    allowed: list[str] = []
    allowed_because: str = ""
    items: list[AnyItem] = []
    """What is asked about the room."""
    room: list[RoomAnswer] = []
    signed_by: str = ""
    signed_by_name: Text | None = None
    signed_at: datetime | None = None
    note: str = ""


class PastHandover(msgspec.Struct, frozen=True, kw_only=True):
    """A handover that was finished. `seq` is the journal's record of the second signature."""

    seq: int
    handover: str
    post: str
    post_name: Text
    at: datetime
    outgoing: str
    outgoing_name: Text
    incoming: str
    incoming_name: Text
    sheet: Sheet
    since_signed: list[Change]
    room: list[RoomAnswer]
    note: str


class AttendanceEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one place in a shift; `seq` is the record that says so."""

    seq: int
    account: str
    name: Text
    post: str
    post_name: Text
    shift_name: Text
    from_at: datetime
    to_at: datetime
    verdict: Verdict
    late_s: float
    early_s: float
    on_at: datetime | None
    off_at: datetime | None


class AttendanceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A person's shifts of a month, counted. Each is one of attended, late, absent, unseen and excused; who left early
    attended or was late, too."""

    account: str
    name: Text
    shifts: int
    attended: int
    late: int
    absent: int
    unseen: int
    excused: int
    left_early: int
    late_s: float
    early_s: float


class AttendanceView(msgspec.Struct, frozen=True, kw_only=True):
    """A month. `whole` is False where more shifts ended than are read at once (20,000)."""

    month: str
    rows: list[AttendanceRow]
    entries: list[AttendanceEntry]
    whole: bool = True
