"""From light to the picture that leaves the camera: exposure, noise and its suppression, tone, clock."""

from functools import cache

import numpy as np
import numpy.typing as npt

from bench.picture.brush import coloured, gray_of, soften
from bench.picture.geometry import HEIGHT, MARGIN_X, MARGIN_Y, WIDTH, Plane

_DIGITS = {
    "0": "0e11191513110e", "1": "040c040404040e", "2": "0e11010204081f", "3": "1f02040201110e", "4": "02060a121f0202",
    "5": "1f101e0101110e", "6": "0608101e11110e", "7": "1f010204080808", "8": "0e11110e11110e", "9": "0e11110f01020c",
    ":": "000c0c000c0c00", "-": "0000001f000000", " ": "00000000000000",
}  # fmt: skip
"""Seven rows of five dots each, as bits."""

MOST_GAIN = 400.0
"""Exposure may grow so much over that of full noon."""

TARGET = 0.16
"""Linear middle of a well exposed picture."""


def crop(light: Plane, down: float = 0.0, across: float = 0.0) -> Plane:
    """The picture out of its margins, moved by parts of a pixel at most as wide as they are."""
    down, across = (
        float(np.clip(down, -MARGIN_Y + 1, MARGIN_Y - 1)),
        float(np.clip(across, -MARGIN_X + 1, MARGIN_X - 1)),
    )
    i, j = int(np.floor(down)), int(np.floor(across))
    fi, fj = np.float32(down - i), np.float32(across - j)
    top, left = MARGIN_Y - i - 1, MARGIN_X - j - 1
    part = light[top : top + HEIGHT + 1, left : left + WIDTH + 1]
    if fi == 0 and fj == 0:
        return part[1:, 1:]
    tall = part[1:] * (1 - fi) + part[:-1] * fi
    return tall[:, 1:] * (1 - fj) + tall[:, :-1] * fj


def wanted_gain(light: Plane) -> float:
    """The exposure that brings this picture's light to the middle; bright spots count little."""
    rows, columns = light.shape[:2]
    level = gray_of(light[rows // 8 :: 2, columns // 10 : -columns // 10 : 2])
    weighed = np.sqrt(np.maximum(level, 0)).mean() ** 2
    return float(np.clip(TARGET / max(float(weighed), 1e-7), 0.05, MOST_GAIN * 4))


def expose(light: Plane, gain: float, balance: Plane | None, rng: np.random.Generator, noise: float) -> Plane:
    """Linear signal 0 to 1 with shot and read noise; the camera smooths noise the more, the more gain it needs."""
    signal = light * np.float32(gain) if balance is None else coloured(light, balance * np.float32(gain))
    analog = min(gain, MOST_GAIN)
    level = gray_of(signal) if signal.ndim == 3 else signal
    deviation = np.sqrt(2.2e-5 * max(1.0, analog**0.55) * np.maximum(level, 0) + 2.5e-7 * max(1.0, analog**0.85))
    grain = rng.standard_normal(signal.shape[:2], dtype=np.float32)
    if signal.ndim == 3:
        deviation = deviation[..., None]
        colour = rng.standard_normal((signal.shape[0] // 2, signal.shape[1] // 2, 3), dtype=np.float32)
        grain = 0.8 * grain[..., None] + 0.6 * np.repeat(np.repeat(colour, 2, 0), 2, 1)
    if analog > 8:
        grain = soften(grain, 0.55) * np.float32(1.6)
    grain *= deviation
    grain *= np.float32(noise)
    signal += grain
    return signal


def tone(signal: Plane) -> Plane:
    """Gray levels 0 to 255 from the linear signal: gamma with a soft shoulder."""
    bounded = np.clip(signal, 0, 4)
    result: Plane = 255 * np.sqrt(np.sqrt(np.tanh(bounded * 0.92) ** 1.85)).astype(np.float32)
    return result


def clock(picture: Plane, text: str, bright: float = 235.0) -> None:
    """Write the date and time into the upper left corner, in place."""
    row, column = 5, 6
    dots = np.concatenate([_dots(letter) for letter in text], axis=1)
    place = picture[row : row + dots.shape[0], column : column + dots.shape[1]]
    place[dots == _SHADOW] *= 0.45
    place[dots == _BRIGHT] = bright


_PLAIN, _SHADOW, _BRIGHT = 0, 1, 2


@cache
def _dots(letter: str) -> npt.NDArray[np.int8]:
    """What each point of a letter's place, 8 × 6, is: nothing of it, its shadow, or bright."""
    dots = np.full((8, 6), _PLAIN, np.int8)
    for down, line in enumerate(bytes.fromhex(_DIGITS[letter])):
        for across in range(5):
            if line >> (4 - across) & 1:
                dots[down, across] = _BRIGHT
                dots[down + 1, across + 1] = _SHADOW
    return dots
