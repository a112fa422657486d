"""Where sign-ins come from, and when two of them cannot be the same seat."""

from collections.abc import Iterable


def apart(one: str, other: str) -> bool:
    """Whether two places, as clients tell of them (`ops-1 pts/0 from 10.0.0.9`), contradict each other. A command line
    tells of the machine but not of its terminal, and is at the same place as a screen on that machine. A place that
    nobody knows is never another one."""
    known, also = set(one.split()), set(other.split())
    return bool(known and also) and not (known <= also or also <= known)


def elsewhere(place: str, others: Iterable[str]) -> str:
    """The last of the other places that is apart from this one; empty when none is."""
    return next((other for other in reversed(list(others)) if apart(place, other)), "")
