from hub.core.explanation import Explanation
from tests.e2e.hubs import Site


def test_watch_explain_says_why_to_people_and_to_programs(plant: Site) -> None:
    explained = plant.json("watch", "explain", "gate")
    assert set(explained) == set(Explanation.__struct_fields__)
    states = {kind["kind"]: kind["state"] for kind in explained["kinds"]}
    assert states["signal.lost"] == "found"
    assert states["picture.black"] in ("hidden", "unknown")
    shown = plant.hub("watch", "explain", "gate").stdout
    assert "Camera gate" in shown
    assert "Found: signal lost." in shown
    assert "! found" in shown
    assert "no reference view" in shown


def test_a_camera_that_is_not_there_cannot_be_explained(plant: Site) -> None:
    done = plant.hub("watch", "explain", "gate-9", code=4)
    assert "No camera gate-9 in hub.toml" in done.stderr
