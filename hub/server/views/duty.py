"""What a person sees of duty: from the state, and from the journal for what is over. Pure but for `History`."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import cast

from hub.client.duty_views import (
    AttendanceEntry,
    AttendanceRow,
    AttendanceView,
    DutyView,
    HandoverView,
    OnPost,
    OnPostState,
    PastHandover,
    PersonOnDuty,
    PostView,
    ShiftView,
    SwapView,
)
from hub.core.duty.decisions import stints_between, zone_of
from hub.core.duty.roster import Post, Roster, Stint
from hub.core.duty.words import name_of
from hub.core.event import Record, wire_name
from hub.core.people.account import Account
from hub.core.posts.events import PostAttendance, Verdict
from hub.core.posts.handing import current_sheet
from hub.core.posts.handover import Handover
from hub.core.posts.handover_events import HandoverEvent, HandoverTaken
from hub.core.posts.model import Place, Presence
from hub.core.posts.presence import EARLIEST
from hub.core.posts.room import room_items
from hub.core.posts.sheet import changes, digest_of
from hub.core.posts.sheet_lines import waiting_alarms
from hub.core.state import State
from hub.core.text import Text
from hub.core.walltime import midnight
from hub.server.concerns import History

MY_DAYS = 14
MOST_READ = 20_000
"""Records of attendance that are read for one month."""
_PAGE = 1000
_DAY = timedelta(days=1)


def posts_now(state: State) -> list[PostView]:
    """Every post, with who is there and who should be."""
    return [_post(state, post) for post in state.duty.file.posts]


def swaps_now(state: State) -> list[SwapView]:
    """The exchanges that are not decided, the most urgent first."""
    swaps = sorted(state.duty.swaps.values(), key=lambda swap: (swap.expires_at, swap.id))
    return [SwapView(swap=swap, state=swap.state) for swap in swaps]


def duty_view(account: Account, state: State, now: datetime) -> DutyView:
    """Who watches which post now and next, for one person."""
    me, roster = account.id, state.duty.file
    stints = stints_between(state, now, now + MY_DAYS * _DAY)
    following: dict[str, Stint] = {}
    for stint in stints:
        if stint.from_at > now and stint.people:
            following.setdefault(stint.post, stint)
    mine = [stint for stint in stints if me in stint.people]
    there = state.posts.signed_on.get(me)
    return DutyView(
        at=now,
        me=me,
        posts=posts_now(state),
        next=[shift_view(roster, stint) for stint in following.values()],
        mine=[shift_view(roster, stint) for stint in mine],
        my_post=there.post if there is not None else "",
        sign_on_at=_sign_on_at(state, me, mine, now),
        swaps=swaps_now(state),
        people=_people(roster, [person.id for person in roster.people]),
    )


def calendar(state: State, first: date, days: int) -> list[ShiftView]:
    """Every shift that begins on one of `days` days from `first` on."""
    zone = zone_of(state)
    stints = stints_between(state, midnight(first, zone), midnight(first + days * _DAY, zone))
    return [shift_view(state.duty.file, stint) for stint in stints if first <= stint.on < first + days * _DAY]


def shift_view(roster: Roster, stint: Stint) -> ShiftView:
    post = roster.post(stint.post)
    shift = next((each for each in roster.shifts if each.id == stint.shift), None)
    return ShiftView(
        post=stint.post,
        post_name=post.name if post is not None else Text(en=stint.post),
        shift=stint.shift,
        shift_name=shift.name if shift is not None else Text(en=stint.shift),
        team=stint.team,
        on=stint.on,
        from_at=stint.from_at,
        to_at=stint.to_at,
        people=_people(roster, stint.people),
        away=_people(roster, [place.person for place in stint.places if place.on_leave]),
    )


def handover_view(state: State, handover: Handover) -> HandoverView:
    """An open handover with its sheet as of now."""
    roster = state.duty.file
    post = roster.post(handover.post)
    sheet = current_sheet(state, handover)
    return HandoverView(
        handover=handover.id,
        post=handover.post,
        post_name=post.name if post is not None else Text(en=handover.post),
        state=handover.state,
        begun_by=handover.begun_by,
        begun_by_name=name_of(roster, handover.begun_by),
        begun_at=handover.begun_at,
        sheet=sheet,
        digest=digest_of(sheet),
        changes=changes(handover.sheet, sheet),
        waiting=[each for each in waiting_alarms(state, sheet.cameras) if each not in handover.allowed],
        allowed=list(handover.allowed),
        allowed_because=handover.allowed_because,
        items=room_items(state),
        room=list(handover.room),
        signed_by=handover.signed_by,
        signed_by_name=name_of(roster, handover.signed_by) if handover.signed_by else None,
        signed_at=handover.signed_at,
        note=handover.note,
    )


def handovers_now(account: Account, state: State) -> list[HandoverView]:
    """The open handovers of whose cameras the person may know."""
    views = (handover_view(state, handover) for handover in state.posts.handovers.values())
    domains = {camera.id: camera.domain for camera in state.site.cameras}
    return [view for view in views if {domains[each] for each in view.sheet.cameras} <= set(account.domains)]


def past_handovers(
    history: History, account: Account, *, post: str, limit: int, before: int | None
) -> list[PastHandover]:
    """The finished handovers, newest first, going back 1,000 of them at most. It reads the journal."""
    records = history.read_last(_PAGE if post else limit, types=[wire_name(HandoverTaken)], before=before)
    found = [
        _past(record, cast(HandoverTaken, record.event))
        for record in reversed(records)
        if may_read_handover(account, cast(HandoverTaken, record.event))
    ]
    return [each for each in found if post in ("", each.post)][:limit]


def may_read_handover(account: Account, event: HandoverEvent) -> bool:
    """A sheet names the cameras of its post: it is for people with rights in all their domains."""
    return set(getattr(event, "domains", ())) <= set(account.domains)


def attendance(history: History, state: State, month: date, account: str = "") -> AttendanceView:
    """What became of everybody's shifts that began in a month of the site. It reads the journal."""
    zone = zone_of(state)
    following = (month.replace(day=28) + 4 * _DAY).replace(day=1)
    begin, end = midnight(month, zone), midnight(following, zone)
    entries: list[AttendanceEntry] = []
    before: int | None = None
    read = 0
    while read < MOST_READ:
        page = history.read_last(_PAGE, types=[wire_name(PostAttendance)], before=before)
        read += len(page)
        for record in page:
            event = cast(PostAttendance, record.event)
            if begin <= event.from_at < end and account in ("", event.account):
                entries.append(_entry(record, event))
        # A verdict is put on record when its shift ends, never before it began.
        if len(page) < _PAGE or page[0].seen_at < begin:
            break
        before = page[0].seq
    entries.sort(key=lambda entry: (entry.from_at, entry.post, entry.account))
    return AttendanceView(month=f"{month:%Y-%m}", rows=_counted(entries), entries=entries, whole=read < MOST_READ)


def _counted(entries: Iterable[AttendanceEntry]) -> list[AttendanceRow]:
    by_person: dict[str, list[AttendanceEntry]] = {}
    for entry in entries:
        by_person.setdefault(entry.account, []).append(entry)

    def count(mine: Sequence[AttendanceEntry], verdict: Verdict) -> int:
        return sum(entry.verdict == verdict for entry in mine)

    return [
        AttendanceRow(
            account=account,
            name=mine[-1].name,
            shifts=len(mine),
            attended=count(mine, "attended"),
            late=count(mine, "late"),
            absent=count(mine, "absent"),
            unseen=count(mine, "unseen"),
            excused=count(mine, "excused"),
            left_early=sum(entry.early_s > 0 for entry in mine),
            late_s=sum(entry.late_s for entry in mine),
            early_s=sum(entry.early_s for entry in mine),
        )
        for account, mine in sorted(by_person.items())
    ]


def _entry(record: Record, event: PostAttendance) -> AttendanceEntry:
    return AttendanceEntry(
        seq=record.seq,
        account=event.account,
        name=event.name,
        post=event.post,
        post_name=event.post_name,
        shift_name=event.shift_name,
        from_at=event.from_at,
        to_at=event.to_at,
        verdict=event.verdict,
        late_s=event.late_s,
        early_s=event.early_s,
        on_at=event.on_at,
        off_at=event.off_at,
    )


def _past(record: Record, event: HandoverTaken) -> PastHandover:
    return PastHandover(
        seq=record.seq,
        handover=event.handover,
        post=event.post,
        post_name=event.post_name,
        at=record.seen_at,
        outgoing=event.outgoing,
        outgoing_name=event.outgoing_name,
        incoming=event.account,
        incoming_name=event.name,
        sheet=event.sheet,
        since_signed=event.since_signed,
        room=event.room,
        note=event.note,
    )


def _post(state: State, post: Post) -> PostView:
    posts = state.posts
    places = posts.at(post.id)
    rostered = {place.account for place in places}
    people = [_of_place(state, place) for place in places]
    if not post.sign_on:
        people = [
            OnPost(account=account, name=name_of(state.duty.file, account), state="expected", present=False)
            for account in state.duty.at_post(post.id)
        ]
        rostered = {each.account for each in people}
    people += [
        OnPost(
            account=there.account,
            name=name_of(state.duty.file, there.account),
            state="present" if _in_time(state, there) else "staying",
            present=True,
            since_at=there.since_at,
            to_at=there.until_at,
        )
        for there in posts.signed_on.values()
        if there.post == post.id and there.account not in rostered
    ]
    handover = posts.handovers.get(post.id)
    return PostView(
        post=post.id,
        name=post.name,
        sign_on=post.sign_on,
        people=people,
        unmanned=post.id in posts.unmanned,
        relief_missing=post.id in posts.relief_missing,
        handover=handover.id if handover is not None else "",
        handover_state=handover.state if handover is not None else "",
    )


def _in_time(state: State, there: Presence) -> bool:
    """Whether the time of somebody who is there is not over: early, or standing in."""
    return there.until_at is not None and state.at is not None and state.at < there.until_at


def _of_place(state: State, place: Place) -> OnPost:
    there = state.posts.signed_on.get(place.account)
    here = there is not None and there.post == place.post
    shown: OnPostState = "excused" if place.excused and place.waited_for is False and not here else place.state
    return OnPost(
        account=place.account,
        name=name_of(state.duty.file, place.account),
        state=shown,
        present=here,
        since_at=there.since_at if there is not None and here else None,
        shift_name=place.shift_name,
        from_at=place.from_at,
        to_at=place.to_at,
    )


def _sign_on_at(state: State, me: str, mine: Sequence[Stint], now: datetime) -> str:
    """The post at which a person can sign on by one key: that of the running shift, or of one that begins soon."""
    leave = state.posts.passes.get(me)
    if leave is not None and leave.until_at > now:
        return leave.post
    here = state.posts.signed_on.get(me)
    if here is not None:
        return ""
    return next((stint.post for stint in mine if stint.from_at <= now + EARLIEST), "")


def _people(roster: Roster, accounts: Iterable[str]) -> list[PersonOnDuty]:
    return [PersonOnDuty(account=account, name=name_of(roster, account)) for account in accounts]
