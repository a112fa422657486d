"""The eight views of the demo plant: machines, people, a road; by day and by night.

A scene is a fixed background and a function that paints what moves at a phase from 0 to 1; phase 1 is phase 0 again,
so that the clip loops without a jump.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from hub_demo.paint import Canvas, Colour, box, canvas, car, disc, glow, grain, person, shape, stroke


class Scene(NamedTuple):
    background: Canvas
    paint: Callable[[Canvas, float], None]
    noise: float
    """Standard deviation of the sensor's noise, in grey levels."""


def build_scene(name: str) -> Scene:
    """One of `SCENES`. Raises `KeyError` for any other name."""
    return _SCENES[name](np.random.default_rng(sorted(_SCENES).index(name) + 7))


def _hall(rng: np.random.Generator, wall: Colour, floor: Colour, lamps: int = 5) -> Canvas:
    """A factory hall in one-point perspective, with girders, lamps and a marked floor."""
    picture = canvas((wall[0] * 0.7, wall[1] * 0.7, wall[2] * 0.7), wall)
    shape(picture, [(0, 360), (640, 360), (470, 168), (170, 168)], floor)
    shape(picture, [(170, 60), (470, 60), (470, 168), (170, 168)], (wall[0] * 1.12, wall[1] * 1.12, wall[2] * 1.12))
    for share in np.linspace(0, 1, 7):
        x = 170 + 300 * share
        stroke(picture, (x, 60), (x, 168), 3, (wall[0] * 0.75, wall[1] * 0.75, wall[2] * 0.78))
        stroke(picture, (x, 168), (-320 + 1280 * share, 400), 1.6, (floor[0] * 0.8, floor[1] * 0.8, floor[2] * 0.8))
    for depth in (0.0, 0.18, 0.42, 0.75):
        y = 60 - 60 * depth
        stroke(picture, (170 - 170 * depth, y), (470 + 170 * depth, y), 5 + 5 * depth, (84, 92, 102))
    for lamp in range(lamps):
        x = 200 + 240 * lamp / max(1, lamps - 1)
        box(picture, x - 14, 66, 28, 5, (250, 250, 238))
        glow(picture, x, 70, 26, (46, 46, 40))
    shape(picture, [(60, 360), (92, 360), (206, 168), (200, 168)], (216, 186, 48))
    shape(picture, [(548, 360), (580, 360), (440, 168), (434, 168)], (216, 186, 48))
    grain(picture, rng, 3.0)
    grain(picture, rng, 4.0, size=4)
    return picture


def _press(rng: np.random.Generator) -> Scene:
    picture = _hall(rng, (128, 138, 146), (112, 112, 110))
    for x in (96, 268, 440):
        box(picture, x, 118, 118, 150, (54, 98, 122), edge=26)
        box(picture, x + 14, 134, 90, 84, (28, 34, 40))
        box(picture, x + 10, 240, 98, 22, (74, 82, 90), edge=16)
        box(picture, x + 92, 122, 18, 12, (214, 60, 48))
    box(picture, 20, 296, 110, 40, (150, 108, 60), edge=14)

    def paint(on: Canvas, phase: float) -> None:
        for number, x in enumerate((96, 268, 440)):
            stroke_down = abs(np.sin((phase * 4 + number / 3) * np.pi)) ** 3
            ram = 136 + 46 * stroke_down
            box(on, x + 22, 134, 74, ram - 134, (96, 106, 116), edge=12)
            box(on, x + 18, ram, 82, 14, (168, 172, 176), edge=18)
            box(on, x + 34, 226, 50, 8, (190, 150, 90))
            lamp = (70, 220, 90) if stroke_down < 0.5 else (236, 190, 60)
            disc(on, x + 60, 126, 4, lamp)
        person(on, 228 + 20 * np.sin(phase * 2 * np.pi), 318, 108, (40, 84, 156), phase * 10)

    return Scene(picture, paint, 2.2)


def _welding(rng: np.random.Generator) -> Scene:
    picture = _hall(rng, (104, 104, 112), (88, 86, 84), lamps=3)
    box(picture, 216, 222, 220, 16, (92, 96, 102), edge=20)
    for x in (232, 408):
        box(picture, x, 238, 14, 70, (66, 70, 76), edge=10)
    for x in (60, 516):
        box(picture, x, 180, 70, 130, (196, 120, 40), edge=20)
        box(picture, x + 10, 196, 50, 40, (40, 44, 50))

    def paint(on: Canvas, phase: float) -> None:
        for number, (foot, lean) in enumerate(((96, 1), (552, -1))):
            turn = np.sin((phase + number * 0.5) * 2 * np.pi)
            elbow = (foot + lean * (70 + 14 * turn), 150 - 10 * turn)
            tip = (foot + lean * (150 + 34 * turn), 210 + 4 * np.cos(phase * 4 * np.pi))
            stroke(on, (foot, 184), elbow, 20, (232, 148, 44))
            stroke(on, elbow, tip, 13, (226, 138, 36))
            disc(on, elbow[0], elbow[1], 12, (60, 62, 66))
            if (phase * 8 + number) % 1 < 0.55:
                glow(on, tip[0], tip[1] + 6, 22, (150, 170, 220))
                disc(on, tip[0], tip[1] + 6, 4, (255, 255, 255))
                sparks = np.random.default_rng(int(phase * 997) + number)
                for dx, dy in sparks.normal(0, 1, (14, 2)):
                    disc(on, tip[0] + dx * 20, tip[1] + 10 + abs(dy) * 18, 1.3, (255, 214, 120))
        box(on, 226 + 120 * phase % 1, 208, 90, 14, (140, 146, 154), edge=16)

    return Scene(picture, paint, 2.6)


def _conveyor(rng: np.random.Generator) -> Scene:
    picture = _hall(rng, (150, 150, 142), (126, 122, 116))
    shape(picture, [(0, 262), (640, 214), (640, 262), (0, 322)], (52, 54, 58))
    for x in range(10, 640, 60):
        box(picture, x, 300 - x * 0.086, 8, 46, (84, 88, 94), edge=10)
    box(picture, 470, 90, 130, 126, (72, 118, 98), edge=24)
    box(picture, 486, 104, 98, 48, (24, 42, 40))

    def paint(on: Canvas, phase: float) -> None:
        for number in range(6):
            along = (number / 6 + phase / 3) % 1
            x, y = 700 * along - 40, 268 - 44 * along
            side = 46
            box(on, x, y - side, side, side, (176 - number * 8, 132, 84 + number * 6), edge=20)
            stroke(on, (x, y - side / 2), (x + side, y - side / 2), 3, (226, 210, 160))
        for bar in range(5):
            high = 8 + 26 * abs(np.sin((phase * 3 + bar * 0.21) * np.pi))
            box(on, 494 + bar * 18, 148 - high, 10, high, (86, 224, 150))
        person(on, 150, 350, 132, (196, 90, 40), 0.18 + 0.1 * np.sin(phase * 2 * np.pi))

    return Scene(picture, paint, 2.0)


def _boiler(rng: np.random.Generator) -> Scene:
    picture = _hall(rng, (118, 112, 108), (96, 94, 92), lamps=4)
    for x, radius in ((180, 84), (430, 96)):
        disc(picture, x, 196, radius, (120, 126, 132))
        disc(picture, x, 196, radius - 10, (146, 152, 158))
        disc(picture, x, 196, radius * 0.4, (70, 76, 84))
        for bolt in np.linspace(0, 2 * np.pi, 14, endpoint=False):
            disc(picture, x + np.cos(bolt) * (radius - 5), 196 + np.sin(bolt) * (radius - 5), 2.5, (60, 62, 66))
    for y in (86, 104):
        stroke(picture, (0, y), (640, y - 8), 9, (168, 84, 58) if y == 86 else (70, 120, 150))
    stroke(picture, (306, 96), (306, 330), 12, (150, 152, 154))

    def paint(on: Canvas, phase: float) -> None:
        for number, x in enumerate((180, 430)):
            disc(on, x, 150, 22, (240, 240, 232))
            needle = -2.2 + 0.8 * np.sin((phase + number * 0.3) * 2 * np.pi)
            stroke(on, (x, 150), (x + 18 * np.cos(needle), 150 + 18 * np.sin(needle)), 2.4, (200, 40, 32))
            flame = 0.6 + 0.4 * np.sin((phase * 9 + number) * 2 * np.pi)
            glow(on, x, 204, 16, (190 * flame, 90 * flame, 16))
        for puff in range(7):
            rise = (phase * 2 + puff / 7) % 1
            disc(
                on,
                306 + 18 * np.sin(puff * 2.1 + rise * 4),
                96 - 84 * rise,
                7 + 18 * rise,
                (206, 208, 210),
                strength=0.5 * (1 - rise),
            )
        person(on, 560 - 20 * np.sin(phase * 2 * np.pi), 336, 112, (70, 112, 72), phase * 8)

    return Scene(picture, paint, 2.4)


def _outdoors(rng: np.random.Generator, sky: Colour, ground: Colour, horizon: int = 150) -> Canvas:
    picture = canvas((sky[0] * 0.8, sky[1] * 0.9, sky[2]), sky)
    picture[horizon:] = ground
    for x in range(-10, 650, 26):
        tall = 12 + 16 * rng.random()
        disc(picture, x, horizon - tall * 0.4, tall, (58 + 20 * rng.random(), 84 + 22 * rng.random(), 52))
    grain(picture, rng, 3.0)
    grain(picture, rng, 5.0, size=6)
    return picture


def _gate(rng: np.random.Generator) -> Scene:
    picture = _outdoors(rng, (186, 204, 222), (120, 118, 114))
    shape(picture, [(180, 360), (520, 360), (420, 150), (300, 150)], (92, 92, 94))
    box(picture, 40, 110, 150, 150, (188, 176, 156), edge=24)
    box(picture, 60, 136, 60, 44, (74, 102, 126), edge=16)
    box(picture, 134, 176, 40, 84, (92, 66, 46), edge=12)
    for x in range(430, 640, 14):
        box(picture, x, 124, 4, 120, (64, 70, 66))
    box(picture, 430, 140, 210, 5, (64, 70, 66))
    box(picture, 210, 178, 12, 84, (206, 206, 202), edge=14)

    def paint(on: Canvas, phase: float) -> None:
        open_ = np.clip(np.sin(phase * 2 * np.pi) * 1.6, 0, 1)
        angle = -1.25 * open_
        for part in range(8):
            start = (216 + 26 * part * np.cos(angle), 190 + 26 * part * np.sin(angle))
            end = (216 + 26 * (part + 1) * np.cos(angle), 190 + 26 * (part + 1) * np.sin(angle))
            stroke(on, start, end, 8, (214, 44, 40) if part % 2 else (240, 240, 236))
        size = 90 + 170 * ((phase * 1.0) % 1)
        if phase < 0.62:
            car(on, 250 + 40 * phase, 176 + 290 * phase, size, (168, 40, 44))
        person(on, 560 - 90 * phase, 300 + 24 * phase, 92, (36, 52, 96), phase * 9)

    return Scene(picture, paint, 1.8)


def _road(rng: np.random.Generator) -> Scene:
    picture = _outdoors(rng, (170, 196, 226), (104, 124, 84), horizon=136)
    shape(picture, [(0, 214), (640, 190), (640, 318), (0, 346)], (84, 86, 90))
    for x in range(0, 640, 74):
        stroke(picture, (x, 280 - x * 0.037), (x + 36, 279 - x * 0.037), 5, (232, 232, 224))
    for x in (90, 320, 550):
        stroke(picture, (x, 206 - x * 0.03), (x, 66), 5, (92, 96, 100))
        box(picture, x, 62, 34, 6, (120, 124, 128))
    box(picture, 400, 70, 170, 92, (168, 158, 150), edge=18)
    for window in range(5):
        box(picture, 412 + 32 * window, 86, 20, 24, (78, 98, 118), edge=10)

    def paint(on: Canvas, phase: float) -> None:
        for number, (lane, colour) in enumerate(
            ((248, (196, 54, 48)), (262, (52, 92, 168)), (312, (226, 226, 224)), (330, (88, 138, 92)))
        ):
            along = (phase * (1 + number % 2) + number * 0.27) % 1
            car(on, 900 * along - 200, lane - 20 * along, 110 + 14 * (lane > 290), colour)
        person(on, 640 - 700 * ((phase + 0.2) % 1), 204, 52, (160, 60, 120), phase * 14)

    return Scene(picture, paint, 1.8)


def _warehouse(rng: np.random.Generator) -> Scene:
    picture = _hall(rng, (142, 136, 126), (138, 132, 124), lamps=4)
    for side in (0, 1):
        for column in range(4):
            x = (20 + column * 46) if side == 0 else (620 - 40 - column * 46)
            tall = 190 - column * 26
            for shelf in range(3):
                y = 150 + column * 6 + shelf * tall / 3.4
                colour = (150 + 40 * rng.random(), 108 + 30 * rng.random(), 66 + 20 * rng.random())
                box(picture, x, y, 38, tall / 4.4, colour, edge=18)
            stroke(picture, (x - 3, 130), (x - 3, 150 + tall), 4, (48, 84, 140))

    def paint(on: Canvas, phase: float) -> None:
        x = 320 + 108 * np.sin(phase * 2 * np.pi)
        near = 0.75 + 0.3 * np.cos(phase * 2 * np.pi)
        high, wide, floor = 84 * near, 96 * near, 250 + 60 * near
        box(on, x - wide / 2, floor - high, wide, high * 0.7, (232, 176, 36), edge=26)
        box(on, x - wide / 3, floor - high * 1.5, wide * 0.55, high * 0.6, (52, 54, 58))
        stroke(on, (x + wide / 2, floor), (x + wide / 2, floor - high * 1.9), 7, (70, 72, 78))
        lift = high * (0.5 + 0.4 * np.sin(phase * 6 * np.pi))
        box(on, x + wide / 2, floor - lift - high * 0.4, wide * 0.5, high * 0.4, (164, 116, 70), edge=16)
        for wheel in (-0.32, 0.32):
            disc(on, x + wide * wheel, floor - 4, 12 * near, (22, 22, 24))

    return Scene(picture, paint, 2.0)


def _yard(rng: np.random.Generator) -> Scene:
    picture = canvas((8, 10, 20), (26, 28, 34))
    picture[170:] = (34, 35, 38)
    box(picture, 30, 70, 210, 130, (44, 44, 48), edge=8)
    for window in range(4):
        lit = window in (1, 2)
        box(picture, 48 + 48 * window, 92, 30, 26, (196, 168, 96) if lit else (18, 20, 26))
    for x in range(250, 640, 16):
        box(picture, x, 120, 3, 84, (52, 54, 58))
    box(picture, 250, 128, 390, 3, (58, 60, 64))
    for stack in range(3):
        box(picture, 420 + 66 * stack, 190 - 12 * stack, 60, 70, (60 + 12 * stack, 46, 40), edge=12)
    shape(picture, [(120, 360), (560, 360), (420, 200), (260, 200)], (46, 47, 50))
    for x in (150, 360, 560):
        stroke(picture, (x, 40), (x, 210), 4, (60, 62, 66))
        disc(picture, x, 40, 6, (255, 246, 214))
        glow(picture, x, 52, 40, (92, 84, 58))
        glow(picture, x, 214, 62, (58, 52, 36))
    grain(picture, rng, 2.0)
    grain(picture, rng, 2.0, size=4)

    def paint(on: Canvas, phase: float) -> None:
        person(on, 90 + 420 * abs(2 * phase - 1), 300, 96, (120, 104, 66), phase * 16)
        if phase > 0.5:
            car(on, -240 + 1500 * (phase - 0.5), 250, 130, (70, 72, 80), lights=True)

    return Scene(picture, paint, 4.0)


_SCENES: dict[str, Callable[[np.random.Generator], Scene]] = {
    "press": _press,
    "welding": _welding,
    "conveyor": _conveyor,
    "boiler": _boiler,
    "gate": _gate,
    "road": _road,
    "warehouse": _warehouse,
    "yard": _yard,
}
SCENES = tuple(_SCENES)
"""The names of the scenes."""
