"""From an effect of a rule to the deliveries that wait in the outbox, and when a failed one is tried again. Pure."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from hub.automation.model import Effect, SendMessage
from hub.ports import OutboxEntry

KIND = "message"
GIVE_UP_AFTER_S = 24 * 3600.0
"""A message that nobody could take for a day says nothing that the alarm list does not say."""
FIRST_RETRY_S = 2.0
LONGEST_RETRY_S = 300.0


class Parcel(msgspec.Struct, frozen=True):
    """One message on its way to one recipient of a route. The target itself stays in hub.toml: it may hold a secret."""

    route: str
    index: int
    via: str
    message: SendMessage


def deliveries(effect: Effect, message: SendMessage, targets: Sequence[str], now: datetime) -> list[OutboxEntry]:
    """One outbox entry for each target; `targets` names the notifier of each."""
    at_us = microseconds(now)
    return [
        OutboxEntry(
            key=f"{effect.key}>{index}",
            kind=KIND,
            payload=msgspec.json.encode(Parcel(message.route, index, via, message)),
            cause=effect.cause,
            created_at_us=at_us,
            next_at_us=at_us,
        )
        for index, via in enumerate(targets)
    ]


def tried_again_at(entry: OutboxEntry, now: datetime) -> OutboxEntry:
    """The entry after a failed try: later, doubling from 2 s to 5 minutes."""
    wait_s = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** min(entry.attempts, 16))
    return msgspec.structs.replace(
        entry, attempts=entry.attempts + 1, next_at_us=microseconds(now) + int(wait_s * 1_000_000)
    )


def too_old(entry: OutboxEntry, now: datetime) -> bool:
    return microseconds(now) - entry.created_at_us > GIVE_UP_AFTER_S * 1_000_000


def microseconds(at: datetime) -> int:
    """Microseconds since 1970 UTC."""
    return int(at.timestamp() * 1_000_000)
