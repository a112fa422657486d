"""The books about alarms: one entry for each rule and thing, kept by the words of ISA-18.2. The hub is not asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.sim.agenda import Agenda

CHATTER_TIMES = 3
CHATTER_WITHIN = timedelta(seconds=60)
CALM_AFTER = timedelta(minutes=5)

LASTING_NOT = frozenset({"hub-interrupted"})
"""Rules whose alarms nothing ends but a person's note."""

Key = tuple[str, str]
"""Rule, and what it is about."""


@dataclass
class Alarm:
    rule: str
    about: str
    camera: str | None
    kind: str
    critical: bool
    number: int
    """Alarms are counted from 1 on, each once however often it is raised."""
    first_at: datetime
    raised_at: datetime
    """When it was raised last."""
    waiting_at: datetime | None
    active: bool = True
    noted: bool = False
    excused: bool = False
    permits: set[str] = field(default_factory=set)
    shelf: int = 0
    """The number of the shelving that is in force; 0: none."""

    @property
    def aside(self) -> bool:
        return bool(self.permits) or bool(self.shelf)

    @property
    def over(self) -> bool:
        return not self.active and (self.noted or self.excused) and not self.aside


@dataclass
class Raising:
    at: datetime
    rule: str
    about: str
    camera: str | None
    quiet: bool
    ended_at: datetime | None = None
    """When it waited for nobody any more: it was taken note of, or its cause went."""


@dataclass
class Noted:
    at: datetime
    camera: str | None
    waited_s: float


class AlarmBook:
    """Mutable."""

    def __init__(self, agenda: Agenda) -> None:
        self.standing: dict[Key, Alarm] = {}
        self.raisings: list[Raising] = []
        self.noted: list[Noted] = []
        """Alarms that were taken note of while they waited for it, and were not laid aside."""
        self.verdicts: dict[int, tuple[Alarm, str, str]] = {}
        """The newest word of people on each alarm, by its `number`."""
        self.suppressed: list[tuple[datetime, str, str, str, bool]] = []
        """When which permit began (True) or ceased (False) to silence an alarm: time, rule, what about, permit."""
        self.chattered = 0
        self.count = 0
        self.on_raised: Callable[[Alarm], None] = lambda alarm: None
        self.covering: Callable[[str, str], set[str]] = lambda camera, kind: set()
        """The permits in force for a camera and a kind of alarm."""
        self._agenda = agenda
        self._waiting: dict[Key, Raising] = {}
        self._recent: dict[Key, list[datetime]] = {}
        self._chattering: dict[Key, datetime] = {}
        self._shelves = 0
        self._silences: dict[Key, list[tuple[datetime, datetime | None]]] = {}
        """From when until when nobody was to be disturbed about it: it lay aside, or chattered."""

    def rise(self, rule: str, about: str, *, camera: str | None = None, kind: str = "", critical: bool = False) -> None:
        now, key = self._agenda.now, (rule, about)
        alarm = self.standing.get(key)
        if alarm is not None and alarm.active and rule not in LASTING_NOT:
            return
        was_aside = alarm is not None and alarm.aside
        if alarm is None:
            self.count += 1
            alarm = self.standing[key] = Alarm(rule, about, camera, kind, critical, self.count, now, now, now)
        else:
            alarm.active, alarm.noted, alarm.excused = True, False, False
            alarm.waiting_at, alarm.raised_at = alarm.waiting_at or now, now
        covering = self.covering(camera, kind) if camera is not None else set()
        quiet = was_aside or key in self._chattering or bool(covering)
        self._no_longer(key)
        self._waiting[key] = Raising(now, rule, about, camera, quiet)
        self.raisings.append(self._waiting[key])
        self._chatter(key, now)
        self.cover_anew()
        self._listen(key)
        self.on_raised(alarm)

    def fall(self, rule: str, about: str) -> None:
        """Its cause is gone."""
        alarm = self.standing.get((rule, about))
        if alarm is not None and alarm.active and rule not in LASTING_NOT:
            alarm.active = False
            self._no_longer((rule, about))
            alarm.excused = bool(alarm.permits)
            self._tidy()

    def note(self, rule: str, about: str) -> bool:
        """Somebody takes note of it. False: there is nothing to take note of."""
        alarm = self.standing.get((rule, about))
        if alarm is None or alarm.noted:
            return False
        if alarm.waiting_at is not None and not alarm.aside:
            seconds = (self._agenda.now - alarm.waiting_at).total_seconds()
            self.noted.append(Noted(self._agenda.now, alarm.camera, seconds))
        alarm.noted, alarm.waiting_at = True, None
        self._no_longer((rule, about))
        alarm.active = alarm.active and rule not in LASTING_NOT
        self._tidy()
        return True

    def judge(self, rule: str, about: str, verdict: str, who: str) -> bool:
        """Somebody says whether an alarm that stands was right. False: the same person said the same already."""
        alarm = self.standing[rule, about]
        said = (alarm, verdict, who)
        if self.verdicts.get(alarm.number) == said:
            return False
        self.verdicts[alarm.number] = said
        return True

    def shelve(self, rule: str, about: str, until: datetime) -> None:
        self._shelves += 1
        number = self._shelves
        self.standing[rule, about].shelf = number
        self._listen((rule, about))

        def end() -> None:
            alarm = self.standing.get((rule, about))
            if alarm is not None and alarm.shelf == number:
                alarm.shelf = 0
                self._back(alarm)
                self._listen((rule, about))
                self._tidy()

        self._agenda.plan(until, end, by_hub=True)

    def cover_anew(self) -> None:
        """Permits in force silence exactly what they cover; those that ended silence nothing."""
        now = self._agenda.now
        for (rule, about), alarm in self.standing.items():
            covering = self.covering(alarm.camera, alarm.kind) if alarm.camera is not None else set()
            for permit in sorted(covering - alarm.permits) if alarm.active else ():
                alarm.permits.add(permit)
                self.suppressed.append((now, rule, about, permit, True))
            for permit in sorted(alarm.permits - covering):
                alarm.permits.discard(permit)
                self.suppressed.append((now, rule, about, permit, False))
                self._back(alarm)
            self._listen((rule, about))
        self._tidy()

    def heard(self, rule: str, about: str, at: datetime) -> datetime:
        """When people hear what was to be said at that time: when the silence in which it falls is over."""
        planned = at
        for begin, end in self._silences.get((rule, about), []):
            if begin < at and (end is None or at < end or at == planned == end):
                at = end or datetime.max.replace(tzinfo=at.tzinfo)
        return at

    def _listen(self, key: Key) -> None:
        """Keep in mind whether anybody may be disturbed about it from now on."""
        alarm, spans = self.standing.get(key), self._silences.setdefault(key, [])
        silent = key in self._chattering or (alarm is not None and alarm.aside)
        if silent and (not spans or spans[-1][1] is not None):
            spans.append((self._agenda.now, None))
        elif not silent and spans and spans[-1][1] is None:
            spans[-1] = (spans[-1][0], self._agenda.now)

    def _no_longer(self, key: Key) -> None:
        raising = self._waiting.pop(key, None)
        if raising is not None:
            raising.ended_at = self._agenda.now

    def _back(self, alarm: Alarm) -> None:
        if alarm.waiting_at is not None and not alarm.aside:
            alarm.waiting_at = self._agenda.now

    def _tidy(self) -> None:
        self.standing = {key: alarm for key, alarm in self.standing.items() if not alarm.over}

    def _chatter(self, key: Key, now: datetime) -> None:
        if key in self._chattering:
            self._chattering[key] = now
        else:
            recent = [at for at in self._recent.get(key, []) if now - at < CHATTER_WITHIN]
            self._recent[key] = [*recent, now]
            if len(recent) + 1 < CHATTER_TIMES:
                return
            self.chattered += 1
            self._chattering[key] = now

        def calm() -> None:
            if self._chattering.get(key) == now:
                del self._chattering[key]
                self._listen(key)

        self._agenda.plan(now + CALM_AFTER, calm, by_hub=True)
