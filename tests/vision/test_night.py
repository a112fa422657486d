"""No usable night picture: found by night when nothing shows but noise; not a good night, nor fog by day."""

import numpy as np

from tests.vision.whole import Camera, X, Y


def test_a_night_without_its_lamp_is_of_no_use() -> None:
    camera = Camera("night", 1, colour=False, noise=4.0, hour=23)
    assert not any(camera.watch("night", 10))
    spot = 60 * np.exp(-((X - 200) ** 2 + (Y - 60) ** 2) / 18)
    assert all(camera.watch("night", 30, lambda: camera.shoot(lambda luma: luma * 0.04 + 12 + spot))[12:])
    assert "of no use" in camera.ask("night").detail.en
    assert not any(camera.watch("night", 20)[12:])


def test_fog_by_day_is_no_unusable_night() -> None:
    camera = Camera("road", 1)
    assert not any(camera.watch("night", 20, lambda: camera.shoot(lambda luma: 0.05 * luma + 150)))


def test_the_less_it_shows_the_less_structure_it_reads() -> None:
    camera = Camera("night", 2, colour=False, noise=3.0, hour=2)
    read = []
    for left in (1.0, 0.5, 0.2, 0.05):
        camera.watch("night", 24, lambda left=left: camera.shoot(lambda luma: luma * left + 10))
        read.append(camera.reading("night", "structure"))
    assert read == sorted(read, reverse=True)
    assert read[0] > 0.5 > 0.1 > read[-1]
