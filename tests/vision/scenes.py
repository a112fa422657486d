"""Pictures for the tests, rendered with numpy: places, what happens in them, and what happens to the camera.

A place is drawn larger than the picture, so that a camera can be turned in it. Everything is float32 gray (0 to 255)
until `expose` makes the uint8 picture that a stream would deliver: light, sensor noise, compression.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.float32]
Gray = npt.NDArray[np.uint8]

HEIGHT, WIDTH = 180, 320
MARGIN_Y, MARGIN_X = 60, 140
PLACES = ("hall", "road", "yard", "night")


def soften(image: Image, sigma: float) -> Image:
    """Gaussian blur, as of a lens out of focus."""
    if sigma <= 0:
        return image
    reach = int(np.ceil(3 * sigma))
    kernel = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma * sigma)).astype(np.float32)
    kernel /= kernel.sum()
    for axis in (0, 1):
        pad = [(reach, reach) if a == axis else (0, 0) for a in (0, 1)]
        padded = np.pad(image, pad, mode="edge")
        size = image.shape[axis]
        image = sum(
            (k * (padded[i : i + size] if axis == 0 else padded[:, i : i + size]) for i, k in enumerate(kernel)),
            np.zeros_like(image),
        )
    return image


def cloudy(rng: np.random.Generator, height: int, width: int, grain: int) -> Image:
    """Smooth noise of deviation about 1 whose patches are about `grain` pixels wide."""
    coarse = rng.standard_normal((height // grain + 3, width // grain + 3)).astype(np.float32)
    y, x = np.arange(height) / grain, np.arange(width) / grain
    rows, columns = y.astype(int), x.astype(int)
    fy, fx = (y - rows)[:, None].astype(np.float32), (x - columns)[None, :].astype(np.float32)
    upper = coarse[rows][:, columns] * (1 - fx) + coarse[rows][:, columns + 1] * fx
    lower = coarse[rows + 1][:, columns] * (1 - fx) + coarse[rows + 1][:, columns + 1] * fx
    return upper * (1 - fy) + lower * fy


@cache
def place(kind: str, seed: int) -> Image:
    """A place, larger than the picture by the margins. Drawn once; nobody draws into it."""
    rng = np.random.default_rng([seed, PLACES.index(kind)])
    height, width = HEIGHT + 2 * MARGIN_Y, WIDTH + 2 * MARGIN_X
    image = np.full((height, width), 110, np.float32) + cloudy(rng, height, width, 60) * 12
    if kind in ("road", "yard"):
        image[: height // 3] = 185 + cloudy(rng, height, width, 80)[: height // 3] * 6
    count = {"hall": 130, "road": 60, "yard": 90, "night": 90}[kind]
    for _ in range(count):
        w, h = rng.uniform(8, 70), rng.uniform(8, 60)
        x, y = rng.uniform(-10, width), rng.uniform(0 if kind == "hall" else height / 4, height)
        shade = rng.uniform(30, 215)
        y0, y1, x0, x1 = max(0, int(y)), int(y + h), max(0, int(x)), int(x + w)
        patch = image[y0:y1, x0:x1]
        patch[:] = shade + cloudy(rng, *patch.shape, 6) * rng.uniform(1, 9) if patch.size else 0
    if kind == "road":
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        lane = (y > height * 0.45) & (np.abs(x - width / 2) < (y - height * 0.4) * 1.2)
        image[lane] = 95 + cloudy(rng, height, width, 4)[lane] * 5
        dashes = lane & (np.abs(x - width / 2) < 4) & (((y / 14).astype(int) % 2) == 0)
        image[dashes] = 220
    image += cloudy(rng, height, width, 3) * 3
    image = soften(image, 0.7)
    if kind == "night":
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        spot = np.exp(-(((x - width / 2) / (width * 0.33)) ** 2) - ((y - height / 2) / (height * 0.4)) ** 2)
        image = (image * 0.7 + 20) * (0.25 + 0.9 * spot)
    return image.astype(np.float32)


def sight(world: Image, *, right: float = 0, down: float = 0, turn_deg: float = 0, zoom: float = 1) -> Image:
    """What the camera sees of a place when aimed `right` and `down` (pixels), rolled and zoomed."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    angle = np.radians(turn_deg)
    u, v = (x - WIDTH / 2) / zoom, (y - HEIGHT / 2) / zoom
    across = np.cos(angle) * u - np.sin(angle) * v + WIDTH / 2 + MARGIN_X + right
    along = np.sin(angle) * u + np.cos(angle) * v + HEIGHT / 2 + MARGIN_Y + down
    return resample(world, across, along)


def resample(image: Image, across: Image, along: Image) -> Image:
    across = np.clip(across, 0, image.shape[1] - 1.001)
    along = np.clip(along, 0, image.shape[0] - 1.001)
    x, y = across.astype(int), along.astype(int)
    fx, fy = (across - x).astype(np.float32), (along - y).astype(np.float32)
    upper = image[y, x] * (1 - fx) + image[y, x + 1] * fx
    lower = image[y + 1, x] * (1 - fx) + image[y + 1, x + 1] * fx
    return (upper * (1 - fy) + lower * fy).astype(np.float32)


def lay(image: Image, mask: Image, colour: Image | float) -> Image:
    return (image * (1 - mask) + mask * colour).astype(np.float32)


def cover(image: Image, share: float, level: float = 90.0, seed: int = 0) -> Image:
    """Something out of focus right before the lens, from the left over `share` of the width."""
    rng = np.random.default_rng(seed)
    edge = share * (WIDTH + 24) - 12
    mask = 1 / (1 + np.exp((np.arange(WIDTH) - edge) / 3)) if share < 1 else np.ones(WIDTH)
    return lay(image, np.tile(mask.astype(np.float32), (HEIGHT, 1)), level + cloudy(rng, HEIGHT, WIDTH, 60) * 5)


def sticker(image: Image, share: float, seed: int = 0, level: float = 150.0) -> Image:
    """A rectangle glued to the lens: flat, with a soft edge."""
    rng = np.random.default_rng(seed)
    height, width = HEIGHT * share**0.5, WIDTH * share**0.5
    y0, x0 = rng.uniform(0, HEIGHT - height), rng.uniform(0, WIDTH - width)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    mask = ((y > y0) & (y < y0 + height) & (x > x0) & (x < x0 + width)).astype(np.float32)
    return lay(image, soften(mask, 3), level)


def person(image: Image, rng: np.random.Generator, x: float, feet: float, height: float) -> Image:
    """A standing person: textured and as sharp as the scene."""
    y, across = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    width = height * 0.3
    body = (np.abs(across - x) < width / 2) & (y > feet - height * 0.82) & (y < feet)
    head = (across - x) ** 2 + (y - feet + height * 0.9) ** 2 < (height * 0.1) ** 2
    mask = soften((body | head).astype(np.float32), 0.6)
    return lay(image, mask, 95 + cloudy(rng, HEIGHT, WIDTH, 7) * 30 + cloudy(rng, HEIGHT, WIDTH, 3) * 12)


def figure(rng: np.random.Generator) -> tuple[Image, Image]:
    """A person to be placed cheaply: picture and mask, 30 to 60 pixels tall."""
    height = int(rng.uniform(30, 60))
    width = int(height * 0.4)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    body = (np.abs(x - width / 2) < width * 0.35) & (y > height * 0.22)
    head = (x - width / 2) ** 2 + (y - height * 0.12) ** 2 < (height * 0.1) ** 2
    return 95 + cloudy(rng, height, width, 5) * 35, soften((body | head).astype(np.float32), 0.6)


def place_figure(image: Image, body: Image, mask: Image, x: int, y: int) -> None:
    patch = image[y : y + body.shape[0], x : x + body.shape[1]]
    shown, solid = body[: patch.shape[0], : patch.shape[1]], mask[: patch.shape[0], : patch.shape[1]]
    patch += solid * (shown - patch)


def lorry(image: Image, rng: np.random.Generator, left: float, share: float) -> Image:
    """A large vehicle close by: lettering and edges on its side."""
    width = share * WIDTH
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    mask = soften(((x > left) & (x < left + width) & (y > HEIGHT * 0.08)).astype(np.float32), 0.6)
    side = 150 + cloudy(rng, HEIGHT, WIDTH, 20) * 18 + cloudy(rng, HEIGHT, WIDTH, 5) * 9
    side[((x - left) % 40) < 2] = 60
    return lay(image, mask, side)


def rain(image: Image, rng: np.random.Generator, drops: int = 90) -> Image:
    image = image * 0.9 + 16
    for x, y, length in zip(
        rng.integers(0, WIDTH, drops), rng.integers(0, HEIGHT - 14, drops), rng.integers(5, 14, drops), strict=True
    ):
        image[y : y + length, x] += 35
    return image.astype(np.float32)


def shadow(image: Image, at: float, depth: float = 0.55) -> Image:
    """A hard shadow with a slanting edge at `at` (0 to 1 of the width)."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    dark = soften((x + 0.4 * y < at * WIDTH * 1.3).astype(np.float32), 1.2)
    return (image * (1 - (1 - depth) * dark)).astype(np.float32)


def _cosines() -> Image:
    n, k = np.meshgrid(np.arange(4), np.arange(4))
    basis = np.cos(np.pi * (2 * n + 1) * k / 8) * np.sqrt(0.5)
    basis[0] *= np.sqrt(0.5)
    return basis.astype(np.float32)


def compress(image: Image, step: float) -> Image:
    """What a keyframe loses to quantisation: 4x4 blocks, fine frequencies coarser, as in H.264 intra coding."""
    basis = _cosines()
    blocks = image.reshape(HEIGHT // 4, 4, WIDTH // 4, 4).transpose(0, 2, 1, 3)
    coefficients = basis @ blocks @ basis.T
    steps = step * (1 + 0.35 * (np.arange(4)[:, None] + np.arange(4)[None, :])).astype(np.float32)
    coefficients = np.round(coefficients / steps) * steps
    blocks = basis.T @ coefficients @ basis
    return blocks.transpose(0, 2, 1, 3).reshape(HEIGHT, WIDTH)


def expose(
    image: Image,
    rng: np.random.Generator,
    *,
    gain: float = 1.0,
    offset: float = 0.0,
    noise: float = 1.5,
    quantiser: float = 6.0,
    clock: int | None = None,
) -> Gray:
    """The picture as it arrives: light, sensor noise, the clock the camera draws, compression."""
    image = image * np.float32(gain) + np.float32(offset)
    if noise:
        image = image + rng.standard_normal(image.shape, dtype=np.float32) * np.float32(noise)
    image = np.clip(image, 0, 255)
    if clock is not None:
        for place_, digit in enumerate(f"{clock % 1000000:06d}"):
            glyph = np.random.default_rng(int(digit)).random((8, 5)) > 0.5
            image[4:12, 6 + 6 * place_ : 11 + 6 * place_] = np.where(glyph, 235, 20)
    if quantiser:
        image = compress(image.astype(np.float32), quantiser)
    return np.clip(image, 0, 255).astype(np.uint8)


class Camera:
    """A fixed camera in a place. `shoot` takes a picture a second; `change` puts something between place and sensor.

    `light` gives the exposure for each second; people walk about at random unless `people` is 0.
    """

    def __init__(self, kind: str, seed: int, *, people: int = 2, noise: float | None = None, quantiser: float = 6.0):
        self.kind = kind
        self.world = place(kind, seed)
        self.rng = np.random.default_rng([seed, 7])
        self.people = people
        self.noise = (4.0 if kind == "night" else 1.5) if noise is None else noise
        self.quantiser = quantiser
        self.second = 0
        self.seen: dict[tuple[tuple[str, float], ...], Image] = {}
        self.crowd = [figure(np.random.default_rng(1000 + index)) for index in range(people)]

    def shoot(
        self,
        *,
        aim: dict[str, float] | None = None,
        change: Callable[[Image], Image] | None = None,
        gain: float = 1.0,
        offset: float = 0.0,
        noise: float | None = None,
        quantiser: float | None = None,
    ) -> Gray:
        self.second += 1
        key = tuple(sorted((aim or {}).items()))
        if key not in self.seen:
            self.seen = {key: sight(self.world, **(aim or {}))}
        image = self.seen[key].copy()
        for index, (body, mask) in enumerate(self.crowd):
            x = int(self.second * (7 + 11 * index) + 90 * index) % WIDTH
            place_figure(image, body, mask, x, 60 + 37 * (index % 3))
        if change is not None:
            image = change(image)
        return expose(
            image,
            self.rng,
            gain=gain,
            offset=offset,
            noise=self.noise if noise is None else noise,
            quantiser=self.quantiser if quantiser is None else quantiser,
            clock=self.second,
        )
