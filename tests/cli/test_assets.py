"""`hub assets` on a running hub: enter, look, tables there and back, commissioning, a replacement signed by one."""

from pathlib import Path

from hub.core.assets.events import AssetRegistered, AssetsAppraised, CheckAnswered, ReplacementSigned, SchemeLoaded
from tests.cli.conftest import ADMIN
from tests.e2e.hubs import Site


def test_the_cameras_are_listed_before_anything_is_entered(plant: Site) -> None:
    found = plant.json("assets", "list", "--kind", "camera")
    assert [each["asset"]["id"] for each in found] == ["gate", "press"]
    assert "not commissioned" in plant.hub("assets", "list").stdout


def test_an_asset_is_entered_changed_and_shown_with_its_life(plant: Site) -> None:
    plant.hub("assets", "add", "SW-C", "switch", "--set", "maker=Moxa", "--set", "ip=10.9.0.1", env=ADMIN)
    assert plant.recorded(AssetRegistered, asset="SW-C").actor == "person:admin"
    plant.hub("assets", "change", "sw-c", "--set", "model=E2", env=ADMIN)
    page = plant.json("assets", "show", "SW-C")
    assert page["view"]["asset"]["values"] == {"maker": "Moxa", "ip": "10.9.0.1", "model": "E2"}
    assert [event["type"] for event in page["history"]] == ["asset.registered", "asset.changed"]
    shown = plant.hub("assets", "show", "SW-C").stdout
    assert "entered in the register" in shown
    assert "SW-C changed: " in shown
    assert "asset.changed" not in shown
    refused = plant.hub("assets", "change", "SW-C", "--set", "ip=10.9.0", env=ADMIN, code=4).stderr
    assert "ip is not an IP address" in refused
    assert "sign-in" in plant.hub("assets", "retire", "SW-C", "--reason", "r", code=4).stderr


def test_a_table_is_looked_through_entered_and_exported(plant: Site, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("asset,kind,parent\nUPS-T,ups,\nSW-T,switch,UPS-X\n", encoding="utf-8")
    broken = plant.hub("assets", "import", str(table), "--dry-run", code=2)
    assert "t.csv:3:3: parent is no asset of this site. Did you mean 'UPS-T'?" in broken.stdout
    table.write_text("asset,kind,parent\nUPS-T,ups,\nSW-T,switch,UPS-T\n", encoding="utf-8")
    assert "Would add 2" in plant.hub("assets", "import", str(table), "--dry-run").stderr
    assert [each for each in plant.json("assets", "list") if each["asset"]["id"] == "SW-T"] == []
    plant.hub("assets", "import", str(table), env=ADMIN)
    out = tmp_path / "out.csv"
    plant.hub("assets", "export", str(out))
    assert "says all of this already" in plant.hub("assets", "import", str(out), env=ADMIN).stdout


def test_how_whole_the_archives_are_is_said_with_what_is_lacking(plant: Site) -> None:
    found = plant.json("assets", "score")
    assert 0 < found["site"]["filled"] < found["site"]["required"]
    assert "serial" in found["missing"]["gate"]
    assert "Serial number" in plant.hub("assets", "score", "--missing").stdout


def test_commissioning_names_what_the_hub_sees_and_what_is_open(plant: Site) -> None:
    plant.hub("assets", "commission", "press", env=ADMIN)
    assert plant.recorded(CheckAnswered, asset="press", check="picture").event.ok is False
    plant.hub("assets", "check", "press", "label", env=ADMIN)
    assert "approved view by day" in plant.hub("assets", "record", "press").stdout
    refused = plant.hub("assets", "hand-over", "press", env=ADMIN, code=4).stderr
    assert "press cannot be handed over" in refused


def test_a_replacement_is_proposed_and_nobody_signs_it_twice(plant: Site) -> None:
    plant.hub("assets", "propose", "gate", "--reason", "no picture at night", env=ADMIN)
    (proposal,) = [each for each in plant.json("assets", "proposals") if each["asset"] == "gate"]
    plant.hub("assets", "sign", proposal["id"], "technical", env=ADMIN)
    assert plant.recorded(ReplacementSigned, asset="gate", party="technical").actor == "person:admin"
    refused = plant.hub("assets", "sign", proposal["id"], "planning", env=ADMIN, code=4).stderr
    assert "Three different persons" in refused
    plant.hub("assets", "refuse", proposal["id"], "--reason", "a lamp is put up", env=ADMIN)


def test_the_scheme_of_a_new_site_is_in_force_and_the_register_is_looked_through(plant: Site) -> None:
    assert plant.recorded(SchemeLoaded).event.scheme.life_years["camera"] == 6
    assert plant.recorded(AssetsAppraised).event.assets >= 2
