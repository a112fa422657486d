"""What happens before every camera and must not be called a fault."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.vision.conftest import kinds, raised, spread
from tests.vision.scenes import WIDTH, Camera, Gray, Image, lay, lorry, person, rain, shadow, soften

MINUTES = 1.5


def sway(camera: Camera, noise: float | None = None) -> Gray:
    right, down = camera.rng.normal(0, 0.5, 2)
    return camera.shoot(aim={"right": float(right), "down": float(down)}, noise=noise)


def passer(camera: Camera, second: int) -> Gray:
    """Every 40 s somebody stands close to the camera for 12 s, over up to half of the view."""
    if second % 40 >= 12:
        return camera.shoot()
    rng = np.random.default_rng(second // 40)
    x, height = rng.uniform(60, 260), rng.uniform(200, 300)
    return camera.shoot(
        change=lambda image: person(image, np.random.default_rng(3), x + 4 * np.sin(second), 235, height)
    )


def vehicle(camera: Camera, second: int) -> Gray:
    """Every 60 s a lorry stops close by for 18 s."""
    if second % 60 >= 18:
        return camera.shoot()
    left = 40.0 + 60 * (second // 60)
    return camera.shoot(change=lambda image: lorry(image, np.random.default_rng(2), left, 0.45))


def van(camera: Camera, second: int) -> Gray:
    """The same with a smooth side, which nothing tells from a cover but that it drives on."""
    if second % 60 >= 18:
        return camera.shoot()

    def change(image: Image) -> Image:
        x = np.arange(WIDTH, dtype=np.float32)[None, :]
        return lay(image, soften(((x > 90) & (x < 220)).astype(np.float32).repeat(180, 0), 0.6), 150.0)

    return camera.shoot(change=change)


GOOD: dict[str, Callable[[Camera, int], Gray]] = {
    "nothing at all": lambda camera, _: camera.shoot(),
    "light switched between 0.4 and 1.8": lambda camera, s: camera.shoot(gain=(0.4, 1.0, 1.8, 0.6)[s // 20 % 4]),
    "clouds": lambda camera, s: camera.shoot(gain=1.1 + 0.7 * np.sin(s / 20)),
    "exposure hunting": lambda camera, s: camera.shoot(gain=1 + 0.4 * np.sin(s * 1.3)),
    "haze": lambda camera, s: camera.shoot(gain=0.8, offset=30.0 * (s // 20 % 2)),
    "dusk down to a third": lambda camera, s: camera.shoot(gain=1.0 - 0.65 * s / (60 * MINUTES), noise=3.0),
    "noise between 3 and 6": lambda camera, s: camera.shoot(noise=(3.0, 6.0)[s // 30 % 2]),
    "noise gone": lambda camera, _: camera.shoot(noise=0.5),
    "keyframes of changing quality": lambda camera, s: camera.shoot(quantiser=(3.0, 14.0, 6.0, 20.0)[s % 4]),
    "poor keyframes": lambda camera, _: camera.shoot(quantiser=18.0),
    "wind": lambda camera, _: sway(camera),
    "wind at night": lambda camera, _: sway(camera, noise=5.0),
    "rain": lambda camera, _: camera.shoot(change=lambda image: rain(image, camera.rng)),
    "a shadow that creeps": lambda camera, s: camera.shoot(change=lambda image: shadow(image, s / 120)),
    "a shadow that comes and goes": lambda camera, s: camera.shoot(
        change=(lambda image: shadow(image, 0.5)) if s // 30 % 2 else None
    ),
    "somebody standing far off": lambda camera, _: camera.shoot(
        change=lambda image: person(image, np.random.default_rng(5), 200, 150, 80)
    ),
    "people close by": passer,
    "lorries": vehicle,
    "a smooth van": van,
    "lightning": lambda camera, s: camera.shoot(gain=1.5, offset=60) if s % 50 == 7 else camera.shoot(),
}
# These must not make the watch look away either.
ORDINARY = {"nothing at all", "clouds", "noise between 3 and 6", "wind", "rain", "people close by", "poor keyframes"}
PLACE = {"view.moved", "view.obstructed"}


@pytest.mark.parametrize(("name", "place"), spread(GOOD, 1))
def test_nothing_is_found(learned, name, place) -> None:
    watch = learned(*place)
    start = len(watch.history)
    watch.run(int(60 * MINUTES), lambda second: GOOD[name](watch.camera, second))
    assert raised(watch.history[start:]) == set()
    if name in ORDINARY:
        assert not any(PLACE & set(verdict.undecided) for _, verdict in watch.history[start:])


def test_a_fault_is_found_in_poor_conditions_all_the_same(watch) -> None:
    watch.run(10, lambda _: watch.camera.shoot(noise=5.0, quantiser=10.0, gain=0.7))
    verdict = watch.run(
        12, lambda _: watch.camera.shoot(noise=5.0, quantiser=10.0, gain=0.7, change=lambda image: image * 0 + 110)
    )
    assert kinds(verdict) == {"view.obstructed"}
