"""When what a device tells begins and ends. Pure.

Theory: a device repeats an event every second or so for as long as it lasts, and seldom says that it is over. So the
first is the start, the repetitions are nothing new, and the end is when they cease, or when the device says `inactive`.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from hub.api import DeviceEvent, EventKind
from hub_hikvision.parse_events import Alert

QUIET_S = 10.0
"""So long without a repetition means that it is over. Motion repeats every second, some disks every five."""
MOST_OPEN = 2000

_WITHOUT_END: frozenset[EventKind] = frozenset({"illegal-access"})

Key = tuple[str, int | None]


class Lasting(msgspec.Struct, frozen=True):
    """Something that goes on: what was told of it last, and when (seconds of a clock that only goes on)."""

    alert: Alert
    seen_s: float


class Activity(msgspec.Struct, frozen=True):
    """What lasts now, by its code in small letters and its channel."""

    lasting: Mapping[Key, Lasting] = {}


def fold(activity: Activity, alert: Alert, now_s: float) -> tuple[Activity, DeviceEvent | None]:
    """What an alert changes, and what of it is news. `alert.channel` is placed already."""
    key = (alert.code.lower(), alert.channel)
    lasts = key in activity.lasting
    if alert.active:
        if not lasts and len(activity.lasting) >= MOST_OPEN:
            return activity, _event(alert, "pulse")
        told = Activity({**activity.lasting, key: Lasting(alert, now_s)})
        if lasts:
            return told, None
        return told, _event(alert, "pulse" if alert.kind in _WITHOUT_END else "start")
    if not lasts or alert.is_heartbeat:
        return activity, None
    left = {other: lasting for other, lasting in activity.lasting.items() if other != key}
    return Activity(left), None if alert.kind in _WITHOUT_END else _event(alert, "stop")


def expire(activity: Activity, now_s: float) -> tuple[Activity, tuple[DeviceEvent, ...]]:
    """End what has not been repeated for `QUIET_S`."""
    over = [lasting for lasting in activity.lasting.values() if now_s - lasting.seen_s >= QUIET_S]
    if not over:
        return activity, ()
    left = {key: lasting for key, lasting in activity.lasting.items() if now_s - lasting.seen_s < QUIET_S}
    # The device never said when it ended, so the event has no time of the device's.
    ended = (msgspec.structs.replace(lasting.alert, at=None) for lasting in over)
    return Activity(left), tuple(_event(alert, "stop") for alert in ended if alert.kind not in _WITHOUT_END)


def resume(activity: Activity, now_s: float) -> Activity:
    """After a break of the line everything that lasted has its time anew: nobody could hear a repetition."""
    return Activity({key: Lasting(lasting.alert, now_s) for key, lasting in activity.lasting.items()})


def _event(alert: Alert, phase: Literal["start", "stop", "pulse"]) -> DeviceEvent:
    return DeviceEvent(
        kind=alert.kind, phase=phase, channel=alert.channel, at=alert.at, code=alert.code, detail=alert.detail
    )
