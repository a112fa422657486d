"""Sensitivity and ignored parts in hub.toml: what they become, and what is said of mistakes."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.config.hub_toml.judging import KINDS, STEPS
from hub.config.load import parse_site
from hub.config.schema import site_schema
from hub.core.catalogue import FINDINGS
from tests.config.test_site import BASE, parsed, said

WATCH = "watch = { lost_after_s = 8 }"


def with_watch(inside: str) -> str:
    return BASE.replace(WATCH, f"watch = {{ {inside} }}")


def test_every_finding_of_the_picture_has_a_sensitivity_and_no_other():
    assert {kind.partition(".")[0] for kind in KINDS} == {"picture", "view", "night", "lens"}
    assert set(KINDS) < set(FINDINGS)


def test_a_camera_goes_before_the_site_and_what_is_normal_is_left_out():
    text = with_watch('sensitivity = { picture.blurred = "normal", picture.noisy = "off" }')
    config = parsed(text + '[watch.sensitivity]\npicture.blurred = "high"\nview.moved = "low"\n')
    assert config.sensitivity_of(config.cameras[0]) == {"picture.noisy": 0.0, "view.moved": STEPS["low"]}
    assert config.limits_of(config.cameras[0]).lost_after_s == 6.0


def test_the_steps_are_in_order_and_low_is_the_opposite_of_high():
    assert STEPS["off"] == 0 < STEPS["low"] < STEPS["normal"] == 1 < STEPS["high"]
    assert STEPS["low"] * STEPS["high"] == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            'picture.blured = "low"',
            ["hub.toml:29:9: watch.sensitivity.picture.blured: there is no finding 'picture.blured'. "
             "Did you mean `picture.blurred`?"],
        ),
        (
            'view.moved = "hihg"',
            ["hub.toml:29:14: watch.sensitivity.view.moved: expected 'off', 'low', 'normal' or 'high', found 'hihg'. "
             "Did you mean `high`?"],
        ),
        (
            'view.moved = 1.4',
            ["hub.toml:29:14: watch.sensitivity.view.moved: expected 'off', 'low', 'normal' or 'high', found 1.4."],
        ),
        (
            '"lens.soiled" = { }',
            ["hub.toml:29:1: watch.sensitivity.lens.soiled: the name of a finding is written as two keys. "
             "Write it without quotes: lens.soiled = …"],
        ),
    ],
)  # fmt: skip
def test_a_finding_that_is_not_there_is_named_with_the_one_that_was_meant(lines: str, expected: list[str]):
    assert said(f"{BASE}[watch.sensitivity]\n{lines}\n") == expected


def test_the_signal_has_no_sensitivity():
    [problem] = said(f'{BASE}[watch.sensitivity]\nsignal.lost = "off"\n')
    assert "there is no finding 'signal.lost'" in problem


def test_a_mistake_in_one_cameras_table_has_its_place():
    [problem] = said(with_watch('sensitivity = { view.muved = "low" }'))
    assert problem.startswith("hub.toml:22:32: cameras.1.watch.sensitivity.view.muved: there is no finding")


def test_rectangles_and_polygons_become_cells():
    config = parsed(with_watch("ignore = [[0, 0, 50, 100], [[50, 88], [100, 88], [100, 100], [50, 100]]]"))
    assert config.ignored_of(config.cameras[0]) == [0xFF00] * 8 + [0xFFFF]
    plain = parsed(BASE)
    assert plain.ignored_of(plain.cameras[0]) == []


@pytest.mark.parametrize(
    ("ignore", "expected"),
    [
        ("[[0, 0, 50, 150]]", "cameras.1.watch.ignore.1: it reaches out of the picture"),
        ("[[0, 0, 50, 50], [1, 2, 3]]", "cameras.1.watch.ignore.2: expected [x, y, width, height], or three corners"),
        ("[[[1, 2], [3, 4]]]", "cameras.1.watch.ignore.1: expected [x, y, width, height]"),
        ("[[0, 0, 0, 10]]", "cameras.1.watch.ignore.1: the width and the height must be more than 0"),
        ("[[0, 0, 100, 100]]", "cameras.1.watch.ignore: nothing of the view would be left to judge"),
        ("[[0, 0, nan, 10]]", "cameras.1.watch.ignore.1: it reaches out of the picture"),
        ("[[0, 0, true, 10]]", "cameras.1.watch.ignore.1: expected [x, y, width, height]"),
        ("7", "cameras.1.watch.ignore: expected a [list], found 7"),
    ],
)
def test_a_region_that_is_none_is_named_with_its_number(ignore: str, expected: str):
    [problem] = said(with_watch(f"ignore = {ignore}"))
    assert expected in problem


def test_a_steered_camera_is_marked():
    assert not parsed(BASE).cameras[0].ptz
    assert parsed(BASE.replace(WATCH, "ptz = true")).cameras[0].ptz
    assert "expected true or false, found 'yes'" in said(BASE.replace(WATCH, 'ptz = "yes"'))[0]


def test_the_schema_offers_the_findings_and_their_steps():
    watch = site_schema()["$defs"]["CameraWatch"]["properties"]
    assert watch["sensitivity"]["properties"]["picture"]["properties"]["blurred"]["enum"] == list(STEPS)
    assert len(watch["ignore"]["items"]["anyOf"]) == 2


_NUMBERS = st.integers(-20, 120) | st.floats(-10, 110) | st.booleans()
_REGIONS = st.lists(_NUMBERS, max_size=5) | st.lists(st.lists(_NUMBERS, max_size=3), max_size=6) | st.just("x")


@settings(max_examples=100, deadline=None)
@given(st.lists(_REGIONS, max_size=4))
def test_any_regions_give_cells_or_problems_with_places(regions: list[object]):
    config, problems = parse_site(with_watch(f"ignore = {json.dumps(regions)}"))
    if config is not None:
        assert len(config.ignored_of(config.cameras[0])) in (0, 9)
    else:
        assert all(problem.line == 22 for problem in problems)
