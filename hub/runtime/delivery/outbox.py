"""From an effect of a rule to what waits in the outbox, and when a failed try is made again. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from hub.automation.model import Effect, SendMessage, TakeSnapshot, TurnToPreset
from hub.journal.codec import to_us
from hub.ports import OutboxEntry

MESSAGE, SNAPSHOT, PRESET = "message", "snapshot", "preset"
GIVE_UP_AFTER_S = {MESSAGE: 24 * 3600.0, SNAPSHOT: 60.0, PRESET: 300.0}
"""A message that nobody could take for a day says nothing that the alarm list does not say. What a camera shows, and
where it points, is of use only near the moment it was asked for."""
FIRST_RETRY_S = 2.0
LONGEST_RETRY_S = 300.0


class Parcel(msgspec.Struct, frozen=True):
    """One message on its way to one recipient of a route: the one at place `nth` among those by the same notifier.

    The target itself stays in hub.toml: it may hold a secret.
    """

    route: str
    """A route's id, or `person:ACCOUNT` for the contacts of a person."""
    via: str
    nth: int
    message: SendMessage
    held_until_us: int = 0
    """Until when it was last held for a quiet time or a limit; 0: it never was."""

    @property
    def line(self) -> str:
        """Names the recipient among all."""
        return f"{self.route}/{self.via}:{self.nth}"

    @property
    def target(self) -> str:
        """Where it goes, fit to be shown."""
        return f"{self.route} ({self.via})"

    @property
    def for_machine(self) -> bool:
        """Whether it is data that no list can stand for."""
        return bool(self.message.payload or self.message.topic)

    @property
    def with_files(self) -> bool:
        """Whether a report goes with it: it waits like others, and no list can stand for it."""
        return self.message.report is not None


class Errand(msgspec.Struct, frozen=True):
    """Something to be done with a camera."""

    rule: str
    do: TakeSnapshot | TurnToPreset

    @property
    def target(self) -> str:
        """What it is about, fit to be shown."""
        return f"{self.do.camera}, {self.do.preset}" if isinstance(self.do, TurnToPreset) else self.do.camera


def deliveries(effect: Effect, message: SendMessage, targets: Sequence[str], now: datetime) -> list[OutboxEntry]:
    """One outbox entry for each target of `message.to`; `targets` names the notifier of each."""
    seen: Counter[str] = Counter()
    entries = []
    for via in targets:
        parcel = Parcel(message.to, via, seen[via], message)
        entries.append(_entry(effect, parcel.line, MESSAGE, msgspec.json.encode(parcel), now))
        seen[via] += 1
    return entries


def errand(effect: Effect, do: TakeSnapshot | TurnToPreset, now: datetime) -> OutboxEntry:
    """The outbox entry of something to be done with a camera."""
    payload = msgspec.json.encode(Errand(effect.rule, do))
    if isinstance(do, TurnToPreset):
        return _entry(effect, f"{PRESET}:{do.camera}/{do.preset}", PRESET, payload, now)
    return _entry(effect, f"{SNAPSHOT}:{do.camera}", SNAPSHOT, payload, now)


def _entry(effect: Effect, what: str, kind: str, payload: bytes, now: datetime) -> OutboxEntry:
    # With what it is: a rule whose actions were edited meanwhile must not meet the key of another action.
    at_us = to_us(now)
    return OutboxEntry(
        key=f"{effect.key}>{what}",
        kind=kind,
        payload=payload,
        cause=effect.cause,
        created_at_us=at_us,
        next_at_us=at_us,
    )


def opened(entry: OutboxEntry) -> Parcel | Errand | None:
    """What an entry holds; None when another version of the software wrote it."""
    kind: type[Parcel] | type[Errand] = Parcel if entry.kind == MESSAGE else Errand
    try:
        return msgspec.json.decode(entry.payload, type=kind)
    except msgspec.MsgspecError:
        return None


def line_of(key: str) -> str:
    """The `Parcel.line` that the key of a delivery ends with."""
    return key.rpartition(">")[2]


def held_back(entry: OutboxEntry, parcel: Parcel, until_at: datetime) -> OutboxEntry:
    """The entry when it is not to go out before `until_at`."""
    until_us = to_us(until_at)
    waits = msgspec.structs.replace(parcel, held_until_us=until_us)
    return msgspec.structs.replace(entry, payload=msgspec.json.encode(waits), next_at_us=until_us)


def tried_again_at(entry: OutboxEntry, now: datetime) -> OutboxEntry:
    """The entry after a failed try: later, doubling from 2 s to 5 minutes."""
    wait_s = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** min(entry.attempts, 16))
    return msgspec.structs.replace(entry, attempts=entry.attempts + 1, next_at_us=to_us(now) + int(wait_s * 1_000_000))


def too_old(entry: OutboxEntry, now: datetime, *, held_until_us: int = 0) -> bool:
    """Whether it is of no use any more; the time for which it was held does not count."""
    since_us = max(entry.created_at_us, held_until_us)
    return to_us(now) - since_us > GIVE_UP_AFTER_S.get(entry.kind, 0.0) * 1_000_000


def moved(entry: OutboxEntry, by_s: float, now: datetime) -> OutboxEntry:
    """The entry after the wall clock was set: as long to wait, and as old, as before.

    What is held for a time of day is looked at again at once: that time comes when the new clock shows it.
    """
    by_us = int(by_s * 1_000_000)
    content = opened(entry)
    waits_for_clock = isinstance(content, Parcel) and content.held_until_us == entry.next_at_us
    next_at_us = to_us(now) if waits_for_clock else entry.next_at_us + by_us
    return msgspec.structs.replace(entry, created_at_us=entry.created_at_us + by_us, next_at_us=next_at_us)
