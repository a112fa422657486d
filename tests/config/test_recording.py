"""What hub.toml says of recordings, and what follows from it."""

from pathlib import Path

import pytest

from hub.config.hub_toml.site import SiteConfig
from hub.core.retention import Keeping
from hub.runtime.recording.plan import plan_of, record_order
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
        ("[recording]\nkeep_days = 40\nmin_days = 50", "", "`min_days` is more than `keep_days`"),
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


DOMAINS = """
[recording]
keep_days = 60
min_days = 20
[recording.domains.security]
keep_days = 90
"""


def terms(more: str, camera: str = "", domain: str = "security") -> tuple[float, float, str]:
    config = site(more.replace("security", domain), camera)
    found = plan_of(config, volume="/srv").keeping.terms_of(config.cameras[0].id)
    return found.keep_days, found.min_days, found.by


def test_a_camera_goes_before_its_domain_and_that_before_the_site() -> None:
    own = site("").cameras[0]
    assert own.domain == "security"
    assert terms(DOMAINS) == (90, 20, "domain:security")
    assert terms(DOMAINS, domain="production") == (60, 20, "site")
    assert terms(DOMAINS, 'recording = {stream = "main", keep_days = 400, min_days = 30}') == (
        *(400, 30),
        f"camera:{own.id}",
    )
    assert terms(DOMAINS, 'recording = {stream = "main", min_days = 45}') == (90, 45, "domain:security")


def test_where_least_and_most_days_do_not_go_together_what_is_said_closer_stands() -> None:
    assert terms(DOMAINS, 'recording = {stream = "main", keep_days = 7}')[:2] == (7, 7)
    assert terms(DOMAINS, 'recording = {stream = "main", min_days = 120}')[:2] == (120, 120)


@pytest.mark.parametrize(
    ("more", "camera", "place"),
    [
        ("[recording]\nkeep_days = 14", "", "recording.keep_days"),
        ("[recording.domains.production]\nkeep_days = 29.5", "", "recording.domains.production.keep_days"),
        ("", 'recording = { stream = "main", keep_days = 7 }', "cameras.1.recording.keep_days"),
    ],
)
def test_less_than_the_law_asks_is_a_warning_and_no_error(more: str, camera: str, place: str) -> None:
    [problem] = site(more, camera).warnings
    assert (problem.key.replace("[", ".").replace("]", ""), problem.level) == (place, "warning")
    assert "Decree 799" in str(problem.hint)


def test_what_the_law_asks_is_the_default_and_no_warning() -> None:
    assert site("[recording]\nfolder = 'r'").warnings == ()
    assert site("").recording.keep_days == 30
