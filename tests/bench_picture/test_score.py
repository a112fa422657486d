"""From outcomes to figures, goals and the page."""

import doctest
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.picture import statistics
from bench.picture.__main__ import command_of
from bench.picture.classes import CLASSES, DAILY_KINDS, Light
from bench.picture.page import PAGE, SECTIONS, write_page
from bench.picture.records import Day, FalseAlarm, Outcome, Run, State
from bench.picture.score import check_goals, recall_of, score_classes, score_days
from bench.picture.statistics import poisson_upper, quantile, wilson
from hub.core.catalogue import CATALOGUE
from hub.vision.judge import KINDS


def outcome(
    delay_s: float | None, *, klass: str = "blur", light: Light = "day", first: str = "", clear_s: float | None = None
) -> Outcome:
    return Outcome(
        camera="yard",
        source="rendered",
        seed=1,
        disturbance="defocus 1.5",
        klass=klass,
        light=light,
        hour=11.0,
        infrared=False,
        pre=[],
        first=first,
        delay_s=delay_s,
        clear_s=clear_s,
    )


def alarm(kind: str, *, merged: bool = False) -> FalseAlarm:
    return FalseAlarm(
        camera="yard",
        source="rendered",
        seed=1,
        kind=kind,
        daily=kind in DAILY_KINDS,
        hour=3.0,
        light="night",
        at_s=100.0,
        active=["rain"],
        state=State(),
        merged=merged,
    )


def day(*alarms: FalseAlarm, days: float = 1.0, changing: bool = False) -> Day:
    return Day(
        camera="yard",
        source="rendered",
        seed=1,
        changing=changing,
        days=days,
        judged_h=8.0,
        not_judged={"light": 0.1},
        learned=["day", "infrared"],
        alarms=list(alarms),
    )


def test_the_examples_in_the_statistics_are_true():
    assert doctest.testmod(statistics).failed == 0


@given(st.integers(0, 200), st.integers(1, 200))
def test_the_bounds_of_a_share_enclose_it(hits: int, more: int):
    count = hits + more
    low, high = wilson(hits, count)
    assert 0 <= low <= hits / count <= high <= 1


@given(st.integers(0, 60))
def test_the_bound_of_a_rate_is_above_the_count_and_grows_with_it(count: int):
    assert count < poisson_upper(count) < poisson_upper(count + 1)


def test_a_quantile_is_one_of_the_values():
    assert quantile([5.0, 1.0, 3.0], 0.5) == 3.0
    assert quantile([5.0, 1.0, 3.0], 0.95) == 5.0
    assert quantile([], 0.5) is None


def test_recall_counts_only_what_was_found_in_time():
    recall = recall_of([outcome(10), outcome(100), outcome(None)], 60)
    assert (recall.hits, recall.total) == (1, 3)


def test_the_confusion_says_what_was_told_first_and_what_was_not_told_at_all():
    [score] = score_classes(
        [outcome(4, first="picture.blurred", clear_s=6), outcome(9, first="lens.soiled", clear_s=90), outcome(None)]
    )
    assert score.first == {"picture.blurred": 1, "lens.soiled": 1, "nothing": 1}
    assert score.right_first == 0.5
    assert score.cleared == 0.5


def test_a_goal_is_missed_in_the_light_in_which_events_are_missed():
    verdicts = check_goals([outcome(4), outcome(4, light="night"), outcome(None, light="night")], [])
    assert {verdict.name: verdict.met for verdict in verdicts} == {"blur, day": True, "blur, night": False}


def test_an_event_found_after_the_goals_time_misses_the_goal():
    [verdict] = check_goals([outcome(121)], [])
    assert not verdict.met


def test_false_alarms_are_counted_by_level_and_merged_ones_not_at_all():
    days = [day(alarm("view.moved"), alarm("view.moved", merged=True), alarm("lens.soiled")), day(days=2)]
    alarms, daily = score_days("all", days, daily=False), score_days("all", days, daily=True)
    assert (alarms.total, alarms.days, alarms.kinds) == (1, 3.0, {"view.moved": 1})
    assert daily.kinds == {"lens.soiled": 1}
    assert alarms.a_week == pytest.approx(7 / 3)


def test_a_changing_site_has_a_goal_of_its_own():
    verdicts = check_goals([], [day(days=7), day(alarm("view.moved"), alarm("picture.flat"), days=7, changing=True)])
    assert {verdict.name: verdict.met for verdict in verdicts} == {
        "false alarms": True,
        "false alarms, changing site": True,
    }


def test_every_kind_of_every_class_is_an_event_of_the_watch():
    for klass in CLASSES.values():
        assert klass.accepted <= set(CATALOGUE), klass.name
        assert klass.right <= set(KINDS), klass.name
        assert bool(klass.neighbours) == bool(klass.because), klass.name


def test_the_page_gets_the_tables_of_a_run_and_keeps_what_people_wrote(tmp_path: Path):
    page = tmp_path / PAGE
    page.parent.mkdir(parents=True)
    page.write_text("# Accuracy\n\nOurs.\n\n<!-- measured: goals -->\nold\n<!-- /measured -->\n\nAlso ours.\n")
    run = Run(command="c", machine="m", settings={}, took_s=1, judge_ms=2, outcomes=[outcome(500)], days=[day()])
    write_page(tmp_path, run)
    text = page.read_text()
    assert "blur, day" in text
    assert "**missed**" in text
    assert "old" not in text
    assert text.startswith("# Accuracy\n\nOurs.\n")
    assert text.endswith("Also ours.\n")


def test_the_sections_made_from_the_code_name_every_class_and_limit():
    assert all(name in SECTIONS["picture classes"]() for name in CLASSES)
    assert "`part_persist_s`" in SECTIONS["picture defaults"]()


def test_the_command_on_the_page_leaves_out_where_results_went():
    assert command_of(["--json", "/somewhere/run.json", "--quick", "--why"]) == "python -m bench.picture --quick"
