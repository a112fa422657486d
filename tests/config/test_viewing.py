from pathlib import Path

import pytest

from hub.config.hub_toml.viewing import ViewingTable
from hub.core.viewings.limits import ViewingLimits


def test_without_a_word_the_usual_limits_hold() -> None:
    assert ViewingTable().limits() == ViewingLimits()


def test_what_hub_toml_says_is_meant_in_megabits() -> None:
    table = ViewingTable.model_validate({"at_once": 3, "of_one_person": 1, "idle_s": 60.0, "mbit_s": 8.0})
    assert table.limits() == ViewingLimits(at_once=3, of_one_person=1, idle_s=60.0, bytes_s=1_000_000)


@pytest.mark.parametrize("wrong", [{"at_once": 0}, {"idle_s": 1.0}, {"mbit_s": float("inf")}, {"download": True}])
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        ViewingTable.model_validate(wrong)


def test_the_limits_are_on_the_page(request: pytest.FixtureRequest) -> None:
    page = (Path(request.config.rootpath) / "docs" / "operate" / "viewing.md").read_text(encoding="utf-8")
    usual = ViewingTable()
    for line in (f"at_once = {usual.at_once} ", f"idle_s = {usual.idle_s:g} ", f"mbit_s = {usual.mbit_s:g} "):
        assert line in page
