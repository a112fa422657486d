from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.core.recorded import SEAM_S, Covered, Span, Stretch, account, cut, day_of, extend, gaps_in, union, without

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
DAY = Span(NOON, NOON + timedelta(hours=24))


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def span(begin: float, end: float) -> Span:
    return Span(at(begin), at(end))


def told(planned, covered, holes=(), hub_down=()):
    gaps = gaps_in(planned, [Covered(at(b), at(e), why) for b, e, why in covered], list(holes), list(hub_down))
    return [((g.from_at - NOON).total_seconds(), (g.to_at - NOON).total_seconds(), g.cause) for g in gaps]


def test_a_seam_and_a_quick_reconnect_are_no_gap() -> None:
    assert told([span(0, 180)], [(0, 60, "rolled"), (60.04, 120, "camera"), (121.9, 180, None)]) == []


def test_a_gap_has_the_cause_for_which_the_segment_before_it_ended() -> None:
    covered = [
        (0, 60, "camera"),
        (70, 80, "network"),
        (90, 100, "storage"),
        (110, 120, "stopped"),
        (130, 140, "rolled"),
    ]
    assert told([span(0, 150)], covered) == [
        (60, 70, "camera"),
        (80, 90, "network"),
        (100, 110, "storage"),
        (120, 130, "hub"),
        (140, 150, "unknown"),
    ]


def test_a_hub_that_did_not_run_is_the_cause_whatever_came_before() -> None:
    assert told([span(0, 100)], [(0, 20, "network"), (90, 100, None)], hub_down=[span(40, 60)]) == [
        (20, 40, "network"),
        (40, 60, "hub"),
        (60, 90, "network"),
    ]


def test_a_hub_that_was_stopped_and_takes_a_while_to_record_again_leaves_one_gap() -> None:
    assert told([span(0, 100)], [(0, 20, "stopped"), (50, 100, None)], hub_down=[span(20, 40)]) == [(20, 50, "hub")]


def test_what_lies_before_the_first_segment_has_no_known_cause() -> None:
    assert told([span(0, 60)], [(30, 60, None)]) == [(0, 30, "unknown")]


def test_a_hole_within_a_file_is_a_gap_of_unknown_cause() -> None:
    assert told([span(0, 60)], [(0, 60, "rolled")], holes=[span(20, 30)]) == [(20, 30, "unknown")]


def test_nothing_is_missing_where_nothing_was_planned() -> None:
    assert told([], [(0, 60, "camera")]) == []
    assert told([span(100, 200)], [(90, 210, "rolled")]) == []


def test_the_account_of_a_day_adds_up() -> None:
    covered = [Covered(at(0), at(3600), "camera"), Covered(at(3700), at(86400), "rolled")]
    found = account("gate", date(2026, 1, 5), DAY, planned=[DAY], covered=covered)
    assert (found.planned_s, found.actual_s) == (86400, 86300)
    assert [gap.cause for gap in found.gaps] == ["camera"]


def test_a_day_has_23_or_25_hours_when_clocks_are_changed() -> None:
    hours = {day_of(day, "Europe/Berlin").seconds / 3600 for day in (date(2026, 3, 29), date(2026, 10, 25))}
    assert hours == {23, 25}
    assert day_of(date(2026, 1, 5), "Asia/Shanghai").from_at == datetime(2026, 1, 4, 16, tzinfo=UTC)


SPANS = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)).map(lambda s: span(s[0], s[0] + s[1])), max_size=12)


@given(SPANS, SPANS)
def test_what_is_taken_and_what_is_left_make_up_the_whole(spans: list[Span], taken: list[Span]) -> None:
    whole = sum(one.seconds for one in union(spans))
    left = without(spans, taken)
    inside = sum(part.seconds for one in union(spans) for part in cut(union(taken), one))
    assert sum(one.seconds for one in left) + inside == whole
    assert union(left) == left


@given(SPANS, SPANS, SPANS)
def test_actual_time_never_exceeds_planned_time_and_gaps_never_overlap(planned, covered, down) -> None:
    found = account(
        "gate",
        date(2026, 1, 5),
        DAY,
        planned=planned,
        covered=[Covered(one.from_at, one.to_at, "camera") for one in covered],
        hub_down=down,
    )
    assert 0 <= found.actual_s <= found.planned_s
    assert all(a.to_at <= b.from_at for a, b in zip(found.gaps, found.gaps[1:], strict=False))


def stretched(*files: tuple[float, float], known: Stretch | None = None) -> Stretch:
    for begin, end in files:
        known = extend(known, span(begin, end), closed=True)
    assert known is not None
    return known


def test_what_is_recorded_goes_on_over_a_seam_and_begins_anew_after_a_gap() -> None:
    assert stretched((0, 60), (60.1, 120), (121.9, 180)) == (at(0), at(180), at(180))
    assert stretched((0, 60), (63, 120), (120, 180)) == (at(63), at(180), at(180))


def test_a_file_that_is_being_written_is_recorded_and_not_finished() -> None:
    known = stretched((0, 60))
    assert extend(known, span(60, 75), closed=False) == (at(0), at(75), at(60))
    assert extend(None, span(60, 75), closed=False) == (at(60), at(75), None)


def test_a_hole_within_a_file_ends_what_is_recorded_without_a_gap() -> None:
    holes = [span(70, 71), span(80, 90)]
    assert extend(stretched((0, 60)), span(60, 120), holes=holes, closed=True).since_at == at(90)


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0.1, 100)), min_size=1, max_size=30))
def test_there_is_no_gap_in_what_is_called_recorded_without_one(parts: list[tuple[float, float]]) -> None:
    begin, files = 0.0, []
    for pause, length in parts:
        files.append((begin + pause, begin + pause + length))
        begin = files[-1][1]
    known = stretched(*files)
    planned = [Span(known.since_at, known.to_at)]
    assert gaps_in(planned, [Covered(at(b), at(e), "rolled") for b, e in files], [], []) == []
    before = [e for b, e in files if at(b) < known.since_at]
    assert not before or (known.since_at - at(before[-1])).total_seconds() > SEAM_S
