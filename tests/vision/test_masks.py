import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.vision.masks import ignored_cells

PERCENT = st.floats(0, 100, allow_nan=False)
POLYGONS = st.lists(st.tuples(PERCENT, PERCENT), min_size=3, max_size=8)


def rectangle(x: float, y: float, width: float, height: float) -> list[tuple[float, float]]:
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def test_nothing_is_ignored_without_shapes():
    assert not ignored_cells([]).any()


def test_a_cell_is_ignored_from_the_half_on():
    cell = 100 / 16
    assert not ignored_cells([rectangle(0, 0, cell * 0.45, 100)]).any()
    assert ignored_cells([rectangle(0, 0, cell * 0.55, 100)]).sum() == 9
    assert ignored_cells([rectangle(cell * 0.25, 0, cell * 0.5, 100)])[:, 0].all()


def test_shapes_that_together_cover_the_half_count_together_and_what_they_share_counts_once():
    cell = 100 / 16
    third = rectangle(0, 0, cell * 0.35, 100)
    assert not ignored_cells([third, third]).any()
    assert ignored_cells([third, rectangle(cell * 0.35, 0, cell * 0.3, 100)])[:, 0].all()


def test_a_triangle_covers_its_half_of_the_view():
    cells = ignored_cells([[(0, 0), (100, 0), (0, 100)]])
    assert cells[0, 0]
    assert not cells[8, 15]
    assert 0.45 < cells.mean() < 0.55


def test_a_hole_in_an_outline_that_crosses_itself_is_no_part_of_it():
    bow_tie = [(0, 0), (100, 100), (100, 0), (0, 100)]
    cells = ignored_cells([bow_tie])
    assert cells[4, 0]
    assert cells[4, 15]
    assert not cells[0, 8]
    assert not cells[8, 8]


@settings(max_examples=60, deadline=None)
@given(POLYGONS, POLYGONS)
def test_more_shapes_never_ignore_less_and_the_order_of_corners_does_not_matter(one, other):
    alone, both = ignored_cells([one]), ignored_cells([one, other])
    assert alone.shape == (9, 16)
    assert (both >= alone).all()
    assert np.array_equal(alone, ignored_cells([[*one[1:], one[0]]]))
    assert np.array_equal(alone, ignored_cells([one[::-1]]))
