"""Regions to blur on their picture: they stay within it, are hidden whole, and no step loses what was typed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.releases.events import BlurRegion
from hub.tui import regions
from hub.tui.forms.release_fields import parse_regions, region_lines

STEPS = st.lists(st.tuples(st.booleans(), st.integers(-60, 60), st.integers(-60, 60)), max_size=20)


@given(STEPS)
def test_however_it_is_moved_and_sized_a_region_stays_within_the_picture_and_can_be_ordered(
    steps: list[tuple[bool, int, int]],
) -> None:
    region = regions.new("gate-1")
    for move, across, down in steps:
        before = region
        region = (regions.moved if move else regions.sized)(region, across, down)
        assert 0 <= region.left < region.right <= 1
        assert 0 <= region.top < region.bottom <= 1
        if move:
            assert region.right - region.left == pytest.approx(before.right - before.left)
        else:
            assert (region.left, region.top) == (before.left, before.top)
    assert parse_regions(region_lines([region])) == ([region], "")


@given(st.integers(1, 300), st.integers(1, 200), st.tuples(*[st.floats(0, 1)] * 4))
def test_any_region_can_be_drawn_on_any_picture_and_the_picture_itself_is_left_as_it_is(
    width: int, height: int, edges: tuple[float, float, float, float]
) -> None:
    image = np.full((height, width, 3), 77, np.uint8)
    left, right = sorted(edges[:2])
    top, bottom = sorted(edges[2:])
    region = BlurRegion(camera="gate-1", left=left, top=top, right=right, bottom=bottom)
    assert regions.drawn(image, [region], 0).shape == image.shape
    assert (image == 77).all()


def test_what_a_region_hides_does_not_show_and_the_rest_does() -> None:
    rows, columns = np.indices((270, 480))
    image = np.repeat(np.where((rows // 3 + columns // 3) % 2, 230, 20).astype(np.uint8)[:, :, None], 3, axis=2)
    region = BlurRegion(camera="gate-1", left=0.35, top=0.35, right=0.8, bottom=0.8)
    shown = regions.drawn(image, [region], 0).astype(int)
    # Between the frame and the lines of the grid.
    assert np.ptp(shown[115:133, 200:235]) < 20
    assert np.ptp(shown[30:50, 200:235]) > 150
