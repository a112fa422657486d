import hashlib
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
import pytest

from hub.clock import SystemClock
from hub.core.text import Text
from hub.testing.clock import FakeClock
from hub.vision.judge import PictureFinding
from hub.vision.reference import Reference
from hub.watch.evidence import EvidenceDesk
from hub.watch.files import write_whole
from hub.watch.messages import Learned
from hub.watch.picture_paths import evidence_path
from hub.watch.pictures import Pictures, Still, jpeg

AT = datetime(2026, 1, 31, 8, 15, 0, tzinfo=UTC)


def colour_frame(width: int = 640, height: int = 360) -> av.VideoFrame:
    """Left half red, right half blue, as a camera sends it."""
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[:, : width // 2, 0] = 200
    rgb[:, width // 2 :, 2] = 200
    return av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="yuv420p")


def decode(data: bytes, folder: Path) -> np.ndarray:
    path = folder / "decoded.jpg"
    path.write_bytes(data)
    with av.open(str(path)) as container:
        return next(container.decode(video=0)).to_ndarray(format="rgb24")


@pytest.fixture
def learned() -> list[Learned]:
    return []


@pytest.fixture
def pictures(tmp_path: Path, learned: list) -> Iterator[Pictures]:
    made = Pictures(tmp_path, clock=SystemClock(), on_learned=learned.append)
    made.start()
    yield made
    made.finish(5)


@pytest.fixture
def reference(learned_view: Reference) -> Reference:
    return learned_view


def wait_for(condition: Callable[[], bool], within_s: float = 5.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_jpeg_has_the_colours_and_the_size_of_the_picture(tmp_path: Path):
    picture = decode(jpeg(colour_frame()), tmp_path)
    assert picture.shape == (360, 640, 3)
    assert np.abs(picture[180, 100].astype(int) - (200, 0, 0)).max() < 12
    assert np.abs(picture[180, 540].astype(int) - (0, 0, 200)).max() < 12


def test_pictures_of_odd_size_can_be_kept(tmp_path: Path):
    assert decode(jpeg(av.VideoFrame(353, 287, "yuv420p")), tmp_path).shape == (286, 352, 3)


def test_the_path_says_camera_time_and_what_and_stays_below_the_folder():
    assert evidence_path("gate-1", AT, "view.moved-after") == "2026/01/31/gate-1-081500-view.moved-after.jpg"
    assert evidence_path("../../etc/x", AT, "a/b") == "2026/01/31/.._.._etc_x-081500-a_b.jpg"


def test_evidence_is_on_disk_with_its_hash(pictures: Pictures, tmp_path: Path):
    still = Still(colour_frame(), AT)
    kept = pictures.keep("gate-1", "view.moved", AT, before=still, after=still).result(5)
    assert not kept.problem
    assert kept.evidence is not None
    for picture in (kept.evidence.before, kept.evidence.after):
        assert picture is not None
        data = (tmp_path / "evidence" / picture.path).read_bytes()
        assert hashlib.sha256(data).hexdigest() == picture.sha256
        assert decode(data, tmp_path).shape == (360, 640, 3)


def test_without_a_picture_before_that_of_the_reference_view_is_taken(
    pictures: Pictures, tmp_path: Path, reference: Reference, learned: list[Learned]
):
    still = Still(colour_frame(), AT)
    pictures.save_reference("gate-1", reference, still)
    kept = pictures.keep("gate-1", "picture.black", AT, before=None, after=still, reference=reference.id).result(5)
    assert kept.evidence is not None
    assert kept.evidence.before is not None
    before = (tmp_path / "evidence" / kept.evidence.before.path).read_bytes()
    assert before == (tmp_path / "references" / "gate-1" / f"{reference.id}.jpg").read_bytes()
    [told] = learned
    assert (told.camera, told.reference, told.light, told.beside) == ("gate-1", reference.id, reference.light, False)
    assert told.picture is not None
    assert told.picture.sha256 == hashlib.sha256(before).hexdigest()
    assert (tmp_path / "evidence" / told.picture.path).read_bytes() == before
    without = pictures.keep("gate-1", "picture.black", AT, before=None, after=still).result(5)
    assert without.evidence is not None
    assert without.evidence.before is None


def test_a_view_that_is_told_of_again_has_the_same_picture_and_nothing_is_kept_twice(
    pictures: Pictures, tmp_path: Path, reference: Reference, learned: list[Learned]
):
    pictures.save_reference("gate-1", reference, Still(colour_frame(), AT), beside=True)
    pictures.announce_reference("gate-1", reference)
    pictures.encode(Still(colour_frame(), AT)).result(5)
    first, again = learned
    assert first.beside
    assert first.picture == again.picture
    assert len(list((tmp_path / "evidence").rglob("*.jpg"))) == 1


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path):
    write_whole(tmp_path / "a" / "picture.jpg", b"old")
    (tmp_path / "a" / ".picture.jpg.part").mkdir()
    with pytest.raises(OSError):
        write_whole(tmp_path / "a" / "picture.jpg", b"new")
    assert (tmp_path / "a" / "picture.jpg").read_bytes() == b"old"


def test_a_finding_goes_out_without_pictures_when_the_disk_refuses(pictures: Pictures, tmp_path: Path):
    (tmp_path / "evidence").write_text("a file where the folder should be")
    desk = EvidenceDesk("gate-1", pictures, SystemClock())
    still = Still(colour_frame(), AT)
    found = PictureFinding(kind="view.moved", since_s=0.0, detail=Text(en="It moved."))
    wait_for(lambda: desk.level(found, before=still, after=still) is not None)
    level = desk.level(found, before=still, after=still)
    assert level is not None
    assert level.evidence is None
    assert level.detail.en.startswith("It moved. The pictures could not be kept: ")
    assert "directory" in level.detail.en


def test_a_finding_waits_two_seconds_for_its_pictures_and_no_longer(tmp_path: Path):
    clock = FakeClock()
    idle = Pictures(tmp_path, clock=clock, on_learned=lambda *_: None)
    desk = EvidenceDesk("gate-1", idle, clock)
    clock.advance(100)
    found = PictureFinding(kind="view.moved", since_s=96.0)
    assert desk.level(found, before=None, after=None) is None
    clock.advance(2.1)
    level = desk.level(found, before=None, after=None)
    assert level is not None
    assert level.evidence is None
    assert "too long" in level.detail.en
    assert (clock.now() - level.since_at).total_seconds() == pytest.approx(6.1)


def test_a_reference_that_the_disk_refused_is_kept_when_there_is_room_again(
    tmp_path: Path, reference: Reference, learned: list
):
    clock = FakeClock()
    pictures = Pictures(tmp_path, clock=clock, on_learned=learned.append)
    pictures.start()
    try:
        (tmp_path / "references").write_text("no folder")
        pictures.save_reference("gate-1", reference, Still(colour_frame(), AT))
        wait_for(lambda: [each.picture for each in learned] == [None])
        (tmp_path / "references").unlink()
        clock.advance(31)
        pictures.encode(Still(colour_frame(), AT)).result(5)
        wait_for(lambda: len(learned) == 2)
        assert learned[1].picture is not None
        assert pictures.load_reference("gate-1", reference.id) is not None
    finally:
        pictures.finish(5)
