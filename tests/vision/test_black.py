"""Black is what shows nothing: neither a night with somebody in it, nor a camera on its way to infra-red."""

from datetime import UTC, datetime
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

from hub.vision.detectors.black import brightest
from hub.vision.frame import Frame
from hub.vision.judge import judge
from hub.vision.limits import Limits
from hub.vision.verdict import Circumstances
from tests.vision.conftest import kinds

LIMITS = Limits()
LIGHTS_OUT = datetime(2026, 6, 1, 20, 30, tzinfo=UTC)


def night(mean: float, std: float, p99: float, grain: float):
    """A picture of an hour at which the mean is otherwise never below 60."""
    usual = SimpleNamespace(of=lambda name: SimpleNamespace(low=60.0))
    brightness = SimpleNamespace(mean=mean, std=std, p99=p99)
    picture = SimpleNamespace(brightness=brightness, noise=0.5)
    return SimpleNamespace(picture=picture, usual=usual, limits=LIMITS, signals=SimpleNamespace(grain=grain))


@pytest.mark.parametrize(
    ("std", "grain", "black"), [(9.4, 5.2, False), (9.0, 5.2, False), (8.7, 11.2, True), (5.3, 5.2, True)]
)
def test_noise_is_taken_off_only_where_nothing_but_noise_is_seen(std, grain, black) -> None:
    assert (brightest(night(20.0, std, 46.0, grain)) < LIMITS.black_p99) is black


def capped(watch, at: datetime, pictures: int) -> int | None:
    """After how many pictures a lens that is capped at this hour is found to be black."""
    rng = np.random.default_rng(1)
    for index in range(pictures):
        watch.at_s += 2.0
        dark = np.clip(5 + rng.normal(0, 2, (180, 320)), 0, 255).astype(np.uint8)
        watch.view, verdict = judge(watch.view, Frame(dark), watch.at_s, watch.limits, Circumstances(at=at))
        if "picture.black" in kinds(verdict):
            return index
    return None


def test_at_the_hour_at_which_the_light_was_seen_to_change_black_waits_for_infra_red(learned) -> None:
    watch = learned("hall", 1)
    watch.view = msgspec.structs.replace(watch.view, switches=(20.5,))
    found = capped(watch, LIGHTS_OUT, 20)
    assert found is not None
    assert 6 <= found <= 13, "later than a camera takes to turn to infra-red, and within 30 s"


def test_at_any_other_hour_black_is_found_at_once(learned) -> None:
    watch = learned("hall", 1)
    watch.view = msgspec.structs.replace(watch.view, switches=(20.5,))
    found = capped(watch, LIGHTS_OUT.replace(hour=12), 20)
    assert found is not None
    assert found <= 4
