from tests.e2e.hubs import Site


def test_without_recordings_there_is_room_and_nothing_to_reckon_with(plant: Site) -> None:
    found = plant.json("recordings", "forecast")
    assert found["cameras"] == []
    assert found["short_at"] is None
    assert found["room_bytes"] > 0
    assert "No camera was recorded" in plant.hub("recordings", "forecast").stdout


def test_a_backup_of_a_running_hub_is_made_verified_and_looked_at(plant: Site) -> None:
    made = plant.json("backup", "--to", "copies")
    told = plant.json("backup", "verify", made["path"])
    assert (told["ok"], told["head"]) == (True, made["head"])
    looked = plant.json("restore", made["path"], "--dry-run")
    assert "hub.toml" in looked["put_aside"]
    assert "Nothing was changed" in plant.hub("restore", made["path"], "--replace", code=2).stderr
    assert "There is no backup" in plant.hub("backup", "verify", "nowhere.tar", code=2).stderr
    assert "no recipient" in plant.hub("backup", "--encrypt", "bob", code=2).stderr
    assert "No restore was interrupted" in plant.hub("restore", "--finish").stderr
