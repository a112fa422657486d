"""Recorded days as a camera."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench.picture.camera import Event
from bench.picture.disturb import DISTURBANCES
from bench.picture.jobs import Job, do
from bench.picture.protocol import Pace
from bench.picture.stills import HOLD_S, StillCamera, list_stills, time_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    scene = rng.integers(40, 200, (36, 64, 3)).repeat(20, 0).repeat(20, 1).astype(np.uint8)
    for number in range(20):
        gray = np.repeat(scene.mean(-1, keepdims=True).astype(np.uint8), 3, -1)
        picture = scene if 7 <= number < 16 else gray
        Image.fromarray(picture).save(tmp_path / f"yard_2025-03-01_{number:02d}-00-00.jpg")
    return tmp_path


def test_times_are_read_from_names():
    assert str(time_of("cam3_20250301061230.jpg")) == "2025-03-01 06:12:30+00:00"
    assert time_of("20259901061230.jpg") is None
    assert time_of("logo.jpg") is None


def test_too_few_stills_are_refused_with_their_number(tmp_path: Path):
    with pytest.raises(ValueError, match="holds 0 stills"):
        list_stills(tmp_path)


def test_stills_are_played_in_order_and_held(folder: Path):
    camera = StillCamera(folder, 1)
    hours = []
    for _ in range(round(3 * HOLD_S / 2)):
        shot = camera.step(2.0, 1.0)
        hours.append(shot.circumstances.at.hour if shot.circumstances.at else -1)
    assert sorted(set(hours)) == [0, 1, 2, 3]
    assert camera.infrared


def test_a_still_is_never_quite_the_same_twice_but_time_stands_during_an_event(folder: Path):
    camera = StillCamera(folder, 1)
    assert not np.array_equal(camera.step(2.0, 1.0).frame.gray, camera.step(2.0, 1.0).frame.gray)
    hour = camera.hour
    sticker = next(each for each in camera.disturbances if each.name == "sticker 30 %")
    plain = camera.fork(2).step(2.0, 1.0).frame.gray
    covered = [camera.step(20.0, 1.0, Event(sticker, 1.0, 3)).frame.gray for _ in range(9)][-1]
    assert camera.hour == hour
    assert np.abs(plain.astype(int) - covered).mean() > 3


def test_what_needs_a_world_is_not_painted_on_stills(folder: Path):
    names = {each.name for each in StillCamera(folder, 1).disturbances}
    assert "zoomed 1.3" not in names
    assert len(names) < len(DISTURBANCES)


@pytest.mark.slow
def test_the_whole_protocol_finds_a_dead_sensor_on_recorded_days(folder: Path):
    job = Job("stills", "yard", 1, Pace(lights=("day",)), only=("dead sensor",), stills=folder)
    tested = do(job)
    [outcome] = tested.outcomes
    assert outcome.light == "day"
    assert outcome.delay_s is not None
    assert outcome.delay_s <= 30
    assert outcome.first == "picture.black"
    assert outcome.clear_s is not None
    assert 0.45 < tested.day.days < 0.52
    assert tested.pictures > 400
