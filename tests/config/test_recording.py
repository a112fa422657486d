"""What hub.toml says of recordings, and what follows from it."""

from pathlib import Path

import pytest

from hub.config.site import SiteConfig
from hub.core.retention import Keeping
from hub.runtime.record_plan import plan_of, record_order
from tests.config.test_site import BASE, parsed, said


def site(more: str, camera: str = "") -> SiteConfig:
    return parsed(text(more, camera))


def text(more: str, camera: str) -> str:
    return BASE.replace('tags = ["north"]\n', f'tags = ["north"]\n{camera}\n') + more


def test_a_camera_is_recorded_only_when_it_says_so() -> None:
    config = site("")
    assert plan_of(config, volume="recordings").cameras == {}
    assert record_order(config, config.cameras[0], Path("/srv")) is None


def test_gigabytes_and_days_become_what_the_keeper_wants() -> None:
    config = site(
        "[recording]\nkeep_days = 60\nmin_days = 3\nmax_gb = 1.5\nmin_free_gb = 8", 'recording = {stream="sub"}'
    )
    plan = plan_of(config, volume="/srv")
    assert plan.keeping == Keeping(keep_days=60.0, min_days=3.0, max_bytes=1_500_000_000, min_free_bytes=8_000_000_000)
    assert list(plan.cameras.values()) == ["sub"]
    order = record_order(config, config.cameras[0], Path("/srv"))
    assert order is not None
    assert (order.folder, order.name, order.floor_bytes) == ("/srv", "sub", 2_000_000_000)


@pytest.mark.parametrize(
    ("more", "camera", "words"),
    [
        ("[recording]\nkeep_days = 2\nmin_days = 3", "", "`min_days` is more than `keep_days`"),
        ("[recording]\nkeep_days = 0", "", "recording.keep_days"),
        ("[recording]\nmax_gb = nan", "", "recording.max_gb"),
        ("[recording]\nfolders = 1", "", "Did you mean `folder`?"),
        ("", 'recording = { stream = "best" }', "recording.stream"),
        ("", "recording = {}", "recording.stream: is missing"),
        ("", "recording = true", "recording"),
    ],
)
def test_a_mistake_is_told_with_its_place(more: str, camera: str, words: str) -> None:
    [problem] = said(text(more, camera))
    assert words in problem
