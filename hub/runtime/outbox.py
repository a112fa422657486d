"""From an effect of a rule to the deliveries that wait in the outbox, and when a failed one is tried again. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from hub.automation.model import Effect, SendMessage
from hub.journal.codec import to_us
from hub.ports import OutboxEntry

KIND = "message"
GIVE_UP_AFTER_S = 24 * 3600.0
"""A message that nobody could take for a day says nothing that the alarm list does not say."""
FIRST_RETRY_S = 2.0
LONGEST_RETRY_S = 300.0


class Parcel(msgspec.Struct, frozen=True):
    """One message on its way to one recipient of a route: the one at place `nth` among those by the same notifier.

    The target itself stays in hub.toml: it may hold a secret.
    """

    route: str
    via: str
    nth: int
    message: SendMessage


def deliveries(effect: Effect, message: SendMessage, targets: Sequence[str], now: datetime) -> list[OutboxEntry]:
    """One outbox entry for each target; `targets` names the notifier of each."""
    at_us = to_us(now)
    seen: Counter[str] = Counter()
    entries = []
    for via in targets:
        entries.append(
            OutboxEntry(
                key=f"{effect.key}>{message.to}/{via}:{seen[via]}",
                kind=KIND,
                payload=msgspec.json.encode(Parcel(message.to, via, seen[via], message)),
                cause=effect.cause,
                created_at_us=at_us,
                next_at_us=at_us,
            )
        )
        seen[via] += 1
    return entries


def tried_again_at(entry: OutboxEntry, now: datetime) -> OutboxEntry:
    """The entry after a failed try: later, doubling from 2 s to 5 minutes."""
    wait_s = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** min(entry.attempts, 16))
    return msgspec.structs.replace(entry, attempts=entry.attempts + 1, next_at_us=to_us(now) + int(wait_s * 1_000_000))


def too_old(entry: OutboxEntry, now: datetime) -> bool:
    return to_us(now) - entry.created_at_us > GIVE_UP_AFTER_S * 1_000_000


def moved(entry: OutboxEntry, by_s: float) -> OutboxEntry:
    """The entry after the wall clock was set: as long to wait, and as old, as before."""
    by_us = int(by_s * 1_000_000)
    return msgspec.structs.replace(
        entry, created_at_us=entry.created_at_us + by_us, next_at_us=entry.next_at_us + by_us
    )
