"""What every source of pictures gives: a simulated camera that can be forked and disturbed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from bench.picture.classes import LIGHTS, Light
from hub.vision.frame import Frame
from hub.vision.judge import Circumstances

EPOCH = datetime(2026, 3, 2, tzinfo=UTC)
"""Midnight before the first simulated day."""

TWILIGHT_H = 1.0
"""Twilight is the time so many hours before and after dawn and dusk."""


class Disturbance(NamedTuple):
    """One way to disturb a camera. `klass` is a key of `CLASSES`; it grows to full effect within `onset_s`."""

    name: str
    klass: str
    onset_s: float
    parameters: Mapping[str, Any]
    lights: tuple[Light, ...] = LIGHTS
    colour: bool = False
    """Only where the picture has colour."""


class Event(NamedTuple):
    """A disturbance while it acts, `progress` from 0 to 1; `seed` draws its shape."""

    disturbance: Disturbance
    progress: float
    seed: int


class Shot(NamedTuple):
    """One picture as the judge gets it."""

    frame: Frame
    circumstances: Circumstances


class Camera(Protocol):
    """A simulated camera. `hour` are simulated hours since the first midnight."""

    name: str
    source: str
    dawn_h: float
    dusk_h: float
    changing: bool
    """A site that is changed on purpose: building, parking, stacking."""

    @property
    def hour(self) -> float: ...

    @property
    def ended(self) -> bool:
        """Whether a recording is over; a simulated camera goes on for ever."""
        ...

    @property
    def infrared(self) -> bool:
        """Whether the picture is without colour now."""
        ...

    @property
    def active(self) -> tuple[str, ...]:
        """Which harmless things are going on in the picture."""
        ...

    @property
    def disturbances(self) -> tuple[Disturbance, ...]: ...

    def fork(self, seed: int) -> "Camera":
        """The same camera at the same moment with chances of its own from here on."""
        ...

    def step(self, step_s: float, sun: float, event: Event | None = None) -> Shot:
        """The next picture, `step_s` later; the sun moves `sun` times as fast."""
        ...


def wall_clock(hour: float) -> datetime:
    """The simulated time."""
    return EPOCH + timedelta(hours=hour)


def light_of(camera: Camera) -> Light:
    """In what light the camera stands now."""
    hour = camera.hour % 24
    if min(abs(hour - camera.dawn_h), abs(hour - camera.dusk_h)) <= TWILIGHT_H:
        return "twilight"
    return "day" if camera.dawn_h < hour < camera.dusk_h else "night"


def hours_of(camera: Camera, light: Light) -> tuple[float, ...]:
    """Hours of the day at which events in this light begin."""
    dawn, dusk = camera.dawn_h, camera.dusk_h
    if light == "day":
        return dawn + 2.2, (dawn + dusk) / 2, dusk - 2.2
    if light == "twilight":
        return dawn - 0.3, dawn + 0.5, dusk - 0.5, dusk + 0.3
    return (dusk + 2.0) % 24, (dusk + 4.5) % 24, dawn - 2.2
