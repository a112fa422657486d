"""The figures in words: what was counted over what is always said, and what is not whole is never called so."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.core.kpi.availability import CameraTime
from hub.core.kpi.counted import Counted
from hub.core.kpi.definitions import FIGURES, USUAL_TARGETS
from hub.core.kpi.figures import By, FiguresView
from hub.core.kpi.groups import Group
from hub.core.kpi.ratios import figures_of
from hub.core.kpi.recording import RecordedTime
from hub.core.text import Text
from hub.locale import set_language
from hub.tui.rows import figures as rows
from hub.tui.rows.row import Row

HOUR = 3600.0
BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
END = BEGIN + timedelta(days=1)
GATE = CameraTime(
    camera="gate", good_s=12 * HOUR, fault_s=6 * HOUR, lost_s=6 * HOUR, excused_s=2 * HOUR, excused_lost_s=2 * HOUR
)
PRESS = CameraTime(camera="press", good_s=20 * HOUR, not_judged_s=4 * HOUR)
COUNTED = Counted(
    from_at=BEGIN,
    to_at=END,
    began_at=BEGIN,
    now=END,
    cameras={"gate": GATE, "press": PRESS},
    recorded={"gate": RecordedTime(planned_s=24 * HOUR, missing_s=6 * HOUR)},
)


def view(by: By = "site", *, over: bool = True) -> FiguresView:
    cameras = ("gate", "press")
    groups = [
        Group(id="", name=Text(en="Plant", zh="工厂"), by="site", cameras=cameras, desks=("security",), posts=None)
    ]
    if by == "camera":
        groups = [Group(id=each, name=Text(en=each.title()), by="camera", cameras=(each,)) for each in cameras]
    targets = {target.figure: target for target in USUAL_TARGETS}
    return FiguresView(
        from_at=BEGIN,
        to_at=END,
        counted_to_at=END if over else BEGIN + timedelta(hours=9),
        over=over,
        timezone="UTC",
        by=by,
        least_coverage=0.95,
        definitions=FIGURES,
        groups=tuple(figures_of(group, COUNTED, targets, over=over) for group in groups),
        camera_names={"gate": Text(en="East gate", zh="东门")},
    )


def cells(found: list[Row], key: str) -> list[str]:
    return [cell.text for cell in next(row for row in found if row.key == key).cells]


def test_a_row_says_value_target_and_what_was_counted_over_what() -> None:
    found = rows.rows(view(), view().groups[0])
    assert [row.key for row in found] == [figure.id for figure in view().groups[0].figures]
    assert cells(found, "online_time") == [
        "!",
        "Online, by time",
        "87.5 %",
        "at least 98 %",
        "42 h of 48 h, 2 h excused, not taken away",
    ]
    assert cells(found, "online_worst")[-1].startswith("East gate, 18 h of 24 h")
    assert cells(found, "patrol")[2:] == ["-", "", "nothing was counted"]


def test_what_is_not_judged_yet_is_marked_as_collecting() -> None:
    going_on = view(over=False)
    assert {cells(rows.rows(going_on, going_on.groups[0]), name)[0] for name in ("online_time", "rounds")} == {"~"}
    assert rows.period(going_on) == "2026-10-01, not over: counted up to 2026-10-01 09:00"
    assert rows.period(view()) == "2026-10-01"


def test_groups_are_compared_side_by_side() -> None:
    compared = view("camera")
    found = rows.group_rows(compared)
    assert cells(found, "gate")[:5] == ["Gate", "!75 %", " 50 %", " 0 %", "+0 %"]
    assert cells(found, "press")[5] == " -", "it is not to be recorded"
    assert len(rows.group_columns(compared)) == len(found[0].cells)


def test_the_details_say_what_a_figure_is_and_where_its_entries_are() -> None:
    said = {fact.label: fact.text for fact in rows.details(view(), view().groups[0], "online_worst")}
    assert said["Camera"] == "East gate (gate)"
    assert said["Counted"] == "18 h: that camera's time with a signal"
    assert said["Counted over"] == "24 h: time that was watched"
    assert said["Excused"] == "2 h excused, not taken away"
    assert said["Entries"].startswith("hub events")
    assert rows.details(view(), view().groups[0], "no such figure") == []


def test_how_much_was_watched_stands_above_every_verdict() -> None:
    facts = rows.heading(view(), view().groups[0])
    assert facts[1].text == "100 % of 48 h, cameras: 2; judged from 95 %"
    assert facts[1].tone == ""
    little = replace(view().groups[0], watched_s=24 * HOUR)
    assert rows.heading(view(), little)[1].tone == "not_judged"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_sheet_tells_all_figures_in_both_languages(language: str) -> None:
    set_language(language)  # type: ignore[arg-type]
    found = rows.facts(view(), view().groups[0])
    assert len(found) == len(view().groups[0].figures) + 2
    names = {fact.label for fact in found}
    assert ("在线率（按时长）" in names) == (language == "zh_CN")


@given(st.floats(0, 1))
def test_a_share_that_is_not_whole_is_never_called_whole(share: float) -> None:
    assert (rows.percent(share) == "100 %") == (share == 1)
    assert abs(float(rows.percent(share).removesuffix(" %")) - share * 100) <= 0.011


@pytest.mark.parametrize(
    ("number", "said"), [(0.0, "0"), (1799.61, "1799.6"), (0.00261, "0.0026"), (150_627.0, "150627")]
)
def test_what_was_counted_is_said_without_powers_of_ten(number: float, said: str) -> None:
    assert rows.measure(number, "count") == said


@pytest.mark.parametrize(
    ("number", "unit", "said"),
    [(None, "share", "-"), (90.0, "s", "1 min 30 s"), (12.34, "days", "12.3 d"), (0.126, "count", "0.13")],
)
def test_values_are_said_in_their_unit(number: float | None, unit: str, said: str) -> None:
    assert rows.value(number, unit) == said  # type: ignore[arg-type]
