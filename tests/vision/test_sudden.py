"""Gray is not infra-red, and what came at once is no other light: nothing is learned from a fault."""

from types import SimpleNamespace

import numpy as np
import pytest

from hub.vision.detectors.part import APART_PATIENCE, PATIENCE, covering, lasting_s
from hub.vision.frame import Frame
from hub.vision.judge import judge
from hub.vision.limits import Limits
from hub.vision.measures import coloured
from hub.vision.place import sudden
from hub.vision.regions import label
from tests.vision.conftest import kinds
from tests.vision.scenes import Gray, cover, soften, sticker
from tests.vision.test_bank import Site

LIMITS = Limits()
RNG = np.random.default_rng(5)


def faint(gray: Gray, *, blue: float = 0.0, red: float = 0.0) -> Frame:
    """A scene of concrete: colour differences of about a level; a cast adds its share of the brightness."""
    small = gray.reshape(45, 4, 80, 4).mean((1, 3))
    tints = np.stack([0.004 * small + blue * small, -0.004 * small + red * small])
    chroma = np.rint(128 + tints + RNG.normal(0, 0.8, (2, 45, 80)))
    return Frame(gray, np.clip(chroma, 0, 255).astype(np.uint8))


def watch(site: Site, pictures: int, *, cast: tuple[float, float] = (0.0, 0.0)) -> None:
    for _ in range(pictures):
        site.at_s += 2.0
        frame = faint(site.camera.shoot(), blue=cast[0], red=cast[1])
        site.view, verdict = judge(site.view, frame, site.at_s, LIMITS)
        site.learned += [verdict.learned.id] if verdict.learned else []
        site.raised |= kinds(verdict)


def test_a_gray_corridor_is_a_colour_picture_and_infra_red_is_not() -> None:
    gray = Site().camera.shoot()
    assert coloured(faint(gray).chroma)
    for offset in (128, 129, 131):
        assert not coloured(np.full((2, 45, 80), offset, np.uint8))
    clock = np.full((2, 45, 80), 128, np.uint8)
    clock[:, 1:3, 2:40] = 90
    assert not coloured(clock)


@pytest.mark.parametrize("cast", [(-0.1, -0.1), (0.1, 0.09)], ids=["green", "magenta"])
def test_a_cast_on_a_gray_corridor_is_found_and_not_learned(cast) -> None:
    site = Site()
    watch(site, 40)
    assert site.learned == ["day-1"]
    watch(site, 40, cast=cast)
    assert "picture.tinted" in site.raised
    watch(site, 80, cast=cast)
    assert site.learned == ["day-1"]


def test_half_a_view_is_at_most_proposed_as_the_night() -> None:
    site = Site()
    site.run(30)
    verdict = site.run(90, infrared=True, change=lambda image: sticker(image, 0.55, 2))
    assert all(each.light == "day" for each in site.view.bank.references if each.proven)
    assert verdict.not_judged == "light"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda image: image, False),
        (lambda image: image * np.float32(0.75), False),
        (lambda image: soften(image, 2.5), True),
        (lambda image: 100 + (image - 100) * np.float32(0.4), True),
        (lambda image: cover(image, 1.0), True),
    ],
    ids=["the same", "darker", "blurred", "faded", "covered"],
)
def test_colour_contrast_and_sharpness_that_change_at_once_are_no_slow_change(change, expected) -> None:
    site = Site()
    site.run(30)
    known = site.view.trust
    assert known.proven
    site.run(16, change=change)
    assert site.view.lately is not None
    assert sudden(known, site.view.lately) == expected


def scene(
    stuck_s: np.ndarray,
    covered: np.ndarray,
    patience: float,
    *,
    since_s: np.ndarray,
    switched_s: float | None = None,
    strange: float = 0.2,
):
    """What the detector sees of cells that have been covered for so long, since then."""
    template = SimpleNamespace(judged=np.ones_like(covered))
    return SimpleNamespace(
        limits=LIMITS,
        patience=patience,
        stuck_s=stuck_s,
        stuck_since_s=since_s,
        switched_s=switched_s,
        compared=SimpleNamespace(covered=covered, template=template, match=SimpleNamespace(strange=strange)),
    )


COVERED = np.zeros((9, 16), bool)
COVERED[2:7, 3:9] = True
ONE_BY_ONE = np.cumsum(COVERED.ravel()).reshape(COVERED.shape) * 10.0
AT_ONCE = np.full(COVERED.shape, 100.0)


@pytest.mark.parametrize(
    ("stuck", "since_s", "switched_s", "patience", "expected"),
    [
        (PATIENCE, AT_ONCE, None, LIMITS.patience, APART_PATIENCE),
        (PATIENCE, AT_ONCE, 0.0, LIMITS.patience, APART_PATIENCE),
        (PATIENCE, AT_ONCE, 90.0, LIMITS.patience, PATIENCE),
        (PATIENCE, ONE_BY_ONE, None, LIMITS.patience, PATIENCE),
        (APART_PATIENCE, ONE_BY_ONE, None, LIMITS.patience, LIMITS.patience),
        (PATIENCE, ONE_BY_ONE, None, 1.0, 1.0),
        (PATIENCE, AT_ONCE, None, 1.0, 1.0),
    ],
    ids=[
        "at once",
        "at once, long after the lamps went on",
        "when the lamps went on",
        "one by one, all of it for long",
        "one by one",
        "one by one by day",
        "at once by day",
    ],
)
def test_in_changing_light_what_came_at_once_lasts_less_long_than_what_crept(
    stuck, since_s, switched_s, patience, expected
) -> None:
    stuck_s = np.where(COVERED, np.float32(stuck * LIMITS.part_persist_s), np.float32(0))
    found = lasting_s(scene(stuck_s, COVERED, patience, since_s=since_s, switched_s=switched_s))
    assert found == expected * LIMITS.part_persist_s


def test_in_light_unlike_the_references_what_came_at_once_is_not_apart_from_it() -> None:
    stuck_s = np.where(COVERED, np.float32(PATIENCE * LIMITS.part_persist_s), np.float32(0))
    found = lasting_s(scene(stuck_s, COVERED, LIMITS.patience, since_s=AT_ONCE, strange=0.84))
    assert found == PATIENCE * LIMITS.part_persist_s


def test_what_crept_never_lasts_less_long_than_what_came_at_once() -> None:
    for spread_s in (0.0, 10.0, 20.0, 60.0, 300.0):
        since_s = np.where(COVERED, spread_s * np.linspace(0, 1, 16), 0.0)
        stuck_s = np.where(COVERED, 400.0 - since_s, 0.0).astype(np.float32)
        slow = lasting_s(scene(stuck_s, COVERED, LIMITS.patience, since_s=since_s))
        at_once = lasting_s(scene(stuck_s, COVERED, LIMITS.patience, since_s=np.zeros_like(since_s)))
        assert slow >= at_once


def spots(*corners: tuple[int, int]) -> np.ndarray:
    """Spots of two by two cells with these corners."""
    cells = np.zeros((9, 16), bool)
    for row, column in corners:
        cells[row : row + 2, column : column + 2] = True
    return cells


MANY = spots((0, 0), (0, 4), (0, 8), (4, 2), (4, 6), (4, 10))
FEW = spots((0, 0), (4, 6))


@pytest.mark.parametrize(
    ("cells", "apart_s", "counted"),
    [(MANY, 0.0, 24), (MANY, 15.0, 4), (FEW, 0.0, 4)],
    ids=["many at once", "many one after the other", "few"],
)
def test_spots_count_together_when_they_came_together_and_hide_much(cells, apart_s, counted) -> None:
    since_s = apart_s * label(cells).astype(float)
    stuck_s = np.where(cells, np.float32(60), np.float32(0))
    region = covering(scene(stuck_s, cells, 1.0, since_s=since_s), 45.0)
    assert int(region.sum()) == counted


def test_crumbs_are_no_spots() -> None:
    crumbs = np.zeros((9, 16), bool)
    crumbs[::2, ::2] = True
    stuck_s = np.where(crumbs, np.float32(60), np.float32(0))
    assert int(covering(scene(stuck_s, crumbs, 1.0, since_s=AT_ONCE), 45.0).sum()) == 1
