"""A camera for the tests of whole-picture faults: a coloured scene, followed and judged by one detector alone."""

from datetime import UTC, datetime, timedelta
from functools import cache
from types import SimpleNamespace

import numpy as np

from hub.vision.answer import Answer
from hub.vision.diagnosis import DETECTORS
from hub.vision.frame import Frame
from hub.vision.gradients import align, spectrum
from hub.vision.limits import Limits
from hub.vision.picture import measure
from hub.vision.signals import Signals, follow
from hub.vision.usual import Usual, expected, learn
from hub.vision.whole import whole
from tests.vision.scenes import HEIGHT, WIDTH, Image, compress, place, sight

DETECT = {detector.name: detector.detect for detector in DETECTORS}
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)


def scene_of(kind: str, seed: int) -> tuple[Image, Image]:
    """Luma of a place, and its colour differences: patches with tints of their own."""
    luma = sight(place(kind, seed))
    rng = np.random.default_rng(seed)
    tints = np.kron(rng.normal(0, 0.06, (2, 9, 16)), np.ones((5, 5)))
    small = luma.reshape(45, 4, 80, 4).mean((1, 3))
    return luma, (tints * small).astype(np.float32)


@cache
def learned(kind: str, seed: int, colour: bool, noise: float, hour: int) -> "Camera":
    """A camera whose usual ranges are learned from its own quiet pictures."""
    camera = Camera.__new__(Camera)
    camera.luma, camera.colour = scene_of(kind, seed)
    camera.rng = np.random.default_rng([seed, 3])
    camera.has_colour, camera.noise = colour, noise
    camera.at, camera.at_s = NOON.replace(hour=hour), 0.0
    camera.signals, camera.usual, camera.reference = Signals(), Usual(), None
    field = measure(camera.shoot().gray).field
    camera.reference = (field, spectrum(field))
    for _ in range(24):
        camera.see(camera.shoot())
        camera.usual = learn(camera.usual, whole(camera.picture, camera.signals), 60.0, camera.at)
    return camera


class Camera:
    """Judged by one detector alone."""

    def __init__(self, kind: str, seed: int, *, colour: bool = True, noise: float = 2.0, hour: int = 12) -> None:
        self.__dict__.update(vars(learned(kind, seed, colour, noise, hour)))
        self.rng = np.random.default_rng([seed, 4])
        self.held: set[str] = set()

    def shoot(
        self,
        change=lambda luma: luma,
        *,
        gains: tuple[float, float, float] = (1, 1, 1),
        noise: float | None = None,
        quantiser: float = 0.0,
        damaged: bool = False,
    ) -> Frame:
        """A picture: `change` of the luma, `gains` of red, green and blue."""
        luma = change(self.luma)
        blue, red = self.colour * (luma.mean() / self.luma.mean())
        noise = self.noise if noise is None else noise
        rough = luma + self.rng.standard_normal(luma.shape, dtype=np.float32) * np.float32(noise)
        rough = np.clip(rough, 0, 255)
        gray = np.clip(compress(rough, quantiser) if quantiser else rough, 0, 255).astype(np.uint8)
        if not self.has_colour:
            return Frame(gray, np.full((2, 45, 80), 128, np.uint8), damaged)
        small = luma.reshape(45, 4, 80, 4).mean((1, 3))
        r, g, b = small + red / 0.713, small - 0.344 / 0.564 * blue - 0.714 / 0.713 * red, small + blue / 0.564
        r, g, b = (plane * gain for plane, gain in zip((r, g, b), gains, strict=True))
        y = 0.299 * r + 0.587 * g + 0.114 * b
        chroma = np.stack([0.564 * (b - y), 0.713 * (r - y)]) + self.rng.normal(0, 1, (2, 45, 80))
        return Frame(gray, np.clip(chroma + 128.5, 0, 255).astype(np.uint8), damaged)

    def see(self, frame: Frame, step_s: float = 2.0) -> None:
        self.at_s += step_s
        self.at += timedelta(seconds=step_s)
        self.picture = measure(frame.gray, frame.chroma)
        self.frame = frame
        alignment = align(self.picture.field, *self.reference)
        self.signals = follow(self.signals, frame, self.picture, alignment, self.at_s, getattr(self, "held", set()))

    def ask(self, name: str, ease: float = 1.0) -> Answer:
        scene = SimpleNamespace(
            frame=self.frame,
            signals=self.signals,
            usual=expected(self.usual, self.at),
            held=self.held,
            picture=self.picture,
            compared=None,
            limits=Limits(),
        )
        return DETECT[name](scene, ease)

    def watch(self, name: str, pictures: int, shoot=None) -> list[bool]:
        """Whether the detector suspects in each of so many pictures."""
        suspected = []
        for _ in range(pictures):
            self.see(self.shoot() if shoot is None else shoot())
            suspected.append(self.ask(name).suspected)
        return suspected

    def reading(self, name: str, measure_name: str) -> float:
        return next(reading.value for reading in self.ask(name).readings if reading.name == measure_name)


def wave(amplitude: float, period: float, angle: float = 0.0, phase: float = 0.0) -> Image:
    """A wave over the picture: `angle` 0 has its stripes lie level."""
    turned = Y * np.cos(angle) + X * np.sin(angle)
    return (amplitude * np.sin(2 * np.pi * turned / period + phase)).astype(np.float32)
