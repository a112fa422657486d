"""The words of the findings are right in both languages, whatever was measured."""

from hypothesis import given
from hypothesis import strategies as st

from hub.vision.detectors.cover import describe_cover
from hub.vision.detectors.moved import describe_pose, describe_shift
from hub.vision.pose import Pose

SHIFTS = st.floats(-80, 80)


@given(SHIFTS, SHIFTS)
def test_a_shift_names_the_side_the_camera_went_to(dx, dy) -> None:
    words = describe_shift(dx, dy)
    assert ("left" in words.en) == ("左" in words.zh) == (dx / 1.6 >= 1)
    assert ("right" in words.en) == ("右" in words.zh) == (dx / 1.6 <= -1)
    assert ("up" in words.en) == ("上" in words.zh) == (dy / 0.9 >= 1)
    assert ("down" in words.en) == ("下" in words.zh) == (dy / 0.9 <= -1)


@given(st.floats(-8, 8), st.floats(0.8, 1.25))
def test_a_roll_or_zoom_is_never_left_without_words(roll_deg, zoom) -> None:
    words = describe_pose(Pose(3.0, 0.0, roll_deg, zoom, displacement=6.0, tiles=7))
    assert words.en
    assert words.zh
    assert ("zoomed in" in words.en) == (zoom - 1 >= 0.02)


@given(st.floats(0, 1))
def test_a_share_is_told_in_percent(share) -> None:
    assert describe_cover(share).en.startswith(f"{100 * share:.0f} %")
    assert f"{100 * share:.0f} %" in describe_cover(share).zh
