"""Charts: whatever was counted is drawn within its frame; what is not known is a gap."""

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from hub.server.reports.pages.charts import Share, bar, curve, stacked

values = st.lists(st.one_of(st.none(), st.floats(0, 1e7)), max_size=40)
shares = st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=40)


def drawn(found: list[float | None], *, share: bool = False, bars: bool = False, bound: float | None = None) -> str:
    labels = [f"{number}" for number in range(len(found))]
    return str(curve(found, labels, title="A & <b>", said=str, share=share, bars=bars, bound=bound))


@given(values, st.booleans(), st.one_of(st.none(), st.floats(0, 1e7)))
def test_any_figure_is_drawn_within_its_frame(found: list[float | None], bars: bool, bound: float | None) -> None:
    svg = drawn(found, bars=bars, bound=bound)
    if not svg:
        return
    ElementTree.fromstring(svg)
    assert "nan" not in svg
    assert "inf" not in svg
    for name, most in (("y", 151), ("cy", 151), ("y1", 151), ("y2", 151), ("cx", 401), ("x1", 401), ("x2", 401)):
        assert all(0 <= float(number) <= most for number in re.findall(rf' {name}="([-0-9.]+)"', svg)), name


@given(shares)
def test_the_axis_of_a_share_never_goes_above_the_whole(found: list[float | None]) -> None:
    svg = drawn(found, share=True)
    ends = re.findall(r'text-anchor="end"[^>]*>([0-9.e-]+)<', svg)
    assert all(float(end) <= 1 for end in ends)


def test_a_day_without_a_value_is_a_gap_and_not_a_zero() -> None:
    svg = drawn([0.9, None, 0.95, 0.97], share=True)
    assert svg.count("<circle") == 3
    assert svg.count('stroke-width="2.0"') == 1, "only neighbours are joined"


def test_less_than_two_days_are_no_curve() -> None:
    assert drawn([]) == drawn([1.0]) == drawn([None, 3.0, None]) == ""


def test_words_are_escaped() -> None:
    assert "A &amp; &lt;b&gt;" in drawn([1.0, 2.0])
    assert "&lt;i&gt;" in stacked([Share("<i>", 1.0, "#000", "1")], title="x")


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=6))
def test_parts_of_a_whole_fill_it(found: list[float]) -> None:
    svg = str(stacked([Share("x", value, "#000", "") for value in found], title="x"))
    if not svg:
        assert sum(found) == 0
        return
    widths = [float(width) for width in re.findall(r'<rect x="[0-9.]+" y="0" width="([0-9.]+)"', svg)]
    assert 999 <= sum(widths) <= 1000 + len(widths) * 1.01


@given(st.floats(-1, 2))
def test_a_bar_stays_in_its_place(share: float) -> None:
    lengths = [float(each) for each in re.findall(r'width="([0-9.]+)" height="7"', str(bar(share)))]
    assert lengths[0] == 60
    assert 0 <= lengths[1] <= 60


def test_a_day_with_none_is_told_from_one_of_which_nothing_is_known() -> None:
    known, unknown = drawn([0.0, 0.0, 0.0], bars=True), drawn([0.0, None, 0.0], bars=True)
    assert (known.count("<rect"), unknown.count("<rect")) == (3, 2)
