"""Handing a post over: two people sign what stands, and the one who comes is there by it."""

from datetime import datetime, timedelta

from hub.core.duty.roster import Post
from hub.core.duty.words import name_of
from hub.core.event import Event
from hub.core.posts.commands import (
    AbandonHandover,
    BeginHandover,
    OverrideHandover,
    SignHandover,
    TakeOver,
)
from hub.core.posts.handover import Handover
from hub.core.posts.handover_events import (
    HandoverAbandoned,
    HandoverBegun,
    HandoverOverridden,
    HandoverSigned,
    HandoverTaken,
)
from hub.core.posts.presence import relieved, signing_on
from hub.core.posts.room import check_room
from hub.core.posts.sheet import Sheet, changes, digest_of
from hub.core.posts.sheet_lines import sheet_of, waiting_alarms
from hub.core.state import State
from hub.errors import NotAllowed, NotFound, WrongState

LONGEST_SHIFT = timedelta(hours=16)
"""The sheet of somebody who is there for longer has the log of so long."""


def current_sheet(state: State, handover: Handover) -> Sheet:
    """The sheet of an open handover as of now."""
    return sheet_of(state, handover.post, since_of(state, handover.begun_by, handover.begun_at))


def since_of(state: State, account: str, at: datetime) -> datetime:
    """From when on the log belongs to the shift of whoever hands over at `at`."""
    there = state.posts.signed_on.get(account)
    return max(there.since_at, at - LONGEST_SHIFT) if there is not None else at - LONGEST_SHIFT


def begin(state: State, command: BeginHandover, who: str, now: datetime) -> list[Event]:
    post = state.duty.file.post(command.post)
    there = state.posts.signed_on.get(who)
    if post is None:
        raise NotFound(f"There is no post {command.post} in the roster.", hint="`hub duty now` shows those there are.")
    if there is None or there.post != post.id:
        raise NotAllowed(
            f"You are not signed on at {post.name.en}.", hint="A post is handed over by somebody who is there."
        )
    sheet = sheet_of(state, post.id, since_of(state, who, now))
    before = state.posts.handovers.get(post.id)
    anew = [HandoverAbandoned(handover=before.id, post=post.id, post_name=post.name, how="anew")] if before else []
    begun = HandoverBegun(
        handover=f"H-{state.posts.handover_count + 1}",
        post=post.id,
        post_name=post.name,
        account=who,
        name=name_of(state.duty.file, who),
        sheet=sheet,
        digest=digest_of(sheet),
        domains=_domains(state, sheet),
    )
    return [*anew, begun]


def sign(state: State, command: SignHandover, who: str, now: datetime) -> list[Event]:
    handover, post = _open(state, command.handover)
    there = state.posts.signed_on.get(who)
    if there is None or there.post != post.id:
        raise NotAllowed(
            f"You are not signed on at {post.name.en}.", hint="A post is handed over by somebody who is there."
        )
    if handover.state == "signed":
        raise WrongState(
            f"{handover.id} is signed already.", hint="Whoever comes signs now; or begin the handover anew."
        )
    sheet = _read_sheet(state, handover, command.digest)
    _no_alarm_waits(state, handover, sheet)
    return [
        HandoverSigned(
            handover=handover.id,
            post=post.id,
            post_name=post.name,
            account=who,
            name=name_of(state.duty.file, who),
            sheet=sheet,
            digest=command.digest,
            room=check_room(state, command.room),
            domains=_domains(state, sheet),
            note=command.note,
        )
    ]


def take(state: State, command: TakeOver, who: str, now: datetime) -> list[Event]:
    handover, post = _open(state, command.handover)
    if handover.state != "signed":
        raise WrongState(
            f"{handover.id} is not signed by whoever goes yet.",
            hint="The one who goes signs first, then the one who comes.",
        )
    if who == handover.signed_by:
        raise NotAllowed("Nobody takes over from themselves.", hint="The second signature is that of whoever comes.")
    sheet = _read_sheet(state, handover, command.digest)
    _no_alarm_waits(state, handover, sheet)
    signed_on = signing_on(state, post, who, now, handover=handover.id)
    taken = HandoverTaken(
        handover=handover.id,
        post=post.id,
        post_name=post.name,
        account=who,
        name=name_of(state.duty.file, who),
        outgoing=handover.signed_by,
        outgoing_name=name_of(state.duty.file, handover.signed_by),
        sheet=sheet,
        digest=command.digest,
        since_signed=changes(handover.sheet, sheet),
        room=list(handover.room),
        domains=_domains(state, sheet),
        note=command.note,
    )
    return [taken, *signed_on, *relieved(state, post, handover.signed_by, now)]


def override(state: State, command: OverrideHandover, who: str, now: datetime) -> list[Event]:
    handover, post = _open(state, command.handover)
    waiting = waiting_alarms(state, current_sheet(state, handover).cameras)
    left = [each for each in waiting if each not in handover.allowed]
    if not left:
        raise WrongState("No critical alarm keeps it from being handed over.", hint="Sign it.")
    return [
        HandoverOverridden(handover=handover.id, post=post.id, post_name=post.name, alarms=left, reason=command.reason)
    ]


def abandon(state: State, command: AbandonHandover, who: str, now: datetime) -> list[Event]:
    handover, post = _open(state, command.handover)
    there = state.posts.signed_on.get(who)
    if who not in (handover.begun_by, handover.signed_by) and (there is None or there.post != post.id):
        raise NotAllowed(f"You are not signed on at {post.name.en}.", hint="Somebody who is there can give it up.")
    return [
        HandoverAbandoned(
            handover=handover.id, post=post.id, post_name=post.name, how="given_up", reason=command.reason
        )
    ]


def _open(state: State, handover_id: str) -> tuple[Handover, Post]:
    handover = state.posts.handover(handover_id)
    if handover is None:
        raise NotFound(f"No handover {handover_id} is open.", hint="`hub duty handover` shows those that are.")
    post = state.duty.file.post(handover.post)
    if post is None:
        raise NotFound(f"There is no post {handover.post} in the roster.", hint="`hub duty now` shows those there are.")
    return handover, post


def _read_sheet(state: State, handover: Handover, digest: str) -> Sheet:
    """The sheet as of now, if it is the one that was read."""
    sheet = current_sheet(state, handover)
    if digest_of(sheet) != digest:
        raise WrongState(
            f"What is handed over with {handover.id} has changed since you read it.",
            hint="Read what changed, and sign again.",
        )
    return sheet


def _no_alarm_waits(state: State, handover: Handover, sheet: Sheet) -> None:
    waiting = [each for each in waiting_alarms(state, sheet.cameras) if each not in handover.allowed]
    if waiting:
        raise WrongState(
            f"Critical alarms are not acknowledged: {', '.join(waiting[:10])}.",
            hint="Acknowledge them first, or have a leader allow the handover with a reason.",
        )


def _domains(state: State, sheet: Sheet) -> list[str]:
    return sorted({camera.domain for camera in state.site.cameras if camera.id in sheet.cameras})
