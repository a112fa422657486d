"""The files of reference views: kept whole, read with distrust, set aside when they cannot be read."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.vision.bank import Bank
from hub.vision.judge import fresh, remember
from hub.vision.reference import Reference
from hub.watch import references
from hub.watch.files import LARGEST_FILE, write_whole


def named(view: Reference, name: str) -> Reference:
    return replace(view, id=name)


def aside(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "gate-1" / "set-aside").glob("*"))


def test_views_come_back_in_the_order_in_which_they_were_learned(tmp_path: Path, learned_view: Reference):
    for name in ("day-10", "day-2", "infrared-3"):
        references.save(tmp_path, "gate-1", named(learned_view, name), b"\xff\xd8")
    kept = references.load(tmp_path, "gate-1")
    assert [each.id for each in kept.references] == ["day-2", "infrared-3", "day-10"]
    assert kept.references[0].to_bytes() == named(learned_view, "day-2").to_bytes()
    assert references.load(tmp_path, "gate-2") == references.Kept()


def test_a_file_cannot_approve_itself(tmp_path: Path, learned_view: Reference):
    references.save(tmp_path, "gate-1", replace(learned_view, id="day-1", approved=True), b"")
    assert not references.load(tmp_path, "gate-1").references[0].approved


def test_a_view_that_is_removed_is_gone_with_its_picture(tmp_path: Path, learned_view: Reference):
    references.save(tmp_path, "gate-1", named(learned_view, "day-1"), b"\xff\xd8")
    references.save(tmp_path, "gate-1", named(learned_view, "day-2"), b"\xff\xd8")
    references.remove(tmp_path, "gate-1", ["day-1", "day-7"])
    assert sorted(path.name for path in (tmp_path / "gate-1").iterdir()) == ["day-2.jpg", "day-2.npz"]


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"PK\x03\x04" + bytes(500)])
def test_a_damaged_view_is_set_aside_and_the_others_are_read(
    tmp_path: Path, learned_view: Reference, damage: bytes, capsys
):
    references.save(tmp_path, "gate-1", named(learned_view, "day-1"), b"")
    write_whole(tmp_path / "gate-1" / "day-2.npz", damage)
    assert [each.id for each in references.load(tmp_path, "gate-1").references] == ["day-1"]
    assert aside(tmp_path) == ["day-2.npz"]
    assert "set aside" in capsys.readouterr().out
    assert [each.id for each in references.load(tmp_path, "gate-1").references] == ["day-1"]


def test_a_foreign_view_or_name_is_set_aside(tmp_path: Path, learned_view: Reference):
    folder = tmp_path / "gate-1"
    write_whole(folder / "day-5.npz", named(learned_view, "day-1").to_bytes())
    write_whole(folder / "copy of day-1.npz", named(learned_view, "day-1").to_bytes())
    assert references.load(tmp_path, "gate-1").references == ()
    assert aside(tmp_path) == ["copy of day-1.npz", "day-5.npz"]


def test_a_huge_file_is_set_aside_without_being_read(tmp_path: Path):
    folder = tmp_path / "gate-1"
    folder.mkdir()
    with (folder / "day-1.npz").open("wb") as file:
        file.truncate(LARGEST_FILE + 10)
    assert references.load(tmp_path, "gate-1").references == ()
    assert aside(tmp_path) == ["day-1.npz"]


def test_views_of_a_former_version_are_set_aside(tmp_path: Path):
    write_whole(tmp_path / "gate-1.npz", b"written by a former version")
    write_whole(tmp_path / "gate-1.jpg", b"\xff\xd8")
    assert references.load(tmp_path, "gate-1") == references.Kept()
    assert aside(tmp_path) == ["gate-1.jpg", "gate-1.npz"]
    assert not (tmp_path / "gate-1.npz").exists()


@pytest.mark.parametrize("name", ["../evil-1", "day", "day-1/x", "", "day-12345678"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, learned_view: Reference, name: str):
    with pytest.raises(ValueError, match="not the name"):
        references.save(tmp_path / "a", "gate-1", named(learned_view, name), b"")
    with pytest.raises(ValueError, match="not the name"):
        references.remove(tmp_path / "a", "gate-1", [name])
    assert references.folder_of(tmp_path, "../../etc") == tmp_path / "______etc"
    assert not (tmp_path / "a").exists()


def test_what_the_judge_remembers_comes_back_and_damage_costs_only_it(tmp_path: Path, learned_view: Reference):
    memory = remember(fresh(Bank(references=(named(learned_view, "day-1"),), numbered=7)))
    references.save_memory(tmp_path, "gate-1", memory)
    kept = references.load(tmp_path, "gate-1")
    assert kept.memory == memory
    assert fresh(memory=kept.memory).bank.numbered == 7
    references.save_memory(tmp_path, "gate-1", b"nonsense")
    assert fresh(memory=references.load(tmp_path, "gate-1").memory).bank.numbered == 0


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.binary(max_size=100))
def test_whatever_lies_in_the_folder_loading_never_raises(tmp_path: Path, data: bytes, memory: bytes):
    write_whole(tmp_path / "gate-1" / "day-1.npz", data)
    references.save_memory(tmp_path, "gate-1", memory)
    kept = references.load(tmp_path, "gate-1")
    assert kept.references == ()
    fresh(memory=kept.memory)
