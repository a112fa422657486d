"""Orders are levels: the same order gives the same references in use, whatever came between."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.ports import StreamSpec
from hub.vision.judge import fresh
from hub.vision.reference import Reference
from hub.vision.regions import pack_cells
from hub.watch.messages import Pointing, RecordOrder, WatchOrder
from hub.watch.orders import same_order
from hub.watch.settling import begin, begin_anew, cells_of, circumstances, missing, settle, undecided
from tests.watch.test_references import named

NOW = datetime(2026, 6, 1, 20, 30, tzinfo=UTC)
STATES = ("approved", "superseded", "rejected")


def order(**decided: str) -> WatchOrder:
    by_id = {name.replace("_", "-"): state for name, state in decided.items()}
    return WatchOrder("gate-1", StreamSpec("rtsp://x/1"), decided=by_id)


def in_use(view) -> dict[str, bool]:
    return {each.id: each.approved for each in view.bank.references}


def test_what_was_rejected_or_replaced_is_not_taken_up_again(learned_view: Reference):
    kept = [named(learned_view, name) for name in ("day-1", "day-2", "infrared-3", "dim-4")]
    begun = begin(order(day_1="superseded", day_2="approved", infrared_3="rejected"), kept)
    assert in_use(begun) == {"day-2": True, "dim-4": False}
    assert begun.bank.numbered == 4


def test_what_was_decided_so_long_ago_that_the_hub_has_forgotten_it_is_not_taken_up_again(learned_view: Reference):
    kept = [named(learned_view, name) for name in ("day-1", "dim-2", "day-3", "day-4")]
    known = replace(order(day_3="superseded"), proposed=["dim-2"])
    assert in_use(begin(known, kept)) == {"dim-2": False, "day-4": False}
    assert [view.id for view in undecided(kept, known)] == ["dim-2", "day-4"]


def test_the_name_of_a_forgotten_view_is_never_used_again(learned_view: Reference):
    assert begin(order(day_9="rejected"), [named(learned_view, "day-1")]).bank.numbered == 9
    learned = begin(order(), [named(learned_view, "day-5")])
    assert begin_anew(learned, order(day_7="superseded")).bank.numbered == 7
    assert settle(learned, order(day_5="rejected")).bank.numbered == 5


def test_an_approval_disturbs_nothing_that_is_being_judged(learned_view: Reference):
    begun = replace(begin(order(), [named(learned_view, "day-1")]), differences=(1.0, 2.0))
    settled = settle(begun, order(day_1="approved"))
    assert in_use(settled) == {"day-1": True}
    assert settled.differences == begun.differences
    assert settle(settled, order(day_1="approved")) is settled


def test_without_any_view_left_it_is_learned_from_the_beginning(learned_view: Reference):
    begun = replace(begin(order(), [named(learned_view, "day-1")]), differences=(1.0, 2.0))
    settled = settle(begun, order(day_1="rejected"))
    assert settled.bank.references == ()
    assert settled.reference is None
    assert settled.differences == ()


def test_a_former_view_is_asked_for_and_taken_up_when_people_went_back_to_it(learned_view: Reference):
    begun = begin(order(), [named(learned_view, "day-2")])
    back = order(day_1="approved", day_2="superseded")
    assert missing(begun, back) == ["day-1"]
    settled = settle(begun, back, [named(learned_view, "day-1")])
    assert in_use(settled) == {"day-1": True}
    assert missing(settled, back) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["day-1", "day-2", "dim-3"]), st.sampled_from(STATES)), max_size=5))
def test_however_one_got_there_the_same_order_gives_the_same_views(learned_view: Reference, path):
    files = {name: named(learned_view, name) for name in ("day-1", "day-2", "dim-3")}
    now = begin(WatchOrder("gate-1", StreamSpec("rtsp://x/1")), list(files.values()))
    last = WatchOrder("gate-1", StreamSpec("rtsp://x/1"), decided=dict.fromkeys(files, "approved"))
    for decided in path:
        step = replace(last, decided=decided)
        now = settle(now, step, [files[name] for name in missing(now, step)])
    now = settle(now, last, [files[name] for name in missing(now, last)])
    assert in_use(now) == in_use(begin(last, list(files.values())))


def test_ignored_cells_change_without_forgetting_the_views(learned_view: Reference):
    begun = begin(order(), [named(learned_view, "day-1")])
    cells = np.zeros((9, 16), bool)
    cells[0, 3] = cells[8, 15] = True
    masked = settle(begun, replace(order(), ignored=pack_cells(cells)))
    assert masked.ignored is not None
    assert np.array_equal(masked.ignored, cells)
    assert in_use(masked) == {"day-1": False}
    assert settle(masked, order()).ignored is None


@given(st.lists(st.integers(0, 0xFFFF), min_size=9, max_size=9))
def test_packed_cells_come_back(packed: list[int]):
    cells = cells_of(packed)
    assert cells is not None
    assert pack_cells(cells) == (packed if any(packed) else [])


def test_a_steered_camera_of_which_nobody_says_where_it_points_counts_as_moving():
    fixed = order()
    assert circumstances(fixed, NOW) == (None, "", False)
    steered = replace(fixed, ptz=True, timezone="Asia/Shanghai")
    assert circumstances(steered, NOW).moving
    assert str(circumstances(steered, NOW).at) == "2026-06-02 04:30:00+08:00"
    there = replace(steered, pointing=Pointing(preset="gate"))
    assert circumstances(there, NOW)[1:] == ("gate", False)
    assert circumstances(replace(steered, pointing=Pointing(moving=True)), NOW).moving


@pytest.mark.parametrize(
    "changed",
    [
        {"decided": {"day-1": "approved"}},
        {"ignored": [1] * 9},
        {"pointing": Pointing(preset="gate")},
        {"timezone": "Europe/Berlin"},
        {"ptz": True},
    ],
)
def test_how_a_camera_is_judged_changes_without_touching_its_stream(changed):
    assert same_order(order(), replace(order(), **changed))


def test_sensitivity_changes_without_touching_the_stream_and_other_settings_do_not():
    one = order()
    assert same_order(one, replace(one, settings=replace(one.settings, sensitivity={"picture.black": 0.0})))
    assert not same_order(one, replace(one, settings=replace(one.settings, lost_after_s=9.0)))


def test_a_camera_s_clock_changes_without_touching_its_stream_and_another_folder_does_not():
    one = replace(order(), recording=RecordOrder(folder="/srv"))
    assert same_order(one, replace(one, recording=RecordOrder(folder="/srv", device_offset_s=3.0)))
    assert not same_order(one, replace(one, recording=RecordOrder(folder="/mnt")))
    assert not same_order(one, order())
    assert fresh().bank.references == ()
