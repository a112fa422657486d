"""Putting instants off by an amount that nobody can foresee, for checks of attention. Pure.

The amount follows from a secret of the site, the rule and the planned instant: a restart changes nothing, and whoever
knows the rules and the record, but not the secret, cannot reckon it. When an instant has come, the amount is on record
with it (`schedule.due`), and a replay reads it there.
"""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from hub.automation.schedules.instants import Plan, end_of_part, planned

_SHARES = 1 << 64
_NEARLY_ALL = 1 - 2**-53
_INSTANT = timedelta(microseconds=1)


class Coming(NamedTuple):
    """A planned instant, and when it really comes; the same without jitter."""

    due_at: datetime
    at: datetime


def latest(plan: Plan, due_at: datetime) -> datetime:
    """The instant up to (and without) which a planned one may be put off; itself without jitter."""
    if not plan.every.jitter_s:
        return due_at
    ends = (
        due_at + timedelta(seconds=plan.every.jitter_s),
        end_of_part(plan, due_at),
        next(planned(plan, due_at), None),
    )
    return min(end for end in ends if end is not None)


def last_instant(plan: Plan, due_at: datetime) -> datetime:
    """The latest moment at which a planned instant may really come: a second before `latest`."""
    return due_at + timedelta(seconds=_room_s(plan, due_at, _NEARLY_ALL))


def put_off(plan: Plan, rule: str, secret: bytes, due_at: datetime) -> datetime:
    """When a planned instant of a rule really comes: whole seconds later, before `latest`."""
    return due_at + timedelta(seconds=_room_s(plan, due_at, _share(secret, rule, due_at)))


def coming(plan: Plan, rule: str, secret: bytes, after: datetime) -> Iterator[Coming]:
    """What comes later than `after`, in order; a planned instant before it that was put off until later included."""
    for due_at in planned(plan, after - timedelta(seconds=plan.every.jitter_s)):
        at = put_off(plan, rule, secret, due_at) if plan.every.jitter_s else due_at
        if at > after:
            yield Coming(due_at, at)


def planned_for(plan: Plan, rule: str, secret: bytes, at: datetime) -> datetime:
    """The planned instant that really comes at `at`."""
    return next(coming(plan, rule, secret, at - _INSTANT)).due_at


def _room_s(plan: Plan, due_at: datetime, share: float) -> int:
    return int((latest(plan, due_at) - due_at).total_seconds() * share)


def _share(secret: bytes, rule: str, due_at: datetime) -> float:
    """A number from 0 up to and without 1, the same for the same arguments and evenly spread over others."""
    said = f"{rule}\n{due_at.isoformat()}".encode()
    number = int.from_bytes(hmac.digest(secret, said, hashlib.sha256)[:8])
    return min(number / _SHARES, _NEARLY_ALL)
