"""`hub references` on a running hub whose cameras have no signal: what it says, and what it refuses."""

from pathlib import Path

import pytest

from hub.core.findings import CameraRelearned
from tests.cli.conftest import ADMIN
from tests.e2e.hubs import Site


def test_a_site_without_views_says_so(plant: Site) -> None:
    assert plant.json("references", "list") == []
    assert "No reference view has been learned yet." in plant.hub("references", "list", "gate").stdout
    assert "No reference view waits for approval." in plant.hub("references", "list", "--waiting").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list", "nowhere"), "No camera nowhere in hub.toml."),
        (("show", "gate", "day-1", "-o", "view.jpg"), "gate has no reference view day-1. See `hub references list`"),
        (("approve", "gate", "day-1"), "gate has no reference view day-1. See `hub references list`"),
        (("reject", "gate", "day-1", "--reason", "no"), "gate has no reference view day-1."),
    ],
)
def test_what_is_not_there_is_refused_with_the_way_out(
    plant: Site, arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    assert said in plant.hub("references", *arguments, env=ADMIN, code=4).stderr
    assert not (tmp_path / "view.jpg").exists()


def test_the_local_reader_decides_nothing(plant: Site) -> None:
    assert "sign-in" in plant.hub("references", "approve", "gate", "day-1", code=4).stderr


def test_a_view_is_learned_anew_for_a_reason(plant: Site) -> None:
    assert "--reason" in plant.hub("references", "learn", "gate", env=ADMIN, code=2).stderr
    plant.hub("references", "learn", "gate", "--reason", "the mast was moved", env=ADMIN)
    assert plant.recorded(CameraRelearned, camera="gate", reason="the mast was moved").actor == "person:admin"
