"""Signing on and off, and covering. What time alone brings is in `hub.core.posts.passing`."""

from datetime import datetime, timedelta

from hub.core.duty.decisions import stints_between
from hub.core.duty.roster import Post, Stint
from hub.core.duty.words import name_of
from hub.core.event import Event
from hub.core.posts.commands import CoverPost, EndPresence, SignOff, SignOn
from hub.core.posts.events import (
    PostClosed,
    PostCovered,
    PostManned,
    PostSignedOff,
    PostSignedOn,
    ReliefCame,
)
from hub.core.posts.fitness import require_fit
from hub.core.posts.model import Presence
from hub.core.posts.saying import about, no_longer, place_name
from hub.core.state import State
from hub.core.text import Text
from hub.errors import NotAllowed, NotFound, WrongState

EARLIEST = timedelta(hours=1)
"""How long before a shift somebody may sign on."""
LONGEST_COVER = timedelta(hours=24)


def sign_on(state: State, command: SignOn, who: str, now: datetime) -> list[Event]:
    return signing_on(state, _post(state, command.post), who, now)


def signing_on(state: State, post: Post, who: str, now: datetime, *, handover: str = "") -> list[Event]:
    """The events by which a person is at a post, and what that ends. Raises `Refused`."""
    posts = state.posts
    there = posts.signed_on.get(who)
    if there is not None and there.post == post.id:
        return []
    require_fit(state, post, who, now)
    leave = posts.passes.get(who)
    covering = leave is not None and leave.post == post.id and leave.until_at > now
    place = next((each for each in posts.at(post.id) if each.account == who), None)
    coming = None if place is not None else _coming(state, post.id, who, now)
    name = name_of(state.duty.file, who)
    if place is None and coming is None and not covering:
        raise NotAllowed(
            f"{name.en} is not rostered at {post.name.en} now.", hint="A leader can allow it: `hub duty cover`."
        )
    events: list[Event] = []
    if there is not None:
        other = _post(state, there.post)
        if not covering:
            raise WrongState(
                f"{name.en} is signed on at {other.name.en}.",
                hint="Sign off there first, or have a leader cover it: `hub duty cover`.",
            )
        events += _leaving(state, there, PostSignedOff(**about(other, who, name), how="moved", reason=post.id))
    late = timedelta(seconds=state.duty.file.late_s)
    signed = PostSignedOn(**about(post, who, name), how="in_time", by_handover=handover)
    if place is not None:
        by_s = (now - place.expected_at).total_seconds() if place.on_at is None else 0.0
        is_late = place.on_at is None and now >= place.expected_at + late
        signed = PostSignedOn(
            **about(post, who, name),
            how="late" if is_late else "in_time",
            by_s=max(0.0, by_s) if is_late else 0.0,
            until_at=place.to_at,
            by_handover=handover,
        )
    elif coming is not None:
        by_s = max(0.0, (coming.from_at - now).total_seconds())
        signed = PostSignedOn(
            **about(post, who, name), how="early", by_s=by_s, until_at=coming.to_at, by_handover=handover
        )
    elif leave is not None:
        signed = PostSignedOn(**about(post, who, name), how="cover", until_at=leave.until_at, by_handover=handover)
    events.append(signed)
    if place is not None:
        events += no_longer(place, name, post, "came")
    if post.id in posts.unmanned:
        events.append(PostManned(post=post.id, post_name=post.name))
    if post.id in posts.relief_missing and (place is not None or covering):
        events.append(ReliefCame(post=post.id, post_name=post.name))
    return events


def sign_off(state: State, command: SignOff, who: str, now: datetime) -> list[Event]:
    there = state.posts.signed_on.get(who)
    post = _post(state, command.post)
    if there is None or there.post != post.id:
        raise WrongState(f"You are not signed on at {post.name.en}.", hint="`hub duty now` shows who is where.")
    name = name_of(state.duty.file, who)
    early_s = _early_s(state, there, now)
    if early_s and not command.reason:
        raise WrongState(
            f"Your shift ends in {early_s / 60:.0f} min.", hint="Whoever leaves before the end gives a reason."
        )
    if early_s:
        off = PostSignedOff(**about(post, who, name), how="early", by_s=early_s, reason=command.reason)
    elif _unrelieved(state, there, now):
        if not command.reason:
            raise WrongState(
                f"Nobody has relieved you at {post.name.en} yet.",
                hint="Stay until somebody has signed on, or give the reason why you leave the post.",
            )
        off = PostSignedOff(**about(post, who, name), how="unrelieved", reason=command.reason)
    else:
        off = PostSignedOff(**about(post, who, name), how="in_time", reason=command.reason)
    return _leaving(state, there, off)


def end_presence(state: State, command: EndPresence, who: str, now: datetime) -> list[Event]:
    if command.account not in state.posts.signed_on:
        raise NotFound(f"{command.account} is not signed on anywhere.", hint="`hub duty now` shows who is where.")
    return signing_off(state, command.account, command.reason, now)


def signing_off(state: State, account: str, reason: str, now: datetime) -> list[Event]:
    """The events by which somebody else ends a person's presence, wherever that is; none where there is none."""
    there = state.posts.signed_on.get(account)
    if there is None:
        return []
    # The roster may have been changed meanwhile.
    post = state.duty.file.post(there.post) or Post(id=there.post, name=Text(en=there.post))
    name = name_of(state.duty.file, account)
    early_s = _early_s(state, there, now)
    off = PostSignedOff(**about(post, account, name), how="by_leader", by_s=early_s, reason=reason)
    return _leaving(state, there, off)


def relieved(state: State, post: Post, who: str, now: datetime) -> list[Event]:
    """Whoever handed the post over is signed off by it."""
    there = state.posts.signed_on.get(who)
    if there is None or there.post != post.id:
        return []
    off = PostSignedOff(**about(post, who, name_of(state.duty.file, who)), how="relieved")
    return _leaving(state, there, off)


def cover(state: State, command: CoverPost, who: str, now: datetime) -> list[Event]:
    post = _post(state, command.post)
    roster = state.duty.file
    if roster.person(command.account) is None:
        raise NotFound(f"There is no person {command.account} in the roster.", hint="See `hub roster show`.")
    if command.account == who:
        raise NotAllowed("Nobody covers a post by their own word.", hint="Ask another leader.")
    running = state.posts.at(post.id)
    if command.instead_of and not any(place.account == command.instead_of for place in running):
        raise NotFound(
            f"{command.instead_of} has no shift at {post.name.en} now.", hint="`hub duty now` shows who has."
        )
    require_fit(state, post, command.account, now)
    until_at = command.until_at or max((place.to_at for place in running), default=now + LONGEST_COVER / 2)
    if not now < until_at <= now + LONGEST_COVER:
        raise WrongState("A cover ends within 24 hours.", hint="For a longer time change the roster.")
    excused = [
        event
        for place in running
        if place.account == command.instead_of
        for event in no_longer(place, name_of(roster, place.account), post, "excused")
    ]
    covered = PostCovered(
        **about(post, command.account, name_of(roster, command.account)),
        instead_of=command.instead_of,
        until_at=until_at,
        reason=command.reason,
    )
    return [covered, *excused]


# --- parts ------------------------------------------------------------------------------------------------------------


def _leaving(state: State, there: Presence, off: PostSignedOff) -> list[Event]:
    if there.account not in state.posts.left_open:
        return [off]
    closed = PostClosed(place=place_name(off.post, off.account), post_name=off.post_name, name=off.name)
    return [off, closed]


def _early_s(state: State, there: Presence, now: datetime) -> float:
    """Seconds by which the person would leave early; 0 within the grace, and for those who are not rostered."""
    mine = [place.to_at for place in state.posts.at(there.post) if place.account == there.account]
    left_s = (max(mine) - now).total_seconds() if mine else 0.0
    return left_s if left_s > state.duty.file.late_s else 0.0


def _unrelieved(state: State, there: Presence, now: datetime) -> bool:
    """Nobody else is there, and somebody should come."""
    if len(state.posts.present.get(there.post, ())) > 1 or there.post in state.posts.unsigned:
        return False
    if any(place.account != there.account for place in state.posts.at(there.post)):
        return True
    soon = now + timedelta(seconds=state.duty.file.late_s)
    return any(
        stint.post == there.post and stint.from_at <= soon < stint.to_at and set(stint.people) - {there.account}
        for stint in stints_between(state, now, soon + timedelta(seconds=1))
    )


def _coming(state: State, post: str, who: str, now: datetime) -> Stint | None:
    return next(
        (
            stint
            for stint in stints_between(state, now, now + EARLIEST)
            if stint.post == post and who in stint.people and now - timedelta(minutes=1) < stint.from_at
        ),
        None,
    )


def _post(state: State, post_id: str) -> Post:
    post = state.duty.file.post(post_id)
    if post is None:
        raise NotFound(f"There is no post {post_id} in the roster.", hint="`hub duty now` shows those there are.")
    return post
