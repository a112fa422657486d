"""What must have come of the records, worked out without the engine: from the records alone, rule by rule."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Literal, NamedTuple, cast
from zoneinfo import ZoneInfo

from hub.core.alarms.events import (
    AlarmAcknowledged,
    AlarmCalmed,
    AlarmChattering,
    AlarmRaised,
    AlarmShelved,
    AlarmUnshelved,
)
from hub.core.catalogue import ScheduleDue, ScheduleMissed
from hub.core.event import Event, Record
from hub.core.findings import FindingCleared
from hub.core.rounds.events import RoundDone, RoundDue
from hub.core.rules.events import RulePaused, RuleResumed, VariableSet, VariableValue

Mode = Literal["single", "restart", "queued", "parallel"]
ANCHOR = datetime(2000, 1, 1, tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)
GRACE = timedelta(seconds=60)
_LEEWAY = timedelta(seconds=30)
"""Between deciding and writing: half a second of the machine's time."""


class Spell(NamedTuple):
    """A fault of a camera, from the record that began it to the one that ended it."""

    camera: str
    seq: int
    began_at: datetime
    ended_at: datetime | None
    """None: it holds to the end of the journal."""

    def lasted(self, for_s: float, until_at: datetime) -> bool:
        """Whether it held for so long, as far as the journal goes."""
        return (self.ended_at or until_at) - self.began_at >= timedelta(seconds=for_s)


def spells(records: Sequence[Record], cleared_by: type[FindingCleared]) -> list[Spell]:
    """The faults that events of the kind `cleared_by` end, oldest first."""
    begun: dict[str, Record] = {}
    found: list[Spell] = []
    for record in records:
        if isinstance(record.event, cleared_by):
            began = begun.pop(record.event.camera)
            found.append(Spell(record.event.camera, began.seq, began.seen_at, record.seen_at))
        elif cleared_by.CLEARS is not None and type(record.event) is cleared_by.CLEARS:
            camera: str = record.event.camera  # type: ignore[attr-defined]
            assert camera not in begun, f"{camera} began what had not ended"
            begun[camera] = record
    found += [Spell(camera, record.seq, record.seen_at, None) for camera, record in begun.items()]
    return sorted(found, key=lambda spell: spell.seq)


def escalations(
    spell: Spell, records: Sequence[Record], rule: str, moments_s: Iterable[float], until_at: datetime
) -> Iterator[int]:
    """The places in `moments_s` (seconds after the fault) of the reminders that must have gone out.

    They end with the fault, or when the rule's alarm about it is acknowledged. One that is due while the alarm is
    shelved or chatters goes out when that is over, and those after it as much later.
    What is planned for the very instant of a record comes before it.
    """
    alarm, raised_seq = _alarm_of(spell, records, rule)
    acknowledged_at = [
        r.seen_at
        for r in records
        if isinstance(r.event, AlarmAcknowledged) and r.event.alarm == alarm and r.seq > raised_seq
    ]
    over_at = min([*acknowledged_at[:1], spell.ended_at or until_at])
    silent = [
        span
        for spans, since in _silences(records, rule, spell.camera, alarm)
        for span in (*spans, *([(since, _NEVER)] if since is not None else []))
    ]
    held = timedelta()
    for place, after_s in enumerate(moments_s):
        planned = moment = spell.began_at + timedelta(seconds=after_s) + held
        ends = [last for first, last in silent if first < planned <= last]
        while ends:
            moment = max(ends)
            ends = [last for first, last in silent if first < moment < last]
        held += moment - planned
        if moment > over_at:
            return
        yield place


def _alarm_of(spell: Spell, records: Sequence[Record], rule: str) -> tuple[str, int]:
    for record in records:
        if isinstance(record.event, AlarmRaised) and record.event.rule == rule and record.cause == spell.seq:
            return record.event.alarm, record.seq
    raise AssertionError(f"{rule} raised no alarm about {spell}")


def loud(spell: Spell, records: Sequence[Record], rule: str, for_s: float) -> bool:
    """Whether the messages of the rule's alarm go out when it is raised: not where the alarm that stands already lies
    on the shelf, nor while what the rule raises about the camera chatters."""
    alarm, _seq = _alarm_of(spell, records, rule)
    moment = spell.began_at + timedelta(seconds=for_s)
    # What is planned for the very instant of a record comes before it; what comes of a record at once, after those
    # that are written before it.
    before = [r for r in records if (r.seen_at < moment if for_s else r.seq < spell.seq)]
    return not any(since is not None for _spans, since in _silences(before, rule, spell.camera, alarm))


Silence = tuple[list[tuple[datetime, datetime]], datetime | None]
"""The times for which nobody was disturbed, and since when nobody is."""


def _silences(records: Sequence[Record], rule: str, camera: str, alarm: str) -> tuple[Silence, Silence]:
    """On the shelf; chattering."""
    about = f"camera:{camera}"
    shelf = [r for r in of(records, AlarmShelved, AlarmUnshelved) if r.event.alarm == alarm]  # type: ignore[attr-defined]
    chatter = [
        r
        for r in of(records, AlarmChattering, AlarmCalmed)
        if (r.event.rule, r.event.about) == (rule, about)  # type: ignore[attr-defined]
    ]
    return _turns(shelf, AlarmShelved), _turns(chatter, AlarmChattering)


def _turns(records: Sequence[Record], begins: type[Event]) -> Silence:
    spans: list[tuple[datetime, datetime]] = []
    since: datetime | None = None
    for record in records:
        if isinstance(record.event, begins):
            since = since or record.seen_at
        elif since is not None:
            spans.append((since, record.seen_at))
            since = None
    return spans, since


def let_through(faults: Sequence[Spell], cooldown_s: float, until_at: datetime) -> Iterator[Spell]:
    """The faults that a rule with a cooldown acts on: at once, or when the cooldown is over and they still hold."""
    cool_at: dict[str, datetime] = {}
    for spell in faults:
        acts_at = max(spell.began_at, cool_at.get(spell.camera, spell.began_at))
        if acts_at <= (spell.ended_at or until_at):
            cool_at[spell.camera] = acts_at + timedelta(seconds=cooldown_s)
            yield spell


def instants(every_s: float, after: datetime, until: datetime) -> list[datetime]:
    """The instants of an interval, which is counted from 2000-01-01, after `after` and not after `until`."""
    step = timedelta(seconds=every_s)
    due = ANCHOR + ((after - ANCHOR) // step + 1) * step
    found = []
    while due <= until:
        found.append(due)
        due += step
    return found


def instants_of_day(walls: Sequence[time], zone: ZoneInfo, after: datetime, until: datetime) -> list[datetime]:
    """The instants of times of day, told by somebody who looks at the wall clock of `zone` every minute, and counts
    each time that it shows or has jumped over, but none again that it had shown before."""
    found = []
    minute = timedelta(minutes=1)
    now = after.replace(second=0, microsecond=0) - timedelta(hours=3)
    seen = now.astimezone(zone).replace(tzinfo=None)
    while (now := now + minute) <= until:
        shown = now.astimezone(zone).replace(tzinfo=None)
        if shown > seen:
            days = {seen.date(), shown.date()}
            if any(seen < datetime.combine(day, wall) <= shown for day in days for wall in walls) and now > after:
                found.append(now)
            seen = shown
    return found


class Ledger(NamedTuple):
    """What became of the instants of one scheduled rule."""

    on_time: dict[datetime, Record]
    late: dict[datetime, Record]
    missed: dict[datetime, Record]

    @property
    def all(self) -> dict[datetime, Record]:
        return {**self.on_time, **self.late, **self.missed}


def ledger(records: Sequence[Record], rule: str) -> Ledger:
    """The ledger of a rule. Fails where an instant is there twice."""
    kept = Ledger({}, {}, {})
    for record in records:
        event = record.event
        if isinstance(event, ScheduleDue | ScheduleMissed) and event.rule == rule:
            assert event.due_at not in kept.all, f"{rule} at {event.due_at} is on record twice"
            where = kept.missed if isinstance(event, ScheduleMissed) else kept.late if event.late else kept.on_time
            where[event.due_at] = record
    return kept


def check_ledger(kept: Ledger, missed: str, planned: Sequence[datetime]) -> None:
    """Every planned instant is there once, and what became of it is what the rule's `missed` says.

    What is handed over within a minute is in time; where several come together, the newest of what came later is what
    `missed` says, and the others passed unseen.
    """
    assert set(planned) <= kept.all.keys(), f"lost: {sorted(set(planned) - kept.all.keys())}"
    batches: dict[datetime, list[datetime]] = defaultdict(list)
    for due_at, record in kept.all.items():
        batches[record.seen_at].append(due_at)
    for seen_at, batch in batches.items():
        *older, newest = sorted(batch)
        for due_at in older:
            in_time = due_at in kept.on_time and _delay(kept.all[due_at], due_at) <= GRACE + _LEEWAY
            assert in_time or due_at in (kept.late if missed == "run-all" else kept.missed), f"{due_at} at {seen_at}"
        delay = _delay(kept.all[newest], newest)
        if delay < GRACE - _LEEWAY:
            assert newest in kept.on_time, f"{newest} came after {delay} and was not in time"
        elif delay > GRACE + _LEEWAY:
            assert newest in (kept.missed if missed == "skip" else kept.late), f"{newest} came {delay} too late"


def _delay(record: Record, due_at: datetime) -> timedelta:
    """How long after its time the instant was handed over."""
    put_off_s = record.event.put_off_s if isinstance(record.event, ScheduleDue) else 0.0
    return record.seen_at - due_at - timedelta(seconds=put_off_s)


def messages_of_mode(
    calls: Sequence[Record], mode: Mode, most: int, after_s: float, until_at: datetime
) -> Iterator[int]:
    """The calls of a rule about the same (by `seq`) whose message, `after_s` later, must have gone out; in `mode`, with
    `most` of them beside each other or in the queue. What is planned for the instant of a call comes before it."""
    after = timedelta(seconds=after_s)
    under_way: list[tuple[datetime, int]] = []
    queue: list[int] = []
    for at, call in [*((record.seen_at, record) for record in calls), (until_at, None)]:
        while under_way and under_way[0][0] <= at:
            due_at, seq = under_way.pop(0)
            yield seq
            if queue:
                under_way.append((due_at + after, queue.pop(0)))
        if call is None:
            return
        begun = (at + after, call.seq)
        if mode == "restart" or not under_way:
            under_way = [begun]
        elif mode == "parallel" and len(under_way) < most:
            under_way.append(begun)
        elif mode == "queued" and len(queue) < most:
            queue.append(call.seq)


def heeded(
    calls: Sequence[Record], records: Sequence[Record], rule: str, after_s: float, until_at: datetime
) -> set[int]:
    """The calls (by `seq`) whose message, `after_s` later, must have gone out of a rule that was turned off and on: it
    was on when they came, and was not turned off before the message was due."""
    turned = [r for r in of(records, RulePaused, RuleResumed) if r.event.rule == rule]  # type: ignore[attr-defined]
    after = timedelta(seconds=after_s)
    found = set()
    for call in calls:
        before = [record for record in turned if record.seq < call.seq]
        off = bool(before) and isinstance(before[-1].event, RulePaused)
        dropped = any(
            record.seq > call.seq and record.seen_at < call.seen_at + after and isinstance(record.event, RulePaused)
            for record in turned
        )
        if not off and not dropped and call.seen_at + after <= until_at:
            found.add(call.seq)
    return found


def value_before(records: Sequence[Record], variable: str, seq: int, declared: VariableValue) -> VariableValue:
    """What a variable held when the record `seq` came."""
    value = declared
    for record in of(records[: seq - records[0].seq], VariableSet):
        event = cast(VariableSet, record.event)
        value = event.value if event.variable == variable else value
    return value


def rounds_missed(records: Sequence[Record], until_at: datetime) -> tuple[set[str], set[str]]:
    """The rounds that must have been reported as missed, and those that may have been: they were made just then."""
    done = {r.event.round: r.seen_at for r in records if isinstance(r.event, RoundDone)}
    must, may = set(), set()
    for record in records:
        event = record.event
        if not isinstance(event, RoundDue) or event.due_at is None:
            continue
        over_at = done.get(event.round, until_at)
        if over_at - event.due_at > timedelta(seconds=10):
            must.add(event.round)
        elif over_at >= event.due_at:
            may.add(event.round)
    return must, may


def of(records: Sequence[Record], *kinds: type[Event]) -> list[Record]:
    """The records of these kinds."""
    return [record for record in records if isinstance(record.event, kinds)]
