"""What the journal says of sealed and deleted recordings, and the lists of segments that the seals stand for.

Reads beside a running hub: what is written meanwhile is caught up with. For one thread; blocks for the disk.
"""

import os
import stat
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from hub.core.event import wire_name
from hub.core.proof.compare import Named, parse_name
from hub.core.proof.events import ListDamage
from hub.core.proof.removals import Removals
from hub.core.recordings import (
    Adopted,
    Listed,
    RecordingsMoved,
    RecordingsRemoved,
    RecordingsSealed,
    parse_manifest,
    seal_of,
)
from hub.journal.chain import START, Head
from hub.journal.codec import decode, from_us
from hub.journal.verify import Progress, Verdict, verify
from hub.ports import Store, StoredRecord
from hub.watch.recording.file import SEALS

_LONGEST_LIST = 16 * 1024 * 1024
_SEALED, _REMOVED, _MOVED = (wire_name(one) for one in (RecordingsSealed, RecordingsRemoved, RecordingsMoved))
_DAYS_KEPT = 1
"""So many days' lists are kept in memory: with 150 cameras and a file a minute, one takes about 70 MB."""

Place = tuple[str, str]
"""UTC day and camera: what lies in one folder, and in the order in which it is proven."""


class Seal(NamedTuple):
    """A seal as it stands in the journal."""

    seq: int
    at: datetime
    event: RecordingsSealed


class Sum(NamedTuple):
    """Segments and their bytes."""

    segments: int
    bytes: int


class Ledger:
    """The journal's word on recordings, as far as it was read."""

    def __init__(self, store: Store, folder: Path, *, volume: str = "", noted: Sequence[Head] = ()) -> None:
        """`volume`: the folder as hub.toml names it. `noted`: heads of the journal that were noted elsewhere."""
        self.head = START
        self.holds = True
        """Whether the chain holds, as far as it was read; what is newer than the first bad record is not known."""
        self.problem = ""
        self.seals: list[Seal] = []
        self.removals = Removals()
        self.later = Removals()
        """The deletions that came after the newest head that was noted: nothing but the chain itself vouches for them.
        Empty where no head was given."""
        self.moves = Removals()
        """What was moved into storages: of nothing else it is believed that it lies where nobody can look now."""
        self.elsewhere: dict[str, int] = {}
        """How many segments were sealed in other folders, whose lists are not in this one, by folder."""
        self.adopted: dict[Adopted, int] = {}
        """How many segments stand on record only since a backup was put back, by how they came there."""
        self.sums: dict[Place, Sum] = {}
        """What was sealed, by the place it lies at."""
        self._store = store
        self._folder = folder
        self._volume = volume
        self._noted = noted
        self._vouched = max((head.seq for head in noted), default=None)
        self._by_day: dict[str, list[Seal]] = defaultdict(list)
        self._gone: list[Seal] = []
        self._absent: set[int] = set()
        self._wrong_ones: list[ListDamage] = []
        self._days: dict[str, dict[str, dict[str, Listed]]] = {}

    def catch_up(self, progress: Progress | None = None) -> Verdict:
        """Verify the chain from where it was verified before, and read the lists that are new."""
        known = len(self.seals)
        noted = self._noted if self.head == START else [one for one in self._noted if one.seq > self.head.seq]
        verdict = verify(self._store, progress=progress, noted=noted, since=self.head, each=self._take_in)
        self.head, self.holds, self.problem = verdict.head, verdict.ok, verdict.problem
        for seal in self.seals[known:]:
            self._read_first(seal)
        return verdict

    def places(self) -> list[Place]:
        """Where sealed segments lie, or lay."""
        return sorted(self.sums)

    def listed(self, place: Place) -> dict[str, Listed]:
        """The sealed segments of a place by name; where one was sealed twice, as it was sealed first."""
        day, camera = place
        if day not in self._days:
            while len(self._days) >= _DAYS_KEPT:
                self._days.pop(next(iter(self._days)))
            self._days[day] = self._day(day)
        return self._days[day].get(camera, {})

    def removed(self, name: str) -> bool:
        """Whether the record says that a segment was deleted."""
        named = parse_name(name)
        return named is not None and self.removals.explains(*named)

    def moved(self, name: str) -> bool:
        """Whether the record says that a segment was moved into a storage."""
        named = parse_name(name)
        return named is not None and self.moves.explains(*named)

    def vouched(self, name: str) -> bool:
        """Whether a deletion stands behind a head that was noted elsewhere, where one was given."""
        named = parse_name(name)
        return named is None or not self.later.explains(*named)

    def sealed_as(self, contents: Collection[str]) -> dict[str, str]:
        """The names under which contents (SHA-256) were sealed, of those that were. Reads all lists."""
        found: dict[str, str] = {}
        for seal in self.seals:
            for one in self._read(seal) or () if contents else ():
                if one.sha256 in contents:
                    found.setdefault(one.sha256, one.name)
        return found

    def forget_days(self) -> None:
        """Give back the memory that the lists of days take; they are read again when they are asked for."""
        self._days.clear()

    def last_sealed_at(self) -> datetime | None:
        """When the hub sealed last; what a restore put back on record says nothing of what waits."""
        return next((seal.at for seal in reversed(self.seals) if not seal.event.adopted), None)

    def damaged_lists(self) -> list[ListDamage]:
        """The lists that are not what was sealed, and those that are gone and should not be.

        The hub deletes a list when everything up to it is deleted. So the oldest may be gone, as far as the deletions
        on record make up for all that they listed; they are counted by the hour.
        """
        oldest = min((seal.event.manifest for seal in self.seals if seal.seq not in self._absent), default=None)
        found = list(self._wrong_ones)
        wanting = 0
        for seal in self._gone:
            wanting += seal.event.count
            last_at = seal.event.last_at
            if oldest is not None and seal.event.manifest > oldest:
                found.append(ListDamage(seal.event.manifest, "missing", "Lists that are older are there."))
            elif wanting > self.removals.begun_by(last_at):
                found.append(
                    ListDamage(
                        seal.event.manifest,
                        "missing",
                        f"It held {seal.event.count} segments until {last_at:%Y-%m-%d %H:%M:%S} UTC whose deletion is "
                        "not on record.",
                    )
                )
                wanting -= seal.event.count
        return found

    def _take_in(self, stored: StoredRecord) -> None:
        if stored.type not in (_SEALED, _REMOVED, _MOVED):
            return
        match decode(stored.type, stored.version, stored.body):
            case RecordingsSealed() as event:
                self.seals.append(Seal(stored.seq, from_us(stored.seen_at_us), event))
                if event.adopted:
                    self.adopted[event.adopted] = self.adopted.get(event.adopted, 0) + event.count
            case RecordingsMoved(runs=runs):
                for run in runs:
                    self.moves.add(run)
            case RecordingsRemoved(runs=runs):
                late = self._vouched is not None and stored.seq > self._vouched
                for run in runs:
                    self.removals.add(run)
                    if late:
                        self.later.add(run)

    def _read_first(self, seal: Seal) -> None:
        listed = self._read(seal)
        if listed is None:
            return
        for one, named in listed_names(listed):
            place = named.day, named.camera
            known = self.sums.get(place, Sum(0, 0))
            self.sums[place] = Sum(known.segments + 1, known.bytes + one.bytes)
            if not self._by_day[named.day] or self._by_day[named.day][-1] is not seal:
                self._by_day[named.day].append(seal)
            self._days.pop(named.day, None)

    def _read(self, seal: Seal) -> list[Listed] | None:
        """What a seal stands for; None, and told once, where the list is not the one that was sealed."""
        try:
            listed = read_list(self._folder / seal.event.manifest)
        except FileNotFoundError:
            self._is_gone(seal)
            return None
        except (OSError, ValueError) as error:
            self._wrong(seal, f"It cannot be read: {getattr(error, 'strerror', None) or error}.")
            return None
        if not seal.event.manifest.startswith(f"{SEALS}/") or seal_of(listed) != seal.event.root:
            self._wrong(seal, f"It is not what record {seal.seq} sealed.")
            return None
        return listed

    def _is_gone(self, seal: Seal) -> None:
        if seal.seq in self._absent:
            return
        self._absent.add(seal.seq)
        if seal.event.folder in ("", self._volume):
            self._gone.append(seal)
        else:
            known = self.elsewhere.get(seal.event.folder, 0)
            self.elsewhere[seal.event.folder] = known + seal.event.count

    def _wrong(self, seal: Seal, detail: str) -> None:
        damage = ListDamage(seal.event.manifest, "changed", detail)
        if damage not in self._wrong_ones:
            self._wrong_ones.append(damage)

    def _day(self, day: str) -> dict[str, dict[str, Listed]]:
        found: dict[str, dict[str, Listed]] = defaultdict(dict)
        for seal in self._by_day.get(day, ()):
            for one, named in listed_names(self._read(seal) or ()):
                if named.day == day:
                    found[named.camera].setdefault(one.name, one)
        return found


def listed_names(listed: Sequence[Listed]) -> Iterator[tuple[Listed, Named]]:
    """The lines of a list whose names are those of segments, with what the names say."""
    for one in listed:
        if (named := parse_name(one.name)) is not None:
            yield one, named


def read_list(path: Path) -> list[Listed]:
    """The segments of a list. Raises `OSError`, and `ValueError` for what is none."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(fd, "rb") as file:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LONGEST_LIST:
            raise ValueError("it is no list")
        return parse_manifest(file.read(_LONGEST_LIST).decode("utf-8"))
