"""Light that comes from elsewhere: lamps, dawn behind the roofs, snow, hours that are noisier; and wind."""

from datetime import UTC, datetime

import numpy as np
import pytest
from msgspec.structs import replace

from hub.vision import judge as judgement
from hub.vision import lasting
from hub.vision.detectors import part
from hub.vision.diagnosis import diagnose
from hub.vision.frame import Frame
from hub.vision.habit import begin, lighting, relit
from hub.vision.judge import fresh, judge
from hub.vision.lasting import NOISY, Lasting, kind_of
from hub.vision.scene import Compared, Scene, look
from hub.vision.template import Match, match
from hub.vision.usual import Usual, learn, noisier_hour
from tests.vision.conftest import LIMITS, Watch, raised
from tests.vision.scenes import HEIGHT, WIDTH, Camera, Gray, Image, soften

STEP_S = 2.0
FIRST = datetime(2026, 5, 4, 9, tzinfo=UTC)


def dusk(camera: Camera, part: float) -> Gray:
    """The light of the sky, of which `part` has gone over to a lamp below that does not reach the lower right."""
    across = np.linspace(0, 1, WIDTH, dtype=np.float32)[None, :]
    down = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None]
    lamp = 2.1 * (1 - 0.3 * across) * (0.1 + 0.9 * down**1.5)
    unlit = (across > 0.7) & (down > 0.45)

    def light(image: Image) -> Image:
        lit = np.where(unlit, 14.0, np.clip(image * lamp, 0, 250))
        return ((1 - part) * image + part * lit).astype(np.float32)

    return camera.shoot(change=light)


def seen(watch: Watch) -> Match:
    assert watch.view.rolling is not None
    assert watch.view.lately is not None
    return match(watch.view.rolling, watch.view.lately)


def compared(watch: Watch, found: Match) -> Compared:
    view = watch.view
    assert view.rolling is not None
    assert view.approved is not None
    assert view.alignment is not None
    assert view.lately is not None
    return look(view.rolling, view.approved, found, view.alignment, view.lately, LIMITS)


def test_a_corner_that_the_lamps_do_not_reach_is_no_obstruction(learned) -> None:
    watch = learned("road", 2)
    watch.run(60, lambda _: watch.camera.shoot(), STEP_S)
    start = len(watch.history)
    watch.run(120, lambda number: dusk(watch.camera, number / 120), STEP_S)
    watch.run(240, lambda _: dusk(watch.camera, 1.0), STEP_S)
    assert "view.obstructed" not in raised(watch.history[start:])


@pytest.mark.parametrize("place", ["hall", "yard"])
def test_light_is_as_unlike_as_light_and_dark_have_changed_places(learned, place) -> None:
    watch = learned(place, 1 if place == "hall" else 3)
    assert watch.view.reference is not None
    habit = begin(watch.view.reference)
    levels = habit.levels
    assert relit(habit, levels, 1.0) == pytest.approx(0.0, abs=1e-4)
    assert relit(habit, 0.4 * levels, 1.0) < 0.3
    last = -1.0
    for turned in np.linspace(0, 1, 6):
        now = relit(habit, ((1 - 2 * turned) * levels).astype(np.float32), 1.0)
        assert now >= last - 1e-6
        last = now
    assert last > 1.0
    assert relit(habit, -levels, 0.2) == 0.0  # nothing of the view is there: it may be anything
    few = np.zeros(levels.shape, bool)
    few[0, :5] = True
    assert lighting(habit, levels, few) is None


def test_while_the_sky_lights_up_behind_the_roofs_what_is_covered_must_have_come_at_once(learned, monkeypatch) -> None:
    watch = learned("yard", 3)
    watch.run(20, lambda _: watch.camera.shoot(), STEP_S)
    found = seen(watch)
    assert not compared(watch, found).relit
    usual = watch.view.rolling.habit.levels
    brighter = replace(found.observed, levels=(0.8 * usual + 0.2).astype(np.float32))
    assert not compared(watch, found._replace(observed=brighter)).relit
    flat = replace(found.observed, levels=(0.3 * usual).astype(np.float32))
    dawn = compared(watch, found._replace(observed=flat))
    assert dawn.relit
    scenes: list[Scene] = []
    monkeypatch.setattr(judgement, "diagnose", lambda scene: scenes.append(scene) or diagnose(scene))
    watch.see(watch.camera.shoot(), STEP_S)
    covered = np.zeros_like(dawn.covered)
    covered[2:6, 3:9] = dawn.template.judged[2:6, 3:9]
    one_by_one = np.cumsum(covered.ravel()).reshape(covered.shape) * 10.0
    for relit_, since_s, expected in (
        (True, one_by_one, False),
        (False, one_by_one, True),
        (True, np.zeros(covered.shape), True),
    ):
        scene = scenes[0]._replace(
            compared=dawn._replace(relit=relit_, covered=covered, rest_fits=True),
            stuck_s=np.where(covered, 400.0, 0.0).astype(np.float32),
            stuck_since_s=since_s,
        )
        assert part.detect(scene, 1.0).suspected is expected


@pytest.mark.parametrize(
    ("strange", "shown", "near", "covers"),
    [(0.5, 0.25, 0.3, False), (0.1, 0.25, 0.3, True), (0.5, 0.0, 0.3, True), (0.5, 0.25, 1.0, True)],
    ids=["snow on the ground", "the same light", "nothing of the view is left", "out of focus"],
)
def test_clear_cells_that_still_show_the_view_in_another_light_are_not_covered(
    learned, strange, shown, near, covers
) -> None:
    watch = learned("hall", 1)
    watch.run(20, lambda _: watch.camera.shoot(), STEP_S)
    found = seen(watch)
    template = watch.view.rolling
    group = np.zeros_like(template.judged)
    group[3:7, 5:11] = template.judged[3:7, 5:11]
    cells = np.argwhere(group)
    soft = np.zeros_like(group)
    for row, column in cells[: round(near * len(cells))]:
        soft[row, column] = True
    fit = np.where(group, shown * template.habit.fit, found.observed.fit).astype(np.float32)
    lost = found._replace(
        marks=found.marks._replace(lost=group, empty=np.zeros_like(group), soft=soft),
        observed=replace(found.observed, fit=fit),
        strange=strange,
    )
    assert bool((compared(watch, lost).covered & group).any()) is covers


@pytest.mark.parametrize(("place", "seed"), [("night", 4), ("yard", 3)])
def test_a_camera_that_sways_in_the_wind_is_not_out_of_focus(learned, place, seed) -> None:
    watch = learned(place, seed)
    watch.run(60, lambda _: watch.camera.shoot(), STEP_S)

    def sway(_: int) -> Gray:
        right, down = watch.camera.rng.normal(0, 0.5, 2)
        # The exposure smears what moves meanwhile.
        return watch.camera.shoot(
            aim={"right": float(right), "down": float(down)}, change=lambda image: soften(image, 0.8)
        )

    start = len(watch.history)
    watch.run(80, sway, STEP_S)
    assert raised(watch.history[start:]) == set()


def test_somebody_close_to_a_camera_that_sees_little_leaves_it_neither_black_nor_dark(learned) -> None:
    watch = learned("night", 4)
    watch.run(60, lambda _: watch.camera.shoot(), STEP_S)
    start = len(watch.history)
    x = np.arange(WIDTH, dtype=np.float32)[None, :]

    def close(image: Image) -> Image:
        return np.where(x < 0.8 * WIDTH, 12.0, 40.0 + 0 * image).astype(np.float32)

    watch.run(12, lambda _: watch.camera.shoot(change=close, noise=8.0), STEP_S)
    assert not raised(watch.history[start:]) & {"picture.black", "picture.dark"}


def by_the_hour(noise: dict[int, float]) -> Usual:
    usual = Usual()
    for hour, value in noise.items():
        for _ in range(12):
            usual = learn(usual, {"noise": value}, 10.0, FIRST.replace(hour=hour))
    return usual


def test_the_hours_in_which_the_gain_is_up_are_noisier_than_the_others() -> None:
    usual = by_the_hour({9: 0.25, 12: 0.26, 20: 0.52, 21: 0.5})
    assert noisier_hour(usual, FIRST.replace(hour=20)) is True
    assert noisier_hour(usual, FIRST.replace(hour=12)) is False
    assert noisier_hour(usual, FIRST.replace(hour=3)) is None
    even = by_the_hour({9: 0.25, 20: 0.3})
    assert noisier_hour(even, FIRST.replace(hour=20)) is False


def test_what_a_view_is_by_night_is_not_missed_by_day() -> None:
    """One reference serves both; what shows for minutes is held against the hours of its own light."""
    camera = Camera("yard", 3, people=0)
    view, at_s = fresh(), 0.0
    for _ in range(60):
        at_s += 1.0
        view, _verdict = judge(view, Frame(camera.shoot()), at_s, LIMITS)
    reference, lately, picture = view.reference, view.lately, view.before
    assert reference is not None
    assert lately is not None
    assert picture is not None
    bare = np.zeros_like(picture.field)
    bare[:, :60] = picture.field[:, :60]
    unlit = picture._replace(field=bare)

    def live(known: Lasting, hours: float, *, noisy: bool | None, begin_s: float) -> Lasting:
        for passed_s in np.arange(0, 3600 * hours, 40.0):
            now = unlit if noisy else picture
            known = lasting.follow(
                known,
                now,
                lately.detail,
                reference,
                begin_s + float(passed_s),
                usable=True,
                held=False,
                noisy=noisy,
            )
        return known

    known = live(Lasting(), 2, noisy=False, begin_s=0)
    known = live(known, 2, noisy=True, begin_s=7200)
    assert known.reference == reference.id + NOISY
    assert known.sight is not None
    assert not known.sight.spoiled.any()
    known = live(known, 2, noisy=False, begin_s=14400)
    assert known.reference == reference.id
    assert known.sight is not None
    assert not known.sight.spoiled.any()
    # Not knowing the hour changes nothing, and the two are different kinds of light.
    assert live(known, 0.1, noisy=None, begin_s=21600).reference == reference.id
    assert kind_of(reference.id) != kind_of(reference.id + NOISY)
