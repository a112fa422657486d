"""The disturbances of rendered cameras, each at the place on the light's way where it happens.

Near things are out of focus by a disc; what covers the lens takes its light from the scene around, and shines in the
beam of an infra-red illuminator. Sizes are shares of the picture; a defocus `sigma` is the standard deviation of its
disc in pixels of 320.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from bench.picture.brush import bar, clouds, defocus, soften, spot
from bench.picture.camera import Disturbance, Event
from bench.picture.geometry import COLUMNS, HEIGHT, MARGIN_X, MARGIN_Y, ROWS, WIDTH, Aim, Plane

SHAPE = (ROWS, COLUMNS)


def _some(name: str, klass: str, onset_s: float, /, **parameters: Any) -> Disturbance:
    lights = parameters.pop("lights", ("day", "twilight", "night"))
    colour = parameters.pop("colour", False)
    return Disturbance(name, klass, onset_s, parameters, lights, colour)


_DAY = ("day",)
_NIGHT = ("night",)
HOUR_S, DAY_S = 3600.0, 86400.0

DISTURBANCES: tuple[Disturbance, ...] = (
    _some("dead sensor", "black", 1, do="black"),
    _some("lens cap", "cover", 1, do="cover", level=0.0002, pattern=0.0),
    _some("hand", "cover", 1, do="cover", level=0.35, pattern=0.25),
    _some("cloth", "cover", 2, do="cover", level=0.5, pattern=0.12, weave=0.2),
    _some("white bag", "cover", 2, do="cover", level=1.6, pattern=0.05),
    _some("snow, heavy", "snow", 1, do="snow", sigma=42.0),
    _some("snow, no picture left", "snow", 1, do="snow", sigma=10.0, mix=0.9),
    _some("snow, light", "weak snow", 1, do="snow", sigma=16.0),
    _some("frozen", "frozen", 1, do="freeze"),
    _some("frozen, clock runs", "frozen", 1, do="freeze", clock=True),
    _some("frozen, encoded again", "frozen, encoded again", 1, do="freeze", clock=True, sigma=0.35),
    _some("turned 3 %", "moved", 1, do="turn", across=0.031),
    _some("turned 6 % down", "moved", 1, do="turn", across=0.03, down=0.06),
    _some("turned 15 %", "moved", 1, do="turn", across=-0.15),
    _some("turned away", "moved", 1, do="turn", across=0.6, down=0.1),
    _some("rolled 5°", "moved", 1, do="turn", roll=5.0),
    _some("rolled 12°", "moved", 1, do="turn", roll=-12.0, down=0.04),
    _some("zoomed 1.3", "moved", 1, do="turn", zoom=1.3),
    _some("gain stuck high", "bright", 4, do="exposure", factor=14.0),
    _some("iris stuck closed", "dark", 20, do="exposure", factor=0.02, lights=_DAY),
    _some("contrast lost", "flat", 10, do="flatten", keep=0.22),
    _some("haze behind the glass", "flat", 20, do="dirt", cover=1.0, haze=0.82, sigma=0.0),
    _some("hum", "stripes", 1, do="stripes", amplitude=6.0, period=45.0, rolls=True),
    _some("interference", "stripes", 1, do="stripes", amplitude=9.0, period=7.5, angle=0.5, rolls=True),
    _some("bars that stand", "stripes", 1, do="stripes", amplitude=10.0, period=11.0),
    _some("column faults", "stripes", 1, do="stripes", amplitude=14.0, period=16.0, angle=1.5708, square=True),
    _some("shaking a little", "jitter", 1, do="shake", sigma=3.0),
    _some("shaking hard", "jitter", 1, do="shake", sigma=6.5),
    _some("blue lost", "cast", 1, do="cast", gains=(1.08, 1.02, 0.45), colour=True),
    _some("green", "cast", 1, do="cast", gains=(0.72, 1.12, 0.74), colour=True),
    _some("magenta", "cast", 2, do="cast", gains=(1.14, 0.78, 1.16), colour=True),
    _some("cool", "mild cast", 1, do="cast", gains=(0.86, 0.98, 1.15), colour=True),
    _some("damaged a little", "damaged", 1, do="damage", share=0.08),
    _some("damaged", "damaged", 1, do="damage", share=0.3),
    _some("defocus 1.0", "mild blur", 2, do="defocus", sigma=1.0),
    _some("defocus 1.5", "blur", 2, do="defocus", sigma=1.5),
    _some("defocus 2.5", "blur", 2, do="defocus", sigma=2.5),
    _some("defocus 5", "blur", 2, do="defocus", sigma=5.0),
    _some("sticker 30 %", "obstruction", 1, do="patch", shape="sticker", cover=0.30, level=0.8),
    _some("paint 35 %", "obstruction", 3, do="patch", shape="splash", cover=0.35, level=1.1),
    _some("leaf 28 %", "obstruction", 2, do="patch", shape="leaf", cover=0.28, level=0.3),
    _some("bag over the side 40 %", "obstruction", 2, do="patch", shape="side", cover=0.40, level=0.5),
    _some("sticker 12 %", "small obstruction", 1, do="patch", shape="sticker", cover=0.12, level=0.8),
    _some("splash 18 %", "small obstruction", 3, do="patch", shape="splash", cover=0.18, level=1.0),
    _some("drops and dust 45 %", "dirt", 30, do="dirt", cover=0.45, haze=0.45, sigma=2.5),
    _some("mud film 70 %", "dirt", 30, do="dirt", cover=0.70, haze=0.55, sigma=3.0),
    _some("cobweb", "cobweb", 4, do="web", threads=16, opacity=0.55),
    _some("cobweb, thin", "cobweb", 4, do="web", threads=11, opacity=0.38),
    _some("branch over a day", "foliage", DAY_S / 2, do="branch", cover=0.2, lights=_DAY),
    _some("film over 20 minutes", "slow cover", 1200, do="cover", level=0.7, pattern=0.1),
    _some("frost over two hours", "slow cover", 2 * HOUR_S, do="dirt", cover=1.0, haze=0.9, sigma=6.0),
    _some("dust over ten days", "slow decline", 10 * DAY_S, do="dirt", cover=0.9, haze=0.4, sigma=2.2, lights=_DAY),
    _some("lamps and illuminator out", "night unusable", 2, do="lamp", keep=0.0, lights=_NIGHT),
    _some("lamps and illuminator fail", "night unusable", 2, do="lamp", keep=0.003, lights=_NIGHT),
)


DECLINE_KINDS = ("yard", "hall")
"""Ten days take two minutes of computing, so only these places are tried with them."""


def disturbances_of(kind: str) -> tuple[Disturbance, ...]:
    """What is tried on a place of this kind."""
    if kind in DECLINE_KINDS:
        return DISTURBANCES
    return tuple(disturbance for disturbance in DISTURBANCES if disturbance.klass != "slow decline")


def _doing(event: Event | None, what: str) -> Any:
    return event.disturbance.parameters if event is not None and event.disturbance.parameters["do"] == what else None


def aimed(event: Event | None, aim: Aim) -> Aim:
    """Where the camera looks after it was turned; shares are of the picture's width and height."""
    turn = _doing(event, "turn")
    if turn is None:
        return aim
    tall = aim.view * HEIGHT / WIDTH
    return aim._replace(
        yaw=aim.yaw + turn.get("across", 0.0) * aim.view,
        down=aim.down + turn.get("down", 0.0) * tall,
        roll=aim.roll + turn.get("roll", 0.0),
        view=float(np.degrees(2 * np.arctan(np.tan(np.radians(aim.view / 2)) / turn.get("zoom", 1.0)))),
    )


def lamps(event: Event | None) -> float:
    """How much of their light the lamps and the camera's own illuminator still give."""
    lamp = _doing(event, "lamp")
    return 1.0 if lamp is None else float(lamp["keep"])


def exposure(event: Event | None) -> float:
    """By how much the exposure is wrong."""
    wrong = _doing(event, "exposure")
    if wrong is None or event is None:
        return 1.0
    return float(wrong["factor"] ** event.progress)


def shake(event: Event | None, rng: np.random.Generator) -> tuple[float, float]:
    """Where a shaking camera looks in this picture, pixels down and across."""
    shaking = _doing(event, "shake")
    if shaking is None:
        return 0.0, 0.0
    down, across = rng.normal(0, shaking["sigma"], 2)
    return float(down), float(across)


def damage(event: Event | None) -> float:
    """Which share of the stream's bytes is damaged."""
    broken = _doing(event, "damage")
    return 0.0 if broken is None else float(broken["share"])


def optics(event: Event | None, scene: Plane, aim: Aim, rng: np.random.Generator, infrared: bool, wind: float) -> Plane:
    """What happens before and in the lens, on linear light."""
    if event is None:
        return scene
    parameters, seed = event.disturbance.parameters, event.seed
    do, progress = parameters["do"], event.progress
    if do == "defocus":
        radius = 2 * parameters["sigma"] * progress
        return defocus(scene, radius) if radius > 0.3 else scene
    if do in ("cover", "patch"):
        return _near(scene, parameters, progress, seed, infrared)
    if do == "dirt":
        return _dirt(scene, parameters, progress, seed)
    if do == "web":
        return _web(scene, parameters, progress, seed, rng, infrared)
    if do == "branch":
        return _branch(scene, parameters, progress, np.random.default_rng(seed), rng, wind)
    return scene


# What lies on a lens stays as it is from picture to picture, and drawing it takes longer than all the rest.
_drawn_once = lru_cache(maxsize=2)


def _ambient(scene: Plane) -> Plane:
    """Light that falls on the lens from all around."""
    light: Plane = scene[::3, ::3].mean((0, 1))
    return light


@_drawn_once
def _cover(strength: float, weave: float, shape: str, cover: float, seed: int) -> tuple[Plane, Plane | None]:
    """The pattern of what lies close to the lens, and which part of the lens it covers (None: all of it)."""
    own = np.random.default_rng(seed)
    pattern = 1 + strength * soften(clouds(own, SHAPE, 45), 4)
    if weave:
        y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
        pattern = pattern + weave * np.sin(x * 0.13 + 2 * clouds(own, SHAPE, 60)) * np.sin(y * 0.11)
    return pattern, defocus(_shape(shape, cover, own), 5.0)[..., None] if shape else None


def _near(scene: Plane, parameters: Any, progress: float, seed: int, infrared: bool) -> Plane:
    shape, cover = parameters.get("shape", ""), parameters.get("cover", 0.0) * progress
    pattern, mask = _cover(parameters.get("pattern", 0.08), parameters.get("weave", 0.0), shape, cover, seed)
    level = parameters["level"]
    if infrared and level > 0.05:
        level = level * 4
    light = pattern[..., None] * _ambient(scene) * np.float32(level)
    if mask is None:
        covered: Plane = scene * np.float32(1 - progress) + light * np.float32(progress)
        return covered
    if shape == "leaf" and scene.shape[-1] == 3:
        light = light * np.array([0.7, 1.15, 0.45], np.float32)
    changed: Plane = scene * (1 - mask) + light * mask
    return changed


def _shape(shape: str, cover: float, own: np.random.Generator) -> Plane:
    """The opaque part of the lens, 0 or 1, over `cover` of the visible picture."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    y, x = y - MARGIN_Y, x - MARGIN_X
    if cover <= 0:
        return np.zeros(SHAPE, np.float32)
    if shape == "sticker":
        aspect = own.uniform(0.7, 1.5)
        high = min(HEIGHT * 0.95, np.sqrt(cover * HEIGHT * WIDTH * aspect))
        wide = cover * HEIGHT * WIDTH / high
        top, left = own.uniform(0, HEIGHT - high), own.uniform(0, WIDTH - wide)
        return bar(y, x, top, top + high, left, left + wide)
    if shape == "side":
        field = x * own.choice([-1, 1]) + 0.5 * y * own.uniform(-1, 1) + 10 * clouds(own, SHAPE, 40)
    elif shape == "leaf":
        turn = own.uniform(0, 6.28)
        from_edge = (x - WIDTH / 2) * np.cos(turn) + (y - HEIGHT / 2) * np.sin(turn)
        across = -(x - WIDTH / 2) * np.sin(turn) + (y - HEIGHT / 2) * np.cos(turn) + own.uniform(-40, 40)
        field = from_edge - 0.02 * across * across + 5 * np.abs(np.sin(across / 9))
    else:
        field = clouds(own, SHAPE, 38) + 0.6 * clouds(own, SHAPE, 14)
    inside = field[MARGIN_Y : MARGIN_Y + HEIGHT, MARGIN_X : MARGIN_X + WIDTH]
    opaque: Plane = (field > np.quantile(inside, 1 - cover)).astype(np.float32)
    return opaque


@_drawn_once
def _smears(cover: float, seed: int) -> Plane:
    """How thick dirt lies on each part of the lens, 0 to 1."""
    own = np.random.default_rng(seed)
    if cover >= 1:
        film: Plane = (0.85 + 0.15 * np.tanh(clouds(own, SHAPE, 70)))[..., None]
        return film
    field = clouds(own, SHAPE, 55) + 0.5 * clouds(own, SHAPE, 20)
    spots = np.clip(0.5 + (field - np.quantile(field, 1 - cover)) * 1.6, 0, 1)
    for _ in range(14):
        row, column = own.uniform(0, ROWS), own.uniform(0, COLUMNS)
        spots = np.maximum(spots, np.clip(1.4 * spot(SHAPE, row, column, own.uniform(4, 11)), 0, 1))
    return defocus(spots.astype(np.float32), 6.0)[..., None]


def _dirt(scene: Plane, parameters: Any, progress: float, seed: int) -> Plane:
    mask = _smears(parameters["cover"], seed) * np.float32(progress)
    haze = np.float32(parameters["haze"])
    behind = soften(scene, parameters["sigma"] * progress)
    changed: Plane = scene * (1 - mask) + mask * (behind * (1 - haze) + haze * _ambient(scene) * np.float32(1.05))
    return changed


@_drawn_once
def _threads(count: int, seed: int) -> Plane:
    """A web, out of focus: how much of the light its threads take."""
    own = np.random.default_rng(seed)
    y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    row, column = own.uniform(0.1, 0.9) * ROWS, own.uniform(0.1, 0.9) * COLUMNS
    away, turn = np.hypot(y - row, x - column), np.arctan2(y - row, x - column)
    mask = np.zeros(SHAPE, np.float32)
    for angle in own.uniform(-np.pi, np.pi, count):
        off = np.abs((turn - angle + np.pi) % (2 * np.pi) - np.pi)
        mask = np.maximum(mask, np.clip(1.3 - off * away, 0, 1) * (off < 0.6))
    sag = away * (1 + 0.07 * np.cos(turn * count))
    mask = np.maximum(mask, np.clip(1.6 - np.abs(sag % 15 - 7), 0, 1) * (away < own.uniform(110, 190)))
    return defocus(mask.astype(np.float32), 2.0)


def _web(scene: Plane, parameters: Any, progress: float, seed: int, rng: np.random.Generator, infrared: bool) -> Plane:
    sway = float(rng.normal(0, 0.7))
    threads = np.roll(_threads(parameters["threads"], seed), round(sway), 1)[..., None]
    mask = threads * np.float32(parameters["opacity"] * progress)
    shine = np.float32(5.0 if infrared else 1.8)
    return scene * (1 - mask) + mask * _ambient(scene) * shine


def _branch(
    scene: Plane, parameters: Any, progress: float, own: np.random.Generator, rng: np.random.Generator, wind: float
) -> Plane:
    cover = parameters["cover"] * progress
    if cover < 0.004:
        return scene
    y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    side = x / COLUMNS if own.random() < 0.5 else 1 - x / COLUMNS
    field = 2.2 * side - 1.2 * y / ROWS + 0.55 * clouds(own, SHAPE, 26) + 0.5 * clouds(own, SHAPE, 7)
    mask = soften((field > np.quantile(field, 1 - cover)).astype(np.float32), 0.8)
    leaves = 0.55 + 0.3 * clouds(own, SHAPE, 6) + 0.15 * clouds(own, SHAPE, 3)
    green = np.array([0.55, 0.85, 0.35], np.float32) if scene.shape[-1] == 3 else np.array([1.3], np.float32)
    down, across = rng.normal(0, 0.8 + 3 * wind, 2)
    mask = np.roll(mask, (round(down), round(across)), (0, 1))[..., None]
    changed: Plane = scene * (1 - mask) + mask * np.clip(leaves, 0.1, 1.4)[..., None] * green * _ambient(scene)
    return changed


def electronics(event: Event | None, picture: Plane, rng: np.random.Generator) -> Plane:
    """What happens behind the sensor, on gray levels (red, green, blue)."""
    if event is None:
        return picture
    parameters, progress = event.disturbance.parameters, np.float32(event.progress)
    do = parameters["do"]
    shape = picture.shape[:2]
    if do == "black":
        return np.full_like(picture, 5.0) + rng.normal(0, 0.4, shape).astype(np.float32)[..., None]
    if do == "snow":
        mix = np.float32(parameters.get("mix", 0.0)) * progress
        grain = rng.standard_normal(shape, dtype=np.float32) * np.float32(parameters["sigma"]) * progress
        flakes = rng.integers(0, 256, shape).astype(np.float32)
        return picture * (1 - mix) + (grain + mix * flakes)[..., None]
    if do == "stripes":
        y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
        angle = parameters.get("angle", 0.0)
        phase = rng.uniform(0, 6.283) if parameters.get("rolls") else 0.7
        wave = np.sin((y * np.cos(angle) + x * np.sin(angle)) * 6.283 / parameters["period"] + phase)
        if parameters.get("square"):
            wave = np.sign(wave)
        striped: Plane = picture + (parameters["amplitude"] * wave * progress).astype(np.float32)[..., None]
        return striped
    if do == "cast":
        gains = np.array(parameters["gains"], np.float32)
        return picture * (1 + (gains - 1) * progress)
    if do == "flatten":
        keep = 1 - (1 - parameters["keep"]) * progress
        flat: Plane = picture * keep + np.float32(picture.mean()) * (1 - keep)
        return flat
    return picture


def freeze(
    event: Event | None, picture: Plane, kept: Plane | None, rng: np.random.Generator
) -> tuple[Plane, Plane | None]:
    """The picture that stands, and the one to keep standing."""
    frozen = _doing(event, "freeze")
    if frozen is None:
        return picture, None
    if kept is None:
        kept = picture.copy()
        return picture, kept
    shown = kept.copy()
    if sigma := frozen.get("sigma"):
        shown += rng.normal(0, sigma, shown.shape[:2]).astype(np.float32)[..., None]
    return shown, kept


def clock_stands(event: Event | None) -> bool:
    """Whether the clock in the picture stands too."""
    frozen = _doing(event, "freeze")
    return frozen is not None and not frozen.get("clock")
