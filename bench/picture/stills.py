"""A camera from recorded days: a folder of JPEG stills whose names hold their time, each shown for 72 s.

Names hold twelve or fourteen digits, with anything between them: `2025-03-01_06-12.jpg`, `cam3_20250301061230.jpg`.
The light of the stills is real; what moves between two of them is unknown. A held still is given fresh noise and
compression for each picture, else it would be frozen.
"""

import copy
import re
from bisect import bisect_right
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from bench.picture import disturb
from bench.picture.camera import Disturbance, Event, Shot
from bench.picture.codec import Codec
from bench.picture.frames import planes_of
from bench.picture.geometry import HEIGHT, MARGIN_X, MARGIN_Y, WIDTH, Aim, Plane
from bench.picture.sensor import crop
from hub.vision.judge import Circumstances

HOLD_S = 72.0
MIN_STILLS = 20
LARGEST = 32 * 1024 * 1024
_GAMMA = 2.2
_AIM = Aim(height=4.0)
_PAINTED = frozenset({"turn", "lamp"})
"""What cannot be painted on a still: another aim needs a world, and lamps a night without them."""


class Still:
    """One recorded picture, read when it is wanted."""

    def __init__(self, path: Path, at: datetime) -> None:
        self.path = path
        self.at = at


def time_of(name: str) -> datetime | None:
    """The time in a file's name, or None.

    >>> time_of("yard_2025-03-01_06-12-30.jpg").hour
    6
    """
    digits = re.search(r"(20\d\d)\D?(\d\d)\D?(\d\d)\D?(\d\d)\D?(\d\d)(?:\D?(\d\d))?", name)
    if digits is None:
        return None
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in digits.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def list_stills(folder: Path) -> list[Still]:
    """The stills of a folder in the order of their times. ValueError when there are too few to judge by."""
    found = []
    for path in folder.iterdir():
        at = time_of(path.name)
        if at is not None and path.suffix.lower() in (".jpg", ".jpeg") and path.stat().st_size <= LARGEST:
            found.append(Still(path, at))
    if len(found) < MIN_STILLS:
        raise ValueError(
            f"{folder} holds {len(found)} stills with a time in their name; at least {MIN_STILLS} are needed"
        )
    return sorted(found, key=lambda still: still.at)


def load_picture(path: Path) -> npt.NDArray[np.float32]:
    """A still as float32 (180, 320, 3) in red, green, blue; the middle is cut out when it is not 16:9."""
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
    tall, wide = frame.height, frame.width
    picture = (
        frame.reformat(
            max(WIDTH, round(wide * HEIGHT / tall)),
            max(HEIGHT, round(tall * WIDTH / wide)),
            "rgb24",
            interpolation="AREA",
        )
        .to_ndarray()
        .astype(np.float32)
    )
    top, left = (picture.shape[0] - HEIGHT) // 2, (picture.shape[1] - WIDTH) // 2
    return picture[top : top + HEIGHT, left : left + WIDTH]


class StillCamera:
    """A recorded camera. Its time is that of the stills; `sun` has no meaning here, gaps are jumped over."""

    source = "stills"
    changing = False

    def __init__(self, folder: Path, seed: int) -> None:
        self.name = folder.name
        self._stills = list_stills(folder)
        self._starts = [number * HOLD_S for number in range(len(self._stills))]
        self._played_s = 0.0
        self._rng = np.random.default_rng(seed)
        self._codec = Codec("mjpeg", 4)
        self._shown: tuple[int, Plane] | None = None
        self._frozen: Any = None
        self.dawn_h, self.dusk_h = self._dawn_and_dusk()
        self.infrared = False

    @property
    def days(self) -> float:
        """Days from the first still to the last."""
        return (self._stills[-1].at - self._stills[0].at).total_seconds() / 86400

    @property
    def ended(self) -> bool:
        return self._played_s >= len(self._stills) * HOLD_S

    @property
    def hour(self) -> float:
        first = self._stills[0].at
        midnight = first.replace(hour=0, minute=0, second=0)
        return (self._now() - midnight).total_seconds() / 3600

    @property
    def active(self) -> tuple[str, ...]:
        return (self._stills[self._number()].path.name,)

    @property
    def disturbances(self) -> tuple[Disturbance, ...]:
        return tuple(
            each for each in disturb.DISTURBANCES if each.parameters["do"] not in _PAINTED and each.onset_s <= 1200
        )

    def fork(self, seed: int) -> "StillCamera":
        other = copy.copy(self)
        other._rng = np.random.default_rng(seed)
        other._codec = self._codec.own()
        return other

    def step(self, step_s: float, sun: float, event: Event | None = None) -> Shot:
        # An event stays in the light in which it began: the next still may be an hour later.
        if event is None:
            self._played_s += step_s
        picture = self._picture()
        light: Plane = np.pad(
            (picture / 255) ** _GAMMA, ((MARGIN_Y, MARGIN_Y), (MARGIN_X, MARGIN_X), (0, 0)), mode="reflect"
        )
        if self.infrared:
            light = light[..., :1]
        light = disturb.optics(event, light.astype(np.float32), _AIM, self._rng, self.infrared, 0.0)
        down, across = disturb.shake(event, self._rng)
        light = crop(light * np.float32(disturb.exposure(event)), down, across)
        shown: Plane = 255 * np.clip(light, 0, 1) ** (1 / _GAMMA)
        if shown.shape[-1] == 1:
            shown = np.repeat(shown, 3, -1)
        shown = shown + self._rng.normal(0, 1.2, (HEIGHT, WIDTH)).astype(np.float32)[..., None]
        shown = disturb.electronics(event, shown.astype(np.float32), self._rng)
        shown, self._frozen = disturb.freeze(event, shown, self._frozen, self._rng)
        share = disturb.damage(event)
        planes = planes_of(np.clip(shown, 0, 255)[..., ::-1])
        frame = self._codec.transmit(planes, 0, self._rng if share else None, share)
        return Shot(frame, Circumstances(at=self._now()))

    def _number(self) -> int:
        return min(len(self._stills) - 1, max(0, bisect_right(self._starts, self._played_s) - 1))

    def _now(self) -> datetime:
        return self._stills[self._number()].at

    def _picture(self) -> Plane:
        number = self._number()
        if self._shown is None or self._shown[0] != number:
            picture = load_picture(self._stills[number].path)
            self._shown = (number, picture)
            self.infrared = float(np.abs(picture[..., 0] - picture[..., 2]).mean()) < 2.5
        return self._shown[1]

    def _dawn_and_dusk(self) -> tuple[float, float]:
        """Roughly, from the calendar: the exact hour only sorts events into day and night."""
        day = self._stills[0].at.timetuple().tm_yday
        half = 6 + 2.2 * np.sin((day - 80) / 365 * 2 * np.pi)
        return 12.5 - float(half), 12.5 + float(half)
