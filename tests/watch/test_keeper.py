"""A camera's view over its life, with its files."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import av
import pytest
from msgspec.structs import replace

from hub.clock import SystemClock
from hub.ports import StreamSpec
from hub.watch.frames import frame_of
from hub.watch.keeper import REMEMBER_EVERY_S, ViewKeeper
from hub.watch.messages import Learned, WatchOrder, WatchSettings
from hub.watch.pictures import Pictures, Still
from tests.servers.clips import render

AT = datetime(2026, 1, 31, 8, 15, 0, tzinfo=UTC)
ORDER = WatchOrder("gate", StreamSpec("rtsp://x/1"), WatchSettings(learn_s=10))


@pytest.fixture
def told() -> list[Learned]:
    return []


@pytest.fixture
def pictures(tmp_path: Path, told: list[Learned]) -> Iterator[Pictures]:
    made = Pictures(tmp_path, clock=SystemClock(), on_learned=told.append)
    made.start()
    yield made
    made.finish(5)


def written(pictures: Pictures) -> None:
    """Everything that was asked for before is on disk."""
    pictures.encode(Still(av.VideoFrame(64, 36, "yuv420p"), AT)).result(5)


def watch(keeper: ViewKeeper, *, from_s: float = 0.0) -> None:
    """Half a minute of a plain scene, a picture a second."""
    for second, picture in enumerate(render("plain", fps=5)):
        frame = av.VideoFrame.from_ndarray(picture, format="gray")
        keeper.judge(frame_of(frame), Still(frame, AT), from_s + second, ORDER)


def test_what_was_learned_is_kept_taken_up_and_told_of_until_it_is_decided(pictures: Pictures, told: list[Learned]):
    keeper = ViewKeeper("gate", pictures)
    keeper.recall(ORDER, None)
    watch(keeper)
    written(pictures)
    [learned] = told
    name = learned.reference

    again = ViewKeeper("gate", pictures)
    again.recall(ORDER, None)
    written(pictures)
    assert told == [learned, learned]
    assert [view.id for view in again.view.bank.references] == [name]

    decided = ViewKeeper("gate", pictures)
    decided.recall(replace(ORDER, decided={name: "approved"}), None)
    written(pictures)
    assert len(told) == 2
    assert decided.view.bank.references[0].approved


def test_a_rejected_view_leaves_memory_and_disk_and_its_name(pictures: Pictures, told: list[Learned], tmp_path: Path):
    keeper = ViewKeeper("gate", pictures)
    keeper.recall(ORDER, None)
    watch(keeper)
    written(pictures)
    rejected = replace(ORDER, decided={told[0].reference: "rejected"})
    assert keeper.obey(rejected, anew=False), "there is nothing left to compare with"
    assert keeper.view.bank.references == ()
    assert not keeper.obey(rejected, anew=False)
    written(pictures)
    assert list((tmp_path / "references" / "gate").glob("*.npz")) == []
    watch(keeper, from_s=100)
    written(pictures)
    assert told[1].reference != told[0].reference


def test_what_is_learned_anew_does_not_wait_for_the_order_and_stays_on_disk(
    pictures: Pictures, told: list[Learned], tmp_path: Path
):
    keeper = ViewKeeper("gate", pictures)
    keeper.recall(ORDER, None)
    watch(keeper)
    written(pictures)
    assert keeper.obey(ORDER, anew=True)
    assert keeper.view.bank.references == ()
    written(pictures)
    assert len(list((tmp_path / "references" / "gate").glob("*.npz"))) == 1


def test_a_view_that_was_learned_when_learning_anew_was_asked_for_is_told_of_as_one_of_before(
    pictures: Pictures, told: list[Learned]
):
    keeper = ViewKeeper("gate", pictures)
    keeper.recall(ORDER, None)
    watch(keeper)
    # Nothing was decided about it: as far as the order says, the hub may not even have heard of it.
    keeper.obey(ORDER, anew=True)
    written(pictures)
    [learned, before] = told
    assert not learned.outdated
    assert before == replace(learned, outdated=True)

    keeper.obey(ORDER, anew=True)
    written(pictures)
    assert len(told) == 2, "there is no view left to tell of"


def test_a_view_that_is_decided_about_is_not_told_of_when_another_is_learned_anew(
    pictures: Pictures, told: list[Learned]
):
    keeper = ViewKeeper("gate", pictures)
    keeper.recall(ORDER, None)
    watch(keeper)
    written(pictures)
    order = replace(ORDER, decided={told[0].reference: "superseded"})
    keeper.obey(order, anew=True)
    written(pictures)
    assert len(told) == 1


def test_what_is_remembered_is_kept_every_ten_minutes(pictures: Pictures, tmp_path: Path):
    memory = tmp_path / "references" / "gate" / "memory.bin"
    keeper = ViewKeeper("gate", pictures)
    keeper.save_memory()
    written(pictures)
    assert not memory.exists(), "nothing was read yet: what is on disk may be better"
    keeper.recall(ORDER, None)
    frame = av.VideoFrame.from_ndarray(next(iter(render("plain", fps=1))), format="gray")
    for now_s, there in ((0.0, False), (REMEMBER_EVERY_S - 1, False), (REMEMBER_EVERY_S, True)):
        keeper.judge(frame_of(frame), Still(frame, AT), now_s, ORDER)
        written(pictures)
        assert memory.exists() == there


def test_a_successor_takes_over_what_its_predecessor_knew(pictures: Pictures):
    first = ViewKeeper("gate", pictures)
    first.recall(replace(ORDER, decided={"day-41": "rejected"}), None)
    second = ViewKeeper("gate", pictures)
    second.recall(ORDER, first)
    assert second.view.bank.numbered == 41
