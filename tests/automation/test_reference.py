"""The language reference says what the code does."""

from pathlib import Path

import pytest

from hub.automation.engine import BURST_S, MOST_FIRINGS
from hub.automation.language.condition import LONGEST, compile_condition
from hub.automation.language.fields import choices_of, fields_of
from hub.automation.language.wording import LONGEST_VALUE
from hub.automation.schedules.passed import MOST_REPORTED, MOST_RUN
from hub.automation.schedules.schedule import SHORTEST_S
from hub.config.rules.reference import page

PAGE = (Path(__file__).parents[2] / "docs" / "rules" / "reference.md").read_text(encoding="utf-8")


def test_the_tables_of_the_page_are_those_of_the_code() -> None:
    assert page(PAGE) == PAGE, "run `python -m tests.guards.docs`"


def test_the_numbers_on_the_page_are_those_of_the_code() -> None:
    assert f"at most {LONGEST} characters" in PAGE
    assert f"after {LONGEST_VALUE} characters" in PAGE
    assert (MOST_FIRINGS, BURST_S, SHORTEST_S, MOST_RUN, MOST_REPORTED) == (10, 60, 10, 100, 1000)
    assert "at most ten times a minute" in PAGE
    assert "It is ten seconds at least" in PAGE
    assert "the newest hundred" in PAGE
    assert "Of more than a thousand" in PAGE


@pytest.mark.parametrize(
    "example",
    [
        "0.2 < share <= 0.8",
        'camera in ["gate-1", "gate-2"]',
        '"dome" in camera.tags',
        "not measures.x > 1",
    ],
)
def test_the_examples_of_conditions_can_be_compiled(example: str) -> None:
    assert f"`{example}`" in PAGE
    on = ["view.obstructed"]
    assert compile_condition(example, fields_of(on), choices_of(on)).holds({}) is False
