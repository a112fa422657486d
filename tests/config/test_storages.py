"""What hub.toml says of storages and tiers."""

import pytest

from hub.runtime.recording.plan import plan_of, tiers_of
from tests.config.test_site import BASE, parsed, said

STORAGES = """
[[storages]]
id = "nas"
via = "disk"
path = "/mnt/nas"
"""


def test_a_tier_is_of_all_cameras_of_some_or_of_a_domain() -> None:
    more = "\n".join(
        f'[[recording.tiers]]\nstorage = "nas"\nafter_days = {days}\n{narrow}'
        for days, narrow in ((1, ""), (2.5, 'cameras = ["{}"]'), (3, 'domains = ["production"]'))
    )
    own = parsed(BASE).cameras[0]
    config = parsed(BASE + more.replace("{}", own.id) + STORAGES)
    every, some, domain = tiers_of(config)
    assert every.cameras == {camera.id for camera in config.cameras}
    assert (some.cameras, some.after_days) == ({own.id}, 2.5)
    assert domain.cameras == {camera.id for camera in config.cameras if camera.domain == "production"}
    assert plan_of(config, volume="recordings").storages == {"nas"}
    assert config.storages[0].rest == {"path": "/mnt/nas"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('[[recording.tiers]]\nstorage = "nass"\nafter_days = 7', "Did you mean `nas`?"),
        ('[[recording.tiers]]\nstorage = "nas"\nafter_days = 7\ncameras = ["nowhere"]', "there is no camera 'nowhere'"),
        ('[[recording.tiers]]\nstorage = "nas"', "after_days: is missing"),
        ('[[recording.tiers]]\nstorage = "nas"\nafter_days = -1', "after_days"),
        ('[[storages]]\nid = "nas"\nvia = "disk"', "there is another storage with the id 'nas'"),
        ('[[storages]]\nid = "other"', "via: is missing"),
    ],
)
def test_a_mistake_is_told_with_its_place(more: str, words: str) -> None:
    problems = said(BASE + STORAGES + more)
    assert any(words in problem for problem in problems), problems
