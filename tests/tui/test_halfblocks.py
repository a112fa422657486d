"""Decoding and drawing pictures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import ProtocolError
from hub.tui import halfblocks
from tests.tui.pictures import jpeg, scene


def test_a_jpeg_is_decoded_to_rgb_and_kept_no_wider_than_a_terminal_needs() -> None:
    image = halfblocks.decode_jpeg(jpeg(scene(width=960, height=540)))
    assert image.shape == (270, 480, 3)
    original = scene(width=960, height=540).reshape(270, 2, 480, 2, 3).mean(axis=(1, 3))
    assert np.abs(image.astype(float) - original).mean() < 6


@pytest.mark.parametrize("cut", [0, 2, 20, 300])
def test_what_is_no_picture_is_refused_in_words(cut: int) -> None:
    with pytest.raises(ProtocolError, match="not a picture"):
        halfblocks.decode_jpeg(jpeg(scene())[:cut])


def test_a_picture_that_is_too_large_is_not_even_looked_at() -> None:
    with pytest.raises(ProtocolError, match="bytes"):
        halfblocks.decode_jpeg(b"\xff\xd8" + bytes(halfblocks.LARGEST_BYTES))


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 90), st.integers(1, 40))
def test_pictures_fit_their_box_whatever_the_sizes(width: int, height: int, columns: int, rows: int) -> None:
    image = np.full((height, width, 3), 90, np.uint8)
    lines = halfblocks.lines(image, columns, rows)
    assert 1 <= len(lines) <= rows
    assert all(1 <= sum(len(segment.text) for segment in line) <= columns for line in lines)


def test_shape_is_kept_with_two_pixels_to_a_line() -> None:
    assert halfblocks.box(np.zeros((180, 320, 3), np.uint8), 32, 99) == (32, 9)
    assert halfblocks.box(np.zeros((180, 320, 3), np.uint8), 99, 9) == (32, 9)
    assert halfblocks.lines(np.zeros((9, 16, 3), np.uint8), 0, 5) == []


def test_scaling_takes_the_mean_of_what_each_pixel_stands_for() -> None:
    image = np.zeros((2, 4, 3), np.uint8)
    image[:, 2:] = 200
    image[0, 0] = 100
    assert halfblocks.scaled(image, 2, 1)[0, :, 0].tolist() == [25, 200]
    assert halfblocks.scaled(image, 8, 4).shape == (4, 8, 3)


def test_upper_and_lower_pixels_become_colour_and_ground() -> None:
    image = np.zeros((2, 1, 3), np.uint8)
    image[0, 0], image[1, 0] = (255, 0, 0), (0, 0, 255)
    [[segment]] = halfblocks.lines(image, 1, 1)
    assert segment.text == "▀"
    assert segment.style is not None
    assert segment.style.color is not None
    assert segment.style.bgcolor is not None
    assert segment.style.color.triplet == (255, 0, 0)
    assert segment.style.bgcolor.triplet == (0, 0, 255)


def test_a_grey_picture_has_no_colour_and_is_darker() -> None:
    grey = halfblocks.greyed(scene())
    assert np.all(grey[:, :, 0] == grey[:, :, 1])
    assert grey.mean() < scene().mean()
