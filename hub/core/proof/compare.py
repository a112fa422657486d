"""What was sealed against what is there."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from hub.core.proof.events import Damage
from hub.core.recordings import Listed, Stream, parse_file_name, segment_name


class Held(NamedTuple):
    """A file as it was found: its length, and its SHA-256, hexadecimal; empty where it cannot be read."""

    bytes: int
    sha256: str


class Named(NamedTuple):
    """What the name of a segment says."""

    camera: str
    stream: Stream
    begin_at: datetime

    @property
    def day(self) -> str:
        """The UTC day it lies under."""
        return f"{self.begin_at:%Y-%m-%d}"


class Compared(NamedTuple):
    """What came of comparing."""

    intact: int
    intact_bytes: int
    removed: int
    """Deleted by a rule, as the record says."""
    waiting: int
    """Not sealed yet."""
    damages: list[Damage]


def parse_name(name: str) -> Named | None:
    """What a segment's name below the folder of recordings says; None when it is none.

    >>> parse_name("gate-1/2026-01-05/gate-1_main_20260105T080000.250Z.mp4").camera
    'gate-1'
    >>> parse_name("gate-1/2026-01-06/gate-1_main_20260105T080000.250Z.mp4")
    """
    parsed = parse_file_name(name.rpartition("/")[2])
    return Named(*parsed) if parsed is not None and segment_name(*parsed) == name else None


def place_of(name: str) -> tuple[str, str]:
    """Day and camera of whatever lies in the folder of recordings, by its path; empty for what lies above the days.

    >>> place_of("gate-1/2026-01-05/gate-1_main_20260105T080000.250Z.mp4")
    ('2026-01-05', 'gate-1')
    >>> place_of("gate-1/slipped-in.mp4")
    ('', 'gate-1')
    """
    camera, *days = name.split("/")[:-1] or [""]
    return (days[0] if days else ""), camera


def compare(
    listed: Mapping[str, Listed],
    held: Mapping[str, Held],
    *,
    removed: Callable[[str], bool],
    waiting: Collection[str],
    sealed_as: Callable[[Collection[str]], Mapping[str, str]],
) -> Compared:
    """Compare segments that were sealed with files that are there, both by name.

    `removed` says whether the record knows of a segment's deletion. `waiting` names files that are not sealed yet and
    need not be. `sealed_as` gives the names under which contents (SHA-256) were sealed; it is asked once, about what
    does not fit.
    """
    unknown = held.keys() - listed.keys() - set(waiting)
    unlike = {name for name, one in listed.items() if name in held and held[name] != Held(one.bytes, one.sha256)}
    others = sealed_as({held[name].sha256 for name in unlike | unknown} - {""})
    intact = intact_bytes = gone = 0
    damages: list[Damage] = []
    for name, one in listed.items():
        found = held.get(name)
        if found is None:
            if removed(name):
                gone += 1
            else:
                damages.append(Damage(name, "missing"))
        elif found == Held(one.bytes, one.sha256):
            intact += 1
            intact_bytes += one.bytes
        else:
            damages.append(_unlike(one, found, others.get(found.sha256, "")))
    damages += [Damage(name, "inserted", others.get(held[name].sha256, "")) for name in sorted(unknown)]
    return Compared(intact, intact_bytes, gone, len(held.keys() & set(waiting) - listed.keys()), damages)


def settled(damages: Sequence[Damage]) -> list[Damage]:
    """The same with those that were renamed told as such: missing under their name, found under another."""
    missing = {one.segment for one in damages if one.flaw == "missing"}
    moved = {one.other: one.segment for one in damages if one.flaw == "inserted" and one.other in missing}
    told = set(moved.values())
    return [
        Damage(one.segment, "renamed", moved[one.segment]) if one.flaw == "missing" and one.segment in moved else one
        for one in damages
        if not (one.flaw == "inserted" and one.segment in told)
    ]


def _unlike(one: Listed, found: Held, other: str) -> Damage:
    if other:
        return Damage(one.name, "swapped", other)
    if found.bytes < one.bytes:
        return Damage(one.name, "truncated")
    return Damage(one.name, "changed" if found.sha256 or found.bytes != one.bytes else "unreadable")
