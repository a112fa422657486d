import random

from hypothesis import given
from hypothesis import strategies as st

from hub.watch.backoff import pause_s
from hub.watch.spread import MOST_CAMERAS, spread, suspects_of, workers_needed

names = st.lists(st.text("abcdef", min_size=1, max_size=3), unique=True, max_size=40)


@given(names, st.integers(1, 5))
def test_new_cameras_are_spread_evenly(cameras: list[str], workers: int):
    placed = spread({}, cameras, range(workers))
    loads = [list(placed.values()).count(slot) for slot in range(workers)]
    assert set(placed) == set(cameras)
    assert max(loads) - min(loads) <= 1


@given(names, names, st.integers(1, 5))
def test_cameras_keep_their_worker_unless_the_workers_would_be_uneven(
    before: list[str], after: list[str], workers: int
):
    old = spread({}, before, range(workers))
    new = spread(old, after, range(workers))
    assert set(new) == set(after)
    loads = [list(new.values()).count(slot) for slot in range(workers)]
    assert max(loads) <= 1.25 * min(loads) + 1
    moved = [name for name in set(before) & set(after) if new[name] != old[name]]
    stayed = [old[name] for name in after if name in old]
    kept = [stayed.count(slot) for slot in range(workers)]
    assert not moved or max(kept) > 1.25 * min(kept) + 1


def test_cameras_set_apart_stay_apart():
    placed = spread({"bad": 7, "a": 0, "b": 0, "c": 0, "d": 0}, ["bad", "a", "b", "c", "d"], [0, 1])
    assert placed["bad"] == 7
    assert sorted(placed[name] for name in "abcd") in ([0, 0, 1, 1], [0, 0, 0, 1])


@given(st.integers(0, 2000), st.integers(1, 16))
def test_no_worker_gets_more_cameras_than_it_can_take_and_none_is_idle(cameras: int, workers: int):
    needed = workers_needed(cameras, workers)
    assert needed * MOST_CAMERAS >= cameras
    assert needed <= cameras
    assert needed >= min(workers, cameras)


@given(st.lists(st.integers(), unique=True, min_size=2, max_size=100), st.data())
def test_halving_finds_the_one_camera_that_kills_its_worker(numbers: list[int], data: st.DataObject):
    cameras = [str(number) for number in numbers]
    culprit = data.draw(st.sampled_from(cameras))
    rounds = 0
    while len(cameras) > 1:
        suspects = suspects_of(cameras, ())
        cameras = suspects if culprit in suspects else [name for name in cameras if name not in suspects]
        rounds += 1
    assert cameras == [culprit]
    assert rounds <= 7


def test_a_camera_that_is_blamed_is_set_apart_alone():
    assert suspects_of(["a", "b", "c"], ["b"]) == ["b"]


@given(st.integers(1, 1000), st.integers(0, 10))
def test_pauses_grow_up_to_the_limit_and_are_never_nothing(failures: int, seed: int):
    pause = pause_s(failures, 0.5, 15.0, random.Random(seed))
    assert 0.25 <= pause <= 15.0
    if failures >= 6:
        assert pause >= 7.5
