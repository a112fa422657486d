"""When those at a post are asked, and what: times that nobody can foresee, and pictures to be recognised. Pure."""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo

import msgspec

from hub.core.attention.posts import PostPlan
from hub.core.duty.roster import Roster
from hub.core.duty.shifts import Duty
from hub.core.people.reach import covers
from hub.core.state import State

HANDOVER = timedelta(minutes=5)
"""Nobody is asked so shortly before or after a shift begins or ends."""
CHOICES = 4
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_SHARES = 1 << 64
_DARK = frozenset({"signal.lost", "access.refused", "picture.black"})


class Question(msgspec.Struct, frozen=True):
    """A picture is shown; which of these cameras is it? Without choices: any key will do."""

    shown: str | None = None
    choices: tuple[str, ...] = ()


def plans_of(roster: Roster) -> list[PostPlan]:
    """What a roster asks, post by post; posts of which nothing is asked are left out."""
    asks = roster.attention
    return [
        PostPlan(
            id=post.id,
            name=post.name,
            cameras=list(post.cameras),
            day_s=asks.day_s if post.id in asks.posts else 0.0,
            night_s=asks.night_s if post.id in asks.posts else 0.0,
            night=asks.night,
            patrol_s=post.patrol_s,
        )
        for post in roster.posts
        if post.id in asks.posts or post.patrol_s
    ]


def present(state: State, post: str) -> tuple[str, ...]:
    """The accounts of those who are at a post now: signed on there, or (where nobody signs on) by the roster."""
    return state.duty.at_post(post) if post in state.posts.unsigned else state.posts.present.get(post, ())


def instants(
    plan: PostPlan, secret: bytes, zone: tzinfo, after: datetime, until: datetime
) -> Iterator[tuple[str, datetime]]:
    """When those at a post are to be asked later than `after` and up to `until`, each with a key of its own.

    Time is cut into stretches as long as a check comes on average; within each, one instant follows from the secret.
    Whoever does not know it cannot tell when that is, and after a restart it is the same.
    """
    for every_s, by_night in ((plan.day_s, False), (plan.night_s, True)):
        if every_s <= 0.0:
            continue
        number = int((after - _EPOCH).total_seconds() // every_s)
        while (begin := _EPOCH + timedelta(seconds=number * every_s)) <= until:
            key = f"attention:{plan.id}:{'night' if by_night else 'day'}:{begin.isoformat()}"
            at = begin + timedelta(seconds=every_s * _share(secret, key))
            if after < at <= until and _is_night(plan, at.astimezone(zone).time()) is by_night:
                yield key, at
            number += 1


def may_be_asked(state: State, plan: PostPlan, now: datetime) -> bool:
    """Whether somebody is at the post, nothing is open there, and nobody is just handing over."""
    if any(check.post == plan.id for check in state.attention.checks.values()):
        return False
    return bool(present(state, plan.id)) and not _handing_over(state.duty, plan.id, now)


def askable(state: State, plan: PostPlan) -> list[str]:
    """The cameras of a post's wall that have a picture, as far as the watch knows, and that everybody who is there may
    see: who is asked must be able to answer."""
    known = (state.cameras.get(camera) for camera in plan.cameras)
    lit = [each.id for each in known if each is not None and not _DARK & each.findings.keys()]
    people = [person for name in present(state, plan.id) if (person := state.staff.person(name)) is not None]
    return [
        each for each in lit if all(covers(person.account, state.site.camera(each), state.site) for person in people)
    ]


def question(seed: bytes, cameras: Sequence[str]) -> Question:
    """One of the cameras to be recognised among up to four; the same for the same seed."""
    if len(cameras) < 2:
        return Question()
    drawn = sorted(cameras, key=lambda camera: hashlib.sha256(seed + b"\n" + camera.encode()).digest())[:CHOICES]
    return Question(drawn[0], tuple(sorted(drawn)))


def seed_of(secret: bytes, key: str) -> bytes:
    """What the question of a check follows from."""
    return hmac.digest(secret, b"question\n" + key.encode(), hashlib.sha256)


def _handing_over(duty: Duty, post: str, now: datetime) -> bool:
    turns = (at for shift in duty.shifts.values() if shift.post == post for at in (shift.from_at, shift.to_at))
    return any(abs(now - at) < HANDOVER for at in turns)


def _is_night(plan: PostPlan, at: time) -> bool:
    begin, end = plan.night
    return begin <= at < end if begin <= end else at >= begin or at < end


def _share(secret: bytes, key: str) -> float:
    number = int.from_bytes(hmac.digest(secret, key.encode(), hashlib.sha256)[:8])
    return min(number / _SHARES, 1 - 2**-53)
