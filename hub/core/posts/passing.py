"""What the passing of time says of posts: who is late or absent, verdicts, posts without anybody, relief that does not
come, sign-offs that are lacking."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from hub.core.duty.roster import Post
from hub.core.duty.words import name_of, names_of
from hub.core.event import Event
from hub.core.posts.events import (
    PostAbsent,
    PostAttendance,
    PostClosed,
    PostLate,
    PostLeftOpen,
    PostManned,
    PostUnmanned,
    ReliefCame,
    ReliefMissing,
)
from hub.core.posts.model import Place, Posts, Presence
from hub.core.posts.saying import about, no_longer, place_name, post_name
from hub.core.state import State
from hub.core.text import Text


def due(state: State, now: datetime) -> list[Event]:
    """Lateness, absence, verdicts, posts without anybody, relief that does not come, sign-offs that are lacking."""
    posts = state.posts
    if not (posts.places or posts.signed_on or posts.unmanned or posts.relief_missing):
        return []
    found: list[Event] = []
    for place in posts.places.values():
        at = _place_due(state, place)
        if at is not None and at <= now:
            found += _of_place(state, place)
    for post, at in _unmanned_due(state):
        if at <= now:
            names = names_of(state.duty.file, tuple(place.account for place in posts.at(post)))
            found.append(
                PostUnmanned(post=post, post_name=post_name(state, post), since_at=posts.empty_since[post], names=names)
            )
    found += [
        PostManned(post=post, post_name=post_name(state, post))
        for post in sorted(posts.unmanned)
        if post not in posts.empty_since
    ]
    found += _on_duty_again(state)
    for there, at in _left_open_due(state):
        if at <= now and there.until_at is not None:
            found.append(
                PostLeftOpen(
                    place=place_name(there.post, there.account),
                    post=there.post,
                    post_name=post_name(state, there.post),
                    account=there.account,
                    name=name_of(state.duty.file, there.account),
                    until_at=there.until_at,
                )
            )
    return [*found, *_relief(state, now)]


def next_due(state: State) -> Iterable[datetime]:
    posts = state.posts
    yield from (at for place in posts.places.values() if (at := _place_due(state, place)) is not None)
    yield from (at for _, at in _unmanned_due(state))
    yield from (at for _, at in _left_open_due(state))
    late = timedelta(seconds=state.duty.file.late_s)
    for post, relief in _awaited(posts).items():
        if post not in posts.relief_missing:
            yield max(place.expected_at for place in relief) + late


def _place_due(state: State, place: Place) -> datetime | None:
    if place.ended_at is not None:
        return place.ended_at
    if place.excused or place.state not in ("expected", "late"):
        return None
    wait_s = state.duty.file.late_s if place.state == "expected" else state.duty.file.absent_s
    return place.expected_at + timedelta(seconds=wait_s)


def _of_place(state: State, place: Place) -> list[Event]:
    post = state.duty.file.post(place.post) or Post(id=place.post, name=Text(en=place.post))
    name = name_of(state.duty.file, place.account)
    if not place.running:
        attendance = PostAttendance(
            **about(post, place.account, name),
            shift=place.shift,
            shift_name=place.shift_name,
            team=place.team,
            from_at=place.from_at,
            to_at=place.to_at,
            verdict=place.verdict,
            late_s=place.late_s,
            early_s=place.early_s,
            on_at=place.on_at,
            off_at=place.off_at,
        )
        return [*no_longer(place, name, post, "ended"), attendance]
    fields: dict[str, Any] = {
        "place": place_name(place.post, place.account),
        **about(post, place.account, name),
        "shift": place.shift,
        "shift_name": place.shift_name,
        "from_at": place.from_at,
    }
    if place.state == "expected":
        return [PostLate(**fields)]
    return [*no_longer(place, name, post, "absent"), PostAbsent(**fields)]


def _unmanned_due(state: State) -> Iterator[tuple[str, datetime]]:
    late = timedelta(seconds=state.duty.file.late_s)
    posts = state.posts
    return ((post, since + late) for post, since in posts.empty_since.items() if post not in posts.unmanned)


def _left_open_due(state: State) -> Iterator[tuple[Presence, datetime]]:
    """Those whose time is over and who are needed no longer: somebody of the running shift is there, or none runs."""
    posts = state.posts
    wait = timedelta(seconds=state.duty.file.absent_s)
    for there in posts.signed_on.values():
        if there.until_at is None or there.account in posts.left_open:
            continue
        running = posts.at(there.post)
        if any(place.account == there.account for place in running):
            continue
        came = [place.on_at for place in running if place.state in ("present", "came") and place.on_at is not None]
        if not running or came:
            # Who had to wait for the relief is not late with signing off in the moment in which it comes.
            yield there, max(there.until_at, min(came, default=there.until_at)) + wait


def _on_duty_again(state: State) -> Iterator[Event]:
    """Those whose sign-off was lacking, and whose next shift at the post has begun: they are there by it."""
    posts = state.posts
    for account in sorted(posts.left_open):
        there = posts.signed_on.get(account)
        if there is not None and any(place.account == account for place in posts.at(there.post)):
            name = name_of(state.duty.file, account)
            yield PostClosed(place=place_name(there.post, account), post_name=post_name(state, there.post), name=name)


def _awaited(posts: Posts) -> dict[str, list[Place]]:
    """By post at which somebody of an earlier shift waits: the places of those who should have come, if none did.

    Whoever stands in for them relieves those who wait, too: the time of that person goes on into the shift.
    """
    found: dict[str, list[Place]] = {}
    for there in posts.signed_on.values():
        running = posts.at(there.post)
        mine = any(place.account == there.account for place in running)
        if not mine and running and all(place.waited_for for place in running):
            found[there.post] = running
    held = {
        there.post
        for there in posts.signed_on.values()
        if there.post in found and there.until_at is not None
        if there.until_at > min(place.from_at for place in found[there.post])
    }
    return {post: running for post, running in found.items() if post not in held}


def _relief(state: State, now: datetime) -> Iterator[Event]:
    posts, roster = state.posts, state.duty.file
    late = timedelta(seconds=roster.late_s)
    awaited = _awaited(posts)
    for post, relief in awaited.items():
        since = max(place.expected_at for place in relief)
        if post in posts.relief_missing or since + late > now:
            continue
        people = tuple(place.account for place in relief)
        waiting = posts.present.get(post, ())
        yield ReliefMissing(
            post=post,
            post_name=post_name(state, post),
            relief=list(people),
            relief_names=names_of(roster, people),
            waiting=list(waiting),
            waiting_names=names_of(roster, waiting),
            since_at=since,
        )
    for post in sorted(posts.relief_missing - awaited.keys()):
        yield ReliefCame(post=post, post_name=post_name(state, post))
