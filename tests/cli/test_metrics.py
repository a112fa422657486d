"""`hub metrics` on a running hub, and the token over its data folder."""

import stat

from prometheus_client.parser import text_string_to_metric_families

from hub.server.metrics.token import FILE, opens
from tests.e2e.hubs import Site


def test_the_metrics_of_the_running_hub_are_printed(plant: Site) -> None:
    page = plant.hub("metrics", "show").stdout
    samples = [each for family in text_string_to_metric_families(page) for each in family.samples]
    lost = {
        each.labels["camera"]
        for each in samples
        if each.name == "watchroom_camera_condition" and each.labels["condition"] == "lost" and each.value == 1
    }
    assert lost == {"gate", "press"}


def test_a_token_is_made_shown_once_and_taken_back(plant: Site) -> None:
    data = plant.folder / "data"
    made = plant.hub("metrics", "token").stdout.strip()
    assert opens(data, made)
    assert stat.S_IMODE((data / FILE).stat().st_mode) == 0o600
    assert made not in (data / FILE).read_text()
    assert "counts no more" in plant.hub("metrics", "token", "--revoke").stderr
    assert not opens(data, made)
    assert "no token" in plant.hub("metrics", "token", "--revoke").stderr


def test_without_a_hub_the_metrics_are_said_to_be_unreachable(plant: Site) -> None:
    away = Site(plant.folder.parent / "away", plant.folder.parent).init()
    assert "No hub runs" in away.hub("metrics", "show", code=3).stderr
