"""What is read for the sheets of rounds and does not stand on record: shares of the last week, pictures, the machine.

What nothing can tell has no value, and says why: a person looks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import exp, floor
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from hub.clock import Clock
from hub.core.event import Record
from hub.core.kpi.availability import TYPES, Availability
from hub.core.recorded import DayAccount
from hub.core.rounds.answers import Reading
from hub.core.rounds.kinds import CAMERA_MEASURES, Measure, Measured
from hub.core.rounds.measured import NO_RECORDING, NOBODY, NOT_JUDGED, is_own
from hub.core.state import State
from hub.core.status import CameraStatus
from hub.core.text import Text
from hub.runtime.devices import own_machine
from hub.vision.limits import Limits

log = structlog.get_logger("rounds")

DAYS = 7
"""Shares are of today and the days before it."""
LEAST_S = 86_400.0
"""A share of less than a day says nothing yet."""
STALE_AFTER = timedelta(seconds=45)
"""A status is sent every 30 s at least: an older one says nothing about now."""
_PAGE = 2_000

TOO_SHORT = Text(en="Less than a day is known yet.", zh="已知时间不足一天。")
OTHER_VIEW = Text(
    en="The picture is not that of its approved view: please look.",
    zh="画面与参考画面不符，无从比较，请人工检查。",
)
NO_SENSOR = Text(en="The machine shows no sensor: please look.", zh="主机未提供温度传感器，请人工检查。")
NO_TIME_SERVER = Text(
    en="No time server sets the machine's clock: compare it with a good one.",
    zh="主机未与时间服务器同步，请人工对时。",
)
UNREADABLE = Text(en="It cannot be read at the moment.", zh="暂时无法读取。")

Value = float | Text
"""A number, or why there is none."""
ReadRecords = Callable[[int, int, Sequence[str]], Sequence[Record]]
"""Up to so many records after a number, of these types."""
Days = Callable[[Sequence[str], Sequence[date]], Sequence[DayAccount]]


class RoundReader:
    """Reads cell after cell. It reads the journal and disks: for one thread at a time, other than the event loop's."""

    def __init__(self, clock: Clock, zone: ZoneInfo, *, records: ReadRecords, days: Days, folder: Path) -> None:
        """`folder`: where recordings are kept, or the data where nothing is recorded."""
        self._clock = clock
        self._zone = zone
        self._records = records
        self._days = days
        self._folder = folder
        self._availability = Availability(zone)
        self._position = 0

    def read(
        self, cells: Sequence[tuple[str, Measured]], state: State, statuses: Mapping[str, CameraStatus]
    ) -> list[Reading]:
        """A reading for each cell, with a value or with the reason why there is none."""
        now = self._clock.now()
        wanted: dict[Measure, list[str]] = {}
        for asset, item in cells:
            wanted.setdefault(item.measure, []).append(asset)
        values = {measure: self._values(measure, assets, state, statuses, now) for measure, assets in wanted.items()}
        return [_reading(asset, item, values[item.measure].get(asset, NOBODY), now) for asset, item in cells]

    def _values(
        self,
        measure: Measure,
        assets: Sequence[str],
        state: State,
        statuses: Mapping[str, CameraStatus],
        now: datetime,
    ) -> Mapping[str, Value]:
        try:
            match measure:
                case "online":
                    return dict.fromkeys(assets, TOO_SHORT) | self._online(state, now)
                case "recorded":
                    return self._recorded(assets, now)
                case "sharpness" | "likeness":
                    return {asset: score_of(measure, statuses.get(asset), now) for asset in assets}
                case _ if measure not in CAMERA_MEASURES:
                    value = self._own(measure, state)
                    return {asset: value for asset in assets if is_own(state, asset)}
                case _:
                    return {}
        except Exception as error:
            # One source that is broken keeps nobody from the rest of the sheet.
            log.error("not_read_for_a_round", measure=measure, error=f"{type(error).__name__}: {error}")
            return dict.fromkeys(assets, UNREADABLE)

    def _online(self, state: State, now: datetime) -> dict[str, Value]:
        """How much of the time in which anybody could have seen it each camera had a signal, in per cent."""
        while self._position < state.position:
            page = self._records(self._position, _PAGE, TYPES)
            self._availability.take(page)
            self._position = page[-1].seq if len(page) == _PAGE else state.position
            if page:
                self._availability.drop_before(self._first_day(page[-1].seen_at))
        week = self._availability.between(self._first_day(now), now.astimezone(self._zone).date(), now)
        return {camera: _share(time.watched_s - time.lost_s, time.watched_s) for camera, time in week.items()}

    def _recorded(self, cameras: Sequence[str], now: datetime) -> Mapping[str, Value]:
        """How much of what was to be recorded is, in per cent."""
        first = self._first_day(now)
        planned: dict[str, float] = {}
        actual: dict[str, float] = {}
        for account in self._days(cameras, [first + timedelta(days=n) for n in range(DAYS)]):
            planned[account.camera] = planned.get(account.camera, 0.0) + account.planned_s
            actual[account.camera] = actual.get(account.camera, 0.0) + account.actual_s
        return {
            camera: _share(actual[camera], planned[camera]) if planned.get(camera) else NO_RECORDING
            for camera in cameras
        }

    def _own(self, measure: Measure, state: State) -> Value:
        match measure:
            case "temperature":
                degrees = own_machine.temperature()
                return degrees if degrees is not None else NO_SENSOR
            case "clock":
                error_s = own_machine.clock_error_s()
                return error_s if error_s is not None else NO_TIME_SERVER
            case _ if any("storage.gone" in kinds for kinds in state.storage.values()):
                return UNREADABLE
            case _:
                disk = own_machine.disk_of(self._folder)
                return disk.used if measure == "disk" else disk.free_gb

    def _first_day(self, now: datetime) -> date:
        return now.astimezone(self._zone).date() - timedelta(days=DAYS - 1)


def score_of(measure: Measure, status: CameraStatus | None, now: datetime) -> Value:
    """How sharp the picture is against its approved view, or how well it fits it, in per cent, as it is judged now."""
    if not fresh(status, now):
        return NOT_JUDGED
    assert status is not None
    likeness = status.measures.get("similarity")
    if measure == "sharpness":
        if likeness is not None and likeness < Limits().blur_similarity:
            return OTHER_VIEW
        softness = status.measures.get("softness")
        return round(100 * min(1.0, exp(-softness)), 1) if softness is not None else NOT_JUDGED
    return round(100 * min(1.0, max(0.0, likeness)), 1) if likeness is not None else NOT_JUDGED


def fresh(status: CameraStatus | None, now: datetime) -> bool:
    """Whether a status says how a camera is judged now."""
    return (
        status is not None
        and status.signal == "live"
        and status.not_judged is None
        and abs(now - status.at) <= STALE_AFTER
    )


def _share(part_s: float, whole_s: float) -> Value:
    """Rounded down: what is not whole is never shown as whole."""
    return floor(1000 * part_s / whole_s) / 10 if whole_s >= LEAST_S else TOO_SHORT


def _reading(asset: str, item: Measured, value: Value, now: datetime) -> Reading:
    if isinstance(value, Text):
        return Reading(asset=asset, item=item.id, value=None, lacking=value, at=now)
    return Reading(asset=asset, item=item.id, value=value, at=now)


def in_pieces(readings: Sequence[Reading], most: int) -> Iterable[Sequence[Reading]]:
    """So many at a time."""
    return (readings[at : at + most] for at in range(0, len(readings), most))
