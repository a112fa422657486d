"""The books about what speaks for and against people: one entry for each deed, by the words of the site's scheme.

What each is worth is written here once more, as it was agreed on; the scheme's file is not read.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

WORTH: dict[str, tuple[float, int | None]] = {
    "late": (-1.0, None),
    "very-late": (-2.0, None),
    "absent": (-5.0, None),
    "left-early": (-2.0, None),
    "left-unrelieved": (-3.0, None),
    "relief-missing": (-1.0, None),
    "stayed-on": (1.0, None),
    "not-signed-off": (-0.5, 4),
    "stepped-in": (1.0, 4),
    "not-attentive": (-2.0, None),
    "wrong-camera": (-0.5, 4),
    "patrol-missed": (-0.5, None),
    "slow-critical": (-0.5, 6),
    "judged": (0.1, 20),
    "handover-overridden": (-1.0, None),
    "repair-overdue": (-1.0, None),
    "repair-quick": (0.5, 10),
    "repair-did-not-last": (-1.0, None),
    "round-left": (-1.0, None),
    "round-returned": (-0.5, None),
    "cleaned": (0.5, 6),
    "fault-found": (0.5, 6),
    "incident-reported": (0.2, 10),
    "fault-reported": (0.5, 6),
    "full-attendance": (3.0, None),
    "quickest": (2.0, None),
    "most-repairs": (2.0, None),
}
"""Points, and how often they count for one person in a month."""
ENOUGH_SHIFTS, ENOUGH_NOTES, ENOUGH_REPAIRS = 15, 20, 5

Say = Callable[[str, str], None]
"""What the other books call: which merit, and whose."""


def nothing(merit: str, person: str) -> None:
    """Nobody counts."""


@dataclass
class MeritBook:
    """Mutable: what was done, when and by whom; how long alarms waited for whom; who attended and repaired."""

    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        self.deeds: list[tuple[datetime, str, str]] = []
        self.noted: list[tuple[datetime, str, float]] = []
        self.attended: list[tuple[datetime, str]] = []
        self.repaired: list[tuple[datetime, str]] = []

    def say(self, merit: str, person: str) -> None:
        assert merit in WORTH
        self.deeds.append((self.now(), merit, person))

    def counted(self, begin: datetime, end: datetime, people: Iterable[str]) -> dict[str, Counter[str]]:
        """How often each merit counts for each of the people in the time from `begin` to `end`."""
        found: dict[str, Counter[str]] = {person: Counter() for person in people}
        for at, merit, person in self.deeds:
            most = WORTH[merit][1]
            if begin <= at < end and (most is None or found[person][merit] < most):
                found[person][merit] += 1
        whole = {person: Counter(merits) for person, merits in found.items()}
        attended = Counter(person for at, person in self.attended if begin <= at < end)
        for person, number in attended.items():
            if number >= ENOUGH_SHIFTS and not any(WORTH[merit][0] < 0 for merit in whole[person]):
                found[person]["full-attendance"] += 1
        waited: dict[str, list[float]] = {}
        for at, person, waited_s in self.noted:
            if begin <= at < end:
                waited.setdefault(person, []).append(waited_s)
        quick = {person: -median(each) for person, each in waited.items() if len(each) >= ENOUGH_NOTES}
        self._best("quickest", quick, found, whole, ("absent", "not-attentive"))
        repairs = Counter(person for at, person in self.repaired if begin <= at < end)
        most_repairs = {person: float(number) for person, number in repairs.items() if number >= ENOUGH_REPAIRS}
        self._best("most-repairs", most_repairs, found, whole, ("repair-did-not-last", "repair-overdue"))
        return found

    def _best(
        self,
        merit: str,
        measure: dict[str, float],
        found: dict[str, Counter[str]],
        whole: dict[str, Counter[str]],
        spoilt_by: tuple[str, ...],
    ) -> None:
        """The best are commended, unless something speaks against them; nobody comes in their place."""
        for person, value in measure.items():
            if value == max(measure.values()) and not any(whole[person][each] for each in spoilt_by):
                found[person][merit] += 1
